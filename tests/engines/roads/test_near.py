"""Snapping a point to roads: held against Shapely on metric lines, and by what must be so for every point."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.areas import to_degrees, to_metres
from dure.engines.roads import FAMILIES, RANKS, Link, NetworkBuilder, Road, RoadNetwork, RoadsError, half_width_m
from dure.engines.roads.likelihood import DRAWN_M, sigma_m

X, Y = 980_000.0, 1_820_000.0  # a place in the plain of Chungnam, metres (EPSG:5179)


def line(*points: tuple[float, float]) -> Any:
    """A line through points given in metres from the place."""
    return to_degrees(shapely.LineString([(X + x, Y + y) for x, y in points]))


def at(x: float, y: float) -> tuple[float, float]:
    lon, lat = to_degrees(shapely.Point(X + x, Y + y)).coords[0]
    return lon, lat


def two() -> RoadNetwork:
    """A national road eastwards, and a county road beside it, 60 m north."""
    return RoadNetwork.build(
        [line((-500, 0), (500, 0)), line((-500, 60), (500, 60))],
        [Link(Road("1", "national", "21", "온천대로"), lanes=4, km_from=10.0, km_to=11.0), Road("2", "gun-road", "7")],
    )


class TestNear:
    def test_nearest_first_with_side_km_and_weight(self) -> None:
        snaps = two().near(*at(100, 5), accuracy_m=10)
        assert [s.road.id for s in snaps] == ["1"]
        one = snaps[0]
        assert one.distance_m == pytest.approx(5, abs=0.05)
        assert (one.side, one.inside) == ("left", True)
        assert one.km == pytest.approx(10.6, abs=0.001)
        assert one.weight > 0.95
        assert snaps.none == pytest.approx(1 - one.weight)
        assert (one.lon, one.lat) == pytest.approx(at(100, 0), abs=1e-6)
        assert two().near(*at(100, -5), accuracy_m=10)[0].side == "right"

    def test_a_coarse_position_leaves_both_open(self) -> None:
        snaps = two().near(*at(0, 28), accuracy_m=60)
        assert [s.road.id for s in snaps] == ["1", "2"]
        assert abs(snaps[0].weight - snaps[1].weight) < 0.1
        assert math.fsum(s.weight for s in snaps) + snaps.none == pytest.approx(1)

    def test_between_fields_it_is_none_of_them(self) -> None:
        snaps = two().near(*at(0, 300), accuracy_m=10)
        assert (snaps, snaps.none) == ((), 1.0)
        assert two().near(*at(0, -22), accuracy_m=10).none > 0.3

    def test_the_way_driven_tells_crossing_roads_apart(self) -> None:
        network = RoadNetwork.build(
            [line((-200, 0), (200, 0)), line((0, -200), (0, 200))], [Road("e", "national"), Road("n", "si-road")]
        )
        east, north = (network.near(*at(4, 4), accuracy_m=20, heading=h) for h in (88.0, 2.0))
        assert {s.road.id: s.weight > 0.9 for s in east} == {"e": True, "n": False}
        assert max(north, key=lambda s: s.weight).road.id == "n"
        back = network.near(*at(4, 4), accuracy_m=20, heading=268.0)
        assert [s.heading_off for s in back] == pytest.approx([s.heading_off for s in east], abs=0.01)

    def test_a_directed_link_is_not_driven_backwards(self) -> None:
        lines = [line((-200, 0), (200, 0)), line((200, 30), (-200, 30))]
        network = RoadNetwork.build(
            lines, [Link(Road("a", "expressway", "1", "하행"), directed=True),
                    Link(Road("b", "expressway", "1", "상행"), directed=True)]
        )  # fmt: skip
        snaps = network.near(*at(0, 15), accuracy_m=30, heading=270.0)
        assert max(snaps, key=lambda s: s.weight).road.id == "b"
        assert {s.road.id: round(s.heading_off or 0) for s in snaps} == {"a": 180, "b": 0}

    def test_links_of_one_road_count_once(self) -> None:
        whole = RoadNetwork.build([line((-200, 0), (200, 0))], [Road("1", "national", "21")])
        parts = RoadNetwork.build(
            [line((0, 0), (200, 0)), line((-200, 0), (0, 0)), line((200, 0), (-200, 0))],
            [Road(str(i), "national", "21") for i in (3, 1, 2)],
        )
        one, other = whole.near(*at(0, 7)), parts.near(*at(0, 7))
        assert [s.weight for s in one] == pytest.approx([s.weight for s in other], rel=1e-4)
        assert [s.road.id for s in other] == ["1"]

    def test_routes_on_one_line_come_together_the_higher_first(self) -> None:
        both = (("local-road", "623"),)
        lines = [line((0, 0), (100, 0)), line((100, 0), (0, 0))]
        for order in ((0, 1), (1, 0)):
            roads = [Road("9", "national", "21", multi=both), Road("1", "local-road", "623")]
            network = RoadNetwork.build([lines[i] for i in order], [roads[i] for i in order])
            snaps = network.near(*at(50, 3))
            assert [s.road.number for s in snaps] == ["21", "623"]
            assert snaps[0].road.multi == both
            assert [r.id for r in network.roads("623")] == ["9", "1"]
            assert [r.id for r in network.roads("623", road_class="national")] == []

    def test_an_approximate_line_reaches_further_and_is_trusted_less(self) -> None:
        sure = RoadNetwork.build([line((-500, 0), (500, 0))], [Road("1", "national")])
        rough = RoadNetwork.build([line((-500, 0), (500, 0))], [Road("1", "national", approximate=True)])
        assert sure.near(*at(0, 150), accuracy_m=5) == ()
        found = rough.near(*at(0, 150), accuracy_m=5)
        assert found[0].road.approximate
        assert (
            found[0].weight
            < rough.near(*at(0, 0), accuracy_m=5)[0].weight
            < sure.near(*at(0, 0), accuracy_m=5)[0].weight
        )
        assert rough.near(*at(0, 3 * DRAWN_M + 50), accuracy_m=5) == ()

    def test_points_that_are_none_are_refused(self) -> None:
        network = two()
        for lon, lat in ((math.nan, 36.0), (181.0, 36.0), (127.0, 90.5), (127.0, math.inf)):
            with pytest.raises(RoadsError):
                network.near(lon, lat)
        for wrong in ({"accuracy_m": -1.0}, {"accuracy_m": math.nan}, {"heading": math.inf}):
            with pytest.raises(RoadsError):
                network.near(127.0, 36.0, **wrong)
        with pytest.raises(RoadsError):
            network.near_many(np.zeros(3))

    def test_far_away_and_empty_networks_answer_nothing(self) -> None:
        assert two().near(-70.0, -33.0) == ()
        empty = RoadNetwork.build([], [])
        assert (len(empty), empty.near(127.0, 36.0), empty.roads("21"), empty.at_km("21", 3)) == (0, (), (), None)


class TestBuild:
    def test_wkb_multilines_and_batches_make_the_same_network(self) -> None:
        lines = [line((0, 0), (50, 0)), line((0, 40), (50, 40))]
        many = shapely.MultiLineString(lines)
        network = RoadNetwork.build([shapely.to_wkb(many)], [Link(Road("m"), km_from=0, km_to=1)])
        assert network.near(*at(25, 41), accuracy_m=1)[0].km == pytest.approx(0.75, abs=0.001)
        assert network.near(*at(25, 20), accuracy_m=1) == ()
        builder = NetworkBuilder()
        for i, one in enumerate(lines):
            builder.add([one], [Road(str(i), "national")])
        builder.add([], [])
        built = builder.build()
        assert [built.road(i).id for i in range(len(built))] == ["0", "1"]
        assert built.near(*at(25, 3)) == RoadNetwork.build(lines, [Road(str(i), "national") for i in range(2)]).near(
            *at(25, 3)
        )

    def test_what_is_no_road_is_refused(self) -> None:
        road = [Road("7")]
        for wrong in (
            shapely.Point(127, 36), shapely.LineString(), shapely.LineString([(127, 36), (127, 36)]),
            shapely.LineString([(200_000, 500_000), (200_100, 500_000)]),
            shapely.LineString([(127, math.inf), (127, 36)]),
        ):  # fmt: skip
            with pytest.raises(RoadsError):
                RoadNetwork.build([wrong], road)
        with pytest.raises(RoadsError):
            RoadNetwork.build([line((0, 0), (1, 1))], [])

    def test_kilometres_in_either_direction(self) -> None:
        lines = [line((0, 0), (600, 0), (1000, 0)), line((1000, 0), (3000, 0))]
        network = RoadNetwork.build(
            lines, [Link(Road("a", "national", "21"), km_from=12.0, km_to=11.0),
                    Link(Road("b", "national", "21"), km_from=11.0, km_to=9.0)]
        )  # fmt: skip
        found = network.at_km("21", 11.25)
        assert found is not None
        assert found[:2] == pytest.approx(at(750, 0), abs=2e-6)
        assert found[2].id == "a"
        snap = network.near(found[0], found[1])[0]
        assert snap.km == pytest.approx(11.25, abs=0.001)
        assert network.at_km("21", 13.0) is None
        assert network.at_km("21", 11.25, road_class="local-road") is None

    def test_classes(self) -> None:
        assert (
            half_width_m("expressway")
            > half_width_m("national")
            > half_width_m("gun-road")
            > half_width_m("rural-road")
        )
        assert half_width_m("national", 8) > half_width_m("national", 2)
        assert all(name in RANKS for family in FAMILIES.values() for name in family)
        assert sigma_m(0) == 3 < sigma_m(None) < sigma_m(100)


metre = st.integers(-4000, 4000).map(lambda n: n / 10)
place = st.tuples(metre, metre)
lines_ = st.lists(st.lists(place, min_size=2, max_size=5, unique=True), min_size=1, max_size=8)


def network_of(shapes: list[list[tuple[float, float]]]) -> tuple[RoadNetwork, list[Any]]:
    lines = [line(*points) for points in shapes]
    return RoadNetwork.build(lines, [Road(str(i), list(RANKS)[i], str(i)) for i in range(len(lines))]), lines


class TestAlways:
    @settings(max_examples=60, deadline=None)
    @given(lines_, place, st.floats(0, 80))
    def test_distances_are_those_of_the_metric_lines_and_weights_share_one(
        self, shapes: list[list[tuple[float, float]]], point: tuple[float, float], accuracy: float
    ) -> None:
        network, lines = network_of(shapes)
        snaps = network.near(*at(*point), accuracy_m=accuracy)
        away = shapely.distance(to_metres(np.array(lines)), shapely.Point(X + point[0], Y + point[1]))
        for snap in snaps:
            assert snap.distance_m == pytest.approx(away[int(snap.road.id)], abs=0.02, rel=2e-3)
        assert [s.distance_m for s in snaps] == sorted(s.distance_m for s in snaps)
        assert 0 < math.fsum(s.weight for s in snaps) + snaps.none <= 1 + 1e-9
        limits = {i: half_width_m(list(RANKS)[i]) + 3 * sigma_m(accuracy) for i in range(len(lines))}
        missed = set(range(len(lines))) - {int(s.road.id) for s in snaps}
        assert all(away[i] > limits[i] * 0.997 - 0.05 for i in missed)
        assert all(s.distance_m <= limits[int(s.road.id)] + 0.01 for s in snaps)

    @settings(max_examples=40, deadline=None)
    @given(lines_, place, st.floats(0, 50), st.floats(0, 50))
    def test_a_worse_position_never_sees_fewer_roads(
        self, shapes: list[list[tuple[float, float]]], point: tuple[float, float], one: float, other: float
    ) -> None:
        network, _lines = network_of(shapes)
        fine, coarse = (network.near(*at(*point), accuracy_m=a) for a in sorted((one, other)))
        assert {s.road.id for s in fine} <= {s.road.id for s in coarse}

    @settings(max_examples=40, deadline=None)
    @given(lines_, place, st.permutations(range(8)), st.floats(0, 359))
    def test_the_order_of_the_file_changes_nothing(
        self, shapes: list[list[tuple[float, float]]], point: tuple[float, float], order: list[int], heading: float
    ) -> None:
        lines = [line(*points) for points in shapes]
        roads = [Road(str(i), list(RANKS)[i % 3], str(i % 2)) for i in range(len(lines))]
        mixed = [i for i in order if i < len(lines)]
        network = RoadNetwork.build(lines, roads)
        other = RoadNetwork.build([lines[i] for i in mixed], [roads[i] for i in mixed])
        assert network.near(*at(*point), heading=heading) == other.near(*at(*point), heading=heading)

    @settings(max_examples=30, deadline=None)
    @given(lines_, st.lists(place, min_size=1, max_size=6))
    def test_many_at_once_agree_with_one_by_one(
        self, shapes: list[list[tuple[float, float]]], points: list[tuple[float, float]]
    ) -> None:
        network, _lines = network_of(shapes)
        where = np.array([at(*point) for point in points])
        headings = [None if i % 2 else 40.0 * i for i in range(len(points))]
        accuracies = [None if i % 3 else 10.0 * i for i in range(len(points))]
        assert network.near_many(where, accuracy_m=accuracies, heading=headings) == [
            network.near(*point, accuracy_m=a, heading=h)
            for point, a, h in zip(where.tolist(), accuracies, headings, strict=True)
        ]

    def test_long_lines_are_found_everywhere(self) -> None:
        long = shapely.LineString([(126.0, 34.5), (129.4, 38.2)])
        network = RoadNetwork.build([long], [Road("l", "expressway")])
        for share in np.linspace(0, 1, 200):
            here = shapely.line_interpolate_point(long, share, normalized=True)
            assert network.near(here.x, here.y, accuracy_m=1)[0].distance_m < 0.01
