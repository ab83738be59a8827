"""Recipients of the next years."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dure.benefits.reading import library
from dure.core import clock, limits
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.simulation import charts, foreseen, populations, spec, words
from dure.simulation.pages.common import crumbs


@require_safe
def forecast(request: HttpRequest) -> HttpResponseBase:
    """Choose a benefit, see its recipients by province; `?file=csv|xlsx` takes the table away."""
    chosen = request.GET.get("benefit", "")
    context: dict[str, Any] = {"chosen": chosen, "crumbs": crumbs(None, _("수혜자 전망"))}
    if not foreseen.there():
        if request.GET.get("file"):
            raise Refused("not_found", _("나이별 거주자 표가 없어 전망할 수 없습니다."))
        return render(request, "simulation/forecast.html", context | {"absent": True, "year": foreseen.needed_year()})
    benefits = sorted(((id, words.benefit_name(id)) for id in library().rules.benefits), key=lambda pair: pair[1])
    assumed = request.GET.get("assumed", "")[:1000]
    context |= {"benefits": benefits, "assumed": assumed, "like": spec.ASSUMED_LIKE}
    if chosen in dict(benefits):
        limits.check(request, "simulation.forecast", times=60, seconds=3600)
        try:
            found = foreseen.foresee(chosen, clock.today(), spec.assumed_typed(assumed))
        except Refused as refused:
            context["refused"] = str(refused.message)
            return render(request, "simulation/forecast.html", context, status=422)
        except KeyError:
            return render(request, "simulation/forecast.html", context | {"closed": True})
        if request.GET.get("file"):
            return as_file(found, chosen, request.GET["file"])
        context |= shown(found, chosen)
    response: HttpResponse = render(request, "simulation/forecast.html", context)
    return response


Row = tuple[str, list[int | None], int]
"""A region, its recipients by year (None: of nobody there it can be told that they receive it), those who are open."""


def rows(found: foreseen.Foreseen) -> list[Row]:
    names, of = populations.region_names(), found.forecast
    lines = [_row(_("전국"), of.recipients.sum(axis=1), found.unknown)]
    return lines + [
        _row(names.get(code, code), of.recipients[:, at], found.open[at]) for at, code in enumerate(of.regions)
    ]


def _row(name: str, recipients: Iterable[Any], open_: int) -> Row:
    values = [int(value) for value in recipients]
    return name, [None] * len(values) if open_ and not any(values) else [*values], open_


def shown(found: foreseen.Foreseen, chosen: str) -> dict[str, Any]:
    of = found.forecast
    whole = of.recipients.sum(axis=1)
    names = populations.region_names()
    name = words.benefit_name(chosen)
    return {
        "name": name,
        "found": found,
        "years": of.years,
        "rows": rows(found),
        "low": [int(value) for value in of.low.sum(axis=1)],
        "high": [int(value) for value in of.high.sum(axis=1)],
        "missing": [words.fact_name(code) for code in found.missing] if found.unknown else [],
        "stated": [(words.fact_name(code), words.fact_value(code, value)) for code, value in found.assumed],
        "ages": found.ages,
        "first": found.known[0],
        "second": found.known[1],
        "third": found.known[2],
        "error": f"{found.error * 100:.1f}%",
        "tests": [
            (
                names.get(one.region, one.region),
                round(one.foreseen),
                round(one.came),
                f"{one.error * 100:+.2f}%",
                f"{one.still * 100:+.2f}%",
            )
            for one in found.tests
        ],
        "chart": charts.points(
            [(str(year), int(value)) for year, value in zip(of.years, whole, strict=True)],
            title=_("%s: 해마다 받을 사람이나 가구") % name,
            desc=_("같은 수가 아래 표에 있습니다."),
            top=_("가장 많을 때 %s") % f"{int(whole.max()):,}",
            bottom=_("가장 적을 때 %s") % f"{int(whole.min()):,}",
        ),
    }


def as_file(found: foreseen.Foreseen, chosen: str, kind: str) -> HttpResponseBase:
    head = [_("지역"), *(str(year) for year in found.forecast.years), _("알 수 없음")]
    lines = (
        [name, *(_("알 수 없음") if value is None else str(value) for value in values), str(open_)]
        for name, values, open_ in rows(found)
    )
    return table_response(f"forecast-{chosen}", kind, head, lines, widths=[20, *([14] * (len(head) - 1))])
