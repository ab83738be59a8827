"""Which column holds the codes, which kind of codes they are, and which area each row is. Pure.

Codes seen in such files: the administrative standard code (행정표준코드) with ten digits or cut to 8, 5 or 2, and the
codes of Statistics Korea (KOSTAT) with 7 or 8, 5 or 2 digits, where 종로구 is 11010 and not 11110.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dure.places import table

LENGTHS = {2: "sido", 5: "sigungu", 7: "emd", 8: "emd", 10: "emd"}
LEAST_KNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Coding:
    """How to read a file's codes: `column`, `scheme` mois or kostat, and the share of rows whose codes are known."""

    column: str
    scheme: str
    known: float


@dataclass(slots=True)
class Matched:
    """One row of the file: `code` and `level` of the area it is or belongs to as of the target day.

    `given` is the code of ten digits in the file's time, to compare with the table of points. `towns` carries the
    row's own code where it is a town. `unplaced` says why a row has no code: unknown, split.
    """

    row: int
    given: str
    level: str
    name: str
    code: str = ""
    town: str = ""
    unplaced: str = ""


@dataclass(slots=True)
class Matching:
    coding: Coding
    rows: list[Matched] = field(default_factory=list)
    names_differ: list[tuple[str, str, str]] = field(default_factory=list)  # code, in the file, in our table


def find_coding(
    columns: Mapping[str, Sequence[str]], *, column: str | None = None, scheme: str | None = None
) -> Coding | None:
    """The column of codes and how to read it; None where no column holds codes that are known.

    Preferred: more known codes, then names that agree, then a code of its own for every row, then the standard code.
    """
    names = _name_column(columns)
    ranked = []
    for title, values in columns.items():
        if column and title != column:
            continue
        for kind in [scheme] if scheme else ["mois", "kostat"]:
            given = [standard_code(value, kind) for value in values]
            known = sum(code is not None for code, _level in given) / max(1, len(values))
            if known < LEAST_KNOWN:
                continue
            agree = _agreement(given, columns[names]) if names else 0.0
            own = len(set(values)) / len(values)
            ranked.append((round(known, 1), round(agree, 1), round(own, 2), kind == "mois", known, title, kind))
    if not ranked:
        return None
    *_order, known, title, kind = max(ranked, key=lambda r: (*r[:4], [-ord(c) for c in r[5]]))
    return Coding(title, kind, known)


def standard_code(value: str, scheme: str) -> tuple[str | None, str]:
    """(ten-digit code of the province, municipality or district in the file's time, the row's level), or (None, '')."""
    if not re.fullmatch(r"\d+", value) or len(value) not in LENGTHS:
        return None, ""
    level = LENGTHS[len(value)]
    if scheme == "kostat":
        if len(value) == 10:
            return None, ""
        code = _kostat().get(value[:2] if level == "sido" else value[:5])
        return (code, level) if code else (None, "")
    if len(value) == 10:
        level = "sido" if value.endswith("00000000") else "sigungu" if value.endswith("00000") else "emd"
    code = (value[:2] if level == "sido" else value[:5]).ljust(10, "0")
    return (code, level) if code in table.by_code() else (None, "")


def _kostat() -> dict[str, str]:
    """KOSTAT code → standard code; of several generations the oldest code, which every later one can be found from."""
    found: dict[str, str] = {}
    for row in sorted(table.rows(), key=lambda r: (r.valid_from or date.min, r.code)):
        if row.kostat:
            found.setdefault(row.kostat, row.code)
    return found


def _name_column(columns: Mapping[str, Sequence[str]]) -> str | None:
    """The column with the most distinct Korean names."""
    counts = {
        title: len({v for v in values if re.search(r"[가-힣]", v)})
        for title, values in columns.items()
        if sum(bool(re.search(r"[가-힣]", v)) for v in values) > len(values) / 2
    }
    return max(counts, key=lambda title: (counts[title], title)) if counts else None


def plain(name: str) -> str:
    return re.sub(r"[\s·.,ㆍ‧()]+", "", name)


def _same_name(code: str, name: str) -> bool:
    """The file's name is ours, or ends with it (`수원시 장안구`, `서울특별시 종로구`)."""
    own, other = plain(table.by_code()[code].name_ko), plain(name)
    return other.endswith(own) or (len(other) > 1 and own.endswith(other))


def _agreement(given: Sequence[tuple[str | None, str]], names: Sequence[str]) -> float:
    pairs = [(code, name) for (code, level), name in zip(given, names, strict=True) if code and level != "emd" and name]
    return sum(_same_name(code, name) for code, name in pairs) / len(pairs) if pairs else 0.5


def match(
    columns: Mapping[str, Sequence[str]], coding: Coding, day: date, *, name_column: str | None = None
) -> Matching:
    """What each row is on `day`: its code brought over every change up to then. See Matched."""
    title = name_column or _name_column(columns)
    values = columns[coding.column]
    names = columns[title] if title else [""] * len(values)
    towns = _towns(columns, names)
    result = Matching(coding)
    for number, (value, name) in enumerate(zip(values, names, strict=True)):
        given, level = standard_code(value, coding.scheme)
        if given is None:
            result.rows.append(Matched(number, value, "", name, unplaced="unknown"))
            continue
        row = table.by_code()[given]
        one = Matched(number, given, "emd" if level == "emd" else row.level, name)
        if level == "emd":
            one.name = towns[number]
            one.town = value.ljust(10, "0") if coding.scheme == "mois" and len(value) in (8, 10) else ""
        elif name and not _same_name(given, name):
            result.names_differ.append((given, name, row.name_ko))
        inner = table.splits().get((given, plain(one.name))) if level == "emd" else None
        codes = (inner,) if inner else table.follow(given, day, table.changes())
        if len(codes) == 1 and codes[0] in table.by_code() and table.by_code()[codes[0]].valid_on(day):
            one.code = codes[0]
        else:
            one.unplaced = "split" if len(codes) > 1 else "unknown"
        result.rows.append(one)
    return result


def _towns(columns: Mapping[str, Sequence[str]], names: Sequence[str]) -> list[str]:
    """The towns' own names: of the columns of Korean names with nearly as many different values, the shortest."""
    best, size = list(names), sum(map(len, names))
    for values in columns.values():
        if sum(bool(re.search(r"[가-힣]+\d*[·.,\d가-힣]*(동|읍|면|가|리|로)$", v)) for v in values) < 0.9 * len(values):
            continue
        if (length := sum(map(len, values))) < size:
            best, size = list(values), length
    return best


def reference_codes(matching: Matching) -> list[str]:
    """For each row the code under which its centre may be compared with the table of points; '' for none."""
    known = table.by_code()
    return [one.given if one.given in known else "" for one in matching.rows]


def missing(placed: Counter[str], day: date, level: str) -> list[table.Row]:
    """The areas of that level and day that no row of the file is."""
    return [row for row in table.on(day, level) if not placed[row.code]]
