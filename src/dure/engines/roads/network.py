"""Point → the roads near it, with how likely each is; route and kilometre → point."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from dure.engines.roads import likelihood
from dure.engines.roads.classes import half_width_m, rank
from dure.engines.roads.errors import RoadsError
from dure.engines.roads.grid import SegmentGrid, scale

Array = np.ndarray[Any, Any]
Key = tuple[str, str, str, str, str, bool, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Road:
    """One link of a road. `road_class` is an id of the authority table, `national` or `municipal` where only the area
    can tell more (FAMILIES), or '' where it is not known. `owner` is a body's code where the file names one.

    `multi` are the other routes, as (class, number), that run on the same road. `approximate` lines were drawn from
    general knowledge and may be off by a hundred metres and more.
    """

    id: str
    road_class: str = ""
    number: str = ""
    name: str = ""
    section: str = ""
    owner: str = ""
    approximate: bool = False
    multi: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A road and what is known of one line of it.

    `lanes` is the number of lanes the line stands for; `directed` says that it is driven in its own direction only.
    `km_from` and `km_to` are kilometre posts at its beginning and its end, in either order.
    """

    road: Road
    lanes: float | None = None
    directed: bool = False
    km_from: float | None = None
    km_to: float | None = None


@dataclass(frozen=True, slots=True)
class Snap:
    """A road near a point. `weight` is how likely the report comes from this road, of all roads and none of them.

    `side` is left or right of the line's direction, or on where the point lies on it within half a metre. `km` is the
    kilometre by the road's own posts. `heading_off` is how many degrees the driver's heading differs from the road's
    direction. `lon`, `lat` is the nearest place on the line. `inside` says that the point lies on the carriageway.
    """

    road: Road
    distance_m: float
    side: str
    km: float | None
    weight: float
    lon: float = 0.0
    lat: float = 0.0
    heading_off: float | None = None
    inside: bool = False


class Snaps(tuple[Snap, ...]):
    """Roads near a point, nearest first. `none` is the share of 'none of these roads'; all weights and it sum to 1."""

    __slots__ = ()

    @property
    def none(self) -> float:
        return max(0.0, 1.0 - math.fsum(one.weight for one in self))


