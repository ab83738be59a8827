"""What waits in mediations: for the officers of the parties, and for the people of the committees."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from dure.collaboration.mediation import queries
from dure.collaboration.mediation.models import (
    ChairVote,
    CommitteeMember,
    Dispute,
    DisputeStatement,
    MediationAnswer,
    Mediator,
    Step,
)
from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer


def desk(viewer: Viewer) -> Iterator[DeskItem]:
    """Where the viewer's body is a party and it is its turn."""
    if viewer.body_id is None:
        return
    rows = list(queries.open_disputes_of(viewer.body_id).order_by("due", "pk"))
    stated = DisputeStatement.objects.filter(dispute__in=rows, body_id=viewer.body_id)
    said = set(stated.values_list("dispute_id", flat=True))
    answers = MediationAnswer.objects.filter(dispute__in=rows, body_id=viewer.body_id)
    answered = set(answers.values_list("dispute_id", flat=True))
    for row in rows:
        why = ""
        if row.step == Step.STATING and row.pk not in said:
            why = _("우리 기관의 입장을 밝혀 주세요.")
        elif row.step == Step.ANSWERING and row.pk not in answered:
            why = _("조정안에 답해 주세요.")
        elif row.step == Step.SHORT:
            why = _("조정위원이 모자랍니다. 명부가 채워지면 다시 뽑기를 청해 주세요.")
        elif row.agreed_text and any(s.body_id == viewer.body_id and s.agreed_at is None for s in row.sides.all()):
            why = _("당사자끼리 뜻을 모은 글을 확인해 주세요.")
        if why:
            yield _item(row, why)


def personal(viewer: Viewer) -> Iterator[DeskItem]:
    """Entries of the roster to answer, seats to take, and the committees one sits in: 내 조정위원회."""
    if viewer.person_id is None:
        return
    for entry in queries.own_entries(viewer):
        if entry.state == Mediator.State.ASKED:
            yield DeskItem(
                title=_("조정위원 위촉"),
                url=entry.get_absolute_url(),
                kind=_("조정위원"),
                state=str(entry.get_state_display()),
                why=_("조정위원을 맡을지 답해 주세요."),
                since=entry.registered_at,
            )
    seats = queries.own_seats(viewer)
    votes = ChairVote.objects.filter(voter__in=seats).values_list("dispute_id", "ballot")
    voted = set(votes)
    for seat in seats:
        yield _seat(seat, (seat.dispute_id, seat.dispute.ballot) in voted)


def _seat(seat: CommitteeMember, voted: bool) -> DeskItem:
    row = seat.dispute
    if seat.state == CommitteeMember.State.DRAWN:
        return _item(row, _("조정위원으로 뽑혔습니다. 맡을지 답해 주세요."), seat)
    why = {
        Step.ELECTING: "" if voted else _("위원장을 뽑아 주세요."),
        Step.WORKING: _("자리를 마련하고 조정안을 내 주세요.") if seat.chair else _("조정안을 함께 만들어 주세요."),
    }.get(Step(row.step), "")
    return _item(row, why, seat)


def _item(row: Dispute, why: str, seat: CommitteeMember | None = None) -> DeskItem:
    due = seat.due if seat and seat.state == CommitteeMember.State.DRAWN else row.due
    return DeskItem(
        title=f"{row.title} · {row.collaboration.call.title}",
        url=row.get_absolute_url(),
        kind=_("내 조정위원회") if seat else _("갈등 조정"),
        state=str(row.get_step_display()),
        why=why,
        due=due,
        since=row.opened_at,
    )
