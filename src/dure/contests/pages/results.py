"""Results, and the files from which they can be recomputed."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dure.contests import policy, queries, scoring
from dure.contests.models import Contest, State
from dure.contests.pages.common import inside
from dure.core.refused import Refused
from dure.core.tables import table_response


@require_GET
def page(request: HttpRequest, receipt: str) -> HttpResponse:
    contest = queries.access(request.viewer, receipt)
    rows = queries.results_of(request.viewer, contest)
    criteria = list(contest.criteria.all())
    context = {
        **inside(contest, (_("결과"), "")),
        "rows": [{"row": row, "means": queries.criteria_means(criteria, row)} for row in rows],
        "bars": [
            (f"{row.rank}. {row.entry.title if row.entry else row.code}", round(float(row.final), 2))
            for row in rows
            if row.rank is not None
        ],
        "criteria": criteria,
        "formula": scoring.formula(contest.method),
        "ties": scoring.tie_words(contest),
        "organises": policy.is_organiser(request.viewer, contest),
        "level": len(contest.result.get("level", [])),
        "votes": contest.result.get("votes", {}),
    }
    return render(request, "contests/results.html", context)


@require_GET
def export(request: HttpRequest, receipt: str, kind: str) -> StreamingHttpResponse | FileResponse:
    """The table of results."""
    contest = queries.access(request.viewer, receipt)
    rows = queries.results_of(request.viewer, contest)
    heads = [_("순위"), _("부호"), _("제목"), _("기관"), _("점수"), _("뽑힘"), _("까닭")]

    def cells() -> Iterator[list[str]]:
        for row in rows:
            bodies = ", ".join(one.body.name for one in row.entry.bodies.all()) if row.entry else ""
            title = row.entry.title if row.entry else _("공개되지 않음")
            chosen = _("뽑힘") if row.selected else ""
            yield [str(row.rank or ""), row.code, title, bodies, row.final, chosen, row.why]

    return table_response(f"results-{contest.receipt}", kind, heads, cells())


def published(request: HttpRequest, receipt: str) -> Contest:
    contest = queries.access(request.viewer, receipt)
    if contest.state != State.PUBLISHED:
        raise Refused("not_found", _("아직 결과를 발표하지 않았습니다."))
    return contest


@require_GET
def recompute(request: HttpRequest, receipt: str) -> HttpResponse:
    """Rule, anonymised points and what they came to, as JSON."""
    contest = published(request, receipt)
    text = json.dumps({**contest.result, "formula": scoring.formula(contest.method)}, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="dure-recompute-{contest.receipt}.json"'
    return response


@require_GET
def recompute_table(request: HttpRequest, receipt: str, kind: str) -> StreamingHttpResponse | FileResponse:
    """The points as a table: one row a sheet, the weights in the heads."""
    contest = published(request, receipt)
    result = contest.result
    keys = [one["key"] for one in result["criteria"]]
    heads = ["judge", "entry", *(f"{one['key']} ({one['weight']}/1000)" for one in result["criteria"])]
    heads += ["raw", "normalised", "counted"]
    rows = (
        [
            one["judge"],
            one["entry"],
            *(str(one["points"][key]) for key in keys),
            one["raw"],
            one["normalised"],
            "1" if one["counted"] else "0",
        ]
        for one in result["sheets"]
    )
    return table_response(f"recompute-{contest.receipt}", kind, heads, rows)
