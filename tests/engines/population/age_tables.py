"""Made-up tables of residents by age in the two layouts of the official one: no figure in them is of anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dure.engines.population import AGES

Rows = dict[tuple[int, str], tuple[str, np.ndarray]]
"""By year and code: name, and residents (2, 21)."""


def tidy(rows: Rows, *, both: bool = True) -> bytes:
    """One line for each place, year and sex."""
    lines = [",".join(["mois_cd", "name", "year", "sex", "total", *AGES])]
    for (year, code), (name, ages) in rows.items():
        sides = {"all": ages.sum(axis=0), "m": ages[0], "f": ages[1]}
        for sex, values in sides.items():
            if both or sex != "all":
                lines.append(",".join([code, name, str(year), sex, *map(str, [int(values.sum()), *map(int, values)])]))
    return ("\n".join(lines) + "\n").encode()


def wide(rows: Rows) -> bytes:
    """A line for each place, with all years and sexes, in CP949 with commas in the numbers, and the nation first."""
    years = sorted({year for year, _code in rows})
    labels = ["총인구수", "연령구간인구수", *(f"{age}세" for age in AGES[:-1]), "100세 이상"]
    lines = [",".join(f'"{one}"' for one in ["행정구역", *_heads(years, labels)])]
    codes = list(dict.fromkeys(code for _year, code in rows))
    nation = {
        year: np.sum([ages for (at, _code), (_name, ages) in rows.items() if at == year], axis=0) for year in years
    }
    lines.append(_line("전국  (1000000000)", [nation[year] for year in years]))
    for code in codes:
        name = next(name for (_year, at), (name, _ages) in rows.items() if at == code)
        lines.append(_line(f"{name}  ({code})", [rows[year, code][1] for year in years]))
    return ("\r\n".join(lines) + "\r\n").encode("cp949")


def _heads(years: Sequence[int], labels: Sequence[str]) -> list[str]:
    return [f"{year}년_{sex}_{label}" for year in years for sex in ("계", "남", "여") for label in labels]


def _line(place: str, tables: Sequence[np.ndarray]) -> str:
    cells = [place]
    for ages in tables:
        for values in (ages.sum(axis=0), ages[0], ages[1]):
            total = f"{int(values.sum()):,}"
            cells += [total, total, *(f"{int(value):,}" for value in values)]
    return ",".join(f'"{cell}"' for cell in cells)


def national(provinces: Mapping[str, str], years: Sequence[int], ages: np.ndarray) -> Rows:
    """Provinces alone, each with the same made-up ages, a little fewer every year."""
    return {
        (year, code): (name, np.floor(ages * 0.99**step).astype(np.int64))
        for step, year in enumerate(years)
        for code, name in provinces.items()
    }
