"""What files call a kind of road, a route number, a lane: brought to the ids of the authority table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dure.engines.roads import RANKS

RANK_CODES = {
    "101": "expressway",
    "102": "metro-road",
    "103": "national",
    "104": "metro-road",
    "105": "state-aided-local-road",
    "106": "local-road",
    "107": "municipal",
    "108": "",
}
"""ROAD_RANK of the 표준노드링크. 102 (도시고속국도) is in law a road of its city; 107 (시군도) stays open between 시도,
군도 and 구도 until somebody asks with an area and a day; 108 (연결로) belongs to whatever it connects."""

WORDS = {
    "고속국도": "expressway",
    "고속도로": "expressway",
    "도시고속국도": "metro-road",
    "도시고속도로": "metro-road",
    "일반국도": "national",
    "국도": "national",
    "우회국도": "national-bypass",
    "지정국도": "national-bypass",
    "위임국도": "national-delegated",
    "특별시도": "metro-road",
    "광역시도": "metro-road",
    "특별광역시도": "metro-road",
    "국가지원지방도": "state-aided-local-road",
    "국지도": "state-aided-local-road",
    "지방도": "local-road",
    "시군도": "municipal",
    "시군구도": "municipal",
    "시도": "si-road",
    "군도": "gun-road",
    "구도": "gu-road",
    "농어촌도로": "rural-road",
    "면도": "rural-road",
    "이도": "rural-road",
    "농도": "rural-road",
    "사도": "private-road",
    "임도": "forest-road",
    "비법정도로": "non-statutory",
    "연결로": "",
}
NOTHING = {"", "-", "--", "0", "00", "000", "none", "null", "nan", "<null>", "없음"}


class UnknownClass(ValueError):
    """A kind of road that no table of ours knows; the message is the word itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """One link as it will be stored; `line` is a Shapely line in WGS84 degrees."""

    link_id: str
    line: Any
    road_class: str = ""
    number: str = ""
    name: str = ""
    section: str = ""
    owner: str = ""
    lanes: float | None = None
    directed: bool = False
    approximate: bool = False
    multi: tuple[tuple[str, str], ...] = ()
    km_from: float | None = None
    km_to: float | None = None


def road_class(word: str) -> str:
    """The id for an id of ours, a ROAD_RANK code or a Korean word; '' for nothing. Raises UnknownClass."""
    plain = re.sub(r"[\s·ㆍ.,・]", "", word)
    if plain.lower() in NOTHING:
        return ""
    for table in (RANK_CODES, WORDS):
        if plain in table:
            return table[plain]
    if word.strip() in RANKS:
        return word.strip()
    raise UnknownClass(word[:40])


def number(text: str) -> str:
    """A route number without leading zeros and words: `국도 제21호선` and `021` are 21, `2-14` stays; '' for none."""
    found = re.search(r"\d+(-\d+)?", text)
    plain = "" if found is None or text.strip().lower() in NOTHING else found[0].lstrip("0")
    return plain[:20]


def numbers(text: str) -> list[str]:
    """Several route numbers in one field: `21;39`, `21, 39`, `21/39`; each once, in the field's order."""
    return list(dict.fromkeys(one for part in re.split(r"[;,/]", text) if (one := number(part))))


def named(text: str) -> str:
    return "" if text.strip().lower() in NOTHING else text.strip()[:100]


def figure(text: str) -> float | None:
    """A number, or None for nothing, text and anything that is not finite."""
    try:
        value = float(text.strip())
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None


def lanes(text: str) -> float | None:
    value = figure(text.split(";")[0])
    return value if value is not None and 0 < value <= 30 else None


def others(routes: Iterable[tuple[str, str]], own: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The routes beside the road's own, each once, the higher first."""
    rest = {one for one in routes if one != own and one[1]}
    return tuple(sorted(rest, key=lambda one: (RANKS[one[0]], one[0], len(one[1]), one[1])))
