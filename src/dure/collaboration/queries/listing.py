"""Lists of collaborations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from dure.collaboration.models import CallItem, Collaboration, Offer, Opinion, Party, Stage
from dure.collaboration.public_text import KIND
from dure.collaboration.queries.page import CallView, call_views
from dure.core import clock
from dure.core.keyset import Page
from dure.core.keyset import page as page_of
from dure.core.links import parse
from dure.core.models import Attachment, Withholding
from dure.core.search import search
from dure.core.viewer import Viewer
from dure.core.visibility import Level, Reason

A_PAGE = 20
MOST_HITS = 100

SORTS = {
    "newest": ("-asked_at", "-pk"),
    "closing": ("call__join_until", "-asked_at", "-pk"),
    "talked": ("-opinion_count", "-asked_at", "-pk"),
}


@dataclass(frozen=True)
class ListFilter:
    """What a person asked for. `state` is one of `pages.listing.STATES` or empty for all; `wants` a resource kind."""

    q: str = ""
    field: str = ""
    state: str = "open"
    sido: str = ""
    wants: str = ""
    body_id: UUID | None = None
    sort: str = "newest"


@dataclass(frozen=True)
class Row:
    call: CallView
    offers: int
    opinions: int
    reason: str = ""


@dataclass(frozen=True)
class ListPage:
    rows: tuple[Row, ...]
    page: int
    more: bool
    too_many: bool = False


def _count(model: Any, **where: Any) -> Any:
    rows = model.objects.filter(collaboration=OuterRef("pk"), **where).order_by().values("collaboration")
    counted = rows.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def collaboration_list(viewer: Viewer, wanted: ListFilter, *, page: int = 1) -> ListPage:
    """One page of published collaborations. Words are searched in public text only; hits keep their order by rank."""
    rows = Collaboration.objects.visible_to(viewer).exclude(stage=Stage.DRAFT).select_related("call", "body")
    rows = rows.filter(_conditions(wanted))
    rows = rows.annotate(
        offer_count=_count(Offer, state__in=[Offer.State.MADE, Offer.State.TAKEN]),
        opinion_count=_count(Opinion, state=Opinion.State.PUBLISHED),
    ).prefetch_related("call__items")
    start = (max(page, 1) - 1) * A_PAGE
    if wanted.q.strip():
        hits = search(wanted.q, kinds=[KIND], limit=MOST_HITS)
        reasons = {parse(hit.urn)[1]: hit.reason for hit in hits}
        place = {id: number for number, id in enumerate(reasons)}
        found = sorted(rows.filter(pk__in=list(reasons)), key=lambda row: place[row.pk])
        chosen, more = found[start : start + A_PAGE], len(found) > start + A_PAGE
        too_many = bool(hits.next)
    else:
        reasons, too_many = {}, False
        order = SORTS.get(wanted.sort, SORTS["newest"])
        found = list(rows.order_by(*order)[start : start + A_PAGE + 1])
        chosen, more = found[:A_PAGE], len(found) > A_PAGE
    views = call_views(viewer, chosen)
    made = [
        Row(view, row.offer_count, row.opinion_count, str(reasons.get(row.pk, "")))
        for row, view in zip(chosen, views, strict=True)
    ]
    return ListPage(tuple(made), max(page, 1), more, too_many)


def open_count(viewer: Viewer) -> int:
    """How many collaborations take offers now, of those this viewer may see."""
    rows = Collaboration.objects.visible_to(viewer).exclude(stage=Stage.DRAFT)
    return rows.filter(_conditions(ListFilter(state="open"))).count()


def _conditions(wanted: ListFilter) -> Q:
    today = clock.today()
    q = {
        "open": Q(stage=Stage.ASKED, call__join_until__gte=today),
        "closed": Q(stage=Stage.ASKED, call__join_until__lt=today),
        "agreeing": Q(stage=Stage.AGREEING),
        "working": Q(stage=Stage.WORKING),
        "ended": Q(stage=Stage.ENDED),
        "withdrawn": Q(stage=Stage.WITHDRAWN),
    }.get(wanted.state, Q())
    if wanted.field:
        q &= Q(call__field=wanted.field)
    if wanted.sido:
        q &= Q(body__code__startswith=wanted.sido[:2]) & Q(body__code_scheme="mois-10")
    if wanted.wants:
        open_lacks = CallItem.objects.filter(kind="lacks", resource=wanted.wants)
        withheld = Withholding.objects.filter(field="lacks").exclude(visibility=Level.PUBLIC).values("subject")
        q &= Q(pk__in=open_lacks.exclude(call__in=withheld).values("call"))
    if wanted.body_id:
        q &= Q(body_id=wanted.body_id)
    return q


def every_row(viewer: Viewer, wanted: ListFilter) -> Iterator[Row]:
    """All rows of the list, page by page."""
    page, more = 1, True
    while more:
        found = collaboration_list(viewer, wanted, page=page)
        yield from found.rows
        page, more = page + 1, found.more


def collaboration_keyset(
    viewer: Viewer, wanted: ListFilter, *, after: str, limit: int
) -> tuple[Page[Collaboration], list[CallView]]:
    """The same list for programs: newest first, paged by key, without words to search for."""
    rows = Collaboration.objects.visible_to(viewer).exclude(stage=Stage.DRAFT).select_related("call", "body")
    rows = rows.filter(_conditions(wanted)).prefetch_related("call__items")
    found = page_of(rows, order=("-asked_at", "-id"), after=after, limit=limit, name="collaborations")
    return found, call_views(viewer, found.items)


def withheld_summary(viewer: Viewer) -> list[tuple[str, int]]:
    """How much is withheld in all published collaborations, by reason: what is not shown is at least counted."""
    published = Collaboration.objects.visible_to(viewer).exclude(stage=Stage.DRAFT).values("pk")
    total: Counter[str] = Counter()
    for model, where in (
        (Withholding, Q(subject__in=published)),
        (Offer, Q(collaboration__in=published)),
        (Opinion, Q(collaboration__in=published) & ~Q(state=Opinion.State.UNCONFIRMED)),
        (Attachment, Q(circle__in=published, removed_at=None)),
    ):
        rows = model.objects.filter(where).exclude(visibility=Level.PUBLIC).order_by()
        total.update(dict(rows.values_list("withheld_reason").annotate(n=Count("pk"))))
    return [(str(Reason(reason).label), count) for reason, count in sorted(total.items())]


def feed_rows(viewer: Viewer, limit: int = 50) -> list[CallView]:
    """The newest published calls, for a feed."""
    rows = Collaboration.objects.visible_to(viewer).exclude(stage=Stage.DRAFT).select_related("call", "body")
    return call_views(viewer, list(rows.prefetch_related("call__items").order_by("-asked_at", "-pk")[:limit]))


def of_body(viewer: Viewer, body_id: UUID, limit: int = 20) -> list[CallView]:
    """What a body asked for or offered to, newest first."""
    rows = Collaboration.objects.visible_to(viewer).exclude(stage=Stage.DRAFT)
    standing = [Offer.State.MADE, Offer.State.TAKEN]
    offered = Offer.objects.visible_to(viewer).filter(body_id=body_id, state__in=standing).values("collaboration")
    member = Party.objects.filter(body_id=body_id).values("collaboration")
    rows = rows.filter(Q(body_id=body_id) | Q(pk__in=offered) | Q(pk__in=member)).select_related("call", "body")
    return call_views(viewer, list(rows.prefetch_related("call__items").order_by("-asked_at", "-pk")[:limit]))
