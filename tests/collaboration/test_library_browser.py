"""The library in a browser: accessible, narrow, light, and whole without JavaScript."""

from __future__ import annotations

import gzip

import pytest
from django.db import transaction

from dure.bodies.loader import load_bodies
from dure.collaboration.library.loading import load_cases
from tests.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = (
    ("library", "/library/"),
    ("library-filtered", "/library/?q=빈집&sustainable=lasting&case=A001&case=A129"),
    ("library-empty", "/library/?q=쀍쀍"),
    ("library-case", "/library/A129/"),
    ("library-doubtful", "/library/A001/"),
    ("library-compare", "/library/compare/?case=A129&case=A384&case=A001&case=A093"),
    ("library-figures", "/library/figures/"),
    ("library-typology", "/library/typology/"),
)


@pytest.fixture
def loaded(transactional_db):
    with transaction.atomic():
        load_bodies()
        load_cases(lambda done, total, what: None)


@pytest.mark.usefixtures("loaded")
def test_library_in_a_browser(browse, axe, screenshot):
    for width in (1280, 360):
        page = browse(width=width)
        for name, url in PAGES:
            page.goto(url)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{url} is wider than {width}"
            axe(page)
            screenshot(page, name, full=True)
    _a_filter_swaps_the_list_only(browse(width=1280))
    _everything_works_without_a_script(browse(width=360, script=False))
    _the_list_is_light(browse(width=360))


def _a_filter_swaps_the_list_only(page):
    page.goto("/library/")
    page.evaluate("window.still = true")
    page.get_by_role("searchbox").fill("로드킬")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="로드킬 바로신고").first.wait_for()
    assert page.evaluate("window.still") is True
    page.wait_for_url("**q=*")
    page.reload()
    assert page.get_by_role("searchbox").input_value() == "로드킬"


def _everything_works_without_a_script(page):
    page.goto("/library/")
    page.get_by_text("조건 고르기").click()
    page.get_by_label("서비스 분야").select_option("교육")
    page.get_by_role("button", name="조건대로 보기").click()
    page.get_by_text("55건").wait_for()
    follow(page, page.get_by_role("link", name="담기").first)
    follow(page, page.get_by_role("link", name="담기").first)
    follow(page, page.get_by_role("link", name="2건 나란히 보기"))
    assert page.get_by_role("heading", level=1).inner_text() == "사례 나란히 보기"
    assert page.url.count("case=") == 2
    follow(page, page.get_by_role("link", name="빼기").first)
    assert page.url.count("case=") == 1


def _the_list_is_light(page):
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/library/", wait_until="networkidle")
    assert len(answers) >= 3
    assert sum(len(gzip.compress(answer.body())) for answer in answers) <= 60 * 1024
