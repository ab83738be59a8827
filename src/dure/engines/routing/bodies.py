"""Bodies by day: which local government a code is, which office serves it. Rows come from data/bodies."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256

SEJONG, SEJONG_STATISTICS = "3600000000", "3611000000"
JEJU = "5000000000"
UNIFIED = "1200000000"
SPECIAL_DO = {"5100000000", "5200000000"}
# The northern half of Gyeonggi has a police and a fire headquarters of its own (경찰청과 그 소속기관 직제; known).
GYEONGGI = "4100000000"
GYEONGGI_NORTH = frozenset(
    {"고양시", "남양주시", "파주시", "의정부시", "양주시", "구리시", "포천시", "동두천시", "가평군", "연천군"}
)


class NoBody(Exception):
    """Nobody can be named: the place is not known well enough, or no such body stands on that day."""


@dataclass(frozen=True, slots=True)
class Body:
    code: str
    type: str
    name: str
    name_en: str
    parent: str
    valid_from: date | None = None
    valid_to: date | None = None

    def stands(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where something lies, in terms of local government.

    `place` is gu-metro (자치구), gun-metro (광역시의 군), si, gun, sejong, jeju, sido (only the province is known) or
    "" (nothing is). `gu` is a general district (일반구) or a city of Jeju (행정시), which is no local government.
    """

    muni: str
    gu: str
    sido: str
    place: str
    sido_kind: str


NOWHERE = Setting("", "", "", "", "")


class BodiesOn:
    """The bodies of one span of days without changes. `former` are names of others with the codes they became."""

    def __init__(
        self,
        rows: Iterable[Body],
        before: Mapping[str, tuple[str, ...]],
        after: Mapping[str, tuple[str, ...]],
        same: Mapping[str, str],
    ) -> None:
        self.rows = {row.code: row for row in rows}
        self.former: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self._before, self._after, self._same = before, after, same
        self._settings: dict[str, Setting] = {}
        self._serving: dict[tuple[str, str], list[Body]] = {}
        for row in self.rows.values():
            self._serving.setdefault((row.type, row.parent), []).append(row)

    def get(self, code: str) -> Body:
        """Raises NoBody for a code that does not stand on these days."""
        if code not in self.rows:
            raise NoBody(code)
        return self.rows[code]

    def standing(self, code: str) -> str:
        """The code itself, another code of the same body, or what it was or became, whichever stands; "" for none."""
        for one in (code, self._same.get(code, ""), *self._before.get(code, ()), *self._after.get(code, ())):
            if one in self.rows:
                return one
        return ""

    def setting(self, code: str) -> Setting:
        """What the area with that code is; NOWHERE for "" and codes that do not stand."""
        if code not in self._settings:
            self._settings[code] = self._make(code)
        return self._settings[code]

    def _make(self, code: str) -> Setting:
        if code == SEJONG_STATISTICS:
            code = SEJONG
        code = self.standing(code)
        row = self.rows.get(code)
        if row is None:
            return NOWHERE
        if row.type == "sido":
            if code == SEJONG:
                return Setting(SEJONG, "", SEJONG, "sejong", "sejong")
            if code == JEJU:
                return Setting(JEJU, "", JEJU, "jeju", "jeju")
            return Setting("", "", code, "sido", self._sido_kind(code))
        if row.type == "admin-si":
            return Setting(JEJU, code, JEJU, "jeju", "jeju")
        if row.type == "admin-gu":
            above = self.setting(row.parent)
            return Setting(above.muni, code, above.sido, above.place, above.sido_kind)
        if row.type != "sigungu":
            return NOWHERE
        sido = self.standing(row.parent)
        kind = self._sido_kind(sido)
        if row.name.endswith("구"):
            place = "gu-metro"
        elif row.name.endswith("군"):
            place = "gun-metro" if kind == "gwangyeok" else "gun"
        else:
            place = "si"
        return Setting(code, "", sido, place, kind)

    def _sido_kind(self, code: str) -> str:
        row = self.rows.get(code)
        if row is None:
            return ""
        if code == UNIFIED:
            return "unified"
        if code in SPECIAL_DO:
            return "special-do"
        for ending, kind in (("광역시", "gwangyeok"), ("특별시", "teukbyeol"), ("도", "do")):
            if row.name.endswith(ending):
                return kind
        return ""

    def full_name(self, code: str) -> str:
        """The name as a person needs it: districts and the gun of a metropolitan city with the city before."""
        row = self.rows.get(code)
        if row is None:
            return code
        above = self.rows.get(row.parent)
        if row.type != "sigungu" or above is None:
            return row.name
        ambiguous = row.name.endswith("구") or (row.name.endswith("군") and above.name.endswith("광역시"))
        return f"{above.name} {row.name}" if ambiguous else row.name

    def serving(self, kind: str, setting: Setting) -> str:
        """The code of the police, fire or education office for a place. Raises NoBody."""
        if not setting.sido:
            raise NoBody(kind)
        for above in (setting.muni, setting.sido, *self._kin(setting)):
            found = self._serving.get((kind, above), [])
            if len(found) == 1:
                return found[0].code
            if found and setting.sido == GYEONGGI and setting.muni:
                north = self.rows[setting.muni].name in GYEONGGI_NORTH
                return sorted(found, key=lambda row: ("북부" in row.name) != north)[0].code
            if found and setting.sido == GYEONGGI:
                return min(found, key=lambda row: "북부" in row.name).code
        raise NoBody(kind)

    def _kin(self, setting: Setting) -> tuple[str, ...]:
        """The province in which the municipality was before a merger, or what the province became."""
        former = tuple(old[:2].ljust(10, "0") for old in self._before.get(setting.muni, ()))
        return (
            *former,
            *(self._before.get(setting.sido, ()) if not setting.muni else ()),
            *self._after.get(setting.sido, ()),
        )


class Bodies:
    """All rows of all days. `changes` are (old code, new code) of successions, `same` other codes of one body."""

    def __init__(
        self, rows: Iterable[Body], changes: Iterable[tuple[str, str]] = (), same: Mapping[str, str] | None = None
    ) -> None:
        self.rows = tuple(rows)
        before: dict[str, list[str]] = {}
        after: dict[str, list[str]] = {}
        for old, new in changes:
            before.setdefault(new, []).append(old)
            after.setdefault(old, []).append(new)
        self._before = {new: tuple(old) for new, old in before.items()}
        self._after = {old: tuple(new) for old, new in after.items()}
        self._same = dict(same or {})
        starts = {row.valid_from for row in self.rows if row.valid_from}
        starts |= {row.valid_to + timedelta(days=1) for row in self.rows if row.valid_to and row.valid_to != date.max}
        self._starts = sorted(starts)
        self._on: dict[int, BodiesOn] = {}

    @cached_property
    def version(self) -> str:
        plain = [(r.code, r.type, r.name, r.parent, str(r.valid_from), str(r.valid_to)) for r in self.rows]
        return sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:12]

    def era(self, day: date) -> int:
        """A number that is the same for all days with the same bodies."""
        return bisect_right(self._starts, day)

    def _became(self, code: str, on: BodiesOn) -> tuple[str, ...]:
        return tuple(new for new in self._after.get(code, ()) if new in on.rows)

    def on(self, day: date) -> BodiesOn:
        era = self.era(day)
        found = self._on.get(era)
        if found is None:
            found = BodiesOn([row for row in self.rows if row.stands(day)], self._before, self._after, self._same)
            found.former = tuple(
                (row.name, codes)
                for row in self.rows
                if not row.stands(day) and (codes := self._became(row.code, found))
            )
            self._on[era] = found
        return found
