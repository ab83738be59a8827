"""The library's API, in a NinjaAPI of its own."""

from __future__ import annotations

import json

import pytest
from django.http import HttpRequest, JsonResponse
from ninja import NinjaAPI
from ninja.testing import TestClient

from dure.collaboration.library.api import router
from dure.core.refused import Refused

pytestmark = pytest.mark.usefixtures("library")

api = NinjaAPI(urls_namespace="library-tests")
api.add_router("/library", router)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> JsonResponse:
    return JsonResponse(refused.problem(), status=refused.status)


client = TestClient(api)


def get(path: str, **query: object) -> dict:
    response = client.get(f"/library{path}", query_params=query)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def test_keyset_pages_show_every_case_once():
    seen, after = [], ""
    while True:
        page = get("/cases", limit=100, after=after)
        seen += [case["no"] for case in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == [f"A{n:03}" for n in range(1, 602)]


def test_filters_are_the_page_s():
    found = get("/cases", service_field="교육", limit=100)
    assert len(found["items"]) == 55
    assert get("/cases", q="로드킬 바로신고")["items"]


def test_an_unknown_value_is_refused_with_its_field():
    response = client.get("/library/cases", query_params={"level": "우주"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "level"


def test_one_case_and_what_is_not_there():
    case = get("/cases/A129")
    assert case["depth"]["no"] == 1
    assert case["typology"]["reason"].endswith(".")
    assert len(case["similar"]) == 5
    assert case["parties"][0]["body_id"]
    plain = get("/cases/A353")
    assert plain["title"] == ""
    assert plain["title_state"] == "missing"
    assert client.get("/library/cases/A999").status_code == 404


def test_figures():
    figures = get("/figures")
    assert figures["total"] == 601
    assert figures["lasting"] == 72
    assert {table["number"]: table["verdict"] for table in figures["tables"]}["3-1"] == "same"


def test_compare_refuses_rather_than_leaving_out():
    assert [case["no"] for case in get("/compare", case=["A002", "A001"])] == ["A002", "A001"]
    for numbers in (["A001", "A999"], ["A001", "A002", "A003", "A004", "A005"]):
        assert client.get("/library/compare", query_params={"case": numbers}).status_code == 422
