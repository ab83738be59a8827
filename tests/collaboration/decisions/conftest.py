from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from dure.core import clock
from tests.collaboration.world import World, make_world


class Clock:
    """`later.shift(days=8)`: from now on it is eight days later; `later.to(at)`: it is that moment."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._real: Callable[[], datetime] = clock.now

    def now(self) -> datetime:
        return self._real() + self.ahead

    def shift(self, **by: float) -> None:
        self.ahead += timedelta(**by)

    def to(self, at: datetime) -> None:
        self.ahead = at - self._real()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "now", made.now)
    return made


@pytest.fixture
def world(db: None) -> World:
    return make_world()
