"""Residents of each province by sex and five-year age, summed from the official table that an operator brings.

Two layouts of the Ministry of the Interior and Safety's figures are read: one line for each place, year and sex
(`mois_cd,name,year,sex,total,0~4,…,100+`), and the wide one of its site (`행정구역`, then `2024년_남_0~4세` and so on).
A table mixes provinces, municipalities and districts of cities: each resident is counted once, from municipalities
where the table has them, and what the table itself adds up is held beside the sum. Codes are those of the end of 2024.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .forecast import today
from .margins import AGES, Array

LEAST_YEARS = 3
MOST_BYTES = 64 * 2**20
SHOWN = 30
"""Faults that are kept; beyond them only their number."""
TIDY = ("mois_cd", "name", "year", "sex", "total", *AGES)
_WIDE = re.compile(r"(\d{4})년(?:\d{1,2}월)?_(?:거주자_)?(계|남|여)_(.+)")
_SEX = {"계": "all", "남": "m", "여": "f"}
_PLACE = re.compile(r"(.*?)\s*\((\d{10})\)\s*")


@dataclass(frozen=True)
class AgeFault:
    """`line` counts from 1, the heading being the first; 0 where no line is meant. `words` in Korean."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.file} {self.line}줄: {self.words}" if self.line else f"{self.file}: {self.words}"


@dataclass
class Ages:
    """`years`: by year and province (code of ten digits) residents by sex and age (2, 21), whole numbers; only to be
    used where there are no faults. `count`: how many faults there are in all."""

    years: dict[int, dict[str, Array]] = field(default_factory=dict)
    faults: list[AgeFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: int = 0
    count: int = 0

    @property
    def ok(self) -> bool:
        return not self.count

    def say(self, file: str, line: int, words: str) -> None:
        self.count += 1
        if len(self.faults) < SHOWN:
            self.faults.append(AgeFault(file, line, words))


@dataclass
class _Place:
    """What the table says of one place in one year: ages by sex, and the line of each."""

    file: str
    name: str
    ages: dict[str, Array] = field(default_factory=dict)
    line: dict[str, int] = field(default_factory=dict)

    @property
    def both(self) -> Array:
        return np.stack([self.ages["m"], self.ages["f"]])


_Places = dict[int, dict[str, _Place]]


def read_provinces(files: Sequence[tuple[str, bytes]], *, provinces: Mapping[str, str], year: int) -> Ages:
    """Check the files (name, bytes) together and add them up. `provinces`: codes and names that every year must have;
    `year`: of the population, which must be among the years. Never raises for what is in the files."""
    found = Ages()
    places: _Places = {}
    for name, data in files:
        _read(found, places, name, data)
    if found.ok and not found.lines:
        found.say(files[0][0] if files else "", 0, "자료가 한 줄도 없습니다.")
    for at, of in sorted(places.items()):
        for code, place in sorted(of.items()):
            _whole(found, at, code, place)
    if not found.ok:
        return found
    names = ", ".join(dict.fromkeys(name for name, _data in files))
    for at, of in sorted(places.items()):
        found.years[at] = _summed(found, at, of)
        for code, label in provinces.items():
            if code not in found.years[at]:
                found.say(names, 0, f"{at}년에 없는 시·도: {label}({code})")
        for code in sorted(set(found.years[at]) - set(provinces)):
            found.say(names, 0, f"{at}년에 모르는 시·도: {code}")
    _same_places(found, places)
    years = sorted(found.years)
    if years and years != list(range(years[0], years[-1] + 1)):
        found.say(names, 0, f"해가 이어지지 않습니다: {', '.join(map(str, years))}")
    if len(years) < LEAST_YEARS:
        found.say(names, 0, f"이어진 해가 {LEAST_YEARS}개 넘게 있어야 합니다. 있는 해: {', '.join(map(str, years))}")
    if year not in years:
        found.say(names, 0, f"인구 자료의 해인 {year}년이 있어야 합니다.")
    return found


@dataclass(frozen=True)
class _Row:
    line: int
    code: str
    name: str
    year: str
    sex: str
    total: str
    ages: tuple[str, ...]


def _read(found: Ages, places: _Places, file: str, data: bytes) -> None:
    if len(data) > MOST_BYTES:
        found.say(file, 0, f"파일이 너무 큽니다({len(data):,}바이트).")
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp949")
        except UnicodeDecodeError:
            found.say(file, 0, "UTF-8이나 CP949로 된 글이 아닙니다.")
            return
    try:
        for row in _rows(found, file, text):
            found.lines += 1
            _take(found, places, file, row)
    except csv.Error as error:
        found.say(file, 0, f"CSV로 읽을 수 없습니다: {error}")


def _rows(found: Ages, file: str, text: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""))
    head = [name.strip() for name in next(reader, [])]
    twice = sorted({name for name in head if name and head.count(name) > 1})
    if twice:
        found.say(file, 1, f"같은 이름의 열이 두 번 있습니다: {', '.join(twice)}")
        return
    wide = _wide(head) if head[:1] == ["행정구역"] else {}
    missing = (
        [f"{year}년 {sex} {name}" for (year, sex), at in wide.items() for name in ("total", *AGES) if name not in at]
        if wide
        else [name for name in TIDY if name not in head]
    )
    if missing:
        more = f" 외 {len(missing) - 8}개" if len(missing) > 8 else ""
        found.say(file, 1, f"열이 없습니다: {', '.join(missing[:8])}{more}")
        return
    for cells in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(head):
            found.say(file, line, f"칸이 {len(cells)}개입니다. 첫 줄에는 {len(head)}개입니다.")
            continue
        if not wide:
            row = dict(zip(head, cells, strict=True))
            code, name, year, sex, total = (row[key] for key in TIDY[:5])
            yield _Row(line, code.strip(), name, year.strip(), sex.strip(), total, tuple(row[age] for age in AGES))
            continue
        of = _PLACE.fullmatch(cells[0].strip())
        if of is None:
            found.say(file, line, f"‘이름 (열 자리 코드)’가 아닙니다: {cells[0][:40]}")
            continue
        if of[2].startswith("10"):
            continue  # the nation
        for (year, sex), at in wide.items():
            yield _Row(line, of[2], of[1], year, sex, cells[at["total"]], tuple(cells[at[age]] for age in AGES))


