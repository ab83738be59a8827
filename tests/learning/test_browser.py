"""Learning in a browser: accessible and narrow, and the whole way without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from dure.learning.source import courses
from tests.collaboration.world import client_of
from tests.following import follow
from tests.learning.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COURSE = "/learning/courses/first-steps/"


@pytest.mark.usefixtures("transactional_db")
def test_learning_in_a_browser(browse: Any, axe: Any, screenshot: Any, live_server: Any) -> None:
    world = make_world()
    for by in (world.one, world.two, world.head):
        done = world.finish(by, wrong=1)
    assert done
    for width in (1280, 360):
        page = browse(width=width)
        cookie = client_of(world.head).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        for name, url in (
            ("learning-list", "/learning/"),
            ("learning-guideline", "/learning/guideline/"),
            ("learning-course", COURSE),
            ("learning-page", f"{COURSE}pages/numbers/"),
            ("learning-result", f"{COURSE}result/"),
            ("learning-mine", "/learning/mine/"),
            ("learning-body", "/learning/body/"),
            ("learning-certificate", f"/learning/certificates/{done.number}/"),
            ("learning-verify", "/learning/verify/"),
        ):
            page.goto(url)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{url} is wider than {width}"
            axe(page)
            screenshot(page, name, full=True)
    through_without_a_script(browse(width=360, script=False))
    questions_are_accessible(browse(width=360), axe, screenshot)


def through_without_a_script(page: Any) -> None:
    """By the words alone: read every page, choose what is right, hand in."""
    of = courses()["first-steps"]
    page.goto(COURSE)
    follow(page, page.get_by_role("link", name="읽기 시작"))
    for _page in of.pages[:-1]:
        follow(page, page.get_by_role("button", name="읽었습니다. 다음으로"))
    follow(page, page.get_by_role("button", name="다 읽었습니다"))
    follow(page, page.get_by_role("button", name="물음 풀기"))
    for _number in of.questions:
        question = next(q for q in of.questions if page.get_by_text(q.text.ko, exact=True).count())
        for place, key in enumerate(question.right, start=1):
            option = question.option(key)
            assert option
            field = page.get_by_label(option.text.ko, exact=True)
            if question.kind == "order":
                field.select_option(str(place))
            else:
                field.check()
        follow(page, page.get_by_role("button", name="답하고 다음으로"))
    follow(page, page.get_by_role("button", name="다 풀었습니다"))
    page.get_by_text("100점으로 마쳤습니다.").wait_for()


def questions_are_accessible(page: Any, axe: Any, screenshot: Any) -> None:
    page.goto(COURSE)
    page.get_by_role("button", name="물음 풀기").click()
    page.wait_for_url("**/questions/**")
    seen = set()
    for number in range(1, len(courses()["first-steps"].questions) + 1):
        page.goto(f"{COURSE}questions/{number}/")
        kind = "order" if page.locator("select").count() else page.locator("input[type=radio]").count() and "one"
        if (kind := str(kind or "several")) not in seen:
            seen.add(kind)
            axe(page)
            screenshot(page, f"learning-question-{kind}", full=True)
    assert seen == {"one", "several", "order"}
