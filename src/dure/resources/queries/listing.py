"""Lists of resources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dure.core.keyset import Page
from dure.core.keyset import page as page_of
from dure.core.links import parse
from dure.core.refused import Refused
from dure.core.search import search
from dure.core.viewer import Viewer
from dure.engines.availability import closed_on, free_pieces, least_free, open_pieces
from dure.resources.models import Booking, Resource
from dure.resources.public_text import KIND
from dure.resources.when import bookings_between, midnight, moment, rules_of, taken_by

A_PAGE = 20
MOST_HITS = 100
LONGEST_SEARCH = timedelta(days=92)
"""How many days a search for free days spans at most: every one of them is looked at for every resource"""
LOOKED_AT = 2000
"""How many resources a search for free days looks at, the newest first."""


@dataclass(frozen=True)
class ListFilter:
    """What a person asked for. `sido` is the code of a province; `since` and `until` are days, both included."""

    q: str = ""
    kind: str = ""
    sido: str = ""
    free: bool = False
    since: date | None = None
    until: date | None = None
    body_id: UUID | None = None
    resting_too: bool = False

    @property
    def days(self) -> tuple[date, date] | None:
        first, last = self.since or self.until, self.until or self.since
        return (first, last) if first and last and first <= last and not self.too_long else None

    @property
    def too_long(self) -> bool:
        return bool(self.since and self.until and self.until - self.since > LONGEST_SEARCH)


@dataclass(frozen=True)
class Row:
    resource: Resource
    reason: str = ""


@dataclass(frozen=True)
class ListPage:
    rows: tuple[Row, ...]
    page: int
    more: bool
    too_many: bool = False


def resource_of(viewer: Viewer, id: UUID) -> Resource:
    """Refused `not_found` where there is none that this viewer may see."""
    row = Resource.objects.visible_to(viewer).select_related("body").filter(pk=id).first()
    if row is None:
        raise Refused("not_found", _("없는 자원입니다."))
    return row


def resource_list(viewer: Viewer, wanted: ListFilter, *, page: int = 1) -> ListPage:
    """One page of resources, newest first; with words to search for by rank."""
    rows = _rows(viewer, wanted)
    start = (max(page, 1) - 1) * A_PAGE
    reasons: dict[UUID, str] = {}
    too_many = False
    if wanted.q.strip():
        hits = search(wanted.q, kinds=[KIND], limit=MOST_HITS)
        reasons = {parse(hit.urn)[1]: str(hit.reason) for hit in hits}
        place = {id: number for number, id in enumerate(reasons)}
        found = sorted(rows.filter(pk__in=list(reasons)), key=lambda row: place[row.pk])
        too_many = bool(hits.next)
    elif wanted.days:
        found = list(rows[:LOOKED_AT])
    else:
        found = list(rows[start : start + A_PAGE + 1])
        return _page(found[:A_PAGE], reasons, page, len(found) > A_PAGE, too_many)
    if wanted.days:
        found = _free_on(found, *wanted.days)
    return _page(found[start : start + A_PAGE], reasons, page, len(found) > start + A_PAGE, too_many)


def _page(rows: Sequence[Resource], reasons: dict[UUID, str], page: int, more: bool, too_many: bool) -> ListPage:
    made = tuple(Row(row, reasons.get(row.pk, "")) for row in rows)
    return ListPage(made, max(page, 1), more, too_many)


def _rows(viewer: Viewer, wanted: ListFilter) -> QuerySet[Resource]:
    rows = Resource.objects.visible_to(viewer).filter(_conditions(wanted))
    return rows.select_related("body").order_by("-created_at", "-pk")


def _conditions(wanted: ListFilter) -> Q:
    q = ~Q(state=Resource.State.RETIRED) if wanted.resting_too else Q(state=Resource.State.ACTIVE)
    if wanted.kind:
        q &= Q(kind=wanted.kind)
    if wanted.sido:
        there = Q(body__code__startswith=wanted.sido[:2], body__code_scheme="mois-10")
        q &= Q(area__startswith=wanted.sido[:2]) | (Q(area="") & there)
    if wanted.free:
        q &= Q(price=0)
    if wanted.body_id:
        q &= Q(body_id=wanted.body_id)
    return q


def _free_on(rows: Sequence[Resource], first: date, last: date) -> list[Resource]:
    """Those of which something is free: by whole days on all of these days, else at some open time of one of them."""
    start, end = midnight(first), midnight(last) + timedelta(days=1)
    found = bookings_between([row.pk for row in rows], moment(start), moment(end))
    by_resource: dict[UUID, list[Booking]] = {}
    for booking in found:
        by_resource.setdefault(booking.resource_id, []).append(booking)
    free = []
    for row in rows:
        taken = taken_by(by_resource.get(row.pk, []))
        rules = rules_of(row, first, last)
        if row.by_day:
            is_open = not (closed_on(rules, first) or closed_on(rules, last))
            if is_open and least_free(row.quantity, taken, start, end):
                free.append(row)
        elif any(
            piece.free
            for opens, shuts in open_pieces(rules, first, last)
            for piece in free_pieces(row.quantity, taken, opens, shuts)
        ):
            free.append(row)
    return free


def every_row(viewer: Viewer, wanted: ListFilter) -> Iterator[Row]:
    """All rows of the list, page by page."""
    page, more = 1, True
    while more:
        found = resource_list(viewer, wanted, page=page)
        yield from found.rows
        page, more = page + 1, found.more


def resource_keyset(viewer: Viewer, wanted: ListFilter, *, after: str, limit: int) -> Page[Resource]:
    """The same list for programs: newest first, paged by key, without words to search for and days."""
    rows = _rows(viewer, wanted)
    return page_of(rows, order=("-created_at", "-id"), after=after, limit=limit, name="resources")


def withheld_count(viewer: Viewer) -> int:
    """How many resources are there that this viewer may not read."""
    return Resource.objects.exclude(state=Resource.State.RETIRED).withheld_from(viewer).count()