@dataclass(slots=True)
class NetworkBuilder:
    """Takes roads in batches, so that a million links never stand in memory as objects."""

    _ids: list[Array] = field(default_factory=list)
    _ends: list[Array] = field(default_factory=list)
    _links: list[Array] = field(default_factory=list)
    _numbers: list[Array] = field(default_factory=list)
    _groups: dict[Key, int] = field(default_factory=dict)
    _half_widths: dict[tuple[str, float | None], float] = field(default_factory=dict)
    _count: int = 0

    def add(self, lines: Sequence[Any] | Array, links: Iterable[Link | Road]) -> None:
        """`lines` are (multi)lines in degrees, as Shapely objects or WKB bytes; `links` one for each.

        Raises RoadsError for an empty or other geometry, a line without length, or coordinates that are no degrees.
        """
        given = [one if isinstance(one, Link) else Link(one) for one in links]
        if len(given) != len(lines):
            raise RoadsError(f"{len(lines)} lines but {len(given)} links")
        if not given:
            return
        shapes = np.empty(len(given), dtype=object)
        for i, one in enumerate(lines):
            shapes[i] = shapely.from_wkb(bytes(one)) if isinstance(one, bytes | memoryview) else one
        wrong = ~np.isin(shapely.get_type_id(shapes), (1, 5)) | shapely.is_empty(shapes)
        if wrong.any():
            raise RoadsError(f"road {given[int(np.flatnonzero(wrong)[0])].road.id} has no line")
        parts, of_part = shapely.get_parts(shapes, return_index=True)
        xy, part = shapely.get_coordinates(parts, return_index=True)
        if not (np.isfinite(xy).all() and np.abs(xy[:, 0]).max() <= 180 and np.abs(xy[:, 1]).max() <= 90):
            raise RoadsError("the coordinates are not longitude and latitude in degrees")
        way = xy[1:] - xy[:-1]
        real = (part[1:] == part[:-1]) & (np.abs(way).max(axis=1) > 1e-12)
        owner = of_part[part[:-1][real]]
        lengths = np.bincount(owner, minlength=len(given))
        if not lengths.all():
            raise RoadsError(f"road {given[int(np.flatnonzero(lengths == 0)[0])].road.id} has no length")
        self._ends.append(np.column_stack([xy[:-1][real], way[real]]))
        self._links.append((owner + self._count).astype(np.int32))
        self._ids.append(np.array([one.road.id.encode() for one in given], dtype=np.bytes_))
        self._numbers.append(np.array([self._row(one) for one in given], dtype=np.float64))
        self._count += len(given)

    def _row(self, one: Link) -> tuple[float, ...]:
        road = one.road
        key = (
            road.road_class, road.number, road.name, road.section, road.owner, road.approximate, road.multi
        )  # fmt: skip
        group = self._groups.setdefault(key, len(self._groups))
        width = self._half_widths.get((road.road_class, one.lanes))
        if width is None:
            width = self._half_widths[road.road_class, one.lanes] = half_width_m(road.road_class, one.lanes)
        nan = math.nan
        km_from, km_to = (nan if km is None else km for km in (one.km_from, one.km_to))
        return group, width, one.directed, km_from, km_to

    def build(self, version: str = "") -> RoadNetwork:
        """The network of what was added; `version` names the data for whoever writes down what was used."""
        ends = np.concatenate(self._ends) if self._ends else np.empty((0, 4))
        self._ends.clear()
        links = np.concatenate(self._links) if self._links else np.empty(0, dtype=np.int32)
        numbers = np.concatenate(self._numbers) if self._numbers else np.empty((0, 5))
        first = np.searchsorted(links, np.arange(self._count + 1)).astype(np.int64)
        groups = numbers[:, 0].astype(np.int32)
        keys = tuple(self._groups)
        return RoadNetwork(
            grid=SegmentGrid.build(ends),
            ids=np.concatenate(self._ids) if self._ids else np.empty(0, dtype="S1"),
            groups=groups,
            keys=keys,
            half_widths=numbers[:, 1].astype(np.float32),
            directed=numbers[:, 2].astype(bool),
            km=numbers[:, 3:5].astype(np.float32),
            _ends=ends,
            _links=links,
            _first=first,
            _ranks=tuple(rank(key[0]) for key in keys),
            _widest=float(numbers[:, 1].max()) if self._count else 0.0,
            _drawn=any(key[5] for key in keys),
            version=version,
        )