def _wide(head: Sequence[str]) -> dict[tuple[str, str], dict[str, int]]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for at, heading in enumerate(head):
        of = _WIDE.fullmatch(heading)
        if of is None:
            continue
        name = "total" if of[3] == "총인구수" else of[3].replace("세", "").replace(" 이상", "+").strip()
        found.setdefault((of[1], _SEX[of[2]]), {})[name] = at
    return found


def _take(found: Ages, places: _Places, file: str, row: _Row) -> None:
    """One line into its place, or what is wrong with it."""
    if not re.fullmatch(r"\d{10}", row.code):
        found.say(file, row.line, f"코드는 숫자 열 자리입니다: {row.code[:20]}")
        return
    if not re.fullmatch(r"(19|20)\d\d", row.year):
        found.say(file, row.line, f"해를 알 수 없습니다: {row.year[:20]}")
        return
    if row.sex not in ("all", "m", "f"):
        found.say(file, row.line, f"sex는 all, m, f 가운데 하나입니다: {row.sex[:20]}")
        return
    numbers = []
    for heading, cell in zip(("total", *AGES), (row.total, *row.ages), strict=True):
        said = cell.strip().replace(",", "")
        if not (said.isascii() and said.isdigit() and len(said) <= 9):
            found.say(file, row.line, f"{heading} 열은 0 이상의 정수여야 합니다: {cell[:20] or '빈칸'}")
            return
        numbers.append(int(said))
    if sum(numbers[1:]) != numbers[0]:
        found.say(file, row.line, f"나이의 합({sum(numbers[1:]):,})과 모두(total {numbers[0]:,})가 다릅니다.")
        return
    name = " ".join(row.name.split())
    place = places.setdefault(int(row.year), {}).setdefault(row.code, _Place(file, name))
    if row.sex in place.ages:
        words = f"{row.year}년 {name} {row.sex}: 앞의 {place.line[row.sex]}줄과 두 번입니다."
        found.say(file, row.line, words if place.file == file else f"{words} ({place.file})")
        return
    place.ages[row.sex] = np.array(numbers[1:], dtype=np.int64)
    place.line[row.sex] = row.line


