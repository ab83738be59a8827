"""In a browser: from a slider to a published page that is recomputed from its link."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from tests.collaboration.world import client_of
from tests.simulation.residents import load
from tests.simulation.world import World, make_world, work

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sign_in(page: Any, world: World, url: str) -> None:
    cookie = client_of(world.writer).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])


@pytest.mark.usefixtures("transactional_db")
def test_from_slider_to_recomputed(browse: Any, axe: Any, screenshot: Any, live_server: Any) -> None:
    world = make_world()
    page = browse(width=360)
    sign_in(page, world, live_server.url)

    def look(name: str, of: Any = None) -> None:
        of = of or page
        width = of.viewport_size["width"]
        of.wait_for_load_state()
        assert of.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width}"
        axe(of)
        screenshot(of, f"simulation-{name}", full=True)

    page.goto("/simulation/")
    look("empty")
    page.get_by_role("link", name="모의계산 만들기").first.click()
    page.get_by_label("제목").fill("생계급여의 기준을 올리면")
    page.get_by_label("어느 날의 규칙으로").fill("2026-01-01")
    page.get_by_label("생계급여", exact=True).check()
    page.get_by_label("표본 가구").fill("300")
    page.get_by_label("씨앗의 수").fill("2")
    look("edit")
    page.get_by_role("button", name="적어 두고 수치 고르기").click()
    slider = page.locator("input[type=range]").first
    slider.wait_for()
    number = page.locator("[data-slide]").first
    before = number.input_value()
    slider.focus()
    slider.press("ArrowRight")
    assert number.input_value() != before
    ratio = page.locator("[name='f:livelihood_ratio']")
    ratio.fill("36%")
    look("figures")
    page.set_viewport_size({"width": 1280, "height": 900})
    look("figures")
    page.set_viewport_size({"width": 360, "height": 900})
    page.get_by_role("button", name="적어 두고 계산하기").click()
    page.get_by_text("계산하고 있습니다.").wait_for()
    look("waiting")
    work()
    page.get_by_role("heading", name="한눈에").wait_for()
    look("result")
    page.get_by_role("button", name="모두에게 펴내기").click()
    page.get_by_text("이제 누구나 보고").wait_for()
    address = page.url
    anybody = browse(width=360, script=False)
    anybody.goto(address)
    anybody.get_by_role("button", name="지금 다시 계산하기").click()
    anybody.get_by_text("끝나면 같은지 다른지").wait_for()
    assert work() == 1
    anybody.goto(address)
    anybody.get_by_text("같음", exact=True).wait_for()
    world.published(value="40%", seeds=1, curve={"key": "livelihood_ratio", "low": "30%", "high": "40%", "points": "3"})
    for width in (1280, 360):
        wide = browse(width=width)
        wide.goto("/simulation/")
        look("list", wide)
        wide.get_by_role("link", name="생계급여를 35%로").click()
        wide.get_by_role("heading", name="다시 계산해 보기").wait_for()
        look("published", wide)
        wide.goto("/simulation/compare/")
        for box in wide.get_by_role("checkbox").all():
            box.check()
        wide.get_by_role("button", name="나란히 보기").click()
        wide.get_by_role("heading", name="누가 늘고 누가 주나").wait_for()
        look("compare", wide)
        wide.goto("/simulation/forecast/")
        look("forecast-absent", wide)
    load()
    for width in (1280, 360):
        wide = browse(width=width)
        wide.goto("/simulation/forecast/?benefit=basic-pension&assumed=도시구분 = 중소도시")
        look("forecast", wide)
    page.goto("/simulation/populations/")
    look("populations")
    page.get_by_role("link", name="인구 자료 올리기").click()
    page.get_by_label("가구 파일(Parquet)").wait_for()
    look("population-add")
    page.goto(f"/simulation/{world.draft().receipt}/add-rule/")
    look("add-rule")
    begun = page.get_by_label("규칙 글(YAML)").input_value()
    page.get_by_label("규칙 글(YAML)").fill(begun.replace("나이", "나아"))
    page.get_by_role("button", name="살펴보고 적어 두기").click()
    page.get_by_text("9줄").wait_for()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        look("rule-wrong")
