"""Files of roads → batches of text columns and lines, in the file's own coordinates, in bounded memory.

Shapefile (also zipped), GeoPackage, GeoJSON, and OpenStreetMap extracts (.osm, .osm.pbf), through GDAL (pyogrio).
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from dure.places.boundaries.read import MAX_UNPACKED, UNKNOWN_CRS, Unreadable, dbf_encoding, file_hash, text

BATCH = 20_000
MAX_WHOLE = 600 * 1024**2
"""A GeoJSON file is read anew for every batch by GDAL, so it is read once and whole; larger ones must be converted."""
SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".osm", ".pbf")
HIGHWAYS = (
    ("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link"),
    ("secondary", "secondary_link", "tertiary", "tertiary_link"),
    ("unclassified",),
    ("residential",),
    ("living_street", "road", "busway", "track"),
    ("service",),
)
"""Which `highway` values are roads, in the portions in which they are read; paths, steps and rails are none."""

Array = np.ndarray[Any, Any]


@dataclass(slots=True)
class Batch:
    """`columns` are text, all of one length; `lines` Shapely objects or None."""

    columns: dict[str, list[str]]
    lines: Array

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(slots=True)
class RoadFile:
    """An opened file. `kind` is nodelink, osm or plain; `crs` as declared, or None; `rows` None where not counted."""

    name: str
    digest: str
    kind: str
    format: str
    encoding: str
    crs: str | None
    fields: tuple[str, ...]
    rows: int | None
    path: Path
    layer: str
    multilink: Path | None = None
    notes: list[str] = field(default_factory=list)
    _whole: Batch | None = None

    def batches(self, size: int = BATCH) -> Iterator[Batch]:
        """Every row once, in the file's order."""
        if self.kind == "osm":
            for values in HIGHWAYS:
                wanted = ", ".join(f"'{value}'" for value in values)
                yield from _cut(self._read(where=f"highway IN ({wanted})"), size)
        elif self.format == "GeoJSON":
            if self._whole is None:
                self._whole = self._read()
            yield from _cut(self._whole, size)
        else:
            for first in range(0, self.rows or 0, size):
                yield self._read(skip_features=first, max_features=size)

    def sample(self, many: int) -> Array:
        """Up to about `many` lines from all over the file."""
        if self.format == "GeoJSON":
            lines = next(iter(self.batches(MAX_WHOLE))).lines
            return lines[:: max(1, len(lines) // many)]
        rows, each = self.rows or 0, 25
        starts = np.unique(np.linspace(0, max(rows - each, 0), max(1, many // each)).astype(int)).tolist()
        return np.concatenate([self._read(skip_features=s, max_features=each).lines for s in starts])

    def _read(self, **how: Any) -> Batch:
        # GDAL looks at the encoding of a Shapefile only, and refuses one for the others
        used = self.encoding if self.format == "SHP" else None
        try:
            meta, _fids, wkb, values = pyogrio.raw.read(
                self.path, layer=self.layer, encoding=used, force_2d=True, **how
            )
            lines = shapely.from_wkb(wkb, on_invalid="ignore")
        except UnicodeDecodeError as error:
            raise Unreadable(
                f"{self.name}: 글자를 {self.encoding}로 읽을 수 없습니다. --encoding으로 알려 주세요."
            ) from error
        except Exception as error:
            raise Unreadable(f"{self.name}: 내용을 읽을 수 없습니다 ({str(error).splitlines()[0][:120]}).") from error
        columns = {
            str(name): [text(v) for v in column.tolist()] for name, column in zip(meta["fields"], values, strict=True)
        }
        return Batch(columns, lines)


def _cut(whole: Batch, size: int) -> Iterator[Batch]:
    for first in range(0, len(whole), size):
        part = slice(first, first + size)
        yield Batch({name: values[part] for name, values in whole.columns.items()}, whole.lines[part])


@contextmanager
def opened(
    path: Path, *, kind: str | None = None, encoding: str | None = None, layer: str | None = None
) -> Iterator[RoadFile]:
    """Open a file of roads. Raises Unreadable with one clear line for whatever is wrong with it."""
    if not path.exists():
        raise Unreadable(f"{path.name}: 그런 파일이 없습니다.")
    if path.is_dir():
        raise Unreadable(f"{path.name}: 폴더입니다. 파일을 하나 골라 주세요.")
    if path.stat().st_size == 0:
        raise Unreadable(f"{path.name}: 빈 파일입니다.")
    with _unpacked(path) as inner:
        if inner.suffix.lower() not in SUFFIXES:
            raise Unreadable(
                f"{path.name}: 읽을 수 있는 형식이 아닙니다 (SHP, 압축한 SHP, GeoPackage, GeoJSON, .osm, .osm.pbf)."
            )
        yield _open(path, inner, kind, encoding, layer)


def _open(path: Path, inner: Path, kind: str | None, encoding: str | None, layer: str | None) -> RoadFile:
    suffix = inner.suffix.lower()
    if suffix in (".geojson", ".json") and inner.stat().st_size > MAX_WHOLE:
        raise Unreadable(
            f"{path.name}: GeoJSON은 {MAX_WHOLE // 1024**2} MB까지 읽습니다. SHP나 GeoPackage로 바꾸어 주세요."
        )
    notes: list[str] = []
    if suffix in (".osm", ".pbf"):
        if kind not in (None, "osm"):
            raise Unreadable(f"{path.name}: OpenStreetMap 파일인데 종류를 {kind}라고 했습니다.")
        try:
            meta = pyogrio.read_info(inner, layer="lines")
        except Exception as error:
            raise Unreadable(f"{path.name}: OpenStreetMap 파일로 열 수 없습니다. 깨졌거나 형식이 다릅니다.") from error
        fields = tuple(str(one) for one in meta["fields"])
        return RoadFile(
            path.name, file_hash(path), "osm", suffix[1:].upper(), "UTF-8", "EPSG:4326", fields, None, inner, "lines"
        )
    try:
        layers = [str(name) for name, of in pyogrio.list_layers(inner).tolist() if _may_hold_roads(of)]
    except Exception as error:
        raise Unreadable(f"{path.name}: 파일을 열 수 없습니다. 깨졌거나 형식이 다릅니다.") from error
    if layer is None and len(layers) > 1:
        raise Unreadable(f"{path.name}: 층이 여럿입니다. --layer로 하나를 골라 주세요: {', '.join(layers)}")
    if not layers:
        raise Unreadable(f"{path.name}: 선이 든 층이 없습니다.")
    if layer is not None and layer not in layers:
        raise Unreadable(f"{path.name}: {layer!r} 층이 없습니다. 있는 층: {', '.join(layers)}")
    if suffix == ".shp" and encoding is None:
        encoding, note = dbf_encoding(inner)
        notes += [note] if note else []
    try:
        meta = pyogrio.read_info(inner, layer=layer or layers[0], encoding=encoding if suffix == ".shp" else None,
                                 force_feature_count=True)  # fmt: skip
    except Exception as error:
        raise Unreadable(f"{path.name}: 내용을 읽을 수 없습니다 ({str(error).splitlines()[0][:120]}).") from error
    fields = tuple(str(one) for one in meta["fields"])
    names = {one.upper() for one in fields}
    found = "nodelink" if {"LINK_ID", "ROAD_RANK"} <= names else "plain"
    crs = meta["crs"]
    if meta["features"] == 0:
        raise Unreadable(f"{path.name}: 도로가 하나도 없습니다.")
    return RoadFile(
        name=path.name,
        digest=_hash(path, inner),
        kind=kind or found,
        format={".shp": "SHP", ".gpkg": "GeoPackage"}.get(suffix, "GeoJSON"),
        encoding=encoding or str(meta.get("encoding") or "UTF-8"),
        crs=None if crs is None or str(crs) in UNKNOWN_CRS else str(crs),
        fields=fields,
        rows=int(meta["features"]),
        path=inner,
        layer=layer or layers[0],
        multilink=_multilink(inner) if suffix == ".shp" else None,
        notes=notes,
    )


def _hash(path: Path, inner: Path) -> str:
    """Of the file, and of a Shapefile's companions that say something: its table, its projection, shared links."""
    if path != inner or inner.suffix.lower() != ".shp":
        return file_hash(path)
    companions = [p for p in sorted(inner.parent.glob(inner.stem + ".*")) if p.suffix.lower() in (".dbf", ".prj")]
    shared = _multilink(inner)
    parts = [path, *companions, *([shared] if shared else [])]
    return sha256("".join(file_hash(part) for part in parts).encode()).hexdigest()


def _may_hold_roads(of: str | None) -> bool:
    return of is not None and ("Line" in of or "Unknown" in of or "Collection" in of)


def _multilink(shp: Path) -> Path | None:
    """The table of routes that share links, which comes beside the links as MULTILINK.dbf."""
    beside = [p for p in sorted(shp.parent.glob("*")) if p.suffix.lower() == ".dbf" and "MULTILINK" in p.stem.upper()]
    return beside[0] if beside else None


def read_table(path: Path, wanted: Sequence[str]) -> dict[str, list[str]]:
    """Columns of a .dbf, by their upper-case names. Raises Unreadable where one of `wanted` is missing."""
    encoding, _note = dbf_encoding(path)
    try:
        meta, _fids, _none, values = pyogrio.raw.read(path, encoding=encoding, read_geometry=False)
    except Exception as error:
        raise Unreadable(f"{path.name}: 내용을 읽을 수 없습니다 ({str(error).splitlines()[0][:120]}).") from error
    columns = {
        str(n).upper(): [text(v) for v in column.tolist()] for n, column in zip(meta["fields"], values, strict=True)
    }
    if missing := [name for name in wanted if name not in columns]:
        raise Unreadable(f"{path.name}: {', '.join(missing)} 열이 없습니다. 있는 열: {', '.join(columns) or '없음'}")
    return columns


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The file itself, or the file of links inside a zip, unpacked under plain names into a folder of its own."""
    if path.suffix.lower() != ".zip":
        yield path
        return
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise Unreadable(f"{path.name}: 압축 파일이 깨졌습니다.") from error
    with archive, tempfile.TemporaryDirectory(prefix="dure-roads-") as folder:
        members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
        mains = [m for m in members if Path(m.filename).suffix.lower() in SUFFIXES]
        if len(mains) > 1:
            links = [m for m in mains if Path(m.filename).stem.upper().endswith("LINK")]
            mains = links or mains
        if not mains:
            raise Unreadable(f"{path.name}: 압축 안에 도로 파일이 없습니다 (SHP, GeoPackage, GeoJSON, .osm, .osm.pbf).")
        if len(mains) > 1:
            names = ", ".join(sorted(Path(m.filename).name for m in mains)[:6])
            raise Unreadable(f"{path.name}: 압축 안에 도로 파일이 여럿입니다. 하나씩 풀어 넣어 주세요: {names}")
        main = mains[0]
        stem = main.filename[: -len(Path(main.filename).suffix)]
        targets = {m: "roads" + Path(m.filename).suffix.lower() for m in members
                   if m.filename[: -len(Path(m.filename).suffix)] == stem}  # fmt: skip
        targets |= {
            m: "MULTILINK.dbf"
            for m in members
            if m not in targets and "MULTILINK" in m.filename.upper() and m.filename.lower().endswith(".dbf")
        }
        if sum(m.file_size for m in targets) > MAX_UNPACKED:
            raise Unreadable(f"{path.name}: 풀면 4 GB가 넘습니다. 풀어서 넣어 주세요.")
        for member, name in targets.items():
            with archive.open(member) as source, (Path(folder) / name).open("wb") as out:
                shutil.copyfileobj(source, out)
        yield Path(folder) / targets[main]
