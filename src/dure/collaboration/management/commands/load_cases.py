from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dure.collaboration.library.loading import load_cases


class Command(BaseCommand):
    help = "Bring in the collaboration study's cases (data/collab-cases); may be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        def progress(done: int, total: int | None, what: str) -> None:
            self.stdout.write(f"{done}/{total or '?'}")

        self.stdout.write(f"{load_cases(progress)} cases")
