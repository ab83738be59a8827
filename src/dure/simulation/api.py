"""Scenarios by API: what is published, with figures and hashes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.simulation import queries
from dure.simulation.models import Run, Scenario

router = Router(tags=["simulation"])


class ScenarioLine(Schema):
    receipt: str
    urn: str
    title: str
    question: str
    body: str = Field(description="Name of the body that made it.")
    day: date = Field(description="The rules of this day.")
    benefits: list[str]
    published_at: datetime | None
    url: str


class ScenarioOut(ScenarioLine):
    """`result_hash` and `inputs_hash`: SHA-256 of the canonical JSON of `result` and `inputs`. Money is won a year."""

    changes: list[dict[str, Any]]
    texts: dict[str, str | None]
    inputs: dict[str, Any]
    inputs_hash: str
    result: dict[str, Any]
    result_hash: str
    assumed: dict[str, Any] = Field(description="Usual values that stood in for facts the population does not know.")
    missing: list[str] = Field(description="Facts that nobody knows and nothing stands in for.")


def line(row: Scenario) -> dict[str, Any]:
    return {
        "receipt": row.receipt,
        "urn": row.urn,
        "title": row.title,
        "question": row.question,
        "body": row.body.name,
        "day": row.day,
        "benefits": row.benefits,
        "published_at": row.published_at,
        "url": row.get_absolute_url(),
    }


@router.get("", response=answers(PageOf[ScenarioLine]), summary="Published scenarios, newest first")
def scenarios(request: HttpRequest, query: Query[Paging]) -> Any:
    found = queries.scenario_keyset(request.viewer, after=query.after, limit=query.limit)
    return paged(found, [line(row) for row in found.items])


@router.get("/{receipt}", response=answers(ScenarioOut, 404), summary="One published scenario with its figures")
def scenario(request: HttpRequest, receipt: str) -> Any:
    found, run = queries.published(request.viewer, receipt)
    return line(found) | _run(run) | {"changes": found.changes, "texts": found.texts}


def _run(run: Run) -> dict[str, Any]:
    names = ("inputs", "inputs_hash", "result", "result_hash")
    notes = {"assumed": run.notes.get("usual", {}), "missing": run.notes.get("missing", [])}
    return {name: getattr(run, name) for name in names} | notes
