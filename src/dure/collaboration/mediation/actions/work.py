"""The committee's work: hearings and their record, the proposal and its approval; and the parties' answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration.mediation import policy, terms
from dure.collaboration.mediation.actions import moves
from dure.collaboration.mediation.actions.refer import narrow
from dure.collaboration.mediation.models import (
    CommitteeMember,
    Dispute,
    Hearing,
    HearingRecord,
    MediationAnswer,
    MediationApproval,
    MediationDuty,
    MediationProposal,
    Step,
)
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

FARTHEST = timedelta(days=366)


def hearing_set(*, by: Viewer, id: UUID, hearing_id: UUID, at: datetime, place: str, invited: str) -> Hearing:
    """Set a hearing, or change one that has not been held: when, where (a place or a link), who is invited.

    By the chair. Refused: not_allowed, conflict, invalid (`at`: in the past, or more than a year ahead).
    """
    by = policy.alone(by)
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_chair(by, dispute)
        policy.must_stand(dispute, Step.WORKING)
        if not clock.now() < at <= clock.now() + FARTHEST:
            raise Refused("invalid", _("지금 뒤로 1년 안의 때를 정해 주세요."), "at")
        place = tidy(place, longest=300, field="place", needed=_("어디서 하는지 적어 주세요."), one_line=True)
        invited = tidy(invited, longest=500, field="invited", needed=_("누구를 부르는지 적어 주세요."), one_line=True)
        known = Hearing.objects.filter(pk=hearing_id).first()
        if known and (known.dispute_id != dispute.pk or known.state != Hearing.State.PLANNED):
            raise Refused("conflict", _("이미 열렸거나 취소된 자리입니다."))
        row = known or Hearing(pk=hearing_id, dispute=dispute, collaboration=dispute.collaboration)
        row.at, row.place, row.invited, row.person_id = at, place, invited, by.person_id
        row.save()
        data = {"at": at.isoformat(), "first": known is None}
        record(by=by, type="collaboration.dispute.hearing_set", subject=dispute.about, thing=row.urn, data=data)
    return row


def hearing_cancel(*, by: Viewer, id: UUID, hearing_id: UUID, reason: str) -> Hearing:
    by = policy.alone(by)
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_chair(by, dispute)
        row = _hearing(dispute, hearing_id)
        if row.state != Hearing.State.PLANNED:
            raise Refused("conflict", _("이미 열렸거나 취소된 자리입니다."))
        row.note = tidy(reason, longest=300, field="reason", needed=_("취소하는 까닭을 적어 주세요."), one_line=True)
        row.state = Hearing.State.CANCELLED
        row.save(update_fields=["note", "state"])
        record(by=by, type="collaboration.dispute.hearing_cancelled", subject=dispute.about, thing=row.urn)
    return row


def hearing_record(
    *, by: Viewer, id: UUID, hearing_id: UUID, text: str, narrowing: Mapping[str, Any] | None = None
) -> HearingRecord:
    """Write down what was said, once the hearing has begun; any member. Writing again changes the record."""
    by = policy.alone(by)
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_be_open(dispute)
        policy.must_sit(by, dispute)
        row = _hearing(dispute, hearing_id)
        if row.state == Hearing.State.CANCELLED:
            raise Refused("conflict", _("취소된 자리입니다."))
        if not row.begun:
            raise Refused("conflict", _("아직 열리지 않은 자리입니다."))
        text = tidy(text, longest=8000, field="text", needed=_("오간 이야기를 적어 주세요."))
        made = HearingRecord.objects.filter(hearing=row).first() or HearingRecord(
            hearing=row, dispute=dispute, collaboration=dispute.collaboration
        )
        made.text, made.person_id = text, by.person_id
        made.save()
        row.state = Hearing.State.HELD
        row.save(update_fields=["state"])
        record(by=by, type="collaboration.dispute.hearing_held", subject=dispute.about, thing=row.urn)
        narrow(by, made, narrowing)
    return made


def _hearing(dispute: Dispute, id: UUID) -> Hearing:
    row = Hearing.objects.filter(pk=id, dispute=dispute).first()
    if row is None:
        raise Refused("not_found", _("이런 자리가 없습니다."))
    return row


def draft_mark(proposal: MediationProposal) -> str:
    """A short mark of a draft's words, so that nobody approves another draft than the one they read."""
    duties = sorted((str(duty.body_id), duty.text) for duty in proposal.duties.all())
    return hashlib.sha256(repr([proposal.text, duties]).encode()).hexdigest()[:16]


