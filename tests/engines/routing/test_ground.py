"""Borders, coasts, layers, words in place of a point, days."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from dure.engines.routing import Cell, Ground, Layer, Router, town_kind
from tests.engines.routing import world
from tests.engines.routing.world import BEFORE, SIDE, ask, codes, corner, point, route

DAYS = (date(2000, 1, 1),)


def near_east_border(place: str, metres: float) -> tuple[float, float]:
    x, y = corner(place)
    return x + SIDE - metres / 91_000, y + SIDE / 2


def test_near_a_border_the_other_side_is_named_and_asked_for() -> None:
    at = near_east_border("아산 동", 20)
    found = route(at=at, road="national-dong-of-si", accuracy=50)
    assert found.body == "4420000000"
    assert found.clarify
    assert found.clarify.kind == "border"
    assert {"4420000000", "x-rcma-daejeon"} == {choice.body for choice in found.clarify.choices}
    assert "x-rcma-daejeon" in codes(found)
    assert "경계" in found.reason


def test_farther_than_the_accuracy_nothing_is_asked() -> None:
    at = near_east_border("아산 동", 80)
    found = route(at=at, road="national-dong-of-si", accuracy=50)
    assert found.clarify is None
    assert found.confidence > 0.9


def test_a_border_that_changes_nothing_is_not_asked_about() -> None:
    found = route(at=near_east_border("아산 동", 10), category="waste.dumping", accuracy=50)
    assert (found.body, found.clarify) == ("4420000000", None)


def test_a_road_on_a_border_is_kept_by_agreement() -> None:
    found = route(at=near_east_border("아산 읍", 10), road="rural-road", accuracy=50)
    assert found.clarify
    assert "도로법 제24조" in found.law


def test_words_name_the_side() -> None:
    at = near_east_border("아산 읍", 10)
    found = route(at=at, category="waste.dumping", text="예산군 대술면 공터에 쓰레기", accuracy=50)
    assert (found.body, found.clarify) == ("4481000000", None)


def test_the_map_stands_over_a_class_that_says_otherwise_but_asks() -> None:
    found = route("아산 읍", road="national-dong-of-si")
    assert found.body == "x-rcma-daejeon"
    assert "4420000000" in codes(found)
    assert found.clarify
    assert found.clarify.kind == "ground"


def test_off_the_coast_the_nearest_area_answers_and_far_out_nobody() -> None:
    x, y = corner("아산 동")
    found = route(at=(x - 0.01, y + SIDE / 2), category="waste.dumping")
    assert found.body == "4420000000"
    assert found.confidence < 0.85
    found = route(at=(x - 1, y), category="waste.dumping")
    assert (found.body, found.clarify.kind if found.clarify else "") == ("", "ground")


def test_an_expressway_and_a_power_cut_need_no_place() -> None:
    assert route(text="경부고속도로 부산방향 120km 지점", category="roads.roadkill").body == "x-ex"
    assert route(category="lighting.outage").body == "x-kepco"
    found = route(text="국도 21호선에 구멍")
    assert (found.body, found.clarify.kind if found.clarify else "") == ("1613000", "ground")


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("아산시 배방읍 국도 21호선에 구멍", "x-rcma-daejeon"),
        ("아산시 온양동 국도 21호선에 구멍", "4420000000"),
        ("충남 예산군 대술면 지방도 619호선", "4400000000"),
        ("대전 유성구 구도 3호선", "3020000000"),
        ("제주시 애월읍 지방도", "5000000000"),
        ("전라남도 담양군 군도 5호선", "1271000000"),
        ("강원도 춘천시 신북읍 국도", "x-rcma-wonju"),
        ("광주광역시 남구 구도 3호선", "1227000000"),
        ("천안 쪽 시도 3호선", "4413000000"),
        ("천안에서 시도 3호선", "4413000000"),
    ],
)
def test_places_in_words(text: str, body: str) -> None:
    assert route(text=text).body == body


def test_a_name_of_several_places_is_asked_for() -> None:
    found = route(text="중구에 쓰레기가 쌓였어요", category="waste.dumping")
    assert found.clarify
    assert found.clarify.kind == "ground"
    assert len(found.clarify.choices) >= 5
    assert len(found.others) >= 4
    found = route(text="고성군에 쓰레기가 쌓였어요", category="waste.dumping")
    assert found.clarify
    assert {choice.words for choice in found.clarify.choices} == {"강원특별자치도 고성군", "경상남도 고성군"}


def test_words_that_look_like_names() -> None:
    for text in (
        "버스 이동 중에 봤어요",
        "축구 경기 때문에 시끄러워요",
        "고양이가 죽어 있어요",
        "부산 방향으로 가다가",
    ):
        assert route(text=text, category="waste.dumping").body == ""


def test_the_kind_of_town_is_read_from_words_where_the_map_has_none() -> None:
    layer = Layer.build("coarse", [shapely.box(126, 35, 127, 36)], DAYS, lambda day: ((Cell("4420000000"),),))
    coarse = Ground([layer], eras=DAYS, towns=world.ground().towns, version="coarse")
    by = Router(areas=coarse, roads=None, bodies=world.bodies(), categories=world.categories(), rules=world.rules())
    found = route("아산 동", by=by, text="배방읍 국도 21호선")
    assert found.body == "x-rcma-daejeon"
    found = route("아산 동", by=by, text="국도 21호선")
    assert found.clarify
    assert found.clarify.kind == "ground"
    assert {choice.body for choice in found.clarify.choices} == {"4420000000", "x-rcma-daejeon"}
    assert route("아산 동", by=by, road="national-outside-dong").body == "x-rcma-daejeon"


def test_the_finer_layer_stands_first_and_approximate_areas_last() -> None:
    fine = Layer.build(
        "fine", [shapely.box(126, 35, 126.1, 35.1)], DAYS, lambda day: ((Cell("4420000000", "배방읍", "eup"),),)
    )
    wide = Layer.build(
        "wide", [shapely.box(126, 35, 126.2, 35.2), shapely.box(126.2, 35, 126.4, 35.2)], DAYS,
        lambda day: ((Cell("4420000000"),), (Cell("4481000000"),)),
    )  # fmt: skip
    rough = Layer.build(
        "rough", [shapely.box(125.5, 34.5, 127, 36)], DAYS,
        lambda day: ((Cell("4413000000", approximate=True),),), slack_m=2000, approximate=True,
    )  # fmt: skip
    here = Ground([fine, wide, rough])
    day = date(2026, 7, 1)
    assert here.find(126.05, 35.05, 10, day)[0].cell.town == "배방읍"
    assert here.find(126.15, 35.15, 10, day)[0].cell == Cell("4420000000")
    assert here.find(126.3, 35.1, 10, day)[0].cell.code == "4481000000"
    assert here.find(126.9, 35.9, 10, day)[0].cell.approximate
    assert here.find(125.99, 35.05, 10, day)[0].cell.code == "4420000000", "a pier belongs to the official area"
    assert here.find(126.199, 35.05, 200, day)[1].cell.code == "4481000000"
    assert here.find(130, 40, 10, day) == []


def test_a_municipality_that_was_split_names_all_its_parts() -> None:
    def means(day: date) -> tuple[tuple[Cell, ...], ...]:
        return ((Cell("2827500000", share=0.5), Cell("2829000000", share=0.5)),)

    layer = Layer.build("split", [shapely.box(126, 35, 127, 36)], DAYS, means)
    by = Router(
        areas=Ground([layer]), roads=None, bodies=world.bodies(), categories=world.categories(), rules=world.rules()
    )
    found = route("아산 동", by=by, category="waste.dumping")
    assert {found.body} | codes(found) == {"2827500000", "2829000000"}
    assert found.clarify
    assert found.clarify.kind == "border"


def test_kinds_of_towns() -> None:
    assert [town_kind(name) for name in ("배방읍", "대술면", "온양1동", "명동2가", "세종로", "신리", "", "?")] == [
        "eup", "myeon", "dong", "dong", "dong", "myeon", "", "",
    ]  # fmt: skip


def test_days_before_all_eras_and_old_codes() -> None:
    assert route("춘천 읍", road="national-outside-dong", on=date(2022, 1, 1)).body == "x-rcma-wonju"
    assert route("춘천 읍", road="local-road", on=date(2022, 1, 1)).body == "4200000000"
    assert route("목포 동", category="lighting.signal", on=BEFORE).body == "x-police-jeonnam"


def test_points_that_are_none() -> None:
    for at in ((float("nan"), 36.0), (999.0, 36.0), (127.0, float("inf"))):
        assert route(at=at, text="아산시 배방읍", category="waste.dumping").body == "4420000000"
    assert world.router().route(ask("아산 동", accuracy=-5)).body
    assert point("아산 동")
