"""What those drawn do: take the seat or not, elect their chair, leave; and drawing again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration.mediation import policy, terms
from dure.collaboration.mediation.actions import moves
from dure.collaboration.mediation.models import ChairVote, CommitteeMember, Dispute, Mediator, Step
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

FREE = (Step.SEATING, Step.ELECTING, Step.WORKING)


def seat_accept(*, by: Viewer, id: UUID) -> CommitteeMember:
    """Take the seat one was drawn for, and declare to have no interest in the matter.

    Refused: not_allowed (not drawn), conflict (deadline over, a tie to a party, no longer on the roster).
    """
    by = policy.alone(by)
    with transaction.atomic():
        dispute, seat = _own_seat(by, id)
        mediator = seat.mediator
        if mediator.state != Mediator.State.ACTIVE or mediator.ends_on < clock.today():
            raise Refused("conflict", _("조정위원 명부에 더는 있지 않아 맡을 수 없습니다."))
        if moves.tie_of(dispute, mediator):
            raise Refused("conflict", _("당사자 기관과 이해관계가 있어 맡을 수 없습니다. 이해관계를 알려 주세요."))
        moves.take_seat(seat)
        data = {"seat": seat.pk}
        record(by=by, type="collaboration.dispute.seat_taken", subject=dispute.about, thing=dispute.urn, data=data)
        moves.seated(dispute, by)
    return seat


def seat_decline(*, by: Viewer, id: UUID, conflict: bool, reason: str) -> CommitteeMember:
    """Do not take the seat, because of an interest (`conflict`) or another reason; the next in the order is asked."""
    by = policy.alone(by)
    with transaction.atomic():
        dispute, seat = _own_seat(by, id)
        reason = tidy(reason, longest=300, field="reason", needed=_("까닭을 적어 주세요."), one_line=True)
        state = CommitteeMember.State.CONFLICT if conflict else CommitteeMember.State.DECLINED
        moves.vacate(seat, state, reason)
        data = {"seat": seat.pk, "conflict": conflict}
        record(by=by, type="collaboration.dispute.seat_declined", subject=dispute.about, thing=dispute.urn, data=data)
        moves.fill(dispute, by)
        moves.seated(dispute, by)
    return seat


def seat_leave(*, by: Viewer, id: UUID, reason: str) -> CommitteeMember:
    """Give a taken seat up. The next is asked; where it was the chair's, a new one is elected."""
    by = policy.alone(by)
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_be_open(dispute)
        seat = policy.must_sit(by, dispute)
        reason = tidy(reason, longest=300, field="reason", needed=_("까닭을 적어 주세요."), one_line=True)
        was_chair = seat.chair
        moves.vacate(seat, CommitteeMember.State.LEFT, reason)
        data = {"seat": seat.pk}
        record(by=by, type="collaboration.dispute.seat_left", subject=dispute.about, thing=dispute.urn, data=data)
        if dispute.step in FREE:
            if was_chair:
                dispute.ballot += 1 + dispute.ballot % 2
                moves.go(dispute, Step.ELECTING, terms.due("electing", clock.today()))
            moves.fill(dispute, by)
            moves.seated(dispute, by)
    return seat


def chair_vote(*, by: Viewer, id: UUID, seat_id: int) -> Dispute:
    """One voice of each member for the chair; it can be changed until all have voted."""
    by = policy.alone(by)
    with transaction.atomic():
        dispute = moves.locked(id)
        voter = policy.must_sit(by, dispute)
        policy.must_stand(dispute, Step.ELECTING)
        choice = next((m for m in moves.standing_for_chair(dispute) if m.pk == seat_id), None)
        if choice is None:
            raise Refused("invalid", _("위원 가운데서 골라 주세요."), "choice")
        ChairVote.objects.update_or_create(
            dispute=dispute, ballot=dispute.ballot, voter=voter, defaults={"choice": choice, "at": clock.now()}
        )
        data = {"ballot": dispute.ballot}
        record(by=by, type="collaboration.dispute.chair_voted", subject=dispute.about, thing=dispute.urn, data=data)
        if moves.all_voted(dispute):
            moves.count_ballot(dispute, by)
    return dispute


def committee_again(*, by: Viewer, id: UUID) -> Dispute:
    """Where no committee could be formed: draw again, with a new secret, new words and the roster of today."""
    with transaction.atomic():
        dispute = moves.locked(id)
        if not policy.may_keep_roster(by):
            policy.must_be_side(by, dispute)
        policy.must_stand(dispute, Step.SHORT)
        draw = moves.begin_round(dispute, moves.current_draw(dispute).round + 1)
        moves.go(dispute, Step.AGAIN, terms.due("again", clock.today()))
        data = {"round": draw.round, "seal": draw.seal}
        record(by=by, type="collaboration.dispute.again", subject=dispute.about, thing=dispute.urn, data=data)
    return dispute


def _own_seat(by: Viewer, id: UUID) -> tuple[Dispute, CommitteeMember]:
    dispute = moves.locked(id)
    policy.must_be_open(dispute)
    rows = CommitteeMember.objects.select_related("mediator").filter(dispute=dispute, person_id=by.person_id)
    seat = rows.filter(person__isnull=False).order_by("-pk").first() if by.person_id else None
    if seat is None:
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("이 조정의 위원으로 뽑힌 사람만 할 수 있습니다."))
    if seat.state != CommitteeMember.State.DRAWN or seat.due < clock.today():
        raise Refused("conflict", _("이미 답했거나 답할 기한이 지났습니다."))
    return dispute, seat
