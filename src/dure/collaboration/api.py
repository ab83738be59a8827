"""Collaborations by API: the same queries and actions as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query

from dure.collaboration import actions, queries
from dure.collaboration.models import Collaboration
from dure.collaboration.queries.page import CallView, Item, OfferView, OpinionView, opinion_views, opinions_flat
from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.core.events import timeline
from dure.core.ids import uuid7
from dure.core.visibility import Withheld

router = Router(tags=["collaborations"])

FieldName = Literal[
    "교육", "마을공동체", "문화/관광", "사회복지", "생활/편의", "안전/치안", "지역개발/환경", "행정관리", "기타"
]  # fmt: skip
Resource = Literal["budget", "people", "space", "equipment", "data", "system", "licence", "knowhow", "other"]
Part = Literal["problem", "for_whom", "goal", "brings", "lacks", "place", "term"]


class WithheldOut(Schema):
    """What stands in the place of something that is not public for this key."""

    withheld: Literal["partners", "body", "named"]
    reason: str
    reason_text: str
    review_on: date


class BodyName(Schema):
    id: UUID
    slug: str
    name: str


class ItemOut(Schema):
    """One thing brought or lacking. `offers` counts the offers that answer it, withheld ones too."""

    id: UUID
    resource: Resource
    text: str
    offers: int


class CollaborationLine(Schema):
    receipt: str
    urn: str
    title: str
    stage: Literal["asked", "agreeing", "working", "ended", "withdrawn"]
    is_open: bool = Field(description="Takes offers today.")
    body: BodyName
    field: FieldName
    asked_at: datetime
    join_until: date | None
    url: str


class CollaborationOut(CollaborationLine):
    """A call. A withheld part is null and stands in `withheld` with its reason and review date."""

    problem: str | None
    for_whom: str | None
    goal: str | None
    brings: list[ItemOut] | None
    lacks: list[ItemOut] | None
    place: str | None
    areas: list[str]
    starts_on: date | None
    ends_on: date | None
    target: Literal["external", "internal", "both", ""]
    attribute: Literal["software", "hardware", ""]
    technology: Literal["yes", "no", ""]
    partner_kinds: list[Literal["local", "central", "private", "other"]]
    end_reason: str
    withheld: dict[Part, WithheldOut]


class OfferOut(Schema):
    """An offer; a withheld one has `withheld` and nothing else but its id and time."""

    id: UUID
    at: datetime
    withheld: WithheldOut | None
    body: BodyName | None
    what: str | None
    how_much: str | None
    available: str | None
    conditions: str | None
    answers: list[str]
    state: Literal["made", "taken", "declined", "withdrawn"] | None
    withdrawn_reason: str | None
    answer: str | None = Field(description="What the asking body answered.")


class OpinionOut(Schema):
    """An opinion; a withheld, hidden or removed one has no text."""

    id: UUID
    at: datetime
    parent: UUID | None
    who: str | None
    body: BodyName | None
    text: str | None
    state: Literal["published", "hidden", "removed"] | None
    hidden_reason: str | None
    withheld: WithheldOut | None


class LineOut(Schema):
    seq: int
    at: datetime
    type: str
    text: str
    actor: str | None
    url: str
    withheld: WithheldOut | None


class ItemIn(Schema):
    resource: Resource = "other"
    text: str = Field(min_length=1, max_length=200, pattern=r"\S")


class CallIn(Schema):
    """A whole call, published at once."""

    id: UUID | None = Field(None, description="Chosen by the client, so that a repeated request asks once.")
    title: str = Field(min_length=1, max_length=120)
    problem: str = Field(min_length=1, max_length=4000)
    for_whom: str = Field(min_length=1, max_length=300)
    goal: str = Field(min_length=1, max_length=2000)
    field: FieldName
    target: Literal["external", "internal", "both", ""] = ""
    attribute: Literal["software", "hardware", ""] = ""
    technology: Literal["yes", "no", ""] = ""
    brings: list[ItemIn] = Field([], max_length=20)
    lacks: list[ItemIn] = Field(min_length=1, max_length=20)
    place: str = Field("", max_length=300)
    areas: list[str] = Field([], max_length=50)
    starts_on: date | None = None
    ends_on: date | None = None
    partner_kinds: list[Literal["local", "central", "private", "other"]] = []
    join_until: date


class OfferIn(Schema):
    id: UUID | None = Field(None, description="Chosen by the client, so that a repeated request offers once.")
    resource: Resource
    what: str = Field(min_length=1, max_length=2000)
    how_much: str = Field(min_length=1, max_length=200)
    available: str = Field(min_length=1, max_length=200)
    conditions: str = Field("", max_length=1000)
    answers: list[UUID] = Field([], max_length=20, description="Ids of the lacks it meets.")


class ListQuery(Paging):
    state: Literal["open", "closed", "agreeing", "working", "ended", "withdrawn", "all"] = "all"
    field: FieldName | None = None
    wants: Resource | None = None


@router.get("", response=answers(PageOf[CollaborationLine]), summary="Published collaborations, newest first")
def collaborations(request: HttpRequest, query: Query[ListQuery]) -> Any:
    wanted = queries.ListFilter(field=query.field or "", state=query.state, wants=query.wants or "")
    found, views = queries.collaboration_keyset(request.viewer, wanted, after=query.after, limit=query.limit)
    return paged(found, [_line(request, view) for view in views])


@router.get("/{receipt}", response=answers(CollaborationOut, 404), summary="One collaboration")
def collaboration(request: HttpRequest, receipt: str) -> Any:
    return _whole(request, queries.access(request.viewer, receipt))


@router.get("/{receipt}/offers", response=answers(PageOf[OfferOut], 404), summary="Its offers")
def offers(request: HttpRequest, receipt: str) -> Any:
    found = queries.offers_of(request.viewer, queries.access(request.viewer, receipt))
    return {"items": [_offer(view) for view in found], "next": None}


@router.get("/{receipt}/opinions", response=answers(PageOf[OpinionOut], 404), summary="Its opinions, oldest first")
def opinions(request: HttpRequest, receipt: str, query: Query[Paging]) -> Any:
    subject = queries.access(request.viewer, receipt)
    found = opinions_flat(request.viewer, subject, after=query.after, limit=query.limit)
    views = opinion_views(request.viewer, subject, found.items)
    return paged(found, [_opinion(views[row.pk]) for row in found.items])


class TimelineQuery(Schema):
    before: int | None = Field(None, ge=1, le=2**62, description="Only lines older than this `seq`.")
    limit: int = Field(30, ge=1, le=100)


@router.get("/{receipt}/timeline", response=answers(PageOf[LineOut], 404), summary="What happened, newest first")
def lines(request: HttpRequest, receipt: str, query: Query[TimelineQuery]) -> Any:
    subject = queries.access(request.viewer, receipt)
    found = timeline(subject.urn, request.viewer, before=query.before, limit=query.limit)
    items = [
        {
            "seq": one.seq,
            "at": one.at,
            "type": one.type,
            "text": one.text,
            "actor": one.actor or None,
            "url": request.build_absolute_uri(one.url),
            "withheld": _withheld(one.withheld),
        }
        for one in found
    ]
    return {"items": items, "next": str(found[-1].seq) if len(found) == query.limit else None}


@router.post("", response=answers(CollaborationOut, 403, 409, status=201), summary="Ask for collaboration")
def ask(request: HttpRequest, call: CallIn) -> Any:
    id = call.id or uuid7()
    fields = call.model_dump(exclude={"id"})
    actions.call_ask(by=request.viewer, id=id, fields=fields)
    made = Collaboration.objects.visible_to(request.viewer).select_related("call", "body").get(pk=id)
    return 201, _whole(request, made)


@router.post("/{receipt}/offers", response=answers(OfferOut, 403, 404, 409, status=201), summary="Make an offer")
def offer(request: HttpRequest, receipt: str, data: OfferIn) -> Any:
    subject = queries.access(request.viewer, receipt)
    fields = data.model_dump(exclude={"id", "answers"})
    made = actions.offer_make(by=request.viewer, id=subject.pk, fields=fields, answers=data.answers, offer_id=data.id)
    view = next(one for one in queries.offers_of(request.viewer, subject) if one.id == made.pk)
    return 201, _offer(view)


def _withheld(of: Withheld | None) -> dict[str, Any] | None:
    return of.as_dict() if of else None


def _body(body: Any) -> dict[str, Any] | None:
    return {"id": body.pk, "slug": body.slug, "name": body.name} if body else None


def _line(request: HttpRequest, view: CallView) -> dict[str, Any]:
    return {
        "receipt": view.receipt,
        "urn": view.urn,
        "title": view.title,
        "stage": view.stage,
        "is_open": view.is_open,
        "body": _body(view.body),
        "field": view.field,
        "asked_at": view.asked_at,
        "join_until": view.join_until,
        "url": request.build_absolute_uri(f"/collaborations/{view.receipt}/"),
    }


def _whole(request: HttpRequest, collaboration: Collaboration) -> dict[str, Any]:
    view = queries.call_view(request.viewer, collaboration)

    def part(name: str) -> Any:
        value = view.parts[name]
        return None if isinstance(value, Withheld) else value

    def items(name: str) -> Any:
        found: tuple[Item, ...] | None = part(name)
        return None if found is None else [i.__dict__ for i in found]

    term = part("term") or (None, None)
    return _line(request, view) | {
        **{name: part(name) for name in ("problem", "for_whom", "goal", "place")},
        "brings": items("brings"),
        "lacks": items("lacks"),
        "areas": [*view.areas],
        "starts_on": term[0],
        "ends_on": term[1],
        "target": view.target,
        "attribute": view.attribute,
        "technology": view.technology,
        "partner_kinds": [*view.partner_kinds],
        "end_reason": view.end_reason,
        "withheld": {name: of.as_dict() for name, of in view.withheld.items()},
    }


def _offer(view: OfferView) -> dict[str, Any]:
    seen = view.withheld is None
    return {
        "id": view.id,
        "at": view.at,
        "withheld": _withheld(view.withheld),
        "body": _body(view.body),
        "answers": [*view.answers],
        "state": view.state or None,
        **{
            name: getattr(view, name) if seen else None
            for name in ("what", "how_much", "available", "conditions", "withdrawn_reason", "answer")
        },
    }


def _opinion(view: OpinionView) -> dict[str, Any]:
    return {
        "id": view.id,
        "at": view.at,
        "parent": view.parent_id,
        "who": view.who or None,
        "body": _body(view.body),
        "text": view.text or None,
        "state": view.state or None,
        "hidden_reason": view.hidden_reason or None,
        "withheld": _withheld(view.withheld),
    }
