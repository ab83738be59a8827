"""`kill -9` of web and worker processes at random moments during writes, many times over.

Two real web servers and two real workers run under the real supervisor on a data folder of their own. Callers write
without pause; a caller that got no answer asks again with the same key. Afterwards nothing that was acknowledged may
be missing, and every event must have had its effect once, in order.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from launcher import supervisor
from launcher.supervisor import Child, Supervisor

from tests.config.installation import ROOT, Installation, postgres_database

pytestmark = [pytest.mark.slow, pytest.mark.everywhere]

KILLS = 100 if "DURE_DATABASE_URL" in os.environ else 200
"""The pass on PostgreSQL is the second one."""
SUBJECTS = 4
CALLERS = 8
LONGEST = 900.0
DRAIN = 90.0

SAY = """
import json
from collections import Counter
from dure.core.models import Delivery, Event, Job
from dure.tally.models import Effect, Entry, Step
from django.db import connection
events = list(Event.objects.filter(type="tally.added").order_by("seq").values_list("seq", "subject", "data"))
if connection.vendor == "sqlite":
    cursor = connection.cursor()
    whole = cursor.execute("PRAGMA integrity_check").fetchall()
    assert whole == [("ok",)], whole
print(json.dumps({
    "entries": list(Entry.objects.values_list("key", flat=True)),
    "events": [[seq, subject, data["key"]] for seq, subject, data in events],
    "effects": list(Effect.objects.order_by("pk").values_list("seq", "subject")),
    "deliveries": dict(Counter(Delivery.objects.filter(subscriber="tally.carried").values_list("state", flat=True))),
    "jobs": dict(Counter(Job.objects.filter(kind="tally.count").values_list("state", flat=True))),
    "steps": [[str(job), number] for job, number in Step.objects.order_by("pk").values_list("job", "number")],
}))
"""
LEFT = """
from dure.core.models import Delivery, Job
print(Delivery.objects.filter(state="waiting").count() + Job.objects.filter(state__in=["queued", "running"]).count())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    """Migrated, with the room `tally`; on PostgreSQL in that pass, else on SQLite."""
    if "DURE_DATABASE_URL" not in os.environ:
        yield made(Installation(tmp_path / "data"))
        return
    with postgres_database(tables=True) as url:
        yield made(Installation(tmp_path / "data", url))


def made(house: Installation) -> Installation:
    house.more = {
        "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DURE_SUPERVISOR": str(os.getpid()),
        "DURE_WORKERS": "1",
    }
    house.ready()
    house.manage("migrate", "-v", "0", "--run-syncdb")
    return house


class Caller(threading.Thread):
    """Writes one entry after the other, each as often as it takes to be told that it is kept."""

    def __init__(self, name: str, ports: list[int], end: threading.Event) -> None:
        super().__init__(name=name)
        self.ports, self.end, self.kept, self.tries = ports, end, [], 0
        self.answered: Counter[int] = Counter()
        self.strange: list[str] = []

    def run(self) -> None:
        choice = random.Random(self.name)
        number = 0
        while not self.end.is_set():
            key, subject = f"{self.name}-{number}", choice.randrange(SUBJECTS)
            while not self.written(choice.choice(self.ports), key, subject):
                if self.end.wait(0.05):
                    return
            self.kept.append(key)
            number += 1
            time.sleep(0.005)

    def written(self, port: int, key: str, subject: int) -> bool:
        self.tries += 1
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("POST", f"/tally/{key}/{subject}/")
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if answer.status == 200 and text == b"kept":
            self.answered[port] += 1
            return True
        self.strange.append(f"{answer.status} {text[:200]!r}")
        return False


def group_of(child: Child) -> list[int]:
    """The child and the processes it started, which share its group."""
    assert child.process
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == child.process.pid:
                    found.append(int(entry.name))
            except ProcessLookupError:
                continue
    return found


