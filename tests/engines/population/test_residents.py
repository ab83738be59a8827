"""The official table of residents by age: each resident once, codes of today, and every fault with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.population import Ages, read_ages, read_provinces
from tests.engines.population.age_tables import Rows, national, tidy, wide
from tests.engines.population.test_forecast import SHARED

YEARS = (2022, 2023, 2024)
PROVINCES = {"2700000000": "대구광역시", "4700000000": "경상북도", "5100000000": "강원특별자치도"}


def ages(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 900, (2, 21))


def rows(seed: int = 1, *, provinces: bool = True) -> Rows:
    """Three provinces over three years, with a city of two districts, an office without people, and both successions:
    Gangwon has its old code in 2022, and Gunwi is in Gyeongbuk then."""
    found: Rows = {}
    for step, year in enumerate(YEARS):
        gangwon = "42" if year == 2022 else "51"
        gunwi = "4772000000" if year == 2022 else "2772000000"
        districts = {
            "4711100000": ("경상북도 포항시 남구", ages(seed + step)),
            "4711300000": ("경상북도 포항시 북구", ages(seed + step + 10)),
        }
        places = {
            "2711000000": ("대구광역시 중구", ages(seed + step + 20)),
            gunwi: (f"{'경상북도' if year == 2022 else '대구광역시'} 군위군", ages(seed + step + 30)),
            "4711000000": ("경상북도 포항시", np.sum([one for _name, one in districts.values()], axis=0)),
            f"{gangwon}11000000": ("강원도 춘천시", ages(seed + step + 40)),
        }
        offices = {f"{gangwon}10500000": ("동해출장소", np.zeros((2, 21), np.int64))}
        if provinces:
            for head, name in (("27", "대구광역시"), ("47", "경상북도"), (gangwon, "강원도")):
                own = [one for code, (_name, one) in places.items() if code.startswith(head)]
                found[year, f"{head}00000000"] = (name, np.sum(own, axis=0))
        found |= {(year, code): one for code, one in {**places, **districts, **offices}.items()}
    return found


def read(*files: bytes, provinces: dict[str, str] | None = None, year: int = 2024) -> Ages:
    named = [(f"{place}.csv", data) for place, data in enumerate(files)]
    return read_provinces(named, provinces=provinces or PROVINCES, year=year)


def said(*files: bytes, year: int = 2024) -> str:
    found = read(*files, year=year)
    assert not found.ok
    return "\n".join(str(fault) for fault in found.faults)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**31), provinces=st.booleans(), both=st.booleans())
def test_each_resident_is_counted_once_by_the_borders_of_today(seed: int, provinces: bool, both: bool) -> None:
    table = rows(seed, provinces=provinces)
    found = read(tidy(table, both=both))
    assert found.ok, found.faults
    for year in YEARS:
        gunwi = table[year, "4772000000" if year == 2022 else "2772000000"][1]
        chuncheon = table[year, "4211000000" if year == 2022 else "5111000000"][1]
        of = found.years[year]
        assert (of["2700000000"] == table[year, "2711000000"][1] + gunwi).all()
        assert (of["4700000000"] == table[year, "4711000000"][1]).all()
        assert (of["5100000000"] == chuncheon).all()
        assert all(one.dtype == np.int64 for one in of.values())


def test_a_city_without_a_line_of_its_own_is_its_districts() -> None:
    whole = rows()
    bare = {key: one for key, one in whole.items() if key[1] != "4711000000"}
    assert read(tidy(bare)).years[2024]["4700000000"].tolist() == read(tidy(whole)).years[2024]["4700000000"].tolist()


def test_the_wide_layout_and_several_files() -> None:
    table = national(PROVINCES, YEARS, ages(5))
    one = read(tidy(table))
    other = read(wide(table))
    parted = read(*(tidy({key: of for key, of in table.items() if key[0] == year}) for year in YEARS))
    for found in (other, parted):
        assert found.ok, found.faults
        assert {y: {c: a.tolist() for c, a in of.items()} for y, of in found.years.items()} == {
            y: {c: a.tolist() for c, a in of.items()} for y, of in one.years.items()
        }
    assert any("군위" in note for note in one.notes)


def test_what_is_wrong_has_its_line() -> None:
    good = tidy(rows()).decode()
    lines = good.splitlines()

    def put(line: int, old: str, new: str) -> bytes:
        changed = list(lines)
        assert old in changed[line]
        changed[line] = changed[line].replace(old, new, 1)
        return "\n".join(changed).encode()

    assert "0.csv 4줄: 코드는 숫자 열 자리" in said(put(3, "2700000000", "27"))
    assert "0.csv 4줄: 해를 알 수 없습니다: 이천이십이" in said(put(3, "2022", "이천이십이"))
    assert "0.csv 4줄: sex는" in said(put(3, ",f,", ",여자,"))
    total = lines[3].split(",")[4]
    assert "0.csv 4줄: 나이의 합" in said(put(3, f",{total},", f",{int(total) + 1},"))
    for bad in ("-5", "1.5", "많음", "", "10" * 9):
        assert "0.csv 4줄: total 열은 0 이상의 정수" in said(put(3, f",{total},", f",{bad},"))
    assert "0.csv 5줄: 칸이 3개입니다" in said("\n".join([*lines[:4], "a,b,c", *lines[4:]]).encode())
    assert "두 번입니다" in said("\n".join([*lines, lines[5]]).encode())
    assert "두 번입니다. (0.csv)" in said(good.encode(), good.encode())
    assert "줄이 없습니다" in said("\n".join(lines[:3] + lines[4:]).encode())
    assert "열이 없습니다: mois_cd" in said(good.replace("mois_cd", "code").encode())
    assert "같은 이름의 열" in said(good.replace("mois_cd", "name", 1).encode())
    for head in (b"\xff\xfe\x00\x81", b"", lines[0].encode(), "행정구역,가\n".encode()):
        assert said(head)
    whole = read(put(3, ",f,", ",x,").replace(b",m,", b",y,"))
    assert whole.count > len(whole.faults) == 30


def test_sums_of_the_table_must_agree() -> None:
    table = rows()
    name, of = table[2023, "4711300000"]
    wrong = {**table, (2023, "4711300000"): (name, of + 1)}
    assert "2023년 경상북도 포항시(4711000000): 구의 합" in said(tidy(wrong))
    name, of = table[2023, "2711000000"]
    assert "2023년 대구광역시(2700000000): 시군구의 합" in said(tidy({**table, (2023, "2711000000"): (name, of + 1)}))
    lines = tidy(table).decode().replace(",all,", ",twice,").replace(",m,", ",all,").replace(",twice,", ",m,")
    assert "all이 m과 f의 합과 다릅니다" in said(lines.encode())


def test_years_and_provinces_must_be_whole() -> None:
    table = rows()
    assert "이어진 해가 3개" in said(tidy({key: of for key, of in table.items() if key[0] != 2022}))
    assert "이어지지 않습니다: 2022, 2024" in said(tidy({key: of for key, of in table.items() if key[0] != 2023}))
    assert "2025년이 있어야" in said(tidy(table), year=2025)
    assert "2023년에 없는 시·도: 대구광역시(2700000000)" in said(
        tidy({key: of for key, of in table.items() if key[0] != 2023 or not key[1].startswith("27")})
    )
    assert "모르는 시·도: 9900000000" in said(tidy({**table, (2024, "9900000000"): ("어디도", ages(1))}))
    bare = rows(provinces=False)
    del bare[2023, "2711000000"]
    assert "2023년에 없는 시군구: 대구광역시 중구(2711000000)" in said(tidy(bare))


@pytest.mark.shared
@pytest.mark.skipif(SHARED is None, reason="no residents by age beside the project")
def test_the_table_of_2022_to_2024_adds_up() -> None:
    assert SHARED is not None
    by_place = read_ages(SHARED)
    codes = {region.province: region.name.split()[0] for region in by_place[2024]}
    found = read_provinces([(SHARED.name, Path(SHARED).read_bytes())], provinces=codes, year=2024)
    assert found.ok, [str(fault) for fault in found.faults]
    for year, of in found.years.items():
        assert sum(int(one.sum()) for one in of.values()) == sum(region.residents for region in by_place[year])
    assert sum(int(one.sum()) for one in found.years[2024].values()) == 50_983_646
