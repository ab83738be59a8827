"""The lookup grid in front of the polygons, and the way between degrees and metres.

Idea: no border passes through most cells of a fine grid, so every point of such a cell has the answer of its centre.
Only points in border cells are tested against polygons, and only against the two or three that reach into that cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int32]]

OUTSIDE = -1


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_metres(geometries: Any) -> Any:
    """Degrees (EPSG:4326) to metres (EPSG:5179); one geometry or an array of them."""
    return shapely.transform(geometries, _transformer(4326, 5179).transform, interleaved=False)


def to_degrees(geometries: Any) -> Any:
    """Metres (EPSG:5179) to degrees (EPSG:4326); one geometry or an array of them."""
    return shapely.transform(geometries, _transformer(5179, 4326).transform, interleaved=False)


@dataclass(frozen=True, slots=True)
class Grid:
    """`cells[row, column]` is an area's number, OUTSIDE, or `-2 - k` for border cell k, whose areas are
    `areas[starts[k]:starts[k + 1]]` in rising order."""

    x0: float
    y0: float
    per_x: float  # cells a degree
    per_y: float
    side: int
    cells: Ints
    starts: Ints
    areas: Ints

    def columns_rows(self, x: Floats, y: Floats) -> tuple[Ints, Ints]:
        column = np.minimum(((x - self.x0) * self.per_x).astype(np.int32), self.side - 1)
        row = np.minimum(((y - self.y0) * self.per_y).astype(np.int32), self.side - 1)
        return column, row


def side_for(areas: int, vertices: int) -> int:
    """Cells along one edge: finer for more areas and longer borders, 128 to 2,048 (16 MB)."""
    wanted = 24 * np.sqrt(areas) + 0.6 * np.sqrt(vertices)
    return int(2 ** np.clip(np.ceil(np.log2(max(wanted, 1))), 7, 11))


def build(polygons: Any, tree: shapely.STRtree, side: int) -> Grid:
    """A grid over `polygons` (an array, degrees), in whose order the smaller number wins where several hold a point."""
    x0, y0, x1, y1 = shapely.total_bounds(polygons)
    pad = 1e-9 + 1e-6 * max(x1 - x0, y1 - y0)
    x0, y0, x1, y1 = x0 - pad, y0 - pad, x1 + pad, y1 + pad
    per_x, per_y = side / (x1 - x0), side / (y1 - y0)

    cell, area = _border_cells(polygons, float(x0), float(y0), float(per_x), float(per_y), side)
    border = np.zeros(side * side, dtype=bool)
    border[cell] = True

    def centres(numbers: np.ndarray[Any, Any]) -> Any:
        row, column = np.divmod(numbers, side)
        return shapely.points(x0 + (column + 0.5) / per_x, y0 + (row + 0.5) / per_y)

    # An area may lie over a border cell without its own border passing through it, where borders overlap.
    border_numbers = np.flatnonzero(border)
    over, covering = tree.query(centres(border_numbers), predicate="intersects")
    cell = np.concatenate([cell, border_numbers[over]])
    area = np.concatenate([area, covering])
    pairs = np.unique(cell.astype(np.int64) * len(polygons) + area)
    cell, area = np.divmod(pairs, len(polygons))
    counts = np.bincount(np.searchsorted(border_numbers, cell), minlength=len(border_numbers))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

    # Between two border cells of a row nothing changes: one test for each such run.
    grid = np.empty(side * side, dtype=np.int32)
    begins = ~border
    begins[1:] &= border[:-1] | (np.arange(1, side * side) % side == 0)
    first = np.flatnonzero(begins)
    answer = np.full(len(first), len(polygons), dtype=np.int32)
    run, holder = tree.query(centres(first), predicate="intersects")
    np.minimum.at(answer, run, holder.astype(np.int32))
    answer[answer == len(polygons)] = OUTSIDE
    inner = np.flatnonzero(~border)
    grid[inner] = answer[np.searchsorted(first, inner, side="right") - 1]
    grid[border_numbers] = -2 - np.arange(len(border_numbers), dtype=np.int32)
    return Grid(
        float(x0), float(y0), float(per_x), float(per_y), side, grid.reshape(side, side), starts, area.astype(np.int32)
    )


def _border_cells(
    polygons: Any, x0: float, y0: float, per_x: float, per_y: float, side: int
) -> tuple[Ints, np.ndarray[Any, Any]]:
    """(cell, area) for every cell that a border may pass through.

    Points stand at most half a cell apart on every border, measured in cells, so each place of the border is within a
    quarter of a cell of one of them; the cells at the four corners of a slightly larger square round it hold it.
    """

    def in_cells(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return (x - x0) * per_x, (y - y0) * per_y

    lines = shapely.boundary(shapely.transform(polygons, in_cells, interleaved=False))
    xy, area = shapely.get_coordinates(shapely.segmentize(lines, 0.5), return_index=True)
    reach = 0.2501
    found = []
    for dx in (-reach, reach):
        for dy in (-reach, reach):
            column = np.clip((xy[:, 0] + dx).astype(np.int32), 0, side - 1)
            row = np.clip((xy[:, 1] + dy).astype(np.int32), 0, side - 1)
            key = (row.astype(np.int64) * side + column) * len(polygons) + area
            # neighbours on a line fall into the same cell: dropping them early keeps the sort small
            keep = np.ones(len(key), dtype=bool)
            keep[1:] = key[1:] != key[:-1]
            found.append(key[keep])
    cell, numbers = np.divmod(np.unique(np.concatenate(found)), len(polygons))
    return cell.astype(np.int32), numbers
