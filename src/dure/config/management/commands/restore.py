from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dure.config.backup import BackupError, restore


class Command(BaseCommand):
    help = "Brings a backup back into an empty data folder and database; a SQLite backup also into PostgreSQL."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="the tar file that backup made")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            back = restore(options["source"])
        except BackupError as problem:
            raise CommandError(str(problem), returncode=2) from problem
        self.stdout.write(f"{sum(back['rows'].values()):,} rows · {len(back['rows'])} tables · {back['made_at']}")
