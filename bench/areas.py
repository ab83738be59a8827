"""Which area is each point in? Our index beside geopandas.sjoin, on the same points and polygons.

Three sets of points: all over the country, close to borders (where a grid helps least), and one at a time, as a page
or an API asks. Each system runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from bench._measure import apart, latencies, percentiles, row, timed

TITLE = "point to area: one point and a million, beside geopandas.sjoin"
PEERS = ["geopandas==1.2.0"]

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "admin" / "emd_15sido_2021-04_simplified.geojson"
POINTS = {False: 1_000_000, True: 20_000}
DISTRICTS = {False: 3_500, True: 300}
SINGLE = {False: 20_000, True: 500}
SINGLE_PEER = {False: 300, True: 20}  # a join of one point takes milliseconds
NEAR_DEGREES = 0.002  # about 200 m
SEED = 20261121

Array = np.ndarray[Any, Any]


def real() -> Array:
    """The towns of 15 provinces, 2021: borders simplified by their publisher."""
    features = json.loads(REAL.read_text())["features"]
    return np.array([shapely.make_valid(shapely.geometry.shape(f["geometry"])) for f in features], dtype=object)


def synthetic(count: int) -> Array:
    """A made-up country as large as ours: `count` Voronoi cells with about 300 m between the corners of a border."""
    rng = np.random.default_rng(SEED)
    frame = shapely.box(126.0, 34.2, 129.6, 38.6)
    seeds = shapely.multipoints(rng.uniform((126.0, 34.2), (129.6, 38.6), (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame))
    return shapely.segmentize(shapely.intersection(cells, frame), 0.003)


def spread(polygons: Array, n: int) -> Array:
    x0, y0, x1, y1 = shapely.total_bounds(polygons)
    return np.random.default_rng(SEED + 1).uniform((x0, y0), (x1, y1), (n, 2))


def near_borders(polygons: Array, n: int) -> Array:
    rng = np.random.default_rng(SEED + 2)
    return rng.choice(shapely.get_coordinates(polygons), n) + rng.normal(0, NEAR_DEGREES / 2, (n, 2))


def dure(folder: str, single: int) -> dict[str, Any]:
    from dure.engines.areas import AreaIndex

    polygons, sets = _input(folder)
    codes = [f"{k:05d}" for k in range(len(polygons))]
    built = timed(AreaIndex.build, polygons, codes)
    index = built.value
    found: dict[str, Any] = {"build": _cost(built), "single": {}}
    for name, points in sets.items():
        bulk = timed(index.locate_numbers, points)
        found[name] = _cost(bulk) | {"answer": bulk.value}
        seconds = latencies(lambda p: index.locate(p[0], p[1]), points[:single].tolist())
        found["single"][name] = percentiles(seconds)
    return found


def sjoin(folder: str, single: int) -> dict[str, Any]:
    import geopandas

    polygons, sets = _input(folder)

    def build() -> Any:
        areas = geopandas.GeoDataFrame({"area": np.arange(len(polygons))}, geometry=polygons)
        _ = areas.sindex
        return areas

    def join(points: Array) -> Array:
        frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(points[:, 0], points[:, 1]))
        joined = geopandas.sjoin(frame, areas, predicate="intersects", how="inner")
        answer = np.full(len(points), len(polygons), dtype=np.int64)
        np.minimum.at(answer, joined.index.to_numpy(), joined["area"].to_numpy())
        return np.where(answer == len(polygons), -1, answer)

    built = timed(build)
    areas = built.value
    found: dict[str, Any] = {"build": _cost(built), "single": {}}
    for name, points in sets.items():
        bulk = timed(join, points)
        found[name] = _cost(bulk) | {"answer": bulk.value}
        found["single"][name] = percentiles(latencies(join, [points[i : i + 1] for i in range(single)]))
    return found


def strtree(folder: str, single: int) -> dict[str, Any]:
    """What somebody who thinks of it writes by hand: one query of Shapely's tree, polygons prepared."""
    polygons, sets = _input(folder)

    def build() -> Any:
        shapely.prepare(polygons)
        return shapely.STRtree(polygons)

    built = timed(build)
    tree = built.value

    def one(point: list[float]) -> int:
        found = tree.query(shapely.Point(point), predicate="intersects")
        return int(found.min()) if len(found) else -1

    return {
        "build": _cost(built),
        "single": {n: percentiles(latencies(one, p[:single].tolist())) for n, p in sets.items()},
    }


