"""Every kind of road in every kind of place, by the law; and the cases that authority.yaml gives."""

from __future__ import annotations

import pytest

from tests.engines.routing.world import BEFORE, PLACES, codes, plain, route, rules

EX, LAND = "x-ex", "1613000"
SEOUL, DAEJEON_OFFICE, BUSAN_OFFICE = "x-rcma-seoul", "x-rcma-daejeon", "x-rcma-busan"
IKSAN, WONJU = "x-rcma-iksan", "x-rcma-wonju"
OFFICES = {
    **dict.fromkeys(["30", "36", "44"], DAEJEON_OFFICE),
    **dict.fromkeys(["11", "28", "41"], SEOUL),
    **dict.fromkeys(["31", "48"], BUSAN_OFFICE),
    "12": IKSAN,
    "51": WONJU,
}
CITIES = {
    "4413100000": "4413000000",
    "4812500000": "4812000000",
    "3611000000": "3600000000",
    "5011000000": "5000000000",
}
PLACE_NAMES = list(PLACES)


def code(place: str) -> str:
    return PLACES[place][1]


def muni(place: str) -> str:
    return CITIES.get(code(place), code(place))


def sido(place: str) -> str:
    return code(place)[:2].ljust(10, "0")


def kind(place: str) -> str:
    name = place.split()[0]
    if name in ("유성", "종로", "인천", "광주"):
        return "gu"
    if name in ("세종", "제주"):
        return name
    return "gun" if name in ("예산", "울주", "담양", "가평") else "si"


def dong(place: str) -> bool:
    return place.endswith("동")


def expected(road: str, place: str) -> str:
    """도로법 제23조, 제31조제2항, 제112조, 제주특별법 제412조, 농어촌도로 정비법, written again for this test."""
    if road == "expressway":
        return EX
    if kind(place) == "제주":
        return sido(place)
    if road == "national-bypass":
        return OFFICES[sido(place)[:2]]
    if road in ("national-outside-dong", "national-dong-of-si", "national-dong-of-metro"):
        if not dong(place):
            return OFFICES[sido(place)[:2]]
        return muni(place) if kind(place) == "si" else sido(place)
    if road == "local-road":
        return muni(place) if kind(place) == "si" and dong(place) else sido(place)
    if road == "state-aided-local-road":
        return muni(place) if kind(place) == "si" and dong(place) else sido(place)
    return muni(place)


FREE = ["expressway", "national-bypass", "national-outside-dong", "local-road", "state-aided-local-road", "rural-road"]


@pytest.mark.parametrize("road", FREE)
@pytest.mark.parametrize("place", PLACE_NAMES)
def test_the_place_decides(road: str, place: str) -> None:
    found = route(place, road=road)
    assert found.body == expected(road, place), found.reason
    assert found.law
    assert found.rule
    assert not found.faults


@pytest.mark.parametrize("place", PLACE_NAMES)
def test_a_national_road_where_the_class_says_dong_as_the_map_does(place: str) -> None:
    if dong(place) and kind(place) == "si":
        found = route(place, road="national-dong-of-si")
        assert found.body == muni(place)
        assert found.clarify is None
    if dong(place) and kind(place) == "gu":
        assert route(place, road="national-dong-of-metro").body == sido(place)


@pytest.mark.parametrize(
    ("road", "place", "body"),
    [
        ("metro-road", "유성 동", "3000000000"),
        ("metro-road", "종로 동", "1100000000"),
        ("metro-road", "울주 읍", "3100000000"),
        ("metro-road", "광주 동", "1200000000"),
        ("gu-road", "유성 동", "3020000000"),
        ("gu-road", "인천 동", "2812500000"),
        ("gun-road", "울주 읍", "3171000000"),
        ("gun-road", "예산 면", "4481000000"),
        ("si-road", "아산 읍", "4420000000"),
        ("si-road", "천안 동", "4413000000"),
        ("si-road", "세종 동", "3600000000"),
        ("si-road", "제주 동", "5000000000"),
        ("national-delegated", "예산 면", "4400000000"),
        ("national-delegated", "춘천 읍", "5100000000"),
        ("national-delegated", "울주 읍", BUSAN_OFFICE),
        ("national-delegated", "세종 읍", DAEJEON_OFFICE),
        ("jeju-former-national", "제주 동", "5000000000"),
        ("jeju-former-national", "제주 읍", "5000000000"),
        ("private-road", "아산 읍", "4420000000"),
        ("apartment-road", "유성 동", "3020000000"),
        ("forest-road", "가평 읍", "4182000000"),
        ("non-statutory", "예산 면", "4481000000"),
    ],
)
def test_roads_of_cities_and_outside_the_road_act(road: str, place: str, body: str) -> None:
    found = route(place, road=road)
    assert found.body == body, found.reason
    assert found.law


