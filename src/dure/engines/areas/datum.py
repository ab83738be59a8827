"""Does a boundary file lie where it says it lies?

Korean files come in a dozen grids on two datums, and often with a missing or wrong description. Reading Bessel degrees
as WGS84 moves everything by about 300 to 400 m, which nobody sees on a map and which puts thousands of addresses into
the wrong district. So the centres of the file's areas are compared with a table of points known by code, once for every
coordinate system that such files use, and the system in which they agree is told together with how far the others miss.

Datum shift Korean 1985 (Bessel) → WGS84: the EPSG transformation that PROJ carries; good to a few metres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from dure.engines.areas import grid as grids
from dure.engines.areas.errors import AreasError

Array = np.ndarray[Any, Any]

CANDIDATES: dict[str, str] = {
    "EPSG:4326": "WGS84 degrees",
    "EPSG:4162": "Korean 1985 (Bessel) degrees",
    "EPSG:5179": "KGD2002 unified grid (UTM-K)",
    "EPSG:5178": "Korean 1985 (Bessel) unified grid",
    "EPSG:5186": "KGD2002 central belt 2010",
    "EPSG:5185": "KGD2002 west belt 2010",
    "EPSG:5187": "KGD2002 east belt 2010",
    "EPSG:5188": "KGD2002 east sea belt 2010",
    "EPSG:5181": "KGD2002 central belt",
    "EPSG:5180": "KGD2002 west belt",
    "EPSG:5183": "KGD2002 east belt",
    "EPSG:5182": "KGD2002 Jeju belt",
    "EPSG:5174": "Korean 1985 (Bessel) central belt, modified by 10.405 seconds",
    "EPSG:5173": "Korean 1985 (Bessel) west belt, modified",
    "EPSG:5175": "Korean 1985 (Bessel) Jeju belt, modified",
    "EPSG:5176": "Korean 1985 (Bessel) east belt, modified",
    "EPSG:2097": "Korean 1985 (Bessel) central belt",
    "EPSG:2098": "Korean 1985 (Bessel) west belt",
    "EPSG:2096": "Korean 1985 (Bessel) east belt",
    "EPSG:3857": "web Mercator",
    "EPSG:32652": "UTM zone 52N",
    "EPSG:32651": "UTM zone 51N",
}
"""The systems that are tried, in the order in which equals are preferred."""

KOREA = (-800_000.0, 0.0, 3_000_000.0, 4_000_000.0)  # generous, metres in EPSG:5179
ALIKE_M = 60.0  # systems that agree this well are not told apart by areas' centres
SIZE_RANGE = (0.7, 1.4)  # an area whose size is outside this part of ours is another area, or only a piece


class Reference(NamedTuple):
    """What is known of an area: centre in WGS84 degrees and size in km²."""

    lon: float
    lat: float
    km2: float


@dataclass(frozen=True, slots=True)
class Offset:
    """How far the file's centres lie from the known ones when its coordinates are read as `crs`: medians, in metres."""

    crs: str
    east_m: float
    north_m: float
    spread_m: float

    @property
    def metres(self) -> float:
        return float(np.hypot(self.east_m, self.north_m))


@dataclass(frozen=True, slots=True)
class DatumReport:
    """What a file declares, what was found, and the evidence.

    `declared` and `found` are authority codes ("EPSG:5186") or a name; `declared` is None where the file says nothing,
    `found` None where the evidence does not decide and the file declares nothing usable. `changed` says that the
    declaration was overruled. `offsets` are all candidates within 100 km, best first. `compared` counts the areas that
    were matched by code, `reason` is one of agrees, differs, missing, undecided, too_few, nowhere.
    """

    declared: str | None
    found: str | None
    reason: str
    compared: int
    offsets: tuple[Offset, ...] = field(default=())

    @property
    def changed(self) -> bool:
        return self.found is not None and self.found != self.declared

    def offset(self, crs: str | None) -> Offset | None:
        return next((o for o in self.offsets if o.crs == crs), None)

    def to_wgs84(self, geometries: Any) -> Any:
        """The geometries in WGS84 degrees, read as `found`. Raises AreasError where nothing was found."""
        if self.found is None:
            raise AreasError("the coordinate system of the file is not known")
        if self.found == "EPSG:4326":
            return geometries
        transformer = Transformer.from_crs(self.found, 4326, always_xy=True)
        return shapely.transform(geometries, transformer.transform, interleaved=False)


