"""Reports near one that is being made, one's own reports, and what waits to be looked at."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from dure.core import clock, keyset
from dure.core.viewer import Viewer
from dure.reports import categories, queries
from dure.reports.models import Intake, Report

SINCE = timedelta(days=30)
"""How old a report may be that is still offered for joining; it must be open anyway."""
REACH_M = 100.0
REACH_ON_ROADS_M = 200.0
MOST_REACH_M = 1_000.0
ALIKE = 0.25
"""Share of common letter pairs from which two texts speak of the same."""
LOOKED_AT = 60
OFFERED = 3
PAGE = 20
DEGREE_M = 111_320.0


@dataclass(frozen=True)
class Near:
    """A report that may be the same matter, and how far away it is; None where neither has a point."""

    report: Report
    metres: int | None
    others: int


def metres_between(lon: float, lat: float, lon2: float, lat2: float) -> float:
    """Great-circle distance in metres on a sphere of 6,371,009 m: exact to 0.6 %."""
    one, two = math.radians(lat), math.radians(lat2)
    half = math.sin((two - one) / 2) ** 2
    half += math.cos(one) * math.cos(two) * math.sin(math.radians(lon2 - lon) / 2) ** 2
    return 2 * 6_371_009 * math.asin(min(1.0, math.sqrt(half)))


def bare(words: str) -> str:
    """The letters and figures of a text alone, in small letters: what is compared."""
    return re.sub(r"[\W_]+", "", words.lower())


def words_hash(words: str) -> str:
    text = bare(words)
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def alike(one: str, two: str) -> float:
    """Jaccard index of the letter pairs of two texts, 0 to 1."""
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (bare(one), bare(two))]
    both = pairs[0] | pairs[1]
    return len(pairs[0] & pairs[1]) / len(both) if both else 0.0


def near(
    viewer: Viewer,
    *,
    words: str,
    category: str,
    lon: float | None,
    lat: float | None,
    accuracy_m: float | None = None,
    address: str = "",
    leave_out: UUID | None = None,
) -> list[Near]:
    """Open reports the viewer may read that may be the same matter, nearest first: near in place (how near depends on
    the category and the accuracy), not older than `SINCE`, and of the same category or in like words."""
    rows = queries.visible(viewer).filter(
        ~Q(state=Report.State.CLOSED), kind=Report.Kind.CITIZEN, created_at__gt=clock.now() - SINCE
    )
    rows = rows.exclude(pk=leave_out) if leave_out else rows
    if lon is not None and lat is not None:
        reach = _reach(category, accuracy_m)
        wide = reach / (DEGREE_M * max(math.cos(math.radians(lat)), 0.01))
        high = reach / DEGREE_M
        rows = rows.filter(lon__range=(lon - wide, lon + wide), lat__range=(lat - high, lat + high))
    elif address:
        rows = rows.filter(lon=None, address__iexact=address)
        reach = math.inf
    else:
        return []
    found: list[tuple[float, Report]] = []
    for row in rows.order_by("-created_at")[:LOOKED_AT]:
        away = 0.0 if lon is None or lat is None else metres_between(lon, lat, row.lon, row.lat)
        if away <= reach and _same_matter(row, words, category):
            found.append((away, row))
    found.sort(key=lambda one: (one[0], -one[1].created_at.timestamp()))
    kept = found[:OFFERED]
    counts = joined_counts([row.pk for _away, row in kept])
    return [Near(row, None if lon is None else round(away), counts.get(row.pk, 0)) for away, row in kept]


def near_report(viewer: Viewer, report: Report) -> list[Near]:
    """The same for a report that is there."""
    return near(
        viewer,
        words=report.words,
        category=report.category,
        lon=report.lon,
        lat=report.lat,
        accuracy_m=report.accuracy_m,
        address=report.address,
        leave_out=report.pk,
    )


def _reach(category: str, accuracy_m: float | None) -> float:
    found = categories.category(category)
    base = REACH_ON_ROADS_M if found and found.needs_road else REACH_M
    return min(base + min(accuracy_m or 0.0, 500.0), MOST_REACH_M)


def _same_matter(row: Report, words: str, category: str) -> bool:
    if category and row.category == category:
        return True
    return alike(row.words, words) >= ALIKE


def same_words(hashed: str, *, client: str, lon: float | None, lat: float | None, address: str) -> Report | None:
    """The open public report of the last day with these very words for this very place: from the same client, or when
    three are there already. Counting them as one is then no loss."""
    if not hashed:
        return None
    rows = Report.objects.filter(
        ~Q(state=Report.State.CLOSED),
        intake__words_hash=hashed,
        intake__at__gt=clock.now() - timedelta(days=1),
        visibility="public",
    ).select_related("intake")
    first = None
    there = 0
    for row in rows.order_by("created_at", "pk")[:LOOKED_AT]:
        if lon is None or lat is None or row.lon is None or row.lat is None:
            same_place = row.lon is None and lon is None and row.address == address
        else:
            same_place = metres_between(lon, lat, row.lon, row.lat) <= 50
        if not same_place:
            continue
        there += 1 + joined_counts([row.pk]).get(row.pk, 0)
        first = first or row
        if client and row.intake.client == client:
            return row
    return first if there >= 3 else None


def joined_counts(ids: list[UUID]) -> dict[UUID, int]:
    """How many reports were joined to each."""
    counts: dict[UUID, int] = {}
    for id in Report.objects.filter(joined_to__in=ids).values_list("joined_to", flat=True):
        counts[id] = counts.get(id, 0) + 1
    return counts


def intake_of(report: Report) -> Intake | None:
    return Intake.objects.filter(report=report).first()


def mine(viewer: Viewer, after: str = "") -> keyset.Page[Report]:
    """The viewer's own reports, newest first."""
    rows: QuerySet[Any] = Report.objects.visible_to(viewer).filter(person_id=viewer.person_id).select_related("body")
    return keyset.page(rows, order=("-created_at", "-pk"), after=after, limit=PAGE, name="reports.mine")


def waiting(viewer: Viewer) -> list[Intake]:
    """What came to the viewer's body and is not public before somebody looked at it, oldest first."""
    if not viewer.may_act_for(viewer.body_id):
        return []
    rows = Intake.objects.filter(~Q(held="") | Q(photos_looked=False), looked_at=None, report__body_id=viewer.body_id)
    return list(rows.exclude(report__outcome=Report.Outcome.ABUSE).select_related("report").order_by("at")[:200])


def unlooked(before: datetime) -> QuerySet[Intake]:
    """Held before that moment, and nobody has looked yet."""
    rows = Intake.objects.filter(~Q(held=""), looked_at=None, at__lt=before, report__visibility="body")
    return rows.select_related("report")
