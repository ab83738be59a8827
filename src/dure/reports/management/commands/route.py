from __future__ import annotations

import csv
import io
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dure.core import clock
from dure.engines.routing import Router
from dure.places.boundaries.read import Unreadable
from dure.places.road_queries import surveyed_network
from dure.reports.routing import files, gather, table


class Command(BaseCommand):
    help = "신고가 어느 기관으로 가야 하는지 CSV의 줄마다 답합니다. 답은 표준 출력에 CSV로 나옵니다."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--csv", required=True, metavar="FILE", help=f"열: {', '.join(table.IN)}; -는 표준 입력")
        parser.add_argument(
            "--areas", nargs="+", type=Path, default=[], metavar="FILE",
            help="이번에만 쓸 공식 경계 파일 (여럿이면 합치고, 세밀한 단계가 먼저)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        rows = self._rows(options["csv"])
        route = self._router(options["areas"])
        today = clock.today()
        categories, rules = files.categories(), files.rules()
        for problem in rules.problems:
            self.stderr.write(f"규칙을 읽을 수 없습니다: {problem}")
        out = csv.DictWriter(self.stdout, table.OUT, lineterminator="\n")
        out.writeheader()
        faults: dict[str, int] = {}
        for number, row in enumerate(rows, start=1):
            ask = table.ask_of(row, number, today, categories, rules)
            name = str(row.get("id") or "").strip() or str(number)
            if isinstance(ask, table.Bad):
                out.writerow(table.line(name, ask))
                continue
            found = route(ask.on).route(ask)
            for fault in found.faults:
                faults[fault] = faults.get(fault, 0) + 1
            out.writerow(table.line(name, found))
        for fault, times in faults.items():
            self.stderr.write(f"실패한 규칙 ({times}번): {fault}")

    def _rows(self, name: str) -> list[dict[str | None, Any]]:
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            raise CommandError(f"{name}: 읽을 수 없습니다 ({error.strerror}).") from error
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            try:
                text = raw.decode("cp949")
            except UnicodeDecodeError as error:
                raise CommandError(f"{name}: UTF-8이나 CP949로 읽을 수 없습니다.") from error
        csv.field_size_limit(10_000_000)
        reader = csv.DictReader(io.StringIO(text.replace("\x00", ""), newline=""))
        titles = [str(title or "").strip() for title in reader.fieldnames or ()]
        if not set(titles) & set(table.IN):
            raise CommandError(f"{name}: 아는 열이 없습니다. 첫 줄에 열 이름이 있어야 합니다: {', '.join(table.IN)}")
        reader.fieldnames = titles
        try:
            return [dict(row) for row in reader]
        except csv.Error as error:
            raise CommandError(f"{name}: CSV가 아닙니다 ({error}).") from error

    def _router(self, areas: list[Path]) -> Callable[[date], Router]:
        """The router for a day."""
        if not areas:
            kept: dict[date, Router] = {}

            def of_day(on: date) -> Router:
                if on not in kept:
                    kept[on] = gather.router(on, roads=surveyed_network())
                return kept[on]

            return of_day
        try:
            one = gather.make(
                gather.from_files([Path(area) for area in areas], self.stderr.write), roads=surveyed_network()
            )
        except Unreadable as error:
            raise CommandError(str(error)) from error
        return lambda on: one
