"""An officer's day with reports in a browser: by keyboard, on a phone, by axe, and whole without JavaScript."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.reports.models import Report
from dure.reports.working import actions
from tests.collaboration.world import client_of
from tests.reports.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def filled(transactional_db: None) -> World:
    world = make_world()
    for words in ("국도 갓길에 고라니가 죽어 있어요.", "다리 앞이 패였어요.", "가로등이 꺼졌어요."):
        world.report(words=words, address="온샘시 새터길 12")
    asked, offered = (
        world.report(words="길에 돌이 있어요."),
        world.report(words="고개 너머 길이 패였어요.", to=world.there),
    )
    actions.report_ask(by=world.officer, id=asked.pk, text="어느 고개인가요?")
    actions.report_pass_on(by=world.other, id=offered.pk, target_id=world.here.pk, reason="고개는 온샘시의 길입니다.")
    done = world.report(words="맨홀이 덜컹거려요.")
    actions.report_answer(by=world.officer, id=done.pk, outcome="solved", text="받침을 갈았습니다.")
    actions.template_save(by=world.officer, id=uuid7(), title="치움", text="{place}에서 치웠습니다.")
    return world


def sign_in(page: Any, viewer: Viewer, url: str) -> Any:
    cookie = client_of(viewer).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "domain": urlsplit(url).hostname, "path": "/"}]
    )
    return page


def test_the_officers_day(filled: World, browse: Any, axe: Any, screenshot: Any, live_server: Any) -> None:
    world = filled
    first = Report.objects.get(words__startswith="국도 갓길")
    asked = Report.objects.get(state="asked")
    closed = Report.objects.get(state="closed")
    for width in (1280, 360):
        page = sign_in(browse(width=width), world.officer, live_server.url)
        for name, path in {
            "list": "/reports/desk/",
            "report": first.get_absolute_url(),
            "answer": f"{first.get_absolute_url()}desk/answer/",
            "pass-on": f"{first.get_absolute_url()}desk/pass-on/",
            "split": f"{first.get_absolute_url()}desk/split/",
            "templates": "/reports/desk/templates/",
            "asked": asked.status_path,
            "closed": closed.status_path,
        }.items():
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            axe(page)
            screenshot(page, f"reports-work-{name}", full=True)
    page = sign_in(browse(width=1280), world.officer, live_server.url)
    page.goto("/reports/desk/")
    page.keyboard.press("j")
    page.keyboard.press("t")
    page.get_by_text("맡았습니다.").first.wait_for()
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_label("처리함").check()
    page.get_by_label("신고하신 분께 드릴 답").fill("거두어 묻었습니다.")
    page.get_by_role("button", name="답하고 마치기").click()
    page.get_by_text("답을 드리고 마쳤습니다.").wait_for()
    _without_script(world, browse, asked, live_server.url)


def _without_script(world: World, browse: Any, asked: Report, url: str) -> None:
    guest = browse(width=360, script=False)
    guest.goto(asked.status_path)
    guest.get_by_role("link", name="답하기").click()
    guest.get_by_role("textbox", name="답").fill("두 번째 고개입니다.")
    guest.get_by_role("button", name="보내기").click()
    guest.get_by_text("맡은 기관에 전했습니다.").wait_for()
    page = sign_in(browse(width=360, script=False), world.officer, url)
    page.goto("/reports/desk/")
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="답하고 마치기").click()
    page.get_by_label("치움").check()
    page.get_by_label("처리함").check()
    page.get_by_role("button", name="답하고 마치기").click()
    page.get_by_text("10분 안에 되돌릴 수 있습니다.").first.wait_for()
    page.get_by_role("button", name="되돌리기").click()
    page.get_by_text("되돌렸습니다.").first.wait_for()
