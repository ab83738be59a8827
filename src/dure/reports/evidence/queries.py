"""Reports as a list, for files, and counted; always narrowed to the viewer, and what is withheld is counted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Value
from django.db.models.expressions import ExpressionWrapper

from dure.core import clock
from dure.core.keyset import Page, page
from dure.core.viewer import Viewer
from dure.core.visibility import Reason
from dure.reports import categories
from dure.reports.evidence import areas
from dure.reports.evidence.wanted import Wanted
from dure.reports.models import Report
from dure.reports.queries import visible

PAGE = 30
MOST_COUNTED = 10_000
BATCH = 2_000
ORDERS = {"newest": ("-created_at", "-pk"), "oldest": ("created_at", "pk"), "due": ("due_at", "pk")}
METRES_A_DEGREE = 111_195.0
"""of a great circle, with the mean radius of the earth (6,371.0 km)"""
NOT_COUNTED = (Report.Outcome.JOINED, Report.Outcome.SPLIT, Report.Outcome.ABUSE)


def begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SEOUL)


def placed(wanted: Wanted) -> Q:
    """Everything of the filter but the words: it asks nothing that a withheld report would give away."""
    now = clock.now()
    q = Q()
    if wanted.bodies:
        q &= Q(body__in=[body.pk for body in wanted.bodies])
    if wanted.area:
        q &= areas.in_area(wanted.area)
    if wanted.category:
        q &= Q(category=wanted.category)
    elif wanted.group:
        group = next(one for one in categories.groups() if one.id == wanted.group)
        q &= Q(category__in=[one.id for one in group.categories])
    if wanted.state == "open":
        q &= ~Q(state=Report.State.CLOSED)
    elif wanted.state != "all":
        q &= Q(state=wanted.state)
    if wanted.since:
        q &= Q(created_at__gte=begin_of(wanted.since))
    if wanted.until:
        q &= Q(created_at__lt=begin_of(wanted.until + timedelta(days=1)))
    if wanted.counted:
        q &= ~Q(outcome__in=NOT_COUNTED) & Q(joined_to=None)
    return q & _only(wanted.only, now) & _where(wanted)


def _only(only: str, now: datetime) -> Q:
    open = ~Q(state=Report.State.CLOSED)
    return {
        "": Q(),
        "overdue": open & Q(due_at__lt=now),
        "late": Q(closed_at__gt=F("due_at")) | (open & Q(due_at__lt=now)),
        "in_time": Q(closed_at__lte=F("due_at")),
        "moved": Q(moves_count__gt=0),
        "again": Q(second_look_at__isnull=False),
        "placeless": Q(area_code=""),
    }[only]


def _where(wanted: Wanted) -> Q:
    q = Q()
    if wanted.box:
        west, south, east, north = wanted.box
        q &= Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    if wanted.near:
        lon, lat = wanted.near
        high = wanted.radius / METRES_A_DEGREE
        wide = high / max(math.cos(math.radians(lat)), 0.01)
        q &= Q(lon__gte=lon - wide, lon__lte=lon + wide, lat__gte=lat - high, lat__lte=lat + high)
    return q


def matching(viewer: Viewer, wanted: Wanted) -> QuerySet[Any]:
    """The reports this viewer may read that fit the filter, with their body, in no order."""
    rows = visible(viewer).filter(placed(wanted))
    if wanted.near:
        lon, lat = wanted.near
        scale = math.cos(math.radians(lat))
        east, north = (F("lon") - Value(lon)) * Value(scale), F("lat") - Value(lat)
        away = ExpressionWrapper(east * east + north * north, output_field=FloatField())
        rows = rows.alias(away=away).filter(away__lte=(wanted.radius / METRES_A_DEGREE) ** 2)
    for word in wanted.q.split()[:8]:
        rows = rows.filter(Q(words__icontains=word) | Q(address__icontains=word) | Q(receipt__iexact=word))
    return rows


def listed(viewer: Viewer, wanted: Wanted, after: str = "") -> Page[Any]:
    """One page of the list. Ordered by deadline, those without one are left out: there is none to order by."""
    rows = matching(viewer, wanted)
    if wanted.sort == "due":
        rows = rows.filter(due_at__isnull=False)
    return page(rows.defer("original"), order=ORDERS[wanted.sort], after=after, limit=PAGE, name="reports")


def how_many(viewer: Viewer, wanted: Wanted) -> tuple[int, bool]:
    """How many fit, counted up to MOST_COUNTED; and whether there are more."""
    n = matching(viewer, wanted).order_by().values("pk")[: MOST_COUNTED + 1].count()
    return min(n, MOST_COUNTED), n > MOST_COUNTED


def withheld(viewer: Viewer, wanted: Wanted) -> list[tuple[str, int]]:
    """How many reports that would fit are withheld from this viewer, by reason. Words are not looked at: whether one
    matches would tell what it says; nor is the place nearer than the municipality."""
    coarse = wanted.but(near=None, box=None)
    rows = Report.objects.withheld_from(viewer).filter(placed(coarse)).exclude(outcome=Report.Outcome.ABUSE).order_by()
    found = rows.values_list("withheld_reason").annotate(n=Count("pk"))
    return sorted((str(Reason(reason).label), n) for reason, n in found)


def every_row(viewer: Viewer, wanted: Wanted) -> Iterator[Any]:
    """All rows that fit, newest first, read a batch at a time: a cursor held open would keep a writer waiting."""
    rows = matching(viewer, wanted).defer("original").order_by("-created_at", "-pk")
    last = None
    while True:
        batch = rows
        if last is not None:
            # The first condition alone lets the index begin where the last batch ended.
            batch = rows.filter(created_at__lte=last.created_at).filter(
                Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk)
            )
        found = list(batch[:BATCH])
        yield from found
        if len(found) < BATCH:
            return
        last = found[-1]
