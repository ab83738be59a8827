"""Answering, in the name of a body that is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.core.visibility import Level, open_up, withhold
from dure.needs import policy
from dure.needs.actions.survey import locked
from dure.needs.models import Need, NeedsAnswer, NeedsSurvey
from dure.needs.public_text import refresh

MOST_OWN = 10
OWN_TEXTS = {"title": 120, "why": 1000, "people": 200}


def answer_give(
    *,
    by: Viewer,
    survey_id: UUID,
    priorities: Mapping[UUID, int],
    own: Sequence[Mapping[str, Any]] = (),
    note: str = "",
) -> NeedsAnswer:
    """Give the body's answer, or change it until the last day. There is one for each body.

    `priorities`: points 1 to 5 or ranks from 1 (the same rank may stand twice) for listed needs; what is left out is
    unknown, not zero. `own`: up to ten needs of its own, each with title, why, people and points (1 to 5); an empty
    title leaves its place empty. Fields at fault are called `priority_<id>`, `own`, and `own_<number>_<name>`.
    """
    with transaction.atomic():
        survey = locked(survey_id, by)
        policy.must_answer(by, survey)
        listed = {need.pk: need for need in Need.objects.filter(survey=survey, answer=None, is_merged=False)}
        said = _priorities(survey, listed, priorities)
        needs = _own(own)
        text = tidy(note, longest=1000, field="note")
        if not said and not needs and not text:
            raise Refused("invalid", _("한 가지 이상 답해 주세요."))
        assert by.body_id
        answer = NeedsAnswer.objects.filter(survey=survey, body_id=by.body_id).first()
        known = answer is not None
        answer = answer or NeedsAnswer(survey=survey, body_id=by.body_id)
        answer.priorities, answer.note = said, text
        answer.person_id, answer.changed_at = by.person_id, clock.now()
        answer.save()
        _keep_own(answer, needs)
        refresh(survey)
        type = "needs.answer.changed" if known else "needs.answer.given"
        record(by=by, type=type, subject=survey.urn, thing=answer.urn)
    return answer


def answer_narrow(*, by: Viewer, id: UUID, level: str, reason: str = "", review_on: date | None = None) -> NeedsAnswer:
    """Show one's answer to the asking body alone (`partners`), or to everybody again (`public`)."""
    with transaction.atomic():
        answer: NeedsAnswer | None = (
            NeedsAnswer.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=id).first()
        )
        if answer is None:
            raise Refused("not_found", _("없는 답입니다."))
        policy.must_hold_answer(by, answer)
        if level == Level.PUBLIC:
            open_up(by=by, thing=answer)
        elif level == Level.PARTNERS:
            withhold(by=by, thing=answer, level=level, reason=reason, review_on=review_on)
        else:
            raise Refused("invalid", _("답은 물어본 기관에는 보여야 합니다."), "visibility")
        refresh(answer.survey)
    return answer


def _priorities(survey: NeedsSurvey, listed: Mapping[UUID, Need], given: Mapping[UUID, int]) -> dict[str, int]:
    if set(given) - set(listed):
        raise Refused("invalid", _("이 수요조사의 목록에 없는 수요입니다."), "priorities")
    points = survey.mode == NeedsSurvey.Mode.POINTS
    most = 5 if points else len(listed)
    for id, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            words = _("1부터 %(n)d까지 가운데 골라 주세요.") % {"n": most}
            raise Refused("invalid", words, f"priority_{id}")
    return {str(id): value for id, value in given.items()}


def _own(given: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    if len(given) > MOST_OWN:
        raise Refused("invalid", _("우리 기관의 수요는 %(n)d가지까지 적을 수 있습니다.") % {"n": MOST_OWN}, "own")
    kept = {}
    for number, one in enumerate(given, start=1):
        texts: dict[str, Any] = {
            name: tidy(one.get(name, ""), longest=longest, field=f"own_{number}_{name}", one_line=name != "why")
            for name, longest in OWN_TEXTS.items()
        }
        points = one.get("points") or None
        if not texts["title"]:
            if texts["why"] or texts["people"] or points:
                raise Refused("invalid", _("무엇이 필요한지 적어 주세요."), f"own_{number}_title")
            continue
        if points is None:
            raise Refused("invalid", _("얼마나 급한지 골라 주세요."), f"own_{number}_points")
        if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= 5:
            raise Refused("invalid", _("1부터 %(n)d까지 가운데 골라 주세요.") % {"n": 5}, f"own_{number}_points")
        kept[number] = {**texts, "points": points}
    return kept


def _keep_own(answer: NeedsAnswer, needs: Mapping[int, Mapping[str, Any]]) -> None:
    """Needs keep their id by their number, so that a link to one goes on working when its words change."""
    Need.objects.filter(answer=answer).exclude(number__in=list(needs)).delete()
    there = {need.number: need for need in Need.objects.filter(answer=answer)}
    for number, texts in needs.items():
        need = there.get(number) or Need(survey_id=answer.survey_id, answer=answer, number=number)
        for name, value in texts.items():
            setattr(need, name, value)
        need.save()
