"""Writing a scenario: what it asks, the figures of the law, and rule texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dure.benefits.reading import library
from dure.core import clock
from dure.core.attempts import attempt
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.engines.rules.faults import Fault
from dure.simulation import actions, policy, queries, spec, words
from dure.simulation.forms import ScenarioForm
from dure.simulation.models import Scenario
from dure.simulation.pages.common import crumbs, steps

NEW = Path(__file__).resolve().parent.parent / "new_benefit.yaml"
"""What the text of a new benefit begins with."""


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    policy.must_write_for(request.viewer, request.viewer.body_id)
    return redirect("simulation:edit", id=uuid7())


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, id: UUID) -> HttpResponse:
    viewer = request.viewer
    known = queries.by_id(viewer, id)
    if known is not None:
        policy.must_own(viewer, known)
        policy.must_be_draft(known)
    else:
        policy.must_write_for(viewer, viewer.body_id)
    initial: dict[str, Any] = {"day": clock.today(), "sample": 20_000, "seeds": 3}
    initial = ScenarioForm.of(known) if known else initial
    form = ScenarioForm(request.POST if request.method == "POST" else None, viewer=viewer, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields, seen = form.cleaned_data, request.POST.get("seen", "")
        saved = attempt(form, lambda: actions.scenario_save(by=viewer, id=id, fields=fields, seen=seen))
        if saved is not None:
            messages.success(request, _("적어 두었습니다. 펴낼 때까지 우리 기관에만 보입니다."))
            return redirect("simulation:figures", receipt=saved.receipt)
    heading = _("모의계산 고치기") if known else _("모의계산 만들기")
    context = {
        "form": form,
        "known": known,
        "heading": heading,
        "tabs": steps(known, "edit", viewer) if known else [],
        "crumbs": crumbs(known, heading),
    }
    return render(request, "simulation/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest, receipt: str) -> HttpResponse:
    scenario = queries.draft(request.viewer, receipt)
    wrong: dict[str, str] = {}
    typed: dict[str, str] = {}
    curve = curve_kept(scenario)
    if request.method == "POST":
        typed = {name[2:]: str(value) for name, value in request.POST.items() if name.startswith("f:")}
        curve = {name: str(request.POST.get(f"curve_{name}", "")) for name in ("key", "low", "high", "points")}
        viewer, seen = request.viewer, request.POST.get("seen", "")
        try:
            actions.scenario_figures(by=viewer, id=scenario.pk, typed=typed, curve=curve, seen=seen)
            if "run" in request.POST:
                actions.scenario_run(by=request.viewer, id=scenario.pk)
                return redirect(scenario)
            messages.success(request, _("적어 두었습니다."))
            return redirect("simulation:figures", receipt=receipt)
        except actions.WrongFigures as found:
            wrong = found.wrong
        except Refused as refused:
            if refused.field is None and refused.code != "invalid":
                raise
            wrong = {"": str(refused.message)}
    shown = [
        replace(one, cells=tuple(replace(cell, error=wrong.get(cell.key, "")) for cell in one.cells))
        for one in spec.figures(scenario, typed or None)
    ]
    names = {cell.key: f"{one.name} {cell.label}".strip() for one in shown for cell in one.cells}
    own = [one for one in shown if not one.shared]
    context = {
        "scenario": scenario,
        "groups": [
            (_("고른 혜택의 수치"), own, True),
            (_("소득인정액처럼 여러 혜택이 함께 쓰는 수치"), [one for one in shown if one.shared], False),
        ],
        "wrong": wrong,
        "wrongs": [(key.replace("/", "-"), names.get(key) or _("곡선"), text) for key, text in wrong.items()],
        "curve": curve,
        "spots": list(names.items()),
        "rules": [(id, words.benefit_name(id, scenario.texts), _state(scenario, id)) for id in scenario.benefits],
        "may_add": len(scenario.benefits) < spec.MOST_BENEFITS,
        "tabs": steps(scenario, "figures", request.viewer),
        "crumbs": crumbs(scenario, _("수치와 규칙")),
        "most": spec.MOST_POINTS,
    }
    return render(request, "simulation/figures.html", context, status=422 if wrong else 200)


def _state(scenario: Scenario, id: str) -> str:
    """Of a benefit's rule in a scenario: live (''), changed, gone or added."""
    if id not in scenario.texts:
        return ""
    if scenario.texts[id] is None:
        return "gone"
    return "changed" if id in library().rules.benefits else "added"


def curve_kept(scenario: Any) -> dict[str, str]:
    of = scenario.curve
    if not of:
        return {"key": "", "low": "", "high": "", "points": "5"}
    values = of["values"]
    key = spec.key_of(of["code"], of["dims"])
    return {"key": key, "low": values[0], "high": values[-1], "points": str(len(values))}


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, receipt: str, benefit: str) -> HttpResponse:
    scenario = queries.draft(request.viewer, receipt)
    live = library().rules.benefits.get(benefit)
    kept = scenario.texts.get(benefit, live.text if live else None)
    if benefit not in scenario.benefits or (kept is None and live is None):
        raise Refused("not_found", _("이 모의계산에 없는 혜택입니다."))
    what = request.POST.get("do", "save")

    def act(text: str) -> str:
        new_text = None if what == "remove" else text
        actions.scenario_rule(
            by=request.viewer,
            id=scenario.pk,
            benefit=benefit,
            text=new_text,
            keep=what != "restore",
            seen=request.POST.get("seen", ""),
        )
        if live is None and what != "save":
            return _("더한 혜택을 뺐습니다.")
        said = {"remove": _("이 혜택을 없앤 것으로 계산합니다."), "restore": _("지금 규칙으로 되돌렸습니다.")}
        return said.get(what) or _("바꾼 규칙을 적어 두었습니다.")

    name = words.benefit_name(benefit, scenario.texts)
    more = {
        "name": name,
        "keep": benefit,
        "gone": kept is None,
        "state": _state(scenario, benefit),
        "heading": _("규칙 바꾸기: %s") % name,
        "crumbs": crumbs(scenario, name),
    }
    return _typed(request, scenario, kept or (live.text if live else ""), act, more)


@require_http_methods(["GET", "POST"])
def rule_add(request: HttpRequest, receipt: str) -> HttpResponse:
    """A benefit that does not exist yet."""
    scenario = queries.draft(request.viewer, receipt)

    def act(text: str) -> str:
        actions.scenario_rule_add(by=request.viewer, id=scenario.pk, text=text)
        return _("새 혜택을 더했습니다.")

    heading = _("새 혜택 더하기")
    more = {"keep": "new", "state": "new", "heading": heading, "crumbs": crumbs(scenario, heading)}
    return _typed(request, scenario, NEW.read_text(encoding="utf-8"), act, more)


def _typed(
    request: HttpRequest, scenario: Scenario, text: str, act: Callable[[str], str], more: dict[str, Any]
) -> HttpResponse:
    """The form of a rule text; `act` keeps what was typed and says what was done."""
    faults: tuple[Fault, ...] = ()
    refused_words = ""
    if request.method == "POST":
        text = str(request.POST.get("text", ""))
        try:
            messages.success(request, act(text))
            return redirect("simulation:figures", receipt=scenario.receipt)
        except actions.WrongRule as wrong:
            faults = wrong.faults
        except Refused as refused:
            if refused.field is None:
                raise
            refused_words = str(refused.message)
    context = more | {
        "scenario": scenario,
        "text": text,
        "faults": faults,
        "refused": refused_words,
        "tabs": steps(scenario, "", request.viewer),
    }
    return render(request, "simulation/rule.html", context, status=422 if faults or refused_words else 200)
