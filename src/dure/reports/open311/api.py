"""Reports by API: everybody reads what is public; a partner's service (a navigator, say) hands in with its key."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query

from dure.bodies import queries as bodies
from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.core.events import timeline
from dure.core.ids import normalise_receipt
from dure.core.keyset import page
from dure.core.refused import Refused
from dure.reports import categories as table
from dure.reports import queries as room
from dure.reports.actions import Said
from dure.reports.models import Report, Word
from dure.reports.open311 import actions, queries, receiving, wire
from dure.reports.open311.pages import box_of
from dure.reports.open311.queries import Wanted
from dure.reports.open311.written import media_url

router = Router(tags=["reports"])

State = Literal["received", "taken", "asked", "under_way", "closed"]
Outcome = Literal["solved", "answered", "nothing_found", "cannot", "joined", "split", "abuse", ""]
Source = Literal["web", "api", "open311", "email", "counter", "split"]
Longitude = Annotated[float, Field(ge=-180, le=180, description="Degrees east, WGS84.")]
Latitude = Annotated[float, Field(ge=-90, le=90, description="Degrees north, WGS84.")]
NAMED = Field(
    None, description="Chosen by the client: the same request again makes no second one. Each key has its own."
)


class CategoryOut(Schema):
    """Something that can be reported. Its id is what Open311 calls `service_code`."""

    id: str
    group: str
    name: str
    name_ko: str
    name_en: str
    example: str = Field(description="In the words of a resident.")
    safety: int = Field(ge=0, le=3, description="0 none to 3 life in danger.")
    needs_road: bool = Field(description="Who answers depends on the road.")
    days: int | None = Field(description="Legal term in working days.")
    hours: int | None = Field(description="Legal term in working hours.")
    law: str


class ReportBody(Schema):
    id: UUID
    slug: str
    name: str


class ReportLine(Schema):
    """A report in a list. `body` is null while nobody could be found who answers."""

    receipt: str = Field(description="Stays the same however often the report changes hands.")
    urn: str
    title: str
    category: str
    state: State
    outcome: Outcome
    body: ReportBody | None
    lon: float | None
    lat: float | None
    created_at: datetime
    due_at: datetime | None = Field(description="Legal deadline.")
    closed_at: datetime | None
    url: str


class OtherOut(Schema):
    """Who would be right instead, and when."""

    body: str
    unit: str
    when: str


class RouteOut(Schema):
    """Why this body has it: the answer of the routing engine, with everything it used."""

    reason: str
    law: list[str]
    rule: str
    confidence: float = Field(ge=0, le=1)
    others: list[OtherOut]
    question: str | None = Field(description="What decides, where it was too close to call.")
    versions: dict[str, str]
    faults: list[str] = Field(description="Rules that failed.")
    at: datetime


class WordOut(Schema):
    """Something said on a report. `body` is null for whoever reported."""

    id: UUID
    at: datetime
    kind: Literal["update", "question", "reply", "answer", "not_solved"]
    from_reporter: bool
    body: ReportBody | None
    text: str


class MoveOut(Schema):
    """Passed on from one body to another."""

    number: int
    source: str | None
    target: str
    reason: str
    state: Literal["offered", "accepted", "returned", "decided"]
    answer: str
    at: datetime


class PictureOut(Schema):
    url: str
    name: str
    at: datetime


class ReportOut(ReportLine):
    """One report, as everybody may read it: personal numbers in its words are masked."""

    words: str
    source: Source
    language: str
    unit: str
    address: str
    accuracy_m: float | None
    heading: float | None
    road_class: str
    road_no: str
    road_km: float | None
    area_code: str
    safety: int
    due_law: str
    happened_at: datetime | None
    taken_at: datetime | None
    joined_to: str | None
    split_from: str | None
    route: RouteOut | None
    moves: list[MoveOut]
    said: list[WordOut]
    pictures: list[PictureOut]


class ReportMade(Schema):
    """A report that was handed in. `status_url` is the one link of whoever reported: no account, no other key. Hand it
    on to that person and to nobody else."""

    receipt: str
    url: str
    status_url: str
    state: State
    body: ReportBody | None
    reason: str
    question: str | None
    due_at: datetime | None
    left_out: list[str] = Field(description="What of the request was not taken, in words.")


class ReportIn(Schema):
    """A report, such as a navigator makes of what its driver said. Words, or a category with a place, are needed."""

    id: UUID | None = NAMED
    words: str = Field("", max_length=4000, description="What was said, as it was said.")
    category: str = Field("", max_length=60, description="`id` of /reports/categories; empty where unknown.")
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: float | None = Field(None, ge=0, le=100_000, description="Radius in which the place lies.")
    heading: float | None = Field(None, ge=0, le=360, description="Degrees from north, clockwise.")
    address: str = Field("", max_length=200)
    road_class: str = Field("", max_length=40, description="Kind of road, as in the Open311 definition.")
    road_no: str = Field("", max_length=20)
    road_km: float | None = Field(None, ge=0, le=1000, description="Kilometre on the signs beside the road.")
    happened_at: datetime | None = Field(None, description="When it was seen.")
    email: str = Field("", max_length=254, description="Is sent one letter with a link that confirms it.")
    name: str = Field("", max_length=60)


class WordIn(Schema):
    id: UUID | None = NAMED
    text: str = Field(min_length=1, max_length=4000, pattern=r"\S")
    token: str = Field("", max_length=100, description="Of the status link; not needed by the service that handed in.")


class ReportLineOut(Schema):
    """A line of a report's timeline."""

    seq: int
    at: datetime
    type: str
    text: str
    actor: str | None
    url: str


