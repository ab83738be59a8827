"""Who may do what in the workspace. Each function refuses with the reason, or returns."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from dure.bodies.queries import officers_of
from dure.collaboration import parties, policy
from dure.collaboration.models import Collaboration, Party
from dure.collaboration.workspace.models import Meeting, Work
from dure.core.refused import Refused
from dure.core.viewer import Viewer


def must_write(by: Viewer, collaboration: Collaboration) -> None:
    """Whoever acts for a party, while the parties are together and no dispute pauses the work."""
    policy.must_be_party(by, collaboration)
    policy.must_run(collaboration, "workspace")


def may_write(viewer: Viewer, collaboration: Collaboration) -> bool:
    try:
        must_write(viewer, collaboration)
    except Refused:
        return False
    return True


def must_read_as_party(by: Viewer, collaboration: Collaboration) -> None:
    """A person who reads for a party, in whatever role."""
    if by.person_id is None or not parties.is_party(by, collaboration):
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("함께하는 기관의 사람만 할 수 있습니다."))


def must_be_a_party(collaboration: Collaboration, body_id: UUID | None, field: str) -> None:
    """The body named for a piece of work is a party now."""
    rows = list(Party.objects.filter(collaboration=collaboration, body_id=body_id).values_list("left_at", flat=True))
    if not rows:
        raise Refused("invalid", _("함께하는 기관 가운데서 골라 주세요."), field)
    if None not in rows:
        raise Refused("invalid", _("이 협업을 떠난 기관입니다. 함께하는 기관 가운데서 골라 주세요."), field)


def must_act_there(body_id: UUID, person_id: UUID, field: str) -> None:
    """The person named acts for the body named."""
    if person_id not in officers_of(body_id):
        raise Refused("invalid", _("맡은 기관의 책임자나 담당자 가운데서 골라 주세요."), field)


def must_have_made(by: Viewer, thing: Work) -> None:
    """Who may read a thing is decided by the party that made it."""
    by.must_act_for(thing.body_id, _("이것을 만든 기관의 담당자만 공개 범위를 정할 수 있습니다."))


def must_stand(meeting: Meeting) -> None:
    if meeting.cancelled_at is not None:
        raise Refused("conflict", _("취소한 회의입니다."))


def must_be_invited(by: Viewer, meeting: Meeting) -> None:
    """A person who acts for a party that is invited."""
    if by.person_id is None or by.body_id is None or not by.may_act_for(by.body_id):
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("초대받은 기관의 담당자만 답할 수 있습니다."))
    if not meeting.invited.filter(body_id=by.body_id).exists():
        raise Refused("not_allowed", _("초대받은 기관의 담당자만 답할 수 있습니다."))
