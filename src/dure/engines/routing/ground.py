"""The ground: layers of areas, the finest first, each with what its polygons are on a day."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyproj
import shapely

from dure.engines.areas import AreaIndex, to_metres

DEFAULT_ACCURACY_M = 15.0
"""What a telephone usually reaches; taken where nobody said."""
MOST_M = 20_000.0
METRES_X, METRES_Y = 86_000.0, 110_000.0  # of a degree, at least, in Korea
COAST_M = {False: 2_000.0, True: 15_000.0}
"""How far off an area a point still counts to it, by whether the area is approximate: piers, coarse coasts."""


ENDINGS = {"읍": "eup", "면": "myeon", "리": "myeon", "동": "dong", "가": "dong", "로": "dong"}


def town_kind(name: str) -> str:
    """dong, eup or myeon by the name of a town; 법정리 belong to eup or myeon. "" where the name says nothing."""
    bare = name.strip()
    for ending, kind in (
        ("읍", "eup"),
        ("면", "myeon"),
        ("리", "myeon"),
        ("동", "dong"),
        ("가", "dong"),
        ("로", "dong"),
    ):
        if bare.endswith(ending):
            return kind
    return ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a polygon is on a day: `code` of the municipality or district, `town` its name where it is one.

    `kind` is dong, eup or myeon, "" where not known. `share` below 1 where a municipality was split and it is not
    known which part this is.
    """

    code: str
    town: str = ""
    kind: str = ""
    approximate: bool = False
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    cell: Cell
    distance_m: float


Meaning = Sequence[tuple[Cell, ...]]
"""For each polygon the cells it may be on a day; empty where it is none."""
Towns = Mapping[str, Sequence[tuple[str, str]]]
"""Municipality or district → its towns as (name, kind)."""


@dataclass(slots=True)
class Layer:
    """Polygons of one file or generation. `eras` are the first days of spans, the oldest first; older days take it too.

    `means` tells what the polygons are from such a day on; it is asked once for each span that is needed.
    `slack_m`: how far its borders may be off.
    """

    name: str
    index: AreaIndex
    eras: Sequence[date]
    means: Callable[[date], Meaning]
    slack_m: float = 0.0
    approximate: bool = False
    _numbers: dict[str, int] = field(default_factory=dict)
    metric: Any = None
    _meanings: dict[int, Meaning] = field(default_factory=dict)
    _covers: dict[int, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        name: str,
        polygons: Any,
        eras: Sequence[date],
        means: Callable[[date], Meaning],
        *,
        slack_m: float = 0.0,
        approximate: bool = False,
    ) -> Layer:
        """`polygons` in degrees, in the order of each meaning. Raises AreasError as AreaIndex does."""
        codes = [f"{number:06d}" for number in range(len(polygons))]
        index = AreaIndex.build(polygons, codes)
        metric = to_metres(index.polygons)
        shapely.prepare(metric)
        layer = cls(name, index, eras, means, slack_m, approximate)
        layer._numbers = {code: number for number, code in enumerate(codes)}
        layer.metric = metric
        return layer

    def meaning(self, day: date) -> Meaning:
        era = max(0, bisect_right(self.eras, day) - 1)
        found = self._meanings.get(era)
        if found is None:
            found = self._meanings[era] = self.means(self.eras[era])
        return found

    def covers(self, day: date) -> frozenset[str]:
        """Codes of the areas that this layer has on a day."""
        era = max(0, bisect_right(self.eras, day) - 1)
        if era not in self._covers:
            self._covers[era] = frozenset(cell.code for cells in self.meaning(day) for cell in cells)
        return self._covers[era]

    def inside(self, lon: float, lat: float, day: date) -> tuple[int, tuple[Cell, ...]]:
        """(polygon, its cells) at the point; (-1, ()) outside all."""
        code = self.index.locate(lon, lat)
        if code is None:
            return -1, ()
        number = self._numbers[code]
        return number, self.meaning(day)[number]

    def deep(self, lon: float, lat: float, reach_m: float) -> bool:
        """Whether the point surely lies deeper in its polygon than `reach_m`: its cell of the grid and all round it."""
        g = self.index.grid
        if reach_m > min(METRES_X / g.per_x, METRES_Y / g.per_y):
            return False
        column, row = int((lon - g.x0) * g.per_x), int((lat - g.y0) * g.per_y)
        if not (1 <= column < g.side - 1 and 1 <= row < g.side - 1):
            return False
        here = g.cells.item(row, column)
        return here >= 0 and bool((g.cells[row - 1 : row + 2, column - 1 : column + 2] == here).all())


