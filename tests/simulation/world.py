"""A county that writes scenarios, another body, and a citizen; computing in the place of the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from unittest.mock import patch

from dure.core import jobs
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.simulation import actions
from dure.simulation.models import Run, Scenario
from tests.collaboration.world import body, officer, person

DAY = date(2026, 1, 1)
FIELDS: dict[str, Any] = {
    "title": "생계급여를 35%로",
    "question": "얼마가 더 드나요?",
    "day": DAY,
    "benefits": ["livelihood-benefit", "child-allowance"],
    "area": "",
    "sample": 300,
    "seeds": 2,
    "assumed": "",
}


def work() -> int:
    """Run all waiting jobs; how many. Without a heartbeat: its connection is another one, which does not see the row of
    a job in a test's transaction and would take it for somebody else's."""
    done = 0
    with patch.object(jobs, "BEAT", 3600):
        while jobs.run_due(f"test-{uuid7()}"):
            done += 1
    return done


@dataclass
class World:
    """`writer` and `colleague` act for one county, `other` for another; `citizen` for none."""

    writer: Viewer
    other: Viewer
    citizen: Viewer

    def draft(self, **fields: Any) -> Scenario:
        return actions.scenario_save(by=self.writer, id=uuid7(), fields={**FIELDS, **fields})

    def changed(self, value: str = "35%", curve: dict[str, str] | None = None, **fields: Any) -> Scenario:
        made = self.draft(**fields)
        typed = {"livelihood_ratio": value}
        return actions.scenario_figures(by=self.writer, id=made.pk, typed=typed, curve=curve or {})

    def computed(self, **more: Any) -> Scenario:
        made = self.changed(**more)
        actions.scenario_run(by=self.writer, id=made.pk)
        assert work()
        return made

    def published(self, **more: Any) -> Scenario:
        return actions.scenario_publish(by=self.writer, id=self.computed(**more).pk)

    def run(self, scenario: Scenario) -> Run:
        return Run.objects.filter(scenario=scenario, again=False).latest("created_at")


def make_world() -> World:
    return World(
        officer(body("가람군"), "김담당"), officer(body("나루군"), "이담당"), Viewer.person(person("정주민").pk)
    )
