"""Needs surveys by API: reading everything public, and answering with a body's key."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query

from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.needs import actions, queries
from dure.needs.models import NeedsSurvey

router = Router(tags=["needs"])

State = Literal["open", "sorting", "answered", "withdrawn"]


class BodyName(Schema):
    id: UUID
    slug: str
    name: str


class SurveyLine(Schema):
    receipt: str
    urn: str
    title: str
    state: State
    takes_answers: bool
    overdue: bool = Field(description="The day promised for the answers is over and some are missing.")
    body: BodyName
    mode: Literal["points", "ranks"]
    until: date
    promised_on: date
    asked: int
    answered: int
    url: str


class ListedNeed(Schema):
    id: UUID
    title: str


class SurveyOut(SurveyLine):
    purpose: str
    use: str
    needs: list[ListedNeed]
    end_reason: str
    withheld_needs: int = Field(description="Standing needs that are not public for this key.")


class NeedOut(Schema):
    """A standing need. `members` are the readable ones merged into it; `closed` counts those that are withheld."""

    id: UUID
    title: str
    why: str
    people: str
    body: BodyName | None
    merged: bool
    members: list[UUID]
    closed: int
    verdict: Literal["taken", "later", "no"] | None
    reason: str
    later_on: date | None
    outcome: Literal["under_way", "done", "stopped"] | None
    outcome_note: str
    followed_in: list[str]


class PlaceOut(Schema):
    """A place in the order; how the index is made stands on the page and in the engine `priorities`."""

    place: int
    need: UUID
    title: str
    index: float
    mean: float
    said: int
    needed: int
    answered: int
    regions: int
    regions_answered: int


class OwnNeedIn(Schema):
    title: str = Field(min_length=1, max_length=120, pattern=r"\S")
    why: str = Field("", max_length=1000)
    people: str = Field("", max_length=200)
    points: int = Field(ge=1, le=5)


class PriorityIn(Schema):
    need: UUID
    value: int = Field(ge=1, le=30, description="Points 1 to 5, or a rank from 1, as the survey's `mode` says.")


class AnswerIn(Schema):
    priorities: list[PriorityIn] = Field([], max_length=30)
    own: list[OwnNeedIn] = Field([], max_length=10)
    note: str = Field("", max_length=1000)


class AnswerOut(Schema):
    urn: str
    changed_at: datetime
    priorities: list[PriorityIn]
    own: list[UUID]


class ListQuery(Paging):
    state: Literal["running", "over", "all"] = "all"


@router.get("", response=answers(PageOf[SurveyLine]), summary="Needs surveys, newest first")
def surveys(request: HttpRequest, query: Query[ListQuery]) -> Any:
    found = queries.survey_keyset(request.viewer, state=query.state, after=query.after, limit=query.limit)
    return paged(found, [_line(request, row) for row in queries.as_rows(request.viewer, found.items)])


@router.get("/{receipt}", response=answers(SurveyOut, 404), summary="One needs survey")
def survey(request: HttpRequest, receipt: str) -> Any:
    found = _running(request, receipt)
    return _line(request, queries.counts(request.viewer, found)) | {
        "purpose": found.purpose,
        "use": found.use,
        "needs": [{"id": need.pk, "title": need.title} for need in queries.listed(found)],
        "end_reason": found.end_reason,
        "withheld_needs": queries.closed_needs(request.viewer, found),
    }


@router.get("/{receipt}/needs", response=answers(PageOf[NeedOut], 404), summary="Its needs with their answers")
def needs(request: HttpRequest, receipt: str) -> Any:
    nodes = queries.tree(request.viewer, _running(request, receipt))
    return {"items": [_need(node) for node in nodes], "next": None}


@router.get("/{receipt}/ranking", response=answers(PageOf[PlaceOut], 404), summary="The order of its needs")
def ranking(request: HttpRequest, receipt: str) -> Any:
    rows = queries.ranking(_running(request, receipt)).rows
    names = ("place", "said", "needed", "answered", "regions", "regions_answered")
    items = [
        {
            **{name: getattr(row.placed, name) for name in names},
            "need": row.need.pk,
            "title": row.need.title,
            "index": float(round(row.placed.index, 1)),
            "mean": float(round(row.placed.mean * 100, 1)),
        }
        for row in rows
    ]
    return {"items": items, "next": None}


@router.put("/{receipt}/answer", response=answers(AnswerOut, 403, 404, 409), summary="Give or change one's answer")
def answer(request: HttpRequest, receipt: str, data: AnswerIn) -> Any:
    found = _running(request, receipt)
    given = actions.answer_give(
        by=request.viewer,
        survey_id=found.pk,
        priorities={one.need: one.value for one in data.priorities},
        own=[one.model_dump() for one in data.own],
        note=data.note,
    )
    mine = queries.own_answer(request.viewer, found)
    return {
        "urn": given.urn,
        "changed_at": given.changed_at,
        "priorities": [{"need": id, "value": value} for id, value in given.priorities.items()],
        "own": [need.pk for need in mine.own] if mine else [],
    }


def _running(request: HttpRequest, receipt: str) -> NeedsSurvey:
    """The survey, once it has begun; a draft is not part of the API."""
    return queries.begun(request.viewer, receipt)


def _body(body: Any) -> dict[str, Any] | None:
    return {"id": body.pk, "slug": body.slug, "name": body.name} if body else None


def _line(request: HttpRequest, row: queries.Row) -> dict[str, Any]:
    found = row.survey
    names = ("receipt", "urn", "title", "state", "takes_answers", "mode", "until", "promised_on")
    return {name: getattr(found, name) for name in names} | {
        "overdue": found.is_overdue,
        "body": _body(found.body),
        "asked": row.asked,
        "answered": row.answered,
        "url": request.build_absolute_uri(found.get_absolute_url()),
    }


def _need(node: queries.Node) -> dict[str, Any]:
    need = node.need
    return {
        "id": need.pk,
        "title": need.title,
        "why": need.why,
        "people": need.people,
        "body": _body(node.body),
        "merged": need.is_merged,
        "members": [member.need.pk for member in node.members],
        "closed": node.closed,
        "verdict": need.verdict or None,
        "reason": need.verdict_reason,
        "later_on": need.later_on,
        "outcome": need.outcome or None,
        "outcome_note": need.outcome_note,
        "followed_in": [tie.urn for tie, _link in node.follows],
    }
