from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dure.config.backup import BackupError, backup


class Command(BaseCommand):
    help = "Writes rows, files and the secret into one tar file. People can go on working meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("destination", type=Path, help="a folder (the file gets a dated name) or a new file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = backup(options["destination"])
        except BackupError as problem:
            raise CommandError(str(problem), returncode=2) from problem
        self.stdout.write(f"{made['file']}: {sum(made['rows'].values()):,} rows · {len(made['rows'])} tables")
