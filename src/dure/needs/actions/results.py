"""Each need gets its answer, is taken further, and shows what became of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.events import record
from dure.core.links import own
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.needs import policy
from dure.needs.actions.survey import locked
from dure.needs.models import Need, NeedFollow, NeedsSurvey

KINDS = ("collaboration",)
"""What a need can be taken further in."""


def need_answer(*, by: Viewer, id: UUID, verdict: str, reason: str, later_on: date | None = None) -> Need:
    """Take a need up, put it off to a date, or say no: each with a public reason. It can be changed; the timeline
    keeps that it was."""
    with transaction.atomic():
        need, _survey = _standing(by, id)
        if verdict not in Need.Verdict.values:
            raise Refused("invalid", _("받아들일지, 나중에 할지, 받아들이지 않을지 골라 주세요."), "verdict")
        need.verdict_reason = tidy(reason, longest=1000, field="reason", needed=_("까닭을 적어 주세요."))
        if verdict == Need.Verdict.LATER:
            if later_on is None or later_on <= clock.today():
                raise Refused("invalid", _("언제 다시 보는지 내일 뒤의 날로 정해 주세요."), "later_on")
            need.later_on = later_on
        else:
            need.later_on = None
        need.verdict, need.verdict_at = verdict, clock.now()
        need.save()
        record(by=by, type="needs.need.answered", subject=need.about, thing=need.urn, data={"verdict": verdict})
    return need


def need_outcome(*, by: Viewer, id: UUID, outcome: str, note: str) -> Need:
    """Say what became of a need that was taken up or put off."""
    with transaction.atomic():
        need, _survey = _standing(by, id)
        if need.verdict not in (Need.Verdict.TAKEN, Need.Verdict.LATER):
            raise Refused("conflict", _("받아들였거나 나중에 하기로 한 수요에만 적을 수 있습니다."))
        if outcome not in ("under_way", "done", "stopped"):
            raise Refused("invalid", _("어떻게 되었는지 골라 주세요."), "outcome")
        need.outcome_note = tidy(note, longest=1000, field="note", needed=_("무엇이 되었는지 적어 주세요."))
        need.outcome, need.outcome_at = outcome, clock.now()
        need.save()
        record(by=by, type="needs.need.outcome", subject=need.about, thing=need.urn, data={"outcome": outcome})
    return need


def need_link(*, by: Viewer, id: UUID, urn: str) -> NeedFollow:
    """Tie a need to a collaboration in which one's body is; shown from both sides. A second time changes nothing."""
    with transaction.atomic():
        need = _found(by, id)
        locked(need.survey_id, by)
        policy.must_follow(by, need)
        policy.must_be_sorted_or_done(need.survey)
        if not need.stands:
            raise Refused("conflict", _("합쳐진 수요에 이어 주세요."))
        if urn not in {link.urn for kind in KINDS for link in own(kind, by)}:
            raise Refused("invalid", _("우리 기관이 함께하는 협업에서 골라 주세요."), "urn")
        tie, made = NeedFollow.objects.get_or_create(need=need, urn=urn, defaults={"body_id": by.body_id})
        if made:
            record(by=by, type="needs.need.linked", subject=need.about, thing=need.urn, data={"to": urn})
    return tie


def need_unlink(*, by: Viewer, id: UUID) -> None:
    """Untie what one's own body, or as the asking body anybody, tied."""
    with transaction.atomic():
        tie = NeedFollow.objects.select_for_update(of=("self",)).select_related("need__survey").filter(pk=id).first()
        if tie is None:
            raise Refused("not_found", _("없는 이음입니다."))
        if not by.may_act_for(tie.body_id):
            policy.must_own(by, tie.need.survey)
        record(by=by, type="needs.need.unlinked", subject=tie.need.about, thing=tie.need.urn, data={"from": tie.urn})
        tie.delete()


def _found(by: Viewer, id: UUID) -> Need:
    need: Need | None = Need.objects.visible_to(by).select_related("survey").filter(pk=id).first()
    if need is None:
        raise Refused("not_found", _("없는 수요입니다."))
    return need


def _standing(by: Viewer, id: UUID) -> tuple[Need, NeedsSurvey]:
    """The need as it is once its survey is locked."""
    survey = locked(_found(by, id).survey_id, by)
    policy.must_own(by, survey)
    policy.must_be_sorted_or_done(survey)
    need = Need.objects.select_for_update().get(pk=id)
    if not need.stands:
        raise Refused("conflict", _("다른 수요와 합쳐졌습니다. 합친 수요에 답해 주세요."))
    return need, survey