def check_datum(
    geometries: Sequence[Any] | Array,
    codes: Sequence[str],
    declared_crs: str | None,
    reference: Mapping[str, Reference],
    *,
    at_least: int = 3,
) -> DatumReport:
    """Compare the centres of `geometries` with `reference`, as read in each of CANDIDATES and as declared.

    `geometries` are polygons in the file's own coordinates, `codes` one for each; several with one code are taken
    together (towns of one municipality). Codes that the reference does not know, and areas whose size differs too much
    from the known one, are left out; with fewer than `at_least` left, the declaration is believed and `reason` says so.
    A declaration is overruled only when another system lies nearer by more than 60 m and more than three standard
    errors of the median. KGD2002 and WGS84 degrees differ by less than a metre and count as one.
    """
    declared = crs_name(declared_crs)
    centres, sizes, known = _centres(geometries, codes, reference)
    expected = grids.to_metres(shapely.points([known_[0] for known_ in known], [known_[1] for known_ in known]))
    target = shapely.get_coordinates(expected) if len(known) else np.empty((0, 2))
    km2 = np.array([known_[2] for known_ in known])

    tried = list(dict.fromkeys([*([declared] if declared else []), *CANDIDATES]))
    offsets: dict[str, Offset] = {}
    compared = 0
    for crs in tried:
        here = _read(centres, sizes, crs, km2)
        if here is None:
            continue
        xy, fits = here
        if int(fits.sum()) < at_least:
            continue
        away = xy[fits] - target[fits]
        middle = np.median(away, axis=0)
        spread = 1.4826 * float(np.median(np.hypot(*(away - middle).T)))
        if np.hypot(*middle) < 100_000.0:
            offsets[crs] = Offset(crs, float(middle[0]), float(middle[1]), spread)
            compared = max(compared, int(fits.sum()))
    ranked = sorted(offsets.values(), key=lambda o: (round(o.metres), tried.index(o.crs)))

    def report(found: str | None, reason: str) -> DatumReport:
        return DatumReport(declared, found, reason, compared, tuple(ranked))

    if len(known) < at_least:
        return report(declared, "too_few")
    if not ranked:
        return report(None, "nowhere")
    best = ranked[0]
    margin = max(ALIKE_M, 3 * 1.2533 * best.spread_m / np.sqrt(compared))
    own = offsets.get(declared) if declared else None
    if own is not None:
        if own.metres <= best.metres + margin:
            return report(declared, "agrees")
        return (
            report(best.crs, "differs") if best.metres <= max(margin, own.metres / 3) else report(declared, "undecided")
        )
    rivals = [o for o in ranked[1:] if o.metres <= best.metres + margin and not _same(o, best)]
    if rivals or best.metres > max(1_000.0, margin):
        return report(None, "undecided")
    return report(best.crs, "differs" if declared else "missing")


def crs_name(declared: str | None) -> str | None:
    """`EPSG:n` where the description names or matches one; degrees on a modern datum become EPSG:4326."""
    if not declared:
        return None
    try:
        crs = CRS.from_user_input(declared)
    except CRSError:
        return None
    if crs.is_geographic:
        bessel = crs.ellipsoid is not None and crs.ellipsoid.inverse_flattening > 299  # 299.15; GRS80 and WGS84 298.26
        return "EPSG:4162" if bessel else "EPSG:4326"
    code = crs.to_epsg(min_confidence=60)
    return f"EPSG:{code}" if code else declared


def _centres(
    geometries: Any, codes: Sequence[str], reference: Mapping[str, Reference]
) -> tuple[Array, Array, list[Reference]]:
    """Centres (n, 2) and sizes (n,) in the file's units, and what is known of the same areas."""
    shapes = np.asarray(geometries, dtype=object)
    known = [code in reference and not (g is None or g.is_empty) for g, code in zip(shapes, codes, strict=True)]
    usable = [i for i, yes in enumerate(known) if yes]
    names = sorted({codes[i] for i in usable})
    if not names:
        return np.empty((0, 2)), np.empty(0), []
    xy = shapely.get_coordinates(shapely.centroid(shapes[usable]))
    size = shapely.area(shapes[usable])
    place = np.searchsorted(names, [codes[i] for i in usable])
    total = np.bincount(place, weights=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        centres = np.column_stack([np.bincount(place, weights=size * xy[:, axis]) / total for axis in (0, 1)])
    return centres, total, [reference[name] for name in names]


def _read(centres: Array, sizes: Array, crs: str, km2: Array) -> tuple[Array, Array] | None:
    """The centres read as `crs`, in metres (EPSG:5179), and which of them lie near Korea with a fitting size."""
    try:
        source = CRS.from_user_input(crs)
        transformer = Transformer.from_crs(source, 5179, always_xy=True)
        x, y = transformer.transform(centres[:, 0], centres[:, 1])
    except (CRSError, ProjError):
        return None
    if source.is_geographic:
        area = sizes * 111_195.0**2 * np.cos(np.radians(np.clip(centres[:, 1], -89, 89))) / 1e6
    else:
        # web Mercator stretches areas by 1/cos², about 1.6 at 37°
        area = sizes / 1e6 * (0.64 if crs == "EPSG:3857" else 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        x0, y0, x1, y1 = KOREA
        fits = np.isfinite(x) & np.isfinite(y) & (x > x0) & (x < x1) & (y > y0) & (y < y1)
        fits &= (area / km2 > SIZE_RANGE[0]) & (area / km2 < SIZE_RANGE[1])
    return np.column_stack([x, y]), fits


def _same(one: Offset, other: Offset) -> bool:
    """Two systems in which the file lies at the same place, such as two names of one grid."""
    return float(np.hypot(one.east_m - other.east_m, one.north_m - other.north_m)) < ALIKE_M / 4
