"""Deciding together in a browser: propose, vote with a reason on a phone, see the result; also without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from dure.collaboration.decisions import actions
from dure.core import clock
from dure.core.viewer import Viewer
from tests.collaboration.world import World, client_of, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def signed_in(page: Any, viewer: Viewer, live_server: Any) -> Any:
    value = client_of(viewer).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    return page


def test_three_bodies_decide(world: World, browse: Any, axe: Any, screenshot: Any, live_server: Any) -> None:
    together = world.together()
    _in_the_past(world, together)
    list_page = reverse("decisions:page", args=[together.receipt])
    phone = signed_in(browse(width=360), world.asker, live_server)
    address = _propose(phone, axe, screenshot, list_page)
    other = signed_in(browse(width=360), world.other, live_server)
    _vote_with_a_reason(other, axe, screenshot, address)
    _decide_without_a_script(signed_in(browse(width=360, script=False), world.offerer, live_server), address)
    phone.goto(address)
    phone.get_by_label("찬성").check()
    phone.get_by_role("button", name="뜻 밝히기").click()
    phone.get_by_text("찬성이 반대보다 많아 가결되었습니다").first.wait_for()
    for width in (360, 1280):
        page = signed_in(browse(width=width), world.offerer, live_server)
        for name, where in (("decisions", list_page), ("decision-carried", address)):
            page.goto(where)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            axe(page)
            screenshot(page, name, full=True)
    guest = browse(width=1280, language="en")
    guest.goto(list_page)
    guest.get_by_role("heading", name="Deciding together").wait_for()
    axe(guest)


def _in_the_past(world: World, together: Any) -> None:
    """One that was blocked, one that is open with somebody who disagrees, one that only the parties read."""
    day = clock.today() + timedelta(days=30)
    narrow = {"level": "partners", "reason": "deliberation", "review_on": day}
    for title, votes, how in (
        (
            "차량 위치를 누구나 봅니다",
            ((world.other, "agree", ""), (world.offerer, "block", "아이의 집이 드러납니다.")),
            None,
        ),
        (
            "운임을 300원 올립니다",
            ((world.other, "agree", ""), (world.offerer, "disagree", "한 해 더 지켜봅시다.")),
            None,
        ),
        ("입찰 예정가를 정합니다", (), narrow),
    ):
        made = actions.proposal_make(by=world.asker, id=together.pk, title=title, text="까닭을 적습니다.", narrow=how)
        for viewer, choice, reason in votes:
            actions.vote_cast(by=viewer, id=made.pk, choice=choice, reason=reason)


def _propose(page: Any, axe: Any, screenshot: Any, list_page: str) -> str:
    page.goto(list_page)
    page.get_by_role("link", name="안건 올리기").first.click()
    axe(page)
    screenshot(page, "decisions-choose", full=True)
    page.get_by_role("link", name="글로 정하기").click()
    page.get_by_label("무엇을 정하나요").fill("첫차를 새벽 5시 40분에 냅니다")
    page.get_by_label("내용과 까닭").fill("새벽 근무자가 늦지 않게 20분 당깁니다.")
    axe(page)
    screenshot(page, "decisions-propose", full=True)
    page.get_by_role("button", name="안건 올리기").click()
    page.get_by_text("안건을 올렸습니다.").wait_for()
    return str(page.url)


def _vote_with_a_reason(page: Any, axe: Any, screenshot: Any, address: str) -> None:
    page.goto(address)
    page.get_by_label("막음").check()
    page.get_by_role("button", name="뜻 밝히기").click()
    page.get_by_text("막는 까닭을 적어 주세요").first.wait_for()
    axe(page)
    screenshot(page, "decision-error", full=True)
    page.get_by_label("찬성").check()
    page.get_by_label("까닭").fill("우리 공단 근무자도 탑니다.")
    page.get_by_role("button", name="뜻 밝히기").click()
    page.get_by_text("우리 기관의 뜻을 밝혔습니다").wait_for()
    axe(page)
    screenshot(page, "decision-open", full=True)


def _decide_without_a_script(page: Any, address: str) -> None:
    page.goto(address)
    page.get_by_label("찬성").check()
    page.get_by_role("button", name="뜻 밝히기").click()
    page.get_by_text("우리 기관의 뜻을 밝혔습니다").wait_for()
    page.get_by_text("아직 1곳이 뜻을 밝히지 않아").first.wait_for()
