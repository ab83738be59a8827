"""The data beside the code that routing needs, read once: bodies, categories, rules, names of towns."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from dure.engines.routing import Bodies, Body, Categories, RuleSet
from dure.engines.routing.ground import Towns
from dure.places import table
from dure.places.boundaries import match

FIRST_DAY = date(2000, 1, 1)


def folder() -> Path:
    return Path(settings.BASE_DIR) / "data"


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(path: Path) -> Any:
    """A YAML file as plain values, by the fast reader where libyaml is there."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


@cache
def bodies() -> Bodies:
    def day(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    rows = [
        Body(
            line["code"], line["type"], line["name_ko"], line["name_en"], line["parent_code"],
            day(line["valid_from"]), day(line["valid_to"]),
        )
        for line in _lines(folder() / "bodies" / "bodies.csv")
    ]  # fmt: skip
    changes = [(line["old_code"], line["new_code"]) for line in _lines(folder() / "bodies" / "successions.csv")]
    same = {line["value"]: line["code"] for line in aliases() if line["kind"] == "code"}
    return Bodies(rows, changes, same)


@cache
def aliases() -> list[dict[str, str]]:
    return _lines(folder() / "bodies" / "aliases.csv")


@cache
def short_names() -> tuple[tuple[str, str], ...]:
    """(code, name) by which people call bodies."""
    return tuple((line["code"], line["value"]) for line in aliases() if line["kind"] == "short")


@cache
def categories() -> Categories:
    return Categories.parse(plain(folder() / "services" / "categories.yaml"))


@cache
def authority() -> dict[str, Any]:
    found: dict[str, Any] = plain(folder() / "roads" / "authority.yaml")
    return found


@cache
def rules() -> RuleSet:
    return RuleSet.parse(plain(folder() / "roads" / "rules.yaml"), authority())


@cache
def eras() -> tuple[date, ...]:
    """The first days of the spans between changes of codes; the first stands for all days before."""
    starts = {change.on for change in table.changes()} | {row.valid_from for row in table.rows() if row.valid_from}
    return (FIRST_DAY, *sorted(starts))


@cache
def towns(day: date) -> Towns:
    """The towns of each municipality and district of a day: (name, kind)."""
    known = table.by_code()
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in _lines(folder() / "roads" / "towns.csv"):
        for code in standing(line["code"], line["old"], line["name"], day)[:1]:
            entry = (line["name"], line["kind"])
            found[code].append(entry)
            if known[code].level == "gu":
                found[known[code].parent].append(entry)
    return dict(found)


def standing(code: str, old: str, town: str, day: date) -> tuple[str, ...]:
    """Codes that stand on `day` for a place known by its present code and by an older one; the surest first."""
    known = table.by_code()
    for one in (code, old):
        if one and one in known and known[one].valid_on(day):
            return (one,)
    inner = table.splits().get((old, match.plain(town)))
    if inner and known[inner].valid_on(day):
        return (inner,)
    for one in (old, code):
        if one:
            codes = tuple(c for c in table.follow(one, day, table.changes()) if c in known and known[c].valid_on(day))
            if codes:
                return codes
    return ()
