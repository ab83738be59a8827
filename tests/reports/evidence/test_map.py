"""The common map: areas with counts, a piece of ground by a grid, the table beside, and no script needed."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.core import clock
from dure.places.loading import load_builtin
from dure.places.policy import command_line
from dure.reports.models import Report
from tests.reports.world import World, route_to

SEOUL = {"lon": 126.98, "lat": 37.59}


@pytest.fixture
def loaded(world: World) -> World:
    load_builtin(by=command_line())
    for number in range(3):
        world.report(route=route_to(world.here.code, facts={"sigungu": "1111000000"}), **SEOUL)
        world.report(
            route=route_to(world.there.code, facts={"sigungu": "4182000000"}), lon=127.5 + number / 99, lat=37.8
        )
    return world


def get(query: str = "") -> str:
    answer = Client().get("/map/" + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_any_area_was_loaded_there_is_still_a_page(world: World) -> None:
    world.report()
    html = get()
    assert "구역 자료가 아직 없어" in html
    assert "시군구를 모르는 신고 1건" in html


def test_the_country_a_province_a_municipality_and_closer(loaded: World) -> None:
    country = get()
    assert "서울특별시 3" in country
    assert re.search(r'href="\?sido=11"[^>]*>\s*서울특별시', country)
    assert len(country.encode()) < 60_000
    province = get("?sido=41")
    assert "가평군 3" in province
    town = get("?sido=11&sigungu=1111000000")
    assert 'aria-label="신고 3, 크게 보기"' in town
    assert town.count("/reports/R-") == 3
    close = get("?c=126.98,37.59&w=100")
    assert "near=37.59" in close
    assert "목록으로 보기" in close
    single = get("?c=127.5,37.8&w=500")
    assert re.search(r'aria-label="신고 1, R-', single)
    assert "이 자리에는 없습니다" in get("?c=129.0,35.1&w=500")


def test_filters_hold_and_closed_matters_are_gone(loaded: World) -> None:
    one = Report.objects.filter(area_code="1111000000").first()
    assert one is not None
    Report.objects.filter(pk=one.pk).update(state="closed", outcome="solved", closed_at=clock.now())
    assert "서울특별시 2" in get()
    assert "서울특별시 1" in get("?state=closed")
    assert "가평군" not in get("?body=온샘시")
    assert "state=closed" in get("?state=closed&sido=11")
    table = get("?map=0&c=126.98,37.59&w=900")
    assert '<svg class="area-map"' not in table
    assert table.count("/reports/R-") == 2


@pytest.mark.parametrize(
    "query",
    [
        "?c=a,b&w=c",
        "?c=999,999",
        "?c=nan,1&w=inf",
        "?c=127,37&w=-5",
        "?sigungu=9999999999",
        "?sido=99",
        "?c=127,37&w=1e300",
        "?c=180,80&w=120000",
    ],
)
def test_nonsense_shows_a_map(loaded: World, query: str) -> None:
    get(query)


@pytest.mark.slow
@pytest.mark.parametrize("query", ["", "?sido=11", "?sido=11&sigungu=1111000000", "?c=126.98,37.59&w=3000"])
def test_the_database_is_asked_as_often_for_more(loaded: World, query: str) -> None:
    get(query)
    with CaptureQueriesContext(connection) as few:
        get(query)
    for number in range(4):
        loaded.report(
            route=route_to(loaded.here.code, facts={"sigungu": "1111000000"}), lon=126.98 + number / 1000, lat=37.591
        )
    with CaptureQueriesContext(connection) as many:
        get(query)
    assert len(few) == len(many)


def test_the_script_is_ours(db: None) -> None:
    answer = Client().get("/map/pan.js")
    assert answer["Content-Type"].startswith("text/javascript")
