"""Finding the coordinate system that a boundary file is really in."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from dure.engines.areas import AreasError, Reference, check_datum, to_metres

TABLE = Path(__file__).parents[2] / "data" / "places" / "municipalities.csv"


def reference(prefix: str = "") -> dict[str, Reference]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Reference(float(row["lon"]), float(row["lat"]), float(row["km2"]))
            for row in csv.DictReader(file)
            if row["level"] == "sigungu" and not row["valid_to"] and row["code"].startswith(prefix)
        }


def areas(known: dict[str, Reference], crs: str, *, error_m: float = 80.0) -> list[shapely.Geometry]:
    """Squares of the right size near the known centres, in the coordinates of `crs`."""
    rng = np.random.default_rng(7)
    shapes = []
    for lon, lat, km2 in known.values():
        x, y = to_metres(shapely.Point(lon, lat)).coords[0] + rng.normal(0, error_m, 2)
        half = np.sqrt(km2) * 500
        shapes.append(shapely.segmentize(shapely.box(x - half, y - half, x + half, y + half), half / 2))
    back = Transformer.from_crs(5179, crs, always_xy=True)
    return list(shapely.transform(np.array(shapes), back.transform, interleaved=False))


@pytest.mark.parametrize(
    "crs", ["EPSG:4326", "EPSG:5179", "EPSG:5186", "EPSG:5174", "EPSG:5181", "EPSG:2097", "EPSG:4162"]
)
def test_an_honest_file_is_believed(crs: str) -> None:
    known = reference()
    report = check_datum(areas(known, crs), list(known), crs, known)
    assert (report.found, report.reason, report.changed) == (crs, "agrees", False)
    assert report.compared > 200


@pytest.mark.parametrize(
    "crs", ["EPSG:4326", "EPSG:4162", "EPSG:5179", "EPSG:5186", "EPSG:5174", "EPSG:5181", "EPSG:2097", "EPSG:5178"]
)
def test_a_file_that_says_nothing_is_found_out(crs: str) -> None:
    known = reference()
    shapes = areas(known, crs)
    report = check_datum(shapes, list(known), None, known)
    assert (report.found, report.reason) == (crs, "missing")
    centres = shapely.get_coordinates(shapely.centroid(to_metres(report.to_wgs84(np.array(shapes)))))
    expected = shapely.get_coordinates(to_metres(shapely.points([k[:2] for k in known.values()])))
    assert np.hypot(*np.median(centres - expected, axis=0)) < 30


def test_bessel_degrees_that_call_themselves_wgs84_are_moved_and_said() -> None:
    known = reference()
    report = check_datum(areas(known, "EPSG:4162"), list(known), "EPSG:4326", known)
    assert (report.declared, report.found, report.reason, report.changed) == ("EPSG:4326", "EPSG:4162", "differs", True)
    as_declared, as_found = report.offset("EPSG:4326"), report.offset("EPSG:4162")
    assert as_declared is not None
    assert as_found is not None
    assert 250 < as_declared.metres < 450
    assert as_found.metres < 30


def test_the_modified_central_belt_is_told_from_the_plain_one() -> None:
    """10.405 seconds of longitude are about 255 m: the usual mix-up of EPSG:2097 and EPSG:5174."""
    known = reference()
    report = check_datum(areas(known, "EPSG:5174"), list(known), "EPSG:2097", known)
    assert report.found == "EPSG:5174"
    assert report.offset("EPSG:2097").metres == pytest.approx(255, abs=40)  # type: ignore[union-attr]


def test_a_wrong_grid_is_found_even_from_one_province() -> None:
    known = reference("11")
    assert len(known) == 25
    report = check_datum(areas(known, "EPSG:5186"), list(known), "EPSG:5181", known)
    assert (report.found, report.reason) == ("EPSG:5186", "differs")


def test_coarse_old_borders_do_not_overrule_a_declaration() -> None:
    known = reference()
    report = check_datum(areas(known, "EPSG:4326", error_m=3000.0), list(known), "EPSG:4326", known)
    assert report.found == "EPSG:4326"
    assert not report.changed


def test_too_little_to_compare_says_so() -> None:
    known = dict(list(reference().items())[:2])
    shapes = areas(known, "EPSG:4162")
    assert check_datum(shapes, list(known), "EPSG:4326", known).reason == "too_few"
    nothing = check_datum(shapes, list(known), None, known)
    assert (nothing.found, nothing.changed) == (None, False)
    with pytest.raises(AreasError):
        nothing.to_wgs84(shapes)


def test_a_file_from_elsewhere_is_nowhere() -> None:
    known = reference()
    shapes = [shapely.transform(g, lambda xy: xy + np.array([40.0, 10.0])) for g in areas(known, "EPSG:4326")]
    report = check_datum(shapes, list(known), None, known)
    assert (report.found, report.reason) == (None, "nowhere")


def test_areas_in_pieces_are_taken_together_and_wrong_sizes_left_out() -> None:
    known = reference()
    whole = areas(known, "EPSG:4326")
    pieces, codes = [], []
    for shape, code in zip(whole, known, strict=True):
        x0, y0, x1, y1 = shape.bounds
        middle = x0 + (x1 - x0) * 0.2
        pieces += [shapely.box(x0, y0, middle, y1), shapely.box(middle, y0, x1, y1)]
        codes += [code, code]
    assert check_datum(pieces, codes, "EPSG:4326", known).reason == "agrees"
    halves, half_codes = pieces[1::2][:5] + pieces[0::2][5:], codes[1::2]
    assert check_datum(halves, half_codes, "EPSG:4326", known).compared == 5


def test_degrees_on_an_old_ellipsoid_are_called_bessel() -> None:
    known = reference()
    prj = (
        'GEOGCS["GCS_Tokyo",DATUM["D_Tokyo",SPHEROID["Bessel_1841",6377397.155,299.1528128]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
    )
    assert check_datum(areas(known, "EPSG:4162"), list(known), prj, known).declared == "EPSG:4162"
    assert check_datum(areas(known, "EPSG:4326"), list(known), "EPSG:4737", known).declared == "EPSG:4326"
    assert check_datum(areas(known, "EPSG:4326"), list(known), "rubbish", known).declared is None


def test_nothing_is_moved_that_lies_right() -> None:
    known = reference()
    shapes = np.array(areas(known, "EPSG:4326"))
    report = check_datum(shapes, list(known), "EPSG:4326", known)
    assert report.to_wgs84(shapes) is shapes
