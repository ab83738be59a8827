"""Sharing a resource in a browser: on a phone, on a desk, by keyboard, without JavaScript, accessible."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from dure.core import clock
from dure.core.viewer import Viewer
from dure.resources import actions
from dure.resources.models import Booking, Resource
from tests.collaboration.world import client_of
from tests.resources.world import World, day_at, make_world, picture

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PHONE, DESK = 360, 1280


def signed_in(page: Any, viewer: Viewer, server: Any) -> Any:
    """The page as that viewer's browser shows it."""
    value = client_of(viewer).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])
    return page


@pytest.fixture
def look(axe: Callable[..., None], screenshot: Callable[..., Any]) -> Callable[..., None]:
    def at(page: Any, name: str) -> None:
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} is wider than {width}"
        axe(page)
        screenshot(page, f"resources-{name}", full=True)

    return at


def test_shared_on_a_phone(browse: Any, look: Any, live_server: Any) -> None:
    world = make_world()
    owner = signed_in(browse(width=PHONE), world.owner, live_server)
    owner.goto("/resources/")
    look(owner, "empty")
    owner.get_by_role("link", name="자원 등록하기").first.click()
    look(owner, "edit")
    owner.get_by_label("자원의 이름").fill("대회의실")
    owner.get_by_label("공간·시설").check()
    owner.get_by_label("1시간", exact=True).first.check()
    for day in ("월", "화", "수", "목", "금", "토", "일"):
        owner.get_by_label(f"{day}요일").fill("09:00-12:00, 13:00-18:00")
    owner.get_by_label("공휴일에는 쉽니다").uncheck()
    owner.get_by_label("몇 시간 전까지 예약하나요").fill("2")
    owner.get_by_label("문의할 부서").fill("회계과 재산관리팀")
    owner.get_by_role("button", name="등록하기").click()
    owner.wait_for_url(lambda url: "edit" not in url)
    hall = Resource.objects.get()
    look(owner, "page-owner")

    borrower = signed_in(browse(width=PHONE), world.borrower, live_server)
    borrower.goto(hall.get_absolute_url())
    borrower.get_by_role("link", name="예약하기").click()
    borrower.get_by_label("언제부터").fill(f"{day_at(2, 11):%Y-%m-%dT%H:%M}")
    borrower.get_by_label("언제까지").fill(f"{day_at(2, 14):%Y-%m-%dT%H:%M}")
    borrower.get_by_label("무엇에 쓰나요").fill("주민 설명회")
    borrower.locator("main form[data-keep] button").last.click()
    borrower.get_by_role("alert").wait_for()
    assert borrower.get_by_label("무엇에 쓰나요").input_value() == "주민 설명회"
    look(borrower, "book-error")
    borrower.get_by_label("언제까지").fill(f"{day_at(2, 12):%Y-%m-%dT%H:%M}")
    borrower.locator("main form[data-keep] button").last.press("Enter")
    borrower.wait_for_url("**/bookings/**")
    look(borrower, "booking")

    booking = Booking.objects.get()
    owner.goto(booking.get_absolute_url())
    owner.get_by_role("button", name="승인하기").click()
    owner.get_by_text("예약을 승인했습니다.").wait_for()
    owner.goto(f"{hall.get_absolute_url()}calendar/?week={clock.today() + timedelta(days=2)}")
    look(owner, "week")
    owner.goto("/resources/bookings/?side=lent")
    look(owner, "bookings")


def everything(world: World) -> tuple[Resource, Booking]:
    bus = world.resource(title="25인승 휠체어 버스", place="군청 뒤 차고", conditions="1종 대형 면허, 보험")
    actions.photo_add(by=world.owner, id=bus.pk, uploaded=picture(), note="옆모습")
    world.hall()
    booking = world.lent(bus, quantity=2)
    actions.booking_return(by=world.owner, id=booking.pk, note="깨끗함", damage="문이 긁힘", follow_up="보험으로 고침")
    actions.booking_object(by=world.borrower, id=booking.pk, about="damage", text="넘겨받을 때 이미 있었습니다.")
    world.days(bus, 3, 2, quantity=4)
    closed = world.days(bus, 1, quantity=1, by=world.other)
    review = clock.today() + timedelta(days=30)
    actions.booking_withhold(by=world.other, id=closed.pk, level="partners", reason="deliberation", review_on=review)
    return bus, booking


def test_all_pages_on_a_desk_and_a_phone(browse: Any, look: Any, live_server: Any) -> None:
    world = make_world()
    bus, booking = everything(world)
    for width in (DESK, PHONE):
        anybody, owner = browse(width=width), signed_in(browse(width=width), world.owner, live_server)
        for page, name, url in (
            (anybody, "list", "/resources/"),
            (anybody, "page", bus.get_absolute_url()),
            (anybody, "week-days", f"{bus.get_absolute_url()}calendar/?week={clock.today() + timedelta(days=1)}"),
            (owner, "returned", booking.get_absolute_url()),
            (owner, "ledger", "/resources/ledger/"),
        ):
            page.goto(url)
            look(page, name)


def test_without_javascript(browse: Any, screenshot: Any, live_server: Any) -> None:
    world = make_world()
    bus = world.resource()
    page = signed_in(browse(width=PHONE, script=False), world.borrower, live_server)
    page.goto("/resources/")
    page.get_by_role("link", name="저상버스").click()
    page.get_by_role("link", name="다른 달과 주 보기").click()
    page.get_by_role("link", name="다음 달").click()
    page.get_by_role("link", name="예약하기").first.click()
    page.get_by_label("몇 개").fill("2")
    page.get_by_label("무엇에 쓰나요").fill("나들이")
    page.locator("main form[data-keep] button").last.click()
    page.wait_for_url("**/bookings/**")
    page.get_by_role("link", name="예약 취소하기").click()
    page.get_by_label("까닭").fill("비가 옵니다.")
    page.get_by_role("button", name="예약 취소").click()
    page.get_by_text("비가 옵니다.").wait_for()
    assert Booking.objects.get(resource=bus).state == "cancelled"
    screenshot(page, "resources-plain", full=True)
