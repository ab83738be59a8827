"""What a web process loads ahead, so that nobody's first request waits for it."""

from __future__ import annotations

import pytest

from dure.core import rooms as core_rooms
from dure.core.rooms import Room
from dure.engines import labels
from dure.reports.room import ROOM as REPORTS
from dure.reports.routing import gather


def test_a_room_that_cannot_be_made_ready_keeps_no_other_from_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = []

    def fails() -> None:
        raise OSError("no such file")

    found = [Room("first", 2, "", "", warm=fails), Room("second", 2, "", "", warm=lambda: made.append("second"))]
    monkeypatch.setattr(core_rooms, "rooms", lambda: found)
    monkeypatch.setattr(core_rooms.connections, "close_all", lambda: made.append("closed"))
    core_rooms.warm_up()
    assert made == ["second", "closed"]
    assert "first could not be made ready" in caplog.text


@pytest.mark.django_db
def test_the_first_report_finds_its_router_and_the_text_model_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    gather._with.clear()
    gather._router.cache_clear()
    labels._shared.cache_clear()
    assert REPORTS.warm
    REPORTS.warm()
    assert gather._with or gather._router.cache_info().currsize
    assert labels._shared.cache_info().currsize
