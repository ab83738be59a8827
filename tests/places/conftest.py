"""Areas in the database, and small boundary files of every kind, made here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from dure.engines.areas import to_metres
from dure.places import table
from dure.places.loading import load_builtin
from dure.places.policy import command_line

REFORM = date(2026, 7, 1)


@pytest.fixture(scope="module")
def _areas(for_this_file: Any) -> None:
    with for_this_file():
        load_builtin(by=command_line())


@pytest.fixture
def areas(_areas: None, db: None) -> None:
    """The areas of a fresh clone, brought in once for all tests of the file."""


def square(row: table.Row, shift_m: float = 0.0) -> Any:
    """A square of the area's size round its centre, in metres (EPSG:5179)."""
    x, y = to_metres(shapely.Point(row.lon, row.lat)).coords[0]
    half = np.sqrt(row.km2) * 500
    return shapely.segmentize(shapely.box(x - half, y - half, x + half, y + half), half / 2)


@pytest.fixture
def province() -> list[table.Row]:
    """The 25 districts of Seoul."""
    return [row for row in table.on(REFORM, "sigungu") if row.parent == "1100000000"]


Make = Callable[..., Path]


@pytest.fixture
def make_file(tmp_path: Path) -> Make:
    def make(
        rows: Sequence[table.Row],
        name: str = "sgg.shp",
        *,
        really: str = "EPSG:5179",
        declared: str | None = "EPSG:5179",
        columns: dict[str, list[Any]] | None = None,
        geometries: list[Any] | None = None,
        encoding: str | None = None,
    ) -> Path:
        """A file of squares in the coordinates `really`, which says that they are `declared`."""
        shapes = np.array(geometries or [square(row) for row in rows], dtype=object)
        to = Transformer.from_crs(5179, really, always_xy=True)
        filled = np.array([g is not None for g in shapes])
        shapes[filled] = shapely.transform(shapes[filled], to.transform, interleaved=False)
        columns = columns or {"SGG_CD": [r.code[:5] for r in rows], "SGG_NM": [r.name_ko for r in rows]}
        path = tmp_path / name
        pyogrio.raw.write(
            path,
            shapely.to_wkb(shapes),
            [np.array(values, dtype=object) for values in columns.values()],
            list(columns),
            geometry_type="Polygon" if all(g is None or g.geom_type == "Polygon" for g in shapes) else "MultiPolygon",
            crs=declared,
            encoding=encoding,
            driver={".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON"}[path.suffix],
        )
        return path

    return make
