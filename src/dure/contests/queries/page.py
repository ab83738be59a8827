"""Contests and their entries, narrowed to the viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.contests.models import Contest, Entry, State
from dure.contests.public_text import KIND
from dure.core import clock
from dure.core.keyset import Page
from dure.core.keyset import page as page_of
from dure.core.links import Link, parse, resolve
from dure.core.refused import Refused
from dure.core.search import search
from dure.core.viewer import Viewer

A_PAGE = 20
MOST_HITS = 100
STATES = ("open", "judging", "published", "withdrawn", "all")


@dataclass(frozen=True)
class ListFilter:
    """`state` is one of STATES."""

    q: str = ""
    state: str = "all"


@dataclass(frozen=True)
class ListPage:
    rows: tuple[Contest, ...]
    page: int
    more: bool


@dataclass(frozen=True)
class EntryView:
    """An entry this viewer may read, with who takes part and where it comes from."""

    row: Entry
    bodies: tuple[Body, ...]
    collaboration: Link | None
    answers: tuple[tuple[str, str], ...]


def access(viewer: Viewer, receipt: str) -> Contest:
    """The contest by its number; Refused `not_found`, also for a draft."""
    rows = Contest.objects.visible_to(viewer).exclude(state=State.DRAFT).select_related("body", "body__province")
    contest = rows.filter(receipt=receipt.upper()).first()
    if contest is None:
        raise Refused("not_found", _("없는 공모입니다."))
    return contest


def access_draft(viewer: Viewer, id: UUID) -> Contest | None:
    """The viewer's body's own contest that is not opened, None where there is none; Refused for somebody else's."""
    contest = Contest.objects.select_related("body").filter(pk=id).first()
    if contest is not None and not viewer.reads_for(contest.body_id):
        raise Refused("not_found", _("없는 공모입니다."))
    return contest


def _entries() -> Any:
    """How many entries stand in a contest; they are counted also while they are sealed."""
    rows = Entry.objects.filter(contest=OuterRef("pk"), state=Entry.State.HANDED_IN).order_by().values("contest")
    counted = rows.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _rows(viewer: Viewer, wanted: ListFilter) -> QuerySet[Contest]:
    rows = Contest.objects.visible_to(viewer).exclude(state=State.DRAFT)
    where = {
        "open": Q(state=State.OPEN, entries_until__gte=clock.today()),
        "judging": Q(state__in=[State.JUDGING, State.DECIDED]) | Q(state=State.OPEN, entries_until__lt=clock.today()),
        "published": Q(state=State.PUBLISHED),
        "withdrawn": Q(state=State.WITHDRAWN),
    }.get(wanted.state, Q())
    return rows.filter(where).select_related("body", "body__province").annotate(entry_count=_entries())


def contest_list(viewer: Viewer, wanted: ListFilter, *, page: int = 1) -> ListPage:
    """One page of contests, newest first, or by rank where words are searched for."""
    start = (max(page, 1) - 1) * A_PAGE
    rows = _rows(viewer, wanted)
    if wanted.q.strip():
        place = {parse(hit.urn)[1]: n for n, hit in enumerate(search(wanted.q, kinds=[KIND], limit=MOST_HITS))}
        found = sorted(rows.filter(pk__in=list(place)), key=lambda row: place[row.pk])[start : start + A_PAGE + 1]
    else:
        found = list(rows.order_by("-opened_at", "-pk")[start : start + A_PAGE + 1])
    return ListPage(tuple(found[:A_PAGE]), max(page, 1), len(found) > A_PAGE)


def every_contest(viewer: Viewer, wanted: ListFilter) -> Iterator[Contest]:
    page, more = 1, True
    while more:
        found = contest_list(viewer, wanted, page=page)
        yield from found.rows
        page, more = page + 1, found.more


def contest_keyset(viewer: Viewer, wanted: ListFilter, *, after: str, limit: int) -> Page[Contest]:
    """The same for programs, newest first."""
    return page_of(_rows(viewer, wanted), order=("-opened_at", "-id"), after=after, limit=limit, name="contests")


def open_count(viewer: Viewer) -> int:
    """Contests that take entries now or will."""
    return _rows(viewer, ListFilter(state="open")).count()


def entries_of(viewer: Viewer, contest: Contest) -> tuple[list[Entry], int]:
    """The entries this viewer may read, and how many are sealed or withheld; by rank once the results are out."""
    rows = contest.entries.filter(state=Entry.State.HANDED_IN)
    seen = rows.visible_to(viewer).select_related("body", "body__province").prefetch_related("bodies__body__province")
    out = contest.state == State.PUBLISHED
    found = sorted(seen, key=lambda row: ((row.rank if out else None) or 10**6, row.number))
    return found, rows.count() - len(found)


def my_entries(viewer: Viewer, contest: Contest) -> list[Entry]:
    """Entries in which the viewer's body takes part, withdrawn ones too."""
    if viewer.body_id is None or not viewer.reads_for(viewer.body_id):
        return []
    rows = contest.entries.filter(bodies__body_id=viewer.body_id).select_related("body")
    return list(rows.order_by("number"))


def entry_of(viewer: Viewer, contest: Contest, id: UUID) -> EntryView:
    """One entry; Refused `not_found` where it is sealed, withheld or not there."""
    rows = contest.entries.visible_to(viewer).select_related("contest__body", "body").filter(pk=id)
    row = rows.first()
    if row is None:
        raise Refused("not_found", _("없는 응모이거나 아직 공개되지 않았습니다."))
    bodies = tuple(one.body for one in row.bodies.select_related("body", "body__province"))
    link = resolve([row.collaboration], viewer).get(row.collaboration) if row.collaboration else None
    answers = tuple((one.label, str(row.answers.get(one.key, ""))) for one in contest.criteria.all())
    return EntryView(row, bodies, link, answers)
