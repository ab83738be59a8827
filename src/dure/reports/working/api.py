"""The work on reports by API: a body's own system reads its list, asks, tells, answers and passes on."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query

from dure.bodies.queries import by_key
from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.core.keyset import page
from dure.reports import categories
from dure.reports.models import Report
from dure.reports.working import actions, queries
from dure.reports.working.queries import Filters

router = Router(tags=["reports"])

State = Literal["received", "taken", "asked", "under_way", "closed"]
Outcome = Literal["solved", "answered", "nothing_found", "cannot"]


class WorkLine(Schema):
    receipt: str
    urn: str
    state: State
    outcome: str
    category: str
    category_name: str
    words: str
    lon: float | None
    lat: float | None
    address: str
    unit: str
    officer: UUID | None
    safety: int
    created_at: datetime
    due_at: datetime | None = Field(description="The legal deadline, with rests and extensions.")
    due_law: str
    overdue: bool
    moves: int
    url: str


class WorkQuery(Paging):
    state: Literal["open", "overdue", "second", "all"] | State = "open"
    q: str = Field("", max_length=200)


class TextIn(Schema):
    text: str = Field(min_length=1, max_length=4000)


class QuestionIn(TextIn):
    days: int = Field(7, ge=1, le=30, description="How long a reply is waited for; the term rests as long.")


class AnswerIn(TextIn):
    outcome: Outcome


class MoveIn(Schema):
    target: str = Field(max_length=80, description="The body: its code, short address or id.")
    reason: str = Field(min_length=1, max_length=1000)


class SaidOut(Schema):
    urn: str
    kind: Literal["update", "question", "answer"]
    text: str = Field(description="As it is public: with personal numbers masked.")
    at: datetime
    report: WorkLine


class MoveOut(Schema):
    number: int
    target: UUID
    reason: str
    state: Literal["offered"]
    arbiter: UUID | None
    at: datetime


@router.get("/work", response=answers(PageOf[WorkLine], 403), summary="The body's reports by legal deadline")
def work(request: HttpRequest, query: Query[WorkQuery]) -> Any:
    rows = queries.work_list(request.viewer, Filters(state=query.state, q=query.q)).filter(due_at__isnull=False)
    found = page(rows, order=("due_at", "pk"), after=query.after, limit=query.limit, name="reports.work")
    return paged(found, [_line(request, row) for row in found.items])


@router.post("/{receipt}/updates", response=answers(SaidOut, 403, 404, 409), summary="Tell how far a report is")
def update(request: HttpRequest, receipt: str, data: TextIn) -> Any:
    report = queries.access(request.viewer, receipt)
    return _said(request, actions.report_update(by=request.viewer, id=report.pk, text=data.text))


@router.post("/{receipt}/questions", response=answers(SaidOut, 403, 404, 409), summary="Ask whoever reported")
def ask(request: HttpRequest, receipt: str, data: QuestionIn) -> Any:
    report = queries.access(request.viewer, receipt)
    return _said(request, actions.report_ask(by=request.viewer, id=report.pk, text=data.text, days=data.days))


@router.post("/{receipt}/answer", response=answers(SaidOut, 403, 404, 409), summary="Answer a report and close it")
def answer(request: HttpRequest, receipt: str, data: AnswerIn) -> Any:
    report = queries.access(request.viewer, receipt)
    word = actions.report_answer(by=request.viewer, id=report.pk, outcome=data.outcome, text=data.text)
    return _said(request, word)


@router.post("/{receipt}/moves", response=answers(MoveOut, 403, 404, 409), summary="Pass a report on")
def move(request: HttpRequest, receipt: str, data: MoveIn) -> Any:
    report = queries.access(request.viewer, receipt)
    target = by_key(data.target, request.viewer)
    made = actions.report_pass_on(by=request.viewer, id=report.pk, target_id=target.pk, reason=data.reason)
    return {
        "number": made.number,
        "target": made.target_id,
        "reason": made.reason,
        "state": made.state,
        "arbiter": made.arbiter_id,
        "at": made.at,
    }


def _said(request: HttpRequest, word: Any) -> dict[str, Any]:
    report = queries.access(request.viewer, word.report.receipt)
    return {"urn": word.urn, "kind": word.kind, "text": word.text, "at": word.at, "report": _line(request, report)}


def _line(request: HttpRequest, row: Report) -> dict[str, Any]:
    names = [
        *("receipt", "urn", "state", "outcome", "category", "words", "lon", "lat", "address", "unit", "safety"),
        *("created_at", "due_at", "due_law", "overdue"),
    ]
    return {name: getattr(row, name) for name in names} | {
        "category_name": categories.name_of(row.category),
        "officer": row.officer_id,
        "moves": row.moves_count,
        "url": request.build_absolute_uri(row.get_absolute_url()),
    }
