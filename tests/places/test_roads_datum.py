"""In which coordinates is a file of roads? Held against a network that lies right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from dure.engines.areas import to_degrees
from dure.engines.roads import Road, RoadNetwork, check_roads
from dure.places import road_queries as queries
from dure.places.models import RoadGeneration
from tests.places.roadfiles import at, grid_lines, write
from tests.places.test_roads_load import load, refused

MANY = 60
LINES = grid_lines(MANY)
COLUMNS: dict[str, list[Any]] = {
    "road_class": ["지방도"] * MANY,
    "number": [str(100 + i) for i in range(MANY)],
    "name": [""] * MANY,
}


def network() -> RoadNetwork:
    return RoadNetwork.build([to_degrees(line) for line in LINES], [Road(str(i), "local-road") for i in range(MANY)])


def points(crs: str, *, error_m: float = 3.0) -> Any:
    from pyproj import Transformer

    rng = np.random.default_rng(3)
    metric = np.array([line.interpolate(0.5, normalized=True).coords[0] for line in LINES])
    moved = metric + rng.normal(0, error_m, metric.shape)
    return np.column_stack(Transformer.from_crs(5179, crs, always_xy=True).transform(moved[:, 0], moved[:, 1]))


EVERY = ["EPSG:4326", "EPSG:4162", "EPSG:5174", "EPSG:5179", "EPSG:5181", "EPSG:5186", "EPSG:2097", "EPSG:5178"]


class TestEngine:
    @pytest.mark.parametrize("crs", EVERY)
    def test_an_honest_file_is_believed_and_a_silent_one_found_out(self, crs: str) -> None:
        told = check_roads(points(crs), crs, network())
        assert (told.found, told.reason) == (crs, "agrees")
        silent = check_roads(points(crs), None, network())
        assert (silent.found, silent.reason) == (crs, "missing")
        assert silent.fits[0].metres < 6

    @pytest.mark.parametrize(
        ("really", "declared"),
        [("EPSG:4162", "EPSG:4326"), ("EPSG:4326", "EPSG:4162"), ("EPSG:5174", "EPSG:5181"), ("EPSG:5174", "EPSG:2097"),
         ("EPSG:5186", "EPSG:5181")],
    )  # fmt: skip
    def test_a_file_that_says_another_datum_is_noticed(self, really: str, declared: str) -> None:
        found = check_roads(points(really), declared, network())
        assert (found.found, found.reason) == (really, "differs")

    def test_without_roads_below_nothing_is_decided(self) -> None:
        assert check_roads(points("EPSG:4326"), "EPSG:4326", None).reason == "too_few"
        assert check_roads(points("EPSG:4326") + 1.0, "EPSG:4326", network()).reason == "too_few"
        far = check_roads(points("EPSG:4326", error_m=300), "EPSG:4326", network())
        assert (far.found, far.reason) == (None, "undecided")
        assert check_roads(points("EPSG:4326"), "nonsense", network()).found == "EPSG:4326"


@pytest.mark.django_db
class TestFiles:
    @pytest.fixture
    def known(self, tmp_path: Path) -> None:
        (tmp_path / "first").mkdir()
        load(write(tmp_path / "first" / "known.geojson", LINES, COLUMNS), crs="EPSG:4326")

    def test_degrees_alone_are_not_believed(self, tmp_path: Path) -> None:
        for really in ("EPSG:4326", "EPSG:4162"):
            text = refused(write(tmp_path / f"{really[5:]}.geojson", LINES, COLUMNS, really=really))
            assert "--crs EPSG:4326" in text
            assert "--crs EPSG:4162" in text
        load(tmp_path / "4162.geojson", crs="EPSG:4162")
        assert queries.roads_near(*at(LINES[7])).roads[0].snap.distance_m < 5

    @pytest.mark.usefixtures("known")
    def test_bessel_degrees_that_say_wgs84_are_noticed_and_put_right(self, tmp_path: Path) -> None:
        said = load(write(tmp_path / "bessel.geojson", LINES, COLUMNS, really="EPSG:4162"))
        assert "주의" in said
        assert "Bessel" in said
        assert queries.roads_near(*at(LINES[7])).roads[0].snap.distance_m < 5
        here = queries.road_generation()
        assert here is not None
        assert here.report["datum"][0]["reason"] == "differs"
        again = load(write(tmp_path / "wgs84.geojson", LINES, COLUMNS))
        assert "주의" not in again

    @pytest.mark.usefixtures("known")
    @pytest.mark.parametrize("really", ["EPSG:5174", "EPSG:5179", "EPSG:5181", "EPSG:5186", "EPSG:2097"])
    def test_metres_without_a_prj_are_found_out(self, tmp_path: Path, really: str) -> None:
        said = load(write(tmp_path / "silent.shp", LINES, COLUMNS, really=really, declared=None))
        assert "적혀 있지 않아" in said
        assert really in said
        assert queries.roads_near(*at(LINES[7])).roads[0].snap.distance_m < 5

    def test_metres_without_a_prj_and_nothing_to_compare_ask(self, tmp_path: Path) -> None:
        text = refused(write(tmp_path / "silent.shp", LINES, COLUMNS, really="EPSG:5174", declared=None))
        assert "좌표계가 적혀 있지 않고" in text
        assert "EPSG:5174" in text
        assert "EPSG:4326" not in text

    def test_a_projected_declaration_is_believed_if_it_lies_in_korea(self, tmp_path: Path) -> None:
        wrong = write(tmp_path / "b.shp", LINES, COLUMNS, really="EPSG:5179", declared="EPSG:32648")
        assert "우리나라 밖" in refused(wrong)
        path = write(tmp_path / "a.shp", LINES, COLUMNS, really="EPSG:5174", declared="EPSG:5174")
        assert "그대로 믿었습니다" in load(path)

    @pytest.mark.usefixtures("known")
    def test_what_is_told_is_obeyed_but_doubts_are_said(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.shp", LINES, COLUMNS, really="EPSG:5174", declared=None)
        assert "더 잘 맞습니다" in load(path, crs="EPSG:5181")

    def test_the_approximate_roads_of_a_fresh_clone_are_no_yardstick(self, tmp_path: Path) -> None:
        from dure.places.loading import load_builtin_roads
        from dure.places.policy import command_line

        load_builtin_roads(by=command_line())
        path = write(tmp_path / "x.geojson", LINES, COLUMNS)
        with pytest.raises(CommandError):
            call_command("load_roads", str(path))
        load(path, crs="EPSG:4326")
        assert RoadGeneration.objects.filter(active=True).get().approximate is False
