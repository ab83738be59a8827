"""A company's difficulty from the door to the quarterly list: on a phone, by axe, and whole without JavaScript."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from dure.bodies.models import Body
from dure.core import clock
from dure.core.viewer import Viewer
from dure.reports.models import FeedbackMeeting, Report, RuleChange, Visit
from tests.collaboration.world import client_of
from tests.reports.company.conftest import hand_in, logged, make_firm
from tests.reports.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sign_in(page: Any, viewer: Viewer, url: str) -> Any:
    cookie = client_of(viewer).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "domain": urlsplit(url).hostname, "path": "/"}]
    )
    return page


@pytest.fixture
def whole(transactional_db: None) -> tuple[World, Viewer]:
    world = make_world()
    Body.objects.filter(pk=world.here.pk).update(contact_phone="041-123-4567")
    return world, make_firm(world)


def test_from_the_door_to_the_quarterly_list(
    whole: tuple[World, Viewer], browse: Any, axe: Any, screenshot: Any, live_server: Any
) -> None:
    world, firm = whole
    url = live_server.url
    boss, head = sign_in(browse(width=360), firm, url), sign_in(browse(width=360), world.head, url)

    boss.goto("/reports/company/")
    axe(boss)
    screenshot(boss, "company-door", full=True)
    boss.get_by_label("무엇이 어려운가요").fill("창고를 높이려는데 조례의 높이 제한에 걸립니다.")
    boss.get_by_label("걸림돌이 되는 규정").fill("건축 조례 제9조")
    boss.get_by_role("button", name="알리기", exact=True).click()
    screenshot(boss, "company-sent", full=True)
    boss.get_by_text("이 회사의 담당자가 아직 정해지지 않았습니다.").wait_for()
    report = Report.objects.get()
    assert report.body == world.here

    head.goto("/reports/company/desk/")
    head.get_by_role("link", name="담당자 정하기").click()
    head.get_by_role("button", name="샘가구 내가 맡기").click()
    head.get_by_text("우리 기관의 담당자가 되었습니다.").first.wait_for()

    head.goto(report.get_absolute_url())
    head.get_by_role("link", name="찾아갈 날 잡기").click()
    head.get_by_label("만날 날").fill(f"{clock.today():%Y-%m-%d}")
    head.get_by_label("무엇을 들으러 가나요").fill("창고와 조례를 함께 봅니다.")
    head.get_by_role("button", name="잡기", exact=True).click()
    head.get_by_role("link", name="들은 것 적기").click()
    head.get_by_label("누가 있었나요").fill("공장장")
    head.get_by_label("들은 것").fill("지게차가 들어가려면 1 m가 더 있어야 합니다.")
    head.get_by_label("약속한 것").fill("이웃 시의 해석을 알아보겠습니다.")
    head.get_by_label("언제까지 답하기로 했나요").fill(f"{clock.today():%Y-%m-%d}")
    axe(head)
    screenshot(head, "company-log", full=True)
    head.get_by_role("button", name="적어 두기").click()
    head.get_by_text("적어 두었습니다.").first.wait_for()
    screenshot(head, "company-visit-owed", full=True)
    head.goto("/desk/")
    head.get_by_text("찾아가서 약속한 답을 아직 드리지 않았습니다.").first.wait_for()
    head.goto(Visit.objects.get().get_absolute_url())
    head.get_by_role("link", name="약속한 것에 답하기").click()
    head.get_by_label("회사에 드릴 답").fill("이웃 시는 물건을 들이는 문은 높이에 넣지 않습니다.")
    head.get_by_role("button", name="적어 두기").click()
    head.get_by_text("답을 드렸습니다.").first.wait_for()

    head.goto(report.get_absolute_url())
    head.get_by_role("link", name="고칠 규정 모으기").click()
    head.get_by_label("제목").fill("창고 높이에서 문을 빼기")
    head.get_by_label("법령·조례의 조항").fill("온샘시 건축 조례 제9조")
    head.get_by_label("무엇이 문제인가요").fill("문의 높이까지 넣으면 지게차가 들어가지 못합니다.")
    head.get_by_role("button", name="모아 두기").click()
    head.get_by_role("link", name="다음 걸음 적기").click()
    head.get_by_label("어느 부처나 의회인가요").fill("온샘시의회")
    head.get_by_label("근거", exact=True).fill("의안 제31호")
    axe(head)
    screenshot(head, "company-step", full=True)
    head.get_by_role("button", name="적어 두기").click()
    head.get_by_text("의안 제31호").wait_for()

    _without_script(world, firm, browse, url)

    guest = browse(width=360)
    meeting = FeedbackMeeting.objects.get()
    guest.goto(meeting.get_absolute_url())
    guest.get_by_text("창고 높이에서 문을 빼기").first.wait_for()
    guest.get_by_text("의회가 다음 달에 다룹니다.").wait_for()
    _look(world, firm, browse, axe, screenshot, url)


def _without_script(world: World, firm: Viewer, browse: Any, url: str) -> None:
    """The meeting of the quarter: planned, the company invited and coming, everything answered, closed."""
    page = sign_in(browse(width=360, script=False), world.head, url)
    page.goto("/reports/company/meetings/")
    page.get_by_role("link", name="간담회 잡기").first.click()
    page.get_by_label("만날 날").fill(f"{clock.today():%Y-%m-%d}")
    page.get_by_label("곳", exact=True).fill("시청 작은회의실")
    page.get_by_role("button", name="잡기", exact=True).click()
    page.get_by_role("link", name="회사 초대하기").click()
    page.get_by_label("샘가구").check()
    page.get_by_role("button", name="초대하기").click()
    page.get_by_text("회사 1곳을 초대했습니다.").wait_for()
    boss = sign_in(browse(width=360, script=False), firm, url)
    boss.goto("/reports/company/mine/")
    boss.get_by_role("link", name="온샘시 ·").first.click()
    boss.get_by_role("button", name="가겠습니다").click()
    boss.get_by_text("오겠다고 함").first.wait_for()
    for answer in ("이번 달에 답하겠습니다.", "의회가 다음 달에 다룹니다."):
        page.reload()
        page.get_by_role("link", name="답 적기").first.click()
        page.get_by_label("간담회에서 드릴 답").fill(answer)
        page.get_by_role("button", name="적어 두기").click()
        page.get_by_text(answer).first.wait_for()
    page.get_by_role("link", name="간담회 마치기").click()
    page.get_by_label("회의록").fill("회사 대표와 과장이 함께했습니다. 모두 답했습니다.")
    page.get_by_label("샘가구").check()
    page.get_by_role("button", name="마치기").click()
    page.get_by_text("회사 대표와 과장이 함께했습니다.").wait_for()


def _look(world: World, firm: Viewer, browse: Any, axe: Any, screenshot: Any, url: str) -> None:
    """Every page of it at both widths."""
    hand_in(world, firm, difficulty="새 기계의 시험 자료를 어디까지 내야 하나요?", secret=True)
    hand_in(world, firm, difficulty="주차장 진입로가 좁아 큰 차가 돌지 못합니다.")
    logged(world.head, firm, heard="설계가 드러납니다.", secret=True)
    slug = Body.objects.get(pk=firm.body_id).slug
    report = Report.objects.order_by("created_at")[0]
    for width in (1280, 360):
        official, boss = (sign_in(browse(width=width), one, url) for one in (world.head, firm))
        guest = browse(width=width)
        for page, name, path in (
            (official, "desk", "/reports/company/desk/"),
            (official, "companies", "/reports/company/desk/companies/"),
            (official, "visits", "/reports/company/desk/visits/"),
            (official, "report", report.get_absolute_url()),
            (boss, "mine", "/reports/company/mine/"),
            (boss, "status", report.status_path),
            (guest, "of", f"/reports/company/of/{slug}/"),
            (guest, "rules", "/reports/company/rules/"),
            (guest, "rule", RuleChange.objects.get().get_absolute_url()),
            (guest, "meetings", "/reports/company/meetings/"),
            (guest, "meeting", FeedbackMeeting.objects.get().get_absolute_url()),
            (guest, "figures", "/reports/company/figures/"),
        ):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            axe(page)
            screenshot(page, f"company-{name}", full=True)
    guest.goto(FeedbackMeeting.objects.get().get_absolute_url())
    guest.emulate_media(media="print")
    assert not guest.get_by_role("link", name="CSV").is_visible()
    assert guest.get_by_text("회사 대표와 과장이 함께했습니다.").is_visible()
    screenshot(guest, "company-meeting-print", full=True)
