"""Who may keep alive, judge and end. Each function refuses with the reason, or returns."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from dure.bodies.queries import memberships_of
from dure.collaboration import policy as room
from dure.collaboration.closing.models import CitizenRating, Handover, Indicator
from dure.collaboration.models import TOGETHER, Collaboration, Outcome, Stage
from dure.collaboration.parties import members, party_bodies
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer

RATING_HOLDS = timedelta(days=90)
"""How long after the end people and parties may still rate."""


def may_check(collaboration: Collaboration) -> bool:
    """The checklist lives on after the end, unless there is nothing left to keep alive."""
    if collaboration.stage == Stage.ENDED:
        return collaboration.outcome != Outcome.FAILED
    return collaboration.stage in TOGETHER


def must_check(by: Viewer, collaboration: Collaboration) -> None:
    room.must_be_party(by, collaboration)
    if not may_check(collaboration):
        raise Refused("conflict", _("함께할 기관이 정해진 협업만 점검합니다. 뜻대로 되지 않아 마친 협업은 뺍니다."))
    if "closing" in collaboration.paused:
        room.must_run(collaboration, "closing")


def must_run(by: Viewer, collaboration: Collaboration) -> None:
    """Indicators, measurements and handovers: a party, between settling and the end, while no dispute stops it."""
    room.must_be_party(by, collaboration)
    room.must_run(collaboration, "closing")


def must_measure(by: Viewer, indicator: Indicator) -> None:
    must_run(by, indicator.collaboration)
    agreed = getattr(indicator.collaboration, "indicator_set", None)
    if indicator.dropped_at is not None:
        raise Refused("conflict", _("뺀 지표에는 잰 값을 적을 수 없습니다."))
    if agreed is None or agreed.agreed_at is None:
        raise Refused("conflict", _("모든 기관이 지표를 확인한 뒤부터 잰 값을 적을 수 있습니다."))


def may_rate(collaboration: Collaboration) -> bool:
    """While the parties work, and for 90 days after the end."""
    if collaboration.stage == Stage.ENDED:
        return collaboration.ended_at is not None and clock.now() < collaboration.ended_at + RATING_HOLDS
    return collaboration.stage == Stage.WORKING


def must_rate(collaboration: Collaboration) -> None:
    if not may_rate(collaboration):
        raise Refused("conflict", _("평가는 일을 시작한 뒤부터 마친 뒤 90일까지 받습니다."))


def is_of_a_party(by: Viewer, collaboration: Collaboration) -> bool:
    """The person belongs to a party, whichever body the person acts for now."""
    bodies = party_bodies(collaboration)
    return by.person_id is not None and any(row.body_id in bodies for row in memberships_of(by.person_id))


def must_rate_as_citizen(by: Viewer, collaboration: Collaboration) -> None:
    must_rate(collaboration)
    if is_of_a_party(by, collaboration):
        message = _("함께한 기관에 속한 분의 평가는 ‘함께한 기관의 평가’에 기관의 이름으로 남겨 주세요.")
        raise Refused("not_allowed", message)


def must_rate_as_party(by: Viewer, collaboration: Collaboration) -> None:
    room.must_be_party(by, collaboration)
    must_rate(collaboration)


def must_answer_handover(by: Viewer, handover: Handover) -> None:
    by.must_act_for(handover.to_body_id, _("맡아 달라는 청을 받은 기관의 담당자만 답할 수 있습니다."))
    if handover.state != Handover.State.ASKED:
        raise Refused("conflict", _("이미 답했거나 거둔 청입니다."))
    room.must_run(handover.collaboration, "closing")


def must_withdraw_handover(by: Viewer, handover: Handover) -> None:
    by.must_act_for(handover.asked_by_id, _("청한 기관의 담당자만 거둘 수 있습니다."))
    room.must_be_party(by, handover.collaboration)
    if handover.state not in (Handover.State.ASKED, Handover.State.ACCEPTED):
        raise Refused("conflict", _("이미 끝난 일이라 거둘 수 없습니다."))


def keepers(collaboration: Collaboration) -> set[UUID]:
    """The owning body; where that has left, every party that is still there."""
    there = members(collaboration)
    return {collaboration.body_id} & there or there


def keeps(by: Viewer, collaboration: Collaboration) -> bool:
    return by.body_id in keepers(collaboration) and by.may_act_for(by.body_id)


def must_edit_case(by: Viewer, collaboration: Collaboration) -> None:
    if not keeps(by, collaboration):
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("이 협업을 맡은 기관의 담당자만 사례를 고칠 수 있습니다."))


def wrote(by: Viewer, rating: CitizenRating) -> bool:
    return by.person_id is not None and by.person_id == rating.person_id


def may_moderate(by: Viewer, rating: CitizenRating) -> bool:
    """Officers of the body that keeps the collaboration over words (never over numbers), except their own; operators
    in a staff session."""
    return by.operator or (keeps(by, rating.collaboration) and not wrote(by, rating))


def must_moderate(by: Viewer, rating: CitizenRating) -> None:
    if not may_moderate(by, rating):
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("이 평가의 글을 가리거나 되살릴 권한이 없습니다."))