def _whole(found: Ages, year: int, code: str, place: _Place) -> None:
    """A place has men and women, and `all` is both."""
    first = min(place.line.values())
    lacks = [sex for sex in ("m", "f") if sex not in place.ages]
    if lacks:
        found.say(place.file, first, f"{year}년 {place.name}({code}): {', '.join(lacks)} 줄이 없습니다.")
    elif "all" in place.ages and (place.ages["all"] != place.both.sum(axis=0)).any():
        line = place.line["all"]
        found.say(place.file, line, f"{year}년 {place.name}({code}): all이 m과 f의 합과 다릅니다.")


def _same_places(found: Ages, places: _Places) -> None:
    """Where no line of the province tells, a municipality that is missing in one of the years is a fault."""
    there = {
        year: {today(code): place for code, place in of.items() if _level(code, place.name) == "municipality"}
        for year, of in sorted(places.items())
    }
    known = {code: place for of in there.values() for code, place in of.items() if place.both.any()}
    for year, of in there.items():
        told = {today(code)[:2] for code in places[year] if code.endswith("00000000")}
        for code, place in sorted(known.items()):
            if code not in of and code[:2] not in told:
                found.say(place.file, 0, f"{year}년에 없는 시군구: {place.name}({code})")


def _level(code: str, name: str) -> str:
    if code.endswith("00000000"):
        return "province"
    words = len(name.split())
    return "municipality" if words == 2 or code == "3611000000" else "district" if words == 3 else "office"


def _summed(found: Ages, year: int, places: Mapping[str, _Place]) -> dict[str, Array]:
    """Residents by province as of today's borders, each counted once."""
    level = {code: _level(code, place.name) for code, place in places.items()}
    districts: dict[str, list[str]] = {}
    for code in places:
        if level[code] == "district":
            districts.setdefault(code[:4] + "000000", []).append(code)
    own = {code: places[code].both for code in places if level[code] == "municipality"}
    for city, parts in districts.items():
        together = sum((places[part].both for part in parts), np.zeros((2, len(AGES)), np.int64))
        if city not in own:
            own[city] = together
        elif (own[city] != together).any():
            place = places[city]
            words = f"{year}년 {place.name}({city}): 구의 합({together.sum():,})과 시({own[city].sum():,})가 다릅니다."
            found.say(place.file, min(place.line.values()), words)
    sums: dict[str, Array] = {}
    as_named: dict[str, Array] = {}
    for code, ages in own.items():
        for table, province in ((as_named, code[:2]), (sums, today(code)[:2])):
            key = province + "00000000"
            table[key] = table.get(key, 0) + ages
    for code, place in places.items():
        if level[code] != "province":
            continue
        if code not in as_named:
            sums[today(code)] = sums.get(today(code), 0) + place.both
            if code[:2] in ("27", "47") and year < 2023:
                found.notes.append(f"{year}년 {place.name}에는 시군구가 없어 군위군을 옮겨 셈하지 못했습니다.")
        elif (as_named[code] != place.both).any():
            here, below = place.both.sum(), as_named[code].sum()
            words = f"{year}년 {place.name}({code}): 시군구의 합({below:,})과 시·도({here:,})가 다릅니다."
            found.say(place.file, min(place.line.values()), words)
    return sums
