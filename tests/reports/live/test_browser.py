"""A crew drives, the reporter watches and says that the place is wrong, the crew sees the new one: two telephones."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from dure.reports.models import CrewPosition, Dispatch, Report, WrongPlace
from tests.collaboration.world import client_of
from tests.reports.live.conftest import AWAY, crew_token, sent
from tests.reports.world import HERE, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def until(true: Callable[[], Any], page: Any, seconds: float = 25) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come"
        page.wait_for_timeout(300)


def at(page: Any, lon: float, lat: float) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 8})


def kilometres(page: Any) -> float:
    return float(page.locator("[data-distance]").inner_text().split()[1])


@pytest.mark.usefixtures("transactional_db")
def test_wrong_place_while_the_crew_drives(browse: Any, axe: Any, screenshot: Any, live_server: Any) -> None:
    world = make_world()
    report = world.report(accuracy_m=40.0, address="큰길 12 앞")
    dispatch, _phone = sent(world, report, note="다리 쪽에서 들어오세요")
    crew = browse(width=360)
    at(crew, *AWAY)
    crew.goto(f"/crew/{crew_token(dispatch)}/")
    axe(crew)
    crew.get_by_role("button", name="출발합니다").click()
    crew.get_by_text("위치를 나누는 중").wait_for()
    until(CrewPosition.objects.exists, crew)
    axe(crew)
    screenshot(crew, "crew-driving", full=True)

    reporter = browse(width=360)
    reporter.goto(f"{report.status_path}?via=link")
    reporter.locator("[data-distance]").wait_for()
    first = kilometres(reporter)
    axe(reporter)
    assert reporter.evaluate("document.documentElement.scrollWidth") <= 360
    screenshot(reporter, "status-driving", full=True)
    at(crew, HERE[0] + 0.015, HERE[1] + 0.005)
    until(lambda: kilometres(reporter) < first, reporter)

    reporter.get_by_role("link", name="자리가 달라요").click()
    reporter.locator("svg[data-pick]").wait_for()
    axe(reporter)
    before = reporter.locator("#id_lat").input_value()
    reporter.get_by_role("button", name="북쪽").click()
    reporter.get_by_role("button", name="동쪽").click()
    assert reporter.locator("#id_lat").input_value() != before
    reporter.locator("svg[data-pick]").click(position={"x": 200, "y": 60})
    reporter.get_by_label("오는 분에게 한마디").fill("주유소 뒤쪽이에요")
    screenshot(reporter, "wrong-place", full=True)
    reporter.get_by_role("button", name="이 자리로 알리기").click()
    reporter.get_by_text("바로 보냈습니다").wait_for()
    crew.get_by_text("자리가 다릅니다!").wait_for(timeout=12_000)
    crew.get_by_text("주유소 뒤쪽이에요").wait_for()
    report = Report.objects.get(pk=report.pk)
    assert f"{report.lat:.5f}" in crew.locator("[data-new-place]").inner_text()
    axe(crew)
    screenshot(crew, "crew-new-place", full=True)

    board = browse(width=1280)
    session = client_of(world.officer).cookies[settings.SESSION_COOKIE_NAME].value
    board.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    board.goto("/reports/dispatch/")
    board.get_by_text("자리가 다르다고 합니다").wait_for()
    axe(board)
    screenshot(board, "dispatch-board", full=True)
    board.get_by_role("button", name="확인했습니다").click()
    until(lambda: WrongPlace.objects.filter(seen_at__isnull=False).exists(), board)
    for name, url in {"crews": "crews/", "figures": "figures/"}.items():
        board.goto(f"/reports/dispatch/{url}")
        axe(board)
        screenshot(board, f"dispatch-{name}", full=True)
    board.goto(f"/reports/{report.receipt}/dispatch/")
    axe(board)
    screenshot(board, "dispatch-send", full=True)

    crew.get_by_role("button", name="도착했습니다").click()
    crew.get_by_text("도착했다고 알렸습니다").wait_for()
    assert not CrewPosition.objects.exists()
    reporter.get_by_text("현장에 도착했습니다.").first.wait_for(timeout=25_000)


@pytest.mark.usefixtures("transactional_db")
def test_without_script(browse: Any, screenshot: Any) -> None:
    world = make_world()
    report = world.report()
    dispatch, _phone = sent(world, report)
    crew = browse(width=360, script=False)
    crew.goto(f"/crew/{crew_token(dispatch)}/")
    crew.get_by_role("button", name="출발합니다").click()
    crew.get_by_text("어디쯤인지 말로 알리기").click()
    crew.get_by_label("지금 어디쯤인가요").fill("둘째 다리를 지났습니다")
    crew.get_by_role("button", name="알리기", exact=True).click()
    reporter = browse(width=360, script=False)
    reporter.goto(report.status_path)
    reporter.get_by_text("둘째 다리를 지났습니다").wait_for()
    reporter.get_by_role("link", name="자리가 달라요").click()
    reporter.get_by_role("button", name="북쪽").click()
    reporter.get_by_role("button", name="서쪽").click()
    reporter.get_by_role("button", name="이 자리로 알리기").click()
    reporter.get_by_text("바로 보냈습니다").wait_for()
    screenshot(reporter, "status-no-script", full=True)
    crew.goto(f"/crew/{crew_token(dispatch)}/")
    crew.get_by_text("자리가 다릅니다!").wait_for()
    crew.get_by_role("button", name="마쳤습니다").click()
    crew.get_by_text("이 출동은 끝났습니다.").wait_for()
    assert Dispatch.objects.get().state == "done"
