from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dure.places.policy import command_line
from dure.simulation import actions


class Command(BaseCommand):
    help = "나이별 거주자 표(행정안전부 주민등록 인구통계, 성·5세)를 넣습니다. 수혜자 전망에 씁니다."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", help="CSV 파일; 여럿이면 한 표로 합칩니다")

    def handle(self, *args: Any, **options: Any) -> None:
        files = []
        for path in options["files"]:
            try:
                files.append((path.name, path.read_bytes()))
            except OSError as error:
                raise CommandError(f"{path}: 읽을 수 없습니다 ({error.strerror})") from error
        try:
            made, found, new = actions.residents_load(by=command_line(), files=files)
        except actions.WrongTable as wrong:
            lines = [str(fault) for fault in wrong.found.faults]
            if wrong.found.count > len(lines):
                lines.append(f"그 밖에 {wrong.found.count - len(lines):,}곳")
            lines.append(
                f"{wrong.found.count:,}곳이 틀려 아무것도 넣지 않았습니다. 전에 넣은 표가 있으면 그대로 씁니다."
            )
            raise CommandError("\n".join(lines)) from wrong
        for note in found.notes:
            self.stdout.write(note)
        for year, of in sorted(found.years.items()):
            self.stdout.write(f"{year}년: 시·도 {len(of)}곳, {sum(int(ages.sum()) for ages in of.values()):,}명")
        self.stdout.write(f"{made.names}: 넣었습니다." if new else f"{made.names}: 이미 들어 있습니다.")
