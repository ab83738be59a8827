"""The evidence pages: figures that agree with their lists, fair comparison, spots, and what other pages show."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.core import clock
from dure.core.viewer import Viewer
from dure.places.loading import load_builtin
from dure.places.models import Area
from dure.places.policy import command_line
from dure.reports.evidence import figures, shown
from dure.reports.evidence.figures import Scope
from dure.reports.models import Report
from tests.collaboration.world import client_of
from tests.reports.world import World, route_to

BASE = "/reports/evidence/"


@pytest.fixture(autouse=True)
def _fresh(db: None) -> None:
    cache.clear()


@pytest.fixture
def filled(world: World) -> World:
    """Five dead animals in one spot, closed after 1 to 5 days, the last one late; two holes far away, still open."""
    load_builtin(by=command_line())
    for day in range(1, 6):
        one = world.report(
            route=route_to(world.here.code, facts={"sigungu": "1111000000"}), lon=126.98 + day * 1e-5, lat=37.59
        )
        Report.objects.filter(pk=one.pk).update(
            state="closed",
            outcome="solved",
            closed_at=one.created_at + timedelta(days=day),
            due_at=one.created_at + timedelta(days=4.5),
            second_look_at=one.created_at if day == 1 else None,
        )
    for shift in range(2):
        world.report(
            route=route_to(world.there.code, facts={"sigungu": "4182000000"}),
            category="roads.pothole",
            lon=127.5 + shift,
            lat=37.8,
        )
    return world


def get(address: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(BASE + address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def count_of(url: str) -> int:
    return len(json.loads(b"".join(Client().get(url.replace("/all/?", "/all/list.geojson?"))))["features"])


@pytest.mark.parametrize("page", ["", "times/", "times/?by=area", "rates/", "spots/", "spots/?group=roads", "method/"])
def test_nothing_yet_and_nonsense(page: str, db: None) -> None:
    get(page)
    get(page + ("&" if "?" in page else "?") + "months=x&category=zzz&sido=①①&radius=7&least=x&sort=q")


def test_every_figure_of_the_overview_is_what_its_list_holds(filled: World) -> None:
    html = get("")
    facts = re.findall(r'<dt>([^<]+)</dt><dd><a href="([^"]+)">([\d,]+)</a>', html)
    assert len(facts) == 4
    for label, url, value in facts:
        assert count_of(url.replace("&amp;", "&")) == int(value), label
    assert "80 %" in html
    counted = figures.by_category(Scope())
    assert dict(counted.rows) == {"roads.roadkill": 5, "roads.pothole": 2}


def test_joined_and_split_reports_count_once(filled: World) -> None:
    first = Report.objects.filter(category="roads.pothole").first()
    Report.objects.filter(category="roads.pothole").exclude(pk=first.pk).update(
        state="closed", outcome="joined", joined_to=first, closed_at=clock.now()
    )
    assert dict(figures.by_category(Scope()).rows)["roads.pothole"] == 1


def test_times_taken_and_who_has_too_few(filled: World) -> None:
    rows = {row.slug: row for row in figures.times(Scope()).rows}
    here = rows[filled.here.slug]
    assert here.compared is not None
    assert (here.received, here.closed, here.in_time, here.judged, here.again) == (5, 5, 4, 5, 1)
    assert here.compared.median == pytest.approx(3)
    assert here.compared.ratio is None
    assert rows[filled.there.slug].compared is None
    html = get("times/")
    assert "견줄 곳 없음" in html
    for url in re.findall(r'href="(/reports/all/[^"]+)"', html):
        assert "wrong" not in parse_qs(urlsplit(url).query)
    assert "서울특별시 종로구" in get("times/?by=area&sort=ratio")


def test_a_fair_comparison_reaches_the_page(filled: World) -> None:
    for _ in range(2):
        one = filled.report(to=filled.there)
        Report.objects.filter(pk=one.pk).update(
            state="closed", outcome="solved", closed_at=one.created_at + timedelta(days=9)
        )
    rows = {row.slug: row.compared for row in figures.times(Scope()).rows}
    assert rows[filled.there.slug].ratio == pytest.approx(18 / (2 * 33 / 7))
    assert rows[filled.there.slug].enough is False
    assert "2건뿐" in get("times/?sort=ratio")


def test_rates_by_residents_and_unknown_roads(filled: World) -> None:
    rows = {row.code: row for row in figures.rates(Scope()).rows}
    assert rows["1111000000"].per_thousand == pytest.approx(1000 * 5 / 136_624)
    assert rows["1111000000"].km is None
    html = get("rates/")
    assert "도로의 길이를 모릅니다" in html
    assert "136,624" in html


def test_spots_with_their_list_file_and_hand_over(filled: World) -> None:
    assert "무엇을 볼까요" in get("spots/")
    query = "?category=roads.roadkill&group=roads&least=5"
    found = figures.hot_spots(Scope(group="roads", category="roads.roadkill"), least=5).rows
    assert [len(spot.urns) for spot in found] == [5]
    assert found[0].p is not None
    html = get("spots/" + query)
    url = re.search(r'href="(/reports/all/[^"]+near[^"]+)"', html)
    assert url
    assert count_of(url[1].replace("&amp;", "&")) == 5
    assert "협업 요청하기" not in html
    rows = list(csv.reader(io.StringIO(b"".join(Client().get(f"{BASE}spots.csv{query}")).decode("utf-8-sig"))))
    assert rows[1][3] == "5"
    assert len(json.loads(b"".join(Client().get(f"{BASE}spots.geojson{query}")))["features"]) == 1
    assert Client().get(f"{BASE}spots.csv").status_code == 422
    officer = client_of(filled.officer)
    ask = re.search(r'href="([^"]+/spots/ask/[^"]+)"', get("spots/" + query, officer))
    assert ask
    answer = officer.get(ask[1].replace("&amp;", "&"))
    assert answer.status_code == 302
    said = parse_qs(urlsplit(answer["Location"]).query)["said"][0]
    assert found[0].urns[0] in said
    assert "5건" in said
    assert "5건" in officer.get(answer["Location"]).content.decode()
    assert officer.get(f"{BASE}spots/ask/{query}&at=1,2").status_code == 404


def test_boxes_on_other_pages_and_figures_of_the_front(filled: World) -> None:
    html = Client().get(filled.here.get_absolute_url()).content.decode()
    assert "맡은 신고" in html
    area = Area.objects.filter(code="1111000000").first()
    assert area
    assert "여기의 신고" in Client().get(area.get_absolute_url()).content.decode()
    nobody = Viewer.anonymous()
    assert not list(shown.panels(filled.roads.urn, nobody))
    for figure in shown.figures(nobody):
        assert count_of(figure.url) == figure.value


@pytest.mark.slow
@pytest.mark.parametrize("page", ["", "times/", "times/?by=area", "rates/", "spots/?category=roads.roadkill"])
def test_the_database_is_asked_as_often_for_more(filled: World, page: str) -> None:
    def asked() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            get(page)
        return len(queries)

    get(page)
    few = asked()
    for number in range(4):
        filled.report(to=filled.roads if number else filled.here, lon=126.9 + number / 50, lat=37.5)
    assert asked() == few


def test_the_hourly_job_makes_what_is_shown_first(filled: World, django_assert_max_num_queries: Any) -> None:
    figures.warm()
    with django_assert_max_num_queries(4):
        figures.times(Scope())