def _cost(measured: Any) -> dict[str, float]:
    return {"cpu_s": round(measured.cpu_s, 4), "wall_s": round(measured.wall_s, 4)}


def _input(folder: str) -> tuple[Array, dict[str, Array]]:
    place = Path(folder)
    polygons = shapely.from_wkb(np.load(place / "polygons.npy", allow_pickle=True))
    return polygons, {file.stem: np.load(file) for file in sorted((place / "points").glob("*.npy"))}


def run(*, quick: bool = False) -> dict[str, Any]:
    countries = {"made-up": synthetic(DISTRICTS[quick])}
    if REAL.exists() and not quick:
        countries["real 2021"] = real()
    rows: list[dict[str, Any]] = []
    ratios: dict[str, float] = {}
    notes = [
        f"{os.cpu_count()} cores; every system uses one. Points are arrays of longitude and latitude; geopandas makes "
        "its point objects within the measured time, since a caller has to. Its tree is built before."
    ]
    if "real 2021" not in countries:
        notes.append("No real boundary file beside the project (or --quick): made-up districts only.")
    for country, polygons in countries.items():
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "points").mkdir()
            np.save(Path(folder) / "polygons.npy", np.array(shapely.to_wkb(polygons), dtype=object))
            np.save(Path(folder) / "points" / "spread.npy", spread(polygons, POINTS[quick]))
            np.save(Path(folder) / "points" / "near borders.npy", near_borders(polygons, POINTS[quick]))
            ours = apart(dure, folder, SINGLE[quick])
            theirs = apart(sjoin, folder, SINGLE_PEER[quick])
            tree = apart(strtree, folder, SINGLE[quick])
        made, compared = _rows(country, ours, theirs, tree, quick)
        rows += made
        ratios |= compared
        vertices = int(shapely.get_num_coordinates(polygons).sum())
        spent = ours.value["build"]["cpu_s"] - theirs.value["build"]["cpu_s"]
        saved = (theirs.value["spread"]["cpu_s"] - ours.value["spread"]["cpu_s"]) / POINTS[quick]
        notes.append(
            f"{country}: {len(polygons):,} areas, {vertices:,} corners. Our index takes {spent:.2f} s more to build, "
            f"which {spent / saved:,.0f} points joined at once make good."
        )
    notes.append("Ratios: processor seconds where all at once, p50 where one by one.")
    notes.append("'near borders' are points about 200 m round corners of borders: the worst for a grid.")
    notes.append("agree counts points with the same area from both; on a border the lower code wins on both sides.")
    return {"rows": rows, "ratios": ratios, "notes": notes}


def _rows(
    country: str, ours: Any, theirs: Any, tree: Any, quick: bool
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    import geopandas

    peer, by_hand = f"geopandas {geopandas.__version__}", f"shapely {shapely.__version__} STRtree"
    rows, ratios = [], {}
    for system, outcome in (("dure", ours), (peer, theirs), (by_hand, tree)):
        case = f"{country}: build"
        rows.append(row(case, system, 1, **outcome.value["build"], peak_mib=round(outcome.peak_mib, 1)))
    for points in ("spread", "near borders"):
        mine, other = ours.value[points], theirs.value[points]
        n = len(mine["answer"])
        agree = int((mine["answer"] == other["answer"]).sum())
        quality: dict[str, float | int | str | None] = {
            "agree": agree,
            "of": n,
            "inside": int((mine["answer"] >= 0).sum()),
        }
        case = f"{country}: {points}, all at once"
        for system, outcome, one in (("dure", ours, mine), (peer, theirs, other)):
            cost = {"cpu_s": one["cpu_s"], "wall_s": one["wall_s"]}
            rows.append(row(case, system, n, **cost, peak_mib=round(outcome.peak_mib, 1), quality=quality))
        ratios[case] = round(other["cpu_s"] / mine["cpu_s"], 1)
        case = f"{country}: {points}, one by one"
        for system, outcome, many in (
            ("dure", ours, SINGLE[quick]),
            (peer, theirs, SINGLE_PEER[quick]),
            (by_hand, tree, SINGLE[quick]),
        ):
            p50, p99 = outcome.value["single"][points]
            rows.append(row(case, system, many, p50_ms=round(p50, 5), p99_ms=round(p99, 5)))
        ratios[case] = round(theirs.value["single"][points][0] / ours.value["single"][points][0], 1)
    return rows, ratios
