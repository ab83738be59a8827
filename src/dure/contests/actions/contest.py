"""Preparing a contest, opening it, giving it more time, withdrawing it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.bodies.queries import provinces
from dure.contests import policy, public_text
from dure.contests.criteria import known, usual_weights
from dure.contests.models import Contest, Criterion, Edge, Method, State
from dure.core import clock
from dure.core.events import record
from dure.core.ids import receipt_number
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

TEXTS = {"title": 120, "purpose": 4000, "theme": 200, "eligibility": 2000, "award": 500}
ONE_LINE = {"title", "theme"}
DATES = ("opens_on", "entries_until", "judging_until", "results_on")
NUMBERS = {
    "least_bodies": (1, 30),
    "least_judges": (1, 30),
    "select": (1, 200),
    "support_years": (0, 10),
    "support_won": (0, 10**13),
}


def contest_save(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> Contest:
    """Keep what was typed of a contest that is not opened yet; `id` is new at the first call.

    `fields`: texts, kinds, provinces, one_per_body, blind, method, trimmed, edge, numbers, dates, and `weights`
    {criterion: per-mille}, which must add up to 1000. Refused `invalid` at the field; `conflict` once it is open.
    """
    with transaction.atomic():
        contest = Contest.objects.select_for_update().filter(pk=id).first()
        if contest is None:
            policy.must_organise_for(by, by.body_id)
            now = clock.now()
            contest = Contest(
                pk=id, body_id=by.body_id, person_id=by.person_id, receipt=receipt_number("G", id, now), created_at=now
            )
            contest.save(force_insert=True)
            _weigh(contest, usual_weights())
        policy.must_organise(by, contest)
        policy.must_be(contest, State.DRAFT)
        _fill(contest, fields)
        contest.changed_at = clock.now()
        contest.save()
        if "weights" in fields:
            _weigh(contest, fields["weights"])
    return contest


def contest_open(*, by: Viewer, id: UUID) -> Contest:
    """Show the contest to everybody; entries are taken from its first day. Refused `invalid` where something misses.

    From here on nothing of it changes but its dates, and those only to later ones.
    """
    with transaction.atomic():
        contest = locked(id)
        policy.must_organise(by, contest)
        policy.must_be(contest, State.DRAFT)
        _complete(contest)
        contest.state, contest.opened_at = State.OPEN, clock.now()
        contest.changed_at = contest.opened_at
        contest.save(update_fields=["state", "opened_at", "changed_at"])
        public_text.refresh(contest)
        record(by=by, type="contests.opened", subject=contest.urn)
    return contest


def contest_extend(*, by: Viewer, id: UUID, fields: Mapping[str, date | None]) -> Contest:
    """Give more time: `entries_until`, `judging_until`, `results_on`, each only later than it was, and none once its
    stage is over."""
    with transaction.atomic():
        contest = locked(id)
        policy.must_organise(by, contest)
        policy.must_be(contest, State.OPEN, State.JUDGING)
        for name in DATES[1:]:
            before, day = getattr(contest, name), fields.get(name)
            if day is None or day == before:
                continue
            if day < before:
                raise Refused("invalid", _("날짜는 뒤로 미루는 것만 됩니다."), name)
            if name == "entries_until" and contest.state != State.OPEN:
                raise Refused("invalid", _("심사가 시작되어 응모 마감을 바꿀 수 없습니다."), name)
            setattr(contest, name, day)
        _dates_in_order(contest)
        contest.changed_at = clock.now()
        contest.save(update_fields=[*DATES, "changed_at"])
        days = {name: str(getattr(contest, name)) for name in DATES[1:]}
        record(by=by, type="contests.extended", subject=contest.urn, data=days)
    return contest


def contest_withdraw(*, by: Viewer, id: UUID, reason: str) -> Contest:
    """End a contest before its results, with a reason that everybody can read."""
    with transaction.atomic():
        contest = locked(id)
        policy.must_organise(by, contest)
        policy.must_be(contest, State.OPEN, State.JUDGING, State.DECIDED)
        said = tidy(reason, longest=500, field="reason", needed=_("거두는 까닭을 적어 주세요."))
        contest.state, contest.withdrawn_at, contest.withdrawn_reason = State.WITHDRAWN, clock.now(), said
        contest.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
        record(by=by, type="contests.withdrawn", subject=contest.urn)
    return contest


def draft_delete(*, by: Viewer, id: UUID) -> None:
    """Throw away a contest that was never opened."""
    with transaction.atomic():
        contest = locked(id)
        policy.must_organise(by, contest)
        policy.must_be(contest, State.DRAFT)
        record(by=by, type="contests.draft.deleted", subject=contest.urn)
        contest.delete()


def locked(id: UUID) -> Contest:
    """The contest's row, which guards everything in it. Refused `not_found`."""
    contest = Contest.objects.select_for_update(of=("self",)).select_related("body").filter(pk=id).first()
    if contest is None:
        raise Refused("not_found", _("없는 공모입니다."))
    return contest


