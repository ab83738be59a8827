"""The library as JSON, through the same queries as its pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query

from dure.collaboration.library import queries, typology
from dure.collaboration.library.figures import figures as count
from dure.collaboration.library.finding import matching
from dure.collaboration.library.forms import FilterForm
from dure.collaboration.library.wording import say
from dure.collaboration.models import Case
from dure.core.api import PageOf, Paging, Router, Schema, answers, paged
from dure.core.keyset import page
from dure.core.refused import Refused

router = Router(tags=["library"])

Mark = Literal["yes", "partial", "no"]
FILTERS = tuple(name for name in FilterForm.base_fields if name != "sort")


class CaseLine(Schema):
    """One case as in the list. A number with A is the study's, one with H ended in this house.

    `sido` and `sigungu` are the names of the time (2017 to 2019)."""

    no: str
    origin: Literal["study", "here"]
    outcome: Literal["done", "standing", "failed"] | None = Field(description="How it ended; null for the study's")
    title: str = Field(description="Empty where the source has lost it")
    title_state: Literal["as_printed", "corrected", "doubtful", "missing"]
    government: str
    government_state: Literal["as_printed", "sure", "probable", "doubtful", "unresolved"]
    doubtful: bool
    level: str
    sido: list[str]
    sigungu: list[str]
    partner_type: str
    service_field: str
    tech_applied: Mark
    tech_applicable: Mark
    resource_shared: Mark
    sustainable: Mark
    depth_no: int | None
    subtype: str
    subtype_confidence: Literal["high", "middle", "low"]
    url: str


class PartyOut(Schema):
    name: str
    kind: Literal["local", "central", "other", "private"]
    leads: bool
    body_id: str | None = Field(description="The body in the table of bodies, under its name of the time")


class TypeOut(Schema):
    model: str
    subtype: str
    subtype_option2: str | None
    reason: str
    confidence: float
    level: Literal["high", "middle", "low"]
    runner_up: str
    unknown: list[str]


class SimilarOut(Schema):
    no: str
    score: float
    reason: str


class CaseWhole(CaseLine):
    title_printed: str
    government_printed: str
    note: str
    related: list[str]
    parties: list[PartyOut]
    typology: TypeOut
    similar: list[SimilarOut]
    depth: dict[str, Any] | None = Field(
        description="The in-depth study's facts as in data/collab-cases; null for others"
    )
    story: dict[str, Any] | None = Field(description="What its parties told of a case that ended here; null for others")
    collaboration: str | None = Field(description="URN of the collaboration it was; null for the study's")


class CaseCount(Schema):
    key: str
    label: str
    number: int
    lasting: int


class StudyLine(Schema):
    label: str
    printed: int | None
    ours: int | None
    difference: int | None


class StudyTable(Schema):
    number: str
    title: str
    verdict: Literal["same", "explained", "impossible"]
    why: str
    lines: list[StudyLine]


class CaseFigures(Schema):
    total: int
    lasting: int
    in_depth: int
    no_region: int
    regions: list[CaseCount]
    fields: list[CaseCount]
    partner_types: list[CaseCount]
    subtypes: list[CaseCount]
    tables: list[StudyTable]


class CaseSearch(Paging):
    """The same filters as the page's; an empty one asks nothing."""

    q: str = Field("", max_length=100, description="Words; the best match comes first")
    partner_type: str = ""
    service_field: str = ""
    subtype: str = ""
    level: str = ""
    sido: str = Field("", description="Name of 2017 to 2019")
    sigungu: str = Field("", max_length=20, description="Name of 2017 to 2019, or a part of it")
    sustainable: str = Field("", description="yes, partial, no, or lasting for yes and partial")
    tech_applied: str = ""
    tech_applicable: str = ""
    resource_shared: str = ""
    depth: str = ""
    doubtful: str = ""
    origin: str = Field("", description="study, or here for those that ended in this house")


