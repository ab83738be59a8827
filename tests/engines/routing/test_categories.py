"""All categories: somebody is named, with a reason and a law; offices of the place; what is not known is asked."""

from __future__ import annotations

import pytest

from tests.engines.routing.world import PLACES, Road, Snap, categories, codes, route, rules, with_roads


@pytest.mark.parametrize("category", list(categories().by_id))
def test_every_category_has_a_body_a_reason_and_a_law_everywhere(category: str) -> None:
    for place in PLACES:
        found = route(place, category=category)
        assert found.body, place
        assert found.unit, place
        assert found.law, place
        assert found.reason.endswith("."), found.reason
        assert found.reason.count(".") <= 1, found.reason
        assert "{" not in found.reason + found.unit + found.reason_in("en")
        assert found.reason_in("en")[0].isascii()
        assert not found.faults
        assert 0 < found.confidence <= 1


def test_all_rules_can_be_read_and_every_category_has_a_duty_with_a_rule() -> None:
    assert rules().problems == ()
    assert set(rules().duties) <= set(categories().by_id)
    assert set(rules().laws) - {""} <= set(categories().by_id)


@pytest.mark.parametrize(
    ("category", "place", "body"),
    [
        ("waste.dumping", "유성 동", "3020000000"),
        ("waste.dumping", "천안 읍", "4413000000"),
        ("waste.dumping", "세종 동", "3600000000"),
        ("waste.dumping", "제주 읍", "5000000000"),
        ("waste.dumping", "인천 동", "2812500000"),
        ("water.leak", "유성 동", "3000000000"),
        ("water.leak", "아산 동", "4420000000"),
        ("water.leak", "광주 동", "1200000000"),
        ("water.leak", "담양 읍", "1271000000"),
        ("traffic.bus", "종로 동", "1100000000"),
        ("traffic.bus", "예산 면", "4481000000"),
        ("lighting.signal", "아산 동", "x-police-chungnam"),
        ("lighting.signal", "의정부 동", "x-police-gyeonggi-n"),
        ("lighting.signal", "가평 읍", "x-police-gyeonggi-n"),
        ("lighting.signal", "광주 동", "x-police-gwangju"),
        ("lighting.signal", "목포 동", "x-police-jeonnam"),
        ("safety.fire", "창원 동", "x-fire-changwon"),
        ("safety.fire", "예산 면", "x-fire-chungnam"),
        ("safety.fire", "의정부 동", "x-fire-gyeonggi-n"),
        ("park.pest", "유성 동", "x-fire-daejeon"),
        ("safety.school", "제주 동", "x-edu-jeju"),
        ("safety.school", "광주 동", "x-edu-gwangju"),
        ("lighting.outage", "예산 면", "x-kepco"),
        ("safety.gas", "종로 동", "x-kgs"),
        ("noise.floor-noise", "종로 동", "x-keco"),
        ("building.rental", "아산 동", "x-lh"),
        ("animal.abuse", "춘천 읍", "x-police-gangwon"),
        ("roads.sidewalk", "유성 동", "3020000000"),
    ],
)
def test_offices_of_a_place(category: str, place: str, body: str) -> None:
    assert route(place, category=category).body == body


def test_what_belongs_to_a_road_follows_its_authority_and_names_the_other() -> None:
    found = route("예산 면", category="safety.slope", road="national-outside-dong")
    assert found.body == "x-rcma-daejeon"
    assert "4481000000" in codes(found)
    found = route("예산 면", category="lighting.streetlight", road="national-outside-dong")
    assert found.body == "4481000000"
    assert "x-rcma-daejeon" in codes(found)
    assert route("예산 면", category="lighting.streetlight", road="expressway").body == "x-ex"


def test_words_name_parks_of_others() -> None:
    assert route("예산 면", category="park.trail", text="국립공원 탐방로 계단").body == "x-knps"
    assert route("종로 동", category="park.bench", text="한강공원 의자").body == "1100000000"
    assert "5100000000" in codes(route("춘천 동", category="roads.roadkill", text="다친 고라니가 살아 있어요"))


def test_no_category_is_asked_for() -> None:
    found = route("유성 동", category="")
    assert found.body == "3020000000"
    assert found.clarify
    assert found.clarify.kind == "category"
    assert len({choice.body for choice in found.clarify.choices}) > 3
    assert found.confidence < 0.5


def test_an_unknown_road_is_asked_for_where_it_decides() -> None:
    found = route("유성 동")
    assert found.body == "3020000000"
    assert "3000000000" in codes(found)
    assert found.clarify
    assert found.clarify.kind == "road"
    assert {"3020000000", "3000000000"} <= {choice.body for choice in found.clarify.choices}
    found = route("아산 동")
    assert (found.body, found.clarify) == ("4420000000", None)
    found = route("예산 면")
    assert (found.body, found.clarify is not None) == ("4481000000", True)
    assert {"4400000000", "x-rcma-daejeon"} <= codes(found)
    assert route("제주 동").clarify is None


def test_the_network_is_used_where_nothing_is_said() -> None:
    by = with_roads(Snap(Road("national-outside-dong", "21"), weight=0.9), Snap(Road("gun-road", "3"), weight=0.1))
    found = route("예산 면", by=by)
    assert found.body == "x-rcma-daejeon"
    assert "4481000000" in codes(found)
    assert found.clarify is None
    assert "가장 가까운 도로" in found.reason
    assert found.versions["roads"] == "made up"


def test_two_roads_as_near_as_each_other_are_asked_for() -> None:
    by = with_roads(Snap(Road("national-outside-dong", "21"), weight=0.5), Snap(Road("gun-road", "3"), weight=0.5))
    found = route("예산 면", by=by)
    assert found.clarify
    assert found.clarify.kind == "road"
    assert route("예산 면", by=by, text="군도 3호선에 구멍").body == "4481000000"
    assert route("예산 면", by=by, text="국도에 구멍").body == "x-rcma-daejeon"


def test_lines_on_one_road_and_owners_of_the_network() -> None:
    by = with_roads(Snap(Road("local-road", "619", multi=(("national-outside-dong", "21"),))))
    found = route("예산 면", by=by)
    assert found.body == "x-rcma-daejeon"
    assert "도로법 제22조" in found.law
    assert route("예산 면", by=with_roads(Snap(Road("local-road", "619", owner="4481000000")))).body == "4481000000"


def test_a_road_that_is_said_stands_over_the_network() -> None:
    by = with_roads(Snap(Road("expressway", "1")))
    assert route("예산 면", by=by, road="local-road").body == "4400000000"
