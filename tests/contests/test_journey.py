"""A contest with twelve entries and five judges, blind, from the first word to the published figures, in a browser.

The organiser prepares and opens it, invites and clears; two bodies enter through the pages, ten by the same actions;
one judge declares a tie with one entry and marks the other eleven in the browser, four judges by the actions; the
organiser decides and publishes. Then every figure on the page and in the file is compared, to the last decimal, with
an independent reckoning.
"""

from __future__ import annotations

import json
import random
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from dure.contests import actions
from dure.contests.models import Contest, Entry
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Person
from dure.core.search import search
from dure.core.viewer import Viewer
from tests.collaboration.world import client_of
from tests.contests import recompute
from tests.contests.world import NAMES, World, answers, make_world, token_of
from tests.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ENTRIES, JUDGES = 12, 5
KEYS = ("actors", "sharing", "sustainability", "effect", "novelty")
PHONE, WIDE = 360, 1280


@pytest.fixture
def crowd(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    # Loads the analyser before the browser waits for it.
    search("돌봄")
    return make_world(monkeypatch, entrants=ENTRIES, judges=JUDGES)


def enter_as(page: Any, viewer: Viewer) -> Any:
    value = client_of(viewer).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "domain": "localhost", "path": "/"}]
    )
    return page


def test_twelve_entries_and_five_judges(crowd: World, browse: Any, axe: Any, screenshot: Any) -> None:
    def look(page: Any, name: str) -> None:
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} is wider than {width}"
        axe(page)
        screenshot(page, f"contests-{name}", full=True)

    organiser = enter_as(browse(width=PHONE), crowd.organiser)
    contest = prepares(organiser, look)
    entries = enter(crowd, contest, browse, look)
    seat(crowd, contest, organiser, browse, look)
    crowd.go(11)
    enter_as(organiser, crowd.organiser)
    clears_and_starts(contest, organiser, entries, look)
    tied = judges(crowd, contest, browse, look)
    decides_and_publishes(contest, organiser, look)
    compares(contest, browse(width=WIDE), look, tied)
    without_a_script(contest, enter_as(browse(width=PHONE, script=False), crowd.entrants[0]))


def prepares(page: Any, look: Any) -> Contest:
    page.goto("/contests/")
    look(page, "list-empty")
    page.get_by_role("link", name="공모 열기").first.click()
    page.wait_for_url(re.compile(r"/contests/prepare/[0-9a-f-]{36}/"))
    page.get_by_label("공모의 이름").fill("이웃과 함께 푸는 돌봄 공모")
    page.get_by_label("왜 여나요").fill("한 군의 힘으로 풀기 어려운 돌봄을 함께 푸는 협업을 찾습니다.")
    look(page, "prepare")
    page.get_by_role("button", name="다음").click()
    page.wait_for_url("**?step=2")
    page.get_by_label("누가 응모할 수 있나요").fill("지방자치단체면 어디나 낼 수 있습니다.")
    look(page, "prepare-who")
    page.get_by_role("button", name="다음").click()
    page.wait_for_url("**?step=3")
    page.get_by_label("참여주체").fill("250")
    page.get_by_role("button", name="다음").click()
    page.get_by_text("지금은 1,050입니다").first.wait_for()
    look(page, "prepare-wrong")
    page.get_by_label("새로움").fill("150")
    page.get_by_label("응모 한 건을 몇 명 이상이").fill("3")
    page.get_by_label("몇 건을 뽑나요").fill("3")
    page.get_by_role("button", name="다음").click()
    page.wait_for_url("**?step=4")
    today = clock.today()
    for label, days in (("응모를 받기 시작하는 날", 0), ("응모 마감", 10), ("심사 마감", 20), ("결과 발표", 25)):
        page.get_by_label(label).fill(str(today + timedelta(days=days)))
    page.get_by_label("뽑힌 뒤 몇 해를").fill("2")
    page.get_by_label("한 건에 한 해 지원금").fill("30000000")
    page.get_by_role("button", name="다음").click()
    page.wait_for_url("**?step=5")
    look(page, "review")
    page.get_by_role("button", name="모두에게 열기").click()
    page.wait_for_url("**/organise/")
    look(page, "organise-open")
    return Contest.objects.get()


