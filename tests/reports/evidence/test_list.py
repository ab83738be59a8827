"""The list of reports, what its filters find, its files and its feed."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.core import clock
from dure.core.visibility import withhold
from dure.reports.models import Report
from tests.collaboration.world import client_of
from tests.reports.world import World, route_to

LIST = "/reports/all/"


def page(query: str = "", **headers: str) -> str:
    answer = Client().get(LIST + query, headers=headers or None)
    assert answer.status_code == 200
    return answer.content.decode()


def found(query: str) -> set[str]:
    data = json.loads(b"".join(Client().get(f"{LIST}list.geojson{query}")))
    return {feature["id"] for feature in data["features"]}


def test_an_empty_list_offers_the_next_step(db: None) -> None:
    assert "아직 들어온 신고가 없습니다" in page()
    assert "맞는 신고가 없습니다" in page("?q=고라니")


def test_filters_find_what_they_say(world: World) -> None:
    deer = world.report()
    hole = world.report(
        category="roads.pothole", words="길이 파였어요", to=world.there, lon=127.5, lat=37.8, address="산골로 1"
    )
    lost = world.report(route=route_to("", facts={}), words="어딘지 몰라요", category="", lon=None, lat=None)
    Report.objects.filter(pk=hole.pk).update(
        state="closed", outcome="solved", closed_at=clock.now(), due_at=clock.now() - timedelta(days=1), moves_count=2
    )
    Report.objects.filter(pk=deer.pk).update(due_at=clock.now() - timedelta(days=1), area_code="1111000000")
    today = clock.today().isoformat()
    for query, expected in {
        "": {deer, hole, lost},
        "?q=고라니": {deer},
        f"?q={hole.receipt}": {hole},
        "?q=산골로": {hole},
        f"?body={world.there.slug}": {hole},
        "?body=너른군": {hole},
        "?sido=11": {deer},
        "?sido=11&sigungu=1111000000": {deer},
        "?sido=26": set(),
        "?category=roads.pothole": {hole},
        "?group=roads": {deer, hole},
        "?state=open": {deer, lost},
        "?state=closed": {hole},
        "?only=overdue": {deer},
        "?only=late": {deer, hole},
        "?only=moved": {hole},
        "?only=again": set(),
        "?only=placeless": {lost},
        f"?since={today}": {deer, hole, lost},
        "?until=2001-01-01": set(),
        "?near=37.8,127.5&radius=500": {hole},
        "?near=127.5,37.8&radius=500": {hole},
        "?box=127.4,37.7,127.6,37.9": {hole},
    }.items():
        assert found(query) == {one.receipt for one in expected}, query


def test_a_circle_is_round_and_in_metres(world: World) -> None:
    near = world.report(lon=127.0, lat=36.0 + 990 / 111_195)
    world.report(lon=127.0, lat=36.0 + 1010 / 111_195)
    world.report(lon=127.0 + 800 / 111_195 / 0.809, lat=36.0 + 800 / 111_195)
    assert found("?near=36,127&radius=1000") == {near.receipt}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?since=gestern", "날짜로 읽을 수 없습니다"),
        ("?near=abc", "위도와 경도를 적어 주세요"),
        ("?body=없는기관", "그런 이름의 기관을 찾지 못해"),
        ("?since=2026-02-01&until=2026-01-01", "두 날을 바꾸어"),
    ],
)
def test_what_cannot_be_read_is_said(world: World, query: str, said: str) -> None:
    assert said in page(query)


@pytest.mark.parametrize(
    "query", ["?q=%00&body=%00", "?group=x&category=y&state=z&only=w&sort=v", "?sido=①①", "?box=1,2&radius=-5",
              "?near=nan,inf", "?q=" + "가" * 5000, "?sigungu=11"]
)  # fmt: skip
def test_nonsense_counts_as_not_given(world: World, query: str) -> None:
    world.report()
    page(query)


def test_a_cursor_that_is_not_ours_is_refused(world: World) -> None:
    assert Client().get(LIST + "?after=abc").status_code in (400, 422)


def test_paging_goes_through_all_once_and_asks_as_often(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.reports.evidence.queries.PAGE", 2)
    receipts = {world.report().receipt for _ in range(3)}
    with CaptureQueriesContext(connection) as few:
        first = page()
    monkeypatch.setattr("dure.reports.evidence.queries.PAGE", 3)
    with CaptureQueriesContext(connection) as many:
        page()
    assert len(few) == len(many)
    monkeypatch.setattr("dure.reports.evidence.queries.PAGE", 2)
    from dure.core.viewer import Viewer
    from dure.reports.evidence import queries
    from dure.reports.evidence.wanted import Wanted

    for sort in queries.ORDERS:
        one = queries.listed(Viewer.anonymous(), Wanted(sort=sort))
        two = queries.listed(Viewer.anonymous(), Wanted(sort=sort), one.next)
        assert [len(one.items), len(two.items), two.next] == [2, 1, ""]
        assert {row.receipt for row in [*one.items, *two.items]} == receipts
    assert "after=" in first


def test_what_is_withheld_is_counted_and_its_words_do_not_leak(world: World) -> None:
    secret = world.report(words="비밀스러운 고라니")
    world.report(words="보통 고라니")
    review_on = clock.today() + timedelta(days=30)
    withhold(by=world.officer, thing=secret, level="body", reason="personal", review_on=review_on)
    html = page("?q=비밀스러운")
    assert secret.receipt not in html
    assert "개인정보 (1)" in html
    assert "비밀스러운 고라니" in client_of(world.officer).get(LIST).content.decode()
    data = b"".join(client_of(world.officer).get(f"{LIST}list.geojson")).decode()
    assert "비밀스러운" not in data
    assert json.loads(data)["withheld"] == [{"reason": "개인정보", "count": 1}]
    Report.objects.filter(pk=secret.pk).update(outcome="abuse", state="closed", closed_at=clock.now())
    assert "지금 공개하지 않은 것은 없습니다" in page()


def test_files_hold_public_fields_the_licence_and_no_formulas(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.reports.evidence.queries.BATCH", 2)
    reports = [world.report(words="=1+1 전화 010-1234-5678", by=world.citizen) for _ in range(5)]
    answer = Client().get(f"{LIST}list.csv")
    assert "licenseType1" in answer["Link"]
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert {row[0] for row in rows[1:-1]} == {one.receipt for one in reports}
    assert "공공누리" in rows[-1][0]
    assert rows[1][12].startswith("'=")
    assert Client().get(f"{LIST}list.xlsx").status_code == 200
    assert Client().get(f"{LIST}list.pdf").status_code == 404
    data: dict[str, Any] = json.loads(b"".join(Client().get(f"{LIST}list.geojson")))
    assert len(data["features"]) == 5
    assert data["features"][0]["geometry"]["coordinates"] == [127.0018, 36.7898]
    assert "한주민" not in json.dumps(data, ensure_ascii=False)
    assert str(world.citizen.person_id) not in json.dumps(data)


def test_the_feed_and_english(world: World) -> None:
    report = world.report()
    answer = Client().get(f"{LIST}feed.atom?category=roads.roadkill")
    assert report.receipt in answer.content.decode()
    assert "Reports" in page("", **{"accept-language": "en"})
