"""`kill -9` of web and worker processes while a partner hands reports in by the API, crews drive and send where they
are, and somebody says that the place is wrong.

Callers ask again with the same id until they are told the receipt. Afterwards every receipt that was acknowledged is
there once, with one event and one decision on its route, and search has heard of each report; every button that a crew
pressed has its one event, every wrong place its one alert, one event and one new route, and no position is left of a
drive that ended.
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
from typing import Any
from uuid import uuid4

import pytest
from launcher import supervisor
from launcher.supervisor import Child, Supervisor

from tests.config.installation import Installation, postgres_database
from tests.crash.intake import prepared
from tests.crash.phones import Crew, Reporter
from tests.crash.test_kill import free_port, group_of

pytestmark = [pytest.mark.slow, pytest.mark.everywhere]

LONGEST = 12.0 if "DURE_DATABASE_URL" in os.environ else 20.0
"""Seconds of killing; the whole test stays under a minute. The pass on PostgreSQL is the second one."""
KILLS = 25
LEAST = 4
CALLERS = 3
CREWS, DRIVES = 2, 25
DRAIN = 60.0
BETWEEN = (1, 20, 60)
"""How many answers a web server gives between two of its deaths: in its first moments, and in full work."""

SAY = """
import json
from collections import Counter
from django.db import connection
from dure.core.models import Delivery, Event, Job
from dure.reports.models import CrewPosition, Dispatch, Report, RouteDecision, WrongPlace
if connection.vendor == "sqlite":
    whole = connection.cursor().execute("PRAGMA integrity_check").fetchall()
    assert whole == [("ok",)], whole
events = Counter(Event.objects.filter(type="reports.received").values_list("subject", flat=True))
routes = Counter(RouteDecision.objects.values_list("report_id", flat=True))
things = Counter(Event.objects.exclude(thing="").values_list("thing", "type"))
kinds = {"start": "reports.crew.under_way", "arrive": "reports.crew.arrived", "done": "reports.crew.done"}
alerts = Counter(event.data["alert"] for event in Event.objects.filter(type="reports.wrong_place.said"))
print(json.dumps({
    "reports": [[row.receipt, events[row.urn], routes[row.pk], row.route_id is not None, row.words]
        for row in Report.objects.filter(source="api")],
    "every": Report.objects.count(),
    "events": sum(events.values()),
    "routes": sum(routes.values()),
    "deliveries": dict(Counter(Delivery.objects.filter(subscriber="reports.index").values_list("state", flat=True))),
    "happened": Event.objects.filter(type__startswith="reports.", subject__startswith="dure:report:").count(),
    "dispatches": {str(row.pk): [row.state, {word: things[(row.urn, kind)] for word, kind in kinds.items()},
        list(CrewPosition.objects.filter(dispatch=row).order_by("at").values_list("lon", flat=True))]
        for row in Dispatch.objects.all()},
    "alerts": {str(row.pk): [str(row.report_id), alerts[str(row.pk)]] for row in WrongPlace.objects.all()},
    "said": sum(alerts.values()),
    "rerouted": Event.objects.filter(type="reports.rerouted").count(),
    "bodies": sorted(set(Report.objects.filter(source="web").values_list("body__code", flat=True))),
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
def test_what_was_acknowledged_is_there_once(house: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.05)
    token, sent = prepared(house, crews=CREWS, each=DRIVES)
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
    navigators = [Navigator(f"navigator{n}", ports, token, end) for n in range(CALLERS)]
    crews = [Crew(f"crew{n}", ports, end, drives) for n, drives in enumerate(sent)]
    reporter = Reporter("reporter", ports, end, [one for drives in sent for one in drives])
    callers = [*navigators, *crews, reporter]
    kills: Counter[str] = Counter()
    live_to = {port: chance.choice(BETWEEN) for port in ports}
    worker_due = 0.0

    def enough(kills: Counter[str]) -> bool:
        return kills.total() >= LEAST and kills.total() > kills["worker"]

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
        while kills.total() < KILLS and (time.monotonic() - began < LONGEST or not enough(kills)):
            assert time.monotonic() - began < LONGEST * 4, f"only {kills.total()} kills in time (seed {seed})"
            keeper.tend()
            ready = [web for port, web in webs.items() if web.process and answered(port) >= live_to[port]]
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
            live_to |= {port: answered(port) + chance.choice(BETWEEN) for port, web in webs.items() if web is target}
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
    print(f"{dict(kills)}, {len(said['reports'])} reports, {len(said['alerts'])} wrong places, seed {seed}")
    assert not [strange for caller in callers for strange in caller.strange]
    _check_reports(said, navigators)
    for crew in crews:
        _check_drives(said, crew)
    _check_places(said, reporter)


def _check_reports(said: dict[str, Any], callers: list[Navigator]) -> None:
    kept = {words: receipt for caller in callers for words, receipt in caller.kept.items()}
    there = {words: receipt for receipt, *_rest, words in said["reports"]}
    assert kept, "nothing was handed in"
    assert len(there) == len(said["reports"]), "a report is there twice"
    assert {words: there.get(words) for words in kept} == kept, "an acknowledged report was lost"
    assert len(there) - len(kept) <= len(callers), "only what each caller was about to be told of may be there besides"
    assert all(events == routes == 1 and current for _receipt, events, routes, current, _words in said["reports"])
    assert said["events"] == said["every"] == len(said["reports"]) + CREWS * DRIVES
    assert set(said["deliveries"]) == {"done"}


def _check_drives(said: dict[str, Any], crew: Crew) -> None:
    assert crew.pressed, "nobody drove"
    for number, one in enumerate(crew.sent):
        state, events, positions = said["dispatches"][one.dispatch]
        pressed = crew.pressed.get(one.dispatch, set())
        assert set(events.values()) <= {0, 1}, "an event is there twice"
        assert pressed <= {word for word, many in events.items() if many}, "what a crew was told is kept was lost"
        now = [word for word in ("start", "arrive", "done") if events[word]]
        assert state == {0: "sent", 1: "under_way", 2: "arrived", 3: "done"}[len(now)], (state, events)
        if state != "under_way":
            assert positions == [], "a position is left of a drive that ended"
        elif number == len(crew.pressed) - 1 and crew.known:
            # The last of each few seconds is kept; nothing older than what was acknowledged may stand there as newest.
            assert positions[-1] in crew.was_at[crew.known - 1 :], (positions[-3:], crew.was_at[-3:], crew.known)


def _check_places(said: dict[str, Any], reporter: Reporter) -> None:
    assert reporter.kept, "nobody said that a place is wrong"
    there = {id: said["alerts"].get(id) for id in reporter.kept}
    assert there == {id: [report, 1] for id, report in reporter.kept.items()}, "an acknowledged wrong place was lost"
    assert len(said["alerts"]) - len(reporter.kept) <= 1
    assert said["said"] == said["rerouted"] == len(said["alerts"]), "an event is there twice, or a route is missing"
    assert said["routes"] == said["every"] + said["rerouted"]
    assert said["bodies"] == ["4182000000"]