def enter(crowd: World, contest: Contest, browse: Any, look: Any) -> list[Entry]:
    """Two through the pages, ten by the actions."""
    for number in range(2):
        page = enter_as(browse(width=PHONE), crowd.entrants[number])
        page.goto(contest.get_absolute_url())
        if number == 0:
            look(page, "page-open")
        page.get_by_role("link", name="응모하기").first.click()
        page.get_by_label("응모의 제목").fill(f"{NAMES[number]}의 밤 진료소")
        page.get_by_label("어떤 협업인가요").fill(f"{NAMES[number]}와 이웃이 함께 엽니다.")
        for label in ("참여주체", "자원공유", "지속가능성", "정책효과", "새로움"):
            page.get_by_label(label).fill(f"{label}을 이렇게 합니다.")
        if number == 0:
            page.get_by_label("함께하는 기관").fill("없는시")
            page.get_by_role("button", name="응모 내기").click()
            page.get_by_text("이런 이름의 기관이 없습니다").first.wait_for()
            assert page.get_by_label("응모의 제목").input_value() == f"{NAMES[0]}의 밤 진료소", "kept what was typed"
            look(page, "enter-wrong")
            page.get_by_label("함께하는 기관").fill("")
        page.get_by_role("button", name="응모 내기").click()
        page.wait_for_url("**/entries/**")
        if number == 0:
            page.get_by_label("파일", exact=True).set_input_files(
                {"name": f"{NAMES[0]} 계획.txt", "mimeType": "text/plain", "buffer": "계획".encode()}
            )
            page.get_by_role("button", name="파일 붙이기").click()
            page.get_by_text("파일을 냈습니다").wait_for()
            look(page, "entry")
    for number in range(2, ENTRIES):
        fields = answers(keys=KEYS, title=f"{number + 1}째 협업", summary=f"{NAMES[number]}가 함께 합니다.")
        by = crowd.entrants[number]
        actions.entry_hand_in(by=by, contest_id=contest.pk, entry_id=uuid7(), fields=fields)
    return list(contest.entries.order_by("number"))


def seat(crowd: World, contest: Contest, organiser: Any, browse: Any, look: Any) -> None:
    """The first judge is invited and accepts through the pages."""
    organiser.goto(f"{contest.get_absolute_url()}organise/")
    organiser.get_by_label("전자우편 주소").fill(Person.objects.get(pk=crowd.judges[0].person_id).email)
    organiser.get_by_role("button", name="심사위원으로 초대하기").click()
    organiser.get_by_text("편지를 보냈습니다").wait_for()
    page = enter_as(browse(width=PHONE), crowd.judges[0])
    page.goto(f"/contests/invitations/{token_of(contest.judges.get())}/")
    look(page, "invitation")
    page.get_by_role("button", name="심사 맡기").click()
    page.wait_for_url("**/judge/")
    crowd.seat(contest, *crowd.judges[1:])


def clears_and_starts(contest: Contest, page: Any, entries: list[Entry], look: Any) -> None:
    page.goto(f"{contest.get_absolute_url()}organise/")
    look(page, "organise-clear")
    page.get_by_role("link", name="살펴보기").first.click()
    shown = page.get_by_role("heading", name="위원은 이렇게 읽습니다").locator("..").inner_text()
    assert NAMES[0] not in shown
    assert "가온" not in shown
    assert "○○의 밤 진료소" in shown
    page.get_by_label("더 가릴 말").fill("진료소")
    page.get_by_role("button", name="가리고 다시 보기").click()
    page.locator("main").get_by_text("○○의 밤 ○○").first.wait_for()
    page.get_by_label(f"{NAMES[0]} 계획.txt").check()
    look(page, "clear")
    page.get_by_role("button", name="다 살펴봄").click()
    page.get_by_text("살펴본 것으로 했습니다").wait_for()
    by = Viewer.person(contest.person_id, contest.body_id, "officer")
    for entry in entries[1:]:
        actions.entry_clear(by=by, id=entry.pk)
    page.get_by_role("button", name="심사 시작하기").click()
    page.get_by_text("심사를 시작했습니다").first.wait_for()
    look(page, "organise-judging")


