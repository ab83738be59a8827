"""What a first view weighs on the line: pages with demo content, from the server of `./dure serve`, in Chromium."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.benefits.finder import line
from tests.config.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIMIT = 60 * 1024
"""Bytes as they travel, headers and all, of everything a first view loads."""


FIND = """
import json
from django.db.models import Count
from dure.collaboration.mediation.models import Dispute
from dure.collaboration.models import Collaboration
from dure.contests.models import Contest
from dure.needs.models import NeedsSurvey
from dure.resources.models import Resource

def first(rows, of):
    return rows.annotate(most=Count(of)).order_by("-most").first()

def most(rows, of):
    return first(rows, of).get_absolute_url()

def beside(of):
    return f"/collaborations/{first(Collaboration.objects.exclude(stage='draft'), of).receipt}/"

contest = most(Contest.objects.filter(state="published"), "entries")
print(json.dumps({
    "collaboration": beside("offers"),
    "agreement": beside("agreement__versions__signatures") + "agreement/",
    "decisions": beside("proposals") + "decisions/",
    "workspace": beside("tasks") + "workspace/",
    "dispute": most(Dispute.objects.all(), "members"),
    "evaluation": beside("indicators") + "closing/evaluation/",
    "resource": most(Resource.objects.filter(state="active"), "bookings"),
    "contest": contest,
    "results": contest + "results/",
    "ranking": most(NeedsSurvey.objects.exclude(state="draft"), "answers") + "ranking/",
}))
"""
"""Of each kind the page with the most on it."""


@dataclass(frozen=True)
class Site:
    root: str
    found: dict[str, str]
    written: Path
    """What the server says."""
    data: Path


@pytest.fixture
def chromium(request: pytest.FixtureRequest) -> Any:
    """The shared browser itself: the server here is not pytest-django's."""
    return request.getfixturevalue("_chromium")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    installation = Installation(tmp_path_factory.mktemp("data"), more={"DURE_DEMO": "yes"}).ready(learnt=True)
    installation.manage("prepare", "--demo")
    found = json.loads(installation.python(FIND))
    argv = [sys.executable, "-m", "dure.config.server", "web", "--port", str(port)]
    written = tmp_path_factory.mktemp("log") / "web"
    with written.open("wb") as log:
        env = installation.env(DURE_WORKERS="1")
        process = subprocess.Popen(argv, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            _until_it_answers(process, port)
            yield Site(f"http://localhost:{port}", found, written, installation.data)
        finally:
            process.terminate()
            process.wait(30)


def _until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        assert process.poll() is None
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


class View:
    """What opening the address loads. It begins at once; `loaded` waits for its end."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.answers: dict[str, Any] = {}
        self.found: dict[str, tuple[int, str]] = {}
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.on("Network.responseReceived", lambda event: self.answers.update({event["requestId"]: event["response"]}))
        tools.on("Network.loadingFinished", self._arrived)
        assert page.goto(address, wait_until="commit").ok

    def _arrived(self, event: Any) -> None:
        answer = self.answers.get(event["requestId"])
        if answer:
            encoding = {name.lower(): value for name, value in answer["headers"].items()}.get("content-encoding", "")
            self.found[urlsplit(answer["url"]).path] = (int(event["encodedDataLength"]), encoding)

    def loaded(self) -> dict[str, tuple[int, str]]:
        """{path: (bytes on the line, content encoding)}"""
        self.page.wait_for_load_state("networkidle")
        return self.found


FIXED = {
    "front page": "/",
    "form of reports": "/reports/",
    "list of collaborations": "/collaborations/",
    "library": "/library/",
    "case": "/library/A129/",
    "agreements": "/agreements/",
    "resources": "/resources/",
    "learning": "/learning/courses/first-steps/",
    "benefits": "/benefits/",
    "finding benefits": "/benefits/find/",
}
FOUND = (
    *("collaboration", "agreement", "decisions", "workspace", "dispute", "evaluation"),
    *("resource", "contest", "results", "ranking"),
)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("some", [(*FIXED,)[:5], (*FIXED,)[5:], FOUND[:5], FOUND[5:]], ids=lambda some: some[0])
def test_a_first_view_weighs_at_most_60_kilobytes(chromium: Any, site: Site, some: tuple[str, ...], width: int) -> None:
    """Five at a time, each in a browser of its own: the silence after which a page is loaded is theirs together."""
    with ExitStack() as opened:
        views = {}
        for what in some:
            context = chromium.new_context(locale="ko-KR", viewport={"width": width, "height": 900})
            opened.callback(context.close)
            views[what] = View(context.new_page(), site.root + (FIXED.get(what) or site.found[what]))
        for what, view in views.items():
            weighed(what, urlsplit(view.address).path, view.loaded())


def weighed(what: str, address: str, found: dict[str, tuple[int, str]]) -> None:
    texts = {path: encoding for path, (_bytes, encoding) in found.items() if path.endswith((".css", ".js", "/"))}
    assert address in found
    assert sum(path.endswith(".css") for path in texts) == 1
    assert sum(path.endswith(".js") for path in texts) == (3 if address == "/reports/" else 2)
    assert set(texts.values()) <= {"gzip", "br", "zstd"}, texts
    total = sum(weight for weight, _encoding in found.values())
    print(f"{what}: {total:,} bytes")
    assert 5_000 < total <= LIMIT, (what, {path: weight for path, (weight, _) in found.items()})


def test_finding_benefits_leaves_nothing_of_what_was_typed_in_the_log_or_the_tables(site: Site) -> None:
    line.run(line.Browser(site.root))
    written = site.written.read_text(encoding="utf-8", errors="replace")
    assert [one for one in line.FORBIDDEN if one in written] == []
    assert "Traceback" not in written
    base = sqlite3.connect(site.data / "dure.sqlite3")
    for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table.startswith(("core_", "benefits_", "django_session")):
            rows = repr(base.execute(f'SELECT * FROM "{table}"').fetchall())
            assert [one for one in line.TYPED if one in rows] == [], table
    base.close()
