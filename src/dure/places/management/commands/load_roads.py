from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dure.places.boundaries.read import Unreadable
from dure.places.models import Road, RoadGeneration
from dure.places.policy import command_line
from dure.places.road_queries import surveyed_network
from dure.places.roads.load import Report, load_files


class Command(BaseCommand):
    help = "도로망(표준노드링크 SHP, OpenStreetMap, GeoJSON, GeoPackage)을 넣습니다."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", help="도로 파일; 여럿이면 한 도로망으로 합칩니다")
        parser.add_argument("--dry-run", action="store_true", help="넣지 않고 무엇이 될지만 보입니다")
        parser.add_argument("--kind", choices=RoadGeneration.Kind.values, help="종류; 없으면 스스로 알아냅니다")
        parser.add_argument("--crs", help="좌표계 (예: EPSG:5186); 파일에 적힌 것 대신 씁니다")
        parser.add_argument("--encoding", help="글자 (예: CP949); 없으면 스스로 알아냅니다")
        parser.add_argument("--layer", help="층이 여럿일 때 그 이름")
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN",
            help="열 이름 (예: road_class=도로등급 number=노선). 항목: id, road_class, number, name, section, owner, "
            "lanes, directed, approximate, multi, km_from, km_to",
        )  # fmt: skip
        parser.add_argument("--dated", type=date.fromisoformat, metavar="DATE", help="기준일; 없으면 오늘")
        parser.add_argument("--source", default="", help="출처; 없으면 파일 이름")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        tty = sys.stderr.isatty()

        def progress(done: int, total: int | None, message: str) -> None:
            self.stderr.write(message.ljust(60), ending="\r" if tty else "\n")

        pairs = [one.partition("=") for one in options["map"]]
        if wrong := ["".join(pair) for pair in pairs if not (pair[0] and pair[2])]:
            raise CommandError(f"--map {wrong[0]}: 항목=열이름처럼 적어 주세요.")
        try:
            report, generation = load_files(
                by=command_line(),
                paths=options["files"],
                network=surveyed_network(),
                kind=options["kind"],
                crs=options["crs"],
                encoding=options["encoding"],
                layer=options["layer"],
                mapping={field: column for field, _is, column in pairs},
                dated=options["dated"],
                source=options["source"],
                dry_run=options["dry_run"],
                progress=progress,
            )
        except Unreadable as error:
            raise CommandError(str(error)) from error
        took = f"{time.monotonic() - begun:.1f}초"
        if report.already and generation is not None:
            self.stdout.write(f"이미 들어 있습니다: {generation.dated} 기준 {generation.links_count:,}구간.")
            return
        for line in lines(report):
            self.stdout.write(line)
        if generation is None:
            self.stdout.write(f"넣지 않았습니다 (--dry-run, {took}).")
        else:
            self.stdout.write(f"넣었습니다: {generation.dated} 기준 {generation.links_count:,}구간 ({took}).")


def lines(report: Report) -> list[str]:
    """The report as lines for a person."""
    labels = {str(value): str(label) for value, label in Road.Class.choices if value} | {"": "종류 모름"}
    kind = RoadGeneration.Kind(report.kind).label
    found = [
        f"{', '.join(report.files)}: {kind}, {report.rows:,}줄, 글자 {', '.join(dict.fromkeys(report.encodings))}",
        "종류: " + ", ".join(f"{labels[name]} {many:,}" for name, many in report.classes.most_common()),
    ]
    for title, many in (
        ("선이 없거나 길이가 0이라 버림", report.without_line),
        ("우리나라 밖이라 버림", report.outside),
        ("같은 번호가 두 번이라 버림", report.twice),
        ("겹치는 노선이 있는 구간", report.multi),
        ("번호와 길의 등급으로 종류를 짐작한 구간", report.seen.guessed),
    ):
        if many:
            found.append(f"{title}: {many:,}")
    if unknown := report.seen.unknown_classes.most_common(10):
        found.append("모르는 도로 종류: " + ", ".join(f"{word} {many:,}" for word, many in unknown))
    return found + report.notes
