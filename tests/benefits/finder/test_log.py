"""A whole run against the server of `./dure serve`: nothing of what was typed stands in its output, or in its tables."""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
import sys
import time
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.config.installation import Installation

pytestmark = pytest.mark.slow

BORN = ("19330717", "1933-07-17", "20170911", "2017-09-11")
MONEY = {"deposit": "73519000", "earned_income": "1,937,313", "actual_rent": "417,931", "financial_assets": "8,113,579"}
FORBIDDEN = (*BORN, *MONEY.values(), *(one.replace(",", "") for one in MONEY.values()), "5175000000", "영월", "김가람별")


class Browser:
    """As much of a browser as a form without JavaScript needs."""

    def __init__(self, root: str) -> None:
        self.root, self.jar = root, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))
        self.page = self.address = ""

    def open(self, path: str, data: dict[str, Any] | None = None) -> int:
        body = None
        if data is not None:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
            assert token
            body = urlencode({**data, "csrfmiddlewaretoken": token[1]}, doseq=True).encode()
        request = Request(self.root + path, data=body, headers={"Accept": "text/html", "Referer": self.root + "/"})
        try:
            answer = self.opener.open(request)
        except HTTPError as error:
            answer = error
        self.page, self.address = answer.read().decode(errors="replace"), answer.url.removeprefix(self.root)
        return int(answer.status)


def run(browser: Browser) -> None:
    find = "/benefits/find/"
    browser.open(find)
    browser.open(find, {})
    browser.open(find + "people/", {"born": "김가람별"})
    for who, born in (("self", BORN[0]), ("grandchild", BORN[3])):
        browser.open(find + "people/", {"who": who, "born": born})
    browser.open(find + "people/", {"done": "1"})
    browser.open(find + "home/", {"answer": "5175000000"})
    browser.open(find + "ticks/situation/", {"ticked": ["single_parent", "crisis", "disability"]})
    browser.open(find + "ticks/money/", {"ticked": ["earned", "deposit", "savings"]})
    for _number in range(40):
        if browser.address.endswith("/result/"):
            break
        action = re.search(r'action="(/benefits/find/q/([a-z_0-9]+)/[^"]*)"', browser.page)
        assert action, browser.address
        said = MONEY.get(action[2])
        assert browser.open(action[1], {"answer": said} if said else {"unknown": "1"}) == 200
    assert "받을 수 있습니다" in browser.page
    assert browser.open(find + "result.pdf") == 200
    assert browser.open(find + "answers/") == 200 and "73,519,000원" in browser.page
    assert browser.open(find + "q/deposit/", {"answer": "73519000" + "9" * 12}) == 422
    for cookie in browser.jar:
        if cookie.name == "dure_benefits":
            cookie.value = (cookie.value or "")[:-40]
    assert browser.open(find + "result/") == 409


def test_a_whole_run_writes_nothing_personal_to_the_servers_log(tmp_path: Path) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    installation = Installation(tmp_path / "data").ready()
    log = (tmp_path / "log").open("wb")
    argv = [sys.executable, "-m", "dure.config.server", "web", "--port", str(port)]
    process = subprocess.Popen(argv, env=installation.env(DURE_WORKERS="1"), stdout=log, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + 60
        with socket.socket() as probe:
            while probe.connect_ex(("127.0.0.1", port)) != 0:
                assert process.poll() is None and time.monotonic() < end
                time.sleep(0.1)
        run(Browser(f"http://localhost:{port}"))
    finally:
        process.terminate()
        process.wait(30)
        log.close()
    written = (tmp_path / "log").read_text(encoding="utf-8", errors="replace")
    assert not [one for one in FORBIDDEN if one in written], written[-2000:]
    assert "Traceback" not in written
    base = sqlite3.connect(tmp_path / "data" / "dure.sqlite3")
    for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table.startswith(("core_", "benefits_", "django_session", "bodies_")):
            rows = repr(base.execute(f'SELECT * FROM "{table}"').fetchall())
            assert not [one for one in (*BORN, "73519000", "김가람별") if one in rows], table
    base.close()
