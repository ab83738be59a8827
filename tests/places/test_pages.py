"""Pages and JSON of areas."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Template
from django.test import Client, override_settings
from django.urls import include, path
from ninja import NinjaAPI

from dure.core.refused import Refused
from dure.places import queries, svg
from dure.places.api import router

pytestmark = pytest.mark.usefixtures("areas")

api = NinjaAPI(urls_namespace="places-test", openapi_url=None, docs_url=None)
api.add_router("", router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return JsonResponse(error.problem(), status=error.status)


urlpatterns = [path("api/", api.urls), path("", include("dure.config.urls"))]
as_api = override_settings(ROOT_URLCONF="tests.places.test_pages")


def body(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_shows_municipalities_and_says_that_borders_are_approximate(client: Client) -> None:
    page = body(client, "/places/")
    assert "종로구" in page
    assert "어림 경계입니다" in page
    assert "2018, 2021" in page
    assert 'rel="next"' in page
    assert len(gzip.compress(page.encode())) < 10_000


def test_paging_reaches_every_area_forwards_and_back(client: Client) -> None:
    seen, address = [], "/places/"
    while address:
        answer = client.get(address)
        seen += [area.code for area, _above in answer.context["areas"]]
        last, address = answer, "/places/" + answer.context["next"] if answer.context["next"] else ""
    assert seen == list(queries.areas(level="sigungu").values_list("code", flat=True))
    back = client.get("/places/" + last.context["prev"])
    assert [a.code for a, _above in back.context["areas"]][-1] < last.context["areas"][0][0].code


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("가평", "가평군"),
        ("28110", "제물포구"),
        ("37.5665, 126.978", "서울특별시"),
        ("126.978 37.5665", "서울특별시"),
        ("10.5, 20.5", "어느 구역에도 들지 않습니다"),
        ("95.0, 500.0", "어느 구역에도 들지 않습니다"),
        ("<script>", "찾는 구역이 없습니다"),
    ],
)
def test_searching(client: Client, query: str, expected: str) -> None:
    page = client.get("/places/", {"q": query}).content.decode()
    assert expected in page
    assert "<script>alert" not in page


def test_an_area_with_neighbours_history_and_map(client: Client) -> None:
    page = body(client, "/places/1211000000/")
    assert "전남광주통합특별시 목포시" in page
    assert "어림 경계" in page
    assert "무안군" in page or "신안군" in page
    assert "4611000000" in page
    assert '<svg class="area-map"' in page
    assert "style=" not in page.split("<main")[1].split("</main>")[0]


def test_an_old_code_shows_what_it_became(client: Client) -> None:
    assert "4611000000 코드는 바뀌었습니다" in body(client, "/places/4611000000/")
    split = body(client, "/places/2811000000/")
    assert "제물포구" in split
    assert "영종구" in split
    assert "중구" in body(client, "/places/2811000000/?on=2025-01-01")
    body(client, "/places/9999999999/", 404)


def test_a_wrong_day_is_said_and_not_hidden(client: Client) -> None:
    assert "날짜로 읽을 수 없어" in body(client, "/places/?on=yesterday")
    assert "날짜로 읽을 수 없어" in body(client, "/places/41820/?on=2026-13-40")


def test_the_country_map_is_small_told_and_safe() -> None:
    values: dict[str, float | None] = {a.code: a.km2 for a in queries.areas(level="sigungu")}
    values["1111000000"] = None
    text = svg.country_map(values, title="면적 <b>", desc="설명", unit=" km²", ident="m")
    assert len(gzip.compress(text.encode())) < 15_000
    assert 'role="img" aria-labelledby="m-t m-d"' in text
    assert "<b>" not in text
    assert "style=" not in text
    assert text.count("<path") == 230
    assert "종로구 자료 없음" in text
    sido: dict[str, float | None] = {a.code: a.km2 for a in queries.areas(level="sido")}
    assert len(gzip.compress(svg.country_map(sido, "sido", title="면적").encode())) < 3_500


def test_a_map_of_nothing_is_all_grey_and_old_codes_are_followed() -> None:
    empty = svg.country_map({}, "sido", title="x")
    assert empty.count("자료 없음") == 16
    assert 'class="q' not in empty
    old = svg.country_map({"4200000000": 3.0}, "sido", title="x")
    assert "강원특별자치도 3" in old
    both = svg.country_map({"2900000000": 3.0, "4600000000": 4.0}, "sido", title="x")
    assert "전남광주통합특별시 자료 없음" in both


def test_the_tag_brings_legend_and_table() -> None:
    page = Template('{% load places %}{% area_map values "sido" title="요청" unit="건" %}').render(
        Context({"values": {"1100000000": 3, "2600000000": 7}})
    )
    assert "표로 보기" in page
    assert "7건" in page
    assert "어림 경계" in page
    assert page.index("부산광역시</a>") < page.index("서울특별시</a>")


@as_api
def test_locate_by_json(client: Client) -> None:
    found = client.get("/api/areas/locate", {"lon": 126.978, "lat": 37.5665}).json()
    assert found["area"]["approximate"] is True
    assert found["generation"]["dated"] == "2026-07-01"
    old = client.get("/api/areas/locate", {"lon": 126.8514, "lat": 35.1601, "on": "2025-01-01"}).json()
    assert old["area"]["code"].startswith("29")
    assert client.get("/api/areas/locate", {"lon": 0, "lat": 0}).status_code == 404
    assert client.get("/api/areas/locate", {"lon": 500, "lat": 0}).status_code == 422


@as_api
def test_an_area_and_its_neighbours_by_json(client: Client) -> None:
    one = client.get("/api/areas/46110", {"geometry": "true"}).json()
    assert (one["code"], one["asked"]) == ("1211000000", "46110")
    assert one["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert client.get("/api/areas/2811000000").status_code == 410
    assert client.get("/api/areas/0000000000").status_code == 404
    beside = client.get("/api/areas/1211000000/neighbours").json()
    assert [b["shared_m"] for b in beside] == sorted((b["shared_m"] for b in beside), reverse=True)


@as_api
def test_the_list_by_json_pages_by_code(client: Client) -> None:
    seen: list[str] = []
    after: Any = ""
    while after is not None:
        page = client.get("/api/areas", {"level": "sigungu", "limit": 100, "after": after}).json()
        seen += [item["code"] for item in page["items"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 230
    assert client.get("/api/areas", {"limit": 1000}).status_code == 422
