"""혜택 찾기 in Chromium: a mother on a phone, without JavaScript, in five languages; the counter on a desk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings

from dure.benefits.reading import library
from tests.benefits.finder.walk import FIND, MOTHER
from tests.benefits.finder.world import make_world
from tests.collaboration.world import client_of
from tests.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def rules() -> None:
    """Read before the first page asks for them, as a web process does when it starts."""
    library()


TONGUES = {
    "English": "You should get",
    "中文": "可以领取",
    "Tiếng Việt": "Bạn được nhận",
    "日本語": "受けられます",
    "한국어": "받을 수 있습니다",
}


def begin(page: Any) -> None:
    page.goto("/benefits/")
    follow(page, page.locator("text=3분 만에 찾아보기").first)
    follow(page, page.locator("main button:has-text('시작하기')").first)
    page.fill("[name=born]", "19930403")
    follow(page, page.locator("main form.form button:has-text('다음으로')").first)
    for born in ("20220301", "2018-05-05"):
        page.select_option("[name=who]", "child")
        page.fill("[name=born]", born)
        follow(page, page.locator("button:has-text('더하기')").first)
    follow(page, page.locator("button:has-text('가족을 다 적었습니다')").first)
    page.select_option("[name=answer]", "5175000000")
    follow(page, page.locator("button:has-text('다음으로')").first)


def answer(page: Any, most: int = 40) -> list[str]:
    """Answer what is asked as the mother would; what she does not know, she says so."""
    asked = []
    for _number in range(most):
        if page.url.endswith("/result/"):
            return asked
        code = page.locator("form.form").get_attribute("action").split("/")[4]
        asked.append(code)
        known = MOTHER.get(code)
        if known is None:
            follow(page, page.locator("button[name=unknown]").first)
        elif page.locator(f"[name=answer][value='{known}'][type=radio]").count():
            page.check(f"[name=answer][value='{known}']")
            follow(page, page.locator("button:has-text('다음으로')").first)
        else:
            page.fill("[name=answer]", known)
            follow(page, page.locator("button:has-text('다음으로')").first)
    raise AssertionError(asked)


def test_a_mother_in_a_county_on_a_phone(browse: Any, axe: Any, screenshot: Any) -> None:
    page = browse(width=360, height=780)
    page.goto("/benefits/")
    axe(page)
    begin(page)
    page.check("text=혼자 아이를 키우거나")
    follow(page, page.locator("button:has-text('다음으로')").first)
    for what in ("일해서 버는 돈", "전세·월세 보증금", "예금·적금"):
        page.check(f"text={what}")
    follow(page, page.locator("button:has-text('다음으로')").first)
    screenshot(page, "benefits-question")
    asked = answer(page)
    assert len(asked) <= 20
    assert len(asked) == len(set(asked))
    text = page.inner_text("main")
    for said in ("아동수당", "120,000원", "한부모가족 아동양육비", "660,000원", "생계급여", "가족관계증명서"):
        assert said in text, said
    assert re.search(r"한 달에\s+[\d,]+원", text)
    axe(page)
    screenshot(page, "benefits-result", full=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for tongue, said in TONGUES.items():
        follow(page, page.locator(f"[name=language]:has-text('{tongue}') >> nth=0").first)
        assert said in page.inner_text("main"), tongue
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, tongue
    follow(page, page.locator("text=적은 것 모두 보기").first)
    page.set_viewport_size({"width": 1280, "height": 900})
    axe(page)
    follow(page, page.locator("text=적은 것 모두 지우기").first)
    assert "모두 지웠습니다" in page.inner_text("h1")
    page.goto(FIND + "answers/")
    assert "아직 적은 것이 없습니다" in page.inner_text("main")


def test_the_whole_run_without_javascript(browse: Any) -> None:
    page = browse(width=360, height=780, script=False)
    begin(page)
    page.check("text=혼자 아이를 키우거나")
    follow(page, page.locator("button:has-text('다음으로')").first)
    page.check("text=일해서 버는 돈")
    follow(page, page.locator("button:has-text('다음으로')").first)
    follow(page, page.locator("text=지금까지의 결과 보기").first)
    assert "더 알아야 정해집니다" in page.inner_text("main")
    follow(page, page.locator("text=이것을 알면 정해집니다 >> xpath=..").locator("a").first)
    asked = page.inner_text("h1")
    follow(page, page.locator("button[name=unknown]").first)
    assert page.url.endswith("/result/")
    page.go_back()
    assert page.inner_text("h1") == asked
    page.goto(FIND + "q/")
    assert page.inner_text("h1") != asked
    answer(page)
    assert "받을 수 있습니다" in page.inner_text("main")


def test_the_counter_on_a_desk(browse: Any, axe: Any, screenshot: Any, live_server: Any) -> None:
    page = browse(width=1280)
    session = client_of(make_world().officer).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto("/benefits/counter/")
    axe(page)
    screenshot(page, "benefits-counter", full=True)
    page.check("text=혜택 찾기와 신청 돕기")
    page.check("text=종이에 서명")
    page.check("[name=agreed]")
    follow(page, page.locator("text=동의를 기록하고 시작하기").first)
    page.fill("[name=born]", "19560403")
    follow(page, page.locator("main form.form button:has-text('다음으로')").first)
    follow(page, page.locator("button:has-text('가족을 다 적었습니다')").first)
    follow(page, page.locator("button[name=unknown]").first)
    for _step in ("situation", "money"):
        follow(page, page.locator("main form.form button:has-text('다음으로')").first)
    follow(page, page.locator("text=지금까지의 결과 보기").first)
    page.check("label:has-text('기초연금') >> nth=0")
    follow(page, page.locator("text=신청 요약 만들기").first)
    text = page.inner_text("main")
    assert "신청으로 넘겼습니다" in page.inner_text("#messages")
    assert "혜택 신청 요약" in text
    assert "기초연금" in text
    axe(page)
    screenshot(page, "benefits-application", full=True)
