"""A dead deer on the road, said the same way on five kinds of road, goes to five owners; and one question decides
where a border, or the kind of road, leaves it open. Real bodies, areas and roads of a fresh installation."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dure.bodies.loader import load_bodies
from dure.core import clock
from dure.places.loading import load_builtin, load_builtin_roads
from dure.places.policy import command_line
from dure.reports.asking import router_on
from dure.reports.guess import labeller
from dure.reports.intake import forms
from dure.reports.models import Report

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DEER = "도로에 고라니 사체"
FIVE = {
    "expressway": ("yesan-30", 2, "", "한국도로공사", "이곳은 고속국도이고", "도로법 제112조"),
    "national": ("yesan-n21", 3, "", "대전지방국토관리청", "읍·면 지역을 지나는 일반국도", "도로법 제23조제1항제1호"),
    "in a dong": ("asan-n39", 3, "온양4동", "아산시", "동 지역을 지나는 일반국도", "도로법 제23조제2항제3호"),
    "provincial": ("yesan-l1", 0, "", "충청남도", "지방도이고 노선을 지정한 도지사가", "도로법 제15조제1항"),
    "county": ("yesan-g1", 0, "", "예산군", "예산군이 지정한 군도라서", "도로법 제17조"),
}
"""Kind of road: a demo road and which of its pieces, the place in words, the owner, its reason, its law."""
KOREAN_SENTENCE = re.compile(r"[가-힣](?:다\.|다\(|요[.?])")


@pytest.fixture(autouse=True)
def _installed(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    load_bodies()
    load_builtin(by=command_line())
    load_builtin_roads(by=command_line())
    # As loading the data does, so that nobody waits for it: what words speak of is learnt, the router is built.
    labeller()
    router_on(clock.today())
    monkeypatch.setattr(forms, "FASTEST", 0.0)


def on(road: str, piece: int) -> tuple[float, float]:
    """The middle of a straight piece of a demo road."""
    path = Path(__file__).resolve().parents[2] / "data" / "roads-demo" / "roads.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    line = next(f["geometry"]["coordinates"] for f in features if f["properties"]["id"] == road)
    (x1, y1), (x2, y2) = line[piece : piece + 2]
    return (x1 + x2) / 2, (y1 + y2) / 2


def hand_in(page: Any, lon: float, lat: float, address: str = "", *, script: bool = True) -> Report:
    """Somebody in a car: three words, the place of the telephone (typed where there is no script), send."""
    before = set(Report.objects.values_list("pk", flat=True))
    page.goto("/reports/")
    page.get_by_label("무슨 일인가요").fill(DEER)
    if script:
        page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 10})
        page.get_by_role("button", name="지금 이 자리").click()
        page.get_by_text("자리를 찾았습니다").wait_for()
    else:
        page.get_by_text("좌표나 시·군·구로 적기").click()
        page.get_by_label("위도").fill(f"{lat:.5f}")
        page.get_by_label("경도").fill(f"{lon:.5f}")
    if address:
        page.get_by_label("어디인가요").fill(address)
    page.get_by_role("button", name="보내기", exact=True).click()
    page.get_by_role("heading", name="접수했습니다").wait_for()
    return Report.objects.exclude(pk__in=before).get()


def who_has_it(page: Any) -> str:
    """The part of the page that says who has it, with its evidence open."""
    box = page.locator("#has-it")
    for closed in box.locator("details:not([open]) > summary").all():
        closed.click()
    return str(box.inner_text())


def test_a_dead_deer_on_five_roads_goes_to_five_owners(browse: Any, axe: Any, screenshot: Any) -> None:
    page = browse(width=360)
    page.context.grant_permissions(["geolocation"])
    plain = browse(width=360, script=False)
    owners = {}
    for kind, (road, piece, address, owner, reason, law) in FIVE.items():
        at = plain if kind == "county" else page
        report = hand_in(at, *on(road, piece), address, script=at is page)
        assert (report.category, report.state) == ("roads.roadkill", "received")
        assert report.area_code == ("4420000000" if kind == "in a dong" else "4481000000")
        for where in ("received", "status"):
            if where == "status":
                at.get_by_role("link", name="상황 보기").click()
                at.get_by_role("heading", name="지나온 길").wait_for()
            said = who_has_it(at)
            for words in (owner, reason, law):
                assert words in said, (kind, where, words, said)
            assert at.evaluate("document.documentElement.scrollWidth") <= 360
        assert at.get_by_text("한 가지만 여쭙겠습니다").count() == 0
        owners[kind] = report.body.name
    assert len(set(owners.values())) == 5, owners
    axe(page)
    screenshot(page, "deer-status", full=True)


def test_one_question_decides_near_a_border_and_between_two_roads(browse: Any, axe: Any, screenshot: Any) -> None:
    page = browse(width=360)
    page.context.grant_permissions(["geolocation"])
    report = hand_in(page, *on("yesan-l1", 1))
    assert report.body.code == "4400000000"
    assert "경계 가까이에 있어" in who_has_it(page)
    assert page.get_by_text("경계에 가깝습니다. 신고하신 곳은 어느 쪽인가요?").count() == 1
    axe(page)
    screenshot(page, "question-border", full=True)
    page.get_by_role("button", name="아산시", exact=True).click()
    page.get_by_text("맡을 기관을 정했습니다").first.wait_for()
    said = who_has_it(page)
    for words in ("아산시", "답해 주신 대로", "아산시 동 지역을 지나는 지방도라서", "도로법 제23조제2항제3호"):
        assert words in said, (words, said)
    assert page.get_by_text("경계에 가깝습니다").count() == 0
    report.refresh_from_db()
    assert (report.body.code, report.area_code, report.unit) == ("4420000000", "4420000000", "청소과")
    page.goto(report.status_path)
    assert "답해 주신 대로" in who_has_it(page)
    axe(page)
    screenshot(page, "question-answered", full=True)

    # Two classes of road beside each other; asked and answered on the status link.
    report = hand_in(page, *on("yesan-g1", 1))
    assert report.body.code == "4481000000"
    english = browse(width=360, language="en")
    english.goto(report.status_path)
    english.get_by_text("What kind of road is it?").wait_for()
    assert not KOREAN_SENTENCE.search(who_has_it(english))
    assert english.get_by_role("button", name="national road", exact=True).count() == 1
    page.goto(report.status_path)
    page.get_by_text("어떤 길인가요?").wait_for()
    page.get_by_role("button", name="일반국도", exact=True).click()
    page.get_by_text("맡을 기관을 정했습니다").first.wait_for()
    said = who_has_it(page)
    for words in ("대전지방국토관리청", "답해 주신 대로", "국토교통부장관이 관리청이고", "도로법 시행령 제100조제3항"):
        assert words in said, (words, said)
    english.reload()
    said = who_has_it(english)
    assert "as you answered the question" in said
    assert not KOREAN_SENTENCE.search(said), said
    report.refresh_from_db()
    assert report.body.code == "x-rcma-daejeon"
