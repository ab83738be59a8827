"""The table of rooms in docs/architecture.md, made from the manifests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from dure.core.rooms import Room, rooms

PAGE = Path("docs/architecture.md")
BEGIN, END = "<!-- house:begin -->", "<!-- house:end -->"
HEAD = (
    "| floor | room | the question it answers | nouns | verbs | events out | listens to |\n"
    "|---|---|---|---|---|---|---|"
)


def row(room: Room) -> str:
    heard = sorted({event for subscriber in room.subscribers for event in subscriber.events})
    cells = (
        str(room.floor),
        f"`{room.name}`",
        str(room.question),
        ", ".join(f"{noun.en} `{noun.code}`" for noun in room.nouns),
        ", ".join(f"`{verb}`" for verb in room.verbs),
        ", ".join(f"`{event}`" for event in room.events_out),
        ", ".join(f"`{event}`" for event in heard),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") or "–" for cell in cells) + " |"


def table() -> str:
    with translation.override("en"):
        return "\n".join([HEAD, *(row(room) for room in reversed(rooms()))])


def with_table(text: str) -> str:
    """The page with today's table between the marks. ValueError where the marks are missing."""
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE} has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


class Command(BaseCommand):
    help = "Writes the table of rooms into docs/architecture.md; --check only says whether it is up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        page = settings.BASE_DIR / PAGE
        old = page.read_text(encoding="utf-8")
        new = with_table(old)
        if options["check"]:
            if new != old:
                raise CommandError(f"{PAGE} is not up to date: run ./dure manage house")
            return
        page.write_text(new, encoding="utf-8")
