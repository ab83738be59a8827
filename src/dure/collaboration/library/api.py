"""The library as JSON, through the same queries as its pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from dure.collaboration.library import queries, typology
from dure.collaboration.library.figures import figures as count
from dure.collaboration.library.forms import FilterForm
from dure.collaboration.library.queries import Asked
from dure.collaboration.library.wording import say
from dure.collaboration.models import Case
from dure.core.refused import Refused
from dure.core.viewer import Viewer

router = Router(tags=["library"])

Mark = Literal["yes", "partial", "no"]
MOST = 100
FILTERS = tuple(name for name in FilterForm.base_fields if name not in {"q", "sort"})


class Problem(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    errors: list[dict[str, str]] | None = None


class CaseLine(Schema):
    """One case as in the list. `sido` and `sigungu` are the names of the time (2017 to 2019)."""

    no: str
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


class Cases(Schema):
    items: list[CaseLine]
    next: str | None = Field(description="Give it as `after` for what follows; null at the end")


class Party(Schema):
    name: str
    kind: Literal["local", "central", "other", "private"]
    leads: bool
    body_id: str | None = Field(description="The body in the table of bodies, under its name of the time")


class Reason(Schema):
    model: str
    subtype: str
    subtype_option2: str | None
    reason: str
    confidence: float
    level: Literal["high", "middle", "low"]
    runner_up: str
    unknown: list[str]


class Alike(Schema):
    no: str
    score: float
    reason: str


class CaseWhole(CaseLine):
    title_printed: str
    government_printed: str
    note: str
    related: list[str]
    parties: list[Party]
    typology: Reason
    similar: list[Alike]
    depth: dict[str, Any] | None = Field(
        description="The in-depth study's facts as in data/collab-cases; null for others"
    )


class Counted(Schema):
    key: str
    label: str
    number: int
    lasting: int


class TableLine(Schema):
    label: str
    printed: int | None
    ours: int | None
    difference: int | None


class Table(Schema):
    number: str
    title: str
    verdict: Literal["same", "explained", "impossible"]
    why: str
    lines: list[TableLine]


class FiguresOut(Schema):
    total: int
    lasting: int
    in_depth: int
    no_region: int
    regions: list[Counted]
    fields: list[Counted]
    partner_types: list[Counted]
    subtypes: list[Counted]
    tables: list[Table]


class Filters(Schema):
    """The same filters as the page's; an empty one asks nothing."""

    q: Annotated[str, Field(max_length=100)] = ""
    partner_type: str = ""
    service_field: str = ""
    subtype: str = ""
    level: str = ""
    sido: str = ""
    sigungu: Annotated[str, Field(max_length=20)] = ""
    sustainable: str = ""
    tech_applied: str = ""
    tech_applicable: str = ""
    resource_shared: str = ""
    depth: str = ""
    doubtful: str = ""
    after: Annotated[str, Field(max_length=12)] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = getattr(request, "viewer", None) or Viewer.anonymous()
    return viewer


def _line(case: Case) -> dict[str, Any]:
    plain = (
        *("no", "title", "title_state", "government", "doubtful", "level", "partner_type", "service_field"),
        *("tech_applied", "tech_applicable", "resource_shared", "sustainable", "depth_no", "subtype"),
    )
    return {
        **{name: getattr(case, name) for name in plain},
        "government_state": case.norm_confidence,
        "sido": case.sidos,
        "sigungu": case.sigungus,
        "subtype_confidence": case.subtype_level,
        "url": case.get_absolute_url(),
    }


@router.get("/cases", response={200: Cases, 422: Problem}, summary="Cases of the library", operation_id="library_cases")
def list_cases(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """In the order of their numbers; with `q` those that match, still by number, so that pages never overlap."""
    form = FilterForm({name: getattr(filters, name) for name in (*FILTERS, "q")})
    asked = form.asked()
    for name, messages in form.errors.items():
        raise Refused("invalid", str(messages[0]), name)
    asked = Asked(**{**{name: getattr(asked, name) for name in (*FILTERS, "q")}, "sort": "no"})
    rows = queries.listed(asked, _viewer(request))
    if filters.after:
        rows = rows.filter(no__gt=filters.after)
    page = list(rows[: filters.limit + 1])
    more = len(page) > filters.limit
    page = page[: filters.limit]
    return {"items": [_line(case) for case in page], "next": page[-1].no if more else None}


@router.get(
    "/cases/{no}",
    response={200: CaseWhole, 404: Problem, 422: Problem},
    summary="One case",
    operation_id="library_case",
)
def get_case(request: HttpRequest, no: str) -> dict[str, Any]:
    return _whole(queries.case(no, _viewer(request)))


@router.get("/figures", response=FiguresOut, summary="Counts and the study's tables", operation_id="library_figures")
def get_figures(request: HttpRequest) -> Any:
    return count(_viewer(request))


@router.get(
    "/compare",
    response={200: list[CaseWhole], 422: Problem},
    summary="Cases side by side",
    operation_id="library_compare",
)
def compare_cases(
    request: HttpRequest, case: Annotated[list[str], Query(description="Numbers of one to four cases")]
) -> list[dict[str, Any]]:
    """In the order given. An unknown number or more than four is refused, not left out."""
    wanted = list(dict.fromkeys(no.upper() for no in case))
    if not 1 <= len(wanted) <= queries.MOST_COMPARED:
        raise Refused("invalid", _("한 건에서 네 건까지 견줄 수 있습니다."), "case")
    found = queries.by_numbers(wanted, _viewer(request))
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
    }
