"""Who became whom: following dated changes forwards and backwards. Pure functions over plain values."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which something is valid, both ends included; None is open."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def over(self, day: date) -> bool:
        return self.end is not None and self.end < day


@dataclass(frozen=True, slots=True)
class Change(Generic[Id]):
    """`old` became `new` (or a part of it) on the day `on`."""

    old: Id
    new: Id
    on: date


@dataclass(frozen=True, slots=True)
class Found(Generic[Id]):
    """A body valid on the day, and the changes that lead to it from the one that was asked for (none: itself)."""

    id: Id
    path: tuple[Change[Id], ...] = ()


def follow(start: Id, spans: Mapping[Id, Span], changes: Iterable[Change[Id]], on: date) -> list[Found[Id]]:
    """What `start` is on the day `on`: itself, or what it became by then, or what it had been before.

    Several where it was split (or, backwards, merged); none where it ended without a successor. Changes may form
    chains and even rings (a renaming that was taken back); nothing is visited twice.
    """
    span = spans[start]
    if span.holds(on):
        return [Found(start)]
    forwards = span.over(on)
    steps: dict[Id, list[Change[Id]]] = {}
    for change in sorted(changes, key=lambda change: (change.on, str(change.old), str(change.new))):
        steps.setdefault(change.old if forwards else change.new, []).append(change)
    found: list[Found[Id]] = []
    seen = {start}
    waiting: list[Found[Id]] = [Found(start)]
    while waiting:
        here = waiting.pop(0)
        for change in steps.get(here.id, ()):
            there = change.new if forwards else change.old
            if there in seen:
                continue
            seen.add(there)
            step = Found(there, (*here.path, change))
            if spans[there].holds(on):
                found.append(step)
            else:
                waiting.append(step)
    return found