def test_every_road_type_has_a_rule_everywhere() -> None:
    for row in plain("roads", "authority.yaml")["road_types"]:
        assert row["id"] in rules().kinds
        for place in PLACE_NAMES:
            for category in ("roads.pothole", "roads.roadkill", "roads.snow", "roads.debris"):
                found = route(place, road=row["id"], category=category)
                assert found.body, (row["id"], place)
                assert found.law, (row["id"], place)
                assert not found.faults


@pytest.mark.parametrize(
    ("place", "road", "body"),
    [
        ("아산 동", "national-dong-of-si", "4420000000"),
        ("아산 읍", "national-outside-dong", DAEJEON_OFFICE),
        ("아산 동", "national-bypass", DAEJEON_OFFICE),
        ("울주 읍", "national-outside-dong", BUSAN_OFFICE),
        ("유성 동", "national-dong-of-metro", "3000000000"),
        ("예산 면", "local-road", "4400000000"),
        ("천안 동", "local-road", "4413000000"),
        ("유성 동", "state-aided-local-road", "3000000000"),
        ("예산 면", "expressway", EX),
        ("울주 읍", "gun-road", "3171000000"),
        ("예산 면", "rural-road", "4481000000"),
        ("아산 동", "private-road", "4420000000"),
        ("예산 면", "national-outside-dong|local-road", DAEJEON_OFFICE),
        ("제주 동", "jeju-former-national", "5000000000"),
    ],
)
def test_resolution_cases_of_authority_yaml(place: str, road: str, body: str) -> None:
    assert route(place, road=road).body == body


def test_all_resolution_cases_stand_above() -> None:
    assert len(plain("roads", "authority.yaml")["resolution_cases"]) == 14


def test_lines_on_one_road_take_the_higher_class() -> None:
    found = route("예산 면", text="국도 21호선과 지방도 619호선이 겹치는 구간에 구멍")
    assert found.body == DAEJEON_OFFICE
    assert "도로법 제22조" in found.law
    assert "높은 등급" in found.reason


def test_what_the_law_leaves_open_is_a_runner_up() -> None:
    assert "5100000000" in codes(route("춘천 동", road="national-dong-of-si"))
    assert "4400000000" in codes(route("아산 동", road="state-aided-local-road"))
    assert LAND in codes(route("예산 면", road="expressway"))
    assert "3020000000" in codes(route("유성 동", road="metro-road"))


def test_dead_animals_go_to_the_authority_and_the_district_is_the_runner_up() -> None:
    assert route("예산 면", category="roads.roadkill", road="expressway").unit.startswith("관할 지사")
    found = route("유성 동", category="roads.roadkill", road="metro-road")
    assert (found.body, "3020000000" in codes(found)) == ("3000000000", True)
    assert route("유성 동", category="roads.roadkill", road="gu-road").unit == "청소과"
    five = {
        route(place, category="roads.roadkill", road=road).body
        for place, road in [
            ("예산 면", "expressway"),
            ("예산 면", "national-outside-dong"),
            ("아산 동", "national-dong-of-si"),
            ("예산 면", "local-road"),
            ("유성 동", "gu-road"),
        ]
    }
    assert len(five) == 5


def test_private_expressways_go_to_the_ministry() -> None:
    found = route("천안 읍", text="천안논산고속도로 상행에 타이어 조각", category="roads.debris")
    assert found.body == LAND
    assert EX in codes(found)


def test_general_districts_are_units_not_bodies() -> None:
    found = route("천안 동", road="si-road")
    assert (found.body, found.unit) == ("4413000000", "동남구 도로과")


def test_the_day_decides_which_codes() -> None:
    assert route("여수 읍", road="local-road").body == "1200000000"
    assert route("여수 읍", road="local-road", on=BEFORE).body == "4600000000"
    assert route("목포 동", road="si-road").body == "1211000000"
    assert route("목포 동", road="si-road", on=BEFORE).body == "4611000000"
    assert route("광주 동", road="metro-road", on=BEFORE).body == "2900000000"
    assert route("인천 동", road="gu-road", on=BEFORE).body == "2811000000"
    assert route("여수 읍", road="national-outside-dong", on=BEFORE).body == IKSAN
