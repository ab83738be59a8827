"""By when a report must be answered: the kind of petition decides, in working hours or working days.

How the law is read here (민원 처리에 관한 법률 제19조, 시행령 제20조·제21조·제24조, 행정절차법 시행령 제11조제1호):

- While whoever reported is asked to make something clear, the term rests. A term in days leaves out every day from the
  one of the question to the one of the reply, both included; a term in working hours the hours in between. A question
  names a day until which a reply is waited for; after it the term runs again, so that a question buys no more time.
- A question that is asked when the term is over changes nothing.
- Passing on does not begin the term anew: moving between bodies takes no time here (제11조제2호 does not apply).
- An extension adds the whole term once more. A second look counts from the day it was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from dure.core import clock, workdays
from dure.reports import categories
from dure.reports.models import Extension, Report, Rest

REST_LAW = "민원 처리에 관한 법률 시행령 제20조, 행정절차법 시행령 제11조제1호"
EXTENSION_LAW = "민원 처리에 관한 법률 시행령 제21조"
MOVE_HOURS = 8
"""Working hours in which what is another body's is passed on (민원 처리에 관한 법률 제16조, 시행령 제13조; known)."""


def kind_of(report: Report) -> str:
    """The kind of petition. One whose term stands in another law, or that is not known yet, counts as a complaint
    (고충민원), as the table of categories says."""
    found = categories.category(report.category)
    return found.petition if found and found.petition in workdays.PETITION_TERMS else "grievance"


def set_due(report: Report, *, first: bool = False) -> None:
    """Fill in `due_at` and `due_law` from when it came in, and from the rests and extensions since then. `first`: it
    comes in just now, so there can be none."""
    kind, start = kind_of(report), report.second_look_at or report.created_at
    plain = workdays.deadline(start, kind)
    rests: list[tuple[datetime, datetime]] = []
    longer = 0
    if not first:
        known = Rest.objects.filter(report=report, started_at__gte=start).order_by("started_at")
        rests = [(rest.started_at, min(rest.ended_at or rest.until, rest.until)) for rest in known]
        round = 1 if report.second_look_at else 0
        longer = Extension.objects.filter(report=report, round=round, state=Extension.State.RUNS).count()
    report.due_at = due_at(start, kind, rests, longer)
    laws = [plain.law, REST_LAW if rests else "", EXTENSION_LAW if longer else ""]
    report.due_law = ", ".join(filter(None, laws))[:200]


def due_at(start: datetime, kind: str, rests: Sequence[tuple[datetime, datetime]] = (), longer: int = 0) -> datetime:
    """When a petition of that kind is due that came in at `start`, with `rests` (from, to; oldest first) in which the
    term did not run, and `longer` extensions. Never before the plain legal deadline."""
    plain = workdays.deadline(start, kind)
    counted: list[tuple[datetime, datetime]] = []
    due = _after(plain, start, counted, longer)
    for rest in rests:
        if rest[0] >= due:
            continue
        counted.append(rest)
        due = _after(plain, start, counted, longer)
    return due


def _after(
    plain: workdays.Deadline, start: datetime, rests: Sequence[tuple[datetime, datetime]], longer: int
) -> datetime:
    count = plain.term.count * (1 + longer)
    if plain.term.unit == "hours" or (plain.term.unit == "days" and plain.term.count <= 5):
        hours = count if plain.term.unit == "hours" else count * workdays.HOURS_PER_DAY
        return _in_hours(start, float(hours), rests)
    resting = [(clock.local(a).date(), clock.local(b).date()) for a, b in rests]
    day = plain.counted_from - timedelta(days=1)
    while count:
        day += timedelta(days=1)
        if workdays.is_working_day(day) and not any(a <= day <= b for a, b in resting):
            count -= 1
    return datetime.combine(day, workdays.CLOSING, clock.SEOUL)


def _in_hours(start: datetime, left: float, rests: Sequence[tuple[datetime, datetime]]) -> datetime:
    at = start
    for begins, ends in rests:
        if begins > at:
            worked = workdays.working_hours_between(at, begins)
            if worked >= left:
                return workdays.add_working_hours(at, left)
            left -= worked
        at = max(at, ends)
    return workdays.add_working_hours(at, left)


@cache
def road_classes() -> dict[str, str]:
    """Kinds of road by id, as the table of road authorities names them in Korean."""
    table = yaml.safe_load((Path(settings.BASE_DIR) / "data/roads/authority.yaml").read_text(encoding="utf-8"))
    return {row["id"]: row["names"]["ko"] for row in table["road_types"]}


def is_road_class(id: str) -> bool:
    return id in road_classes()
