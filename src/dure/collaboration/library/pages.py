"""Pages of the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dure.collaboration.library import export as files
from dure.collaboration.library import queries, typology
from dure.collaboration.library.figures import figures as count
from dure.collaboration.library.finding import matching
from dure.collaboration.library.forms import FilterForm
from dure.collaboration.library.view import CaseView, comparison, typology_rows
from dure.collaboration.library.wording import STUDY
from dure.collaboration.models import Case
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.core.viewer import Viewer

ROWS = 20


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = getattr(request, "viewer", None) or Viewer.anonymous()
    return viewer


def _crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("사례 도서관"), reverse("library:list") if last else ""), *last]


def _with(query: QueryDict, **changes: Any) -> str:
    """The address's query with some names set anew; an empty value takes the name out."""
    changed = query.copy()
    for name, value in changes.items():
        values = value if isinstance(value, list) else [value]
        changed.setlist(name, [str(each) for each in values if each not in ("", None)])
    return changed.urlencode()


@dataclass(frozen=True)
class Picks:
    """The cases put aside for comparing: they live in the address, so that a colleague can open it."""

    numbers: list[str]

    @staticmethod
    def of(query: QueryDict) -> Picks:
        given = [no.strip().upper()[:12] for no in query.getlist("case") if no.strip()]
        return Picks(list(dict.fromkeys(given))[: queries.MOST_COMPARED])

    @property
    def full(self) -> bool:
        return len(self.numbers) >= queries.MOST_COMPARED

    @property
    def compare_url(self) -> str:
        query = QueryDict(mutable=True)
        query.setlist("case", self.numbers)
        return f"{reverse('library:compare')}?{query.urlencode()}"


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """Every case, narrowed and ordered by the address."""
    form = FilterForm(request.GET)
    asked = form.asked()
    picks = Picks.of(request.GET)
    found = matching(asked.q) if asked.q.strip() else None
    listed = queries.listed(asked, _viewer(request), found)
    numbers = queries.origins(listed)
    pages = Paginator(listed, ROWS)
    pages.count = sum(numbers.values())
    page = pages.get_page(request.GET.get("page"))
    rows = [
        (case, "" if picks.full or case.no in picks.numbers else _with(request.GET, case=[*picks.numbers, case.no]))
        for case in page
    ]
    picked = queries.names(picks.numbers, _viewer(request)) if picks.numbers else {}
    context = {
        "crumbs": _crumbs(),
        "form": form,
        "asked": asked,
        "found": found,
        "active": [(label, value, _with(request.GET, page="", **{name: ""})) for name, label, value in form.active],
        "page": page,
        "of_here": numbers.get(Case.Origin.HERE, 0),
        "rows": rows,
        "picks": picks,
        "picked": [
            (picked[no], _with(request.GET, case=[other for other in picks.numbers if other != no]))
            for no in picks.numbers
            if no in picked
        ],
        "query": _with(request.GET, page="", case=[]),
        "lost": form.errors,
    }
    return render(request, "collaboration/library/list.html", context)


@require_safe
def case(request: HttpRequest, no: str) -> HttpResponse:
    """One case with everything known of it."""
    viewer = _viewer(request)
    found = queries.case(no, viewer)
    view = CaseView.of(found, viewer)
    context = {"crumbs": _crumbs((found.no, "")), "case": found, "view": view, "study": STUDY}
    of_here = found.collaboration
    if of_here is not None:
        context |= {"collaboration": of_here, "may_edit": viewer.may_act_for(of_here.body_id)}
    return render(request, "collaboration/library/case.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four cases side by side. `add` takes one more number, typed by hand."""
    viewer = _viewer(request)
    query = request.GET.copy()
    if added := query.get("add", "").strip():
        query.appendlist("case", added)
    asked = list(dict.fromkeys(no.strip().upper()[:12] for no in query.getlist("case") if no.strip()))
    cases = queries.by_numbers(asked, viewer)
    known = {found.no for found in cases}
    shown = cases[: queries.MOST_COMPARED]
    context = {
        "crumbs": _crumbs((_("나란히 보기"), "")),
        "columns": [(found, _compare_query([other.no for other in shown if other.no != found.no])) for found in shown],
        "rows": comparison(shown),
        "numbers": [found.no for found in shown],
        "unknown": [no for no in asked if no not in known],
        "too_many": [found.no for found in cases[queries.MOST_COMPARED :]],
        "room": queries.MOST_COMPARED - len(shown),
        "back": _compare_query([found.no for found in shown]),
        "typed": added if added and added.upper() not in known else "",
    }
    return render(request, "collaboration/library/compare.html", context)


def _compare_query(numbers: list[str]) -> str:
    query = QueryDict(mutable=True)
    query.setlist("case", numbers)
    return query.urlencode()


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Counts by region, field and type, and the study's tables again."""
    context = {"crumbs": _crumbs((_("통계"), "")), "figures": count(_viewer(request))}
    return render(request, "collaboration/library/figures.html", context)


@require_safe
def typology_(request: HttpRequest) -> HttpResponse:
    """How Dure classifies, and how far it agrees with the study."""
    evaluation = typology.evaluation()
    context = {
        "crumbs": _crumbs((_("협업모델 분류"), "")),
        "evaluation": evaluation,
        "rows": typology_rows(evaluation, _viewer(request)),
        "models": typology.models(),
    }
    return render(request, "collaboration/library/typology.html", context)


@require_safe
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    """The filtered list as a file; all of it."""
    form = FilterForm(request.GET)
    asked = form.asked()
    if form.errors:
        raise Refused("invalid", _("주소에 모르는 조건이 있습니다. 목록에서 조건을 다시 골라 주세요."))
    rows = queries.cases(asked, _viewer(request)).defer("depth", "terms").iterator(files.CHUNK)
    return table_response("cases", kind, files.head(), (files.line(case) for case in rows), widths=files.WIDTHS)