def at_work(worker: Child, house: Installation) -> bool:
    """Whether this very process has carried an event."""
    return worker.process is not None and (house.data / f"carried-{worker.process.pid}").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds processes in /proc")
def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(
    house: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.05)
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    ports = [free_port(), free_port()]
    server, worker = [[sys.executable, "-m", f"dure.config.{module}"] for module in ("server", "manage")]
    webs = {
        port: Child(f"web {n}", [*server, "web", "--port", str(port)], house.env(), pause=0.05)
        for n, port in enumerate(ports)
    }
    workers = [Child(f"worker {n}", [*worker, "worker"], house.env(), pause=0.05) for n in (0, 1)]
    keeper = Supervisor([*webs.values(), *workers])
    end = threading.Event()
    callers = [Caller(f"caller{n}", ports, end) for n in range(CALLERS)]
    kills: Counter[str] = Counter()
    answered_at_kill = dict.fromkeys(ports, 0)

    def answered(port: int) -> int:
        return sum(caller.answered[port] for caller in callers)

    began = time.monotonic()
    keeper.start()
    for caller in callers:
        caller.start()
    try:
        while kills.total() < KILLS:
            assert time.monotonic() - began < LONGEST, f"only {kills.total()} kills in time (seed {seed})"
            keeper.tend()
            # Only who has been at work since its last start is killed: a kill at rest would prove nothing.
            ready: list[Child] = [child for child in workers if at_work(child, house)]
            ready += [web for port, web in webs.items() if web.process and answered(port) > answered_at_kill[port]]
            if not ready:
                time.sleep(0.01)
                continue
            target = chance.choice(ready)
            time.sleep(chance.uniform(0, 0.1))
            processes = group_of(target)
            # Sometimes all of it at once, sometimes only the part that accepts or the part that works.
            for process in processes if chance.random() < 0.6 else [chance.choice(processes)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            kills[target.name] += 1
            answered_at_kill |= {port: answered(port) for port, web in webs.items() if web is target}
            if target in workers:
                target.process.wait()
        end.set()
        # Who is still asking may yet be told that something is kept: what is left can be counted only afterwards.
        while any(caller.is_alive() for caller in callers):
            keeper.tend()
            time.sleep(0.01)
        until = time.monotonic() + DRAIN
        while int(house.python(LEFT)) and time.monotonic() < until:
            keeper.tend()
    finally:
        end.set()
        for caller in callers:
            caller.join()
        keeper.stop()
    took = time.monotonic() - began
    said = json.loads(house.python(SAY))
    print(
        f"{took:.0f} s, {dict(kills)}, {len(said['events'])} events, {sum(c.tries for c in callers)} calls, seed {seed}"
    )
    check(said, callers)


def check(said: dict[str, Any], callers: list[Caller]) -> None:
    assert not [strange for caller in callers for strange in caller.strange]
    kept = {key for caller in callers for key in caller.kept}
    entries = set(said["entries"])
    assert kept <= entries, "an acknowledged write was lost"
    assert len(entries) - len(kept) <= len(callers), "only what each caller was about to hear of may be there besides"

    assert Counter(key for _, _, key in said["events"]) == Counter(entries), (
        "one event for each entry, no more, no less"
    )
    assert Counter(seq for seq, _ in said["effects"]) == Counter(seq for seq, _, _ in said["events"])
    for subject in {subject for _, subject in said["effects"]}:
        order = [seq for seq, about in said["effects"] if about == subject]
        assert order == sorted(order), "each subject's events had their effects in order"
    assert said["deliveries"] == {"done": len(entries)}

    counted = [key for key in entries if int(key.rpartition("-")[2]) % 20 == 0]
    assert said["jobs"] == {"done": len(counted)}
    steps: dict[str, list[int]] = {}
    for job, number in said["steps"]:
        steps.setdefault(job, []).append(number)
    assert list(steps.values()) == [[0, 1, 2, 3, 4]] * len(counted), "each step of each job was done once, in order"
