"""Reading a place and a road out of what somebody wrote. Names of municipalities are matched longest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dure.engines.routing.bodies import BodiesOn
from dure.engines.routing.ground import Cell

LONGEST = 14
COMMON = frozenset({"경기"})
WEAK_AFTER = re.compile(r"(?![가-힣])|(?=(?:에서|에|의|는|은|도|쪽|역|군청|시청|읍내|시내)(?![가-힣]))")
HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True, slots=True)
class RoadSaid:
    """What the words say about the road: (class, weight) for each it may be; `together` where several share it."""

    classes: tuple[tuple[str, float], ...] = ()
    number: str = ""
    together: bool = False
    private: bool = False


NOTHING = RoadSaid()

# Ordered: what is matched is taken out of the text before the next one looks at it.
ROADS: tuple[tuple[str, str], ...] = (
    ("expressway", r"고속\s?(?:도로|국도)"),
    ("state-aided-local-road", r"국가\s?지원\s?지방도|국지도"),
    ("national-bypass", r"우회\s?국도|국도\s?(?:대체\s?)?우회\s?도로|지정\s?국도"),
    ("national-delegated", r"위임\s?국도"),
    ("jeju-former-national", r"옛\s?국도|구\s?국도"),
    ("national", r"(?:일반)?국도"),
    ("local-road", r"지방도로?"),
    ("metro-road", r"특별시도|광역시도"),
    ("rural-road", r"농어촌\s?도로|면도\s?\d+호|이도\s?\d+호|농도\s?\d+호|농로"),
    ("forest-road", r"임도(?![가-힣])|임도[가는를에]"),
    ("private-road", r"(?<![가-힣])사도(?=[가는를에]?(?![가-힣]))|개인\s?소유\s?도로|사유\s?도로"),
    ("apartment-road", r"(?<!업)(?<!업 )단지\s?(?:안|내)|아파트\s?(?:지하\s?)?주차장"),
    ("non-statutory", r"마을\s?안길|현황\s?도로|비법정\s?도로"),
    ("gun-road", r"(?<![가-힣])군도(?![가-힣])|(?<![가-힣])군도\s?\d+"),
    ("si-road", r"(?<![가-힣])시도\s?(?:제\s?)?\d+\s?호"),
    ("gu-road", r"(?<![가-힣])구도\s?(?:제\s?)?\d+\s?호"),
)
_ROADS = tuple((kind, re.compile(pattern)) for kind, pattern in ROADS)
NUMBER = re.compile(r"(?:제\s?)?(\d{1,4})\s?(?:호선|번|호)")
BARE_NUMBER = re.compile(r"\d{1,4}(?:-\d{1,3})?")
BESIDE = re.compile(r"^\s?(?:옆|밑|아래|건너|근처|인근|진입|입구|나들목|톨게이트|요금소|휴게소 뒤|변\s)")
TOGETHER = re.compile(r"겹치|겹쳐|겹친|중복|중용|공용 구간")
# Names that say where a road leads, not where somebody is: 서울춘천고속도로, 부산 방향.
NO_PLACE = re.compile(
    r"[가-힣]+고속\s?(?:도로|국도)|[가-힣]+순환(?:도로|로)?|[가-힣]+\s?(?:방향|방면)|[가-힣]+행(?![가-힣])"
)


def road_said(road_class: str, number: str, name: str, text: str, private_names: Iterable[str] = ()) -> RoadSaid:
    """Classes that were named: by `road_class` (ids joined by `|`), else by number, name and words."""
    named = [part for part in re.split(r"[|,;+\s]+", road_class) if part]
    words = f"{name} {number} {text}".strip()
    private = bool(words) and any(one in words for one in private_names)
    if named:
        return RoadSaid(tuple((one, 1.0) for one in named), number, len(named) > 1, private)
    if not words:
        return NOTHING
    found: dict[str, float] = {}
    rest = words
    for kind, pattern in _ROADS:
        for match in pattern.finditer(rest):
            beside = BESIDE.match(rest[match.end() :])
            found[kind] = max(found.get(kind, 0.0), 0.25 if beside else 1.0)
        rest = pattern.sub(lambda match: " " * len(match.group()), rest)
    digits = NUMBER.search(words)
    plain = BARE_NUMBER.fullmatch(number.strip())
    given = digits.group(1) if digits else plain.group() if plain else ""
    if not found and given and (plain or "호선" in words):
        found = by_number(given)
    return RoadSaid(tuple(found.items()), given, len(found) > 1 and bool(TOGETHER.search(words)), private)


def by_number(number: str) -> dict[str, float]:
    """What a bare line number may be: provincial lines have three or four digits, national ones one or two."""
    value = int(number.split("-")[0])
    if value >= 1000:
        return {"local-road": 1.0}
    if value >= 300:
        return {"local-road": 0.85, "expressway": 0.15}
    if value >= 100:
        return {"expressway": 0.7, "local-road": 0.3}
    return {"national": 0.6, "state-aided-local-road": 0.25, "expressway": 0.15}


class Gazetteer:
    """Names of one span of days: provinces, municipalities, districts and their towns."""

    def __init__(
        self,
        bodies: BodiesOn,
        towns: Mapping[str, Sequence[tuple[str, str]]],
        short: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._bodies = bodies
        self._names: dict[str, list[Cell]] = {}
        self._weak: dict[str, list[Cell]] = {}
        for row in bodies.rows.values():
            if row.type in ("sido", "sigungu", "admin-gu", "admin-si"):
                self._add(self._names, row.name, Cell(row.code))
                if row.type == "sigungu" and row.name[-1] in "시군" and len(row.name) > 2:
                    self._add(self._weak, row.name[:-1], Cell(row.code))
        for name, codes in bodies.former:
            for code in codes:
                if bodies.rows[code].type in ("sido", "sigungu", "admin-gu"):
                    self._add(self._names, name, Cell(code))
        for code, name in short:
            standing = bodies.standing(code)
            if standing and bodies.rows[standing].type == "sido":
                self._add(self._names, name, Cell(standing))
        parents = {bodies.rows[code].parent for code in towns if code in bodies.rows}
        for code, names in towns.items():
            if code in parents:
                continue
            for name, kind in names:
                self._add(self._names, name, Cell(code, name, kind))

    def _kind_after(self, text: str, cell: Cell) -> str:
        """dong, eup or myeon where a word of that ending follows the name: 온양동 is no town of the table."""
        name = re.escape(self._bodies.rows[cell.code].name)
        match = re.search(name + r"(?:의|에|에서)?\s?[가-힣0-9·]{0,6}?(동|읍|면)(?![가-힣])", text)
        return {"동": "dong", "읍": "eup", "면": "myeon"}[match.group(1)] if match else ""

    @staticmethod
    def _add(table: dict[str, list[Cell]], name: str, cell: Cell) -> None:
        known = table.setdefault(name, [])
        if cell not in known:
            known.append(cell)

    def read(self, text: str) -> tuple[Cell, ...]:
        """The places that the words can mean, all equally likely: one where they are plain, () where they name none."""
        text = NO_PLACE.sub(lambda match: "·" * len(match.group()), text)
        strong = self._scan(text, self._names, whole=False)
        found = self._narrow(strong or self._scan(text, self._weak, whole=True))
        if any(cell.town for cell in found):
            return found
        return tuple(Cell(cell.code, kind=self._kind_after(text, cell)) for cell in found)

    def town(self, text: str, code: str) -> Cell | None:
        """The town of the municipality `code` that the words name, where they name just one."""
        found = {c for cells in self._scan(text, self._names, whole=False) for c in cells if c.town and c.code == code}
        return found.pop() if len({cell.kind for cell in found}) == 1 else None

    def _scan(self, text: str, table: Mapping[str, list[Cell]], *, whole: bool) -> list[list[Cell]]:
        found: list[list[Cell]] = []
        at, joined = 0, False
        while at < len(text):
            if not HANGUL.match(text[at]):
                joined = False
                at += 1
                continue
            if at and HANGUL.match(text[at - 1]) and not joined:
                at += 1
                continue
            for length in range(min(LONGEST, len(text) - at), 1, -1):
                cells = table.get(text[at : at + length])
                if cells is None or (whole and not WEAK_AFTER.match(text[at + length :])):
                    continue
                if length == 2 and not found and (text[at : at + 2] in COMMON or all(cell.town for cell in cells)):
                    continue  # 이동, 상동, 경기: words as well as names
                found.append(cells)
                at, joined = at + length, True
                break
            else:
                joined = False
                at += 1
        return found

    def _narrow(self, mentions: list[list[Cell]]) -> tuple[Cell, ...]:
        """Candidates of the finest mention that agree with as many of the coarser mentions as possible."""
        if not mentions:
            return ()
        ranked = sorted(mentions, key=lambda cells: -max(map(self._rank, cells)))
        finest = ranked[0]
        scores = [sum(self._agrees(cell, other) for other in mentions if other is not finest) for cell in finest]
        most = max(scores)
        if most == 0 and len(mentions) > 1 and self._rank(finest[0]) < 3:
            return self._narrow([cells for cells in mentions if cells is not finest])
        best = [cell for cell, score in zip(finest, scores, strict=True) if score == most]
        top = max(map(self._rank, best))
        return tuple(cell for cell in best if self._rank(cell) == top)

    def _rank(self, cell: Cell) -> int:
        if cell.town:
            return 3
        kind = self._bodies.rows[cell.code].type
        return {"sido": 0, "sigungu": 1, "admin-si": 1}.get(kind, 2)

    def _agrees(self, cell: Cell, others: Sequence[Cell]) -> bool:
        setting = self._bodies.setting(cell.code)
        above = {cell.code, setting.muni, setting.gu, setting.sido}
        return any(other.code in above and (not other.town or other == cell) for other in others)
