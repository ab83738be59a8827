from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from dure.config import health
from dure.config.models import LoadedData
from dure.core import clock
from dure.core.models import Heartbeat
from dure.core.rooms import Loader, Room

pytestmark = pytest.mark.django_db


def ask() -> tuple[int, dict]:
    answer = Client().get("/healthz")
    assert "no-cache" in answer["Cache-Control"]
    return answer.status_code, json.loads(answer.content)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """One loader in all the house, and its data is here."""
    room = Room(name="r", floor=1, question="", about="", loaders=(Loader("a", "A", "2", lambda progress: None),))
    monkeypatch.setattr("dure.config.loading.rooms", lambda: (room,))
    LoadedData.objects.create(name="r.a", version="2")


def test_well_when_everything_is(loaded) -> None:
    Heartbeat.objects.create(worker="w", beat_at=clock.now())
    status, said = ask()
    assert (status, said["status"]) == (200, "ok")
    assert said["checks"] == dict.fromkeys(("database", "migrations", "data", "worker"), "ok")


def test_a_worker_that_never_came_or_fell_silent_is_named(loaded) -> None:
    status, said = ask()
    assert status == 503
    assert said["checks"]["worker"] == "never seen"
    Heartbeat.objects.create(worker="w", beat_at=clock.now() - timedelta(seconds=90))
    status, said = ask()
    assert status == 503
    assert said["checks"]["worker"].startswith("silent for 9")


def test_old_data_is_named(loaded) -> None:
    Heartbeat.objects.create(worker="w", beat_at=clock.now())
    LoadedData.objects.update(version="1")
    status, said = ask()
    assert status == 503
    assert said["checks"]["data"] == "not loaded: r.a"


def test_a_broken_check_is_named_but_not_described(loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise OperationalError("password authentication failed for user dure at db.internal")

    monkeypatch.setattr(health, "CHECKS", (("database", broken),))
    status, said = ask()
    assert status == 503
    assert said["checks"] == {"database": "failed: OperationalError"}


def test_it_needs_no_session_and_takes_only_reading() -> None:
    assert not Client().get("/healthz").cookies
    assert Client().post("/healthz").status_code == 405
