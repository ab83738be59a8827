"""How far and how long: properties of the estimate, and the small map."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engines.arrival import ASSUMED, distance_m, estimate
from dure.reports.deadlines import road_classes
from dure.reports.live.drawing import HEIGHT, STEPS_M, WIDTH, Mark, draw, window_of

lons, lats = st.floats(124.0, 132.0), st.floats(33.0, 39.0)
classes = st.sampled_from(["", *sorted(road_classes())])


@given(lons, lats, lons, lats, classes)
def test_an_estimate_is_a_range_that_holds_the_straight_line(
    lon: float, lat: float, to_lon: float, to_lat: float, road: str
) -> None:
    far = estimate(lon, lat, to_lon, to_lat, road_class=road)
    assert far.straight_m == pytest.approx(distance_m(to_lon, to_lat, lon, lat), abs=1e-6)
    assert far.straight_m <= far.road_m[0] <= far.road_m[1]
    assert 1 <= far.minutes[0] <= far.minutes[1]


@given(lons, lats, st.floats(0.0, 1.0), st.floats(0.0, 1.0), classes)
def test_nearer_never_takes_longer(lon: float, lat: float, one: float, other: float, road: str) -> None:
    near, far = sorted((one, other))
    a = estimate(lon, lat, lon + near, lat, road_class=road)
    b = estimate(lon, lat, lon + far, lat, road_class=road)
    assert a.minutes[0] <= b.minutes[0]
    assert a.minutes[1] <= b.minutes[1]


def test_a_known_distance() -> None:
    # A degree of a meridian: 111.195 km on the mean sphere.
    assert distance_m(127.0, 36.0, 127.0, 37.0) == pytest.approx(111_195, rel=1e-4)
    assert estimate(127.0, 36.0, 127.0, 36.001).near
    assert all(a.detour[0] < a.detour[1] and a.kmh[0] > a.kmh[1] for a in ASSUMED.values())


@given(lons, lats, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(0, 2000))
def test_every_mark_stands_in_the_picture(lon: float, lat: float, dx: float, dy: float, exact: float) -> None:
    marks = [Mark(lon, lat, "a", "report", exact), Mark(lon + dx, lat + dy, "b")]
    window = window_of(marks)
    assert window.unit * WIDTH == pytest.approx(min(STEPS_M, key=lambda step: abs(step - window.unit * WIDTH)))
    for mark in marks:
        x, y = window.at(mark.lon, mark.lat)
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


@pytest.mark.django_db
def test_names_on_the_map_are_only_text() -> None:
    drawn = draw([Mark(127.0, 36.0, '<script>alert("1")</script>', "report", 50.0)], title="a & b")
    assert "<script" not in drawn
    assert "a &amp; b" in drawn
    assert not re.search(r"\bstyle=", drawn)
    assert draw([], title="x") == ""
