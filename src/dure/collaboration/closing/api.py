"""Checklist, indicators and measurements by API; measurements are written by a body's system."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field

from dure.collaboration import queries as room
from dure.collaboration.api import BodyName, WithheldOut
from dure.collaboration.closing import actions, queries
from dure.core.api import Router, Schema, answers

router = Router(tags=["collaborations"])

Mark = Literal["yes", "partial", "no"]


class AnswerOut(Schema):
    """What a party said to one item, with its evidence; `file` is an address."""

    mark: Mark
    text: str
    link: str
    file: str | None
    body: BodyName
    at: datetime


class ItemOut(Schema):
    key: str
    label: str
    answer: AnswerOut | None = Field(description="null: nobody has answered yet, which is not a no")
    before: list[AnswerOut]
    withheld: list[WithheldOut]


class ChecklistOut(Schema):
    """`mark` is null while an item is not known."""

    mark: Mark | None
    checked_on: date | None
    due_on: date | None
    overdue: bool
    items: list[ItemOut]


class MeasurementOut(Schema):
    """Numbers are exact decimals as text. `achieved_per_cent` is null where it is not known."""

    id: UUID
    value: str
    on: date
    source: str
    link: str
    body: BodyName
    at: datetime
    achieved_per_cent: int | None
    corrects: UUID | None
    reason: str
    corrected: bool


class IndicatorOut(Schema):
    id: UUID
    name: str
    unit: str
    direction: Literal["more", "less", "keep"]
    baseline: str | None
    target: str
    due_on: date
    source: str
    body: BodyName
    dropped: bool
    agreed: bool = Field(description="All parties have confirmed the indicators as they stand.")
    achieved_per_cent: int | None
    measurements: list[MeasurementOut]
    withheld: list[WithheldOut]


class MeasurementIn(Schema):
    id: UUID | None = Field(None, description="Chosen by the client, so that a repeated request measures once.")
    value: str = Field(max_length=40, description="An exact decimal as text, such as 41.5.")
    on: date
    source: str = Field(max_length=300)
    link: str = Field("", max_length=500)


@router.get("/{receipt}/sustainability", response=answers(ChecklistOut, 404), summary="Will it last: its checklist")
def checklist(request: HttpRequest, receipt: str) -> Any:
    found = queries.lasting(request.viewer, room.access(request.viewer, receipt))
    return {
        "mark": found.mark or None,
        "checked_on": found.checked_on,
        "due_on": found.due_on,
        "overdue": found.overdue,
        "items": [
            {
                "key": one.item.key,
                "label": one.item.label,
                "answer": _answer(one.answer) if one.answer else None,
                "before": [_answer(old) for old in one.before],
                "withheld": [of.as_dict() for of in one.closed],
            }
            for one in found.items
        ],
    }


@router.get("/{receipt}/indicators", response=answers(list[IndicatorOut], 404), summary="Its indicators, measured")
def indicators(request: HttpRequest, receipt: str) -> Any:
    found = queries.indicators(request.viewer, room.access(request.viewer, receipt))
    agreed = found.agreement is not None and found.agreement.agreed_at is not None
    return [_indicator(one, agreed) for one in (*found.rows, *found.dropped)]


@router.get("/{receipt}/indicators/{id}", response=answers(IndicatorOut, 404), summary="One indicator")
def indicator(request: HttpRequest, receipt: str, id: UUID) -> Any:
    collaboration = room.access(request.viewer, receipt)
    queries.indicator_of(request.viewer, collaboration, id)
    found = queries.indicators(request.viewer, collaboration)
    agreed = found.agreement is not None and found.agreement.agreed_at is not None
    return next(_indicator(one, agreed) for one in (*found.rows, *found.dropped) if one.row.pk == id)


@router.post(
    "/{receipt}/indicators/{id}/measurements",
    response=answers(MeasurementOut, 403, 404, 409, status=201),
    summary="Write down a measurement",
)
def measure(request: HttpRequest, receipt: str, id: UUID, data: MeasurementIn) -> Any:
    collaboration = room.access(request.viewer, receipt)
    row = queries.indicator_of(request.viewer, collaboration, id)
    fields = data.model_dump(exclude={"id"})
    made = actions.measurement_record(by=request.viewer, id=id, fields=fields, measurement_id=data.id)
    view = queries.MeasurementView(made, made.value, queries.share_of(row, made.value), None)
    return 201, _measurement(view)


def _body(body: Any) -> dict[str, Any]:
    return {"id": body.pk, "slug": body.slug, "name": body.name}


def _answer(view: queries.AnswerView) -> dict[str, Any]:
    row = view.row
    file = view.file[1] if view.file else None
    return {
        "mark": row.mark,
        "text": row.text,
        "link": row.link,
        "file": file,
        "body": _body(row.body),
        "at": row.at,
    }


def _indicator(one: queries.IndicatorView, agreed: bool) -> dict[str, Any]:
    row = one.row
    plain = ("name", "unit", "direction", "target", "due_on", "source")
    return {
        **{name: getattr(row, name) for name in plain},
        "id": row.pk,
        "baseline": row.baseline or None,
        "body": _body(row.body),
        "dropped": row.dropped_at is not None,
        "agreed": agreed,
        "achieved_per_cent": one.per_cent,
        "measurements": [_measurement(view) for view in one.measurements],
        "withheld": [of.as_dict() for of in one.closed],
    }


def _measurement(view: queries.MeasurementView) -> dict[str, Any]:
    row = view.row
    return {
        **{name: getattr(row, name) for name in ("value", "on", "source", "link", "at", "reason")},
        "id": row.pk,
        "body": _body(row.body),
        "achieved_per_cent": view.per_cent,
        "corrects": row.corrects_id,
        "corrected": row.corrected_at is not None,
    }
