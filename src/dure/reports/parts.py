"""The parts of the room: each a folder with the plan of a room and a `part.py` that holds `PART`.

Parts may import the room's own modules (`models`, `policy`, `actions`, `queries`, …), never one another: what one needs
of another it asks through the tables here, through events, or through the room's models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.functional import Promise

if TYPE_CHECKING:
    from dure.core.events import Line as EventLine
    from dure.core.links import Link
    from dure.core.models import Event
    from dure.core.rooms import (
        DeskItem,
        Figure,
        FrontCard,
        MenuEntry,
        Noun,
        Panel,
        Periodic,
        Progress,
        Purpose,
        Subscriber,
    )
    from dure.core.viewer import Viewer
    from dure.reports.models import Report

Words = str | Promise

NAMES = ("rules", "company", "intake", "working", "live", "evidence", "open311")


@dataclass(frozen=True)
class Section:
    """A box on a report's page (`where` "report") or on its status link ("status"). `template` is rendered with
    `context`; smaller `order` comes first. `side` puts it beside."""

    title: str
    template: str
    context: Mapping[str, Any]
    order: int = 100
    side: bool = False


@dataclass(frozen=True)
class Part:
    """What one part brings to the room. `lines[event type](event)` is the event in words for a report's timeline, ''
    for none. `sections(where, report, viewer)` are boxes on pages of the report; `viewer` is `Viewer.link(report.urn)`
    for the holder of the status link. `received(report)` is called in the transaction that takes a report in,
    `reachable(report)` in the one in which its reporter confirmed an address. `moves` is
    the room's (`core.rooms.Room.moves`)."""

    name: str
    nouns: tuple[Noun, ...] = ()
    verbs: tuple[str, ...] = ()
    events_out: Mapping[str, Words] = field(default_factory=dict)
    lines: Mapping[str, Callable[[Event], str]] = field(default_factory=dict)
    resolvers: Mapping[str, Callable[[Sequence[UUID], Viewer], Mapping[UUID, Link]]] = field(default_factory=dict)
    describe: Callable[[Sequence[Event], Viewer], Mapping[int, EventLine]] | None = None
    subscribers: tuple[Subscriber, ...] = ()
    jobs: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    periodic: tuple[Periodic, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    confirmations: Mapping[str, Purpose] = field(default_factory=dict)
    settings: tuple[str, ...] = ()
    desk: Callable[[Viewer], Iterable[DeskItem]] | None = None
    sections: Callable[[str, Report, Viewer], Iterable[Section]] | None = None
    received: Callable[[Report], None] | None = None
    reachable: Callable[[Report], None] | None = None
    panels: Callable[[str, Viewer], Iterable[Panel]] | None = None
    demo: Callable[[Progress], None] | None = None
    moves: Callable[[], Mapping[str, str]] | None = None
    front: Callable[[Viewer], Iterable[FrontCard]] | None = None
    figures: Callable[[Viewer], Iterable[Figure]] | None = None


@cache
def parts() -> tuple[Part, ...]:
    return tuple(
        import_module(f"dure.reports.{name}.part").PART for name in NAMES if find_spec(f"dure.reports.{name}.part")
    )


def sections(where: str, report: Report, viewer: Viewer) -> list[Section]:
    found = [section for part in parts() if part.sections for section in part.sections(where, report, viewer)]
    return sorted(found, key=lambda section: section.order)