def _fill(contest: Contest, fields: Mapping[str, Any]) -> None:
    for name, longest in TEXTS.items():
        if name in fields:
            setattr(contest, name, tidy(fields[name], longest=longest, field=name, one_line=name in ONE_LINE))
    for name, (low, high) in NUMBERS.items():
        if name in fields:
            setattr(contest, name, _number(fields[name], name, low, high))
    for name in DATES:
        if name in fields:
            setattr(contest, name, fields[name])
    for name in ("one_per_body", "blind", "trimmed"):
        if name in fields:
            setattr(contest, name, bool(fields[name]))
    allowed: dict[str, Callable[[], set[str]]] = {
        "kinds": lambda: set(Body.Kind.values),
        "provinces": lambda: {body.code for body in provinces()},
        "method": lambda: set(Method.values),
        "edge": lambda: set(Edge.values),
    }
    for name, choices in allowed.items():
        if name in fields:
            value = fields[name]
            if set(value if isinstance(value, list) else [value]) - choices():
                raise Refused("invalid", _("있는 것에서 골라 주세요."), name)
            setattr(contest, name, value)
    if any(name in fields for name in DATES):
        _dates_in_order(contest)


def _number(value: Any, name: str, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        words = _("%(low)s부터 %(high)s까지의 수를 적어 주세요.") % {"low": f"{low:,}", "high": f"{high:,}"}
        raise Refused("invalid", words, name)
    return value


def _dates_in_order(contest: Contest) -> None:
    """Each later than the one before, as far as they are there."""
    messages = {
        "entries_until": _("응모 마감은 여는 날과 같거나 뒤여야 합니다."),
        "judging_until": _("심사 마감은 응모 마감보다 뒤여야 합니다."),
        "results_on": _("결과 발표는 심사 마감과 같거나 뒤여야 합니다."),
    }
    for before, name in itertools.pairwise(DATES):
        first, second = getattr(contest, before), getattr(contest, name)
        if first and second and (second < first or (name == "judging_until" and second == first)):
            raise Refused("invalid", messages[name], name)


def _weigh(contest: Contest, weights: Mapping[str, Any]) -> None:
    there = {key: weight for key, weight in weights.items() if weight}
    if set(there) - set(known()):
        raise Refused("invalid", _("있는 기준에서 골라 주세요."), "weights")
    for weight in there.values():
        _number(weight, "weights", 1, 1000)
    total = sum(there.values())
    if total != 1000:
        words = _("기준의 무게를 모두 더하면 1000이 되어야 합니다. 지금은 %(total)s입니다.") % {"total": f"{total:,}"}
        raise Refused("invalid", words, "weights")
    contest.criteria.all().delete()
    Criterion.objects.bulk_create(
        [
            Criterion(contest=contest, key=key, weight=there[key], place=place, words=dict(one.words))
            for place, (key, one) in enumerate(known().items())
            if key in there
        ]
    )


def _complete(contest: Contest) -> None:
    needed = {
        "title": _("공모의 이름을 적어 주세요."),
        "purpose": _("왜 여는 공모인지 적어 주세요."),
        "eligibility": _("누가 응모할 수 있는지 적어 주세요."),
        "opens_on": _("응모를 받기 시작하는 날을 정해 주세요."),
        "entries_until": _("응모 마감일을 정해 주세요."),
        "judging_until": _("심사 마감일을 정해 주세요."),
        "results_on": _("결과를 알리는 날을 정해 주세요."),
    }
    for name, words in needed.items():
        if not getattr(contest, name):
            raise Refused("invalid", words, name)
    _dates_in_order(contest)
    assert contest.entries_until
    if contest.entries_until < clock.today():
        raise Refused("invalid", _("응모 마감일이 이미 지났습니다."), "entries_until")
    if sum(contest.criteria.values_list("weight", flat=True)) != 1000:
        raise Refused("invalid", _("기준의 무게를 모두 더하면 1000이 되어야 합니다."), "weights")
    if contest.support_won and not contest.support_years:
        raise Refused("invalid", _("지원금이 있으면 몇 해 지원하는지 정해 주세요."), "support_years")
