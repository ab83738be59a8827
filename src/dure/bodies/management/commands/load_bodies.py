from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dure.bodies.loader import BadTable, load_bodies


class Command(BaseCommand):
    help = "Loads the table of bodies (data/bodies) into the database; changes only what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_bodies(lambda done, total, message: self.stderr.write(f"{done}/{total} {message}"))
        except BadTable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"bodies: {counts['added']} added, {counts['changed']} changed, {counts['same']} unchanged")
