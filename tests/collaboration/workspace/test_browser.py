"""The workspace in a browser: the main journey on a phone, axe, and everything without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dure.collaboration.workspace import actions
from dure.collaboration.workspace.models import Task
from dure.core import clock
from tests.collaboration.workspace.work import line, meeting, milestone, narrow, spend, task
from tests.collaboration.world import client_of, make_world
from tests.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MINUTES = """여는 날을 정했습니다.

요일\t의사\t돌봄
월·수\t공중보건의\t주민 2명
토\t채용 의사\t주민 2명

다음 모임 전에 서류를 냅니다."""


@pytest.fixture
def made(transactional_db):
    world = make_world()
    c = world.together(stage="working")
    today = clock.today()
    point = milestone(world.asker, c, "진료소 문 열기", 20)
    actions.milestone_reach(by=world.asker, id=milestone(world.asker, c, "진료실 마련", -3).pk, reached_on=today)
    late = task(world.asker, c, "개설 신고", due_on=today - timedelta(days=3), milestone=point.pk)
    actions.task_move(by=world.asker, id=late.pk, to="doing")
    actions.task_move(by=world.offerer, id=task(world.offerer, c, "진료실 고치기").pk, to="done")
    task(world.other, c, "예약 화면 시험", due_on=today + timedelta(days=9), assignee=world.other.person_id)
    task(world.asker, c, "의사 연봉 범위 정하기", visibility=narrow())
    all_of_us = [world.asker.body_id, world.offerer.body_id, world.other.body_id]
    coming = meeting(world.asker, c, bodies=all_of_us)
    past = meeting(world.asker, c, -72, bodies=all_of_us, title="지난 모임")
    actions.meeting_attended(by=world.asker, id=past.pk, people=[world.asker.person_id])
    actions.minutes_write(by=world.asker, id=past.pk, text=MINUTES)
    toys = line(world.asker, c, 1_500_000, what="대기실 놀이감", milestone=point.pk)
    spend(world.asker, toys, 1_640_000, note="매트", uploaded=SimpleUploadedFile("영수증.txt", "내역".encode()))
    line(world.offerer, c, 150_000_000, what="운영비 분담")
    for text in ("하나", "둘"):
        file = SimpleUploadedFile("여는 차례.txt", text.encode())
        actions.workspace_file_add(by=world.asker, id=c.pk, uploaded=file)
    return (
        world,
        f"/collaborations/{c.receipt}/workspace/",
        {"coming": coming, "past": past, "line": toys, "late": late},
    )


def signed_in(page, viewer, live_server):
    for name, cookie in client_of(viewer).cookies.items():
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": live_server.url}])
    return page


def test_the_workspace_in_a_browser(made, browse, axe, screenshot, live_server):
    world, base, rows = made
    pages = {
        "": "overview",
        "tasks/": "board",
        "tasks/list/": "tasks",
        "meetings/": "meetings",
        f"meetings/{rows['past'].pk}/": "minutes",
        f"meetings/{rows['coming'].pk}/change/": "meeting-form",
        "budget/": "budget",
        f"budget/{rows['line'].pk}/": "budget-line",
        "files/": "files",
        "calendar/": "calendar",
    }
    for width in (360, 1280):
        page = signed_in(browse(width=width), world.asker, live_server)
        for name, kept in pages.items() if width == 360 else list(pages.items())[:5]:
            page.goto(base + name)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width}"
            axe(page)
            screenshot(page, f"workspace-{kept}", full=True)
    page = browse(width=360)
    page.goto(base + "tasks/")
    axe(page)
    screenshot(page, "workspace-outsider", full=True)
    _from_a_task_to_done(signed_in(browse(width=360, script=False), world.asker, live_server), base, rows)


def _from_a_task_to_done(page, base, rows):
    """On a phone, without JavaScript, by keyboard where a button is pressed."""
    page.goto(base + "tasks/")
    page.get_by_role("link", name="할 일 더하기").click()
    page.get_by_label("무엇을 하나요").fill("가" * 121)
    follow(page, page.get_by_role("button", name="더하기"))
    assert page.get_by_label("무엇을 하나요").input_value() == "가" * 121
    page.get_by_label("무엇을 하나요").fill("부모 모임에 알리기")
    follow(page, page.get_by_role("button", name="더하기"))
    made = Task.objects.get(title="부모 모임에 알리기")
    page.locator(f"#task-{made.pk}").get_by_role("button", name="마침으로").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#task-{made.pk}")
    made.refresh_from_db()
    assert made.state == "done"
    follow(page, page.locator(f"#task-{made.pk}").get_by_role("button", name="되돌리기"))
    made.refresh_from_db()
    assert made.state == "todo"
    page.goto(f"{base}meetings/{rows['coming'].pk}/")
    page.get_by_role("button", name="참석", exact=True).click()
    page.get_by_text("참석한다고 답했습니다").wait_for()
