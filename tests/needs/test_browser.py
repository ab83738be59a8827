"""The main journey in a browser: asked, answered on a phone without JavaScript, sorted by keyboard, answered, read."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from dure.core.rooms import rooms
from dure.core.search import warm_up
from dure.needs.demo import acting
from dure.needs.models import Need, NeedsSurvey
from tests.collaboration.world import client_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def shown(transactional_db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.DEMO = True
    warm_up()
    for room in rooms():
        if room.name in ("core", "bodies", "needs") and room.demo:
            room.demo(lambda done, total, what: None)


def sign_in(page: Any, key: str, live_server: Any) -> None:
    cookie = client_of(acting(key)).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])


@pytest.mark.usefixtures("shown")
def test_needs_in_a_browser(browse: Any, axe: Any, screenshot: Any, live_server: Any) -> None:
    opened, sorting, answered = (NeedsSurvey.objects.get(state=state) for state in ("open", "sorting", "answered"))
    merged = Need.objects.get(survey=answered, title="장날에 버스를 늘리기")
    for width in (1280, 360):
        page = browse(width=width)
        for name, url in (
            ("needs-list", "/needs/?state=all"),
            ("needs-survey", f"/needs/{opened.receipt}/"),
            ("needs-ranking", f"/needs/{answered.receipt}/ranking/"),
            ("needs-results", f"/needs/{answered.receipt}/results/"),
            ("needs-need", f"/needs/{answered.receipt}/needs/{merged.pk}/"),
        ):
            look(page, url, width, axe, screenshot, name)
        sign_in(page, "yeoul", live_server)
        look(page, f"/needs/{opened.receipt}/answer/", width, axe, screenshot, "needs-answer")
        sign_in(page, "garam", live_server)
        look(page, f"/needs/{sorting.receipt}/sort/", width, axe, screenshot, "needs-sort")
        look(page, "/needs/new/", width, axe, screenshot, "needs-edit")
    answer_without_a_script(browse(width=360, script=False), opened, live_server)
    merge_by_keyboard(browse(width=1280), sorting, live_server)


def look(page: Any, url: str, width: int, axe: Any, screenshot: Any, name: str) -> None:
    page.goto(url)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{url} is wider than {width}"
    axe(page, within="main")
    screenshot(page, name, full=True)


def answer_without_a_script(page: Any, survey: NeedsSurvey, live_server: Any) -> None:
    sign_in(page, "yeoul", live_server)
    page.goto(f"/needs/{survey.receipt}/")
    page.get_by_role("link", name="답하기").click()
    page.get_by_label("기관 사이 정산표").select_option("5")
    page.get_by_label("무엇이 필요한가요").first.fill("야간 당직 함께 서기")
    page.get_by_role("button", name="답하기").click()
    page.get_by_text("얼마나 급한지 골라 주세요.").first.wait_for()
    assert page.get_by_label("무엇이 필요한가요").first.input_value() == "야간 당직 함께 서기"
    page.get_by_label("얼마나 급한가요").first.select_option("4")
    page.get_by_role("button", name="답하기").click()
    page.get_by_text("답했습니다.").first.wait_for()
    assert page.get_by_role("link", name="야간 당직 함께 서기").count()


def merge_by_keyboard(page: Any, survey: NeedsSurvey, live_server: Any) -> None:
    sign_in(page, "garam", live_server)
    page.goto(f"/needs/{survey.receipt}/sort/")
    page.get_by_role("button", name="합치기:").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("합쳤습니다.").first.wait_for()
    page.get_by_role("button", name="합치기 되돌리기").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("되돌렸습니다.").first.wait_for()
