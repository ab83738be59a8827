"""The main job, from the library to the changed opinion: two bodies and a citizen, on real data, on a telephone.

A municipality looks at what others did, asks for collaboration step by step, keeps one part back, publishes and
invites; the invited body offers; a citizen without an account says something, confirms it by the letter's link and
changes it; the asking body answers; a follower gets a letter. Once with everything, once without JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from dure.bodies.models import Body
from dure.core import clock
from dure.core.models import Message
from tests.following import follow
from tests.journeys.conftest import Officer, letters_to, link_in, officer_of, work

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("real_data")]

TITLE = "밤에 아이가 아플 때 갈 병원을 두 지역이 함께 엽니다"
PROBLEM = (
    "가평군에는 밤에 문을 여는 소아청소년과가 없습니다. 부모는 아픈 아이를 태우고 한 시간 넘게 달립니다. "
    "의사를 혼자서는 부를 수 없어 이웃 지역과 진료를 나누어 맡으려 합니다."
)
SECRET_PLACE = "옛 보건지소 뒤 빈터"
OPINION = "겨울밤에 열이 난 아이를 업고 한 시간을 달렸습니다. 꼭 열어 주세요."
CHANGED = OPINION + " 주말에도 부탁합니다."
ANSWER = "주말 진료도 함께 살펴보겠습니다."
CITIZEN, FOLLOWER = "resident@example.com", "follower@example.com"
NARROW, PHONE, WIDE = 320, 360, 1280


class Journey:
    """`look(page)` is called on every page that somebody comes to."""

    def __init__(self, look: Callable[[Any], None], *, script: bool) -> None:
        self.look, self.script = look, script
        self.asker = officer_of(Body.objects.get(name_ko="가평군"), "김가평", "asker@example.com")
        self.offerer: Officer
        self.address = ""

    def searches_the_library(self, page: Any) -> None:
        page.goto("/")
        self.look(page)
        page.goto("/library/")
        self.look(page)
        page.get_by_role("searchbox").fill("소아과 진료")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=*")
        first = page.locator("main a[href^='/library/']").filter(has_text=re.compile("의료|진료|병원|소아")).first
        first.click()
        page.wait_for_url(re.compile(r"/library/\w+\d+/"))
        self.look(page)

    def asks(self, page: Any) -> None:
        page.goto("/desk/")
        self.look(page)
        page.goto("/collaborations/ask/")
        page.wait_for_url(re.compile(r"/collaborations/ask/[0-9a-f-]{36}/"))
        self.look(page)
        page.get_by_label("한 줄로 말하면").fill(TITLE)
        page.get_by_label("어떤 문제를 풀려고 하나요").fill(PROBLEM)
        page.get_by_label("누구를 위한 일인가요").fill("밤에 아이가 아픈 두 지역의 부모")
        if self.script:
            self._is_saved_while_typing(page)
        self._next(page, 2)
        page.get_by_label("무엇이 달라지면 성공인가요").fill("밤 열 시까지 30분 안에 닿는 진료를 한 해에 300일 엽니다.")
        page.get_by_label("생활/편의").check()
        page.get_by_label("주민", exact=False).first.check()
        self._next(page, 3)
        page.get_by_label("우리가 가진 것").fill("공간: 보건소 진료실 두 칸\n예산: 연 2억 원")
        page.get_by_label("우리에게 모자란 것").fill("인력: 소아청소년과 전문의 2명\n지식: 밤 진료를 운영해 본 경험")
        self._next(page, 4)
        assert page.get_by_label("어느 지역의 일인가요").input_value() == self.asker.body.full_name_ko
        page.get_by_label("어느 지역의 일인가요").fill("가평군, 없는시")
        page.get_by_label("더 좁은 곳").fill(SECRET_PLACE)
        page.get_by_label("언제까지 제안을 받나요").fill(in_days(30))
        page.get_by_role("button", name="다음").click()
        page.get_by_text("찾지 못한 지역: 없는시").first.wait_for()
        assert page.get_by_label("더 좁은 곳").input_value() == SECRET_PLACE, "an error keeps what was typed"
        self.look(page)
        page.get_by_label("어느 지역의 일인가요").fill("가평군")
        self._next(page, 5)

    def _next(self, page: Any, step: int) -> None:
        page.get_by_role("button", name="다음").click()
        page.wait_for_url(f"**?step={step}")
        self.look(page)

    def _is_saved_while_typing(self, page: Any) -> None:
        beside = page.locator("#beside")
        beside.get_by_text("저장했습니다").wait_for()
        for heading in ("어떤 유형인가요", "비슷한 사례", "어울리는 기관"):
            assert beside.get_by_role("heading", name=heading, exact=True).is_visible()
        assert beside.locator("a[href^='/library/']").count() >= 2, "similar cases lead to the library"
        assert beside.locator("a[href^='/bodies/']").count() >= 1, "partners lead to their bodies"
        self.look(page)
        # Read anew from the server, without what the browser itself has kept.
        page.evaluate("localStorage.clear()")
        page.reload()
        assert page.get_by_label("한 줄로 말하면").input_value() == TITLE
        assert page.get_by_label("어떤 문제를 풀려고 하나요").input_value() == PROBLEM
        page.get_by_label("누구를 위한 일인가요").fill("밤에 아이가 아픈 두 지역의 부모")

    def keeps_one_part_back_and_publishes(self, page: Any) -> None:
        page.get_by_text("항목 하나를 공개하지 않기").click()
        page.get_by_label("공개하지 않을 항목").select_option("place")
        page.get_by_label("함께하는 기관에만").check()
        page.get_by_label("비공개 사유(정보공개법 제9조)").select_option("speculation")
        page.get_by_label("다시 볼 날").fill(in_days(60))
        self.look(page)
        page.get_by_role("button", name="공개하지 않기", exact=True).click()
        told(page, "이 항목을 공개하지 않습니다")
        page.get_by_role("button", name="모두에게 올리기").click()
        page.wait_for_url(re.compile(r"/collaborations/C-[\w-]+/$"))
        told(page, "협업 요청을 올렸습니다")
        self.address = page.url
        self.look(page)

    def invites_with_one_tap(self, page: Any) -> None:
        page.get_by_role("link", name="어울리는 기관 초대하기").click()
        page.wait_for_url("**/invite/")
        self.look(page)
        first = page.locator("ul.threads > li").filter(has=page.get_by_role("button")).first
        address = first.locator("a[href^='/bodies/']").first.get_attribute("href")
        invited = next(body for body in Body.objects.valid_on(clock.today()) if body.get_absolute_url() == address)
        reason = first.locator(".why p").first.inner_text()
        assert len(reason) > 10
        first.get_by_role("button").click()
        told(page, f"{invited.name}에 초대를 보냈습니다")
        self.offerer = officer_of(invited, "이제안", "offerer@example.com")

    def is_invited_and_offers(self, page: Any) -> None:
        self.offerer.sign_in(page)
        page.goto("/desk/")
        row = page.get_by_role("row").filter(has_text=TITLE)
        assert "초대" in row.inner_text()
        self.look(page)
        row.get_by_role("link", name=TITLE).click()
        page.get_by_text("우리 기관이 초대받았습니다").wait_for()
        assert SECRET_PLACE in page.content(), "who was invited reads what is kept back from all"
        self.look(page)
        page.locator("#invited").get_by_role("link", name="제안하기").click()
        page.wait_for_url("**/offer/**")
        self.look(page)
        page.get_by_label("인력·전문성").check()
        page.get_by_label("소아청소년과 전문의 2명").check()
        page.get_by_label("무엇을 내놓나요").fill("우리 의료원의 소아청소년과 전문의 한 분이 함께 진료합니다.")
        page.get_by_role("button", name="제안 올리기").click()
        page.locator("[aria-invalid=true]").first.wait_for()
        assert "전문의 한 분" in page.get_by_label("무엇을 내놓나요").input_value(), "an error keeps what was typed"
        self.look(page)
        page.get_by_label("얼마나").fill("일주일에 이틀 밤")
        page.get_by_label("언제", exact=True).fill("내년 3월부터 2년")
        page.get_by_role("button", name="제안 올리기").click()
        told(page, "제안을 올렸습니다")
        assert "일주일에 이틀 밤" in page.locator("#offers").inner_text()

    def follows_by_letter(self, page: Any) -> None:
        page.goto(self.address)
        box = page.get_by_role("region", name="따라보기")
        box.get_by_label("전자우편 주소").fill(FOLLOWER)
        box.get_by_role("button", name="소식 받기").click()
        page.get_by_role("heading", name="편지를 보냈습니다").wait_for()
        self.look(page)
        work()
        (letter,) = letters_to(FOLLOWER)
        page.goto(link_in(letter, "/confirm/"))
        self.look(page)
        page.get_by_role("button", name="네, 확인합니다").click()
        page.wait_for_url("**/f/**")
        self.look(page)

    def reads_and_says(self, page: Any) -> None:
        page.goto(self.address)
        assert TITLE in page.locator("h1").inner_text()
        self.look(page)
        type_by_keys(page, {"text": OPINION, "alias": "두 아이 아빠", "address": CITIZEN})
        page.get_by_role("heading", name="한 단계만 남았습니다").wait_for()
        self.look(page)
        assert Message.objects.filter(address=CITIZEN, state=Message.State.WAITING).count() == 1
        work()
        (letter,) = letters_to(CITIZEN)
        page.goto(link_in(letter, "/confirm/"))
        page.get_by_role("button", name="네, 확인합니다").press("Enter")
        told(page, "의견이 올라왔습니다")
        assert OPINION in page.locator("#opinions").inner_text()

    def changes_it(self, page: Any) -> None:
        mine = page.locator("article.opinion").filter(has_text=OPINION)
        mine.get_by_role("link", name="고치기").click()
        page.wait_for_url("**/change/")
        self.look(page)
        page.get_by_label("의견", exact=True).fill(CHANGED)
        page.get_by_role("button", name="고쳐 올리기").click()
        told(page, "의견을 고쳤습니다")
        assert "1번 고침" in page.locator("article.opinion").first.inner_text()
        follow(page, page.get_by_role("link", name="1번 고침"))
        self.look(page)
        assert OPINION in page.locator("main").inner_text()

    def is_answered(self, page: Any) -> None:
        page.goto(self.address)
        page.locator("article.opinion").filter(has_text=CHANGED).get_by_role("link", name="답하기").click()
        page.wait_for_url("**/reply/")
        self.look(page)
        page.get_by_label("의견", exact=True).fill(ANSWER)
        page.get_by_role("button", name="답 올리기").click()
        told(page, "의견을 올렸습니다")
        reply = page.locator("article.opinion").filter(has_text=ANSWER)
        assert self.asker.body.name_ko in reply.inner_text()

    def nothing_withheld_is_anywhere(self, page: Any) -> None:
        """For somebody without an account."""
        receipt = self.address.rstrip("/").rsplit("/", 1)[1]
        page.goto(self.address)
        stood = page.locator(".withheld").first.inner_text()
        assert "부동산 투기 등으로 이익을 주는 것" in stood
        assert "다시 볼 날" in stood
        said = {path: page.request.get(path) for path in self._doors(receipt)}
        assert TITLE in said[self.asker.body.get_absolute_url()].text()
        for path, answer in said.items():
            assert answer.ok, f"{path}: {answer.status}"
            assert SECRET_PLACE not in answer.text(), path
        found = page.request.get("/collaborations/?q=소아청소년과").text()
        assert TITLE in found, "what is open is found"
        for letter in mail.outbox:
            assert SECRET_PLACE not in f"{letter.subject}{letter.body}{letter.extra_headers}"

    def _doors(self, receipt: str) -> list[str]:
        return [
            f"/collaborations/{receipt}/",
            f"/collaborations/{receipt}/lines/",
            f"/collaborations/{receipt}/feed.atom",
            "/collaborations/feed.atom",
            "/collaborations/list.csv",
            "/collaborations/?q=보건지소",
            f"/api/v1/collaborations/{receipt}",
            "/api/v1/collaborations",
            "/",
            self.asker.body.get_absolute_url(),
        ]

    def is_told_by_feed_and_letter(self, page: Any) -> None:
        feed = page.request.get(self.address + "feed.atom")
        assert "application/atom+xml" in feed.headers["content-type"]
        assert feed.text().count("<entry>") >= 4
        assert self.offerer.body.name_ko in feed.text()
        work()
        news = [letter for letter in letters_to(FOLLOWER) if TITLE in letter.body and "/f/" in letter.body]
        assert news, "the follower gets a letter"
        assert "List-Unsubscribe" in news[-1].extra_headers
        asker = letters_to(self.asker.email)
        assert asker, "officers of the asking body get a letter too"


class Watcher:
    """Somebody whose page stays open, with an opinion half written."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        page.goto(address)
        assert "제안했습니다" not in page.locator("#history").inner_text()
        page.evaluate("window.still = true")
        page.locator("#say [name=text]").fill("아직 쓰는 중")

    def sees(self, part: str, text: str) -> None:
        """Without loading anew, and without losing what is being written or where."""
        self.page.locator(part).get_by_text(text).first.wait_for()
        assert self.page.evaluate("window.still") is True
        assert self.page.locator("#say [name=text]").input_value() == "아직 쓰는 중"
        assert self.page.evaluate("document.activeElement.name") == "text"


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def told(page: Any, text: str) -> None:
    """The message at the top of the page after something was done."""
    page.locator("#messages").get_by_text(text).wait_for()