def judges(crowd: World, contest: Contest, browse: Any, look: Any) -> Entry:
    """One in the browser, with a tie to one entry; four by the actions."""
    marks = random.Random(20261125)
    contest.refresh_from_db()
    page = enter_as(browse(width=PHONE), crowd.judges[0])
    page.goto("/desk/")
    page.get_by_role("link", name=contest.title).first.click()
    page.wait_for_url("**/judge/")
    text = page.content()
    assert not any(name in text for name in NAMES[:ENTRIES]), "no entrant's name reaches a judge"
    look(page, "judge")
    tied = contest.entries.get(number=2)
    for done in range(ENTRIES):
        page.get_by_role("link", name="다음 응모 채점하기").click()
        page.wait_for_url(re.compile(r"/judge/[0-9a-f-]{36}/$"))
        if done == 0:
            look(page, "ties")
        if str(tied.pk) in page.url:
            page.get_by_label("함께 일한 적 있음").check()
            page.get_by_label("덧붙일 말").fill("지난해 자문했습니다.")
            page.get_by_role("button", name="알리고 채점하기").click()
            page.wait_for_url("**/judge/")
            continue
        page.get_by_label("이해관계 없음").check()
        page.get_by_role("button", name="알리고 채점하기").click()
        page.locator("#marks").wait_for()
        for key in KEYS:
            page.locator(f"input[name=points_{key}][value='{marks.randrange(3, 11)}']").check()
        page.get_by_label("심사평").fill("나누는 방식이 분명합니다.")
        if done == 0:
            page.locator("#saved").get_by_text("저장했습니다").wait_for()
            look(page, "sheet")
        page.get_by_role("button", name="저장하기").click()
        page.wait_for_url("**/judge/")
    assert "맡은 응모를 모두 채점했습니다" in page.content()
    look(page, "judge-done")
    for judge in crowd.judges[1:]:
        for entry in contest.entries.order_by("code"):
            crowd.mark(contest, judge, entry, {key: marks.randrange(11) for key in KEYS}, "다시 읽고 싶습니다.")
    return tied


def decides_and_publishes(contest: Contest, page: Any, look: Any) -> None:
    page.goto(f"{contest.get_absolute_url()}organise/")
    page.get_by_role("link", name="뽑을 응모 정하기").click()
    look(page, "decide")
    page.get_by_role("button", name="이대로 정하기").click()
    page.wait_for_url("**/results/")
    page.get_by_role("link", name="심사평 빼기").first.click()
    page.get_by_label("까닭").fill("기관의 이름이 들어 있음")
    page.get_by_role("button", name="심사평 빼기").click()
    page.wait_for_url("**/results/")
    page.get_by_role("button", name="모두에게 발표하기").click()
    page.get_by_text("결과를 발표했습니다").first.wait_for()
    look(page, "results")


def compares(contest: Contest, page: Any, look: Any, tied: Entry) -> None:
    """What the page says, what the file says, and what comes out when it is reckoned anew."""
    page.goto(f"{contest.get_absolute_url()}results/")
    look(page, "results")
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON").click()
    file = json.loads(download.value.path().read_text("utf-8"))
    recompute.check(file)
    reckoned = {code: f"{mark:f}" for code, mark in recompute.finals(file).items()}
    rows = page.locator("#ranks tr[data-code]")
    shown = {row.get_attribute("data-code"): row.locator(".final").inner_text().strip() for row in rows.all()}
    assert len(shown) == ENTRIES
    assert shown == reckoned
    assert all(re.fullmatch(r"-?\d+\.\d{10}", mark) for mark in shown.values())
    assert len(file["sheets"]) == ENTRIES * JUDGES - 1
    assert {s["judge"] for s in file["sheets"] if s["entry"] == tied.code} == {"J2", "J3", "J4", "J5"}
    order = [row.get_attribute("data-code") for row in rows.all()]
    assert sorted(shown, key=lambda code: -float(shown[code])) == order
    assert page.locator("#ranks .tag-ok").count() == 3
    page.goto(contest.get_absolute_url())
    look(page, "page-published")
    page.goto("/contests/became/")
    look(page, "became")
    selected = Entry.objects.filter(contest=contest, selected=True).first()
    assert selected
    page.goto(f"{contest.get_absolute_url()}support/{selected.pk}/")
    look(page, "support")


def without_a_script(contest: Contest, page: Any) -> None:
    """Goals are written and read without JavaScript."""
    entry = contest.entries.get(number=1)
    entry.refresh_from_db()
    page.goto(contest.get_absolute_url())
    follow(page, page.get_by_role("link", name="점수와 심사평"))
    assert page.locator("#ranks tr[data-code]").count() == ENTRIES
    page.goto("/contests/?q=돌봄")
    assert page.get_by_role("link", name=contest.title).count() == 1
