from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from dure.config.loading import from_a_newer_version, load_all, load_demo
from dure.config.progress import Bars
from dure.core import demo


class Command(BaseCommand):
    help = "Makes the data folder ready to serve: tables, translations, static files, real data, demo content."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="demo content as well")

    def handle(self, *args: Any, **options: Any) -> None:
        self._migrate()
        if "messages" in get_commands():
            call_command("messages", compile=True, verbosity=0)
        self._collect_static()
        bars = Bars()
        load_all(bars.show)
        if options["demo"]:
            load_demo(bars.show)
        bars.close()
        if options["demo"]:
            self._write_demo_accounts()

    def _migrate(self) -> None:
        try:
            connection.ensure_connection()
            executor = MigrationExecutor(connection)
        except DatabaseError as error:
            self._stop(
                "데이터베이스를 열 수 없습니다", f"cannot open the database: {str(error).strip().splitlines()[0]}"
            )
        unknown = from_a_newer_version(executor)
        if unknown:
            self._stop(
                "이 자료 폴더는 더 새로운 두레가 만든 것입니다. 두레를 새 판으로 바꿔 주세요",
                f"this data was made by a newer Dure ({unknown}); update Dure, or take another folder with --data",
            )
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.stderr.write(f"… 데이터베이스 준비 ({len(plan)}) · preparing the database")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)

    def _collect_static(self) -> None:
        """Only when a static file was added, changed or removed: the servers read the folder once, at their start."""
        digest = hashlib.sha256()
        for finder in get_finders():
            for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
                digest.update(f"{path}\0{storage.size(path)}\0{storage.get_modified_time(path)}\0".encode())
        stamp = settings.DATA_DIR / "static-made"
        if stamp.exists() and stamp.read_text() == digest.hexdigest() and settings.STATIC_ROOT.exists():
            return
        self.stderr.write("… 화면 파일 모으기 · collecting static files")
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest.hexdigest())

    def _write_demo_accounts(self) -> None:
        """For `./dure serve` to print: the passwords are public, as everything about demo accounts is."""
        rows = [{"email": a.email, "password": a.password, "role": a.role} for a in demo.accounts()]
        (settings.DATA_DIR / "demo-accounts.json").write_text(json.dumps(rows, ensure_ascii=False))

    def _stop(self, korean: str, english: str) -> None:
        self.stderr.write(f"dure: {korean} · {english}")
        sys.exit(2)
