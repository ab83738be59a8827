"""Bodies by API: search, one body with its history, what a code or name means on a day, changes, who a key is."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query

from dure.bodies import actions, queries
from dure.bodies.models import Body, BodySuccession
from dure.core.api import PageOf, Paging, Router, Schema, answers, must_match, paged
from dure.core.keyset import page
from dure.core.refused import Refused

router = Router(tags=["bodies"])

KindName = Literal[
    "sido",
    "sigungu",
    "district",
    "central",
    "institution",
    "public-corp",
    "education",
    "police",
    "fire",
    "association",
    "company",
    "university",
    "cooperative",
    "residents",
]
Day = Annotated[date | None, Field(description="The day it should hold on, `YYYY-MM-DD`; today when left out.")]


class BodyRef(Schema):
    """A body in few words."""

    id: UUID
    slug: str
    code: str | None = Field(description="Null for partners that registered here.")
    kind: KindName
    name_ko: str = Field(description="With its province where the kind has one.")
    name_en: str | None


class BodyOut(BodyRef):
    """A body. `valid_from` and `valid_to` are both included; null is open."""

    urn: str
    code_scheme: str | None = Field(description="`mois-10`, `mois-org7`, or `local-slug` for names used only here.")
    state: Literal["registered", "confirmed", "refused", "ended"]
    parent: BodyRef | None
    province: BodyRef | None
    valid_from: date | None
    valid_to: date | None
    web_page: str | None
    url: str


class ChangeOut(Schema):
    """`old` became `new`, or a part of it, on the first day of `new`."""

    id: int
    on: date
    kind: Literal["merge", "split", "rename", "move"]
    old: BodyRef
    new: BodyRef
    note: str
    source: str
    confidence: Literal["seen", "known", ""] = Field(description="`seen` in an official source, `known` in general.")


class AliasOut(Schema):
    """Another code or name of the same body."""

    kind: Literal["code", "former", "short"]
    value: str
    valid_from: date | None
    valid_to: date | None


class BodyDetail(BodyOut):
    """A body with its history; `now` is what stands for it today when it has ended."""

    about: str
    contact_email: str | None
    contact_phone: str | None
    note: str
    source: str
    confidence: str
    aliases: list[AliasOut]
    origins: list[ChangeOut]
    successions: list[ChangeOut]
    now: list[BodyRef]


class Describe(Schema):
    """What a body says of itself. A field left out stays as it is."""

    about: str | None = Field(None, max_length=4000)
    web_page: str | None = Field(None, max_length=300, pattern=r"^$|^https?://[^\s]+$")
    contact_email: str | None = Field(None, max_length=254, pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$")
    contact_phone: str | None = Field(None, max_length=20, pattern=r"^[0-9+ -]*$")


class Me(Schema):
    """Whose key this is and what it may do."""

    body: BodyRef
    scopes: list[Literal["read", "write"]]


class BodySearch(Paging):
    q: str = Field("", max_length=80, description="Words of a name, an old name, or a code; all must fit.")
    kind: list[KindName] = Field([], description="Any of these kinds.")
    province: str = Field("", max_length=80, description="Code or slug of a province.")
    on: Day = None
    ended: bool = Field(False, description="Also bodies that are not valid on the day.")


def ref(body: Body) -> dict[str, Any]:
    return {
        "id": body.pk,
        "slug": body.slug,
        "code": body.code or None,
        "kind": body.kind,
        "name_ko": body.full_name_ko,
        "name_en": body.full_name_en or None,
    }


def out(body: Body) -> dict[str, Any]:
    return {
        **ref(body),
        "urn": body.urn,
        "code_scheme": body.code_scheme or None,
        "state": body.state,
        "parent": ref(body.parent) if body.parent else None,
        "province": ref(body.province) if body.province else None,
        "valid_from": body.valid_from,
        "valid_to": body.valid_to,
        "web_page": body.web_page or None,
        "url": body.get_absolute_url(),
    }


def change(row: BodySuccession) -> dict[str, Any]:
    return {
        "id": row.pk,
        "on": row.on,
        "kind": row.kind,
        "old": ref(row.old),
        "new": ref(row.new),
        "note": row.note,
        "source": row.source,
        "confidence": row.confidence,
    }


def detail(body: Body) -> dict[str, Any]:
    told = queries.history(body)
    for row in told.origins:
        row.new = body
    for row in told.successions:
        row.old = body
    return {
        **out(body),
        "about": body.about,
        "contact_email": body.contact_email or None,
        "contact_phone": body.contact_phone or None,
        "note": body.note,
        "source": body.source,
        "confidence": body.confidence,
        "aliases": told.aliases,
        "origins": [change(row) for row in told.origins],
        "successions": [change(row) for row in told.successions],
        "now": [ref(one) for one in told.today],
    }


@router.get("/bodies", response=answers(PageOf[BodyOut]), summary="Search bodies")
def search(request: HttpRequest, given: Query[BodySearch]) -> dict[str, Any]:
    """Bodies by name, kind and province, best match first."""
    province = queries.province(given.province).pk if given.province else None
    rows = queries.find(
        request.viewer, text=given.q, kinds=given.kind, province=province, on=given.on, ended_too=given.ended
    )
    order = ("match", "full_name_ko", "id")
    found = page(rows, order=order, after=given.after, limit=given.limit, name="bodies")
    return paged(found, map(out, found.items))


@router.get("/bodies/resolve", response=answers(list[BodyOut]), summary="What a code or name means on a day")
def resolve(
    request: HttpRequest, q: Annotated[str, Field(min_length=1, max_length=160)], on: Day = None
) -> list[dict[str, Any]]:
    """The bodies that a code or an exact name means on a day. An old code or name leads to what took its place, a new
    one asked for an earlier day to what was there before; several where a body was split or a name is shared; an empty
    list where nothing fits."""
    return [out(body) for body in queries.resolve(q, on=on)]


@router.get("/bodies/{key}", response=answers(BodyDetail, 404), summary="One body with its history")
def get(request: HttpRequest, key: str) -> dict[str, Any]:
    """`key` is a code (also an old one), the short address, or the id."""
    return detail(queries.by_key(key, request.viewer))


@router.patch(
    "/bodies/{key}", response=answers(BodyDetail, 403, 404, 409, 412), summary="Change what a body says of itself"
)
def describe(request: HttpRequest, key: str, given: Describe) -> dict[str, Any]:
    """Needs a key of that body with the scope `write`. Send `If-Match` with the ETag you read to be safe against
    somebody else's change in between."""
    body = queries.by_key(key, request.viewer)
    request.viewer.must_act_for(body.pk, "this key may not write for this body")
    must_match(request, detail(body), BodyDetail)
    said = {name: getattr(body, name) for name in ("about", "web_page", "contact_email", "contact_phone")}
    said |= {name: value for name, value in given.model_dump(exclude_unset=True).items() if value is not None}
    actions.describe_body(by=request.viewer, body_id=body.pk, **said)
    return detail(queries.by_key(key, request.viewer))


@router.get("/successions", response=answers(PageOf[ChangeOut]), summary="Changes of bodies")
def successions(request: HttpRequest, given: Query[Paging]) -> dict[str, Any]:
    """Mergers, splits, renamings and moves, oldest first."""
    rows = BodySuccession.objects.select_related("old", "new")
    found = page(rows, order=("on", "id"), after=given.after, limit=given.limit, name="successions")
    return paged(found, map(change, found.items))


@router.get("/me", response=answers(Me), summary="Whose key this is")
def me(request: HttpRequest) -> dict[str, Any]:
    """Needs a key."""
    if request.viewer.body_id is None:
        raise Refused("not_signed_in", "a key is needed here")
    return {"body": ref(queries.get(request.viewer.body_id, request.viewer)), "scopes": sorted(request.viewer.scopes)}
