"""Pages and JSON of roads."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dure.core.links import resolve_one, urn
from dure.core.viewer import Viewer
from dure.places import road_queries as queries
from dure.places.loading import load_builtin_roads
from dure.places.models import Road, RoadGeneration
from dure.places.policy import command_line
from dure.places.roads_shown import road_map, road_title
from tests.places.roadfiles import at, grid_lines, nodelink, write
from tests.places.test_roads_load import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn() -> None:
    load_builtin_roads(by=command_line())


def body(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_before_any_network_the_pages_say_so(client: Client) -> None:
    assert "도로망이 아직 없습니다" in body(client, "/roads/")
    assert "가까이에 아는 도로가 없습니다" in body(client, "/roads/?q=36.78,127.0")
    body(client, "/roads/0f6a2c34-58a1-5b2e-8f43-0f1b9d7c2e55/", 404)
    assert client.get("/api/v1/roads/near?lon=127&lat=36").status_code == 404
    assert client.get("/api/v1/roads").json() == {"items": [], "next": None}


@pytest.mark.usefixtures("drawn")
class TestPages:
    def test_the_list_by_class_name_number_and_point(self, client: Client) -> None:
        page = body(client, "/roads/")
        assert "어림 선입니다" in page
        assert page.index("경부고속도로") < page.index("국도 21호선") < page.index("석봉로")
        assert "경부고속도로" not in body(client, "/roads/?class=gun-road")
        assert "석봉로" in body(client, "/roads/?class=municipal")
        found = body(client, "/roads/?q=21호선")
        assert "국도 21호선" in found
        assert "석봉로" not in found
        assert "찾는 도로가 없습니다" in body(client, "/roads/?q=없는길")
        near = body(client, "/roads/?q=36.7835,127.000")
        assert "국도 21호선" in near
        assert "가능성" in near
        assert "가까이에 아는 도로가 없습니다" in body(client, "/roads/?q=10.0,10.0")

    def test_odd_questions_are_answered(self, client: Client) -> None:
        for address in ("/roads/?class=planet", "/roads/?q=%00", "/roads/?q=" + "가" * 500, "/roads/?q=900.5,900.5"):
            body(client, address)
        assert "읽을 수 없어" in body(client, "/roads/?on=yesterday")
        body(client, "/roads/?after=forged", 422)

    def test_one_road_with_map_and_lines(self, client: Client) -> None:
        road = Road.objects.get(number="1", road_class="expressway")
        page = body(client, road.get_absolute_url())
        assert "<svg" in page
        assert "stroke-width" in page
        assert "안성–목천" in page
        answer = client.get(road.get_absolute_url() + "lines.geojson")
        assert answer["Content-Type"] == "application/geo+json"
        feature = json.loads(answer.content)
        assert feature["geometry"]["type"] == "MultiLineString"
        assert feature["geometry"]["coordinates"][0][0] == [127.186, 36.88]
        assert feature["properties"]["approximate"] is True

    def test_the_list_as_a_file(self, client: Client) -> None:
        answer: Any = client.get("/roads/list.csv?class=expressway")
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert len(rows) == Road.objects.filter(road_class="expressway").count()
        assert rows[0]["도로 이름"] == "경부고속도로"

    def test_english(self, client: Client) -> None:
        page = client.get("/roads/", headers={"Accept-Language": "en"}).content.decode()
        assert "Approximate lines" in page
        assert "Expressway" in page

    def test_links_from_elsewhere_find_a_road_and_a_network(self) -> None:
        road = Road.objects.get(name="석봉로")
        link = resolve_one(urn("road", road.urn_id), Viewer.anonymous())
        assert link is not None
        assert (link.title, link.url) == ("석봉로", road.get_absolute_url())
        network = resolve_one(urn("roads", RoadGeneration.objects.get().pk), Viewer.anonymous())
        assert network is not None
        assert network.url == "/roads/"

    def test_every_road_is_called_something(self) -> None:
        titles = [road_title(road) for road in Road.objects.all()]
        assert all(titles)
        assert "대술면 지방도" in titles
        with translation.override("ko"):
            assert road_title(Road(road_class="national", number="21")) == "일반국도 21호선"
            assert road_title(Road(road_class="", number="")) == "이름 없는 길 (종류 모름)"
            assert road_title(Road(road_class="national", number="21", name="온천대로")) == "온천대로 (일반국도 21)"


class TestSize:
    def test_paging_reaches_every_road(self, client: Client, tmp_path: Path) -> None:
        many = 130
        columns: dict[str, list[Any]] = {"road_class": ["군도"] * many, "number": [str(i % 7) for i in range(many)],
                                         "name": [f"길 {i}" for i in range(many)]}  # fmt: skip
        load(write(tmp_path / "x.geojson", grid_lines(many), columns), crs="EPSG:4326")
        seen, address = [], "/roads/"
        while address:
            answer = client.get(address)
            seen += [road.pk for road, _title, _url in answer.context["roads"]]
            address = "/roads/" + answer.context["next"] if answer.context["next"] else ""
        assert seen == list(queries.roads().values_list("pk", flat=True))
        assert len(seen) == many
        few = client.get("/api/v1/roads?limit=100").json()
        rest = client.get("/api/v1/roads", {"limit": 100, "after": few["next"]}).json()
        assert (len(few["items"]), len(rest["items"]), rest["next"]) == (100, 30, None)

    def test_a_long_road_is_drawn_within_bounds(self, client: Client, tmp_path: Path) -> None:
        many = queries.SHOWN_LINKS + 30
        columns: dict[str, list[Any]] = {"road_class": ["국도"] * many, "number": ["21"] * many}
        load(write(tmp_path / "x.geojson", grid_lines(many), columns), crs="EPSG:4326")
        road = Road.objects.get()
        assert road.links_count == many
        page = body(client, road.get_absolute_url())
        assert f"처음 {queries.SHOWN_LINKS}구간만" in page
        assert len(page) < 60_000
        feature = client.get(road.get_absolute_url() + "lines.geojson").json()
        assert feature["properties"]["links_here"] == queries.SHOWN_LINKS

    def test_an_empty_map_is_empty(self) -> None:
        import numpy as np

        assert road_map(np.array([], dtype=object), title="x", desc="") == ""


class TestApi:
    def test_near_with_accuracy_and_heading(self, client: Client, tmp_path: Path) -> None:
        load(nodelink(tmp_path))
        lon, lat = at(grid_lines(8)[2])
        found = client.get(f"/api/v1/roads/near?lon={lon}&lat={lat}&accuracy=5&heading=90").json()
        (one,) = found["items"]
        assert one["road"]["number"] == "21"
        assert one["multi"] == [{"road_class": "local-road", "number": "623"}]
        assert one["link"] == "2870003"
        assert 0 <= one["heading_off"] <= 180
        assert one["weight"] + found["none"] == pytest.approx(1, abs=0.001)
        assert found["network"]["kind"] == "nodelink"
        detail = client.get(f"/api/v1/roads/{one['road']['id']}").json()
        assert detail["title"] == "온천대로 (일반국도 21)"

    def test_questions_that_are_none(self, client: Client, tmp_path: Path) -> None:
        load(nodelink(tmp_path))
        for query in ("", "lon=127", "lon=x&lat=36", "lon=200&lat=36", "lon=127&lat=36&accuracy=-1",
                      "lon=127&lat=36&heading=nan", "lon=nan&lat=36", "lon=127&lat=36&on=soon"):  # fmt: skip
            assert client.get(f"/api/v1/roads/near?{query}").status_code == 422, query
        assert client.get("/api/v1/roads?road_class=planet").status_code == 422
        assert client.get("/api/v1/roads/0f6a2c34-58a1-5b2e-8f43-0f1b9d7c2e55").status_code == 404


def test_pages_ask_as_often_for_many_as_for_few(client: Client, tmp_path: Path) -> None:
    addresses = ["/roads/", "/roads/list.csv", "/api/v1/roads", "/api/v1/roads/near?lon=127.27&lat=36.37"]
    asked: list[list[int]] = []
    for many, name in ((3, "few"), (40, "many")):
        columns: dict[str, list[Any]] = {"name": [f"길 {i}" for i in range(many)]}
        load(write(tmp_path / f"{name}.geojson", grid_lines(many), columns), crs="EPSG:4326")
        road = Road.objects.filter(generation__active=True)[0]
        counts = []
        for address in [*addresses, road.get_absolute_url()]:
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counts.append(len(seen))
        asked.append(counts)
    assert asked[0] == asked[1]
    assert max(asked[0]) < 20
