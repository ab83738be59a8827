"""The areas engine: location against a plain search, borders, neighbours, approximation."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.areas import AreaIndex, AreasError, approximate, outline, to_metres

WEST, EAST = shapely.box(127.0, 36.0, 127.1, 36.1), shapely.box(127.1, 36.0, 127.2, 36.1)
NORTH = shapely.box(127.1, 36.1, 127.2, 36.2)


def tiles(seed: int, n: int, *, rough: bool = True) -> list[shapely.Geometry]:
    """A made-up country: `n` cells with wavy common borders, some of them with holes and islands."""
    rng = np.random.default_rng(seed)
    seeds = shapely.multipoints(rng.uniform((126.0, 35.0), (129.0, 38.0), (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shapely.box(126, 35, 129, 38)))
    cells = shapely.intersection(cells, shapely.box(126, 35, 129, 38))

    def wave(xy: np.ndarray) -> np.ndarray:
        return xy + 0.01 * np.sin(40 * xy[:, ::-1])

    return list(shapely.transform(shapely.segmentize(cells, 0.02), wave) if rough else cells)


def plain(polygons: list[shapely.Geometry], codes: list[str], points: np.ndarray) -> list[str | None]:
    """What the engine has to say, found the slow way."""
    found = []
    for x, y in points:
        holders = [c for g, c in zip(polygons, codes, strict=True) if shapely.intersects_xy(g, x, y)]
        found.append(min(holders, default=None))
    return found


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 40), side=st.sampled_from([1, 2, 7, 64, 200, None]))
def test_location_is_what_a_plain_search_finds(seed: int, n: int, side: int | None) -> None:
    polygons = tiles(seed, n)
    polygons[0] = shapely.union(polygons[0], shapely.box(129.4, 35.1, 129.5, 35.2))  # an island
    if n > 4:
        polygons[1] = shapely.difference(polygons[1], shapely.buffer(shapely.point_on_surface(polygons[1]), 0.01))
        polygons[2] = shapely.buffer(polygons[2], 0.03)  # lies over its neighbours
    rng = np.random.default_rng(seed)
    codes = [f"{k:05d}" for k in rng.permutation(n)]
    index = AreaIndex.build(polygons, codes, side=side)
    corners = shapely.get_coordinates(polygons)[:: max(1, n)][:100]
    points = np.vstack([rng.uniform((125.8, 34.8), (129.7, 38.2), (300, 2)), corners])
    expected = plain(polygons, codes, points)
    assert index.locate_many(points).tolist() == expected
    assert [index.locate(x, y) for x, y in points.tolist()] == expected


def test_wkb_and_order_of_input_make_no_difference() -> None:
    polygons, codes = tiles(3, 30), [f"{k:02d}" for k in range(30)]
    points = np.random.default_rng(1).uniform((126, 35), (129, 38), (500, 2))
    one = AreaIndex.build(polygons, codes).locate_many(points)
    other = AreaIndex.build([shapely.to_wkb(g) for g in polygons[::-1]], codes[::-1]).locate_many(points)
    assert one.tolist() == other.tolist()
    assert set(one.tolist()) - {None} == set(codes)


def test_a_point_on_a_border_belongs_to_the_code_that_sorts_first() -> None:
    for codes in (["10", "20"], ["20", "10"]):
        index = AreaIndex.build([WEST, EAST], codes)
        assert index.locate(127.1, 36.05) == "10"
        assert index.locate_many(np.array([[127.1, 36.05]]))[0] == "10"


def test_outside_nan_and_infinity_are_nowhere() -> None:
    index = AreaIndex.build([WEST], ["a"])
    strange = [(0.0, 0.0), (127.05, 36.3), (float("nan"), 36.05), (127.05, float("inf")), (-1e300, 1e300)]
    assert [index.locate(*p) for p in strange] == [None] * 5
    assert index.locate_many(np.array(strange)).tolist() == [None] * 5
    assert index.locate_many(np.empty((0, 2))).tolist() == []


@pytest.mark.parametrize(
    ("geometries", "codes", "part"),
    [
        ([], [], "no area"),
        ([WEST], ["a", "b"], "1 geometries but 2 codes"),
        ([WEST, EAST], ["a", "a"], "given twice: a"),
        ([shapely.Polygon()], ["a"], "area a has no polygon"),
        ([None], ["a"], "area a has no polygon"),
        ([shapely.Point(127, 36)], ["a"], "area a has no polygon"),
        ([to_metres(WEST)], ["a"], "not longitude and latitude"),
    ],
)
def test_what_cannot_be_indexed_is_refused(geometries: list, codes: list, part: str) -> None:
    with pytest.raises(AreasError, match=part):
        AreaIndex.build(geometries, codes)


def test_points_of_a_wrong_shape_are_refused() -> None:
    with pytest.raises(AreasError, match=r"\(3,\)"):
        AreaIndex.build([WEST], ["a"]).locate_many(np.zeros(3))


def test_neighbours_share_a_border_and_not_only_a_corner() -> None:
    index = AreaIndex.build([WEST, EAST, NORTH], ["west", "east", "north"])
    assert [n.code for n in index.neighbours("west")] == ["east"]
    assert {n.code for n in index.neighbours("east")} == {"west", "north"}
    assert index.neighbours("west")[0].shared_m == pytest.approx(11_095, rel=0.005)
    assert [n.code for n in index.neighbours("west", tolerance_m=0)] == ["east"]
    with pytest.raises(AreasError, match="no area has the code"):
        index.neighbours("south")


def test_neighbours_whose_borders_do_not_quite_meet() -> None:
    apart = shapely.box(127.100004, 36.0, 127.2, 36.1)  # 0.36 m
    index = AreaIndex.build([WEST, apart], ["a", "b"])
    assert index.neighbours("a", tolerance_m=0) == ()
    assert index.neighbours("a")[0].shared_m == pytest.approx(11_095, rel=0.005)
    assert index.neighbours("a", tolerance_m=0.1) == ()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_neighbourhood_goes_both_ways(seed: int) -> None:
    index = AreaIndex.build(tiles(seed, 25), [f"{k:02d}" for k in range(25)])
    beside = {c: {n.code: n.shared_m for n in index.neighbours(c)} for c in index.codes}
    for code, others in beside.items():
        for other, metres in others.items():
            assert beside[other][code] == pytest.approx(metres, rel=1e-6)


def test_distance_to_the_border_in_metres() -> None:
    index = AreaIndex.build([WEST, EAST], ["a", "b"])
    assert index.distance_to_border_m(127.09, 36.05) == pytest.approx(900.9, rel=0.002)
    assert index.distance_to_border_m(127.09, 36.05, "b") == pytest.approx(900.9, rel=0.002)
    assert index.distance_to_border_m(120.0, 30.0) is None


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), k=st.integers(1, 8))
def test_nearest_is_what_measuring_everything_finds(seed: int, k: int) -> None:
    polygons, codes = tiles(seed, 20), [f"{n:02d}" for n in range(20)]
    index = AreaIndex.build(polygons, codes)
    lon, lat = np.random.default_rng(seed).uniform((125, 34), (130, 39)).tolist()
    point = to_metres(shapely.Point(lon, lat))
    every = sorted(
        (round(float(d), 6), c)
        for d, c in zip(shapely.distance(point, to_metres(np.array(polygons))), codes, strict=True)
    )
    assert [(round(n.distance_m, 6), n.code) for n in index.nearest(lon, lat, k)] == every[:k]
    with pytest.raises(AreasError):
        index.nearest(lon, lat, 0)


POINTS = [(127.0, 37.5, 600.0, "a"), (127.3, 37.4, 500.0, "b"), (127.1, 37.2, 700.0, "c"), (127.35, 37.15, 300.0, "c")]


def test_approximate_areas_cover_the_outline_once() -> None:
    lon, lat, km2, groups = zip(*POINTS, strict=True)
    areas = approximate(lon, lat, km2, groups)
    assert sorted(areas) == ["a", "b", "c"]
    shapes = np.array(list(areas.values()))
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    whole = outline(lon, lat, km2)
    assert shapely.area(shapely.symmetric_difference(shapely.union_all(shapes), whole)) < 1e-3 * shapely.area(whole)
    index = AreaIndex.build(list(areas.values()), list(areas))
    for x, y, _, name in POINTS:
        assert index.locate(x, y) == name


def test_approximate_areas_depend_on_the_points_and_on_nothing_else() -> None:
    def made(points: list) -> dict[str, bytes]:
        lon, lat, km2, groups = zip(*points, strict=True)
        return {name: shapely.to_wkb(g) for name, g in approximate(lon, lat, km2, groups).items()}

    assert made(POINTS) == made(POINTS[::-1])


@pytest.mark.parametrize(
    ("lon", "lat", "km2"),
    [([], [], []), ([127.0], [37.0], [0.0]), ([127.0, 127.0], [37.0, 37.0], [1.0, 1.0]), ([127.0], [37.0], [])],
)
def test_points_that_make_no_area_are_refused(lon: list, lat: list, km2: list) -> None:
    with pytest.raises(AreasError):
        approximate(lon, lat, km2)


def test_a_single_point_is_its_disc() -> None:
    area = to_metres(approximate([127.0], [37.0], [100.0])["0"]).area / 1e6
    assert 100 < area < 140
