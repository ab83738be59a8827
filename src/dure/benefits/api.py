"""Benefits by API: the list, one with its rule, and the outcome for a household that is neither stored nor logged."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from dure.benefits import queries, shown
from dure.benefits.answers import answers as computed
from dure.benefits.reading import library
from dure.core import clock
from dure.core.api import PageOf, Router, Schema, answers
from dure.core.refused import Refused
from dure.engines.rules.households import HouseholdFault, read_json

router = Router(tags=["benefits"])
FIRST, LAST = date(2015, 7, 1), 2


class BenefitOut(Schema):
    id: str
    names: dict[str, str] = Field(description="By language: ko, en, zh, vi, ja.")
    category: str
    level: str = Field(description="national, province or municipality")
    body: str
    areas: list[str] = Field(description="Codes of the areas where it holds; empty: everywhere.")
    to_check: list[str] = Field(description="What nobody has verified yet (Korean).")
    url: str


class BenefitDetail(BenefitOut):
    unit: str = Field(description="household or person")
    law: list[str]
    in_force_from: date | None
    in_force_to: date | None
    rules_version: str
    rule: str = Field(description="The rule file as it is computed from (YAML, docs/benefits.md).")


class HouseholdIn(Schema):
    """`{"facts": {code: value}, "members": [{code: value}, …]}`; see docs/benefits.md. Money is whole won."""

    facts: dict[str, Any] = Field({}, examples=[{"household_size": 4, "recognized_income": 1500000}])
    members: list[dict[str, Any]] | None = Field(None, examples=[[{"birth_date": "1993-04-03"}]])


class EvalIn(Schema):
    household: HouseholdIn
    on: date | None = Field(None, description="The day of evaluation; today where it is not there.")
    benefit: str | None = Field(None, description="Only this benefit.")
    language: str = Field("ko", description="ko, en, zh, vi or ja: of words and reasons.")


class EvalOut(Schema):
    on: date
    rules_version: str
    answers: list[dict[str, Any]] = Field(description="One a benefit, and a member for benefits of persons.")


def _line(request: HttpRequest, one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "names": dict(one.names),
        "category": one.category,
        "level": one.level,
        "body": one.body,
        "areas": list(one.areas),
        "to_check": list(shown.to_check(one, "ko")),
        "url": request.build_absolute_uri(f"/benefits/{one.id}/"),
    }


@router.get("", response=answers(PageOf[BenefitOut]), summary="Benefits in force today")
def benefits(request: HttpRequest, q: str = Query("", max_length=100), level: str = "", area: str = "") -> Any:
    known = library().rules.benefits
    found = queries.benefits(clock.today(), "ko", q=q, level=level, area=area[:10])
    return {"items": [_line(request, known[one.id]) for one in found], "next": None}


@router.post(
    "/eval",
    auth=None,
    response=answers(EvalOut, 422),
    summary="What comes of benefits for one household",
    openapi_extra={"security": [{}, {"key": []}]},
)
def evaluate(request: HttpRequest, said: EvalIn) -> Any:
    """Nothing of the household is stored or logged. What nobody said stays unknown."""
    today = clock.today()
    on = said.on or today
    if on < FIRST or on.year > today.year + LAST:
        raise Refused("invalid", f"{FIRST} ~ {today.year + LAST}-12-31", "on")
    if said.language not in shown.LANGUAGES:
        raise Refused("invalid", ", ".join(shown.LANGUAGES), "language")
    try:
        # Read anew: the framework takes 1.5 for a float, and money is never one.
        document = read_json(request.body.decode())["household"]
        found = computed(library(), document, on, only=said.benefit, lang=said.language)
    except HouseholdFault as fault:
        where = f"household.members.{fault.member}.{fault.code}" if fault.member is not None else fault.code
        raise Refused("invalid", fault.words, where or "household") from None
    return {"on": on, "rules_version": library().rules.version, "answers": found}


@router.get("/{id}", response=answers(BenefitDetail, 404), summary="One benefit with its rule")
def benefit(request: HttpRequest, id: str) -> Any:
    of = queries.benefit(id, clock.today())
    return _line(request, of) | {
        "unit": of.unit,
        "law": list(of.law),
        "in_force_from": of.first,
        "in_force_to": of.last,
        "rules_version": library().rules.version,
        "rule": of.text,
    }
