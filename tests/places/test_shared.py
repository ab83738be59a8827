"""Real boundary files that stand beside the project, where they do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from dure.engines.areas import AreaIndex, Reference, check_datum
from dure.places import queries, table
from dure.places.boundaries.read import read
from dure.places.loading import load_file
from dure.places.models import Area
from dure.places.policy import command_line

ADMIN = Path(__file__).parents[3] / "shared" / "data" / "admin"
ADMIN = ADMIN if ADMIN.is_dir() else Path(__file__).parents[4] / "shared" / "data" / "admin"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not ADMIN.is_dir(), reason="no boundary files beside the project"),
]


@pytest.mark.slow
@pytest.mark.usefixtures("areas")
@pytest.mark.parametrize(
    ("name", "scheme", "sure", "split"),
    [
        ("emd_15sido_2021-04_simplified", "mois", 185, 0),
        ("sgg_15sido_2021-04_simplified", "mois", 181, 2),
        ("sgg_national_2018_simplified", "kostat", 226, 2),
        ("emd_national_2018_simplified", "kostat", 230, 0),
    ],
)
def test_a_whole_country_comes_in(name: str, scheme: str, sure: int, split: int) -> None:
    built, generation = load_file(by=command_line(), path=ADMIN / f"{name}.geojson")
    report = built.report
    assert (report.coding.scheme, report.datum.reason, report.datum.found) == (scheme, "agrees", "EPSG:4326")
    assert report.unknown == []
    assert len(report.split) == split
    municipalities = Area.objects.filter(generation=generation, level="sigungu")
    assert municipalities.count() == 230
    assert municipalities.filter(approximate=False).count() == sure
    city_hall = queries.locate(126.978, 37.5665)
    assert city_hall is not None
    assert (city_hall.area.name_ko, city_hall.approximate) == ("중구", False)


@pytest.mark.usefixtures("areas")
def test_approximate_areas_are_right_for_about_three_places_in_four() -> None:
    """The figure that pages and data/places/README.md state, measured on the borders of 2018."""
    file = read(ADMIN / "sgg_national_2018_simplified.geojson")
    kostat = {row.kostat: row for row in table.on(table.last_change(queries.generation().dated)) if row.kostat}
    known = [(g, kostat[c]) for g, c in zip(file.geometries, file.columns["kostat_cd"], strict=True) if c in kostat]
    codes = [row.parent if row.level == "gu" else row.code for _g, row in known]
    tree = shapely.STRtree([shapely.make_valid(g) for g, _row in known])
    rng = np.random.default_rng(1)
    points = rng.uniform((125.9, 33.1), (129.6, 38.6), (60_000, 2))
    number, truth = tree.query(shapely.points(points), predicate="intersects")
    found = queries.locate_many(points[number])
    right = np.mean([a == codes[t] for a, t in zip(found, truth.tolist(), strict=True)])
    assert 0.70 < right < 0.85


@pytest.mark.parametrize("really", ["EPSG:4162", "EPSG:5174", "EPSG:5186", "EPSG:2097"])
def test_the_datum_of_a_real_file_in_disguise(really: str) -> None:
    file = read(ADMIN / "sgg_15sido_2021-04_simplified.geojson")
    reference = {code: Reference(row.lon, row.lat, row.km2) for code, row in table.by_code().items()}
    away = Transformer.from_crs(4326, really, always_xy=True)
    moved = shapely.transform(file.geometries, away.transform, interleaved=False)
    codes = [code.ljust(10, "0") for code in file.columns["sgg_cd"]]
    disguise = "EPSG:4326" if really == "EPSG:4162" else None
    report = check_datum(moved, codes, disguise, reference)
    assert (report.found, report.reason) == (really, "differs" if disguise else "missing")
    back = report.to_wgs84(moved)
    assert shapely.hausdorff_distance(back[0], file.geometries[0]) < 1e-6


@pytest.mark.slow
def test_the_engine_answers_as_a_search_of_every_polygon_does() -> None:
    file = read(ADMIN / "emd_15sido_2021-04_simplified.geojson")
    codes = file.columns["mois_cd"]
    index = AreaIndex.build(file.geometries, codes)
    rng = np.random.default_rng(4)
    corners = shapely.get_coordinates(file.geometries)
    points = np.vstack([rng.uniform((126, 34), (129.5, 38.5), (20_000, 2)), rng.choice(corners, 5_000)])
    number, holder = shapely.STRtree(file.geometries).query(shapely.points(points), predicate="intersects")
    expected: list[str | None] = [None] * len(points)
    for n, h in zip(number.tolist(), holder.tolist(), strict=True):
        expected[n] = min(filter(None, (expected[n], codes[h])))
    assert index.locate_many(points).tolist() == expected