def type_by_keys(page: Any, fields: dict[str, str]) -> None:
    """Reach the form for opinions and send it with the keyboard alone, from the top of the page."""
    page.evaluate("document.activeElement?.blur?.()")
    left = dict(fields)
    for _tab in range(150):
        page.keyboard.press("Tab")
        name, kind, form = page.evaluate(
            "(() => { const e = document.activeElement; return [e.name ?? '', e.type ?? '', e.form?.id ?? ''] })()"
        )
        if form == "say" and name in left:
            page.keyboard.insert_text(left.pop(name))
        elif form == "say" and kind == "submit":
            assert not left, f"the button comes before {sorted(left)}"
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"not reached with the Tab key: {sorted(left) or 'the button'}")


def test_the_main_job_on_a_telephone(browse, axe):
    seen: set[str] = set()

    def look(page):
        """axe at two widths and no sideways scrolling at three, once for each state that is met."""
        fields = page.evaluate("document.querySelectorAll('[aria-invalid=true]').length")
        state = re.sub(r"[0-9a-f-]{36}", "ID", page.url) + f" {fields}"
        if state in seen and "/ask/" not in page.url:
            return
        seen.add(state)
        for width in (NARROW, WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            across = page.evaluate("document.documentElement.scrollWidth")
            assert across <= width, f"{page.url} is {across} px wide at {width}"
            if width != NARROW:
                axe(page)

    journey = Journey(look, script=True)
    official = browse(width=PHONE)
    journey.asker.sign_in(official)
    journey.searches_the_library(official)
    journey.asks(official)
    journey.keeps_one_part_back_and_publishes(official)
    journey.invites_with_one_tap(official)
    journey.follows_by_letter(browse(width=PHONE))

    watcher = Watcher(browse(width=PHONE), journey.address)
    journey.is_invited_and_offers(browse(width=PHONE))
    watcher.sees("#history", "제안했습니다")
    watcher.sees("#offers", "일주일에 이틀 밤")
    axe(watcher.page)
    citizen = browse(width=PHONE)
    journey.reads_and_says(citizen)
    watcher.sees("#opinion-list", OPINION)
    watcher.sees("#sums", "의견 1")
    journey.changes_it(citizen)
    journey.is_answered(official)
    journey.nothing_withheld_is_anywhere(citizen)
    journey.is_told_by_feed_and_letter(citizen)


def test_the_main_job_without_javascript(browse):
    journey = Journey(lambda page: None, script=False)
    official = browse(width=PHONE, script=False)
    journey.asker.sign_in(official)
    journey.searches_the_library(official)
    journey.asks(official)
    journey.keeps_one_part_back_and_publishes(official)
    journey.invites_with_one_tap(official)
    journey.follows_by_letter(browse(width=PHONE, script=False))
    journey.is_invited_and_offers(browse(width=PHONE, script=False))
    citizen = browse(width=PHONE, script=False)
    journey.reads_and_says(citizen)
    journey.changes_it(citizen)
    journey.is_answered(official)
    journey.nothing_withheld_is_anywhere(citizen)
    journey.is_told_by_feed_and_letter(citizen)
