"""`kill -9` of web and worker processes while a partner hands reports in by the API.

Callers ask again with the same id until they are told the receipt. Afterwards every receipt that was acknowledged is
there once, with one event and one decision on its route, and search has heard of each report.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from launcher import supervisor
from launcher.supervisor import Child, Supervisor

from tests.config.installation import Installation, postgres_database
from tests.crash.intake import prepared
from tests.crash.test_kill import free_port, group_of

pytestmark = pytest.mark.slow

LONGEST = 20.0
"""Seconds of killing; the whole test stays under a minute."""
KILLS = 25
LEAST = 4
CALLERS = 4
DRAIN = 20.0

SAY = """
import json
from collections import Counter
from django.db import connection
from dure.core.models import Delivery, Event, Job
from dure.reports.models import Report, RouteDecision
if connection.vendor == "sqlite":
    whole = connection.cursor().execute("PRAGMA integrity_check").fetchall()
    assert whole == [("ok",)], whole
events = Counter(Event.objects.filter(type="reports.received").values_list("subject", flat=True))
routes = Counter(RouteDecision.objects.values_list("report_id", flat=True))
print(json.dumps({
    "reports": [[row.receipt, events[row.urn], routes[row.pk], row.route_id is not None, row.words]
        for row in Report.objects.all()],
    "events": sum(events.values()),
    "routes": sum(routes.values()),
    "deliveries": dict(Counter(Delivery.objects.filter(subscriber="reports.index").values_list("state", flat=True))),
}))
"""
LEFT = """
from dure.core.models import Delivery
print(Delivery.objects.filter(state="waiting").count())
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    if "DURE_DATABASE_URL" not in os.environ:
        yield Installation(tmp_path / "data")
        return
    with postgres_database(tables=True) as url:
        yield Installation(tmp_path / "data", url)


class Navigator(threading.Thread):
    """Hands in one report after the other, each as often as it takes to be told its receipt."""

    def __init__(self, name: str, ports: list[int], token: str, end: threading.Event) -> None:
        super().__init__(name=name)
        self.ports, self.token, self.end = ports, token, end
        self.kept: dict[str, str] = {}
        self.answered: Counter[int] = Counter()
        self.strange: list[str] = []

    def run(self) -> None:
        choice = random.Random(self.name)
        while not self.end.is_set():
            said = {
                "id": str(uuid4()),
                "words": f"{self.name}-{len(self.kept)} 고라니",
                "category": "roads.roadkill",
                "lon": 127.0 + choice.random(),
                "lat": 36.5 + choice.random(),
                "accuracy_m": 10,
                "heading": 90,
            }
            while not (receipt := self.told(choice.choice(self.ports), said)):
                if self.end.wait(0.1):
                    return
            self.kept[str(said["words"])] = receipt

    def told(self, port: int, said: dict[str, object]) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/api/v1/reports", json.dumps(said), headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return ""
        finally:
            connection.close()
        if answer.status == 201:
            self.answered[port] += 1
            return str(json.loads(text)["receipt"])
        self.strange.append(f"{answer.status} {text[:300]!r}")
        return ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds processes in /proc")
def test_an_acknowledged_report_is_there_once(house: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.05)
    token = prepared(house)
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    ports = [free_port(), free_port()]
    server, manage = [[sys.executable, "-m", f"dure.config.{module}"] for module in ("server", "manage")]
    webs = {
        port: Child(f"web {n}", [*server, "web", "--port", str(port)], house.env(), pause=0.05)
        for n, port in enumerate(ports)
    }
    worker = Child("worker", [*manage, "worker"], house.env(), pause=0.05)
    keeper = Supervisor([*webs.values(), worker])
    end = threading.Event()
    callers = [Navigator(f"navigator{n}", ports, token, end) for n in range(CALLERS)]
    kills: Counter[str] = Counter()
    at_kill = dict.fromkeys(ports, 0)
    worker_due = 0.0

    def answered(port: int) -> int:
        return sum(caller.answered[port] for caller in callers)

    keeper.start()
    for caller in callers:
        caller.start()
    try:
        # The time counts from the first answer: starting up on a busy machine is not what is tested.
        first = time.monotonic() + 60
        while not any(answered(port) for port in ports) and time.monotonic() < first:
            keeper.tend()
            time.sleep(0.05)
        began = time.monotonic()
        while kills.total() < KILLS and (time.monotonic() - began < LONGEST or kills.total() < LEAST):
            assert time.monotonic() - began < LONGEST * 4, f"only {kills.total()} kills in time (seed {seed})"
            keeper.tend()
            ready = [web for port, web in webs.items() if web.process and answered(port) > at_kill[port]]
            if worker.process and time.monotonic() > worker_due:
                ready.append(worker)
            if not ready:
                time.sleep(0.01)
                continue
            target = chance.choice(ready)
            time.sleep(chance.uniform(0, 0.1))
            processes = group_of(target)
            for process in processes if chance.random() < 0.6 else [chance.choice(processes)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            kills[target.name] += 1
            at_kill |= {port: answered(port) for port, web in webs.items() if web is target}
            if target is worker:
                worker_due = time.monotonic() + 7
        end.set()
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
    said = json.loads(house.python(SAY))
    print(f"{dict(kills)}, {len(said['reports'])} reports, seed {seed}")

    assert not [strange for caller in callers for strange in caller.strange]
    kept = {words: receipt for caller in callers for words, receipt in caller.kept.items()}
    there = {words: receipt for receipt, *_rest, words in said["reports"]}
    assert kept, "nothing was handed in"
    assert len(there) == len(said["reports"]), "a report is there twice"
    assert {words: there.get(words) for words in kept} == kept, "an acknowledged report was lost"
    assert len(there) - len(kept) <= len(callers), "only what each caller was about to be told of may be there besides"
    assert all(events == routes == 1 and current for _receipt, events, routes, current, _words in said["reports"])
    assert said["events"] == said["routes"] == len(said["reports"])
    assert said["deliveries"] == {"done": len(said["reports"])}
