"""A boundary file → plain columns and geometries, in the file's own coordinates.

Shapefile (also zipped), GeoJSON and GeoPackage, through GDAL (pyogrio). Nothing of Django's.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

KINDS = {".shp": "SHP", ".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GeoPackage"}
MAX_UNPACKED = 4 * 1024**3
DBF_LOOK = 64 * 1024**2  # so much of a table tells its encoding
ALIASES = {
    "UTF-8": {"utf-8", "utf8", "65001"},
    "CP949": {"cp949", "949", "euc-kr", "euckr", "ms949", "uhc", "ansi 949"},
}
UNKNOWN_CRS = {"", "unknown", "Unknown", "Undefined SRS"}


class Unreadable(ValueError):
    """The file cannot be used; the message is one line for the person who named it."""


@dataclass(slots=True)
class BoundaryFile:
    """`columns` are text, all of one length; `geometries` Shapely objects or None; `crs` as declared, or None."""

    name: str
    sha256: str
    kind: str
    layer: str
    encoding: str
    crs: str | None
    columns: dict[str, list[str]]
    geometries: np.ndarray[Any, Any]
    notes: list[str]

    def __len__(self) -> int:
        return len(self.geometries)


def read(path: Path, *, layer: str | None = None, encoding: str | None = None) -> BoundaryFile:
    """Read one layer of polygons. Raises Unreadable with one clear line for whatever is wrong with the file."""
    if not path.exists():
        raise Unreadable(f"{path.name}: 그런 파일이 없습니다.")
    if path.is_dir():
        raise Unreadable(f"{path.name}: 폴더입니다. 파일을 하나 골라 주세요.")
    if path.stat().st_size == 0:
        raise Unreadable(f"{path.name}: 빈 파일입니다.")
    with _unpacked(path) as inner:
        if inner.suffix.lower() not in KINDS:
            raise Unreadable(f"{path.name}: 읽을 수 있는 형식이 아닙니다 (SHP, 압축한 SHP, GeoJSON, GeoPackage).")
        return _read(path, inner, layer, encoding)


def _read(path: Path, inner: Path, layer: str | None, encoding: str | None) -> BoundaryFile:
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(inner).tolist() if _may_hold_areas(kind)]
    except Exception as error:
        raise Unreadable(f"{path.name}: 파일을 열 수 없습니다. 깨졌거나 형식이 다릅니다.") from error
    if layer is None and len(layers) > 1:
        raise Unreadable(f"{path.name}: 층이 여럿입니다. --layer로 하나를 골라 주세요: {', '.join(layers)}")
    if not layers:
        raise Unreadable(f"{path.name}: 면(폴리곤)이 든 층이 없습니다.")
    if layer is not None and layer not in layers:
        raise Unreadable(f"{path.name}: {layer!r} 층이 없습니다. 있는 층: {', '.join(layers)}")
    chosen = layer or layers[0]
    notes: list[str] = []
    used = encoding
    if inner.suffix.lower() == ".shp" and encoding is None:
        used, note = dbf_encoding(inner)
        notes += [note] if note else []
    try:
        meta, _fids, wkb, values = pyogrio.raw.read(inner, layer=chosen, encoding=used, force_2d=True)
        geometries = shapely.from_wkb(wkb, on_invalid="fix")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"{path.name}: 글자를 {used or 'UTF-8'}로 읽을 수 없습니다. --encoding으로 알려 주세요."
        ) from error
    except Exception as error:
        raise Unreadable(f"{path.name}: 내용을 읽을 수 없습니다 ({str(error).splitlines()[0][:120]}).") from error
    if len(geometries) == 0:
        raise Unreadable(f"{path.name}: 구역이 하나도 없습니다.")
    crs = meta["crs"]
    return BoundaryFile(
        name=path.name,
        sha256=file_hash(path),
        kind=KINDS[inner.suffix.lower()],
        layer=chosen,
        encoding=str(used or meta.get("encoding") or "UTF-8"),
        crs=None if crs is None or str(crs) in UNKNOWN_CRS else str(crs),
        columns={
            str(name): [text(v) for v in column.tolist()] for name, column in zip(meta["fields"], values, strict=True)
        },
        geometries=geometries,
        notes=notes,
    )


def _may_hold_areas(kind: str | None) -> bool:
    """A layer of mixed shapes is called Unknown; one of points or lines says so, and a table has no kind."""
    return kind is not None and ("Poly" in kind or "Unknown" in kind or "Collection" in kind)


def file_hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def text(value: Any) -> str:
    """A value of a file's table as text, whole numbers without a point, nothing as ''."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The file itself, or the one boundary file inside a zip, unpacked under plain names into a folder of its own."""
    if path.suffix.lower() != ".zip":
        yield path
        return
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise Unreadable(f"{path.name}: 압축 파일이 깨졌습니다.") from error
    with archive, tempfile.TemporaryDirectory(prefix="dure-areas-") as folder:
        members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
        mains = [m for m in members if Path(m.filename).suffix.lower() in KINDS]
        if not mains:
            raise Unreadable(f"{path.name}: 압축 안에 SHP, GeoJSON, GeoPackage가 없습니다.")
        if len(mains) > 1:
            names = ", ".join(sorted(Path(_readable(m)).name for m in mains)[:6])
            raise Unreadable(f"{path.name}: 압축 안에 경계 파일이 여럿입니다. 하나씩 풀어 넣어 주세요: {names}")
        main = mains[0]
        stem = main.filename[: -len(Path(main.filename).suffix)]
        parts = [m for m in members if m.filename[: -len(Path(m.filename).suffix)] == stem]
        if sum(m.file_size for m in parts) > MAX_UNPACKED:
            raise Unreadable(f"{path.name}: 풀면 4 GB가 넘습니다. 풀어서 넣어 주세요.")
        for part in parts:
            target = Path(folder) / ("boundary" + Path(part.filename).suffix.lower())
            with archive.open(part) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out)
        yield Path(folder) / ("boundary" + Path(main.filename).suffix.lower())


