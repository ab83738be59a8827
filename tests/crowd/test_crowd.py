"""Fifty people at fifty browsers book the last of one thing and sign one agreement, all at the same moment.

They come by the outermost door: HTTP on 127.0.0.1 to the real server with two workers, on a data folder (and, in that
pass, a PostgreSQL database) of its own. Half of them book first and then sign, the others the other way round. What
they were told must be what is there.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from launcher.supervisor import Child, Supervisor

from tests.config.installation import ROOT, Installation, postgres_database
from tests.crash.test_kill import free_port
from tests.crowd.inside import PARTIES, UNITS

pytestmark = [pytest.mark.slow, pytest.mark.everywhere]
LONGEST = 60.0
"""Seconds from the moment when all send their forms to the last answer."""
OPENING = 120.0
"""Seconds for all to have opened both forms."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    """Migrated; on PostgreSQL in that pass, else on SQLite."""
    more = {
        "DJANGO_SETTINGS_MODULE": "tests.crowd.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DURE_SUPERVISOR": str(os.getpid()),
        "DURE_WORKERS": "2",
    }
    if "DURE_DATABASE_URL" not in os.environ:
        made = Installation(tmp_path / "data", more=more)
        made.ready(learnt=True)
        yield made
        return
    with postgres_database(tables=True) as url:
        made = Installation(tmp_path / "data", url, more)
        made.ready(learnt=True)
        yield made


class Visitor(threading.Thread):
    """One browser: opens both forms, waits for all the others, sends both. `answers`: status and text by act."""

    def __init__(self, number: int, port: int, world: dict[str, Any], start: threading.Barrier) -> None:
        super().__init__(name=f"visitor {number}", daemon=True)
        self.body, session = world["clients"][number]
        self.number, self.port, self.world, self.start_line = number, port, world, start
        self.cookies = {"sessionid": session}
        self.answers: dict[str, tuple[int, str, str]] = {}
        self.fault: BaseException | None = None
        self.took: list[float] = []

    def run(self) -> None:
        try:
            sign = (self.world["sign"], self.form(self.world["sign"]) | {"confirm": "on"})
            day = self.world["day"]
            wanted = {"starts": day, "ends": day, "quantity": "1", "purpose": "견학", "collaboration": ""}
            status, _text, address = self.ask("GET", self.world["book"])
            assert status == 302, status
            book = (address, self.form(address) | wanted)
            acts = [("book", *book), ("sign", *sign)]
            self.start_line.wait(OPENING)
            for name, where, fields in acts if self.number % 2 else acts[::-1]:
                began = time.monotonic()
                self.answers[name] = self.ask("POST", where, fields)
                self.took.append(time.monotonic() - began)
        except BaseException as fault:
            self.fault = fault
            self.start_line.abort()

    def form(self, address: str) -> dict[str, str]:
        """The hidden fields of a page's form: the token against forgery, the hash that is signed."""
        status, text, _where = self.ask("GET", address)
        assert status == 200, (address, status)
        found = {}
        for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", text):
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            if name and value and name[1] in {"csrfmiddlewaretoken", "sha256"}:
                found[name[1]] = value[1]
        assert "csrfmiddlewaretoken" in found, address
        return found

    def ask(self, method: str, address: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, text and where it leads."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        host = f"127.0.0.1:{self.port}"
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Host": host}
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{host}"}
        try:
            connection.request(method, address, urlencode(fields) if fields is not None else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _is, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, text, urlsplit(answer.getheader("Location") or "").path


def until_it_answers(keeper: Supervisor, port: int) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        keeper.tend()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the server does not answer")


def heading(text: str) -> bool:
    """A page for people: with a heading, and not the one for what broke."""
    return "<h1" in text and "Traceback" not in text


def test_fifty_at_once_are_told_the_truth(house: Installation) -> None:
    world = json.loads(house.python("from tests.crowd.inside import make; make()"))
    port = free_port()
    server = [sys.executable, "-m", "dure.config.server", "web", "--port", str(port)]
    keeper = Supervisor([Child("web", server, house.env())])
    keeper.start()
    try:
        until_it_answers(keeper, port)
        moments: list[float] = []
        start = threading.Barrier(len(world["clients"]), action=lambda: moments.append(time.monotonic()))
        visitors = [Visitor(number, port, world, start) for number in range(len(world["clients"]))]
        opened = time.monotonic()
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join(max(0.0, (moments[0] if moments else opened + OPENING) + LONGEST - time.monotonic()))
        took = time.monotonic() - (moments[0] if moments else opened)
    finally:
        keeper.stop()
    assert [visitor.fault for visitor in visitors if visitor.fault] == []
    assert not any(visitor.is_alive() for visitor in visitors), "somebody still waits for an answer"
    said = json.loads(house.python("from tests.crowd.inside import say; say()"))
    told = {name: Counter(visitor.answers[name][0] for visitor in visitors) for name in ("book", "sign")}
    slowest = max(second for visitor in visitors for second in visitor.took)
    print(f"{said['vendor']}: {took:.1f} s, slowest answer {slowest:.2f} s, {told}, {said['events']}")
    check(said, visitors)


def check(said: dict[str, Any], visitors: list[Visitor]) -> None:
    for visitor in visitors:
        for name, (status, text, _where) in visitor.answers.items():
            assert status == 302 or (400 <= status < 500 and heading(text)), (name, status, text[:300])
    booked = sorted(v.answers["book"][2].strip("/").rpartition("/")[2] for v in visitors if v.answers["book"][0] == 302)
    assert len(booked) == UNITS == said["units"], "as many as there are, no more and no fewer"
    assert said["bookings"] == booked, "what was acknowledged is what is there"
    assert said["booked"] == booked, "one event for each"
    assert {v.answers["book"][0] for v in visitors} == {302, 422}

    bodies = sorted({visitor.body for visitor in visitors})
    assert len(bodies) == PARTIES
    assert {v.body for v in visitors if v.answers["sign"][0] == 302} == set(bodies)
    assert said["signed"] == bodies, "each signature is there once"
    assert said["signers"] == bodies, "one event for each"
    assert said["events"]["collaboration.agreement.in_force"] == 1
    assert said["events"]["collaboration.agreement.signed"] == PARTIES - 1
    assert (said["state"], said["stage"]) == ("in_force", "working")
