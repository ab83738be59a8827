"""One collaboration from its request to the case others learn from: four counties that want one hospital together, a
company and a residents' group, with a dispute on the way. Every step through the pages, on a telephone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dure.bodies.models import Body
from dure.collaboration.models import Collaboration
from tests.core.conftest import later  # noqa: F401 (fixture)
from tests.following import follow
from tests.journeys.life import ASKER, COMPANY, COUNTIES, PHONE, RESIDENTS, Cast, Life, in_days, own_body, told
from tests.journeys.life_agreement import is_agreed
from tests.journeys.life_dispute import is_disputed, there_is_a_roster
from tests.journeys.life_end import ends, is_judged, is_told, leaves_a_case, stays_alive
from tests.journeys.life_work import works

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("real_data")]

TITLE = "네 군이 소방복합치유센터를 함께 부릅니다"
SECRET = "후보지를 하나로 모아 3년 안에 부릅니다."
OFFERS = {
    "음성군": ("공간·시설", "혁신도시의 터를 냅니다.", "터 3만 ㎡"),
    "증평군": ("예산", "타당성 조사 비용을 나누어 냅니다.", "5천만 원"),
    "괴산군": ("예산", "타당성 조사 비용을 나누어 냅니다.", "5천만 원"),
    COMPANY: ("시스템", "환자 이송 시간을 재는 시스템을 냅니다.", "2년 무료"),
    RESIDENTS: ("인력·전문성", "주민 의견을 모으고 설명회를 엽니다.", "자원봉사 20명"),
}


def asks(life: Life) -> None:
    page = life.cast.page(ASKER)
    page.goto("/collaborations/ask/")
    page.get_by_label("한 줄로 말하면").fill(TITLE)
    page.get_by_label("어떤 문제를 풀려고 하나요").fill(
        "네 군 어디에도 종합병원이 없고, 따로 신청하면 모두 떨어집니다."
    )
    page.get_by_label("누구를 위한 일인가요").fill("네 군의 주민 26만 명")
    _next(page, 2)
    page.get_by_label("무엇이 달라지면 성공인가요").fill(SECRET)
    page.get_by_label("생활/편의").check()
    _next(page, 3)
    page.get_by_label("우리가 가진 것").fill("인력: 담당 공무원 2명")
    page.get_by_label("우리에게 모자란 것").fill("공간: 터 3만 ㎡\n예산: 타당성 조사 비용\n시스템: 이송 시간 자료")
    _next(page, 4)
    page.get_by_label("언제까지 제안을 받나요").fill(in_days(30))
    _next(page, 5)
    page.get_by_text("항목 하나를 공개하지 않기").click()
    page.get_by_label("공개하지 않을 항목").select_option("goal")
    page.get_by_label("함께하는 기관에만").check()
    page.get_by_label("비공개 사유(정보공개법 제9조)").select_option("speculation")
    page.get_by_label("다시 볼 날").fill(in_days(60))
    page.get_by_role("button", name="공개하지 않기", exact=True).click()
    told(page, "이 항목을 공개하지 않습니다")
    page.get_by_role("button", name="모두에게 올리기").click()
    told(page, "협업 요청을 올렸습니다")
    life.address = re.sub(r"^https?://[^/]+", "", page.url)


def _next(page: Any, step: int) -> None:
    page.get_by_role("button", name="다음").click()
    page.wait_for_url(f"**?step={step}")


def finds_a_neighbour_and_invites_it(life: Life) -> None:
    with life.cast.as_(ASKER, f"{life.address}invite/") as page:
        near = page.locator("ul.threads > li").filter(has_text="증평군")
        assert "맞닿은 지역" in near.inner_text()
        near.get_by_role("button").click()
        told(page, "증평군에 초대를 보냈습니다")


def everybody_offers(life: Life) -> None:
    for name, (resource, what, how_much) in OFFERS.items():
        with life.cast.as_(name, f"{life.address}offer/") as page:
            page.get_by_label(resource, exact=True).check()
            page.get_by_label("무엇을 내놓나요").fill(what)
            page.get_by_label("얼마나").fill(how_much)
            page.get_by_label("언제", exact=True).fill("협약 뒤 바로")
            page.get_by_role("button", name="제안 올리기").click()
            told(page, "제안을 올렸습니다")


def partners_are_chosen(life: Life) -> None:
    page = life.cast.page(ASKER)
    for name in OFFERS:
        page.goto(life.address)
        offer = page.locator("#offers li").filter(has_text=name)
        offer.get_by_role("link", name="함께하기").click()
        page.get_by_role("button", name="함께하기").click()
        told(page, "함께하기로 했습니다")
    page.goto(life.address)
    follow(page, page.get_by_role("link", name="함께할 기관 정하기"))
    assert all(name in page.locator("main").inner_text() for name in OFFERS)
    page.get_by_role("button", name="이 기관들과 함께하기").click()
    told(page, "함께할 기관을 정했습니다")
    assert Collaboration.objects.get(receipt=life.receipt).parties.count() == 6


def test_a_collaboration_lives_its_whole_life(browse, axe, later):  # noqa: F811
    cast = Cast(browse)
    for name in (ASKER, *COUNTIES):
        cast.add(name, Body.objects.get(name_ko=name, kind="sigungu"))
    cast.add(COMPANY, own_body(COMPANY, "company"))
    cast.add(RESIDENTS, own_body(RESIDENTS, "residents"))
    life = Life(cast, browse(width=PHONE), axe, later)
    there_is_a_roster()
    asks(life)
    finds_a_neighbour_and_invites_it(life)
    everybody_offers(life)
    partners_are_chosen(life)
    is_agreed(life)
    works(life)
    is_disputed(life)
    stays_alive(life)
    is_judged(life)
    ends(life)
    leaves_a_case(life, TITLE, SECRET)
    is_told(life, SECRET)
