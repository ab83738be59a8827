"""Bringing areas and roads in: the built-in approximate ones, and official boundary files."""

from __future__ import annotations

from pathlib import Path

import shapely
from django.db import transaction

from dure.core import clock
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.places import builtin, policy, table
from dure.places.actions import add_generation, load_changes
from dure.places.assemble import Piece
from dure.places.boundaries.build import Built, build
from dure.places.boundaries.read import Unreadable, read
from dure.places.models import Area, Generation, RoadGeneration
from dure.places.roads.load import load_files


@transaction.atomic
def load_builtin(*, by: Viewer, progress: Progress = lambda done, total, message: None) -> list[Generation]:
    """Changes of codes, links to the local governments, and the approximate areas. Again: only what is not here yet.

    An official generation stays active; the approximate ones then only answer for the days before it.
    """
    progress(0, len(builtin.DAYS) + 1, "코드 변경")
    load_changes(by=by)
    made = []
    for done, day in enumerate(builtin.DAYS, start=1):
        progress(done, len(builtin.DAYS) + 1, f"어림 구역 {day}")
        version = table.version()
        here = Generation.objects.filter(dated=day, approximate=True, file_name="")
        if here.filter(file_hash=version).exists():
            continue
        official = Generation.objects.filter(active=True).exclude(approximate=True, file_name="").exists()
        made.append(
            add_generation(
                by=by,
                pieces=builtin.pieces(day),
                dated=day,
                source=builtin.SOURCE,
                borders_of=builtin.BORDERS_OF,
                file_hash=version,
                active=day == builtin.DAYS[-1] and not official,
            )
        )
        here.exclude(pk=made[-1].pk).delete()
    progress(len(builtin.DAYS) + 1, len(builtin.DAYS) + 1, "끝")
    return made


def present_pieces() -> list[Piece]:
    """The areas of the active generation, to fill what a file is silent about."""
    return [
        Piece(
            level=area.level,
            code=area.code,
            name_ko=area.name_ko,
            name_en=area.name_en,
            parent=area.parent_code,
            geometry=shapely.from_wkb(bytes(area.geometry)),
            approximate=area.approximate,
        )
        for area in Area.objects.filter(generation__active=True).order_by("code")
    ]


def load_file(
    *,
    by: Viewer,
    path: Path,
    layer: str | None = None,
    encoding: str | None = None,
    column: str | None = None,
    scheme: str | None = None,
    name_column: str | None = None,
    crs: str | None = None,
    tolerance_m: float = 5.0,
    borders_of: str = "",
    source: str = "",
    dry_run: bool = False,
    progress: Progress = lambda done, total, message: None,
) -> tuple[Built, Generation | None]:
    """Read a boundary file and make it the active generation; with `dry_run` only say what would come of it.

    Codes are brought over every change up to today. Raises Unreadable (one line) for a file that cannot be used.
    """
    progress(0, None, "파일을 읽습니다")
    file = read(path, layer=layer, encoding=encoding)
    day = table.last_change(clock.today())
    if not dry_run:
        load_builtin(by=by)
    existing = present_pieces() or builtin.pieces(day)
    built = build(
        file,
        existing,
        day,
        column=column,
        scheme=scheme,
        name_column=name_column,
        crs=crs,
        tolerance_m=tolerance_m,
        progress=progress,
    )
    if dry_run:
        return built, None
    progress(0, None, "저장합니다")
    generation = add_generation(
        by=by,
        pieces=built.pieces,
        dated=day,
        source=source or file.name,
        file_name=file.name,
        file_hash=file.sha256,
        borders_of=borders_of,
        report=built.report.as_json(),
    )
    return built, generation


def load_builtin_roads(*, by: Viewer, progress: Progress = lambda done, total, message: None) -> RoadGeneration | None:
    """The few approximate roads that come with a fresh clone, unless they or a loaded network are here already."""
    policy.must_load_roads(by)
    rows = RoadGeneration.objects.filter(complete=True)
    ours = rows.filter(source=builtin.ROADS_SOURCE)
    if rows.exclude(source=builtin.ROADS_SOURCE).exists():
        return None
    _report, generation = load_files(
        by=by,
        paths=[builtin.roads_file()],
        crs="EPSG:4326",
        dated=builtin.ROADS_DAY,
        source=builtin.ROADS_SOURCE,
        progress=progress,
    )
    if generation is not None:
        ours.exclude(pk=generation.pk).delete()
    return generation


__all__ = ["Unreadable", "load_builtin", "load_builtin_roads", "load_file", "present_pieces"]
