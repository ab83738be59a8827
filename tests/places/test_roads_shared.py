"""A real street network that stands beside the project, where it does."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from dure.engines.roads import Link, Road, RoadNetwork

FILE = Path("shared") / "data" / "streets_daejeon_doan" / "edges.geojson"
FOUND = [up / FILE for up in Path(__file__).parents if (up / FILE).is_file()]

pytestmark = [pytest.mark.shared, pytest.mark.skipif(not FOUND, reason="no street network beside the project")]


def test_points_on_real_streets_find_them_quickly() -> None:
    features = json.loads(FOUND[0].read_text())["features"]
    lines = [shapely.geometry.shape(one["geometry"]) for one in features]
    links = [
        Link(Road(f["properties"]["edge_id"], name=f["properties"]["edge_id"]), f["properties"]["lanes"], True)
        for f in features
    ]
    network = RoadNetwork.build(lines, links)
    rng = np.random.default_rng(5)
    chosen = rng.integers(0, len(lines), 500)
    for i in chosen.tolist():
        here = shapely.line_interpolate_point(lines[i], 0.5, normalized=True)
        snaps = network.near(here.x, here.y, accuracy_m=10)
        assert snaps[0].distance_m < 0.1
        assert features[i]["properties"]["edge_id"] in [s.road.id for s in snaps]
