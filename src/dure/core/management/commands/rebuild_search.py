from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dure.core import clock
from dure.core.models import SearchDocument
from dure.core.rooms import rooms


class Command(BaseCommand):
    help = (
        "Writes every room's public texts into the search again and takes out what is no longer there. "
        "Search goes on meanwhile; safe to stop and start again."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("rooms", nargs="*", help="names of rooms; without any: all that can be searched")

    def handle(self, *args: Any, **options: Any) -> None:
        able = {room.name: room for room in rooms() if room.rebuild_search}
        unknown = sorted(set(options["rooms"]) - set(able))
        if unknown:
            raise CommandError(f"not a room that can be searched: {', '.join(unknown)} (there are: {', '.join(able)})")
        for name in options["rooms"] or able:
            room = able[name]
            started = clock.now()

            def progress(done: int, total: int | None, message: str, name: str = name) -> None:
                self.stderr.write(f"{name}: {done}{f'/{total}' if total is not None else ''} {message}")

            assert room.rebuild_search is not None
            room.rebuild_search(progress)
            gone = SearchDocument.objects.filter(kind__in=list(room.resolvers), updated__lt=started)
            removed = gone.delete()[0]
            kept = SearchDocument.objects.filter(kind__in=list(room.resolvers)).count()
            self.stdout.write(f"{name}: {kept} documents, {removed} removed")
