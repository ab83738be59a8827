"""Figures of the company desk: by quarter, by body, and as it stands. Withheld difficulties are counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import clock
from dure.core.refused import Refused
from dure.reports.company.quarters import Quarter
from dure.reports.company.queries.matters import NOT_COUNTED
from dure.reports.models import CompanyCare, Report, RuleChange, RuleStep, Visit

QUARTERS = 8
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """A quarter. `days`: the median of days from coming in to the answer, of what was answered in it (None: nothing
    was); `in_time`: answered by the deadline. `open` at its end (now, for the running one)."""

    quarter: Quarter
    received: int
    answered: int
    in_time: int
    open: int
    days: float | None
    visits: int
    companies: int
    cared: int
    collected: int
    sent: int
    replied: int
    changed: int
    refused: int


@dataclass(frozen=True)
class Now:
    open: int
    overdue: int
    answered: int
    days: float | None
    cared: int
    rules: dict[str, int]


@dataclass(frozen=True)
class OfBody:
    body: Body
    open: int
    overdue: int
    answered: int
    days: float | None
    visits: int
    cared: int
    changed: int


def body_of(slug: str) -> Body | None:
    """The public body with this short address; None for ''. Refused `not_found`."""
    if not slug:
        return None
    found = Body.objects.filter(slug=slug).select_related("province").first()
    if found is None or not found.is_public_body:
        raise Refused("not_found", _("없는 기관입니다."))
    return found


def _reports(body: Body | None) -> QuerySet[Report]:
    rows = Report.objects.filter(kind="company").exclude(outcome__in=NOT_COUNTED)
    return rows.filter(body=body) if body else rows


def _days(pairs: list[tuple[datetime, datetime]]) -> float | None:
    return round(median((closed - made) / DAY for made, closed in pairs), 1) if pairs else None


def quarters(body: Body | None = None, count: int = QUARTERS) -> list[Row]:
    """The last `count` quarters, the running one first."""
    this = Quarter.of(clock.today())
    asked = [this.before(n) for n in range(count)]
    begin, first = asked[-1].begins, asked[-1].first
    received: Counter[Quarter] = Counter()
    answered: dict[Quarter, list[tuple[datetime, datetime]]] = defaultdict(list)
    in_time: Counter[Quarter] = Counter()
    spans = _reports(body).filter(Q(closed_at=None) | Q(closed_at__gte=begin))
    lives = list(spans.values_list("created_at", "closed_at", "due_at"))
    for made, closed, due in lives:
        received[_of(made)] += 1
        if closed:
            answered[_of(closed)].append((made, closed))
            in_time[_of(closed)] += due is None or closed <= due
    visits: Counter[Quarter] = Counter()
    companies: dict[Quarter, set[UUID]] = defaultdict(set)
    rows = Visit.objects.filter(state=Visit.State.MADE, on__gte=first)
    for on, company in (rows.filter(body=body) if body else rows).values_list("on", "company"):
        visits[Quarter.of(on)] += 1
        companies[Quarter.of(on)].add(company)
    steps: dict[Quarter, Counter[str]] = defaultdict(Counter)
    moved = RuleStep.objects.filter(on__gte=first)
    for on, state in (moved.filter(rule__body=body) if body else moved).values_list("on", "state"):
        steps[Quarter.of(on)][state] += 1
    new = RuleChange.objects.filter(collected_on__gte=first)
    for on in (new.filter(body=body) if body else new).values_list("collected_on", flat=True):
        steps[Quarter.of(on)]["collected"] += 1
    cares = CompanyCare.objects.filter(Q(until=None) | Q(until__gte=begin))
    terms = list((cares.filter(body=body) if body else cares).values_list("company", "since", "until"))
    return [
        Row(
            quarter=one,
            received=received[one],
            answered=len(answered[one]),
            in_time=in_time[one],
            open=sum(1 for made, closed, _due in lives if made < one.ends and (closed is None or closed >= one.ends)),
            days=_days(answered[one]),
            visits=visits[one],
            companies=len(companies[one]),
            cared=len({id for id, since, until in terms if since < one.ends and (until is None or until >= one.ends)}),
            collected=steps[one]["collected"],
            sent=steps[one]["sent"],
            replied=steps[one]["answered"],
            changed=steps[one]["changed"],
            refused=steps[one]["refused"],
        )
        for one in asked
    ]


def _of(moment: datetime) -> Quarter:
    return Quarter.of(clock.local(moment).date())


def now(body: Body | None = None) -> Now:
    """As it stands; the days are those of the last year's answers."""
    late = Q(due_at__lt=clock.now()) & ~Q(state=Report.State.CLOSED)
    found = _reports(body).aggregate(
        open=Count("pk", filter=~Q(state=Report.State.CLOSED)),
        overdue=Count("pk", filter=late),
        answered=Count("pk", filter=Q(state=Report.State.CLOSED)),
    )
    since = clock.now() - timedelta(days=365)
    pairs = list(_reports(body).filter(closed_at__gte=since).values_list("created_at", "closed_at"))
    rules = RuleChange.objects.filter(body=body) if body else RuleChange.objects.all()
    states = dict(rules.order_by().values_list("state").annotate(n=Count("pk")))
    cares = CompanyCare.objects.filter(until=None)
    return Now(
        **found,
        days=_days(pairs),
        cared=(cares.filter(body=body) if body else cares).values("company").distinct().count(),
        rules={state: states.get(state, 0) for state in RuleChange.State.values},
    )


def by_body() -> list[OfBody]:
    """The bodies that companies turned to, those with most open first; nothing is weighed."""
    late = Q(due_at__lt=clock.now()) & ~Q(state=Report.State.CLOSED)
    rows = (
        _reports(None)
        .exclude(body=None)
        .order_by()
        .values(key=F("body"))
        .annotate(
            open=Count("pk", filter=~Q(state=Report.State.CLOSED)),
            overdue=Count("pk", filter=late),
            answered=Count("pk", filter=Q(state=Report.State.CLOSED)),
        )
    )
    counted = {row["key"]: row for row in rows}
    since = clock.now() - timedelta(days=365)
    pairs: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for key, made, closed in _reports(None).filter(closed_at__gte=since).values_list("body", "created_at", "closed_at"):
        pairs[key].append((made, closed))
    visits = _count(Visit.objects.filter(state=Visit.State.MADE, on__gte=clock.today() - timedelta(days=365)))
    cared = _count(CompanyCare.objects.filter(until=None))
    changed = _count(RuleChange.objects.filter(state=RuleChange.State.CHANGED))
    keys = set(counted) | set(visits) | set(cared)
    made_rows = [
        OfBody(
            body=body,
            open=counted.get(body.pk, {}).get("open", 0),
            overdue=counted.get(body.pk, {}).get("overdue", 0),
            answered=counted.get(body.pk, {}).get("answered", 0),
            days=_days(pairs[body.pk]),
            visits=visits.get(body.pk, 0),
            cared=cared.get(body.pk, 0),
            changed=changed.get(body.pk, 0),
        )
        for body in Body.objects.filter(pk__in=keys).select_related("province")
    ]
    return sorted(made_rows, key=lambda row: (-row.open, -row.answered, row.body.full_name_ko))


def _count(rows: QuerySet[Visit] | QuerySet[CompanyCare] | QuerySet[RuleChange]) -> dict[UUID, int]:
    return dict(rows.order_by().values_list("body").annotate(n=Count("pk")))
