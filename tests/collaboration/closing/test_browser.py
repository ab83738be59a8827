"""Staying alive and judging in a browser: on a phone, by axe, and whole without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from dure.collaboration.closing import actions
from dure.core import clock
from dure.core.viewer import Viewer
from tests.collaboration.closing.conftest import begin
from tests.collaboration.world import client_of, make_world, person
from tests.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def filled(transactional_db):
    life = begin(make_world())
    indicator = life.agreed()
    life.measure(indicator, "3", ago=60)
    life.measure(indicator, "4", ago=3)
    life.agreed(name="환승하는 사람", unit="명", direction="less", baseline="120", target="30")
    life.agreed(name="타는 사람", unit="명", baseline="", due_on=clock.today() - timedelta(days=4))
    life.answer("ordinance", "partial", "두 군의 통근버스 규약")
    life.answer("unit", "no", "")
    life.answer("unit", "yes", "교통과에 담당 2명", link="https://www.example.go.kr/")
    for score, text in ((5, "첫차가 생겨 늦지 않습니다."), (4, ""), (2, "막차가 너무 이릅니다.")):
        by = Viewer.person(person("최주민").pk)
        actions.citizen_rate(by=by, id=life.row.pk, score=score, text=text)
    actions.partner_rate(by=life.world.other, id=life.row.pk, scores={"respect": 5, "fair": 4, "again": 5})
    return life


def at(life, name, *args):
    return reverse(f"closing:{name}", args=[life.row.receipt, *args])


def test_the_journey_in_a_browser(filled, browse, axe, screenshot, live_server):
    life = filled
    for width in (1280, 360):
        page = browse(width=width)
        for name in ("page", "evaluation"):
            page.goto(at(life, name))
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            axe(page)
            screenshot(page, f"closing-{name}", full=True)
    _a_guest_rates_in_a_minute(life, browse(width=360, script=False), screenshot)
    page = _as(browse(width=360), life, live_server)
    page.goto(at(life, "item", "funding"))
    page.get_by_label("일부").check()
    page.get_by_label("무엇을 보고 그렇게 판단했나요").fill("내년 예산안")
    axe(page)
    screenshot(page, "closing-item", full=True)
    page.get_by_role("button", name="점검 남기기").click()
    page.get_by_text("점검한 것을 남겼습니다.").wait_for()
    page.goto(at(life, "evaluation"))
    axe(page)
    screenshot(page, "closing-evaluation-party", full=True)
    page.goto(at(life, "partner"))
    axe(page)
    life.end(learnt="정류장부터 정하세요.", differently="막차 시각을 먼저 물어보세요.")
    page.goto(at(life, "page"))
    axe(page)
    screenshot(page, "closing-ended", full=True)
    page.goto("/library/H0001/")
    axe(page)
    screenshot(page, "closing-case", full=True)
    page.goto(at(life, "case"))
    axe(page)


def _as(page, life, live_server):
    cookie = client_of(life.world.asker).cookies[settings.SESSION_COOKIE_NAME].value
    host = urlsplit(live_server.url).hostname
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": cookie, "domain": host, "path": "/"}])
    return page


def _a_guest_rates_in_a_minute(life, page, screenshot):
    page.goto(at(life, "evaluation") + "#rate")
    follow(page, page.get_by_role("button", name="평가 보내기"))
    assert page.get_by_role("alert").count() == 1
    screenshot(page, "closing-rate-errors")
    page.get_by_label("4 · 그렇다").check()
    page.get_by_label("하고 싶은 말").fill("고맙습니다.")
    page.get_by_label("확인받을 전자우편 주소").fill("a@example.kr")
    page.get_by_role("button", name="평가 보내기").click()
    page.get_by_text("한 단계만 남았습니다").wait_for()