class ReportsQuery(Paging):
    category: list[str] = Field([], max_length=100)
    state: list[State] = Field([], max_length=5)
    open: bool | None = None
    body: str = Field("", max_length=200, description="Short address, code or id of the body that has it.")
    since: datetime | None = Field(None, description="Handed in then or later.")
    until: datetime | None = None
    bbox: str = Field("", max_length=200, description="west,south,east,north in degrees.")
    lon: Longitude | None = None
    lat: Latitude | None = None
    radius_m: float = Field(1000, ge=1, le=50_000, description="Around `lon`, `lat`.")


@router.get("", response=answers(PageOf[ReportLine]), summary="Public reports, newest first")
def reports(request: HttpRequest, query: Query[ReportsQuery]) -> Any:
    if (query.lon is None) != (query.lat is None):
        raise Refused("invalid", _("경도와 위도를 모두 적어 주세요."), "lon" if query.lon is None else "lat")
    wanted = Wanted(
        categories=tuple(query.category),
        states=tuple(query.state),
        open=query.open,
        since=_aware(query.since, "since"),
        until=_aware(query.until, "until"),
        box=box_of(query.bbox),
        near=(query.lon, query.lat, query.radius_m) if query.lon is not None and query.lat is not None else None,
        body_id=_body_id(request, query.body),
    )
    rows = queries.reports(request.viewer, wanted)
    found = page(rows, order=("-created_at", "-id"), after=query.after, limit=query.limit, name="reports")
    return paged(found, [_line(row) for row in found.items])


@router.get("/categories", response=answers(list[CategoryOut]), summary="What can be reported")
def categories(request: HttpRequest) -> Any:
    return [
        {
            "id": one.id,
            "group": group.id,
            "name": one.name,
            "name_ko": one.ko,
            "name_en": one.en,
            "example": one.phrase,
            "safety": one.safety,
            "needs_road": one.needs_road,
            "days": one.days,
            "hours": one.hours,
            "law": one.law,
        }
        for group in table.groups()
        for one in group.categories
    ]


@router.get("/{receipt}", response=answers(ReportOut, 404), summary="One report, with why it is where it is")
def report(request: HttpRequest, receipt: str) -> Any:
    return _whole(request, room.access(request.viewer, receipt))


@router.get("/{receipt}/timeline", response=answers(PageOf[ReportLineOut], 404), summary="What happened, newest first")
def report_timeline(request: HttpRequest, receipt: str, query: Query[Paging]) -> Any:
    subject = room.access(request.viewer, receipt)
    if query.after and not (query.after.isascii() and query.after.isdigit() and 0 < int(query.after) < 2**62):
        raise Refused("invalid", _("다음 쪽의 표가 맞지 않습니다. 첫 쪽부터 다시 봐 주세요."), "after")
    before = int(query.after) if query.after else None
    found = timeline(subject.urn, request.viewer, before=before, limit=query.limit)
    items = [
        {
            "seq": one.seq,
            "at": one.at,
            "type": one.type,
            "text": one.text,
            "actor": one.actor or None,
            "url": settings.SITE_URL + one.url,
        }
        for one in found
    ]
    return {"items": items, "next": str(found[-1].seq) if len(found) == query.limit else None}


