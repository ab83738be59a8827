"""Areas in a real browser: nothing for axe to mend, no sideways scrolling, works by keyboard and without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dure.places.loading import load_builtin, load_builtin_roads
from dure.places.models import Road
from dure.places.policy import command_line
from tests.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "/places/",
    "/places/?map=1",
    "/places/?q=37.5665,126.978",
    "/places/?q=zzz",
    "/places/1211000000/",
    "/places/28110/",
]


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_clean_and_fits(
    browse: Callable[..., Any],
    axe: Callable[..., None],
    screenshot: Callable[..., None],
    width: int,
) -> None:
    load_builtin(by=command_line())
    page = browse(width=width)
    for number, address in enumerate(PAGES):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        screenshot(page, f"places-{number}")


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_roads_are_clean_and_fit(
    browse: Callable[..., Any], axe: Callable[..., None], screenshot: Callable[..., None], width: int
) -> None:
    load_builtin_roads(by=command_line())
    page = browse(width=width)
    road = Road.objects.get(number="1", road_class="expressway").get_absolute_url()
    for number, address in enumerate(["/roads/", "/roads/?q=36.7835,127.000", "/roads/?q=zzz", road]):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        screenshot(page, f"roads-{number}")


def test_an_area_is_found_without_a_script(browse: Callable[..., Any]) -> None:
    load_builtin(by=command_line())
    page = browse(width=360, script=False, language="en")
    page.goto("/places/")
    page.get_by_role("searchbox").fill("Gapyeong")
    page.get_by_role("searchbox").press("Enter")
    follow(page, page.get_by_role("link", name="Gapyeong-gun"))
    assert page.locator("svg.area-map").count() == 1
    assert "4182000000" in page.content()
