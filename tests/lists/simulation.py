"""What the lists of scenarios are filled with."""

from __future__ import annotations

import pytest

from tests.lists.filled import NOBODY, Filled
from tests.permissions.parts.simulation import again as scenario_again
from tests.permissions.parts.simulation import made_by as scenario_names
from tests.simulation.world import make_world as scenario_world


def scenarios(patch: pytest.MonkeyPatch) -> Filled:
    """Published ones and drafts, each with a run that ended."""
    world = scenario_world()

    def more() -> None:
        scenario_names(world.writer)

    return Filled({}, more, [NOBODY, world.writer])


def scenarios_own(patch: pytest.MonkeyPatch) -> Filled:
    """More populations of a body, and more who compute again what it published."""
    world = scenario_world()
    names = scenario_names(world.writer)

    def more() -> None:
        scenario_names(world.writer)
        scenario_again(names["scenario"])

    return Filled({"receipt": names["scenario"]}, more, [world.writer])
