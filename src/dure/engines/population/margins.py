"""What is known of the population, what is assumed, and where each figure is from.

Read from files that are handed in: `margins.yaml` (published), `assumptions.yaml` (not published here), the list of
residents per municipality, and, if there is one, the official table of residents by age, sex and municipality. Without
that table ages are met for the nation only.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

Array = np.ndarray[Any, Any]

AGES = (*tuple(f"{low}~{low + 4}" for low in range(0, 100, 5)), "100+")
"""Headings of the official table of residents by age."""
GROUPS = (*tuple(f"{low}-{low + 4}" for low in range(0, 85, 5)), "85+")
"""Age groups that are met: five years each, all from 85 on together."""
SEXES = ("male", "female")

CAPITAL, METROPOLITAN = {"11", "28", "41"}, {"26", "27", "29", "30", "31", "36"}
ZONES = ("capital", "metropolitan", "province")
CLASSES = ("seoul", "gyeonggi", "metropolitan_sejong_changwon", "other")
CHANGWON = "4812000000"
CITIES = ("large_city", "mid_city", "rural")
"""Districts of Seoul and of metropolitan cities, other cities, counties."""


@dataclass(frozen=True)
class Region:
    """A municipality or a province: administrative code of ten digits, residents by sex and five-year age (2, 21) or
    None where only their number is known. `within`: of a province, residents of its municipalities by CITIES."""

    code: str
    name: str
    residents: int
    ages: Array | None = None
    within: tuple[int, ...] = ()

    @property
    def province(self) -> str:
        return self.code[:2] + "00000000"

    @property
    def zone(self) -> str:
        head = self.code[:2]
        return "capital" if head in CAPITAL else "metropolitan" if head in METROPOLITAN else "province"

    @property
    def cities(self) -> tuple[int, ...]:
        """Residents by CITIES; all 0 where the name does not tell."""
        parts = self.name.split()
        kind = {"구": 0, "시": 1, "군": 2}.get(parts[-1][-1], -1) if len(parts) > 1 else -1
        return self.within or tuple(self.residents if at == kind else 0 for at in range(len(CITIES)))

    @property
    def property_region(self) -> str:
        """Of the basic property exemption of basic living security: Changwon counts with the large cities."""
        head = self.code[:2]
        if head in {"11", "41"}:
            return "seoul" if head == "11" else "gyeonggi"
        large = head in METROPOLITAN | {"28"} or self.code[:4] == CHANGWON[:4]
        return CLASSES[2] if large else CLASSES[3]


@dataclass(frozen=True)
class Margins:
    """`known` and `assumed` are the two YAML files as read; `ages` (2, 21) residents of the nation."""

    regions: tuple[Region, ...]
    ages: Array
    known: Mapping[str, Any]
    assumed: Mapping[str, Any]
    on: date
    notes: tuple[str, ...] = field(default=())

    @property
    def residents(self) -> int:
        return sum(region.residents for region in self.regions)

    @property
    def provinces(self) -> list[str]:
        return sorted({region.province for region in self.regions})

    @property
    def ages_by_region(self) -> bool:
        return all(region.ages is not None for region in self.regions)

    def published(self, name: str, key: str = "permille") -> Any:
        return self.known[name][key]

    def assumption(self, name: str, key: str = "permille") -> Any:
        return self.assumed[name][key]

    def by_province(self) -> Margins:
        """The same nation with provinces for regions: quicker, and fine for samples that cannot tell counties apart."""
        return self._with(_provinces(self.regions))

    def only(self, province: str) -> Margins:
        """One province alone. National shares that were published for the nation are then taken for it."""
        kept = tuple(region for region in self.regions if region.province == province)
        if not kept:
            raise ValueError(f"no region in {province}")
        known = {**self.known, "disability": _scaled(self.known["disability"], kept, self.residents)}
        note = "공표된 전국 비율을 이 시도에도 그대로 썼다"
        ages = sum(r.ages for r in kept if r.ages is not None) if all(r.ages is not None for r in kept) else None
        if ages is None:
            ages = self.ages * (sum(r.residents for r in kept) / self.residents)
        return Margins(kept, np.asarray(ages), known, self.assumed, self.on, (*self.notes, note))

    def _with(self, regions: tuple[Region, ...]) -> Margins:
        return Margins(regions, self.ages, self.known, self.assumed, self.on, self.notes)


def read_margins(folder: Path, residents: Path, ages: Path | None = None, *, year: int | None = None) -> Margins:
    """`folder` holds margins.yaml and assumptions.yaml; `residents` is data/places/residents.csv; `ages` the official
    table (columns mois_cd, name, year, sex, total, 0~4 … 100+). ValueError names file and what is wrong."""
    known = _facts(folder / "margins.yaml")
    assumed = _facts(folder / "assumptions.yaml")
    for name, entry in known.items():
        if isinstance(entry, dict) and not {"year", "source", "confidence"} <= set(entry):
            raise ValueError(f"margins.yaml: {name} needs year, source and confidence")
    for name, entry in assumed.items():
        if not (isinstance(entry, dict) and entry.get("assumed") is True and entry.get("why")):
            raise ValueError(f"assumptions.yaml: {name} needs assumed: true and its reason (why)")
    on = known["as_of"]
    nation = np.array([known["residents_by_age"][sex] for sex in SEXES], dtype=float)
    if nation.shape != (2, len(AGES)):
        raise ValueError("margins.yaml: residents_by_age needs 21 numbers for each sex")
    if ages is None:
        regions = _residents(residents)
        total = sum(region.residents for region in regions)
        if total != int(nation.sum()):
            raise ValueError(f"{residents.name} has {total} residents, margins.yaml {int(nation.sum())}")
        note = "시군구의 나이별 인구 표가 없어 나이는 전국 합계에만 맞췄다"
        return Margins(regions, nation, known, assumed, on, (note,))
    tables = read_ages(ages)
    wanted = year or on.year
    if wanted not in tables:
        raise ValueError(f"{ages.name} has no year {wanted}")
    regions = tables[wanted]
    nation = np.sum([region.ages for region in regions if region.ages is not None], axis=0)
    return Margins(regions, nation, known, assumed, date(wanted, 12, 31))


def read_ages(path: Path) -> dict[int, tuple[Region, ...]]:
    """Municipalities per year with residents by sex and age (2, 21), from the official table. Districts of a city,
    branch offices and provinces in it are left out: each resident is counted once."""
    found: dict[int, dict[str, tuple[str, Array]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        missing = {"mois_cd", "name", "year", "sex", "total", *AGES} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{path.name} lacks columns: {', '.join(sorted(missing))}")
        for line in rows:
            code, name = line["mois_cd"], " ".join(line["name"].split())
            if not _municipality(code, name) or line["sex"] not in {"m", "f"}:
                continue
            place = found.setdefault(int(line["year"]), {}).setdefault(code, (name, np.zeros((2, len(AGES)))))
            place[1]["mf".index(line["sex"])] = [int(line[age]) for age in AGES]
    return {
        year: tuple(Region(c, n, int(a.sum()), a) for c, (n, a) in sorted(places.items()) if a.sum() > 0)
        for year, places in sorted(found.items())
    }


def _municipality(code: str, name: str) -> bool:
    if code.endswith("00000000"):
        return False
    return len(name.split()) == 2 or code == "3611000000"


def _residents(path: Path) -> tuple[Region, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [line for line in csv.DictReader(file) if _municipality(line["code"], line["name"])]
    return tuple(
        Region(line["code"], line["name"], int(line["residents"])) for line in rows if int(line["residents"]) > 0
    )


def _provinces(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    codes = sorted({region.province for region in regions})
    found = []
    for code in codes:
        parts = [region for region in regions if region.province == code]
        known = [region.ages for region in parts if region.ages is not None]
        ages = np.sum(known, axis=0) if len(known) == len(parts) else None
        within = tuple(map(sum, zip(*(region.cities for region in parts), strict=True)))
        found.append(Region(code, parts[0].name.split()[0], sum(region.residents for region in parts), ages, within))
    return tuple(found)


def _scaled(entry: Mapping[str, Any], kept: tuple[Region, ...], nation: int) -> dict[str, Any]:
    share = sum(region.residents for region in kept) / nation
    return {**entry, "persons": {key: round(value * share) for key, value in entry["persons"].items()}}


def _facts(path: Path) -> dict[str, Any]:
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(read, dict):
        raise ValueError(f"{path.name} is not a table of entries")
    return read
