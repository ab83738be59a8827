from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.collaboration.mediation.panel import Panel, make_panel
from tests.collaboration.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """Without any mediator, in a file in which no test takes `panel`."""
    return make_world()


@pytest.fixture(scope="module")
def _panel(for_this_file: Any) -> Panel:
    with for_this_file():
        return make_panel(make_world())


@pytest.fixture
def panel(_panel: Panel, db: None) -> Panel:
    """Ten people on the roster, who came onto it once for the file."""
    return deepcopy(_panel)
