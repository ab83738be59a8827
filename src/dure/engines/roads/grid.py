"""The lookup grid: which pieces of lines pass through a cell of about 250 m."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

CELL_LON, CELL_LAT = 0.0028, 0.00225  # degrees; about 250 m in Korea
MAX_SIDE = 2048
CHUNK = 500_000
# WGS84
_A, _E2 = 6_378_137.0, 0.00669437999014


def scale(lat: float) -> tuple[float, float]:
    """Metres a degree of longitude and of latitude at `lat`: lengths of some hundred metres come out to 1 in 10,000."""
    sin = math.sin(math.radians(lat))
    curve = 1 - _E2 * sin * sin
    east = math.radians(_A * math.cos(math.radians(lat)) / math.sqrt(curve))
    return east, math.radians(_A * (1 - _E2) / (curve * math.sqrt(curve)))


@dataclass(frozen=True, slots=True)
class SegmentGrid:
    """`segments[starts[cell]:starts[cell + 1]]` pass through `cell = row * columns + column`."""

    x0: float
    y0: float
    per_x: float
    per_y: float
    columns: int
    rows: int
    starts: Array
    segments: Array

    @classmethod
    def build(cls, ends: Array) -> SegmentGrid:
        """`ends` is (n, 4): longitude and latitude of the beginning, and the way to the end, in degrees."""
        if not len(ends):
            return cls(0.0, 0.0, 1.0, 1.0, 0, 0, np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32))
        x0, y0 = (float(np.minimum(ends[:, i], ends[:, i] + ends[:, i + 2]).min()) for i in (0, 1))
        x1, y1 = (float(np.maximum(ends[:, i], ends[:, i] + ends[:, i + 2]).max()) for i in (0, 1))
        wide, high = max(CELL_LON, (x1 - x0) / MAX_SIDE), max(CELL_LAT, (y1 - y0) / MAX_SIDE)
        columns, rows = int((x1 - x0) / wide) + 1, int((y1 - y0) / high) + 1
        keys = []
        for first in range(0, len(ends), CHUNK):
            part = ends[first : first + CHUNK]
            cell, number = _cells(part, x0, y0, 1 / wide, 1 / high, columns, rows)
            keys.append(np.unique(cell * len(ends) + (number + first)))
        key = np.concatenate(keys)
        key.sort()
        cell, segment = np.divmod(key, len(ends))
        starts = np.zeros(columns * rows + 1, dtype=np.int64)
        starts[1:] = np.cumsum(np.bincount(cell, minlength=columns * rows))
        return cls(x0, y0, 1 / wide, 1 / high, columns, rows, starts, segment.astype(np.int32))

    def runs(self, lon: float, lat: float, reach_lon: float, reach_lat: float) -> list[tuple[int, int]]:
        """Where in `segments` those near the point stand, row by row; one may come twice."""
        left = int(max((lon - reach_lon - self.x0) * self.per_x, 0.0))
        right = int(min((lon + reach_lon - self.x0) * self.per_x, self.columns - 1.0) + 1) - 1
        low = int(max((lat - reach_lat - self.y0) * self.per_y, 0.0))
        high = int(min((lat + reach_lat - self.y0) * self.per_y, self.rows - 1.0) + 1) - 1
        if left > right or low > high:
            return []
        found = []
        item = self.starts.item
        for row in range(low * self.columns, high * self.columns + 1, self.columns):
            first, last = item(row + left), item(row + right + 1)
            if first < last:
                found.append((first, last))
        return found


def _cells(
    ends: Array, x0: float, y0: float, per_x: float, per_y: float, columns: int, rows: int
) -> tuple[Array, Array]:
    """(cell, segment) for every cell that a segment may pass through.

    Segments are cut into pieces no longer than a cell, each of which lies in at most two columns and two rows.
    """
    x, y = (ends[:, 0] - x0) * per_x, (ends[:, 1] - y0) * per_y
    dx, dy = ends[:, 2] * per_x, ends[:, 3] * per_y
    pieces = np.maximum(np.ceil(np.maximum(np.abs(dx), np.abs(dy))), 1).astype(np.int64)
    number = np.repeat(np.arange(len(ends)), pieces)
    step = np.arange(len(number)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    begin, end = step / pieces[number], (step + 1) / pieces[number]

    def places(at: Array, way: Array, most: int) -> tuple[Array, Array]:
        one, other = (np.clip(at[number] + way[number] * t, 0, most - 1).astype(np.int64) for t in (begin, end))
        return np.minimum(one, other), np.maximum(one, other)

    (left, right), (low, high) = places(x, dx, columns), places(y, dy, rows)
    cells, numbers = [low * columns + left], [number]
    for across, up in ((True, False), (False, True), (True, True)):
        more = (left != right if across else True) & (low != high if up else True)
        where = np.flatnonzero(more)
        cells.append((high if up else low)[where] * columns + (right if across else left)[where])
        numbers.append(number[where])
    return np.concatenate(cells), np.concatenate(numbers)
