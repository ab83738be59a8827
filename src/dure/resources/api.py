"""Resources by API: the same queries and actions as the pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query

from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.core.ids import uuid7
from dure.core.keyset import page as page_of
from dure.core.refused import Refused
from dure.engines.availability import say_hours
from dure.resources import actions
from dure.resources.models import Booking, Resource
from dure.resources.queries import ListFilter, booking_view, free_in, resource_keyset, resource_of
from dure.resources.queries.bookings import own_bookings
from dure.resources.when import moment

router = Router(tags=["resources"])

Kind = Literal["budget", "people", "space", "equipment", "data", "system", "licence", "knowhow", "other"]
State = Literal["asked", "confirmed", "lent", "returned", "cancelled", "refused", "no_show"]
LONGEST = timedelta(days=92)


class BodyName(Schema):
    id: UUID
    slug: str
    name: str


class ResourceLine(Schema):
    id: UUID
    urn: str
    title: str
    kind: Kind
    body: BodyName
    state: Literal["active", "resting", "retired"]
    quantity: int
    unit: str
    price: int = Field(description="Whole won; 0 is free of charge.")
    price_per: Literal["hour", "day", "use"]
    needs_approval: bool
    area: str
    url: str


class ResourceOut(ResourceLine):
    """`step` is the grid in minutes, 0 for whole days; `longest` in days then, else in minutes, 0 for no bound.
    `hours` are seven texts from Monday, '' closed."""

    description: str
    place: str
    conditions: str
    contact: str
    step: Literal[0, 15, 30, 60]
    hours: list[str]
    closed_on_holidays: bool
    closed_days: list[date]
    lead_hours: int
    longest: int
    who: Literal["any", "province", "named"]


class FreeOut(Schema):
    """From `starts_at` until `ends_at` (half-open) so many units are free at an open time."""

    starts_at: datetime
    ends_at: datetime
    free: int


class BookingOut(Schema):
    id: UUID
    receipt: str
    urn: str
    resource: UUID
    owner: BodyName
    body: BodyName
    quantity: int
    starts_at: datetime
    ends_at: datetime
    state: State
    purpose: str
    collaboration: str
    reason: str
    late: bool
    url: str


class BookingIn(Schema):
    """A booking. By whole days, the moments are midnights in Seoul and `ends_at` the one after the last day."""

    id: UUID | None = Field(None, description="Chosen by the client, so that a repeated request books once.")
    quantity: int = Field(1, ge=1, le=100_000)
    starts_at: datetime
    ends_at: datetime
    purpose: str = Field("", max_length=500)
    collaboration: str = Field("", max_length=80, description="URN of a collaboration of the body.")


class CancelIn(Schema):
    reason: str = Field(min_length=1, max_length=500)


class ListQuery(Paging):
    kind: Kind | None = None
    free: bool = Field(False, description="Free of charge only.")
    province: str = Field("", max_length=10, pattern=r"^(\d{2}|\d{10})?$", description="Code of a province.")


class FreeQuery(Schema):
    since: date
    until: date = Field(description="Included; at most 92 days after `since`.")


@router.get("", response=answers(PageOf[ResourceLine]), summary="Resources that are lent out, newest first")
def resources(request: HttpRequest, query: Query[ListQuery]) -> Any:
    wanted = ListFilter(kind=query.kind or "", free=query.free, sido=query.province)
    found = resource_keyset(request.viewer, wanted, after=query.after, limit=query.limit)
    return paged(found, [_line(request, row) for row in found.items])


@router.get("/bookings", response=answers(PageOf[BookingOut], 401, 403), summary="Bookings of the key's body")
def bookings(request: HttpRequest, query: Query[Paging]) -> Any:
    """What the body booked, and what others booked of its resources; newest first."""
    rows = own_bookings(request.viewer)
    found = page_of(rows, order=("-created_at", "-id"), after=query.after, limit=query.limit, name="bookings")
    return paged(found, [_booking(request, row) for row in found.items])


@router.get("/bookings/{id}", response=answers(BookingOut, 404), summary="One booking")
def booking(request: HttpRequest, id: UUID) -> Any:
    return _booking(request, booking_view(request.viewer, id).row)


@router.post("/bookings/{id}/cancel", response=answers(BookingOut, 403, 404, 409), summary="Call a booking off")
def cancel(request: HttpRequest, id: UUID, data: CancelIn) -> Any:
    actions.booking_cancel(by=request.viewer, id=id, reason=data.reason)
    return _booking(request, booking_view(request.viewer, id).row)


@router.get("/{id}", response=answers(ResourceOut, 404), summary="One resource")
def resource(request: HttpRequest, id: UUID) -> Any:
    row = resource_of(request.viewer, id)
    names = ("description", "place", "conditions", "contact", "step", "closed_on_holidays", "lead_hours", "longest")
    return _line(request, row) | {
        **{name: getattr(row, name) for name in (*names, "who", "closed_days")},
        "hours": [say_hours(spans) for spans in row.hours],
    }


@router.get("/{id}/availability", response=answers(PageOf[FreeOut], 404), summary="When how much of it is free")
def availability(request: HttpRequest, id: UUID, query: Query[FreeQuery]) -> Any:
    if query.until < query.since or query.until - query.since > LONGEST:
        raise Refused("invalid", _("92일 안의 기간을 앞뒤 차례로 주세요."), "until")
    if not 2006 <= query.since.year <= 2049:
        raise Refused("invalid", _("2006년부터 2049년 사이의 날을 주세요."), "since")
    pieces = free_in(resource_of(request.viewer, id), query.since, query.until)
    items = [{"starts_at": moment(p.start), "ends_at": moment(p.end), "free": p.free} for p in pieces]
    return {"items": items, "next": None}


@router.post("/{id}/bookings", response=answers(BookingOut, 403, 404, 409, status=201), summary="Book it")
def book(request: HttpRequest, id: UUID, data: BookingIn) -> Any:
    if data.starts_at.tzinfo is None or data.ends_at.tzinfo is None:
        raise Refused("invalid", _("때는 시간대와 함께 주세요."), "starts_at")
    fields = data.model_dump(exclude={"id"})
    made = actions.booking_ask(by=request.viewer, resource_id=id, id=data.id or uuid7(), fields=fields)
    return 201, _booking(request, booking_view(request.viewer, made.pk).row)


def _body(body: Any) -> dict[str, Any]:
    return {"id": body.pk, "slug": body.slug, "name": body.name}


def _line(request: HttpRequest, row: Resource) -> dict[str, Any]:
    names = ("title", "kind", "state", "quantity", "unit", "price", "price_per", "needs_approval", "area")
    return {
        "id": row.pk,
        "urn": row.urn,
        "body": _body(row.body),
        "url": request.build_absolute_uri(row.get_absolute_url()),
        **{name: getattr(row, name) for name in names},
    }


def _booking(request: HttpRequest, row: Booking) -> dict[str, Any]:
    names = ("receipt", "quantity", "starts_at", "ends_at", "state", "purpose", "collaboration", "reason", "late")
    return {
        "id": row.pk,
        "urn": row.urn,
        "resource": row.resource_id,
        "owner": _body(row.resource.body),
        "body": _body(row.body),
        "url": request.build_absolute_uri(row.get_absolute_url()),
        **{name: getattr(row, name) for name in names},
    }
