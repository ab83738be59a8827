"""One collaboration from its request to the case others learn from: four counties that want one hospital together, a
company and a residents' group, with a dispute on the way. Every step through the pages, on a telephone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dure.bodies.models import Body
from dure.collaboration.models import Collaboration
from tests.journeys.life import Cast, in_days, own_body, told

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("real_data")]

TITLE = "네 군이 소방복합치유센터를 함께 부릅니다"
ASKER, COUNTIES = "진천군", ("음성군", "증평군", "괴산군")
COMPANY, RESIDENTS = "가온 의료정보", "중부 네 군 주민모임"
OFFERS = {
    "음성군": ("공간·시설", "혁신도시의 터를 냅니다.", "터 3만 ㎡"),
    "증평군": ("예산", "타당성 조사 비용을 나누어 냅니다.", "5천만 원"),
    "괴산군": ("예산", "타당성 조사 비용을 나누어 냅니다.", "5천만 원"),
    COMPANY: ("시스템", "환자 이송 시간을 재는 시스템을 냅니다.", "2년 무료"),
    RESIDENTS: ("인력·전문성", "주민 의견을 모으고 설명회를 엽니다.", "자원봉사 20명"),
}


class Life:
    def __init__(self, cast: Cast) -> None:
        self.cast, self.address = cast, ""

    def asks(self) -> None:
        page = self.cast.page(ASKER)
        page.goto("/collaborations/ask/")
        page.get_by_label("한 줄로 말하면").fill(TITLE)
        page.get_by_label("어떤 문제를 풀려고 하나요").fill(
            "네 군 어디에도 종합병원이 없고, 따로 신청하면 모두 떨어집니다."
        )
        page.get_by_label("누구를 위한 일인가요").fill("네 군의 주민 26만 명")
        self._next(page, 2)
        page.get_by_label("무엇이 달라지면 성공인가요").fill("후보지를 하나로 모아 3년 안에 부릅니다.")
        page.get_by_label("생활/편의").check()
        self._next(page, 3)
        page.get_by_label("우리가 가진 것").fill("인력: 담당 공무원 2명")
        page.get_by_label("우리에게 모자란 것").fill("공간: 터 3만 ㎡\n예산: 타당성 조사 비용\n시스템: 이송 시간 자료")
        self._next(page, 4)
        page.get_by_label("언제까지 제안을 받나요").fill(in_days(30))
        self._next(page, 5)
        page.get_by_role("button", name="모두에게 올리기").click()
        told(page, "협업 요청을 올렸습니다")
        self.address = re.sub(r"^https?://[^/]+", "", page.url)

    def _next(self, page: Any, step: int) -> None:
        page.get_by_role("button", name="다음").click()
        page.wait_for_url(f"**?step={step}")

    def finds_a_neighbour_and_invites_it(self) -> None:
        with self.cast.as_(ASKER, f"{self.address}invite/") as page:
            near = page.locator("ul.threads > li").filter(has_text="증평군")
            assert "맞닿은 지역" in near.inner_text()
            near.get_by_role("button").click()
            told(page, "증평군에 초대를 보냈습니다")

    def everybody_offers(self) -> None:
        for name, (resource, what, how_much) in OFFERS.items():
            with self.cast.as_(name, f"{self.address}offer/") as page:
                page.get_by_label(resource, exact=True).check()
                page.get_by_label("무엇을 내놓나요").fill(what)
                page.get_by_label("얼마나").fill(how_much)
                page.get_by_label("언제", exact=True).fill("협약 뒤 바로")
                page.get_by_role("button", name="제안 올리기").click()
                told(page, "제안을 올렸습니다")

    def partners_are_chosen(self) -> None:
        page = self.cast.page(ASKER)
        for name in OFFERS:
            page.goto(self.address)
            offer = page.locator("#offers li").filter(has_text=name)
            offer.get_by_role("link", name="함께하기").click()
            page.get_by_role("button", name="함께하기").click()
            told(page, "함께하기로 했습니다")
        page.goto(self.address)
        page.get_by_role("link", name="함께할 기관 정하기").click()
        assert all(name in page.locator("main").inner_text() for name in OFFERS)
        page.get_by_role("button", name="이 기관들과 함께하기").click()
        told(page, "함께할 기관을 정했습니다")
        assert Collaboration.objects.get(receipt=self.receipt).parties.count() == 6

    @property
    def receipt(self) -> str:
        return self.address.strip("/").split("/")[1]


def test_a_collaboration_lives_its_whole_life(browse):
    cast = Cast(browse)
    for name in (ASKER, *COUNTIES):
        cast.add(name, Body.objects.get(name_ko=name, kind="sigungu"))
    cast.add(COMPANY, own_body(COMPANY, "company"))
    cast.add(RESIDENTS, own_body(RESIDENTS, "residents"))
    life = Life(cast)
    life.asks()
    life.finds_a_neighbour_and_invites_it()
    life.everybody_offers()
    life.partners_are_chosen()