@router.post("", response=answers(ReportMade, 403, status=201), summary="Hand in a report")
def hand_in(request: HttpRequest, data: ReportIn) -> Any:
    by = request.viewer
    said = Said(
        **data.model_dump(exclude={"id", "email", "happened_at"}),
        category_by="partner",
        happened_at=_aware(data.happened_at, "happened_at"),
        source="api",
        channel="email" if data.email else "",
        address_of=data.email,
        sender_id=by.body_id,
    )
    id = actions.own_id(by.body_id, "report", str(data.id)) if data.id else None
    made, left_out = receiving.hand_in(by=by, said=said, id=id)
    # As it is read from the database at the second time, so that both answers are the same.
    made.refresh_from_db(fields=["due_at"])
    route = made.route
    return 201, {
        "receipt": made.receipt,
        "url": settings.SITE_URL + made.get_absolute_url(),
        "status_url": settings.SITE_URL + made.status_path,
        "state": made.state,
        "body": _body(made.body),
        "reason": route.why if route else "",
        "question": (route.question or {}).get("words") if route else None,
        "due_at": made.due_at,
        "left_out": list(left_out),
    }


@router.post("/{receipt}/words", response=answers(WordOut, 403, 404, status=201), summary="Add a word to a report")
def word(request: HttpRequest, receipt: str, data: WordIn) -> Any:
    """As whoever reported (with `token`, or the key of the service that handed in), or as the body that has it."""
    by, key = request.viewer, request.viewer.body_id
    if data.token:
        subject, by = room.by_token(data.token)
        if subject.receipt != normalise_receipt(receipt):
            raise Refused("not_found", _("이런 상황 링크가 없습니다. 주소를 끝까지 옮겼는지 보아 주세요."), "token")
    else:
        subject = room.access(by, receipt)
    id = actions.own_id(key, f"word:{subject.pk}", str(data.id)) if data.id else None
    return 201, _word(actions.word_add(by=by, report_id=subject.pk, text=data.text, id=id))


def _aware(at: datetime | None, field: str) -> datetime | None:
    """As for Open311: without an offset it is Seoul's time, and years must be of the calendar."""
    return wire.moment_of(at.isoformat(), field) if at else None


def _body_id(request: HttpRequest, name: str) -> UUID | None:
    if not name:
        return None
    try:
        return bodies.by_key(name, request.viewer).pk
    except Refused as refused:
        raise Refused("invalid", str(refused.message), "body") from refused


def _body(body: Any) -> dict[str, Any] | None:
    return {"id": body.pk, "slug": body.slug, "name": body.name} if body else None


def _line(row: Report) -> dict[str, Any]:
    fields = (
        "receipt",
        "urn",
        "title",
        "category",
        "state",
        "outcome",
        "lon",
        "lat",
        "created_at",
        "due_at",
        "closed_at",
    )
    return {
        **{name: getattr(row, name) for name in fields},
        "body": _body(row.body),
        "url": settings.SITE_URL + row.get_absolute_url(),
    }


def _whole(request: HttpRequest, row: Report) -> dict[str, Any]:
    fields = (
        "words", "source", "language", "unit", "address", "accuracy_m", "heading", "road_class", "road_no", "road_km",
        "area_code", "safety", "due_law", "happened_at", "taken_at",
    )  # fmt: skip
    pictures = queries.pictures(request.viewer, [row]).get(row.urn, [])
    return {
        **_line(row),
        **{name: getattr(row, name) for name in fields},
        "joined_to": row.joined_to.receipt if row.joined_to else None,
        "split_from": row.split_from.receipt if row.split_from else None,
        "route": _route(row),
        "moves": [
            {
                **{name: getattr(one, name) for name in ("number", "reason", "state", "answer", "at")},
                "source": one.source.name if one.source else None,
                "target": one.target.name,
            }
            for one in room.moves(row)
        ],
        "said": [_word(one) for one in room.said(request.viewer, row)],
        "pictures": [{"url": media_url(one), "name": one.name, "at": one.created_at} for one in pictures],
    }


def _route(row: Report) -> dict[str, Any] | None:
    route = row.route
    if route is None:
        return None
    return {
        **{name: getattr(route, name) for name in ("law", "rule", "confidence", "others", "versions", "faults", "at")},
        "reason": route.why,
        "question": (route.question or {}).get("words"),
    }


def _word(word: Word) -> dict[str, Any]:
    fields = ("at", "kind", "from_reporter", "text")
    return {"id": word.pk, "body": _body(word.body), **{name: getattr(word, name) for name in fields}}
