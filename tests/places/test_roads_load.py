"""Networks of roads out of files of every kind; and what files that cannot be used are answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.places import road_queries as queries
from dure.places.loading import load_builtin_roads
from dure.places.models import Road, RoadGeneration, RoadLink
from dure.places.policy import command_line
from dure.places.roads.load import load_files
from tests.places import roadfiles
from tests.places.roadfiles import at, grid_lines, nodelink, osm_pbf, osm_xml, ways, write, zipped

pytestmark = pytest.mark.django_db


def load(*paths: Path, **how: Any) -> str:
    """What the command says."""
    from io import StringIO

    said = StringIO()
    call_command("load_roads", *map(str, paths), stdout=said, stderr=StringIO(), **how)
    return said.getvalue()


def refused(*paths: Path, **how: Any) -> str:
    before = (RoadGeneration.objects.count(), Road.objects.count(), RoadLink.objects.count())
    with pytest.raises(CommandError) as error:
        load(*paths, **how)
    assert (RoadGeneration.objects.count(), Road.objects.count(), RoadLink.objects.count()) == before
    text = str(error.value)
    assert "\n" not in text
    return text


def classes() -> dict[str, str]:
    return {link.link_id: link.road.road_class for link in RoadLink.objects.select_related("road")}


class TestNodelink:
    def test_links_with_classes_numbers_lanes_and_shared_routes(self, tmp_path: Path) -> None:
        said = load(nodelink(tmp_path))
        assert "표준노드링크, 8줄, 글자 CP949" in said
        assert list(classes().values()) == [
            "expressway", "metro-road", "national", "metro-road",
            "state-aided-local-road", "local-road", "municipal", "",
        ]  # fmt: skip
        lines = grid_lines(8)
        near = queries.roads_near(*at(lines[2]), accuracy_m=5)
        assert [(n.road.number, n.road.name, n.snap.road.id) for n in near.roads] == [("21", "온천대로", "2870003")]
        assert near.roads[0].snap.road.multi == (("local-road", "623"),)
        assert near.roads[0].snap.distance_m < 0.5
        assert near.none < 0.05
        here = queries.road_generation()
        assert here is not None
        assert (here.kind, here.active, here.complete, here.approximate, here.links_count) == (
            "nodelink", True, True, False, 8,
        )  # fmt: skip
        assert here.report["classes"]["municipal"] == 1
        event = Event.objects.get(type="places.roads.added")
        assert event.data["links"] == 8
        link = RoadLink.objects.get(link_id="2870001")
        assert (link.lanes, link.directed, link.road.number) == (4, True, "1")
        assert link.road.km == pytest.approx(link.length_m / 1000)

    def test_zipped_as_it_is_given_out(self, tmp_path: Path) -> None:
        folder = tmp_path / "in"
        folder.mkdir()
        nodelink(folder)
        write(folder / "MOCT_NODE.shp", grid_lines(1), {"NODE_ID": ["1"]})
        load(zipped(folder, tmp_path / "[2026-10]NODELINKDATA.zip"))
        assert RoadLink.objects.get(link_id="2870003").multi == [["local-road", "623"]]

    def test_utf8_is_noticed_and_a_missing_table_of_shared_links_is_said(self, tmp_path: Path) -> None:
        said = load(nodelink(tmp_path, encoding="UTF-8", multilink=False))
        assert "글자 UTF-8" in said
        assert "MULTILINK" in said
        assert Road.objects.filter(name="온천대로").exists()

    def test_a_missing_column_is_named(self, tmp_path: Path) -> None:
        text = refused(nodelink(tmp_path, drop="ROAD_NO"))
        assert "MOCT_LINK.shp" in text
        assert "ROAD_NO" in text

    def test_unknown_ranks_are_counted_and_too_many_refused(self, tmp_path: Path) -> None:
        rows = [dict(row) for row in roadfiles.NODELINK_ROWS]
        rows[0]["ROAD_RANK"] = "999"
        assert "모르는 도로 종류: 999 1" in load(nodelink(tmp_path, rows=rows))
        for row in rows:
            row["ROAD_RANK"] = "도로"
        (tmp_path / "b").mkdir()
        assert "도로 종류를 알 수 없습니다 (도로)" in refused(nodelink(tmp_path / "b", rows=rows))

    def test_the_same_file_again_makes_nothing_new(self, tmp_path: Path) -> None:
        path = nodelink(tmp_path)
        load(path)
        assert "이미 들어 있습니다" in load(path)
        assert (RoadGeneration.objects.count(), Event.objects.filter(type="places.roads.added").count()) == (1, 1)

    def test_two_files_become_one_network_and_a_link_in_both_comes_once(self, tmp_path: Path) -> None:
        for part, rows in (("a", roadfiles.NODELINK_ROWS[:5]), ("b", roadfiles.NODELINK_ROWS[4:])):
            (tmp_path / part).mkdir()
            first = 0 if part == "a" else 4
            nodelink(tmp_path / part, rows=rows, lines=grid_lines(8)[first : first + len(rows)], name=f"{part}.shp")
        said = load(tmp_path / "a" / "a.shp", tmp_path / "b" / "b.shp")
        assert "두 번이라 버림: 1" in said
        assert RoadLink.objects.count() == 8


class TestOpenStreetMap:
    @pytest.mark.parametrize("suffix", ["osm", "osm.pbf"])
    def test_ways_with_their_tags(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"asan.{suffix}"
        said = load((osm_xml if suffix == "osm" else osm_pbf)(path, ways()))
        assert "OpenStreetMap, 5줄" in said
        assert classes() == {"100": "expressway", "101": "national", "102": "local-road", "103": "si-road", "104": ""}
        road = Road.objects.get(links__link_id="101")
        assert (road.number, road.name) == ("21", "온천대로")
        assert RoadLink.objects.get(link_id="101").multi == [["national", "39"]]
        motorway = RoadLink.objects.get(link_id="100")
        assert (motorway.directed, motorway.lanes) == (True, 4)
        near = queries.roads_near(*at(grid_lines(7)[0]), accuracy_m=5)
        assert near.roads[0].road.road_class == "expressway"

    def test_broken_and_foreign_files(self, tmp_path: Path) -> None:
        broken = tmp_path / "x.osm.pbf"
        broken.write_bytes(b"\x00\x00\x00\x05hello")
        assert "x.osm.pbf" in refused(broken)
        cut = osm_xml(tmp_path / "cut.osm", ways())
        cut.write_text(cut.read_text()[:-300])
        assert "cut.osm" in refused(cut)
        whole = osm_xml(tmp_path / "whole.osm", ways())
        assert "언제나 WGS84" in refused(whole, crs="EPSG:4162")
        far = [(line, tags) for line, tags in ways()]
        from shapely.affinity import translate

        abroad = osm_xml(tmp_path / "far.osm", [(translate(line, 20, 0), tags) for line, tags in far])
        assert "우리나라 밖" in refused(abroad)


def plain(folder: Path, name: str = "roads.geojson", **how: Any) -> Path:
    columns = {
        "도로종류": ["지방도", "군도", "국가지원지방도", "일반국도"], "노선번호": ["제623호", "7", "70", "021"],
        "도로명": ["음봉로", "", "", "온천대로"], "lanes": [2, 1, 2, 4], "km_from": [None, None, None, 12.5],
        "km_to": [None, None, None, 13.5], "중용": ["", "", "", "지방도 623; 국도 39"], "어림": ["", "예", "", ""],
    }  # fmt: skip
    columns |= how.pop("columns", {})
    lines = how.pop("lines", None) or grid_lines(4)
    return write(folder / name, lines, columns, **how)


class TestPlain:
    def test_korean_columns_words_and_kilometres(self, tmp_path: Path) -> None:
        load(plain(tmp_path), crs="EPSG:4326")
        rows = {link.road.number: link for link in RoadLink.objects.select_related("road")}
        assert {n: link.road.road_class for n, link in rows.items()} == {
            "623": "local-road", "7": "gun-road", "70": "state-aided-local-road", "21": "national",
        }  # fmt: skip
        assert rows["21"].multi == [["national", "39"], ["local-road", "623"]]
        assert (rows["7"].approximate, rows["7"].road.approximate, rows["21"].approximate) == (True, True, False)
        near = queries.roads_near(*at(grid_lines(4)[3], 0.5), accuracy_m=5)
        assert near.roads[0].snap.km == pytest.approx(13.0, abs=0.001)

    def test_columns_named_by_hand(self, tmp_path: Path) -> None:
        path = write(tmp_path / "x.gpkg", grid_lines(2), {"KIND": ["시도", "구도"], "LABEL": ["가", "나"]})
        text = refused(path, crs="EPSG:4326")
        assert "--map" in text
        assert "KIND, LABEL" in text
        assert "nowhere" in refused(path, crs="EPSG:4326", map=["road_class=nowhere"])
        assert "colour" in refused(path, crs="EPSG:4326", map=["colour=KIND"])
        assert "--map KIND" in refused(path, crs="EPSG:4326", map=["KIND"])
        load(path, crs="EPSG:4326", map=["road_class=KIND", "name=LABEL"])
        assert set(Road.objects.values_list("road_class", "name")) == {("si-road", "가"), ("gu-road", "나")}

    def test_rows_without_a_line_are_counted(self, tmp_path: Path) -> None:
        features = json.loads(plain(tmp_path, "a.geojson").read_text())
        features["features"][0]["geometry"] = None
        features["features"][1]["geometry"] = {"type": "LineString", "coordinates": [[127, 36], [127, 36]]}
        features["features"][2]["geometry"] = {"type": "Point", "coordinates": [127, 36]}
        path = tmp_path / "b.geojson"
        path.write_text(json.dumps(features))
        assert "길이가 0이라 버림: 3" in load(path, crs="EPSG:4326")
        assert RoadLink.objects.count() == 1

    def test_files_that_are_none(self, tmp_path: Path) -> None:
        for name, content, part in (
            ("none.shp", None, "그런 파일이 없습니다"), ("empty.geojson", "", "빈 파일"),
            ("words.txt", "hello", "읽을 수 있는 형식이 아닙니다"),
            ("cut.geojson", '{"type": "FeatureCollection", "features": [{"type"', "열 수 없습니다"),
            ("nothing.geojson", '{"type": "FeatureCollection", "features": []}', "하나도 없습니다"),
            ("bad.zip", "PK", "압축 파일이 깨졌습니다"),
        ):  # fmt: skip
            if content is not None:
                (tmp_path / name).write_text(content)
            text = refused(tmp_path / name, crs="EPSG:4326")
            assert name in text
            assert part in text
        assert "폴더" in refused(tmp_path)
        assert "EPSG:99" in refused(plain(tmp_path), crs="EPSG:99")

    def test_a_dry_run_says_it_all_and_changes_nothing(self, tmp_path: Path) -> None:
        assert "--dry-run" in load(plain(tmp_path), crs="EPSG:4326", dry_run=True)
        assert not RoadGeneration.objects.exists()


class TestGenerations:
    def test_a_file_that_breaks_half_way_leaves_the_old_network(self, tmp_path: Path, monkeypatch: Any) -> None:
        load(plain(tmp_path), crs="EPSG:4326")
        before = queries.road_generation()
        network = queries.road_network()
        monkeypatch.setattr("dure.places.roads.read.BATCH", 1)
        real, calls = RoadLink.objects.bulk_create, []

        def breaks(rows: Any, **how: Any) -> Any:
            calls.append(1)
            if len(calls) == 3:
                raise OSError("disk full")
            return real(rows, **how)

        monkeypatch.setattr("dure.places.networks.PIECE", 1)
        monkeypatch.setattr(RoadLink.objects, "bulk_create", breaks)
        with pytest.raises(OSError, match="disk full"):
            load(plain(tmp_path, "other.geojson"), crs="EPSG:4326")
        assert len(calls) == 3
        assert queries.road_generation() == before
        assert queries.road_network() is network
        assert RoadLink.objects.count() == 4
        assert RoadGeneration.objects.count() == 1

    def test_another_network_takes_over_and_older_days_keep_theirs(self, tmp_path: Path) -> None:
        from datetime import date

        load(plain(tmp_path), crs="EPSG:4326", dated=date(2025, 1, 1))
        old = queries.road_network()
        load(osm_xml(tmp_path / "x.osm", ways()), dated=date(2026, 1, 1))
        new = queries.road_network()
        assert old is not None
        assert new is not None
        assert (len(old), len(new)) == (4, 5)
        before = queries.road_network(date(2025, 6, 1))
        assert before is not None
        assert len(before) == 4
        assert RoadGeneration.objects.filter(active=True).count() == 1
        first = queries.road_generation(date(1990, 1, 1))
        assert first is not None
        assert first.dated == date(2025, 1, 1)

    def test_nobody_but_operators_loads(self, tmp_path: Path) -> None:
        path = plain(tmp_path)
        for dry in (False, True):
            with pytest.raises(Refused) as error:
                load_files(by=Viewer.anonymous(), paths=[path], crs="EPSG:4326", dry_run=dry)
            assert error.value.code == "not_allowed"
        with pytest.raises(Refused):
            load_builtin_roads(by=Viewer.anonymous())


class TestBuiltIn:
    def test_a_fresh_clone_has_a_few_approximate_roads_once(self) -> None:
        for _twice in range(2):
            load_builtin_roads(by=command_line())
        here = RoadGeneration.objects.get()
        assert (here.approximate, here.active) == (True, True)
        assert here.links_count >= 30
        assert not RoadLink.objects.filter(approximate=False).exists()
        assert queries.surveyed_network() is None
        found = set(Road.objects.values_list("road_class", flat=True))
        assert {"expressway", "national", "local-road", "metro-road", "si-road", "gun-road", "gu-road"} <= found

    def test_five_kinds_of_road_are_five_answers(self) -> None:
        load_builtin_roads(by=command_line())
        for point, kind in (
            ((127.171, 36.825), "expressway"), ((127.000, 36.7835), "national"), ((126.905, 36.690), "local-road"),
            ((127.378, 36.385), "metro-road"), ((127.510, 37.831), "gun-road"), ((127.108, 36.815), "si-road"),
        ):  # fmt: skip
            near = queries.roads_near(*point, accuracy_m=10)
            best = max(near.roads, key=lambda one: one.snap.weight)
            assert best.road.road_class == kind
            assert best.snap.road.approximate
            assert best.snap.weight > 0.5

    def test_a_loaded_network_is_not_put_aside_for_it(self, tmp_path: Path) -> None:
        load(plain(tmp_path), crs="EPSG:4326")
        assert load_builtin_roads(by=command_line()) is None
        assert RoadGeneration.objects.count() == 1