@dataclass(frozen=True, slots=True)
class Merged:
    """All layers of one span of days in one tree, less the areas that a finer layer has itself."""

    tree: shapely.STRtree
    metric: Any
    cells: Sequence[tuple[Cell, ...]]
    place: Mapping[tuple[int, int], int]  # (layer, polygon) → number here
    coasts: Mapping[bool, tuple[shapely.STRtree, Sequence[int]]]  # by whether approximate: a tree, and numbers here

    def near(self, point: Any, reach_m: float, skip: int = -1) -> list[tuple[float, int]]:
        """(distance, number) of polygons within `reach_m` of a point in metres, nearest first."""
        numbers = self.tree.query(point, predicate="dwithin", distance=reach_m)
        if len(numbers) == 0 or (len(numbers) == 1 and numbers[0] == skip):
            return []
        distances = shapely.distance(self.metric[numbers], point).tolist()
        return sorted((d, n) for d, n in zip(distances, numbers.tolist(), strict=True) if n != skip)


class Ground:
    """Layers, the finest first, and the names of towns: `towns` tells them as of the first day of each span `eras`."""

    def __init__(
        self,
        layers: Sequence[Layer],
        *,
        eras: Sequence[date] = (),
        towns: Callable[[date], Towns] | None = None,
        version: str = "",
    ) -> None:
        self.layers = tuple(layers)
        self.version = version
        self._eras = tuple(eras)
        self._towns = towns
        self._known: dict[int, Towns] = {}
        self._merged: dict[int, Merged] = {}
        self._starts = self.starts()
        self._transform = pyproj.Transformer.from_crs(4326, 5179, always_xy=True).transform

    def towns(self, day: date) -> Towns:
        if self._towns is None or not self._eras:
            return {}
        era = max(0, bisect_right(self._eras, day) - 1)
        found = self._known.get(era)
        if found is None:
            found = self._known[era] = self._towns(self._eras[era])
        return found

    def starts(self) -> list[date]:
        """The first days of all spans: between two of them nothing changes."""
        return sorted({first for layer in self.layers for first in layer.eras} | set(self._eras))

    def find(self, lon: float, lat: float, accuracy_m: float | None, day: date) -> list[Hit]:
        """Cells at the point (distance 0) and others within the accuracy, nearest first; [] far from all areas.

        Where the point lies in none, the nearest area counts if it is near enough (coasts).
        """
        base = next(
            ((place, *found) for place, layer in enumerate(self.layers) if (found := layer.inside(lon, lat, day))[1]),
            None,
        )
        if base is None or self.layers[base[0]].approximate:
            # a pier of an official area is surer than the inside of an approximate one
            coast = self._coast(lon, lat, day, approximate=False)
            if coast or base is None:
                return coast or self._coast(lon, lat, day, approximate=True)
        here, polygon, cells = base
        layer = self.layers[here]
        reach = DEFAULT_ACCURACY_M if accuracy_m is None or not accuracy_m > 0 else min(accuracy_m, MOST_M)
        reach = max(reach, layer.slack_m)
        inside = [Hit(cell, 0.0) for cell in cells]
        if layer.deep(lon, lat, reach) or (point := self._point(lon, lat)) is None:
            return inside
        merged = self._merge(day)
        beside = merged.near(point, reach, merged.place.get((here, polygon), -1))
        near = [Hit(cell, distance) for distance, number in beside for cell in merged.cells[number]]
        # approximate areas lie over official ones and say nothing about their borders
        return inside + [hit for hit in near if layer.approximate or not hit.cell.approximate]

    def _merge(self, day: date) -> Merged:
        span = bisect_right(self._starts, day)
        found = self._merged.get(span)
        if found is None:
            covered: frozenset[str] = frozenset()
            metric: list[Any] = []
            cells: list[tuple[Cell, ...]] = []
            place: dict[tuple[int, int], int] = {}
            sorts: dict[bool, list[int]] = {}
            for number, layer in enumerate(self.layers):
                for polygon, meant in enumerate(layer.meaning(day)):
                    if kept := tuple(cell for cell in meant if cell.code not in covered):
                        place[number, polygon] = len(cells)
                        sorts.setdefault(layer.approximate, []).append(len(cells))
                        metric.append(layer.metric[polygon])
                        cells.append(kept)
                covered |= layer.covers(day)
            shapes = np.empty(len(metric), dtype=object)
            shapes[:] = metric
            coasts = {rough: (shapely.STRtree(shapes[numbers]), numbers) for rough, numbers in sorts.items()}
            found = Merged(shapely.STRtree(shapes), shapes, cells, place, coasts)
            self._merged[span] = found
        return found

    def _point(self, lon: float, lat: float) -> Any:
        x, y = self._transform(lon, lat)
        return shapely.Point(x, y) if math.isfinite(x) and math.isfinite(y) else None

    def _coast(self, lon: float, lat: float, day: date, *, approximate: bool) -> list[Hit]:
        point = self._point(lon, lat)
        if point is None:
            return []
        merged = self._merge(day)
        if approximate not in merged.coasts:
            return []
        tree, numbers = merged.coasts[approximate]
        found, distances = tree.query_nearest(point, max_distance=COAST_M[approximate], return_distance=True)
        if len(found) == 0:
            return []
        return [Hit(merged.cells[numbers[int(found.min())]][0], float(distances[0]))]
