"""Staying alive, judging, ending together, and what is left: a case that a visitor finds, and a timeline of it all."""

from __future__ import annotations

from dure.collaboration.models import Case
from tests.following import follow
from tests.journeys.conftest import letters_to, link_in, work
from tests.journeys.life import ASKER, COMPANY, EVERYBODY, RESIDENTS, Life, in_days, told
from tests.journeys.life_work import carries

CITIZEN = "citizen@example.com"
CHECKS = (
    ("ordinance", "그렇다", "네 군의 공동 신청 협약", "음성군"),
    ("unit", "일부", "진천군 기획실 1명", ASKER),
    ("standing", "아니다", "아직 협의회가 없습니다.", COMPANY),
    ("funding", "그렇다", "네 군의 내년 예산안", "증평군"),
    ("care", "그렇다", "음성군이 협약대로 돌봅니다.", "괴산군"),
)
INDICATOR = "응급실까지 가는 시간"
REACHED, LEARNT = "네 군이 후보지 하나로 함께 신청했습니다.", "주민 설명회부터 열어야 다툼이 없습니다."
TOLD = (
    "제안했습니다",
    "협약 제2판이 효력을 얻었습니다",
    "가결",
    "부결",
    "할 일을 옮겼습니다",
    "회의록을 올렸습니다",
    "쓴 돈을 적었습니다",
    "조정",
    "점검",
    "지표",
    "마쳤습니다",
)
"""What the timeline says in the end, in pieces of its sentences."""


def stays_alive(life: Life) -> None:
    for item, mark, text, name in CHECKS:
        with life.cast.as_(name, life.at(f"closing/item/{item}/")) as page:
            page.get_by_label(mark, exact=True).check()
            page.get_by_label("무엇을 보고 그렇게 판단했나요").fill(text)
            page.get_by_role("button", name="점검 남기기").click()
            told(page, "점검한 것을 남겼습니다")
    life.guest.goto(life.at("closing/"))
    life.guest.locator("#checklist").get_by_text("일부 · 가장 오래된 답은").wait_for()
    life.look(life.guest)


def is_judged(life: Life) -> None:
    _agrees_on_an_indicator(life)
    _is_measured(life)
    for name in EVERYBODY:
        _rates_its_partners(life, name)
    _is_rated_by_a_citizen(life)


def _agrees_on_an_indicator(life: Life) -> None:
    page = life.cast.page(COMPANY)
    page.goto(life.at("closing/evaluation/indicators/"))
    page.get_by_label("무엇을 재나요").fill(INDICATOR)
    page.get_by_label("단위").fill("분")
    page.get_by_label("줄인다").check()
    page.get_by_role("textbox", name="기준값").fill("48")
    page.get_by_label("목표값").fill("30")
    page.get_by_label("언제까지").fill(in_days(300))
    page.get_by_label("무엇으로 재나요").fill("소방서 이송 기록")
    page.get_by_role("button", name="지표 더하기").click()
    told(page, "지표를 더했습니다")
    for name in EVERYBODY:
        with life.cast.as_(name, life.at("closing/evaluation/")) as page:
            agree = page.get_by_role("button", name="이 지표들로 평가하는 데 동의합니다")
            if name != COMPANY or agree.count():
                agree.click()
                page.locator("#messages").get_by_text("지표").first.wait_for()
    page.locator("#indicators").get_by_text("모든 기관이 동의함").wait_for()


def _is_measured(life: Life) -> None:
    with life.cast.as_(COMPANY, life.at("closing/evaluation/")) as page:
        page.get_by_role("link", name="잰 값 적기").click()
        page.get_by_label("잰 값").fill("39")
        page.get_by_label("잰 날").fill(in_days(0))
        page.get_by_label("어디서 나온 값인가요").fill("이송 시스템")
        page.get_by_role("button", name="잰 값 적기").click()
        told(page, "잰 값을 적었습니다")
        page.get_by_text("목표까지 50%").first.wait_for()


def _rates_its_partners(life: Life, name: str) -> None:
    with life.cast.as_(name, life.at("closing/evaluation/partner/")) as page:
        for field in ("respect", "fair", "again"):
            page.locator(f"[name={field}][value='4']").check()
        page.get_by_label("덧붙일 말").fill(f"{name}: 함께해서 고맙습니다.")
        page.get_by_role("button", name="평가 남기기").click()
        told(page, "평가를 남겼습니다")


def _is_rated_by_a_citizen(life: Life) -> None:
    page = life.guest
    page.goto(life.at("closing/evaluation/"))
    assert f"{RESIDENTS}: 함께해서 고맙습니다." in page.locator("#partners").inner_text(), "all have rated: it is shown"
    page.get_by_label("5 · 매우 그렇다").check()
    page.get_by_label("하고 싶은 말").fill("밤에도 갈 곳이 생긴다니 든든합니다.")
    page.get_by_label("확인받을 전자우편 주소").fill(CITIZEN)
    page.get_by_role("button", name="평가 보내기").click()
    page.get_by_text("한 단계만 남았습니다").wait_for()
    work()
    (letter,) = letters_to(CITIZEN)
    page.goto(link_in(letter, "/confirm/"))
    page.get_by_role("button", name="네, 확인합니다").click()
    page.get_by_text("평가가 올라왔습니다").first.wait_for()
    page.locator("#citizens").get_by_text("밤에도 갈 곳이 생긴다니 든든합니다.").wait_for()
    life.look(page)


def ends(life: Life) -> None:
    carries(
        life,
        RESIDENTS,
        "여기서 함께 마칩니다",
        "함께 신청한 뒤에는 음성군이 돌봅니다.",
        kind="close",
        outcome="뜻한 일을 마침",
        reached=REACHED,
        learnt=LEARNT,
    )
    life.guest.goto(life.at("closing/"))
    assert LEARNT in life.guest.locator("#end").inner_text()


def leaves_a_case(life: Life, title: str, secret: str) -> None:
    """A visitor who knows nothing of it finds it, reads the lessons, and comes back to the collaboration."""
    page = life.guest
    page.goto("/library/")
    page.get_by_role("searchbox").fill("소방복합치유센터 후보지")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    page.locator("main a[href^='/library/H0001/']").filter(has_text=title).first.click()
    page.wait_for_url("**/library/H0001/")
    assert Case.objects.get(no="H0001").collaboration.receipt == life.receipt
    words = page.locator("main").inner_text()
    for one in (LEARNT, REACHED, INDICATOR, "터 3만 ㎡", RESIDENTS):
        assert one in words, one
    assert secret not in page.content()
    life.look(page)
    page.locator(f"main a[href='{life.address}']").first.click()
    page.wait_for_url(f"**{life.address}")
    assert secret not in page.content()
    life.look(page)


def is_told(life: Life, secret: str) -> None:
    """By the timeline, to anybody, to its beginning."""
    page = life.guest
    page.goto(life.at("lines/"))
    life.look(page)
    said = page.locator("main").inner_text()
    while (older := page.get_by_role("link", name="더 앞의 일")).count():
        follow(page, older)
        said += page.locator("main").inner_text()
    missing = [piece for piece in TOLD if piece not in said]
    assert not missing, f"{missing} in {said}"
    assert secret not in said
