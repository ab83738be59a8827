"""Who may do what in a mediation. Each function refuses with the reason, or returns.

No party stands above another: whoever referred a dispute and those it is with may the same.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration import parties
from dure.collaboration.mediation.models import (
    CommitteeMember,
    Dispute,
    DisputeParty,
    Mediator,
    OfDispute,
    Step,
)
from dure.collaboration.models import Collaboration
from dure.collaboration.policy import must_be_party, must_be_together
from dure.core.refused import Refused
from dure.core.viewer import Viewer


def _refuse(by: Viewer, message: str) -> Refused:
    return Refused("not_signed_in" if by.kind == "anonymous" else "not_allowed", message)


def alone(by: Viewer) -> Viewer:
    """The person without the body they act for: who sits in a committee or stands on the roster does so as themselves,
    and no body's name stands beside it."""
    if by.person_id is None:
        return by
    return Viewer.person(by.person_id, staff_session_id=by.staff_session_id)


def may_keep_roster(by: Viewer) -> bool:
    """Operators in a staff session, and heads or officers of a central body: those that convene (the study, 표 5-2)."""
    if by.operator:
        return True
    if by.body_id is None or not by.is_person or not by.may_act_for(by.body_id):
        return False
    return Body.objects.filter(pk=by.body_id, kind=Body.Kind.CENTRAL, state=Body.State.CONFIRMED).exists()


def must_keep_roster(by: Viewer) -> None:
    if not may_keep_roster(by):
        raise _refuse(by, _("조정위원 명부는 중앙행정기관의 담당자와 운영자가 돌봅니다."))


def must_be_self(by: Viewer, mediator: Mediator) -> None:
    """Accepting, resigning, declaring interests: only by the person, whatever body they act for."""
    if by.person_id is None or by.person_id != mediator.person_id:
        raise _refuse(by, _("위촉받은 사람만 할 수 있습니다."))


def must_refer(by: Viewer, collaboration: Collaboration) -> None:
    must_be_party(by, collaboration)
    must_be_together(collaboration)


def is_side(by: Viewer, dispute: Dispute) -> bool:
    """Acts for a body between which the dispute is and which is still a party of the collaboration."""
    if by.body_id is None or not by.may_act_for(by.body_id):
        return False
    sides = DisputeParty.objects.filter(dispute=dispute, body_id=by.body_id)
    return sides.exists() and parties.is_party(by, dispute.collaboration)


def must_be_side(by: Viewer, dispute: Dispute) -> None:
    if not is_side(by, dispute):
        raise _refuse(by, _("이 갈등의 당사자인 기관의 담당자만 할 수 있습니다."))


def must_be_referrer(by: Viewer, dispute: Dispute) -> None:
    must_be_side(by, dispute)
    if by.body_id != dispute.body_id:
        raise _refuse(by, _("조정을 청한 기관만 거둘 수 있습니다."))


def must_be_open(dispute: Dispute) -> None:
    if not dispute.is_open:
        raise Refused("conflict", _("이미 마친 조정입니다."))


def must_stand(dispute: Dispute, *steps: Step) -> None:
    """The mediation is at one of these steps."""
    must_be_open(dispute)
    if dispute.step not in steps:
        raise Refused("conflict", _("지금 단계에서는 할 수 없습니다: %(step)s") % {"step": dispute.get_step_display()})


def sitting(by: Viewer, dispute: Dispute) -> CommitteeMember | None:
    """The viewer's own seat in the committee, taken and not left; None otherwise."""
    if by.person_id is None:
        return None
    return CommitteeMember.objects.filter(
        dispute=dispute, person_id=by.person_id, state=CommitteeMember.State.ACCEPTED
    ).first()


def must_sit(by: Viewer, dispute: Dispute) -> CommitteeMember:
    found = sitting(by, dispute)
    if found is None:
        raise _refuse(by, _("이 조정의 위원만 할 수 있습니다."))
    return found


def must_chair(by: Viewer, dispute: Dispute) -> CommitteeMember:
    found = must_sit(by, dispute)
    if not found.chair:
        raise _refuse(by, _("위원장만 할 수 있습니다."))
    return found


def must_add_evidence(by: Viewer, dispute: Dispute) -> None:
    must_be_open(dispute)
    if not is_side(by, dispute) and sitting(by, dispute) is None:
        raise _refuse(by, _("자료는 갈등의 당사자와 조정위원이 올립니다."))


def must_be_asked(by: Viewer, dispute: Dispute) -> None:
    """Was drawn, and has not answered yet."""
    rows = CommitteeMember.objects.filter(dispute=dispute, person_id=by.person_id, state=CommitteeMember.State.DRAWN)
    if by.person_id is None or not rows.exists():
        raise _refuse(by, _("이 조정의 위원으로 뽑힌 사람만 할 수 있습니다."))


def answers_for(by: Viewer, row: OfDispute) -> bool:
    """Decides who reads it: the body it is of; a member who sits, or sat at the end, where it is the committee's."""
    body_id = getattr(row, "body_id", None)
    if body_id is not None:
        return by.may_act_for(body_id)
    return sitting(by, row.dispute) is not None


def must_answer_for(by: Viewer, row: OfDispute) -> Viewer:
    """The viewer to decide as: acting for the body, or alone as a member."""
    if not answers_for(by, row):
        raise _refuse(by, _("이것을 올린 기관이나 조정위원만 정할 수 있습니다."))
    return by if getattr(row, "body_id", None) else alone(by)
