"""From the rows of a boundary file to a whole generation: mended, dissolved, filled where the file is silent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely

from dure.engines.areas import DatumReport, approximate, check_datum
from dure.places import table
from dure.places.assemble import Piece, dissolve, polygons_only, simplify
from dure.places.boundaries.match import Coding, Matched, Matching, find_coding, match, missing, reference_codes
from dure.places.boundaries.read import BoundaryFile, Unreadable

Progress = Callable[[int, int | None, str], None]
STEPS = 6
ABOVE = {"emd": "sigungu", "gu": "sigungu", "sigungu": "sido"}


@dataclass(slots=True)
class Report:
    """What came of a file. Lists name what did not match, both ways: rows of the file, and areas of ours."""

    file: str
    rows: int
    kind: str
    encoding: str
    coding: Coding
    datum: DatumReport
    dated: date
    levels: dict[str, int] = field(default_factory=dict)
    repaired: int = 0
    empty: list[str] = field(default_factory=list)
    merged: int = 0
    unknown: list[str] = field(default_factory=list)
    split: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    names_differ: list[str] = field(default_factory=list)
    filled: int = 0
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Counts in full, lists up to 200 entries with their length beside."""
        found: dict[str, Any] = {
            "rows": self.rows,
            "kind": self.kind,
            "encoding": self.encoding,
            "column": self.coding.column,
            "scheme": self.coding.scheme,
            "levels": self.levels,
            "repaired": self.repaired,
            "merged": self.merged,
            "filled": self.filled,
            "datum": {
                "declared": self.datum.declared,
                "found": self.datum.found,
                "reason": self.datum.reason,
                "compared": self.datum.compared,
                "offsets": {o.crs: round(o.metres, 1) for o in self.datum.offsets[:5]},
            },
            "notes": self.notes,
        }
        for name in ("empty", "unknown", "split", "absent", "names_differ"):
            values = getattr(self, name)
            found[name] = values[:200]
            found[f"{name}_count"] = len(values)
        return found


@dataclass(slots=True)
class Built:
    pieces: list[Piece]
    report: Report


def build(
    file: BoundaryFile,
    existing: Iterable[Piece],
    day: date,
    *,
    column: str | None = None,
    scheme: str | None = None,
    name_column: str | None = None,
    crs: str | None = None,
    tolerance_m: float = 5.0,
    progress: Progress = lambda done, total, message: None,
) -> Built:
    """A whole generation as of `day` out of `file`; what the file does not hold comes from `existing`.

    `crs` overrides what the file declares (the check still speaks). Raises Unreadable with one line where the codes or
    the coordinates cannot be made out.
    """
    for title in (column, name_column):
        if title and title not in file.columns:
            raise Unreadable(f"{file.name}: {title!r} 열이 없습니다. 있는 열: {', '.join(file.columns)}")
    progress(1, STEPS, "코드를 맞춥니다")
    coding = find_coding(file.columns, column=column, scheme=scheme)
    if coding is None:
        raise Unreadable(
            f"{file.name}: 아는 코드가 든 열이 없습니다 (행정표준코드 또는 통계청 코드). "
            f"--code-column으로 알려 주세요. 있는 열: {', '.join(file.columns) or '없음'}"
        )
    matching = match(file.columns, coding, day, name_column=name_column)

    progress(2, STEPS, "좌표계를 확인합니다")
    datum = _datum(file, matching, crs)
    report = Report(file.name, len(file), file.kind, file.encoding, coding, datum, day, notes=list(file.notes))
    geometries = datum.to_wgs84(file.geometries)

    progress(3, STEPS, "경계를 손봅니다")
    placed, territory = _place(matching, geometries, report)
    if not placed:
        raise Unreadable(f"{file.name}: 쓸 수 있는 구역이 하나도 없습니다.")

    progress(4, STEPS, "위 단계로 합칩니다")
    pieces = _pieces(placed, territory, day, report, tolerance_m)
    _upwards(pieces, day, report)

    progress(5, STEPS, "빠진 곳을 채웁니다")
    _fill(pieces, existing, day, report)
    report.levels = dict(Counter(piece.level for piece in pieces.values()))
    progress(6, STEPS, "다 되었습니다")
    return Built([pieces[code] for code in sorted(pieces)], report)


