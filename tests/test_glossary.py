"""docs/glossary.md against the code: every name in it is there, every noun of every room is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from dure.core.rooms import rooms

PAGE = Path(__file__).resolve().parents[1] / "docs" / "glossary.md"
LATER = "## For rooms not built yet"


@dataclass(frozen=True)
class Row:
    ko: str
    en: str
    names: tuple[str, ...]


def rows(text: str) -> list[Row]:
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and not set(cells[0]) <= {"-"} and cells[0] != "한국어":
            found.append(Row(cells[0], cells[1], tuple(re.findall(r"`([^`]+)`", cells[2]))))
    return found


BUILT, _, PLANNED = PAGE.read_text(encoding="utf-8").partition(LATER)
NAMES = [name for row in rows(BUILT) for name in row.names]


def named(path: str) -> Any:
    """What a dotted name below `dure` stands for: modules first, then attributes."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = import_module(".".join(["dure", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise AttributeError(path)


def test_the_page_is_read() -> None:
    assert len(rows(BUILT)) > 40
    assert len(rows(PLANNED)) > 15
    assert len(set(NAMES)) == len(NAMES), "one row for one thing"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_code_is_there(name: str) -> None:
    assert named(name) is not None


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_every_noun_of_a_room_has_its_row(room: Any) -> None:
    for noun in room.nouns:
        model = apps.get_model(room.name, noun.code)
        name = f"{model.__module__.removeprefix('dure.').split('.models')[0]}.models.{noun.code}"
        row = next((row for row in rows(BUILT) if name in row.names), None)
        assert row, f"{name} is not in the glossary"
        assert noun.ko in row.ko
        assert noun.en in row.en


def test_what_is_built_stands_among_what_is_built() -> None:
    there = {model.__name__ for room in rooms() for model in apps.get_app_config(room.name).get_models()}
    planned = {name for row in rows(PLANNED) for name in row.names}
    assert not planned & there
