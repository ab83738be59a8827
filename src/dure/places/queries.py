"""Questions about areas. All of it is public; the viewer decides nothing here and is therefore not asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.refused import Refused
from dure.engines.areas import AreaIndex, Near
from dure.places import table
from dure.places.models import Area, AreaBody, AreaQuerySet, Generation, Succession

LEVELS = tuple(Area.Level.values)
NEAR_COAST_M = 15_000.0
"""Approximate coasts are coarse: a point this near to an approximate area is answered with it, and said to be so."""


@dataclass(frozen=True, slots=True)
class Located:
    """What holds a point. `distance_m` is 0, or how far outside an approximate area the point lies."""

    area: Area
    generation: Generation
    distance_m: float = 0.0

    @property
    def approximate(self) -> bool:
        return self.area.approximate


@dataclass(frozen=True, slots=True)
class Beside:
    """A neighbour and the length of the common border in metres."""

    area: Area
    shared_m: float


@dataclass(frozen=True, slots=True)
class History:
    """A change of code, as seen from one of its sides."""

    change: Succession
    old: Area | None
    new: Area | None


def generation(on: date | None = None) -> Generation:
    """The generation for a day: the active one for today and as far back as its codes hold, else the one that held.

    A day before the oldest is answered with the oldest. Refused `not_found` before any was loaded.
    """
    active = Generation.objects.filter(active=True).first()
    if active and (on is None or on >= active.dated):
        return active
    rows = Generation.objects.order_by("-dated", "-active", "-loaded_at")
    found = (rows.filter(dated__lte=on).first() if on else None) or rows.last()
    if found is None:
        raise Refused("not_found", _("구역 자료가 아직 없습니다. 운영자가 `load_places`를 실행해야 합니다."))
    return found


def areas(*, level: str | None = None, on: date | None = None) -> AreaQuerySet:
    """Areas of a day, without their borders, by code."""
    found = Area.objects.filter(generation=generation(on)).light().order_by("code")
    return found.filter(level=level) if level else found


def search(text: str, *, level: str | None = None, on: date | None = None) -> AreaQuerySet:
    """Areas whose name, English name or code begins with or holds `text`; an old code finds what it became.

    Several words must all be found, in the area's or its parent's names: `광주 북구`.
    """
    found = areas(level=level, on=on)
    for word in text.split():
        if re.fullmatch(r"\d{2,10}", word):
            codes = resolve(word.ljust(10, "0"), on) if len(word) in (2, 5, 10) else ()
            found = found.filter(Q(code__startswith=word) | Q(code__in=codes))
        else:
            named = Q(name_ko__icontains=word) | Q(name_en__icontains=word)
            above = Area.objects.filter(named, generation=generation(on)).values("code")
            within = Q(parent_code__in=above) if " " in text.strip() else Q()
            found = found.filter(named | within)
    return found


def areas_by_code(codes: Iterable[str], generation_id: UUID) -> AreaQuerySet:
    return Area.objects.filter(generation_id=generation_id, code__in=set(codes)).light()


def area(code: str, on: date | None = None) -> Area:
    """The area with that code on that day; shorter codes are filled up to ten digits.

    Refused `gone` where the code was split and stands for several areas that day, naming them; `not_found` otherwise.
    """
    code = code.ljust(10, "0") if code.isdigit() and len(code) in (2, 5) else code
    here = generation(on)
    found = Area.objects.filter(generation=here, code=code).first()
    if found:
        return found
    codes = resolve(code, on)
    became = list(Area.objects.filter(generation=here, code__in=codes).light().order_by("code"))
    if len(became) == 1:
        return became[0]
    if became:
        names = ", ".join(f"{one.name} ({one.code})" for one in became)
        raise Refused(
            "gone", _("%(code)s: 이 코드는 나뉘었습니다. 지금은 %(names)s입니다.") % {"code": code, "names": names}
        )
    raise Refused("not_found", _("그 코드의 구역이 없습니다."))


def resolve(code: str, on: date | None = None) -> tuple[str, ...]:
    """The codes that stand on `on` (today) for the place that `code` names, whichever side of a change it is from."""
    known = [table.Change(s.old, s.new, s.on, s.kind) for s in Succession.objects.all()]
    return table.follow(code, on or clock.today(), known)


def became(code: str, on: date | None = None) -> list[Area]:
    """The areas of the day that `code` stands for: one, several after a split, none for a strange code."""
    return list(areas(on=on).filter(code__in=resolve(code, on)))


def history(code: str) -> list[History]:
    """All changes that lead to or from `code`, oldest first."""
    rows = list(Succession.objects.filter(Q(old=code) | Q(new=code)).order_by("on", "old", "new"))
    codes = {row.old for row in rows} | {row.new for row in rows}
    # the newest generation that knows a code names it
    found = Area.objects.filter(code__in=codes).light().order_by("generation__dated", "generation__loaded_at")
    by_code = {one.code: one for one in found}
    return [History(row, by_code.get(row.old), by_code.get(row.new)) for row in rows]


def names_of(codes: Sequence[str]) -> dict[str, str]:
    """{code: name} for any codes our table knows, also old ones."""
    known = table.by_code()
    return {code: known[code].name_ko for code in codes if code in known}


def parents(one: Area) -> list[Area]:
    """From the province down to the area above `one`."""
    found: list[Area] = []
    code = one.parent_code
    while code:
        above = Area.objects.filter(generation_id=one.generation_id, code=code).light().first()
        if above is None:
            break
        found.insert(0, above)
        code = above.parent_code
    return found


def children(one: Area) -> list[Area]:
    rows = Area.objects.filter(generation_id=one.generation_id, parent_code=one.code).light()
    return list(rows.order_by("code"))


_building = Lock()


@lru_cache(maxsize=8)
def _index(generation_id: UUID, level: str) -> AreaIndex | None:
    rows = list(Area.objects.filter(generation_id=generation_id, level=level).values_list("code", "geometry"))
    return AreaIndex.build([bytes(wkb) for _code, wkb in rows], [code for code, _wkb in rows]) if rows else None


def index(level: str = "sigungu", on: date | None = None) -> tuple[Generation, AreaIndex | None]:
    """The generation of the day and its index in this process: built once, and anew when another becomes active.

    Which generation is active is read from the database every time, so every process changes over at once; a
    generation's areas never change, so an index never grows old.
    """
    here = generation(on)
    with _building:
        return here, _index(here.pk, level)


def locate(lon: float, lat: float, *, level: str = "sigungu", on: date | None = None) -> Located | None:
    """The area that holds the point (WGS84 degrees) on that day, or None.

    At approximate coasts also the nearest area within 15 km, with its distance. Refused `invalid` for a point that is
    none, or an unknown level.
    """
    if level not in LEVELS:
        raise Refused("invalid", _("알 수 없는 단계입니다."), "level")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("invalid", _("경도는 -180~180, 위도는 -90~90 사이여야 합니다."), "lon")
    here, found = index(level, on)
    if found is None:
        return None
    code, distance = found.locate(lon, lat), 0.0
    if code is None:
        near = _near_approximate(here, found, lon, lat)
        if near is None:
            return None
        code, distance = near.code, near.distance_m
    return Located(Area.objects.light().get(generation=here, code=code), here, distance)


def _near_approximate(here: Generation, found: AreaIndex, lon: float, lat: float) -> Near | None:
    near = [one for one in found.nearest(lon, lat, 6) if one.distance_m <= NEAR_COAST_M]
    rough = set(
        Area.objects.filter(generation=here, approximate=True, code__in=[one.code for one in near]).values_list(
            "code", flat=True
        )
    )
    return next((one for one in near if one.code in rough), None)


def locate_many(points: Any, *, level: str = "sigungu", on: date | None = None) -> list[str | None]:
    """Codes for an array (n, 2) of longitude and latitude; None outside every area. For bulk work of other rooms."""
    _here, found = index(level, on)
    return [None] * len(points) if found is None else found.locate_many(points).tolist()


def neighbours(code: str, on: date | None = None) -> list[Beside]:
    """Areas of the same level with a common border, longest border first."""
    one = area(code, on)
    _here, found = index(one.level, on)
    if found is None:
        return []
    beside = found.neighbours(one.code)
    rows = {
        row.code: row
        for row in Area.objects.filter(generation_id=one.generation_id, code__in=[n.code for n in beside]).light()
    }
    return [Beside(rows[n.code], n.shared_m) for n in beside]


def bodies_of(code: str) -> list[tuple[UUID, str]]:
    """(body id, role) of the bodies that belong to an area; the governing one first."""
    return list(AreaBody.objects.filter(area_code=code).order_by("role", "body_id").values_list("body_id", "role"))


def areas_of_body(body_id: UUID, on: date | None = None) -> list[Area]:
    """The areas a body belongs to on that day; areas whose code changed are followed to the ones of the day."""
    codes: set[str] = set()
    for code in AreaBody.objects.filter(body_id=body_id).values_list("area_code", flat=True):
        codes.update(resolve(code, on))
    return list(areas(on=on).filter(code__in=codes))


def nowhere() -> str:
    return _("이 좌표는 어느 구역에도 들지 않습니다.")
