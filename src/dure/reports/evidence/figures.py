"""Figures that many reports make together: computed from what everybody may read, and kept for an hour.

Every figure is of the matters that came in within a period and, where chosen, of a group or category and a province;
each counts once (what was joined to another or split is left out), and the list at `Scope.wanted` shows the same ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import shapely
from django.core.cache import cache
from django.utils.translation import get_language

from dure.bodies.models import Body
from dure.core import clock
from dure.core.viewer import Viewer
from dure.engines.areas import to_degrees, to_metres
from dure.engines.fairness import Case, Compared, compare, wilson
from dure.engines.hotspots import spots
from dure.reports import categories
from dure.reports.evidence import areas, queries
from dure.reports.evidence.wanted import Wanted

KEPT_S = 3600
SEED = 20260101
MONTHS = (3, 12, 24)
RADII_M = (50, 100, 200, 500)
MOST_POINTS = 40_000
Found = TypeVar("Found")


@dataclass(frozen=True)
class Scope:
    """What the figures are of. `area` two digits of a province or ''; the period ends with `until`."""

    months: int = 12
    group: str = ""
    category: str = ""
    area: str = ""

    @property
    def until(self) -> date:
        return clock.today()

    @property
    def since(self) -> date:
        return self.until - timedelta(days=round(self.months * 365.25 / 12) - 1)

    @property
    def wanted(self) -> Wanted:
        """The same as a filter of the list."""
        return Wanted(
            group=self.group, category=self.category, area=self.area, since=self.since, until=self.until, counted=True
        )

    @property
    def key(self) -> str:
        return f"{self.until}.{self.months}.{self.group}.{self.category}.{self.area}.{get_language()}"


@dataclass(frozen=True)
class Taken:
    """How long one body, or one region, took, and what else there is to know of it. Times in days; shares 0 to 1.

    `in_time` of `judged`: closed by the deadline, of all that were closed or are past it.
    """

    id: str
    name: str
    slug: str
    compared: Compared | None
    received: int
    closed: int
    in_time: int
    judged: int
    moved: int
    again: int

    @property
    def share(self) -> float | None:
        return self.in_time / self.judged if self.judged else None

    @property
    def share_bounds(self) -> tuple[float, float] | None:
        return wilson(self.in_time, self.judged) if self.judged else None


@dataclass(frozen=True)
class Rate:
    """One municipality: how many matters, residents and kilometres of road, None where not known."""

    code: str
    name: str
    count: int
    residents: float | None
    km: float | None

    @property
    def per_thousand(self) -> float | None:
        return 1000 * self.count / self.residents if self.residents else None

    @property
    def per_km(self) -> float | None:
        return self.count / self.km if self.km else None


@dataclass(frozen=True)
class HotSpot:
    """Matters that lie together: where, how many, in what radius, since when, of which municipality and bodies."""

    lon: float
    lat: float
    extent_m: float
    count: int
    around: int
    expected: float
    p: float | None
    first: datetime
    last: datetime
    area: str
    urns: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """A table, when it was made, and of how many matters."""

    rows: list[Any]
    at: datetime
    of: int
    note: str = ""


def kept(name: str, scope: Scope, make: Callable[[], Made]) -> Made:
    """The table as it was made within the last hour, else made now."""
    key = f"reports.evidence.{name}.{scope.key}"
    found: Made | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT_S)
    return found


def _rows(scope: Scope, *names: str) -> Iterator[tuple[Any, ...]]:
    rows = queries.matching(Viewer.anonymous(), scope.wanted).select_related(None).order_by()
    return iter(rows.values_list(*names))


def by_category(scope: Scope) -> Made:
    """[(category id, how many)], the most frequent first."""

    def make() -> Made:
        found = Counter(category for (category,) in _rows(scope, "category"))
        ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
        return Made(ordered, clock.now(), sum(found.values()))

    return kept("categories", scope, make)


def times(scope: Scope, by: str = "body") -> Made:
    """[Taken] of every body (`by` "body") or municipality ("area") in the scope, those with the most matters first.

    What is fair is decided by `dure.engines.fairness`; the reference is all of the scope.
    """
    return kept(f"times.{by}", scope, lambda: _times(scope, by))


def _times(scope: Scope, by: str) -> Made:
    column = "body_id" if by == "body" else "area_code"
    olds = areas.present_codes() if by == "area" else {}
    now = clock.now()
    cases: list[Case] = []
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    of = 0
    for owner, category, created, closed, due, moves, again in _rows(
        scope, column, "category", "created_at", "closed_at", "due_at", "moves_count", "second_look_at"
    ):
        of += 1
        key = olds.get(owner, owner) if by == "area" else str(owner or "")
        counts = tally[key]
        counts["received"] += 1
        counts["moved"] += moves > 0
        counts["again"] += again is not None
        if closed:
            counts["closed"] += 1
            cases.append(Case(key, category, max((closed - created).total_seconds(), 0.0) / 86_400))
        if due and (closed or due < now):
            counts["judged"] += 1
            counts["in_time"] += closed is not None and closed <= due
    compared = {one.owner: one for one in compare(cases, seed=SEED)}
    names = _names(by, set(tally))
    rows = [
        Taken(
            key,
            *names.get(key, ("", "")),
            compared.get(key),
            counts["received"],
            counts["closed"],
            counts["in_time"],
            counts["judged"],
            counts["moved"],
            counts["again"],
        )
        for key, counts in tally.items()
    ]
    return Made(sorted(rows, key=lambda row: (-row.received, row.id)), now, of)


def _names(by: str, keys: set[str]) -> dict[str, tuple[str, str]]:
    """{key: (name, what an address calls it)}"""
    if by == "area":
        return {code: (name, code) for code, name in areas.names(keys).items()}
    known = Body.objects.filter(pk__in=[key for key in keys if key]).select_related("province")
    return {str(body.pk): (body.name, body.slug) for body in known}


def whole(scope: Scope) -> dict[str, Any]:
    """The scope as one: matters, closed, median and 90th percentile in days, share in time, moved, looked at again."""
    made = times(scope)
    total = {name: sum(getattr(row, name) for row in made.rows)
             for name in ("received", "closed", "in_time", "judged", "moved", "again")}  # fmt: skip
    return {**total, "share": total["in_time"] / total["judged"] if total["judged"] else None, "at": made.at}


def rates(scope: Scope) -> Made:
    """[Rate] of every municipality, the highest rate per 1,000 residents first. Without a place: not in it."""
    return kept("rates", scope, lambda: _rates(scope))


def _rates(scope: Scope) -> Made:
    counts = areas.to_present(Counter(code for (code,) in _rows(scope, "area_code") if code), areas.present_codes())
    residents = areas.residents(counts)
    km = areas.road_lengths(counts)
    names = areas.names(counts)
    rows = [Rate(code, names[code], count, residents.get(code), km.get(code)) for code, count in counts.items()]
    rows.sort(key=lambda row: (row.per_thousand is None, -(row.per_thousand or 0.0), row.code))
    return Made(rows, clock.now(), sum(counts.values()))


def hot_spots(scope: Scope, *, radius: int = 100, least: int = 3) -> Made:
    """[HotSpot] of the scope's category or group, the largest first, held against the reports of all kinds in the same
    province and period. `note` "many" where there were too many for the test of chance."""
    name = f"spots.{radius}.{least}"
    return kept(name, scope, lambda: _hot_spots(scope, radius, least))


def _hot_spots(scope: Scope, radius: int, least: int) -> Made:
    own = {
        pk: (created, area)
        for pk, created, area, lon in _rows(scope, "pk", "created_at", "area_code", "lon")
        if lon is not None
    }
    ground = scope if len(own) > MOST_POINTS else replace(scope, group="", category="")
    rows = [row for row in _rows(ground, "pk", "lon", "lat") if row[1] is not None]
    note = ""
    if len(rows) > MOST_POINTS:
        rows, note = [row for row in rows if row[0] in own], "many"
    xy = shapely.get_coordinates(to_metres(shapely.points([(lon, lat) for _pk, lon, lat in rows]))) if rows else []
    found = spots(
        [(float(x), float(y)) for x, y in xy], [row[0] in own for row in rows], radius=radius, least=least, seed=SEED
    )
    made = []
    for spot in found:
        members = [rows[at][0] for at in spot.members]
        middle = to_degrees(shapely.Point(spot.x, spot.y))
        moments = sorted(own[pk][0] for pk in members)
        most = Counter(own[pk][1] for pk in members).most_common(1)[0][0]
        made.append(
            HotSpot(
                round(middle.x, 6),
                round(middle.y, 6),
                spot.extent,
                len(members),
                spot.around,
                spot.expected,
                spot.p,
                moments[0],
                moments[-1],
                most,
                tuple(f"dure:report:{pk}" for pk in members),
            )
        )
    return Made(made, clock.now(), len(own), note)


def warm(args: object = None) -> None:
    """What the pages show first, made before somebody asks for it."""
    scope = Scope()
    by_category(scope)
    times(scope)
    times(scope, "area")
    rates(scope)


def groups_seen(scope: Scope) -> list[tuple[categories.Group, int]]:
    """Groups that have matters in the scope, the most frequent first."""
    counts = dict(by_category(scope).rows)
    found = [(group, sum(counts.get(one.id, 0) for one in group.categories)) for group in categories.groups()]
    return sorted((one for one in found if one[1]), key=lambda one: (-one[1], one[0].id))
