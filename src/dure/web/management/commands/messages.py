"""Translations: `./dure manage messages` checks them; --update writes new strings down, --compile makes them usable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dure.web import catalogue


def room_files() -> list[catalogue.RoomFiles]:
    """Every installed room's folder, in the order in which Django reads their catalogues."""
    return [
        catalogue.RoomFiles(config.label, Path(config.path))
        for config in apps.get_app_configs()
        if config.name.startswith("dure.")
    ]


class Command(BaseCommand):
    help = "Finds the rooms' strings and checks, updates or compiles their English. Needs no GNU gettext."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--check", action="store_true", help="fail on missing, fuzzy, obsolete or wrong English (default)"
        )
        what.add_argument(
            "--update", action="store_true", help="write new strings into the .po files, take old ones out"
        )
        what.add_argument("--compile", action="store_true", help="write the .mo files that the program reads")
        parser.add_argument("rooms", nargs="*", help="only these rooms")

    def handle(self, *args: Any, **options: Any) -> None:
        rooms = room_files()
        chosen = [room for room in rooms if not options.get("rooms") or room.name in options["rooms"]]
        if unknown := set(options.get("rooms") or ()) - {room.name for room in rooms}:
            raise CommandError(f"no room called {', '.join(sorted(unknown))}")
        if options["compile"]:
            for room in chosen:
                catalogue.compile_room(room, catalogue.find(room))
        elif options["update"]:
            self._update(rooms, chosen)
        else:
            self._check(rooms, chosen, options["verbosity"])

    def _update(self, rooms: list[catalogue.RoomFiles], chosen: list[catalogue.RoomFiles]) -> None:
        known: dict[catalogue.Key, tuple[str, ...]] = {}
        for room in rooms:
            for key, (strings, fuzzy) in catalogue.read(room.po()).items():
                if all(strings) and not fuzzy:
                    known.setdefault(key, strings)
        for room in chosen:
            found = catalogue.find(room)
            missing = catalogue.update(room, found, known)
            self.stdout.write(f"{room.name}: {len(found.places)} strings, {missing} without English")

    def _check(self, rooms: list[catalogue.RoomFiles], chosen: list[catalogue.RoomFiles], verbosity: int) -> None:
        names = {room.name for room in chosen}
        wrong, total = [c for c in catalogue.conflicts(rooms) if c.split(":")[0] in names], 0
        for room in chosen:
            found = catalogue.find(room)
            total += len(found.places)
            wrong += catalogue.check(room, found)
        if wrong:
            raise CommandError("\n".join([*wrong, f"{len(wrong)} faults in translations"]))
        if verbosity:
            self.stdout.write(f"{total} strings in {len(chosen)} rooms, all with English")
