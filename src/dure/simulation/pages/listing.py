"""The list of scenarios, and some of them side by side."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dure.core.asked import number
from dure.engines.scenario import GROUPINGS, ranges
from dure.simulation import queries, words
from dure.simulation.models import Run, Scenario
from dure.simulation.pages.common import crumbs


@require_safe
def scenarios(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    state = request.GET.get("state", "published")
    if state != "mine" or viewer.body_id is None:
        state = "published"
    page, q = number(request, "page"), request.GET.get("q", "").replace("\x00", "")[:200].strip()
    rows, more = queries.scenario_list(viewer, state=state, q=q, page=page)
    states = [("published", _("펴낸 것"))]
    if viewer.body_id:
        states.append(("mine", _("우리 기관의 것")))
    context = {
        "rows": [(row, words.benefit_names(row)) for row in rows],
        "page": page,
        "more": more,
        "q": q,
        "state": state,
        "states": states,
        "may_write": viewer.may_act_for(viewer.body_id),
        "crumbs": crumbs(),
    }
    return render(request, "simulation/list.html", context)


def lines(pairs: list[tuple[Scenario, Run]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Rows of figures, for each scenario its title and value."""
    found: list[tuple[str, list[tuple[str, str]]]] = []

    def add(label: str, values: list[str]) -> None:
        found.append((label, [(pair[0].title, value) for pair, value in zip(pairs, values, strict=True)]))

    totals = [run.figures["total"] for _scenario, run in pairs]
    add(_("어느 날"), [scenario.day.isoformat() for scenario, _run in pairs])
    add(_("혜택"), [", ".join(words.benefit_names(scenario)) for scenario, _run in pairs])
    add(_("인구"), [words.population_name(scenario) for scenario, _run in pairs])
    add(_("표본 가구"), [f"{run.figures['rows']:,} × {len(_runs(run))}" for _scenario, run in pairs])
    add(_("한 해 비용"), [words.money(one["cost_after"]) for one in totals])
    add(_("지금 규칙과의 차이"), [words.signed(one["cost_after"] - one["cost_before"]) for one in totals])
    add(_("차이의 범위"), [span(run) for _scenario, run in pairs])
    for name, label in (
        ("winners", _("느는 가구")),
        ("losers", _("주는 가구")),
        ("unknown", _("알 수 없는 가구")),
    ):
        add(label, [f"{one[name]:,}" for one in totals])
    return found


def _runs(run: Run) -> list[dict[str, Any]]:
    assert run.result is not None
    found: list[dict[str, Any]] = run.result["runs"]
    return found


def span(run: Run) -> str:
    """Smallest and largest change of cost over the seeds."""
    low, _middle, high = ranges(one["total"]["cost_after"] - one["total"]["cost_before"] for one in _runs(run))
    return f"{words.signed(low)} ~ {words.signed(high)}" if low != high else words.signed(low)


def side_by_side(pairs: list[tuple[Scenario, Run]], by: str) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Of each group, for each scenario, its title and the change of cost, winners and losers; None where a scenario has
    no such group."""
    tables = [{one["key"]: one for one in run.figures["groups"][by]} for _scenario, run in pairs]
    keys = list(dict.fromkeys(key for table in tables for key in table))
    return [
        (
            words.key_name(by, key),
            [
                (
                    scenario.title,
                    {**table[key], "change": words.signed(table[key]["cost_after"] - table[key]["cost_before"])}
                    if key in table
                    else None,
                )
                for (scenario, _run), table in zip(pairs, tables, strict=True)
            ],
        )
        for key in keys
    ]


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    asked = [one for one in request.GET.getlist("s") if "\x00" not in one]
    pairs = queries.compared(request.viewer, asked)
    by = request.GET.get("by", "")
    by = by if by in GROUPINGS else GROUPINGS[-1]
    context = {
        "choices": queries.comparable(request.viewer),
        "chosen": [scenario.receipt for scenario, _run in pairs],
        "pairs": pairs,
        "titles": [scenario.title for scenario, _run in pairs],
        "lines": lines(pairs) if pairs else [],
        "groups": side_by_side(pairs, by),
        "by_name": words.GROUPINGS[by],
        "bys": [(name, label, name == by) for name, label in words.GROUPINGS.items()],
        "query": "&".join(f"s={scenario.receipt}" for scenario, _run in pairs),
        "few": bool(asked) and len(pairs) < 2,
        "most": queries.MOST_COMPARED,
        "crumbs": crumbs(None, _("나란히 보기")),
    }
    return render(request, "simulation/compare.html", context)