def _datum(file: BoundaryFile, matching: Matching, crs: str | None) -> DatumReport:
    reference = {code: row.reference for code, row in table.by_code().items()}
    report = check_datum(file.geometries, reference_codes(matching), crs or file.crs, reference)
    if report.found is None:
        tried = ", ".join(f"{o.crs} {o.metres:,.0f} m" for o in report.offsets[:3]) or "맞는 것이 없음"
        raise Unreadable(f"{file.name}: 좌표계를 알 수 없습니다 ({tried}). --crs EPSG:번호로 알려 주세요.")
    return report


def _label(one: Matched) -> str:
    return f"{one.given} {one.name}".strip()


def _place(
    matching: Matching, geometries: Any, report: Report
) -> tuple[dict[tuple[str, str], list[tuple[Matched, Any]]], dict[str, list[Any]]]:
    """Rows by (level, code), mended; and the land of split municipalities, by their old code."""
    placed: dict[tuple[str, str], list[tuple[Matched, Any]]] = defaultdict(list)
    territory: dict[str, list[Any]] = defaultdict(list)
    for one in matching.rows:
        geometry = geometries[one.row]
        if geometry is None or geometry.is_empty:
            report.empty.append(_label(one))
            continue
        valid = bool(shapely.is_valid(geometry))
        geometry = polygons_only(geometry)
        if geometry.is_empty:
            report.empty.append(_label(one))
            continue
        report.repaired += not valid
        if one.code:
            placed[one.level, one.code].append((one, geometry))
        elif one.unplaced == "split":
            report.split.append(_label(one))
            territory[one.given].append(geometry)
        else:
            report.unknown.append(_label(one))
    report.names_differ = [f"{code} {theirs} / {ours}" for code, theirs, ours in matching.names_differ]
    return placed, territory


def _pieces(
    placed: Mapping[tuple[str, str], list[tuple[Matched, Any]]],
    territory: Mapping[str, list[Any]],
    day: date,
    report: Report,
    tolerance_m: float,
) -> dict[str, Piece]:
    known = table.by_code()
    pieces: dict[str, Piece] = {}
    no_town_code = 0
    for level in ("emd", "gu", "sigungu", "sido"):
        rows = [(code, members) for (kind, code), members in placed.items() if kind == level]
        flat = [(code, one, geometry) for code, members in rows for one, geometry in members]
        if not flat:
            continue
        simple = simplify(np.array([geometry for _code, _one, geometry in flat], dtype=object), tolerance_m)
        parts: dict[str, list[Any]] = defaultdict(list)
        towns: dict[str, tuple[Matched, str, list[Any]]] = {}
        for (code, one, _geometry), geometry in zip(flat, simple, strict=True):
            parts[code].append(geometry)
            if level == "emd" and one.town:
                towns.setdefault(one.town, (one, code, []))[2].append(geometry)
            no_town_code += level == "emd" and not one.town
        if level != "emd":
            report.merged += sum(len(group) - 1 for group in parts.values())
        for code, group in parts.items():
            row = known[code]
            pieces[code] = Piece(row.level, code, row.name_ko, row.name_en, row.parent, dissolve(group), False)
        for town, (one, code, group) in towns.items():
            report.merged += len(group) - 1
            pieces[town] = Piece("emd", town, one.name or town, "", code, dissolve(group), False)
    if no_town_code:
        report.notes.append(f"읍면동 {no_town_code:,}곳은 행정표준코드를 알 수 없어 시군구로만 합쳤습니다.")
    _share_out(pieces, territory, day)
    return pieces


def _share_out(pieces: dict[str, Piece], territory: Mapping[str, list[Any]], day: date) -> None:
    """The land of a split municipality goes to whichever successor's point is nearest: approximate, and marked so."""
    known = table.by_code()
    for old, parts in territory.items():
        land = dissolve(parts)
        codes = table.follow(old, day, table.changes())
        points = shapely.points([(known[code].lon, known[code].lat) for code in codes])
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=land))
        for code, point in zip(codes, points, strict=True):
            cell = cells[int(np.flatnonzero(shapely.intersects(cells, point))[0])]
            share = polygons_only(shapely.intersection(land, cell))
            if share.is_empty:
                continue
            before = [pieces[code].geometry] if code in pieces else []
            row = known[code]
            pieces[code] = Piece(
                row.level, code, row.name_ko, row.name_en, row.parent, dissolve([*before, share]), True
            )


