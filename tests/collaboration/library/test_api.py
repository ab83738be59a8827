"""The library's part of the public API, through HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("library", "_unhurried")
client = Client()


@pytest.fixture
def _unhurried(settings: Any) -> None:
    """Tests ask more often than people may."""
    settings.API_PER_MINUTE = 1_000_000


def get(path: str, **query: object) -> Any:
    response = client.get(f"/api/v1/library{path}", query)
    assert response.status_code == 200, response.content
    return response.json()


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


def test_words_bring_the_best_match_first_and_pages_do_not_overlap():
    assert get("/cases", q="로드킬 바로신고")["items"][0]["no"] == "A297"
    first = get("/cases", q="빈집", limit=3)
    second = get("/cases", q="빈집", limit=3, after=first["next"])
    numbers = [case["no"] for page in (first, second) for case in page["items"]]
    assert len(numbers) == len(set(numbers)) > 3
    assert get("/cases", q="쀍쀍") == {"items": [], "next": None}


def test_an_unknown_value_is_refused_with_its_field():
    response = client.get("/api/v1/library/cases", {"level": "우주"})
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
    assert client.get("/api/v1/library/cases/A999").status_code == 404


def test_figures():
    figures = get("/figures")
    assert figures["total"] == 601
    assert figures["lasting"] == 72
    assert {table["number"]: table["verdict"] for table in figures["tables"]}["3-1"] == "same"


def test_compare_refuses_rather_than_leaving_out():
    assert [case["no"] for case in get("/compare", case=["A002", "A001"])] == ["A002", "A001"]
    for numbers in (["A001", "A999"], ["A001", "A002", "A003", "A004", "A005"]):
        assert client.get("/api/v1/library/compare", {"case": numbers}).status_code == 422
