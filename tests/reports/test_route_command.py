"""`./dure manage route`: rows in, rows out; bad rows are answered; boundary files for one run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command

from dure.places.models import Area, Generation
from dure.reports.management.commands.route import Command

pytestmark = pytest.mark.django_db
HEAD = "id,lon,lat,accuracy_m,category,road_class,road_no,text,on_date"


def run(tmp_path: Path, *lines: str, head: str = HEAD, encoding: str = "utf-8", **options: Any) -> list[dict[str, str]]:
    path = tmp_path / "asks.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding=encoding)
    out, err = io.StringIO(), io.StringIO()
    call_command(Command(), "--csv", str(path), stdout=out, stderr=err, **options)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def boundaries(tmp_path: Path) -> Path:
    """Two towns of Asan and one of Yesan, side by side, with codes of 2021; round their municipalities' real points."""
    rows = [
        ("4420025000", "배방읍", "충청남도 아산시 배방읍", (126.90, 36.70, 127.10, 36.90)),
        ("4420056000", "온양4동", "충청남도 아산시 온양4동", (127.10, 36.70, 127.15, 36.90)),
        ("4481031000", "대술면", "충청남도 예산군 대술면", (126.70, 36.55, 126.90, 36.80)),
    ]
    features = [
        {
            "type": "Feature",
            "properties": {"mois_cd": code, "emd_nm": name, "full_nm": full},
            "geometry": json.loads(shapely.to_geojson(shapely.box(*box))),
        }
        for code, name, full, box in rows
    ]
    path = tmp_path / "emd.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    return path


def test_official_boundaries_for_one_run(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        "a,127.00,36.80,10,roads.pothole,national-outside-dong,21,,",
        "b,127.12,36.80,10,roads.pothole,national-dong-of-si,21,,",
        "c,126.80,36.60,10,roads.pothole,local-road,619,,2026-06-30",
        "d,127.0999,36.80,50,roads.pothole,national-outside-dong,21,,",
        areas=[boundaries(tmp_path)],
    )
    assert [row["body_code"] for row in found[:3]] == ["x-rcma-daejeon", "4420000000", "4400000000"]
    assert [row["clarify"] for row in found] == ["no", "no", "no", "yes"]
    assert "4420000000" in found[3]["alternatives"].split("|")
    assert all(row["reason"] and row["law"] for row in found)
    assert not Area.objects.exists()
    assert not Generation.objects.exists()


def test_without_any_areas_the_approximate_ones_answer_and_say_so(tmp_path: Path) -> None:
    (found,) = run(tmp_path, "a,127.0,36.79,,waste.dumping,,,,2026-11-01")
    assert found["body_code"]
    assert float(found["confidence"]) < 0.8
    assert "어림" in found["reason"]


def test_loaded_areas_are_used(tmp_path: Path) -> None:
    call_command("load_places")
    call_command("load_areas", str(boundaries(tmp_path)), stdout=io.StringIO(), stderr=io.StringIO())
    (found,) = run(tmp_path, "a,127.00,36.80,10,roads.pothole,national-outside-dong,,,")
    assert (found["body_code"], found["confidence"]) == ("x-rcma-daejeon", "0.96")


def test_words_alone(tmp_path: Path) -> None:
    found = run(
        tmp_path, 'a,,,,roads.pothole,,,"아산시 배방읍, 국도 21호선",', "b,,,,roads.pothole,,국도 21호선,아산시 배방읍,"
    )
    assert [row["body_code"] for row in found] == ["x-rcma-daejeon", "x-rcma-daejeon"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a,here,36,,roads.pothole,,,,", "lon 열"),
        ("a,127,,,roads.pothole,,,,", "lat 열"),
        ("a,127,97,,roads.pothole,,,,", "lat 열"),
        ("a,nan,36,,roads.pothole,,,,", "lon 열"),
        ("a,127,36,near,roads.pothole,,,,", "accuracy_m 열"),
        ("a,127,36,-1,roads.pothole,,,,", "accuracy_m 열"),
        ("a,127,36,,roads.hole,,,,", "category 열의 'roads.hole'"),
        ("a,127,36,,roads.pothole,motorway,,,", "road_class 열의 'motorway'"),
        ("a,127,36,,roads.pothole,,,,2026-02-30", "on_date 열"),
        ("a,127,36,,roads.pothole,,,,soon", "on_date 열"),
        ("a,127,36,,roads.pothole,,,,2026-01-01,one,two", "열이 머리글보다"),
    ],
)
def test_bad_rows_are_answered_with_the_column(tmp_path: Path, line: str, words: str) -> None:
    (found,) = run(tmp_path, line)
    assert (found["id"], found["body_code"], found["clarify"]) == ("a", "", "no")
    assert words in found["reason"]


def test_other_heads_encodings_and_days(tmp_path: Path) -> None:
    (found,) = run(tmp_path, "전기가 나갔어요,lighting.outage", head="\ufefftext , category")
    assert (found["id"], found["body_code"]) == ("1", "x-kepco")
    (found,) = run(
        tmp_path, "충남 예산군 쓰레기,waste.dumping,2026.6.30", head="text,category,on_date", encoding="cp949"
    )
    assert found["body_code"] == "4481000000"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Given:
        buffer = io.BytesIO(f"{HEAD}\nz,,,,lighting.outage,,,,\n".encode())

    monkeypatch.setattr("sys.stdin", Given())
    out = io.StringIO()
    call_command(Command(), "--csv", "-", stdout=out)
    assert out.getvalue().splitlines()[1].startswith("z,x-kepco,")


def test_files_that_cannot_be_used_say_so_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="읽을 수 없습니다"):
        call_command(Command(), "--csv", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="아는 열이 없습니다"):
        run(tmp_path, "1,2", head="x,y")
    with pytest.raises(CommandError, match="그런 파일이 없습니다"):
        run(tmp_path, "a,127,36,,,,,,", areas=[tmp_path / "none.geojson"])
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"id,lon\n\xff\xfe\xff\n")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command(Command(), "--csv", str(broken))
