"""Results to take away: every figure as CSV or XLSX, and the JSON whose hash is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dure.core.tables import table_response
from dure.engines.scenario import FIGURES, OF_BENEFIT, canonical
from dure.simulation import queries, words
from dure.simulation.models import Run


def _run(request: HttpRequest, receipt: str) -> Run:
    run = queries.finished(request.viewer, queries.by_receipt(request.viewer, receipt))
    run.refresh_from_db(fields=["result"])
    return run


def _json(value: Any, name: str) -> HttpResponse:
    response = HttpResponse(canonical(value), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def result_json(request: HttpRequest, receipt: str) -> HttpResponse:
    """The canonical JSON: SHA-256 of these bytes is the hash on the page."""
    return _json(_run(request, receipt).result, f"dure-{receipt}-result.json")


@require_safe
def inputs_json(request: HttpRequest, receipt: str) -> HttpResponse:
    return _json(_run(request, receipt).inputs, f"dure-{receipt}-inputs.json")


@require_safe
def result_file(request: HttpRequest, receipt: str, kind: str) -> HttpResponseBase:
    run = _run(request, receipt)
    head = [_("씨앗"), _("나눈 기준"), _("무엇"), _("혜택"), _("규칙"), _("수"), _("값")]
    return table_response(f"{receipt}-result", kind, head, rows(run), widths=[8, 14, 22, 26, 8, 20, 22])


def rows(run: Run) -> Iterator[list[str]]:
    """One figure a row: whole numbers as they are in the JSON."""
    assert run.result is not None
    names = {id: words.benefit_name(id, run.inputs["texts"]) for id in run.inputs["benefits"]}
    for one in run.result["runs"]:
        seed = str(one.get("seed", ""))
        yield from _figures([seed, _("모두"), ""], one["total"], names)
        for grouping, found in one["groups"].items():
            for group in found:
                yield from _figures(
                    [seed, str(words.GROUPINGS[grouping]), words.key_name(grouping, group["key"])], group, names
                )


def _figures(front: list[str], of: dict[str, Any], names: dict[str, str]) -> Iterator[list[str]]:
    for name in (*FIGURES, "cost_before", "cost_after"):
        yield [*front, "", "", name, str(of[name])]
    for id, sides in of["benefits"].items():
        for side, values in sides.items():
            for name in OF_BENEFIT:
                yield [*front, names.get(id, id), side, name, str(values[name])]
