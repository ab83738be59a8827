"""Small files of roads of every kind, made here."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyproj import Transformer

from dure.engines.areas import to_degrees

X, Y = 980_000.0, 1_820_000.0  # in the plain of Chungnam (EPSG:5179)
DRIVERS = {".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON"}
NODELINK_ROWS: list[dict[str, Any]] = [
    {"LINK_ID": "2870001", "ROAD_RANK": "101", "ROAD_NO": "1", "ROAD_NAME": "경부고속도로", "LANES": 4},
    {"LINK_ID": "2870002", "ROAD_RANK": "102", "ROAD_NO": "-", "ROAD_NAME": "내부순환로", "LANES": 3},
    {"LINK_ID": "2870003", "ROAD_RANK": "103", "ROAD_NO": "21", "ROAD_NAME": "온천대로", "LANES": 2, "MULTI_LINK": "1"},
    {"LINK_ID": "2870004", "ROAD_RANK": "104", "ROAD_NO": "-", "ROAD_NAME": "대덕대로", "LANES": 4},
    {"LINK_ID": "2870005", "ROAD_RANK": "105", "ROAD_NO": "70", "ROAD_NAME": "-", "LANES": 1},
    {"LINK_ID": "2870006", "ROAD_RANK": "106", "ROAD_NO": "623", "ROAD_NAME": "음봉로", "LANES": 1},
    {"LINK_ID": "2870007", "ROAD_RANK": "107", "ROAD_NO": "-", "ROAD_NAME": "시민로", "LANES": 1},
    {"LINK_ID": "2870008", "ROAD_RANK": "108", "ROAD_NO": "1", "ROAD_NAME": "천안IC", "LANES": 1},
]


def metric(*points: tuple[float, float]) -> Any:
    return shapely.LineString([(X + x, Y + y) for x, y in points])


def grid_lines(many: int = 8, *, bend: float = 37.0) -> list[Any]:
    """Bent lines a few hundred metres apart, in metres (EPSG:5179): no shift brings them upon each other."""
    rng = np.random.default_rng(11)
    found = []
    for i in range(many):
        x, y = (i % 10) * 1900.0 + rng.uniform(-500, 500), (i // 10) * 1700.0 + rng.uniform(-500, 500)
        way = rng.uniform(0, 2 * np.pi)
        step = np.array([np.cos(way), np.sin(way)]) * 150
        side = np.array([-np.sin(way), np.cos(way)]) * bend
        found.append(metric(*(tuple((x, y) + k * step + (k % 2) * side) for k in range(4))))
    return found


def at(line: Any, share: float = 0.4) -> tuple[float, float]:
    """Longitude and latitude of a place on a metric line."""
    lon, lat = to_degrees(shapely.line_interpolate_point(line, share, normalized=True)).coords[0]
    return lon, lat


def write(
    path: Path,
    lines: Sequence[Any],
    columns: dict[str, list[Any]],
    *,
    really: str = "EPSG:4326",
    declared: str | None = "EPSG:4326",
    encoding: str | None = None,
) -> Path:
    """Lines given in EPSG:5179, written in the coordinates `really`, saying that they are `declared`."""
    shapes = np.array(lines, dtype=object)
    filled = np.array([line is not None for line in shapes])
    to = Transformer.from_crs(5179, really, always_xy=True)
    shapes[filled] = shapely.transform(shapes[filled], to.transform, interleaved=False)
    pyogrio.raw.write(
        path, shapely.to_wkb(shapes), [np.array(values, dtype=object) for values in columns.values()], list(columns),
        geometry_type="LineString", crs=declared, encoding=encoding, driver=DRIVERS[path.suffix],
    )  # fmt: skip
    return path


def nodelink(
    folder: Path, *, lines: Sequence[Any] | None = None, rows: list[dict[str, Any]] | None = None,
    really: str = "EPSG:5186", declared: str | None = "EPSG:5186", encoding: str = "CP949",
    multilink: bool = True, drop: str = "", name: str = "MOCT_LINK.shp",
) -> Path:  # fmt: skip
    """The links of a 표준노드링크 with its table of shared links beside it."""
    rows = NODELINK_ROWS if rows is None else rows
    names = ["LINK_ID", "F_NODE", "T_NODE", "LANES", "ROAD_RANK", "ROAD_TYPE", "ROAD_NO", "ROAD_NAME", "ROAD_USE",
             "MULTI_LINK", "CONNECT", "MAX_SPD", "REST_VEH", "REST_W", "REST_H", "LENGTH", "REMARK"]  # fmt: skip
    blank: dict[str, Any] = {"LANES": 1, "MULTI_LINK": "0", "MAX_SPD": 60, "REST_W": 0, "REST_H": 0, "LENGTH": 1.0}
    columns = {n: [row.get(n, blank.get(n, "0")) for row in rows] for n in names if n != drop}
    path = write(
        folder / name, lines or grid_lines(len(rows)), columns, really=really, declared=declared, encoding=encoding
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if multilink:
        pyogrio.raw.write(
            folder / "MULTILINK.dbf", None,
            [np.array(v, dtype=object) for v in (["2870003", "2870003"], ["106", "103"], ["623", "21"])],
            ["LINK_ID", "ROAD_RANK", "ROAD_NO"], geometry_type=None, crs=None, encoding=encoding,
            driver="ESRI Shapefile",
        )  # fmt: skip
    return path


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"표준노드링크/{file.name}")
    return target


Ways = list[tuple[Any, dict[str, str]]]


def ways() -> Ways:
    lines = grid_lines(7)
    tags = [
        {"highway": "motorway", "ref": "1", "name": "경부고속도로", "oneway": "yes", "lanes": "4"},
        {"highway": "trunk", "ref": "21;39", "name": "온천대로", "ncat": "국도"},
        {"highway": "secondary", "ref": "623"},
        {"highway": "tertiary", "name": "시민로", "ncat": "시도"},
        {"highway": "residential", "name": "온천길"},
        {"highway": "footway", "name": "오솔길"},
        {"building": "yes"},
    ]
    return [(to_degrees(line), tag) for line, tag in zip(lines, tags, strict=True)]


def osm_xml(path: Path, given: Ways) -> Path:
    nodes, drawn, number = [], [], 1
    for way, (line, tags) in enumerate(given, start=100):
        refs = []
        for lon, lat in line.coords:
            nodes.append(f'<node id="{number}" lat="{lat:.7f}" lon="{lon:.7f}" version="1"/>')
            refs.append(f'<nd ref="{number}"/>')
            number += 1
        told = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        drawn.append(f'<way id="{way}" version="1">{"".join(refs)}{told}</way>')
    body = "".join(nodes + drawn)
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{body}</osm>', encoding="utf-8")
    return path


def osm_pbf(path: Path, given: Ways) -> Path:
    """The same as Protocol Buffers (wiki.openstreetmap.org/wiki/PBF_Format): one block of nodes and ways."""
    words = [""]

    def word(text: str) -> int:
        if text not in words:
            words.append(text)
        return words.index(text)

    nodes, drawn, number = b"", b"", 1
    for way, (line, tags) in enumerate(given, start=100):
        refs, last = b"", 0
        for lon, lat in line.coords:
            place = _int(8, _zig(round(lat * 1e7))) + _int(9, _zig(round(lon * 1e7)))
            nodes += _bytes(1, _int(1, _zig(number)) + place)
            refs += _varint(_zig(number - last))
            last, number = number, number + 1
        keys = b"".join(_varint(word(k)) for k in tags)
        values = b"".join(_varint(word(v)) for v in tags.values())
        drawn += _bytes(3, _int(1, way) + _bytes(2, keys) + _bytes(3, values) + _bytes(8, refs))
    table = b"".join(_bytes(1, text.encode()) for text in words)
    block = _bytes(1, table) + _bytes(2, nodes) + _bytes(2, drawn)
    head = _bytes(4, b"OsmSchema-V0.6")
    path.write_bytes(_blob("OSMHeader", head) + _blob("OSMData", block))
    return path


def _blob(kind: str, plain: bytes) -> bytes:
    blob = _int(2, len(plain)) + _bytes(3, zlib.compress(plain))
    head = _bytes(1, kind.encode()) + _int(3, len(blob))
    return struct.pack(">I", len(head)) + head + blob


def _zig(value: int) -> int:
    return (value << 1) ^ (value >> 63)


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    found = b""
    while value > 127:
        found, value = found + bytes([value & 127 | 128]), value >> 7
    return found + bytes([value])


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value
