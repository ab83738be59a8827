"""What somebody wants to see of the reports: read from an address, and written back into one."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from dure.bodies import queries as bodies
from dure.bodies.models import Body
from dure.reports import categories
from dure.reports.models import Report

SORTS = ("newest", "oldest", "due")
STATES = ("all", "open", *Report.State.values)
ONLY = ("", "overdue", "late", "in_time", "moved", "again", "placeless")
FARTHEST_M = 50_000.0


@dataclass(frozen=True)
class Wanted:
    """A filter of reports. `area` is two digits of a province or ten of a municipality; `box` west, south, east, north
    in degrees; `near` longitude and latitude with `radius` in metres; `counted`: without reports that were joined to
    another one or split, so that each matter counts once; `wrong`: what of the address could not be read, in words.
    """

    q: str = ""
    body: str = ""
    area: str = ""
    group: str = ""
    category: str = ""
    state: str = "all"
    since: date | None = None
    until: date | None = None
    only: str = ""
    near: tuple[float, float] | None = None
    radius: float = 1000.0
    box: tuple[float, float, float, float] | None = None
    counted: bool = False
    sort: str = "newest"
    bodies: tuple[Body, ...] = field(default=(), compare=False)
    wrong: tuple[str, ...] = field(default=(), compare=False)

    @property
    def sido(self) -> str:
        return self.area[:2]

    @property
    def sigungu(self) -> str:
        return self.area if len(self.area) == 10 else ""

    @property
    def near_text(self) -> str:
        return f"{self.near[1]:.6f},{self.near[0]:.6f}" if self.near else ""

    def but(self, **changes: Any) -> Wanted:
        return replace(self, **changes)

    def query(self, default_state: str = "all", **changes: Any) -> str:
        """The address's query for this filter, without what is as usual; `changes` may add other names."""
        own = {name: value for name, value in changes.items() if name in _NAMES}
        more = {name: value for name, value in changes.items() if name not in _NAMES}
        wanted = self.but(**own)
        pairs = {
            "q": wanted.q,
            "body": wanted.body,
            "sido": wanted.sido,
            "sigungu": wanted.sigungu,
            "group": "" if wanted.category else wanted.group,
            "category": wanted.category,
            "state": "" if wanted.state == default_state else wanted.state,
            "since": wanted.since or "",
            "until": wanted.until or "",
            "only": wanted.only,
            "near": wanted.near_text,
            "radius": f"{wanted.radius:g}" if wanted.near else "",
            "box": ",".join(f"{edge:.6f}" for edge in wanted.box) if wanted.box else "",
            "counted": "1" if wanted.counted else "",
            "sort": "" if wanted.sort == "newest" else wanted.sort,
            **more,
        }
        return urlencode({name: value for name, value in pairs.items() if value not in ("", None)})


_NAMES = {one.name for one in fields(Wanted)}


def wanted_of(got: QueryDict, viewer: Any, *, state: str = "all") -> Wanted:
    """The filter in an address. What is not among the choices counts as not given; what cannot be read is said."""
    wrong: list[str] = []
    group, category = got.get("group", ""), got.get("category", "")
    since, until = _day(got.get("since", ""), wrong), _day(got.get("until", ""), wrong)
    if since and until and until < since:
        wrong.append(_("끝나는 날이 시작하는 날보다 앞섭니다. 두 날을 바꾸어 보았습니다."))
        since, until = until, since
    sido, sigungu = got.get("sido", ""), got.get("sigungu", "")
    sigungu = sigungu if _digits(sigungu, 10) and (not sido or sigungu.startswith(sido)) else ""
    said = " ".join(got.get("body", "").split())[:120]
    found = _bodies(said, viewer, wrong)
    return Wanted(
        q=" ".join(got.get("q", "").replace("\x00", "").split())[:200],
        body=said if found else "",
        bodies=found,
        area=sigungu or (sido if _digits(sido, 2) else ""),
        group=group if group in {one.id for one in categories.groups()} else "",
        category=category if category in categories.by_id() else "",
        state=got.get("state", "") if got.get("state", "") in STATES else state,
        since=since,
        until=until,
        only=got.get("only", "") if got.get("only", "") in ONLY else "",
        near=_point(got.get("near", ""), wrong),
        radius=_radius(got.get("radius", "")),
        box=_box(got.get("box", "")),
        counted=got.get("counted", "") == "1",
        sort=got.get("sort", "") if got.get("sort", "") in SORTS else "newest",
        wrong=tuple(wrong),
    )


def _digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def _bodies(said: str, viewer: Any, wrong: list[str]) -> tuple[Body, ...]:
    said = said.replace("\x00", "")
    if not said:
        return ()
    by_slug = Body.objects.visible_to(viewer).filter(slug=said).first()
    found = (by_slug,) if by_slug else tuple(bodies.named(said)[:20])
    if not found:
        wrong.append(_("‘%(name)s’: 그런 이름의 기관을 찾지 못해 기관을 가리지 않고 보여 드립니다.") % {"name": said})
    return found


def _day(text: str, wrong: list[str]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        said = _("‘%(text)s’: 날짜로 읽을 수 없습니다. 2026-07-01처럼 적어 주세요.")
        wrong.append(said % {"text": text.strip()[:20]})
        return None


def numbers(text: str, count: int) -> tuple[float, ...] | None:
    try:
        found = tuple(float(part) for part in text.replace(" ", ",").split(",") if part)
    except ValueError:
        return None
    return found if len(found) == count and all(map(math.isfinite, found)) else None


def _point(text: str, wrong: list[str]) -> tuple[float, float] | None:
    """Latitude and longitude as maps show them, in either order: in Korea the longitude is the larger one."""
    if not text.strip():
        return None
    found = numbers(text.strip()[:60], 2)
    low, high = (min(found), max(found)) if found else (999.0, 999.0)
    if not (-90 <= low <= 90 and -180 <= high <= 180):
        wrong.append(_("자리는 37.5665,126.9780처럼 위도와 경도를 적어 주세요."))
        return None
    return high, low


def _radius(text: str) -> float:
    found = numbers(text[:20], 1)
    return min(max(found[0], 10.0), FARTHEST_M) if found else 1000.0


def _box(text: str) -> tuple[float, float, float, float] | None:
    found = numbers(text[:100], 4)
    if found is None:
        return None
    west, south, east, north = found
    return (west, south, east, north) if -180 <= west < east <= 180 and -90 <= south < north <= 90 else None