def mediation_draft(*, by: Viewer, id: UUID, text: str, duties: Mapping[UUID, str]) -> MediationProposal:
    """Write the committee's draft, or change it: then the members' approvals begin anew. Any member.

    `duties` says what each party of the dispute would do; one without a duty may be left out.
    """
    by = policy.alone(by)
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_sit(by, dispute)
        policy.must_stand(dispute, Step.WORKING)
        text = tidy(text, longest=8000, field="text", needed=_("조정안을 적어 주세요."))
        sides = moves.sides_left(dispute)
        if not set(duties) <= sides:
            raise Refused("invalid", _("할 일은 갈등의 당사자에게만 정할 수 있습니다."), "duties")
        said = {
            body: tidy(duty, longest=1000, field=f"duty_{body}") for body, duty in duties.items() if str(duty).strip()
        }
        row = MediationProposal.objects.filter(dispute=dispute, put_at=None).first()
        if row is None:
            number = MediationProposal.objects.filter(dispute=dispute).count() + 1
            row = MediationProposal(dispute=dispute, collaboration=dispute.collaboration, number=number)
        row.text, row.person_id = text, by.person_id
        row.save()
        row.duties.all().delete()
        row.approvals.all().delete()
        MediationDuty.objects.bulk_create(
            [MediationDuty(proposal=row, body_id=body, text=duty) for body, duty in sorted(said.items()) if duty]
        )
        record(by=by, type="collaboration.dispute.drafted", subject=dispute.about, thing=row.urn)
    return row


def mediation_approve(*, by: Viewer, id: UUID, seen: str) -> MediationProposal:
    """Stand behind the draft one has read (`seen`, its mark). With more than half of the seats it goes to the parties.

    Refused `conflict` where the draft was changed meanwhile.
    """
    by = policy.alone(by)
    with transaction.atomic():
        dispute = moves.locked(id)
        member = policy.must_sit(by, dispute)
        policy.must_stand(dispute, Step.WORKING)
        row = MediationProposal.objects.filter(dispute=dispute, put_at=None).first()
        if row is None:
            raise Refused("conflict", _("아직 조정안의 초안이 없습니다."))
        if seen != draft_mark(row):
            raise Refused("conflict", _("그사이 초안이 바뀌었습니다. 다시 읽고 찬성해 주세요."))
        MediationApproval.objects.get_or_create(proposal=row, member=member)
        for_it = row.approvals.filter(member__state=CommitteeMember.State.ACCEPTED).count()
        data = {"for": for_it, "needed": needed(dispute)}
        if for_it >= needed(dispute):
            row.put_at = clock.now()
            row.save(update_fields=["put_at"])
            moves.go(dispute, Step.ANSWERING, terms.due("answering", clock.today()))
            record(by=by, type="collaboration.dispute.proposed", subject=dispute.about, thing=row.urn, data=data)
        else:
            record(by=by, type="collaboration.dispute.approved", subject=dispute.about, thing=row.urn, data=data)
    return row


def needed(dispute: Dispute) -> int:
    """How many members must approve a draft: more than half of those who hold a seat."""
    return CommitteeMember.objects.filter(dispute=dispute, state__in=moves.HOLDS).count() // 2 + 1


def mediation_answer(*, by: Viewer, id: UUID, accepts: bool, reason: str = "") -> MediationAnswer:
    """Accept the committee's proposal, or not and why. It stands; once all have answered the mediation is closed."""
    with transaction.atomic():
        dispute = moves.locked(id)
        policy.must_be_side(by, dispute)
        policy.must_stand(dispute, Step.ANSWERING)
        if dispute.due and dispute.due < clock.today():
            raise Refused("conflict", _("답할 기한이 지났습니다."))
        row = MediationProposal.objects.filter(dispute=dispute, put_at__isnull=False).latest("number")
        if MediationAnswer.objects.filter(proposal=row, body_id=by.body_id).exists():
            raise Refused("conflict", _("이미 답했습니다."))
        why = "" if accepts else _("받아들이지 않는 까닭을 적어 주세요.")
        made = MediationAnswer.objects.create(
            dispute=dispute,
            collaboration=dispute.collaboration,
            proposal=row,
            body_id=by.body_id,
            person_id=by.person_id,
            accepts=accepts,
            reason=tidy(reason, longest=1000, field="reason", needed=why),
        )
        data = {"accepts": accepts}
        record(by=by, type="collaboration.dispute.answered", subject=dispute.about, thing=made.urn, data=data)
        if moves.sides_left(dispute) <= set(row.answers.values_list("body_id", flat=True)):
            moves.finish(dispute, by)
    return made