def _line(case: Case) -> dict[str, Any]:
    plain = (
        *("no", "origin", "title", "title_state", "government", "doubtful", "level", "partner_type", "service_field"),
        *("tech_applied", "tech_applicable", "resource_shared", "sustainable", "depth_no", "subtype"),
    )
    return {
        **{name: getattr(case, name) for name in plain},
        "government_state": case.norm_confidence,
        "sido": case.sidos,
        "sigungu": case.sigungus,
        "subtype_confidence": case.subtype_level,
        "outcome": case.story["outcome"] if case.story else None,
        "url": case.get_absolute_url(),
    }


@router.get("/cases", response=answers(PageOf[CaseLine]), summary="Cases of the library")
def library_cases(request: HttpRequest, given: Query[CaseSearch]) -> dict[str, Any]:
    """By number, or best match first where words are looked for. A value that the frame does not have is refused."""
    form = FilterForm({name: getattr(given, name) for name in FILTERS})
    asked = form.asked()
    for name, messages in form.errors.items():
        raise Refused("invalid", str(messages[0]), name)
    found = matching(asked.q) if asked.q.strip() else None
    order = ("place", "no") if found and found.ids else ("no",)
    rows = queries.listed(asked, request.viewer, found)
    cases = page(rows, order=order, after=given.after, limit=given.limit, name="library")
    return paged(cases, map(_line, cases.items))


@router.get("/cases/{no}", response=answers(CaseWhole, 404), summary="One case")
def library_case(request: HttpRequest, no: str) -> dict[str, Any]:
    """`no` is the number in the study's appendix, A001 to A601, or of a case that ended here, from H0001."""
    return _whole(queries.case(no, request.viewer))


@router.get("/figures", response=answers(CaseFigures), summary="Counts and the study's tables")
def library_figures(request: HttpRequest) -> Any:
    """Cases by region, field, partner type and model, and the study's tables counted again."""
    return count(request.viewer)


@router.get("/compare", response=answers(list[CaseWhole]), summary="Cases side by side")
def library_compare(
    request: HttpRequest, case: Annotated[list[str], Query(description="Numbers of one to four cases")]
) -> list[dict[str, Any]]:
    """In the order given. An unknown number or more than four is refused, not left out."""
    wanted = list(dict.fromkeys(no.upper() for no in case))
    if not 1 <= len(wanted) <= queries.MOST_COMPARED:
        raise Refused("invalid", _("한 건에서 네 건까지 견줄 수 있습니다."), "case")
    found = queries.by_numbers(wanted, request.viewer)
    missing = set(wanted) - {each.no for each in found}
    if missing:
        numbers = ", ".join(sorted(missing))
        raise Refused("invalid", _("이런 번호의 사례가 없습니다: %(numbers)s") % {"numbers": numbers}, "case")
    return [_whole(each) for each in found]


def _whole(case: Case) -> dict[str, Any]:
    result = typology.classify(typology.attributes(case))
    return {
        **_line(case),
        "title_printed": case.title_printed,
        "government_printed": case.government_printed,
        "note": case.ocr_note,
        "related": case.related,
        "parties": [
            {"name": p.name, "kind": p.kind, "leads": p.leads, "body_id": str(p.body_id) if p.body_id else None}
            for p in case.parties.all()
        ],
        "typology": {
            "model": result.model.key,
            "subtype": result.subtype.key,
            "subtype_option2": result.subtype_option2.key if result.subtype_option2 else None,
            "reason": say(result.reason),
            "confidence": round(result.confidence, 4),
            "level": result.level,
            "runner_up": result.runner_up.key,
            "unknown": list(result.unknown),
        },
        "similar": [
            {"no": near.key, "score": round(near.score, 4), "reason": say(near.reason)}
            for near in typology.similar_to(case)
        ],
        "depth": case.depth,
        "story": case.story,
        "collaboration": case.collaboration.urn if case.collaboration else None,
    }
