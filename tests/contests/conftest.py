from __future__ import annotations

import pytest

from tests.contests.world import World, make_world


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    return make_world(monkeypatch)
