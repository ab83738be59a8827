from __future__ import annotations

import pytest

from tests.collaboration.mediation.panel import Panel, make_panel
from tests.collaboration.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def panel(world: World) -> Panel:
    return make_panel(world)
