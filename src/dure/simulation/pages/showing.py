"""The page of a scenario: progress, figures with charts and tables, what it rests on; computing, publishing, again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dure.core import limits
from dure.core.events import timeline
from dure.core.ids import uuid7
from dure.engines.scenario import GROUPINGS, ranges
from dure.simulation import actions, charts, policy, populations, queries, spec, words
from dure.simulation.models import Run, Scenario
from dure.simulation.pages.common import crumbs, steps

AGAIN = {"times": 6, "seconds": 3600}
"""How often one client may compute again what was published."""
MOST_GROUPS = 40


@require_safe
def show(request: HttpRequest, receipt: str) -> HttpResponse:
    scenario = queries.by_receipt(request.viewer, receipt)
    found = queries.shown(scenario)
    by = request.GET.get("by", "")
    by = by if by in GROUPINGS else GROUPINGS[-1]
    context: dict[str, Any] = progress(found) | {
        "scenario": scenario,
        "found": found,
        "owns": policy.may_own(request.viewer, scenario),
        "may_copy": request.viewer.may_act_for(request.viewer.body_id),
        "may_again": scenario.published and scenario.own_id is None,
        "benefit_names": words.benefit_names(scenario),
        "tabs": steps(scenario, "show", request.viewer),
        "crumbs": crumbs(scenario),
        "urn": scenario.urn,
        "again": [(run, outcome(found.published, run)) for run in found.again],
        "lines": timeline(scenario.urn, request.viewer, limit=10),
        "least": populations.LEAST_GROUP if scenario.own_id is not None else 0,
        "whose": words.population_name(scenario),
    }
    if found.run is not None:
        context |= figures(found.run, by) | rests_on(scenario, found.run)
    return render(request, "simulation/show.html", context)


def progress(found: queries.Shown) -> dict[str, Any]:
    """What is under way: the draft's last run, or the newest of those who compute again."""
    again = found.again[0] if found.again else None
    last = again if queries.is_open(again) else found.last
    job = last.job if last is not None else None
    under_way = queries.is_open(last)
    failed = job is not None and job.state in ("failed", "cancelled") and last is not None and last.done_at is None
    percent = min(100, 100 * job.done // job.total) if job is not None and job.total else None
    return {"last": last, "job": job, "under_way": under_way, "failed": failed, "percent": percent}


@require_safe
def state(request: HttpRequest, receipt: str) -> HttpResponse:
    """How far it is, as a part of the page; once done the whole page is asked for."""
    scenario = queries.by_receipt(request.viewer, receipt)
    context = progress(queries.shown(scenario)) | {"scenario": scenario}
    response = render(request, "simulation/state.html", context)
    if not context["under_way"]:
        response["HX-Refresh"] = "true"
    response["Cache-Control"] = "no-store"
    return response


def outcome(published: Run | None, run: Run) -> str:
    """Of one who computed again: open, failed, same, or why it differs."""
    if run.done_at is None:
        return "open" if queries.is_open(run) else "failed"
    if published is None:
        return "open"
    if run.result_hash == published.result_hash:
        return "same"
    if run.inputs["rules"] != published.inputs["rules"]:
        return "rules"
    return "data" if run.inputs_hash != published.inputs_hash else "differs"


def figures(run: Run, by: str) -> dict[str, Any]:
    """Figures of the run in the middle, with ranges over all seeds."""
    run.refresh_from_db(fields=["result"])
    assert run.result is not None
    runs, shown = run.result["runs"], run.figures
    total = shown["total"]
    change = [one["total"]["cost_after"] - one["total"]["cost_before"] for one in runs]
    low, _middle, high = ranges(change)
    texts = run.inputs["texts"]
    benefits = []
    for id, sides in total["benefits"].items():
        before, after = sides["before"], sides["after"]
        costs = ranges(one["total"]["benefits"][id]["after"]["cost"] for one in runs)
        benefits.append(
            {
                "id": id,
                "name": words.benefit_name(id, texts),
                "before": before,
                "after": after,
                "cost_before": words.money(before["cost"]),
                "cost_after": words.money(after["cost"]),
                "change": words.signed(after["cost"] - before["cost"]),
                "range": spread(one["total"]["benefits"][id]["after"]["recipients"] for one in runs),
                "low": words.money(costs[0]),
                "high": words.money(costs[2]),
            }
        )
    rows = groups(run.result, by, texts)
    return {
        "run": run,
        "total": total,
        "change": words.signed(total["cost_after"] - total["cost_before"]),
        "low": words.signed(low),
        "high": words.signed(high),
        "gained": words.money(total["gained"]),
        "lost": words.money(total["lost"]),
        "average_gain": average(total["gained"], total["winners"]),
        "average_loss": average(total["lost"], total["losers"]),
        "seeds": len(runs),
        "sample_rows": shown["rows"],
        "winner_range": spread(one["total"]["winners"] for one in runs),
        "loser_range": spread(one["total"]["losers"] for one in runs),
        "benefits": benefits,
        "groups": rows,
        "by": by,
        "by_name": words.GROUPINGS[by],
        "bys": [(name, label, name == by) for name, label in words.GROUPINGS.items()],
        "chart": charts.sides(
            [(row["name"], row["winners"], row["losers"]) for row in rows[:MOST_GROUPS]],
            title=_("%s별 느는 가구와 주는 가구") % words.GROUPINGS[by],
            desc=_("같은 수가 아래 표에 있습니다."),
        ),
    } | curve(run)


def groups(result: dict[str, Any], by: str, texts: dict[str, Any]) -> list[dict[str, Any]]:
    """Groups of the run in the middle, each with the ranges over all seeds of its change of cost, its winners and its
    losers, and how many receive each benefit before and after."""
    over: dict[str, list[dict[str, Any]]] = {}
    for run in result["runs"]:
        for one in run["groups"][by]:
            over.setdefault(one["key"], []).append(one)
    found = []
    for one in result["runs"][result["shown"]]["groups"][by]:
        seen = over[one["key"]]
        low, _middle, high = ranges(each["cost_after"] - each["cost_before"] for each in seen)
        found.append(
            {
                **one,
                "name": words.key_name(by, one["key"]),
                "change": words.signed(one["cost_after"] - one["cost_before"]),
                "low": words.signed(low),
                "high": words.signed(high),
                "winner_range": spread(each["winners"] for each in seen),
                "loser_range": spread(each["losers"] for each in seen),
                "gained": words.money(one["gained"]),
                "lost": words.money(one["lost"]),
                "average_gain": average(one["gained"], one["winners"]),
                "average_loss": average(one["lost"], one["losers"]),
                "received": [
                    {
                        "name": words.benefit_name(id, texts),
                        "before": sides["before"]["recipients"],
                        "after": sides["after"]["recipients"],
                        "range": spread(each["benefits"][id]["after"]["recipients"] for each in seen),
                        "cost": words.money(sides["after"]["cost"]),
                    }
                    for id, sides in one["benefits"].items()
                ],
            }
        )
    return found


def average(won: int, households: int) -> str:
    """Won a month for each household, of won a year of all of them; '' where there is none."""
    return words.money(won // households // 12) if households else ""


def spread(values: Iterable[int]) -> tuple[int, int] | None:
    """Smallest and largest over the seeds; None where they are the same."""
    low, _middle, high = ranges(values)
    return (low, high) if low != high else None


def curve(run: Run) -> dict[str, Any]:
    assert run.result is not None
    of = run.result.get("curve")
    if not of:
        return {}
    name = words.parameter_name(of["code"])
    type = words.library().rules.parameters.by_code[of["code"]].type if _known(of["code"]) else "number"
    points = [(spec.shown(one["value"], type), one["cost"]) for one in of["points"]]
    return {
        "curve": [
            {**one, "value": shown, "cost": words.money(one["cost"])}
            for one, (shown, _cost) in zip(of["points"], points, strict=True)
        ],
        "curve_name": name,
        "curve_chart": charts.points(
            points,
            title=_("%s에 따른 한 해 비용") % name,
            desc=_("같은 수가 아래 표에 있습니다."),
            top=_("가장 많을 때 %s") % words.money(max(cost for _value, cost in points)),
            bottom=_("가장 적을 때 %s") % words.money(min(cost for _value, cost in points)),
        ),
    }


def _known(code: str) -> bool:
    return code in words.library().rules.parameters.by_code


def rests_on(scenario: Scenario, run: Run) -> dict[str, Any]:
    notes = run.notes
    diff: list[dict[str, str]] = []
    for where, sign, text in notes.get("diff", []):
        ours = where in run.inputs["benefits"]
        name = words.benefit_name(where, run.inputs["texts"]) if ours else words.parameter_name(where)
        diff.append(
            {"where": name if not diff or diff[-1]["raw"] != where else "", "raw": where, "sign": sign, "text": text}
        )
    stated = set(run.inputs["assumed"])
    usual = notes.get("usual", {})
    fit = notes.get("fit", {})
    return {
        "diff": diff,
        "stated": [
            (words.fact_name(code), words.fact_value(code, run.inputs["assumed"][code])) for code in sorted(stated)
        ],
        "usual": [
            (words.fact_name(code), words.fact_value(code, v)) for code, v in usual.items() if code not in stated
        ],
        "missing": [words.fact_name(code) for code in notes.get("missing", [])],
        "fit": fit,
        "fit_lines": [
            {
                **one,
                "name": words.MARGIN_NAMES.get(one["margin"], one["margin"]),
                "role": words.MARGINS.get(one["role"], one["role"]),
                "largest": f"{one['largest'] / 100:.2f}%",
                "share": f"{one['share'] / 100:.2f}%",
            }
            for one in fit.get("lines", [])
        ],
    }


@require_POST
def run(request: HttpRequest, receipt: str) -> HttpResponse:
    scenario = queries.by_receipt(request.viewer, receipt)
    actions.scenario_run(by=request.viewer, id=scenario.pk)
    return redirect(scenario)


@require_POST
def recompute(request: HttpRequest, receipt: str) -> HttpResponse:
    scenario = queries.by_receipt(request.viewer, receipt)
    policy.must_be_open_to_all(scenario)
    limits.check(request, "simulation.recompute", **AGAIN)
    actions.scenario_recompute(by=request.viewer, id=scenario.pk)
    messages.success(request, _("다시 계산합니다. 끝나면 같은지 다른지 이 쪽에 보입니다."))
    return redirect(f"{scenario.get_absolute_url()}#again")


@require_POST
def publish(request: HttpRequest, receipt: str) -> HttpResponse:
    scenario = queries.by_receipt(request.viewer, receipt)
    actions.scenario_publish(by=request.viewer, id=scenario.pk)
    messages.success(request, _("펴냈습니다. 이제 누구나 보고 다시 계산할 수 있습니다."))
    return redirect(scenario)


@require_POST
def copy(request: HttpRequest, receipt: str) -> HttpResponse:
    scenario = queries.by_receipt(request.viewer, receipt)
    made = actions.scenario_copy(by=request.viewer, id=scenario.pk, copy_id=uuid7())
    messages.success(request, _("베꼈습니다. 고쳐서 계산해 보세요."))
    return redirect("simulation:figures", receipt=made.receipt)


@require_POST
def delete(request: HttpRequest, receipt: str) -> HttpResponse:
    scenario = queries.by_receipt(request.viewer, receipt)
    actions.scenario_delete(by=request.viewer, id=scenario.pk)
    messages.success(request, _("쓰던 모의계산을 지웠습니다."))
    return redirect("simulation:list")
