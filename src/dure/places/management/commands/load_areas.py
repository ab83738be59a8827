from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dure.engines.areas import CANDIDATES, DatumReport
from dure.places.boundaries.build import Report
from dure.places.boundaries.read import Unreadable
from dure.places.loading import load_file
from dure.places.policy import command_line

SHOWN = 20


class Command(BaseCommand):
    help = "공식 경계 파일(SHP, 압축한 SHP, GeoJSON, GeoPackage)을 넣습니다."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="경계 파일")
        parser.add_argument("--dry-run", action="store_true", help="넣지 않고 무엇이 될지만 보입니다")
        parser.add_argument("--layer", help="층이 여럿일 때 그 이름")
        parser.add_argument("--encoding", help="글자 (예: CP949); 없으면 스스로 알아냅니다")
        parser.add_argument("--code-column", help="코드가 든 열; 없으면 스스로 찾습니다")
        parser.add_argument("--name-column", help="이름이 든 열; 없으면 스스로 찾습니다")
        parser.add_argument("--scheme", choices=["mois", "kostat"], help="행정표준코드(mois) 또는 통계청 코드(kostat)")
        parser.add_argument("--crs", help="좌표계 (예: EPSG:5186); 파일에 적힌 것 대신 씁니다")
        parser.add_argument(
            "--tolerance", type=float, default=5.0, metavar="M", help="경계 단순화, 미터 (기본 5, 0은 그대로)"
        )
        parser.add_argument("--borders-of", default="", metavar="DATE", help="경계가 보여 주는 날 (예: 2026-06-30)")
        parser.add_argument("--source", default="", help="출처; 없으면 파일 이름")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        tty = sys.stderr.isatty()

        def progress(done: int, total: int | None, message: str) -> None:
            step = f"[{done}/{total}] " if total else ""
            self.stderr.write(f"{step}{message}".ljust(40), ending="\r" if tty else "\n")

        try:
            built, generation = load_file(
                by=command_line(),
                path=options["file"],
                layer=options["layer"],
                encoding=options["encoding"],
                column=options["code_column"],
                scheme=options["scheme"],
                name_column=options["name_column"],
                crs=options["crs"],
                tolerance_m=options["tolerance"],
                borders_of=options["borders_of"],
                source=options["source"],
                dry_run=options["dry_run"],
                progress=progress,
            )
        except Unreadable as error:
            raise CommandError(str(error)) from error
        for line in lines(built.report):
            self.stdout.write(line)
        took = f"{time.monotonic() - begun:.1f}초"
        if generation is None:
            self.stdout.write(f"넣지 않았습니다 (--dry-run, {took}).")
        else:
            self.stdout.write(f"넣었습니다: {generation.dated} 기준 {len(built.pieces):,}곳 ({took}).")


def lines(report: Report) -> list[str]:
    """The report as lines for a person."""
    scheme = {"mois": "행정표준코드", "kostat": "통계청 코드"}[report.coding.scheme]
    found = [
        f"{report.file}: {report.kind}, {report.rows:,}줄, 글자 {report.encoding}",
        f"코드: {report.coding.column} 열, {scheme}, {report.coding.known:.0%}가 아는 코드",
        *datum_lines(report.datum),
        "단계: " + ", ".join(f"{level} {count:,}" for level, count in sorted(report.levels.items())),
    ]
    if report.repaired:
        found.append(f"고친 도형: {report.repaired:,}")
    if report.merged:
        found.append(f"같은 코드라 합친 조각: {report.merged:,}")
    if report.filled:
        found.append(f"파일에 없어 전 것을 그대로 둔 구역: {report.filled:,}")
    for title, values in (
        ("빈 도형이라 버림", report.empty),
        ("파일에 있으나 모르는 코드", report.unknown),
        ("나뉜 옛 코드라 가까운 쪽으로 어림하여 나눔", report.split),
        ("우리 표에 있으나 파일에 없음", report.absent),
        ("이름이 다름 (파일 / 우리 표)", report.names_differ),
    ):
        if values:
            more = f" … 외 {len(values) - SHOWN:,}" if len(values) > SHOWN else ""
            found.append(f"{title} {len(values):,}: {', '.join(values[:SHOWN])}{more}")
    return found + report.notes


def datum_lines(datum: DatumReport) -> list[str]:
    """What the file declares, what was found, and the evidence."""

    def named(crs: str | None) -> str:
        return "없음" if crs is None else f"{crs} ({CANDIDATES[crs]})" if crs in CANDIDATES else crs[:80]

    own, best = datum.offset(datum.declared), datum.offset(datum.found)
    away = f", 우리 점에서 중앙값 {own.metres:,.0f} m" if own else ""
    first = f"좌표계: 파일에는 {named(datum.declared)}{away} (견준 곳 {datum.compared:,})"
    if datum.changed and best:
        word = "와 다릅니다" if datum.declared else "가 적혀 있지 않습니다"
        return [
            first,
            f"주의: 실제 좌표계가 적힌 것{word}. {named(datum.found)}로 읽으면 {best.metres:,.0f} m이므로 "
            "그것으로 바꾸어 넣습니다.",
        ]
    if datum.reason == "too_few":
        return [first, "주의: 견줄 구역이 모자라 파일에 적힌 좌표계를 그대로 믿었습니다."]
    if datum.reason == "undecided":
        return [first, "주의: 우리 점과 잘 맞지 않으나 더 나은 좌표계도 없어 적힌 것을 믿었습니다."]
    return [first]
