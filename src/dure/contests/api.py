"""Contests by API: what everybody may read, and the file from which results are recomputed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query

from dure.contests import eligibility, queries, scoring
from dure.contests.models import Contest, State
from dure.contests.queries import ListFilter
from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.core.refused import Refused

router = Router(tags=["contests"])

StateName = Literal["open", "judging", "decided", "published", "withdrawn"]


class BodyName(Schema):
    id: UUID
    slug: str
    name: str


class ContestLine(Schema):
    receipt: str
    urn: str
    title: str
    theme: str
    state: StateName
    takes_entries: bool = Field(description="Entries can be handed in today.")
    body: BodyName
    opens_on: date | None
    entries_until: date | None
    judging_until: date | None
    results_on: date | None
    entries: int = Field(description="How many stand, sealed ones too.")
    url: str


class CriterionOut(Schema):
    key: str
    label: str
    about: str
    weight: int = Field(description="Per-mille; all add up to 1000.")


class ContestOut(ContestLine):
    purpose: str
    eligibility: str
    rules: list[str]
    criteria: list[CriterionOut]
    blind: bool
    method: Literal["none", "zscore", "rank"]
    formula: str
    trimmed: bool
    least_judges: int
    select: int
    edge: Literal["vote", "all"]
    award: str
    support_years: int
    support_won: int
    opened_at: datetime | None
    published_at: datetime | None
    withdrawn_reason: str


class CommentOut(Schema):
    """A judge's comment; `hidden` is the reason where the organiser took it out."""

    judge: str
    text: str
    hidden: str


class ResultOut(Schema):
    """One entry of a published result. `final` is a decimal number as text, so that no digit is lost."""

    code: str
    rank: int | None
    final: str | None
    selected: bool
    why: str
    title: str | None
    bodies: list[BodyName]
    comments: list[CommentOut]
    url: str | None


class SheetOut(Schema):
    judge: str
    entry: str
    points: dict[str, int]
    raw: str
    normalised: str
    counted: bool


class MarkOut(Schema):
    code: str
    final: str | None
    rank: int | None
    tie: Literal["", "heaviest", "median", "shared"]
    short: bool
    judges: int
    selected: bool


class WeightOut(Schema):
    key: str
    weight: int


class RecomputeOut(Schema):
    """Rule, anonymised points, and what they came to; see `formula` for how."""

    version: int
    contest: str
    method: Literal["none", "zscore", "rank"]
    formula: str
    trimmed: bool
    least_judges: int
    select: int
    edge: Literal["vote", "all"]
    decimals: int
    criteria: list[WeightOut]
    sheets: list[SheetOut]
    entries: list[MarkOut]
    level: list[str]
    seats: int
    votes: dict[str, int]


class ListQuery(Paging):
    state: Literal["open", "judging", "published", "withdrawn", "all"] = "all"


@router.get("", response=answers(PageOf[ContestLine]), summary="Contests, newest first")
def contests(request: HttpRequest, query: Query[ListQuery]) -> Any:
    found = queries.contest_keyset(request.viewer, ListFilter(state=query.state), after=query.after, limit=query.limit)
    return paged(found, [_line(request, row, row.entry_count) for row in found.items])


@router.get("/{receipt}", response=answers(ContestOut, 404), summary="One contest")
def contest(request: HttpRequest, receipt: str) -> Any:
    row = queries.access(request.viewer, receipt)
    names = ("purpose", "eligibility", "blind", "method", "trimmed", "least_judges", "select", "edge", "award")
    more = ("support_years", "support_won", "opened_at", "published_at", "withdrawn_reason")
    return {
        **_line(request, row, row.entries.filter(state="handed_in").count()),
        **{name: getattr(row, name) for name in (*names, *more)},
        "rules": eligibility.rules_of(row),
        "formula": scoring.formula(row.method),
        "criteria": [
            {"key": one.key, "label": one.label, "about": one.about, "weight": one.weight} for one in row.criteria.all()
        ],
    }


@router.get("/{receipt}/results", response=answers(PageOf[ResultOut], 404), summary="Published results, by rank")
def results(request: HttpRequest, receipt: str) -> Any:
    row = _published(request, receipt)
    return {"items": [_result(request, one) for one in queries.results_of(request.viewer, row)], "next": None}


@router.get("/{receipt}/recompute", response=answers(RecomputeOut, 404), summary="The file to recompute results from")
def recompute(request: HttpRequest, receipt: str) -> Any:
    row = _published(request, receipt)
    return {**row.result, "formula": scoring.formula(row.method)}


def _published(request: HttpRequest, receipt: str) -> Contest:
    row = queries.access(request.viewer, receipt)
    if row.state != State.PUBLISHED:
        raise Refused("not_found", "The results are not published.")
    return row


def _body(body: Any) -> dict[str, Any]:
    return {"id": body.pk, "slug": body.slug, "name": body.name}


def _line(request: HttpRequest, row: Contest, entries: int) -> dict[str, Any]:
    names = ("receipt", "urn", "title", "theme", "state", "takes_entries")
    days = ("opens_on", "entries_until", "judging_until", "results_on")
    return {
        **{name: getattr(row, name) for name in (*names, *days)},
        "body": _body(row.body),
        "entries": entries,
        "url": request.build_absolute_uri(row.get_absolute_url()),
    }


def _result(request: HttpRequest, row: queries.ResultRow) -> dict[str, Any]:
    entry = row.entry
    return {
        "code": row.code,
        "rank": row.rank,
        "final": row.final or None,
        "selected": row.selected,
        "why": row.why,
        "title": entry.title if entry else None,
        "bodies": [_body(one.body) for one in entry.bodies.all()] if entry else [],
        "comments": [{"judge": one.judge, "text": one.text, "hidden": one.hidden} for one in row.comments],
        "url": request.build_absolute_uri(entry.get_absolute_url()) if entry else None,
    }
