"""Pages of core in a real browser: nothing for axe to mend at 320 and 1280 px, and following works without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from dure.core import follow, jobs, notices, outbox
from dure.core.events import deliver_due, record
from dure.core.models import Follow, Job, Person
from dure.core.viewer import Viewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def subject(house: Any, happened: str, person: Person) -> str:
    made = house.add()
    with transaction.atomic():
        event = record(by=Viewer(), type=happened, subject=made)
        notices.notify([person.pk], event)
    return made


def sign_in(page: Any, person: Person) -> None:
    client = Client()
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "domain": "localhost", "path": "/"}])


def confirm_page() -> str:
    """The page that the letter with the link opens."""
    while deliver_due() + notices.write_due() + outbox.send_due():
        pass
    [found] = [m[0] for letter in mail.outbox if (m := re.search(r"/confirm/[^/\s]+/", letter.body))]
    return found


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(browse: Any, axe: Any, width: int, subject: str, person: Person, handle: Any) -> None:
    handle("test.kind", lambda context: None)
    job = jobs.enqueue(by=Viewer.person(person.pk), kind="test.kind", args={})
    Job.objects.filter(pk=job.pk).update(state="running", worker="w", done=3, total=12, note="줄을 쓰는 중")
    follow.follow_by_email(by=Viewer(), subject=subject, email="resident@example.net")
    asked = confirm_page()
    page = browse(width=width)
    paths = [f"/follow/?subject={subject}", asked, "/confirm/sent/"]
    for path in paths:
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(asked)
    page.get_by_role("button", name="네, 확인합니다").click()
    page.wait_for_url("**/f/*/")
    axe(page)
    sign_in(page, person)
    for path in ["/notices/", f"/jobs/{job.pk}/", f"/follow/?subject={subject}"]:
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_following_without_javascript(browse: Any, subject: str) -> None:
    page = browse(width=360, script=False)
    page.goto(f"/follow/?subject={subject}")
    page.get_by_label("전자우편 주소").fill("resident@example.net")
    page.get_by_role("button", name="소식 받기").click()
    page.wait_for_url("**/confirm/sent/")
    page.goto(confirm_page())
    page.get_by_role("button", name="네, 확인합니다").click()
    page.wait_for_url("**/f/*/")
    assert page.get_by_role("heading", name="골목길 시험").count() == 1
    page.get_by_role("button", name="그만 받기").click()
    page.get_by_role("button", name="다시 받기").wait_for()
    assert Follow.objects.get().ended_at is not None


def test_a_job_goes_on_under_the_readers_eyes(browse: Any, person: Person, handle: Any) -> None:
    handle("test.kind", lambda context: {"url": "/notices/"})
    job = jobs.enqueue(by=Viewer.person(person.pk), kind="test.kind", args={})
    page = browse(width=360)
    sign_in(page, person)
    page.goto(f"/jobs/{job.pk}/")
    page.get_by_text("차례를 기다리고 있습니다.").wait_for()
    jobs.run_due("w1")
    page.get_by_role("link", name="결과 보기").wait_for()
