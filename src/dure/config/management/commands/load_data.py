from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dure.config.loading import load_all, loaders
from dure.config.progress import Bars


class Command(BaseCommand):
    help = "Loads the real data of every room; what is here in its present version is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--again", nargs="+", default=[], metavar="NAME", help="load these again whatever their version"
        )
        parser.add_argument("--list", action="store_true", help="names and versions only")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for name, loader in loaders():
                self.stdout.write(f"{name:<30} {loader.version}")
            return
        if unknown := set(options["again"]) - {name for name, _ in loaders()}:
            raise CommandError(f"no such data: {', '.join(sorted(unknown))} (see load_data --list)")
        bars = Bars()
        ran = load_all(bars.show, again=options["again"])
        bars.close()
        if not ran:
            self.stderr.write("자료가 모두 최신입니다 · all data is up to date")