@dataclass(slots=True, eq=False)
class RoadNetwork:
    """Roads of one date, made by `RoadNetwork.build` or a `NetworkBuilder`; safe to share between threads.

    Links of one road (same class, number, name, section, owner) are one road in every answer: the nearest of them
    stands for all, so that a crossing or two directions do not count twice. At one distance the road of the higher
    rank comes first (겹치는 노선은 높은 등급을 따른다, 도로법 제22조), then by number, name and id.
    """

    grid: SegmentGrid
    ids: Array
    groups: Array
    keys: tuple[Key, ...]
    half_widths: Array
    directed: Array
    km: Array
    _ends: Array
    _links: Array
    _first: Array
    _ranks: tuple[int, ...]
    _widest: float
    _drawn: bool
    version: str = ""

    @classmethod
    def build(cls, lines: Sequence[Any] | Array, attributes: Iterable[Link | Road]) -> RoadNetwork:
        """A network of `lines` (degrees, Shapely or WKB) with a Road or a Link for each; see NetworkBuilder.add."""
        builder = NetworkBuilder()
        builder.add(lines, attributes)
        return builder.build()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all lines, in degrees."""
        begin, end = self._ends[:, :2], self._ends[:, :2] + self._ends[:, 2:]
        low, high = np.minimum(begin, end).min(axis=0), np.maximum(begin, end).max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def road(self, number: int) -> Road:
        """The road of the link at that place in the order in which links were given."""
        return Road(self.ids[number].decode(), *self.keys[self.groups[number]])

    def near(
        self,
        lon: float,
        lat: float,
        *,
        accuracy_m: float | None = None,
        heading: float | None = None,
        limit_m: float | None = None,
    ) -> Snaps:
        """Roads near a point (WGS84 degrees), nearest first; how near depends on the road's width and the accuracy.

        `accuracy_m` is the radius that holds the true place in 95 of 100 cases, as devices tell it (30 where it is
        None); a road is looked at up to three standard deviations outside its carriageway. `limit_m` is a further
        limit, from the middle of the road. `heading` is the way the reporter drove, degrees clockwise from north.
        Raises RoadsError for a point, accuracy or heading that is none.
        """
        sigma = self._check(lon, lat, accuracy_m, heading)
        east, north = scale(lat)
        reach = self._reach(sigma, limit_m)
        runs = self.grid.runs(lon, lat, reach / east, reach / north)
        if not runs:
            return Snaps()
        segments = self.grid.segments
        pieces = [segments[first:last] for first, last in runs]
        numbers = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        at = self._ends.take(numbers, axis=0)
        at[:, 0] -= lon
        at[:, 1] -= lat
        at[:, 0::2] *= east
        at[:, 1::2] *= north
        x, y, dx, dy = at.T
        t = np.minimum(np.maximum(-(x * dx + y * dy) / (dx * dx + dy * dy), 0.0), 1.0)
        squared = (x + t * dx) ** 2 + (y + t * dy) ** 2
        close = (squared <= reach * reach).nonzero()[0]
        if not close.size:
            return Snaps()
        hits = np.column_stack([squared[close], t[close], at[close]])
        return self._weigh(lon, lat, sigma, heading, limit_m, east, north, numbers[close].tolist(), hits.tolist())

    def near_many(
        self,
        points: Array,
        *,
        accuracy_m: Sequence[float | None] | None = None,
        heading: Sequence[float | None] | None = None,
        limit_m: float | None = None,
    ) -> list[Snaps]:
        """`near` for an array (n, 2) of longitude and latitude, with an accuracy and a heading for each or none."""
        points = np.asarray(points, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2:
            raise RoadsError(f"points must be an array (n, 2) of longitude and latitude, not {points.shape}")
        many = len(points)
        accuracies: Sequence[float | None] = [None] * many if accuracy_m is None else accuracy_m
        headings: Sequence[float | None] = [None] * many if heading is None else heading
        if len(accuracies) != many or len(headings) != many:
            raise RoadsError("there must be one accuracy and one heading for each point")
        return [
            self.near(lon, lat, accuracy_m=accuracy, heading=way, limit_m=limit_m)
            for (lon, lat), accuracy, way in zip(points.tolist(), accuracies, headings, strict=True)
        ]

    def _check(self, lon: float, lat: float, accuracy_m: float | None, heading: float | None) -> float:
        if not (abs(lon) <= 180.0 and abs(lat) < 90.0):
            raise RoadsError("the point is not longitude and latitude in degrees")
        if accuracy_m is not None and not 0.0 <= accuracy_m < math.inf:
            raise RoadsError("the accuracy is no length in metres")
        if heading is not None and not math.isfinite(heading):
            raise RoadsError("the heading is no angle in degrees")
        return min(likelihood.sigma_m(accuracy_m), likelihood.MAX_SIGMA_M)

    def _reach(self, sigma: float, limit_m: float | None) -> float:
        blur = math.hypot(sigma, likelihood.DRAWN_M) if self._drawn else sigma
        reach = self._widest + likelihood.BEYOND * blur
        return reach if limit_m is None else min(reach, limit_m)

    def _weigh(
        self,
        lon: float,
        lat: float,
        sigma: float,
        heading: float | None,
        limit_m: float | None,
        east: float,
        north: float,
        segments: list[int],
        hits: list[list[float]],
    ) -> Snaps:
        """`hits` hold for each segment: squared distance, place along it (0 to 1), its beginning and its way in metres
        from the point. The best of a road: nearest, of equals the smaller id."""
        best: dict[int, tuple[float, bytes, int, int, list[float]]] = {}
        likely: dict[int, tuple[float, float | None]] = {}
        links, groups, widths = self._links.item, self.groups.item, self.half_widths.item
        for segment, hit in zip(segments, hits, strict=True):
            link = links(segment)
            group = groups(link)
            distance, half = round(math.sqrt(hit[0]), 3), widths(link)
            drawn = self.keys[group][5]
            blur = math.hypot(sigma, likelihood.DRAWN_M) if drawn else sigma
            if distance > half + likelihood.BEYOND * blur:
                continue
            how, apart = likelihood.across(distance, half, blur), None
            if heading is not None:
                apart = _apart(heading, math.degrees(math.atan2(hit[4], hit[5])), self.directed.item(link))
                how *= likelihood.along(apart)
            if group not in likely or how > likely[group][0]:
                likely[group] = (how, apart)
            here = best.get(group)
            if here is None or (distance, key := self.ids[link]) < here[:2]:
                best[group] = (distance, self.ids[link] if here is None else key, link, segment, hit)
        total = likelihood.NOWHERE + sum(how for how, _apart in sorted(likely.values(), key=lambda one: one[0]))
        found = []
        for group, (distance, _id, link, segment, hit) in best.items():
            road = self.road(link)
            _squared, t, x, y, dx, dy = hit
            cross = dx * -y - dy * -x
            snap = Snap(
                road=road,
                distance_m=distance,
                side="on" if distance <= 0.5 or cross == 0 else "left" if cross > 0 else "right",
                km=self._km(link, segment, t),
                weight=likely[group][0] / total,
                lon=lon + (x + t * dx) / east,
                lat=lat + (y + t * dy) / north,
                heading_off=likely[group][1],
                inside=distance <= self.half_widths.item(link),
            )
            found.append(((distance, self._ranks[group], road.number, road.name, road.id, group), snap))
        found.sort(key=lambda one: one[0])
        return Snaps(snap for _key, snap in found)

    def _km(self, link: int, segment: int, t: float) -> float | None:
        begin, end = self.km[link].tolist()
        if begin != begin or end != end:
            return None
        first, last = self._first[link], self._first[link + 1]
        length = self._lengths(first, last)
        done = float(length[: segment - first].sum()) + t * float(length[segment - first])
        return float(round(begin + (end - begin) * done / float(length.sum()), 3))

    def _lengths(self, first: int, last: int) -> Array:
        ends = self._ends[first:last]
        east, north = scale(float(ends[0, 1]))
        return np.hypot(ends[:, 2] * east, ends[:, 3] * north)

    def roads(self, number: str, *, road_class: str = "") -> tuple[Road, ...]:
        """Every road with that route number, also where it only runs along another; by class, name and id."""
        groups = [g for g, key in enumerate(self.keys) if _is(key, number, road_class)]
        found = []
        for group in groups:
            links = np.flatnonzero(self.groups == group)
            found.append(self.road(int(links[np.argmin(self.ids[links])])))
        return tuple(sorted(found, key=lambda r: (rank(r.road_class), r.road_class, r.name, r.id)))

    def at_km(self, number: str, km: float, *, road_class: str = "") -> tuple[float, float, Road] | None:
        """Longitude, latitude and road at a kilometre of a route, where posts are known; None where they are not."""
        wanted = [g for g, key in enumerate(self.keys) if key[1] == number and road_class in ("", key[0])]
        low, high = np.fmin(self.km[:, 0], self.km[:, 1]), np.fmax(self.km[:, 0], self.km[:, 1])
        with np.errstate(invalid="ignore"):
            holds = np.isin(self.groups, wanted) & ~np.isnan(self.km).any(axis=1) & (low <= km) & (km <= high)
        links = np.flatnonzero(holds)
        if not links.size:
            return None
        link = int(links[np.argmin(self.ids[links])])
        begin, end = self.km[link].tolist()
        share = 0.0 if begin == end else (km - begin) / (end - begin)
        first, last = int(self._first[link]), int(self._first[link + 1])
        lengths = np.cumsum(self._lengths(first, last))
        place = min(int(np.searchsorted(lengths, share * lengths[-1])), len(lengths) - 1)
        before = float(lengths[place - 1]) if place else 0.0
        t = (share * float(lengths[-1]) - before) / (float(lengths[place]) - before)
        lon, lat, dlon, dlat = self._ends[first + place].tolist()
        return lon + t * dlon, lat + t * dlat, self.road(link)


def _is(key: Key, number: str, road_class: str) -> bool:
    if key[1] == number and road_class in ("", key[0]):
        return True
    return any(other == number and road_class in ("", kind) for kind, other in key[6])


def _apart(heading: float, bearing: float, directed: bool) -> float:
    """Degrees between a heading and a road: 0 to 180 on a directed road, else 0 to 90."""
    apart = abs((heading - bearing + 180.0) % 360.0 - 180.0)
    return round(apart if directed else min(apart, 180.0 - apart), 3)
