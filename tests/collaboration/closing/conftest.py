from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from dure.collaboration import parts
from dure.collaboration.closing import actions
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.viewer import Viewer
from tests.collaboration.world import World, make_world

INDICATOR = {
    "name": "하루에 다니는 버스",
    "unit": "번",
    "direction": "more",
    "baseline": "2",
    "target": "6",
    "source": "운행 기록",
}
REACHED = {"outcome": "done", "reached": "하루 네 번 다닙니다.\n환승이 없어졌습니다.", "learnt": "", "differently": ""}
FAILED = {"outcome": "failed", "reached": "", "learnt": "보험을 먼저 알아보아야 합니다.", "differently": ""}


@dataclass
class Life:
    """A collaboration of three parties that began 100 days ago: `asker`, `offerer`, `other`."""

    world: World
    row: Collaboration

    def fresh(self) -> Collaboration:
        self.row.refresh_from_db()
        return self.row

    @property
    def parties(self) -> list[Viewer]:
        return [self.world.asker, self.world.offerer, self.world.other]

    def indicator(self, **fields: Any) -> Any:
        due = clock.today() + timedelta(days=30)
        return actions.indicator_propose(
            by=self.world.asker, id=self.row.pk, fields={**INDICATOR, "due_on": due, **fields}
        )

    def agreed(self, **fields: Any) -> Any:
        made = self.indicator(**fields)
        for by in self.parties:
            actions.indicators_confirm(by=by, id=self.row.pk, version=self.version)
        return made

    @property
    def version(self) -> int:
        return type(self.row).objects.get(pk=self.row.pk).indicator_set.version

    def measure(self, indicator: Any, value: str = "4", ago: int = 0, **fields: Any) -> Any:
        on = clock.today() - timedelta(days=ago)
        fields = {"value": value, "on": on, "source": "운행 기록", **fields}
        return actions.measurement_record(by=self.world.asker, id=indicator.pk, fields=fields)

    def answer(self, item: str = "unit", mark: str = "yes", text: str = "담당 1명", **more: Any) -> Any:
        by = more.pop("by", self.world.asker)
        return actions.checklist_answer(by=by, id=self.row.pk, item=item, mark=mark, text=text, **more)

    def effect(self, kind: str, data: dict[str, Any]) -> Collaboration:
        effect = parts.effects()[kind]
        with transaction.atomic():
            row = Collaboration.objects.get(pk=self.row.pk)
            effect.check(row, data)
            effect.apply(self.world.asker, row, data)
        return self.fresh()

    def end(self, **data: str) -> Collaboration:
        return self.effect("close", {**REACHED, **data})


def begin(world: World) -> Life:
    row = world.together(stage="working")
    back = clock.now() - timedelta(days=100)
    Collaboration.objects.filter(pk=row.pk).update(settled_at=back, working_at=back)
    row.refresh_from_db()
    return Life(world, row)


@pytest.fixture(scope="module")
def _life(for_this_file: Any) -> Life:
    with for_this_file():
        return begin(make_world())


@pytest.fixture
def life(_life: Life, db: None) -> Life:
    """A collaboration in its work, which began it once for the file."""
    return deepcopy(_life)


@pytest.fixture
def world(life: Life) -> World:
    return life.world
