"""What the machine doors read: reports by their filters, and what happened to them in a stretch of time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, FloatField, Max, Q, QuerySet, Value
from django.db.models.functions import Cast

from dure.core.events import Line, describe
from dure.core.links import parse
from dure.core.models import Attachment, Event
from dure.core.viewer import Viewer
from dure.reports import queries
from dure.reports.models import Report, Word

DEGREE_M = 111_195.0
"""Metres of one degree of latitude on the mean sphere (radius 6,371,008.8 m)."""
WORDS = "dure:report_word:"
SLACK = timedelta(minutes=10)
"""By how much the time of an event may lie before that of one with a smaller number: longer than any transaction."""


@dataclass(frozen=True)
class Wanted:
    """Which reports. Empty means all; times are aware; `box` is west, south, east, north and `near` longitude, latitude
    in degrees and a radius in metres; `body_id` is the body that has the report now."""

    receipts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    open: bool | None = None
    states: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    changed_since: datetime | None = None
    changed_until: datetime | None = None
    box: tuple[float, float, float, float] | None = None
    near: tuple[float, float, float] | None = None
    body_id: UUID | None = None
    kind: str = ""


def reports(viewer: Viewer, wanted: Wanted) -> QuerySet[Report]:
    """Those this viewer may read, newest first, with their body and the reason why it has them."""
    rows = queries.visible(viewer).select_related("body", "route", "joined_to", "split_from")
    filters = {
        "receipt__in": wanted.receipts,
        "category__in": wanted.categories,
        "state__in": wanted.states,
        "created_at__gte": wanted.since,
        "created_at__lte": wanted.until,
        "body_id": wanted.body_id,
        "kind": wanted.kind,
    }
    rows = rows.filter(**{name: value for name, value in filters.items() if value})
    if wanted.open is not None:
        closed = Q(state=Report.State.CLOSED)
        rows = rows.filter(~closed if wanted.open else closed)
    if wanted.box:
        west, south, east, north = wanted.box
        rows = rows.filter(lon__range=(west, east), lat__range=(south, north))
    if wanted.near:
        rows = _near(rows, *wanted.near)
    if wanted.changed_since or wanted.changed_until:
        rows = rows.filter(pk__in=_changed(wanted.changed_since, wanted.changed_until))
    return rows.order_by("-created_at", "-pk")


def _near(rows: QuerySet[Any], lon: float, lat: float, metres: float) -> QuerySet[Any]:
    """Within `metres`, on the plane that touches the earth at the point: off by less than 1 in 1,000 up to 50 km."""
    north = metres / DEGREE_M
    shrink = max(math.cos(math.radians(lat)), 1e-6)
    east = min(north / shrink, 360.0)
    boxed = rows.filter(lon__range=(lon - east, lon + east), lat__range=(lat - north, lat + north))
    x = (F("lon") - Value(lon)) * Value(shrink)
    y = F("lat") - Value(lat)
    return boxed.annotate(away=Cast(x * x + y * y, FloatField())).filter(away__lte=north * north)


def _changed(since: datetime | None, until: datetime | None) -> list[UUID]:
    """Reports whose newest event lies between the two moments."""
    rows = Event.objects.filter(subject__startswith="dure:report:")
    if since:
        rows = rows.filter(seq__gte=first_seq(since), at__gte=since)
    newest = rows.values("subject").annotate(last=Max("at")).values_list("subject", "last")
    return [parse(subject)[1] for subject, last in newest if until is None or last <= until]


def first_seq(since: datetime) -> int:
    """A number at or before which no event of `since` or later lies: found by halving, as times have no index."""
    low, high = 0, (Event.objects.aggregate(last=Max("seq"))["last"] or 0) + 1
    edge = since - SLACK
    while low < high:
        middle = (low + high) // 2
        found = Event.objects.filter(seq__gte=middle).order_by("seq").values_list("seq", "at").first()
        if found is not None and found[1] < edge:
            low = found[0] + 1
        else:
            high = middle
    return low


def changed_at(rows: Iterable[Report]) -> dict[str, datetime]:
    """When something last happened to each report, by URN; one query."""
    urns = [row.urn for row in rows]
    found = Event.objects.filter(subject__in=urns).values("subject").annotate(last=Max("at"))
    return dict(found.values_list("subject", "last"))


def pictures(viewer: Viewer, rows: Iterable[Report]) -> dict[str, list[Attachment]]:
    """The pictures on each report that this viewer may see, oldest first, by URN; one query."""
    found: dict[str, list[Attachment]] = defaultdict(list)
    files = Attachment.objects.visible_to(viewer).filter(
        subject__in=[row.urn for row in rows], removed_at=None, blob__media_type__startswith="image/"
    )
    for file in files.order_by("created_at", "id"):
        found[file.subject].append(file)
    return found


def words_on(viewer: Viewer, rows: Iterable[Report]) -> dict[UUID, list[Word]]:
    """What was said on each report, oldest first."""
    found: dict[UUID, list[Word]] = defaultdict(list)
    said = Word.objects.visible_to(viewer).filter(report__in=[row.pk for row in rows]).select_related("body")
    for word in said.order_by("at", "pk"):
        found[word.report_id].append(word)
    return found


def lines_on(viewer: Viewer, rows: Iterable[Report]) -> dict[str, list[Line]]:
    """What happened to each report, oldest first, by URN; without words, which are read as such."""
    events = list(Event.objects.filter(subject__in=[row.urn for row in rows]).order_by("seq"))
    lines = describe([one for one in events if not one.thing.startswith(WORDS)], viewer)
    found: dict[str, list[Line]] = defaultdict(list)
    for event in events:
        if event.seq in lines:
            found[event.subject].append(lines[event.seq])
    return found


@dataclass(frozen=True)
class Update:
    """Something told about a report: a word, or an event in words. `id` stays the same at every reading."""

    id: str
    report: Report
    at: datetime
    text: str
    status: str
    code: str


def updates(
    viewer: Viewer,
    *,
    since: datetime,
    until: datetime,
    receipts: Sequence[str] = (),
    body_id: UUID | None = None,
    page: int = 1,
    size: int = 1000,
) -> list[Update]:
    """What was told about reports from `since` to `until`, oldest first: one page of it."""
    some = queries.visible(viewer).filter(kind=Report.Kind.CITIZEN)
    if body_id:
        some = some.filter(body_id=body_id)
    if receipts:
        some = some.filter(receipt__in=receipts)
    most = page * size
    words = Word.objects.visible_to(viewer).filter(at__range=(since, until), report__in=some)
    found = [
        _update(f"w-{word.pk}", word.report, word.at, word.text, word.kind)
        for word in words.select_related("report").order_by("at", "pk")[:most]
    ]
    found += _events(viewer, some, since, until, most)
    found.sort(key=lambda one: (one.at, one.id))
    return found[most - size : most]


def _events(viewer: Viewer, some: QuerySet[Any], since: datetime, until: datetime, most: int) -> list[Update]:
    """The first `most` events that are for showing; looked at in batches, as some are about reports not asked for."""
    found: list[Update] = []
    seq = first_seq(since)
    while len(found) < most:
        rows = Event.objects.filter(seq__gte=seq, at__range=(since, until), type__startswith="reports.")
        batch = list(rows.filter(subject__startswith="dure:report:").order_by("seq")[:1000])
        ids = {parse(one.subject)[1] for one in batch}
        known: Mapping[str, Report] = {row.urn: row for row in some.filter(pk__in=ids)}
        mine = [one for one in batch if one.subject in known and not one.thing.startswith(WORDS)]
        lines = describe(mine, viewer)
        found += [
            _update(f"e-{one.seq}", known[one.subject], one.at, lines[one.seq].text, one.type.partition(".")[2])
            for one in mine
            if one.seq in lines and one.type != "reports.received"
        ]
        if len(batch) < 1000:
            break
        seq = batch[-1].seq + 1
    return found


def _update(id: str, report: Report, at: datetime, text: str, code: str) -> Update:
    closed = report.closed_at is not None and at >= report.closed_at
    return Update(id, report, at, text, "closed" if closed else "open", code)
