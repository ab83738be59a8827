"""A whole run of 혜택 찾기 against a real server, and what of it must stand nowhere (tests/web/test_weight.py)."""

from __future__ import annotations

import re
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

BORN = ("19330717", "1933-07-17", "20170911", "2017-09-11")
MONEY = {"deposit": "73519000", "earned_income": "1,937,313", "actual_rent": "417,931", "financial_assets": "8,113,579"}
TYPED = (*BORN, MONEY["deposit"], "1937313", "김가람별")
"""What can stand in a table only if somebody put it there."""
FORBIDDEN = (
    *BORN,
    *MONEY.values(),
    *(one.replace(",", "") for one in MONEY.values()),
    "5175000000",
    "영월",
    "김가람별",
)


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
            assert token, self.page[:2000]
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
    assert browser.open(find + "q/deposit/", {"answer": MONEY["deposit"]}) == 200
    for _number in range(14):
        if browser.address.endswith("/result/"):
            break
        action = re.search(r'action="(/benefits/find/q/([a-z_0-9]+)/[^"]*)"', browser.page)
        assert action, browser.address
        said = MONEY.get(action[2])
        assert browser.open(action[1], {"answer": said} if said else {"unknown": "1"}) == 200
    assert browser.open(find + "result/") == 200
    assert "받을 수 있습니다" in browser.page
    assert browser.open(find + "result.pdf") == 200
    assert browser.open(find + "answers/") == 200
    assert "73,519,000원" in browser.page
    assert browser.open(find + "q/deposit/", {"answer": "73519000" + "9" * 12}) == 422
    for cookie in browser.jar:
        if cookie.name == "dure_benefits":
            cookie.value = (cookie.value or "")[:-40]
    assert browser.open(find + "result/") == 409
