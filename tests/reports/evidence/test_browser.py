"""The common map on a phone by keyboard, by finger and without a script; every page clean for axe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dure.places.loading import load_builtin
from dure.places.policy import command_line
from tests.following import follow
from tests.reports.world import World, make_world, route_to

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PAGES = {
    "list": "/reports/all/",
    "list-filtered": "/reports/all/?sido=11&group=roads&sort=due",
    "map": "/map/",
    "map-province": "/map/?sido=11",
    "map-town": "/map/?sido=11&sigungu=1111000000",
    "evidence": "/reports/evidence/",
    "evidence-times": "/reports/evidence/times/",
    "evidence-rates": "/reports/evidence/rates/",
    "evidence-spots": "/reports/evidence/spots/?category=roads.roadkill",
    "evidence-method": "/reports/evidence/method/",
}


def fill() -> World:
    load_builtin(by=command_line())
    world = make_world()
    for number in range(6):
        world.report(
            route=route_to(world.here.code, facts={"sigungu": "1111000000"}), lon=126.98 + (number // 3) / 50, lat=37.59
        )
    world.report(route=route_to(world.there.code, facts={"sigungu": "4182000000"}), lon=127.5, lat=37.8)
    return world


def width_of(page: Any) -> int:
    return int(at(page, "width"))


def at(page: Any, name: str) -> float:
    return float(page.locator("#map-part svg[data-width]").get_attribute(f"data-{name}"))


def until(page: Any, holds: Callable[[], bool]) -> None:
    """The page's policy lets nothing be evaluated there, so it is looked at from here."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.url)


def test_every_page_is_clean_fits_and_is_light(
    browse: Callable[..., Any], axe: Callable[..., None], screenshot: Callable[..., None]
) -> None:
    fill()
    for width in (360, 1280):
        page = browse(width=width)
        for name, address in PAGES.items():
            page.goto(address)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
            assert len(page.content().encode()) < 60_000 * 3, address
            screenshot(page, f"evidence-{name}", full=True)


def test_the_map_by_keyboard_and_finger(browse: Callable[..., Any], axe: Callable[..., None]) -> None:
    fill()
    page = browse(width=360)
    page.goto("/map/?sido=11")
    page.get_by_role("link", name="종로구").first.click()
    page.locator("#map-part svg[data-width]").wait_for()
    frame = page.locator("#map-frame")
    frame.focus()
    before = width_of(page)
    page.keyboard.press("+")
    until(page, lambda: width_of(page) < before)
    assert page.evaluate("document.activeElement.id") == "map-frame"
    assert f"w={width_of(page)}" in page.url
    lat = at(page, "lat")
    page.keyboard.press("ArrowUp")
    until(page, lambda: at(page, "lat") > lat)
    lon = at(page, "lon")
    box = page.locator("#map-part svg.area-map").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 200, steps=4)
    page.mouse.up()
    until(page, lambda: at(page, "lon") < lon)
    axe(page)
    page.go_back()
    until(page, lambda: abs(at(page, "lon") - lon) < 1e-5)


def test_around_me(browse: Callable[..., Any]) -> None:
    fill()
    page = browse(width=360)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 126.98, "latitude": 37.59})
    page.goto("/map/")
    page.get_by_role("button", name="내 주변 보기").click()
    page.locator("#map-part svg[data-width='1500']").wait_for()
    assert page.get_by_role("link", name="신고 3,").count() == 1


def test_the_map_without_a_script(browse: Callable[..., Any]) -> None:
    world = fill()
    page = browse(width=360, script=False)
    page.goto("/map/")
    follow(page, page.get_by_role("link", name="서울특별시", exact=True).last)
    follow(page, page.get_by_role("link", name="종로구", exact=True).last)
    before = width_of(page)
    follow(page, page.get_by_role("link", name="확대"))
    assert width_of(page) < before
    page.goto("/map/?c=127.5,37.8&w=500")
    follow(page, page.locator("#map-part svg.area-map a"))
    assert "/reports/R-" in page.url
    assert world.there.name in page.content()
