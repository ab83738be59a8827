"""Disputes by API: the same queries and actions as the pages. What only people do (sitting in a committee) is not
here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query

from dure.collaboration.api import BodyName, WithheldOut
from dure.collaboration.mediation import actions, queries
from dure.collaboration.mediation.models import Dispute
from dure.collaboration.queries import access
from dure.core import keyset
from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.core.ids import uuid7
from dure.core.visibility import Withheld

router = Router(tags=["mediation"])

Contested = Literal["agreement", "decisions", "workspace", "closing"]
StepName = Literal["stating", "seating", "short", "again", "electing", "working", "answering", "closed"]
ResultName = Literal["settled", "agreed", "not_settled", "withdrawn", ""]


class MediatorOut(Schema):
    id: UUID
    name: str
    field: Literal["senior", "professor", "researcher", "practitioner", "private"]
    affiliation: BodyName | None
    starts_on: date
    ends_on: date
    interests: list[BodyName]
    url: str


class DisputeLine(Schema):
    id: UUID
    title: str
    step: StepName
    due: date | None
    result: ResultName
    parts: list[Contested] = Field(description="What rests, or rested, because of it.")
    opened_at: datetime
    closed_at: datetime | None
    url: str


class SideOut(Schema):
    """A party of the dispute. A withheld statement or answer is null and stands in `withheld`."""

    body: BodyName
    side: str
    statement: str | None
    final: bool | None
    accepts: bool | None
    reason: str | None
    withheld: list[WithheldOut]


class SeatOut(Schema):
    mediator: UUID
    name: str
    field: str
    state: str
    chair: bool


class HearingOut(Schema):
    id: UUID
    at: datetime
    place: str
    invited: str
    state: Literal["planned", "held", "cancelled"]
    record: str | None
    withheld: WithheldOut | None


class DisputeOut(DisputeLine):
    text: str
    wish: str
    close_reason: str
    sides: list[SideOut]
    members: list[SeatOut]
    hearings: list[HearingOut]
    proposal: str | None


class DisputeIn(Schema):
    id: UUID | None = Field(None, description="Chosen by the client, so that a repeated request refers once.")
    title: str = Field(min_length=1, max_length=120)
    text: str = Field(min_length=1, max_length=4000)
    wish: str = Field(min_length=1, max_length=2000)
    parts: list[Contested] = Field(min_length=1, max_length=4)
    against: list[UUID] = Field(min_length=1, max_length=100, description="Ids of bodies that are parties.")


class StatementIn(Schema):
    text: str = Field(min_length=1, max_length=6000)
    final: bool = False


class AnswerIn(Schema):
    accepts: bool
    reason: str = Field("", max_length=1000)


@router.get("/mediation/roster", response=answers(PageOf[MediatorOut]), summary="Who may be drawn as a mediator")
def roster(request: HttpRequest, query: Query[Paging]) -> Any:
    rows = queries.roster(request.viewer)
    found = keyset.page(rows, order=("name", "id"), after=query.after, limit=query.limit, name="mediators")
    items = [
        {
            "id": row.pk,
            "name": row.name,
            "field": row.field,
            "affiliation": _body(row.affiliation) if row.affiliation else None,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "interests": [_body(one.body) for one in row.interests.all()],
            "url": request.build_absolute_uri(row.get_absolute_url()),
        }
        for row in found.items
    ]
    return paged(found, items)


@router.get("/{receipt}/disputes", response=answers(PageOf[DisputeLine], 404), summary="Its disputes, newest first")
def disputes(request: HttpRequest, receipt: str) -> Any:
    found = queries.dispute_rows(request.viewer, access(request.viewer, receipt))
    return {"items": [_line(request, one.row) for one in found if not one.withheld], "next": None}


@router.get("/{receipt}/disputes/{id}", response=answers(DisputeOut, 404), summary="One dispute")
def dispute(request: HttpRequest, receipt: str, id: UUID) -> Any:
    return _whole(request, receipt, id)


@router.get("/{receipt}/disputes/{id}/draw", response=answers(dict, 404), summary="All values of its draw")
def draw(request: HttpRequest, receipt: str, id: UUID) -> Any:
    return queries.draw_facts(_found(request, receipt, id))


@router.post("/{receipt}/disputes", response=answers(DisputeOut, 403, 404, 409, status=201), summary="Refer a dispute")
def refer(request: HttpRequest, receipt: str, data: DisputeIn) -> Any:
    collaboration = access(request.viewer, receipt)
    made = actions.dispute_refer(
        by=request.viewer,
        id=collaboration.pk,
        dispute_id=data.id or uuid7(),
        **data.model_dump(exclude={"id"}),
    )
    return 201, _whole(request, receipt, made.pk)


@router.put(
    "/{receipt}/disputes/{id}/statement", response=answers(DisputeOut, 403, 404, 409), summary="Say how one sees it"
)
def statement(request: HttpRequest, receipt: str, id: UUID, data: StatementIn) -> Any:
    found = _found(request, receipt, id)
    actions.dispute_state(by=request.viewer, id=found.pk, text=data.text, final=data.final)
    return _whole(request, receipt, id)


@router.post(
    "/{receipt}/disputes/{id}/answer", response=answers(DisputeOut, 403, 404, 409), summary="Answer the proposal"
)
def answer(request: HttpRequest, receipt: str, id: UUID, data: AnswerIn) -> Any:
    found = _found(request, receipt, id)
    actions.mediation_answer(by=request.viewer, id=found.pk, accepts=data.accepts, reason=data.reason)
    return _whole(request, receipt, id)


def _found(request: HttpRequest, receipt: str, id: UUID) -> Dispute:
    return queries.dispute_of(request.viewer, access(request.viewer, receipt), id)


def _body(body: Any) -> dict[str, Any]:
    return {"id": body.pk, "slug": body.slug, "name": body.name}


def _withheld(*of: Withheld | None) -> list[dict[str, Any]]:
    return [one.as_dict() for one in of if one]


def _line(request: HttpRequest, row: Dispute) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": row.title,
        "step": row.step,
        "due": row.due,
        "result": row.result,
        "parts": [one.part for one in row.contested.all()],
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "url": request.build_absolute_uri(row.get_absolute_url()),
    }


def _whole(request: HttpRequest, receipt: str, id: UUID) -> dict[str, Any]:
    found = _found(request, receipt, id)
    page = queries.dispute_page(request.viewer, found)
    proposal = page.proposals[-1] if page.proposals else None
    return _line(request, found) | {
        "text": found.text,
        "wish": found.wish,
        "close_reason": page.why_closed,
        "sides": [
            {
                "body": _body(side.body),
                "side": side.side,
                "statement": side.statement.text if side.statement else None,
                "final": side.statement.final if side.statement else None,
                "accepts": side.answer.accepts if side.answer else None,
                "reason": side.answer.reason if side.answer else None,
                "withheld": _withheld(side.withheld, side.answer_withheld),
            }
            for side in page.sides
        ],
        "members": [
            {
                "mediator": one.mediator_id,
                "name": one.mediator.name,
                "field": one.field,
                "state": one.state,
                "chair": one.chair,
            }
            for one in page.members
        ],
        "hearings": [
            {
                "id": one.row.pk,
                "at": one.row.at,
                "place": one.row.place,
                "invited": one.row.invited,
                "state": one.row.state,
                "record": one.more.row.text if one.more and not one.more.withheld else None,
                "withheld": one.more.withheld.as_dict() if one.more and one.more.withheld else None,
            }
            for one in page.hearings
            if not one.withheld
        ],
        "proposal": proposal.row.text if proposal and not proposal.withheld else None,
    }
