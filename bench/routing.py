"""Who is responsible for a report: our router with areas and roads, beside geopandas.sjoin and PostGIS.

The peers answer less: which area a point is in. The router answers who is responsible, why, and who else. Each system
runs in a process of its own. Without a real network a made-up one of Korean shape is used: long national and
provincial roads, a denser mesh of local ones.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from bench._measure import apart, latencies, percentiles, row, timed

TITLE = "who is responsible: one report and many, with roads, beside geopandas.sjoin and PostGIS"
PEERS = ["geopandas==1.2.0"]

ROOT = Path(__file__).resolve().parents[1]
ADMIN = ROOT.parent / "shared" / "data" / "admin"
REAL = [ADMIN / "emd_15sido_2021-04_simplified.geojson", ADMIN / "sgg_national_2018_simplified.geojson"]
POINTS = {False: 20_000, True: 300}
SINGLE_PEER = {False: 300, True: 20}
ROADS = {False: 20_000, True: 500}
FRAME = (126.6, 34.8, 129.2, 37.9)
DAY = date(2026, 11, 21)
SEED = 20261121
KINDS = (
    ("expressway", 0.02),
    ("national-outside-dong", 0.1),
    ("local-road", 0.14),
    ("si-road", 0.34),
    ("rural-road", 0.4),
)
CATEGORIES = ("roads.pothole", "roads.roadkill", "roads.sidewalk", "waste.dumping", "lighting.signal", "water.leak")

Array = np.ndarray[Any, Any]


def points(n: int) -> Array:
    return np.random.default_rng(SEED).uniform(FRAME[:2], FRAME[2:], (n, 2))


class MadeUpRoads:
    """A network in metres, near enough to a real one for time: a tree of bent lines, weighed by distance."""

    version = "made up"

    def __init__(self, count: int) -> None:
        from dure.engines.areas import to_metres

        rng = np.random.default_rng(SEED + 1)
        names = rng.choice([name for name, _share in KINDS], count, p=[share for _name, share in KINDS])
        starts = points(count)
        steps = rng.normal(0, 0.004, (count, 12, 2)).cumsum(axis=1) + starts[:, None, :]
        self.lines = to_metres(shapely.linestrings(steps))
        shapely.prepare(self.lines)
        self.tree = shapely.STRtree(self.lines)
        self.roads = [_Road(str(name), str(number % 99 + 1)) for number, name in enumerate(names)]
        import pyproj

        self.transform = pyproj.Transformer.from_crs(4326, 5179, always_xy=True).transform

    def near(self, lon: float, lat: float, *, accuracy_m: float, heading: float | None = None) -> list[Any]:
        here = shapely.Point(self.transform(lon, lat))
        found = self.tree.query(here, predicate="dwithin", distance=60.0 + accuracy_m)
        if len(found) == 0:
            return []
        apart_m = shapely.distance(self.lines[found], here)
        weights = np.exp(-apart_m / (15.0 + accuracy_m))
        order = np.argsort(apart_m)[:4]
        return [_Snap(self.roads[found[i]], float(apart_m[i]), float(weights[i] / weights.sum())) for i in order]


class _Road:
    def __init__(self, road_class: str, number: str) -> None:
        self.road_class, self.number, self.owner = road_class, number, ""
        self.multi: tuple[tuple[str, str], ...] = ()


class _Snap:
    def __init__(self, road: _Road, distance_m: float, weight: float) -> None:
        self.road, self.distance_m, self.weight = road, distance_m, weight


def dure(n: int, roads: int) -> dict[str, Any]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    django.setup()
    from dure.engines.routing import Ask
    from dure.reports.routing import gather

    real = [path for path in REAL if path.exists()]
    areas = timed(lambda: gather.from_files(real) if real else gather.ground([gather.approximate_layer()], "rough"))
    network = MadeUpRoads(roads)
    found: dict[str, Any] = {"build": {"cpu_s": areas.cpu_s, "wall_s": areas.wall_s}, "real": bool(real)}
    asks = [
        Ask(lon, lat, 20.0, CATEGORIES[i % len(CATEGORIES)], "", "", "", None, "", DAY)
        for i, (lon, lat) in enumerate(points(n).tolist())
    ]
    for name, by in (("without roads", None), ("with roads", network)):
        router = gather.make(areas.value, roads=by)
        router.route_many(asks[: max(20, n // 20)])
        seconds = latencies(router.route, asks)
        p95 = sorted(seconds)[int(len(seconds) * 0.95)] * 1000
        bulk = timed(router.route_many, asks)
        answered = sum(bool(route.body) for route in bulk.value)
        explained = sum(bool(route.reason and route.versions) for route in bulk.value)
        found[name] = {
            "single": percentiles(seconds), "p95": p95, "cpu_s": bulk.cpu_s, "wall_s": bulk.wall_s,
            "answered": answered, "explained": explained,
        }  # fmt: skip
    return found


def _polygons() -> Array:
    import json

    if REAL[0].exists():
        features = json.loads(REAL[0].read_text())["features"]
        return np.array([shapely.make_valid(shapely.geometry.shape(f["geometry"])) for f in features], dtype=object)
    seeds = shapely.multipoints(points(300))
    return shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shapely.box(*FRAME)))


def sjoin(n: int, single: int) -> dict[str, Any]:
    import geopandas

    polygons = _polygons()
    areas = geopandas.GeoDataFrame({"area": np.arange(len(polygons))}, geometry=polygons)
    _ = areas.sindex

    def join(some: Array) -> int:
        frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(some[:, 0], some[:, 1]))
        return len(geopandas.sjoin(frame, areas, predicate="intersects", how="inner"))

    here = points(n)
    bulk = timed(join, here)
    return {
        "single": percentiles(latencies(join, [here[i : i + 1] for i in range(single)])),
        "cpu_s": bulk.cpu_s,
        "wall_s": bulk.wall_s,
    }


def postgis(n: int) -> dict[str, Any] | str:
    """The same join by index in PostGIS, or one line that says why not. DURE_BENCH_POSTGIS names the database."""
    address = os.environ.get("DURE_BENCH_POSTGIS", "")
    if not address:
        return "PostGIS: skipped, DURE_BENCH_POSTGIS names no database"
    try:
        import psycopg
    except ImportError:
        return "PostGIS: skipped, psycopg is not installed"
    try:
        with psycopg.connect(address) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
            cursor.execute("CREATE TEMP TABLE area (id int, shape geometry(Geometry, 4326))")
            for number, shape in enumerate(shapely.to_wkb(_polygons())):
                cursor.execute("INSERT INTO area VALUES (%s, ST_GeomFromWKB(%s, 4326))", (number, shape))
            cursor.execute("CREATE INDEX ON area USING gist (shape)")
            cursor.execute("ANALYZE area")
            query = "SELECT id FROM area WHERE ST_Intersects(shape, ST_SetSRID(ST_Point(%s, %s), 4326))"
            seconds = latencies(lambda p: cursor.execute(query, p).fetchall(), points(n).tolist())
            return {"single": percentiles(seconds)}
    except psycopg.Error as error:
        return f"PostGIS: skipped, {str(error).splitlines()[0]}"


def run(*, quick: bool = False) -> dict[str, Any]:
    import geopandas

    n, roads = POINTS[quick], ROADS[quick]
    ours, theirs = apart(dure, n, roads), apart(sjoin, n, SINGLE_PEER[quick])
    rows: list[dict[str, Any]] = [
        row(
            "build",
            "dure",
            1,
            cpu_s=round(ours.value["build"]["cpu_s"], 3),
            wall_s=round(ours.value["build"]["wall_s"], 3),
        )
    ]
    ratios: dict[str, float] = {}
    peer = f"geopandas {geopandas.__version__}"
    notes = [
        f"{os.cpu_count()} cores, every system uses one; {n:,} points all over the country, accuracy 20 m.",
        f"Roads: a made-up network of Korean shape with {roads:,} lines; no real network is in this checkout.",
        "The peers only say which area a point is in; the router names the body, the reason, the law and runners-up.",
        "Areas: real towns of 2021 and municipalities of 2018."
        if ours.value["real"]
        else "Areas: approximate ones only.",
    ]
    for name in ("without roads", "with roads"):
        one = ours.value[name]
        quality = {"answered": one["answered"], "explained": one["explained"], "of": n, "p95_ms": round(one["p95"], 4)}
        for case, mine, other in (
            (
                f"{name}, one by one",
                {"p50_ms": round(one["single"][0], 4), "p99_ms": round(one["single"][1], 4)},
                "single",
            ),
            (f"{name}, all at once", {"cpu_s": round(one["cpu_s"], 3), "wall_s": round(one["wall_s"], 3)}, "bulk"),
        ):
            rows.append(row(case, "dure", n, **mine, peak_mib=round(ours.peak_mib, 1), quality=quality))
            if other == "single":
                p50, p99 = theirs.value["single"]
                rows.append(row(case, peer, SINGLE_PEER[quick], p50_ms=round(p50, 4), p99_ms=round(p99, 4)))
                ratios[case] = round(p50 / one["single"][0], 1)
            else:
                cost = {"cpu_s": round(theirs.value["cpu_s"], 3), "wall_s": round(theirs.value["wall_s"], 3)}
                rows.append(row(case, peer, n, **cost, peak_mib=round(theirs.peak_mib, 1)))
                ratios[case] = round(theirs.value["cpu_s"] / one["cpu_s"], 3)
    found = postgis(min(n, 2_000))
    if isinstance(found, str):
        notes.append(found)
    else:
        p50, p99 = found["single"]
        rows.append(
            row("without roads, one by one", "PostGIS", min(n, 2_000), p50_ms=round(p50, 4), p99_ms=round(p99, 4))
        )
    return {"rows": rows, "ratios": ratios, "notes": notes}
