"""The company desk by API: what is public is read by anybody; a body's own system writes visits and proposals, and a
company's or an association's system hands difficulties in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query

from dure.bodies.queries import by_key
from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.core.ids import uuid7
from dure.core.keyset import page
from dure.reports.actions.hand_in import id_of
from dure.reports.company import actions
from dure.reports.company.queries import care, feedback, figures, rules, visits
from dure.reports.models import CompanyCare, FeedbackMeeting, RuleChange, RuleStep, Visit

router = Router(tags=["reports"])

StepState = Literal["sent", "answered", "changed", "refused"]
RuleState = Literal["collected"] | StepState


class WithheldOut(Schema):
    withheld: str
    reason: str
    reason_text: str
    review_on: date


class CareLine(Schema):
    company: UUID
    company_name: str
    body: UUID
    body_name: str
    officer_name: str | None = Field(description="The official's name in office.")
    since: datetime


class OfBody(Paging):
    body: str = Field("", max_length=80, description="Code, short address or id of the body.")


class OfCompany(OfBody):
    company: str = Field("", max_length=80, description="Short address or id of the company.")


class RuleLine(Schema):
    id: UUID
    urn: str
    title: str
    law: str
    problem: str
    wording: str
    state: RuleState
    body: UUID
    with_name: str = Field(description="The ministry or council that it is with; empty before it was sent.")
    collected_on: date
    moved_on: date | None
    url: str


class StepOut(Schema):
    number: int
    state: StepState
    on: date
    to: str
    source: str
    source_url: str
    note: str


class RuleOut(RuleLine):
    steps: list[StepOut]


class RuleQuery(OfBody):
    state: Literal["", "followed"] | RuleState = ""
    q: str = Field("", max_length=100)


class RuleIn(Schema):
    id: UUID | None = Field(None, description="Made by the sender, so that twice is once.")
    title: str = Field(max_length=200)
    law: str = Field(max_length=300)
    problem: str = Field(max_length=4000)
    wording: str = Field("", max_length=4000)
    report: str = Field("", max_length=40, description="Receipt of a company's difficulty that the body has.")


class StepIn(Schema):
    id: UUID | None = Field(None, description="Made by the sender, so that twice is once.")
    state: StepState
    on: date
    to: str = Field("", max_length=120)
    source: str = Field(max_length=300, description="Where it can be read: a letter's number, minutes, a gazette.")
    source_url: str = Field("", max_length=300)
    note: str = Field("", max_length=1000)
    look_on: date | None = None


class VisitLine(Schema):
    """Of what is withheld from the caller only `id`, `company`, `body` and `withheld` are said."""

    id: UUID
    company: UUID
    body: UUID
    withheld: WithheldOut | None = None
    state: str = ""
    kind: str = ""
    on: date | None = None
    place: str = ""
    purpose: str = ""
    who: str = ""
    heard: str = ""
    promised: str = ""
    answer_due: date | None = None
    answer: str = ""
    report: str = ""
    url: str = ""


class VisitIn(Schema):
    id: UUID | None = Field(None, description="Made by the sender, so that twice is once; or of a planned visit.")
    company: str = Field(max_length=80)
    kind: Literal["visit", "meeting", "call"] = "visit"
    on: date
    place: str = Field("", max_length=200)
    who: str = Field(max_length=200, description="Roles, no names.")
    heard: str = Field(max_length=4000)
    promised: str = Field("", max_length=2000)
    next: str = Field("", max_length=500)
    answer_due: date | None = None
    report: str = Field("", max_length=40)
    secret: bool = Field(False, description="A trade secret: for the body and the company alone.")
    review_on: date | None = None


class TextIn(Schema):
    text: str = Field(min_length=1, max_length=4000)


class MeetingLine(Schema):
    id: UUID
    urn: str
    body: UUID
    year: int
    quarter: int
    on: date
    place: str
    state: Literal["planned", "held"]
    url: str


class ItemOut(Schema):
    kind: Literal["difficulty", "rule"]
    receipt: str = ""
    title: str = ""
    state: str
    answer: str = ""
    withheld: WithheldOut | None = None


class MeetingOut(MeetingLine):
    about: str
    minutes: str
    items: list[ItemOut]


class QuarterOut(Schema):
    quarter: str = Field(examples=["2026-4"])
    received: int
    answered: int
    in_time: int
    open: int
    days: float | None = Field(description="Median of days to the answer, of what was answered in the quarter.")
    visits: int
    companies: int
    cared: int
    collected: int
    sent: int
    replied: int
    changed: int
    refused: int


class FiguresOut(Schema):
    open: int
    overdue: int
    answered: int
    days: float | None
    cared: int
    rules: dict[str, int]
    quarters: list[QuarterOut]


class DifficultyIn(Schema):
    key: UUID = Field(description="Made by the sender, so that twice is once.")
    company: str = Field("", max_length=100, description="The company's name, where the key is not the company's own.")
    difficulty: str = Field(max_length=2000)
    rule: str = Field("", max_length=500)
    wish: str = Field("", max_length=1000)
    address: str = Field("", max_length=200, description="Where the company is, down to the municipality.")
    to: UUID | None = Field(None, description="A body that cares for the company, instead of an address.")
    email: str = Field("", max_length=254)
    secret: bool = False
    review_on: date | None = None


class DifficultyOut(Schema):
    receipt: str
    urn: str
    body: UUID | None
    due_at: datetime | None
    status_url: str = Field(description="Whoever has it reads and answers in the company's place.")


@router.get("/company/care", response=answers(PageOf[CareLine], 404), summary="Who cares for which company now")
def company_care(request: HttpRequest, query: Query[OfBody]) -> Any:
    rows = care.cares(by_key(query.body, request.viewer) if query.body else None)
    found = page(rows, order=("-since", "-pk"), after=query.after, limit=query.limit, name="company.care")
    return paged(found, [_care(row) for row in found.items])


@router.get("/company/rules", response=answers(PageOf[RuleLine]), summary="Rules that should change")
def company_rules(request: HttpRequest, query: Query[RuleQuery]) -> Any:
    slug = by_key(query.body, request.viewer).slug if query.body else ""
    rows = rules.rules(request.viewer, query.state, slug, query.q)
    found = page(rows, order=("-at", "-pk"), after=query.after, limit=query.limit, name="company.rules")
    return paged(found, [_rule(request, row) for row in found.items])


@router.get("/company/rules/{id}", response=answers(RuleOut, 404), summary="One proposal with its steps")
def company_rule(request: HttpRequest, id: UUID) -> Any:
    return _whole_rule(request, rules.rule(request.viewer, id))


@router.post("/company/rules", response=answers(RuleOut, 403, 409), summary="Collect a proposal")
def company_rule_collect(request: HttpRequest, data: RuleIn) -> Any:
    made = actions.rule_collect(by=request.viewer, id=data.id or uuid7(), fields=data.dict(exclude={"id"}))
    return _whole_rule(request, rules.rule(request.viewer, made.pk))


@router.post(
    "/company/rules/{id}/steps", response=answers(RuleOut, 403, 404, 409), summary="The next step of a proposal"
)
def company_rule_step(request: HttpRequest, id: UUID, data: StepIn) -> Any:
    fields = data.dict(exclude={"id"})
    actions.rule_step(by=request.viewer, id=id, step_id=data.id or uuid7(), fields=fields)
    return _whole_rule(request, rules.rule(request.viewer, id))


@router.get("/company/visits", response=answers(PageOf[VisitLine], 404), summary="Visits at companies")
def company_visits(request: HttpRequest, query: Query[OfCompany]) -> Any:
    body = by_key(query.body, request.viewer) if query.body else None
    company = by_key(query.company, request.viewer) if query.company else None
    rows = visits.knowable(request.viewer, body, company)
    found = page(rows, order=("-on", "-pk"), after=query.after, limit=query.limit, name="company.visits")
    shown = visits.seen(request.viewer, [row.pk for row in found.items])
    return paged(found, [_visit(request, row, row.pk in shown) for row in found.items])


@router.post("/company/visits", response=answers(VisitLine, 403, 404, 409), summary="Write down a visit")
def company_visit_log(request: HttpRequest, data: VisitIn) -> Any:
    company = by_key(data.company, request.viewer)
    fields = data.dict(exclude={"id", "company"})
    made = actions.visit_log(by=request.viewer, id=data.id or uuid7(), company_id=company.pk, fields=fields)
    return _visit(request, made, True)


@router.post(
    "/company/visits/{id}/answer",
    response=answers(VisitLine, 403, 404, 409),
    summary="Answer what was promised on a visit",
)
def company_visit_answer(request: HttpRequest, id: UUID, data: TextIn) -> Any:
    return _visit(request, actions.visit_answer(by=request.viewer, id=id, text=data.text), True)


@router.get("/company/meetings", response=answers(PageOf[MeetingLine]), summary="Quarterly feedback meetings")
def company_meetings(request: HttpRequest, query: Query[OfBody]) -> Any:
    rows = feedback.meetings(request.viewer, by_key(query.body, request.viewer).slug if query.body else "")
    found = page(rows, order=("-on", "-pk"), after=query.after, limit=query.limit, name="company.meetings")
    return paged(found, [_meeting(request, row) for row in found.items])


@router.get("/company/meetings/{id}", response=answers(MeetingOut, 404), summary="One meeting with its list")
def company_meeting(request: HttpRequest, id: UUID) -> Any:
    found = feedback.meeting(request.viewer, id)
    agenda = feedback.agenda(request.viewer, found)
    lines = [("difficulty", one) for one in (*agenda.open, *agenda.answered)] + [("rule", one) for one in agenda.rules]
    items = [
        {
            "kind": kind,
            "receipt": one.report.receipt if one.report else "",
            "title": one.report.title if one.report else one.rule.title if one.rule else "",
            "state": one.state,
            "answer": one.answer,
            "withheld": one.withheld.as_dict() if one.withheld else None,
        }
        for kind, one in lines
    ]
    return _meeting(request, found) | {"about": found.about, "minutes": found.minutes, "items": items}


@router.get("/company/figures", response=answers(FiguresOut, 404), summary="Figures, as they stand and by quarter")
def company_figures(request: HttpRequest, body: str = Query("", max_length=80)) -> Any:
    of = by_key(body, request.viewer) if body else None
    now = figures.now(of)
    rows = [{**vars(row), "quarter": row.quarter.key} for row in figures.quarters(of)]
    return {**vars(now), "quarters": rows}


@router.post("/company/difficulties", response=answers(DifficultyOut, 403), summary="Hand in a company's difficulty")
def company_difficulty(request: HttpRequest, data: DifficultyIn) -> Any:
    fields = data.dict(exclude={"key"})
    report = actions.company_report(by=request.viewer, id=id_of(data.key), fields=fields, source="api")
    return {
        "receipt": report.receipt,
        "urn": report.urn,
        "body": report.body_id,
        "due_at": report.due_at,
        "status_url": request.build_absolute_uri(report.status_path),
    }


def _care(row: CompanyCare) -> dict[str, Any]:
    return {
        "company": row.company_id,
        "company_name": row.company.name,
        "body": row.body_id,
        "body_name": row.body.name,
        "officer_name": row.officer.name if row.officer else None,
        "since": row.since,
    }


def _rule(request: HttpRequest, row: RuleChange) -> dict[str, Any]:
    names = [*("id", "urn", "title", "law", "problem", "wording", "state", "with_name", "collected_on", "moved_on")]
    url = request.build_absolute_uri(row.get_absolute_url())
    return {name: getattr(row, name) for name in names} | {"body": row.body_id, "url": url}


def _whole_rule(request: HttpRequest, row: RuleChange) -> dict[str, Any]:
    return _rule(request, row) | {"steps": [_step(one) for one in rules.steps(row)]}


def _step(row: RuleStep) -> dict[str, Any]:
    names = ("number", "state", "on", "source", "source_url", "note")
    return {name: getattr(row, name) for name in names} | {"to": row.to_name}


def _visit(request: HttpRequest, row: Visit, shown: bool) -> dict[str, Any]:
    known = {"id": row.pk, "company": row.company_id, "body": row.body_id}
    if not shown:
        return known | {"withheld": row.withheld.as_dict() if row.withheld else None}
    names = ("state", "kind", "on", "place", "purpose", "who", "heard", "promised", "answer_due", "answer")
    url = request.build_absolute_uri(row.get_absolute_url())
    report = row.report.receipt if row.report else ""
    return known | {name: getattr(row, name) for name in names} | {"report": report, "url": url}


def _meeting(request: HttpRequest, row: FeedbackMeeting) -> dict[str, Any]:
    names = ("id", "urn", "year", "quarter", "on", "place", "state")
    url = request.build_absolute_uri(row.get_absolute_url())
    return {name: getattr(row, name) for name in names} | {"body": row.body_id, "url": url}
