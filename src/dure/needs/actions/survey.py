"""Asking: a draft, opening it, more time, closing, finishing, taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import clock
from dure.core.events import record
from dure.core.ids import receipt_number
from dure.core.models import Audience
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.needs import policy
from dure.needs.models import AskedBody, Need, NeedsAnswer, NeedsSurvey
from dure.needs.public_text import refresh

MOST_LISTED, MOST_NAMED = 30, 300
LONGEST = timedelta(days=366)
TEXTS = {"title": 120, "purpose": 2000, "use": 2000}


def locked(id: UUID, by: Viewer) -> NeedsSurvey:
    """The survey, locked until the transaction ends. Refused `not_found`, also for a draft of others."""
    row = NeedsSurvey.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=id).first()
    if row is None:
        raise Refused("not_found", _("없는 수요조사입니다."))
    found: NeedsSurvey = row
    return found


def survey_save(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> NeedsSurvey:
    """Begin or change a draft; what is not among `fields` stays.

    Fields: title, purpose, use, mode, kinds (of `Body.Kind`), provinces and named (ids of bodies), until, promised_on,
    needs (titles of the proposed list, or none: then only own needs are asked for).
    """
    policy.must_ask_for(by, by.body_id)
    with transaction.atomic():
        known = NeedsSurvey.objects.select_for_update().filter(pk=id).first()
        if known is None:
            assert by.body_id
            now = clock.now()
            survey = NeedsSurvey(
                pk=id, body_id=by.body_id, person_id=by.person_id, created_at=now, receipt=receipt_number("N", id, now)
            )
        else:
            survey = known
            policy.must_own(by, survey)
            policy.must_be_draft(survey)
        _fill(survey, fields)
        survey.save(force_insert=known is None)
        if "needs" in fields:
            _list(survey, fields["needs"])
        record(by=by, type="needs.survey.drafted", subject=survey.urn)
    return survey


def survey_open(*, by: Viewer, id: UUID) -> NeedsSurvey:
    """Ask: from now on it is public and the bodies can answer. Refused `invalid` at the field that is missing."""
    with transaction.atomic():
        survey = locked(id, by)
        policy.must_own(by, survey)
        if survey.state == NeedsSurvey.State.OPEN:
            return survey
        policy.must_be_draft(survey)
        _must_be_whole(survey)
        bodies = _asked(survey)
        if not bodies:
            raise Refused("invalid", _("묻는 기관이 없습니다. 종류나 이름으로 한 곳 이상 골라 주세요."), "kinds")
        AskedBody.objects.bulk_create([AskedBody(survey=survey, body_id=body) for body in bodies])
        Audience.objects.get_or_create(subject=survey.pk, kind="partner", body_id=survey.body_id)
        survey.state, survey.opened_at = NeedsSurvey.State.OPEN, clock.now()
        survey.save()
        refresh(survey)
        record(by=by, type="needs.survey.opened", subject=survey.urn, data={"asked": len(bodies)})
    return survey


def survey_delete(*, by: Viewer, id: UUID) -> None:
    """Throw a draft away."""
    with transaction.atomic():
        survey = locked(id, by)
        policy.must_own(by, survey)
        policy.must_be_draft(survey)
        record(by=by, type="needs.survey.deleted", subject=survey.urn)
        survey.delete()


def survey_extend(*, by: Viewer, id: UUID, until: date | None, promised_on: date | None) -> NeedsSurvey:
    """Give more time: the new day is later than the old one; the promised day moves with it or stays."""
    with transaction.atomic():
        survey = locked(id, by)
        policy.must_own(by, survey)
        policy.must_be_open(survey)
        assert survey.until
        if until is None or until <= survey.until:
            raise Refused("invalid", _("지금 마감보다 뒤의 날로 정해 주세요."), "until")
        survey.until, survey.promised_on = until, promised_on
        _check_days(survey)
        survey.save()
        record(by=by, type="needs.survey.extended", subject=survey.urn, data={"until": until})
    return survey


def survey_sort(*, by: Viewer, id: UUID) -> NeedsSurvey:
    """Take no more answers and begin to put needs together: once the last day is over, or all have answered."""
    with transaction.atomic():
        survey = locked(id, by)
        policy.must_own(by, survey)
        if survey.state == NeedsSurvey.State.SORTING:
            return survey
        policy.must_be_open(survey)
        answered = NeedsAnswer.objects.filter(survey=survey).values("body_id")
        waiting = AskedBody.objects.filter(survey=survey).exclude(body_id__in=answered).exists()
        if survey.takes_answers and waiting:
            raise Refused("conflict", _("마감이 지나거나 모두가 답한 뒤에 정리를 시작할 수 있습니다."))
        _begin_sorting(survey)
        record(by=by, type="needs.survey.sorting", subject=survey.urn)
    return survey


def _begin_sorting(survey: NeedsSurvey) -> None:
    survey.state, survey.sorted_at = NeedsSurvey.State.SORTING, clock.now()
    survey.save(update_fields=["state", "sorted_at"])
    refresh(survey)


def survey_finish(*, by: Viewer, id: UUID) -> NeedsSurvey:
    """Every need has its answer: the survey is answered."""
    with transaction.atomic():
        survey = locked(id, by)
        policy.must_own(by, survey)
        if survey.state == NeedsSurvey.State.ANSWERED:
            return survey
        policy.must_be_sorting(survey)
        if left := Need.objects.filter(survey=survey, merged_into=None, ended_at=None, verdict="").count():
            raise Refused("conflict", _("아직 답하지 않은 수요가 %(n)d건 있습니다.") % {"n": left})
        survey.state, survey.ended_at = NeedsSurvey.State.ANSWERED, clock.now()
        survey.save(update_fields=["state", "ended_at"])
        record(by=by, type="needs.survey.answered", subject=survey.urn)
    return survey


def survey_withdraw(*, by: Viewer, id: UUID, reason: str) -> NeedsSurvey:
    """Take the survey back; its answers and the public reason stay."""
    with transaction.atomic():
        survey = locked(id, by)
        policy.must_own(by, survey)
        if survey.state not in (NeedsSurvey.State.OPEN, NeedsSurvey.State.SORTING):
            raise Refused("conflict", _("진행하고 있는 수요조사만 거둘 수 있습니다."))
        survey.end_reason = tidy(reason, longest=500, field="reason", needed=_("거두는 까닭을 적어 주세요."))
        survey.state, survey.ended_at = NeedsSurvey.State.WITHDRAWN, clock.now()
        survey.save(update_fields=["state", "ended_at", "end_reason"])
        record(by=by, type="needs.survey.withdrawn", subject=survey.urn)
    return survey


def _fill(survey: NeedsSurvey, fields: Mapping[str, Any]) -> None:
    for name, longest in TEXTS.items():
        if name in fields:
            setattr(survey, name, tidy(fields[name], longest=longest, field=name, one_line=name == "title"))
    if "mode" in fields:
        if fields["mode"] not in NeedsSurvey.Mode.values:
            raise Refused("invalid", _("점수와 순위 가운데 골라 주세요."), "mode")
        survey.mode = fields["mode"]
    if "kinds" in fields:
        if set(fields["kinds"]) - set(Body.Kind.values):
            raise Refused("invalid", _("기관의 종류에서 골라 주세요."), "kinds")
        survey.kinds = sorted(set(fields["kinds"]))
    for name in ("provinces", "named"):
        if name in fields:
            setattr(survey, name, _bodies(fields[name], name))
    for name in ("until", "promised_on"):
        if name in fields:
            setattr(survey, name, fields[name])
    _check_days(survey)


def _bodies(ids: Iterable[UUID], name: str) -> list[str]:
    wanted = {str(id) for id in ids}
    if len(wanted) > MOST_NAMED:
        raise Refused("invalid", _("이름으로는 %(n)d곳까지 고를 수 있습니다.") % {"n": MOST_NAMED}, name)
    rows = Body.objects.filter(pk__in=wanted, state=Body.State.CONFIRMED)
    if name == "provinces":
        rows = rows.filter(kind=Body.Kind.SIDO)
    if rows.count() != len(wanted):
        raise Refused("invalid", _("목록에 없는 기관이 있습니다."), name)
    return sorted(wanted)


def _check_days(survey: NeedsSurvey) -> None:
    today = clock.today()
    if survey.until and not today <= survey.until <= today + LONGEST:
        raise Refused("invalid", _("마감은 오늘부터 1년 안으로 정해 주세요."), "until")
    if survey.promised_on:
        if survey.until is None or survey.promised_on <= survey.until:
            raise Refused("invalid", _("답을 약속하는 날은 마감보다 뒤여야 합니다."), "promised_on")
        if survey.promised_on > today + 2 * LONGEST:
            raise Refused("invalid", _("답을 약속하는 날은 2년 안으로 정해 주세요."), "promised_on")


def _list(survey: NeedsSurvey, titles: Iterable[str]) -> None:
    listed = [tidy(title, longest=120, field="needs", one_line=True) for title in titles]
    listed = list(dict.fromkeys(title for title in listed if title))
    if len(listed) > MOST_LISTED:
        raise Refused("invalid", _("목록에는 %(n)d가지까지 올릴 수 있습니다.") % {"n": MOST_LISTED}, "needs")
    Need.objects.filter(survey=survey).delete()
    Need.objects.bulk_create(
        [Need(survey=survey, number=number, title=title) for number, title in enumerate(listed, start=1)]
    )


def _must_be_whole(survey: NeedsSurvey) -> None:
    missing = {
        "title": _("무엇을 묻는지 한 줄로 적어 주세요."),
        "purpose": _("왜 묻는지 적어 주세요."),
        "use": _("답을 어떻게 쓸지 적어 주세요. 답하는 기관이 가장 먼저 보는 것입니다."),
        "until": _("언제까지 답을 받는지 정해 주세요."),
        "promised_on": _("하나하나에 언제까지 답할지 정해 주세요."),
    }
    for name, words in missing.items():
        if not getattr(survey, name):
            raise Refused("invalid", words, name)


def _asked(survey: NeedsSurvey) -> list[UUID]:
    rows = Body.objects.valid_on(clock.today()).filter(state=Body.State.CONFIRMED).exclude(pk=survey.body_id)
    wanted = Q(pk__in=survey.named)
    if survey.kinds:
        by_kind = Q(kind__in=survey.kinds)
        if survey.provinces:
            by_kind &= Q(province__in=survey.provinces) | Q(pk__in=survey.provinces)
        wanted |= by_kind
    return list(rows.filter(wanted).order_by("pk").values_list("pk", flat=True))
