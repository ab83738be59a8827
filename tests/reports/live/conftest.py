from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from dure.core import clock, tokens
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.reports import asking
from dure.reports.live import actions
from dure.reports.models import Crew, Dispatch, Report
from tests.reports.world import HERE, World, route_to

AWAY = (HERE[0] + 0.03, HERE[1] + 0.01)


def crew_of(world: World, name: str = "도로보수 1조", by: Viewer | None = None) -> Crew:
    return actions.crew_save(by=by or world.officer, id=uuid7(), name=name)


def sent(world: World, report: Report | None = None, **more: Any) -> tuple[Dispatch, Viewer]:
    """A crew sent out for a report, and the holder of its link."""
    report = report or world.report()
    crew = Crew.objects.filter(body=world.here).first() or crew_of(world)
    dispatch = actions.dispatch_send(by=world.officer, report_id=report.pk, crew_id=crew.pk, **more)
    return dispatch, Viewer.link(dispatch.urn)


def driving(world: World, report: Report | None = None, at: tuple[float, float] = AWAY) -> tuple[Dispatch, Viewer]:
    """A crew under way that shares where it is."""
    dispatch, phone = sent(world, report)
    dispatch = actions.crew_start(by=phone, id=dispatch.pk)
    actions.position_set(by=phone, dispatch=dispatch, lon=at[0], lat=at[1], accuracy_m=9.0)
    return dispatch, phone


def crew_token(dispatch: Dispatch) -> str:
    return tokens.token_of("dispatch", dispatch.pk)


class Clock:
    """The house's clock, moved by hand."""

    def __init__(self) -> None:
        self.at = datetime.now().astimezone()

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture(autouse=True)
def _stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Routing is tested elsewhere: here a report stays with the body that has it."""
    monkeypatch.setattr(asking, "route_for", lambda report: route_to(report.body.code if report.body else ""))


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Clock:
    hand = Clock()
    monkeypatch.setattr(clock, "now", hand)
    return hand
