"""Telephones that go on asking until they are answered: of crews on the way, and of somebody who says 'wrong place'."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.crash.intake import Sent

CSRF = "k" * 32
"""Cookie and field of the protection against forgery need only be the same; a browser is given both by the page."""
PLACE = (127.51, 37.83)


class Phone(threading.Thread):
    """`answered`: by port, what was acknowledged. `strange`: answers that should not have come."""

    def __init__(self, name: str, ports: list[int], end: threading.Event) -> None:
        super().__init__(name=name)
        self.ports, self.end = ports, end
        self.choice = random.Random(name)
        self.answered: Counter[int] = Counter()
        self.strange: list[str] = []

    def post(self, path: str, given: dict[str, Any], wanted: tuple[int, ...]) -> int:
        """The status of the answer; 0 where none came."""
        port = self.choice.choice(self.ports)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        form = urlencode({**given, "csrfmiddlewaretoken": CSRF})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={CSRF}"}
        try:
            connection.request("POST", path, form, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        if answer.status in wanted:
            self.answered[port] += 1
            return answer.status
        self.strange.append(f"{path[:12]} {answer.status} {text[:300]!r}")
        return 0

    def insist(self, path: str, given: dict[str, Any], wanted: tuple[int, ...]) -> int:
        """As often as it takes; 0 where the end came first. Answers with how many times it asked."""
        asked = 1
        while not self.post(path, given, wanted):
            if self.strange or self.end.wait(0.1):
                return 0
            asked += 1
        return asked


class Crew(Phone):
    """Drives to one place after the other; on the way to the last one until the end."""

    def __init__(self, name: str, ports: list[int], end: threading.Event, sent: list[Sent]) -> None:
        super().__init__(name, ports, end)
        self.sent = sent
        self.pressed: dict[str, set[str]] = {}
        """By dispatch: the buttons whose pressing was acknowledged."""
        self.was_at: list[float] = []
        """Longitudes of the last drive in order; `known` of them were acknowledged."""
        self.known = 0

    def run(self) -> None:
        for number, one in enumerate(self.sent):
            last = number == len(self.sent) - 1
            if not self.press(one, "start"):
                return
            self.was_at, self.known = [], 0
            while self.drive(one) and (last or len(self.was_at) < 4):
                time.sleep(0.05)
            if self.end.is_set() or not (self.press(one, "arrive") and self.press(one, "done")):
                return

    def press(self, one: Sent, word: str) -> bool:
        # Who ends twice is told that it has ended: then an answer was lost on its way, nothing else.
        wanted = (302, 409) if word == "done" else (302,)
        done = self.insist(f"/crew/{one.crew_token}/{word}/", {"share": "1"}, wanted)
        if done:
            self.pressed.setdefault(one.dispatch, set()).add(word)
        return bool(done)

    def drive(self, one: Sent) -> bool:
        lon = round(PLACE[0] + (len(self.was_at) + 1) / 10_000, 5)
        self.was_at.append(lon)
        if self.insist(f"/crew/{one.crew_token}/position/", {"lon": lon, "lat": PLACE[1], "accuracy": 9}, (200,)):
            self.known = len(self.was_at)
            return not self.end.is_set()
        return False


class Reporter(Phone):
    """Says of one report after the other that it lies elsewhere, as the reporter of each."""

    def __init__(self, name: str, ports: list[int], end: threading.Event, sent: list[Sent]) -> None:
        super().__init__(name, ports, end)
        self.sent = sent
        self.kept: dict[str, str] = {}
        """Id of an alert → its report."""

    def run(self) -> None:
        while not self.end.is_set():
            one, id = self.choice.choice(self.sent), str(uuid4())
            spot = {"lon": PLACE[0] + self.choice.uniform(-0.001, 0.001), "lat": PLACE[1]}
            if not self.insist(f"/r/{one.report_token}/place/", {"id": id, "note": "갓길", **spot}, (302,)):
                return
            self.kept[id] = one.report
            time.sleep(0.05)