def _upwards(pieces: dict[str, Piece], day: date, report: Report) -> None:
    """Cities out of all their districts, provinces out of all their municipalities, where the file has none itself."""
    for level in ("gu", "sigungu"):
        members: dict[str, list[Piece]] = defaultdict(list)
        for piece in pieces.values():
            if piece.level == level and piece.parent:
                members[piece.parent].append(piece)
        for code, inside in members.items():
            whole = {row.code for row in table.on(day, level) if row.parent == code}
            if code in pieces or {piece.code for piece in inside} != whole:
                continue
            row = table.by_code()[code]
            geometry = dissolve([piece.geometry for piece in inside])
            rough = any(piece.approximate for piece in inside)
            pieces[code] = Piece(row.level, code, row.name_ko, row.name_en, row.parent, geometry, rough)
    given = {piece.level for piece in pieces.values()}
    for level in {"sido"} if given == {"sido"} else {"sigungu"}:
        placed = Counter(piece.code for piece in pieces.values() if piece.level == level and not piece.approximate)
        report.absent += [f"{row.code} {row.name_ko}" for row in missing(placed, day, level)]


def _fill(pieces: dict[str, Piece], existing: Iterable[Piece], day: date, report: Report) -> None:
    """What the file is silent about stays as it was, less the land that the file gave to others."""
    before = {piece.code: piece for piece in existing if piece.code not in pieces}
    for level in ("sigungu", "gu", "emd"):
        _regrow([piece for piece in before.values() if piece.level == level and piece.approximate])
        taken = [piece.geometry for piece in pieces.values() if piece.level == level]
        tree = shapely.STRtree(taken) if taken else None
        for piece in [p for p in before.values() if p.level == level]:
            geometry = piece.geometry
            if tree is not None:
                beside = tree.query(geometry, predicate="intersects")
                if len(beside):
                    over = shapely.union_all([taken[i] for i in beside])
                    geometry = _without_slivers(polygons_only(shapely.difference(geometry, over)))
            if level == "emd" and geometry.area < 0.1 * piece.geometry.area:
                continue  # the file has the towns here itself; what is left are slivers
            if geometry.is_empty or not geometry.area:
                geometry = piece.geometry  # wholly covered: an area without any land would be lost silently
            pieces[piece.code] = Piece(
                level, piece.code, piece.name_ko, piece.name_en, piece.parent, geometry, piece.approximate
            )
            report.filled += 1
    for row in table.on(day, "sido"):
        if row.code in pieces:
            continue
        inside = [piece for piece in pieces.values() if piece.level == "sigungu" and piece.parent == row.code]
        if inside:
            pieces[row.code] = Piece(
                "sido", row.code, row.name_ko, row.name_en, "", dissolve([p.geometry for p in inside]),
                any(p.approximate for p in inside),
            )  # fmt: skip


def _regrow(pieces: list[Piece]) -> None:
    """Approximate areas made anew from the points that are left, so that they reach up to the borders of the file."""
    known = table.by_code()
    rows = [known[piece.code] for piece in pieces if piece.code in known]
    if not rows:
        return
    cells = approximate([r.lon for r in rows], [r.lat for r in rows], [r.km2 for r in rows], [r.code for r in rows])
    for piece in pieces:
        piece.geometry = cells.get(piece.code, piece.geometry)


def _without_slivers(geometry: Any, least_km2: float = 1.0) -> Any:
    """Without the crumbs that cutting leaves; the largest part always stays."""
    parts = sorted(shapely.get_parts(geometry), key=lambda part: -part.area)
    kept = [part for part in parts[1:] if part.area * 9900.0 >= least_km2]  # a square degree here is about 9,900 km²
    return shapely.multipolygons([parts[0], *kept]) if kept else parts[0] if parts else geometry