def _readable(member: zipfile.ZipInfo) -> str:
    """A name in a zip: Korean tools write it as CP949 without saying so, which Python reads as CP437."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("cp949")
    except UnicodeError:
        return member.filename


def dbf_encoding(shp: Path) -> tuple[str | None, str]:
    """The encoding in which the .dbf's text reads with the fewest faults, and a note where it says otherwise.

    A missing .cpg is usual, and a wrong one is not rare; GDAL alone would read CP949 as Latin letters, silently.
    """
    beside = {p.suffix.lower(): p for p in shp.parent.glob(shp.stem + ".*")}
    if ".dbf" not in beside:
        raise Unreadable(f"{shp.name}: .dbf가 없습니다. SHP는 .shp, .shx, .dbf가 함께 있어야 합니다.")
    with beside[".dbf"].open("rb") as file:
        raw = file.read(DBF_LOOK)
    body = raw[int.from_bytes(raw[8:10], "little") :]
    if body.isascii():
        return "UTF-8", ""
    faults = {name: body.decode(name, errors="replace").count("\ufffd") for name in ("utf-8", "cp949")}
    best = min(faults, key=lambda name: faults[name])
    found = {"utf-8": "UTF-8", "cp949": "CP949"}[best]
    declared = beside[".cpg"].read_text(errors="replace").strip() if ".cpg" in beside else ""
    same = {
        "UTF-8": {"utf-8", "utf8", "65001"},
        "CP949": {"cp949", "949", "euc-kr", "euckr", "ms949", "uhc", "ansi 949"},
    }
    if declared and declared.lower() not in same[found]:
        return found, f"글자: .cpg는 {declared}라고 하지만 {found}로 읽힙니다. {found}로 읽었습니다."
    return found, "" if declared else f"글자: .cpg가 없어 {found}로 읽었습니다."
