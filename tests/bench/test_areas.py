"""The areas bench measures the same work on the same inputs, and our side of it is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from bench.areas import NEAR_DEGREES, dure, near_borders, spread, strtree, synthetic


def test_inputs_are_the_same_every_time() -> None:
    one, other = synthetic(30), synthetic(30)
    assert shapely.to_wkb(one).tolist() == shapely.to_wkb(other).tolist()
    assert (spread(one, 50) == spread(other, 50)).all()
    assert (near_borders(one, 50) == near_borders(other, 50)).all()


def test_points_near_borders_are_near_borders() -> None:
    polygons = synthetic(30)
    away = shapely.distance(shapely.points(near_borders(polygons, 300)), shapely.union_all(shapely.boundary(polygons)))
    assert np.quantile(away, 0.95) < 2 * NEAR_DEGREES


def test_our_side_gives_what_a_search_of_every_polygon_gives(tmp_path: Path) -> None:
    polygons = synthetic(40)
    (tmp_path / "points").mkdir()
    np.save(tmp_path / "polygons.npy", np.array(shapely.to_wkb(polygons), dtype=object))
    points = np.vstack([spread(polygons, 500), near_borders(polygons, 500)])
    np.save(tmp_path / "points" / "all.npy", points)
    answer = dure(str(tmp_path), 10)["all"]["answer"]
    holds = shapely.intersects_xy(polygons[:, None], points[:, 0], points[:, 1])
    assert (answer == np.where(holds.any(axis=0), holds.argmax(axis=0), -1)).all()
    assert strtree(str(tmp_path), 10)["single"]["all"][0] > 0
