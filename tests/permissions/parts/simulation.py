"""가평군 has a draft, a published scenario and a population of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.engines.scenario import FIGURES, GROUPINGS, digest
from dure.simulation import actions
from dure.simulation.models import OwnPopulation, Run, Scenario


def names(world: Any) -> dict[str, str]:
    return made_by(world.viewers["officer"])


def again(receipt: str) -> None:
    """Somebody computed again what was published."""
    run = actions.scenario_recompute(by=Viewer.anonymous(), id=Scenario.objects.get(receipt=receipt).pk)
    of = Run.objects.get(scenario=run.scenario, published=True)
    Run.objects.filter(pk=run.pk).update(result=of.result, result_hash=of.result_hash, done_at=clock.now())


def made_by(officer: Viewer) -> dict[str, str]:
    fields = {
        "title": "생계급여를 올리면",
        "day": date(2026, 1, 1),
        "benefits": ["livelihood-benefit"],
        "sample": 300,
        "seeds": 1,
    }
    draft = actions.scenario_save(by=officer, id=uuid7(), fields=fields)
    done = actions.scenario_save(by=officer, id=uuid7(), fields=fields)
    figures = {"recipients": 0, "unknown": 0, "open": 0, "cost": 0}
    benefits = {"livelihood-benefit": {"before": figures, "after": figures}}
    total = {**dict.fromkeys((*FIGURES, "cost_before", "cost_after"), 0), "benefits": benefits}
    groups: dict[str, list[Any]] = {name: [] for name in GROUPINGS}
    result = {"version": 1, "shown": 0, "runs": [{"seed": 1, "rows": 0, "total": total, "groups": groups}]}
    run = actions.scenario_run(by=officer, id=done.pk)
    Run.objects.filter(pk=run.pk).update(
        result=result, result_hash=digest(result), done_at=clock.now(), job=None, published=True
    )
    Scenario.objects.filter(pk=done.pk).update(state="published", published_at=clock.now())
    own = OwnPopulation.objects.create(body_id=officer.body_id, name="조사", households="none", sha256="0" * 64)
    return {
        "scenario_draft": draft.receipt,
        "scenario_draft_id": str(draft.pk),
        "scenario": done.receipt,
        "own_population": str(own.pk),
    }
