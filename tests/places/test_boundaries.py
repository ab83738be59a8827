"""Official files of every kind and with every fault, made here small."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command

from dure.places import queries, table
from dure.places.boundaries.read import Unreadable, read
from dure.places.loading import load_file
from dure.places.models import Area, Generation
from dure.places.policy import command_line

from .conftest import Make, square

Rows = list[table.Row]


def load(path: Path, **options: Any) -> Any:
    return load_file(by=command_line(), path=path, tolerance_m=0, **options)


@pytest.mark.usefixtures("areas")
class TestGoodFiles:
    @pytest.mark.parametrize("name", ["sgg.shp", "sgg.geojson", "sgg.gpkg"])
    def test_each_format_becomes_the_active_generation(self, make_file: Make, province: Rows, name: str) -> None:
        crs = "EPSG:4326" if name.endswith("geojson") else "EPSG:5186"
        built, generation = load(make_file(province, name, really=crs, declared=crs))
        assert built.report.datum.reason == "agrees"
        assert queries.generation() == generation
        official = Area.objects.filter(generation=generation, approximate=False)
        assert official.filter(level="sigungu").count() == 25
        assert official.filter(level="sido").get().code == "1100000000"
        assert queries.areas().filter(level="sigungu").count() == 230
        assert queries.areas(level="gu").count() == 39
        found = queries.locate(province[0].lon, province[0].lat)
        assert found is not None
        assert (found.area.code, found.approximate) == (province[0].code, False)
        assert Generation.objects.filter(active=True).count() == 1

    def test_a_zipped_shapefile_with_korean_names(self, make_file: Make, province: Rows, tmp_path: Path) -> None:
        shp = make_file(province, encoding="CP949")
        shp.with_suffix(".cpg").unlink(missing_ok=True)
        path = tmp_path / "행정구역.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for part in shp.parent.glob("sgg.*"):
                archive.write(part, f"시군구/{part.name}")
        file = read(path)
        assert file.encoding == "CP949"
        assert file.columns["SGG_NM"][0] == "종로구"
        assert any("CP949" in note for note in file.notes)
        assert load(path)[0].report.names_differ == []

    def test_ten_digit_and_kostat_codes(self, make_file: Make, province: Rows) -> None:
        ten = load(make_file(province, columns={"ADM_CD": [r.code for r in province]}), dry_run=True)[0]
        assert (ten.report.coding.column, ten.report.coding.scheme) == ("ADM_CD", "mois")
        national = {"CODE": [r.kostat for r in province], "NAME": [r.name_ko for r in province]}
        kostat = load(make_file(province, "k.shp", columns=national), dry_run=True)[0]
        assert kostat.report.coding.scheme == "kostat"
        assert {p.code for p in kostat.pieces if not p.approximate and p.level == "sigungu"} == {
            r.code for r in province
        }

    def test_codes_of_before_a_reform_are_brought_up_to_date(self, make_file: Make) -> None:
        rows = [r for r in table.rows() if r.code.startswith(("29", "46")) and r.level == "sigungu"]
        built, _generation = load(make_file(rows))
        sure = {p.code for p in built.pieces if not p.approximate}
        assert {"1211000000", "1221000000", "1200000000"} <= sure
        assert not built.report.unknown

    def test_a_split_municipality_is_shared_out_and_said(self, make_file: Make) -> None:
        rows = [r for r in table.rows() if r.code.startswith("28") and r.level == "sigungu" and r.valid_from is None]
        rows = [r for r in rows if r.code != "2817000000"]
        built, _generation = load(make_file(rows))
        assert [text.split()[0] for text in built.report.split] == ["2811000000", "2826000000"]
        pieces = {p.code: p for p in built.pieces}
        assert all(pieces[c].approximate for c in ("2812500000", "2815500000", "2827500000", "2829000000"))
        assert not pieces["2818500000"].approximate

    def test_towns_make_their_municipality_and_keep_their_own_code(self, make_file: Make) -> None:
        jongno = table.by_code()["1111000000"]
        x0, y0, x1, y1 = square(jongno).bounds
        middle = (x0 + x1) / 2
        halves = [shapely.box(x0, y0, middle, y1), shapely.box(middle, y0, x1, y1)]
        columns = {"ADM_CD": ["1111053000", "1111054000"], "ADM_NM": ["사직동", "삼청동"]}
        built, generation = load(make_file([jongno], geometries=halves, columns=columns))
        towns = queries.areas(level="emd")
        assert [(t.code, t.name_ko, t.parent_code) for t in towns] == [
            ("1111053000", "사직동", "1111000000"),
            ("1111054000", "삼청동", "1111000000"),
        ]
        whole = Area.objects.get(generation=generation, code="1111000000")
        assert whole.km2 == pytest.approx(jongno.km2, rel=0.01)
        assert built.report.datum.reason == "too_few"

    def test_dry_run_writes_nothing(self, make_file: Make, province: Rows, capsys: Any) -> None:
        before = queries.generation().pk, Area.objects.count()
        call_command("load_areas", str(make_file(province)), "--dry-run")
        assert (queries.generation().pk, Area.objects.count()) == before
        assert "넣지 않았습니다" in capsys.readouterr().out


@pytest.mark.usefixtures("areas")
class TestFaults:
    def test_bessel_degrees_called_wgs84_are_moved_with_a_note(
        self, make_file: Make, province: Rows, capsys: Any
    ) -> None:
        path = make_file(province, really="EPSG:4162", declared="EPSG:4326")
        call_command("load_areas", str(path), "--tolerance", "0")
        said = capsys.readouterr().out
        assert "Bessel" in said
        assert "바꾸어 넣습니다" in said
        stored = Area.objects.get(generation=queries.generation(), code=province[0].code)
        assert stored.lon == pytest.approx(province[0].lon, abs=0.0003)
        assert stored.lat == pytest.approx(province[0].lat, abs=0.0003)
        assert queries.generation().report["datum"]["found"] == "EPSG:4162"

    @pytest.mark.parametrize("really", ["EPSG:5174", "EPSG:5186", "EPSG:5179", "EPSG:4326"])
    def test_a_missing_prj_is_found_out(self, make_file: Make, province: Rows, really: str) -> None:
        path = make_file(province, really=really, declared=None)
        path.with_suffix(".prj").unlink(missing_ok=True)
        built, _generation = load(path)
        assert (built.report.datum.found, built.report.datum.reason) == (really, "missing")

    def test_a_missing_prj_and_too_few_areas_is_refused_in_one_line(self, make_file: Make, province: Rows) -> None:
        path = make_file(province[:2], declared=None)
        with pytest.raises(Unreadable, match="--crs"):
            load(path)
        assert load(path, crs="EPSG:5179")[0].report.datum.reason == "too_few"

    def test_a_code_twice_is_merged_and_counted(self, make_file: Make, province: Rows) -> None:
        x0, y0, x1, y1 = square(province[0]).bounds
        parts = [shapely.box(x0, y0, x1, (y0 + y1) / 2), shapely.box(x0, (y0 + y1) / 2, x1, y1)]
        rows = [province[0], *province]
        built, _generation = load(make_file(rows, geometries=[*parts, *(square(r) for r in province[1:])]))
        assert built.report.merged == 1
        whole = next(p for p in built.pieces if p.code == province[0].code)
        assert whole.km2 == pytest.approx(province[0].km2, rel=0.01)

    def test_empty_and_invalid_geometries_are_counted_and_named(self, make_file: Make, province: Rows) -> None:
        shapes: list[Any] = [square(row) for row in province]
        x0, y0, x1, y1 = shapes[0].bounds
        shapes[0] = shapely.Polygon([(x0, y0), (x1, y1), (x1, y0), (x0, y1)])  # a bow tie
        shapes[1] = None
        built, _generation = load(make_file(province, "f.gpkg", geometries=shapes))
        assert built.report.repaired == 1
        assert built.report.empty == [f"{province[1].code} {province[1].name_ko}"]
        assert any(text.startswith(province[1].code) for text in built.report.absent)
        kept = next(p for p in built.pieces if p.code == province[1].code)
        assert kept.approximate

    def test_codes_that_nobody_knows_are_listed_both_ways(self, make_file: Make, province: Rows, capsys: Any) -> None:
        codes = [r.code[:5] for r in province]
        codes[3] = "99999"
        columns = {"SGG_CD": codes, "SGG_NM": [r.name_ko for r in province]}
        call_command("load_areas", str(make_file(province, columns=columns)), "--dry-run")
        said = capsys.readouterr().out
        assert "모르는 코드 1: 99999" in said
        assert f"{province[3].code} {province[3].name_ko}" in said

    def test_names_that_differ_are_said(self, make_file: Make, province: Rows) -> None:
        names = [r.name_ko for r in province]
        names[0] = "다른구"
        columns = {"SGG_CD": [r.code[:5] for r in province], "SGG_NM": names}
        built = load(make_file(province, columns=columns), dry_run=True)[0]
        assert built.report.names_differ == [f"{province[0].code} 다른구 / {province[0].name_ko}"]

    def test_a_wrong_cpg_is_overruled(self, make_file: Make, province: Rows) -> None:
        path = make_file(province, encoding="CP949")
        path.with_suffix(".cpg").write_text("UTF-8")
        file = read(path)
        assert file.columns["SGG_NM"][0] == "종로구"
        assert "UTF-8라고 하지만" in file.notes[0]

    def test_files_that_cannot_be_used_get_one_clear_line(
        self, make_file: Make, province: Rows, tmp_path: Path
    ) -> None:
        text = tmp_path / "a.txt"
        text.write_text("hello")
        empty = tmp_path / "empty.geojson"
        empty.write_text("")
        broken = tmp_path / "broken.geojson"
        broken.write_text('{"type": "FeatureCollection", "features": [{"type"')
        nothing = tmp_path / "none.geojson"
        nothing.write_text('{"type": "FeatureCollection", "features": []}')
        points = tmp_path / "points.geojson"
        points.write_text(
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "11110"},'
            '"geometry": {"type": "Point", "coordinates": [127, 37]}}]}'
        )
        notzip = tmp_path / "not.zip"
        notzip.write_bytes(b"PK nothing")
        bare = make_file(province, "bare.shp")
        bare.with_suffix(".dbf").unlink()
        nocodes = make_file(province, "nocodes.shp", columns={"NAME": [r.name_ko for r in province]})
        for path in (tmp_path / "absent.shp", tmp_path, text, empty, broken, nothing, points, notzip, bare, nocodes):
            with pytest.raises(CommandError) as refused:
                call_command("load_areas", str(path), "--dry-run")
            assert "\n" not in str(refused.value)
            assert path.name in str(refused.value)

    def test_a_zip_with_several_files_asks_for_one(self, make_file: Make, province: Rows, tmp_path: Path) -> None:
        path = tmp_path / "two.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in ("a.geojson", "b.geojson"):
                archive.write(make_file(province, name, really="EPSG:4326", declared="EPSG:4326"), name)
        with pytest.raises(Unreadable, match="여럿"):
            read(path)

    def test_wrong_columns_and_layers_are_named(self, make_file: Make, province: Rows) -> None:
        path = make_file(province, "x.gpkg")
        with pytest.raises(Unreadable, match="SGG_CD"):
            load(path, column="NOPE")
        with pytest.raises(Unreadable, match="있는 층: x"):
            load(path, layer="y")
