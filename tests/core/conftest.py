"""People, a clock that can be set, and real processes beside the test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import hypothesis
import pytest
from django.conf import settings
from django.db import connection

from dure.core import clock, events, jobs, rooms
from dure.core.ids import uuid7
from dure.core.links import Link, parse, urn
from dure.core.models import Person
from dure.core.room import ROOM
from dure.core.viewer import Viewer

# The machine may be busy, and fixtures here are undone by the test itself.
hypothesis.settings.register_profile(
    "core",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("core")

ROOT = Path(__file__).resolve().parents[2]


class Clock:
    """`clock.shift(minutes=5)`: from now on it is five minutes later."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._real = clock.now

    def now(self) -> datetime:
        return self._real() + self.ahead

    def shift(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "now", made.now)
    return made


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create_user("kim@example.org", name="김두레")


@pytest.fixture
def other(db: None) -> Person:
    return Person.objects.create_user("lee@example.org", name="이두레")


@pytest.fixture
def viewer(person: Person) -> Viewer:
    return Viewer.person(person.pk)


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], None]:
    """`handle("test.kind", handler)`: a job kind for this test."""

    def add(kind: str, handler: Any) -> None:
        monkeypatch.setitem(jobs.job_handlers(), kind, handler)  # type: ignore[arg-type]

    return add


@pytest.fixture
def happened(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An event type for tests, shown as `시험` on timelines."""
    kind = "core.tested"
    monkeypatch.setitem(ROOM.events_out, kind, "시험")  # type: ignore[arg-type]
    real = ROOM.describe
    assert real is not None

    def describe(found: Any, viewer: Viewer) -> Any:
        lines = {e.seq: events.Line(e.seq, e.at, "시험", "", "", e.type) for e in found if e.type == kind}
        return {**real(found, viewer), **lines}

    object.__setattr__(ROOM, "describe", describe)
    yield kind
    object.__setattr__(ROOM, "describe", real)


@pytest.fixture
def subscribe(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], None]:
    """`subscribe("test.counter", handler)`: a subscriber to the event type for tests."""

    def add(name: str, handler: Any) -> None:
        monkeypatch.setitem(rooms.subscribers(), name, rooms.Subscriber(name, ("core.tested",), handler))  # type: ignore[arg-type]

    return add


@pytest.fixture
def outside(tmp_path: Path, transactional_db: None) -> dict[str, str]:
    """The environment of another process that works on this test's database."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DURE_")}
    env |= {
        "DURE_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "dure.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DURE_SECRET": settings.SECRET_KEY,
    }
    (tmp_path / "data").mkdir()
    there = connection.settings_dict
    if connection.vendor == "postgresql":
        who = f"{quote(there['USER'], safe='')}:{quote(there['PASSWORD'], safe='')}@"
        host, query = there["HOST"], ""
        if host.startswith("/"):
            host, query = "", f"?host={quote(host, safe='')}"
        port = f":{there['PORT']}" if there["PORT"] else ""
        env["DURE_DATABASE_URL"] = f"postgres://{who}{host}{port}/{there['NAME']}{query}"
    else:
        (tmp_path / "data" / "dure.sqlite3").symlink_to(there["NAME"])
    return env


class Started(subprocess.Popen[str]):
    """A process with its children in a group of their own; what it says goes to a file."""

    def __init__(self, args: tuple[str, ...], env: dict[str, str], output: Path) -> None:
        self._output = output
        with output.open("w") as out:
            super().__init__(
                [sys.executable, *args], env=env, cwd=ROOT, stdout=out, stderr=out, text=True, start_new_session=True
            )

    @property
    def said(self) -> str:
        return self._output.read_text()

    def kill(self) -> None:
        """`kill -9` for it and its children; nothing where they have gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()


@pytest.fixture
def start(outside: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Started]]:
    """`start("-m", "tests.core.worker_process")` runs another Python; what still runs is killed at the end."""
    running: list[Started] = []

    def begin(*args: str, **env: str) -> Started:
        running.append(Started(args, outside | env, tmp_path / f"output-{len(running)}"))
        return running[-1]

    yield begin
    for process in running:
        process.kill()


@pytest.fixture
def until() -> Callable[..., Any]:
    """`until(lambda: …)` waits until something is true and returns it; the test fails after `seconds`."""

    def wait(look: Callable[[], Any], seconds: float = 90.0) -> Any:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.05)
        raise AssertionError("it did not happen in time")

    return wait


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    """Things of a test room: `house.add()` gives the URN of one; `house.hide(urn, from_=…)` lets only some see it."""
    made = House()
    monkeypatch.setitem(ROOM.resolvers, "test", made.resolve)  # type: ignore[arg-type]
    return made


class House:
    """Resolves `dure:test:…`. What is hidden is seen by the listed people only."""

    def __init__(self) -> None:
        self.things: dict[Any, set[Any] | None] = {}

    def add(self, only: Any = None) -> str:
        id = uuid7()
        self.things[id] = only
        return urn("test", id)

    def only(self, text: str, *people: Any) -> None:
        self.things[parse(text)[1]] = set(people)

    def resolve(self, ids: Any, viewer: Viewer) -> dict[Any, Link]:
        seen = {}
        for id in ids:
            allowed = self.things.get(id, set())
            if allowed is None or viewer.person_id in allowed:
                seen[id] = Link(urn("test", id), "골목길 시험", f"/test/{id}/", "함께 고치는 골목")
        return seen
