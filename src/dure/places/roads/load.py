"""Files of roads → a network that everybody is answered from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from dure.core import clock
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.engines.roads import RoadDatum, RoadNetwork, inside_korea
from dure.places import actions, policy
from dure.places.boundaries.read import Unreadable
from dure.places.models import RoadGeneration
from dure.places.roads import datum as datums
from dure.places.roads.read import RoadFile, opened
from dure.places.roads.rows import Seen, reader
from dure.places.roads.words import Row

OUTSIDE_SHARE = 0.01
UNKNOWN_SHARE = 0.5
LISTED = 200


@dataclass(slots=True)
class Report:
    """What came of the files; counts of rows that were left out, and why."""

    files: list[str] = field(default_factory=list)
    kind: str = ""
    encodings: list[str] = field(default_factory=list)
    crs: list[str] = field(default_factory=list)
    datums: list[RoadDatum] = field(default_factory=list)
    rows: int = 0
    links: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    without_line: int = 0
    outside: int = 0
    twice: int = 0
    multi: int = 0
    directed: int = 0
    seen: Seen = field(default_factory=Seen)
    notes: list[str] = field(default_factory=list)
    already: bool = False

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("files", "kind", "encodings", "crs", "rows", "links", "without_line", "outside", "twice",
                         "multi", "directed", "notes")
        }  # fmt: skip
        return found | {
            "classes": dict(sorted(self.classes.items())),
            "unknown_classes": dict(self.seen.unknown_classes.most_common(LISTED)),
            "guessed": self.seen.guessed,
            "datum": [
                {"declared": d.declared, "found": d.found, "reason": d.reason,
                 "fits": {fit.crs: round(fit.metres, 1) for fit in d.fits[:5]}}
                for d in self.datums
            ],
        }  # fmt: skip


def load_files(
    *,
    by: Viewer,
    paths: Sequence[Path],
    network: RoadNetwork | None = None,
    kind: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    mapping: Mapping[str, str] | None = None,
    dated: date | None = None,
    source: str = "",
    dry_run: bool = False,
    progress: Progress = lambda done, total, message: None,
) -> tuple[Report, RoadGeneration | None]:
    """Read files of one kind and make them the active network; with `dry_run` only say what would come of it.

    `network` is a surveyed network that lies right, to hold coordinates against. `crs` overrules what the files say.
    The same files again make nothing new (`report.already`). Raises Unreadable (one line) for files that cannot be
    used; then nothing has changed.
    """
    policy.must_load_roads(by)
    if not paths:
        raise Unreadable("도로 파일을 하나는 적어 주세요.")
    report = Report()
    with ExitStack() as stack:
        progress(0, None, "파일을 엽니다")
        files = [stack.enter_context(opened(path, kind=kind, encoding=encoding, layer=layer)) for path in paths]
        kinds = sorted({file.kind for file in files})
        if len(kinds) > 1:
            raise Unreadable(f"서로 다른 종류의 파일은 한 번에 넣을 수 없습니다: {', '.join(kinds)}")
        report.kind, report.files = kinds[0], [file.name for file in files]
        report.encodings = [file.encoding for file in files]
        told = sha256(repr(([f.digest for f in files], crs, sorted((mapping or {}).items()))).encode()).hexdigest()
        here = RoadGeneration.objects.filter(active=True, file_hash=told).first()
        if here is not None and not dry_run:
            report.already = True
            return report, here
        progress(0, None, "좌표계를 확인합니다")
        for file in files:
            used, found, note = datums.decide(file, crs, network)
            report.crs.append(used)
            report.datums.append(found)
            report.notes += [note] if note else []
        readers = [reader(file, report.seen, mapping or {}) for file in files]
        batches = _batches(files, readers, report, progress)
        if dry_run:
            for _rows in batches:
                pass
            return report, None
        generation = actions.add_roads(
            by=by,
            batches=batches,
            kind=report.kind,
            dated=dated or clock.today(),
            source=source or ", ".join(report.files)[:300],
            file_hash=told,
            file_name=", ".join(report.files),
            report=report.as_json,
        )
    return report, generation


def _batches(files: Sequence[RoadFile], readers: Sequence[Any], report: Report, progress: Progress) -> Iterator[Any]:
    """Rows that can be stored. Raises Unreadable at the end where most of it was unusable."""
    ids: set[str] = set()
    for file, rows_of, crs in zip(files, readers, report.crs, strict=True):
        for batch in file.batches():
            lines = datums.to_degrees(batch.lines, crs)
            report.rows += len(batch)
            batch.lines = lines
            kept = [row for row, fits in zip(rows_of(batch), _usable(lines, report), strict=True) if fits]
            fresh: list[Row] = []
            for row in kept:
                if row.link_id in ids:
                    report.twice += 1
                    continue
                ids.add(row.link_id)
                fresh.append(row)
            report.links += len(fresh)
            report.classes.update(row.road_class for row in fresh)
            report.multi += sum(bool(row.multi) for row in fresh)
            report.directed += sum(row.directed for row in fresh)
            progress(report.rows, None, f"{file.name}: {report.rows:,}줄")
            yield fresh
        report.notes += [note for note in file.notes if note not in report.notes]
    names = ", ".join(report.files)
    if report.outside > OUTSIDE_SHARE * max(report.rows, 1):
        read_as = ", ".join(map(datums.named, report.crs))
        raise Unreadable(
            f"{names}: 도로 {report.outside:,}곳이 우리나라 밖에 놓입니다 ({read_as}). --crs EPSG:번호로 알려 주세요."
        )
    if not report.links:
        raise Unreadable(f"{names}: 쓸 수 있는 도로가 하나도 없습니다.")
    if sum(report.seen.unknown_classes.values()) > UNKNOWN_SHARE * report.rows:
        words = ", ".join(word for word, _many in report.seen.unknown_classes.most_common(5))
        raise Unreadable(f"{names}: 도로 종류를 알 수 없습니다 ({words}). --map road_class=열이름으로 알려 주세요.")


def _usable(lines: Any, report: Report) -> list[bool]:
    """Lines of some length that lie in Korea; the others are counted."""
    kinds = shapely.get_type_id(lines)
    real = np.isin(kinds, (1, 5)) & (shapely.length(lines) > 0)
    report.without_line += int((~real).sum())
    boxes = shapely.bounds(lines)
    inside = inside_korea(boxes[:, :2]) & inside_korea(boxes[:, 2:])
    report.outside += int((real & ~inside).sum())
    return list((real & inside).tolist())
