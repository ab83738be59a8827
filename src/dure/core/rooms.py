"""Rooms: each app's manifest `room.py`, and what the house asks of all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.utils.functional import Promise

from dure.core.viewer import Viewer

if TYPE_CHECKING:
    from dure.core.events import Line
    from dure.core.links import Link
    from dure.core.models import Confirmation, Event, Person

log = logging.getLogger(__name__)

Words = str | Promise
"""A text that is translated when it is shown."""
Progress = Callable[[int, int | None, str], None]
"""Told how far a load is: done, total (None where unknown), and what is going on."""


@dataclass(frozen=True)
class Noun:
    """A thing of the room: Korean, English, and the model's name."""

    ko: str
    en: str
    code: str


@dataclass(frozen=True)
class Subscriber:
    """`handle(event)` is called for each event whose type matches one of `events` (a trailing `*` matches all below).

    It runs in one transaction with the mark that it is done, so its database effects happen once; anything else it
    does must bear being done twice.
    """

    name: str
    events: tuple[str, ...]
    handle: Callable[[Event], None]

    def wants(self, type: str) -> bool:
        return any(type.startswith(e[:-1]) if e.endswith("*") else type == e for e in self.events)


@dataclass(frozen=True)
class MenuEntry:
    """`where` is `main`, `desk` or `footer`; smaller `order` comes first. `shown(viewer)` leaves an entry out for those
    whom its page would refuse; it asks the viewer only, never the database."""

    label: Words
    url_name: str
    where: str = "main"
    order: int = 100
    shown: Callable[[Viewer], bool] | None = None


@dataclass(frozen=True)
class Loader:
    """Real data that comes with the product. `version` changes whenever the data or the loader does."""

    name: str
    label: Words
    version: str
    load: Callable[[Progress], None]


@dataclass(frozen=True)
class Purpose:
    """What somebody confirms an address for. `ask` says it, in one sentence, on the page and in the letter.

    `done(confirmation)` does what waited for it, in the transaction that confirms, once; `page(confirmation)` is the
    address to go to afterwards.
    """

    ask: Words
    done: Callable[[Confirmation], None]
    page: Callable[[Confirmation], str]


@dataclass(frozen=True)
class Periodic:
    """A job that the worker starts by itself once an `hour` or once a `day` (Seoul time)."""

    kind: str
    every: str


@dataclass(frozen=True)
class DeskItem:
    """Something that waits for the viewer or the viewer's body. `due` is a date, a moment, or None."""

    title: str
    url: str
    kind: str
    state: str = ""
    why: str = ""
    due: date | datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class FrontCard:
    """Something to be shown on the front page."""

    title: str
    url: str
    tags: tuple[str, ...] = ()
    who: str = ""
    step: int = 0
    steps: int = 0
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A number on the front page that people can check: what it counts, and the page where it can be counted again."""

    value: int
    label: Words
    url: str = ""


@dataclass(frozen=True)
class Panel:
    """A box that a room adds to another room's page. `template` is rendered with `context`."""

    title: str
    template: str
    context: Mapping[str, Any]
    order: int = 100


@dataclass(frozen=True)
class Asset:
    """Something that a body puts at others' disposal, for everybody to read: its URN, the body, and what it is."""

    urn: str
    body_id: UUID
    words: str


@dataclass(frozen=True)
class Hint:
    """A short piece of advice beside a step of another room. `text` is one paragraph; `more` where to read on."""

    title: str
    text: str
    source: str = ""
    more: str = ""


@dataclass(frozen=True)
class Room:
    """What a room is for and what it brings; see docs/adding-a-room.md.

    `panels(urn, viewer)` are the boxes that the room adds to the page of another room's thing; `own[kind](viewer)` the
    things of that kind which the viewer's body may point to from other rooms, newest first; `hints(step, viewer)`
    advice to stand beside a step (`agreement`, `needs`, …) of any room: `{% step_hints "agreement" %}`; `moves()` what
    changes so often that no event is written: {URN of a stream: a value that differs after each change}, looked at by
    the live process while somebody listens; `warm()` loads what the first request to the room would else wait for.
    """

    name: str
    floor: int
    question: Words
    about: Words
    nouns: tuple[Noun, ...] = ()
    verbs: tuple[str, ...] = ()
    events_out: Mapping[str, Words] = field(default_factory=dict)
    subscribers: tuple[Subscriber, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    resolvers: Mapping[str, Callable[[Sequence[UUID], Viewer], Mapping[UUID, Link]]] = field(default_factory=dict)
    describe: Callable[[Sequence[Event], Viewer], Mapping[int, Line]] | None = None
    loaders: tuple[Loader, ...] = ()
    demo: Callable[[Progress], None] | None = None
    settings: tuple[str, ...] = ()
    jobs: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    periodic: tuple[Periodic, ...] = ()
    confirmations: Mapping[str, Purpose] = field(default_factory=dict)
    desk: Callable[[Viewer], Iterable[DeskItem]] | None = None
    front: Callable[[Viewer], Iterable[FrontCard]] | None = None
    figures: Callable[[Viewer], Iterable[Figure]] | None = None
    panels: Callable[[str, Viewer], Iterable[Panel]] | None = None
    assets: Callable[[], Iterable[Asset]] | None = None
    own: Mapping[str, Callable[[Viewer], Sequence[Link]]] = field(default_factory=dict)
    hints: Callable[[str, Viewer], Iterable[Hint]] | None = None
    second_factor: Callable[[Person], bool] | None = None
    rebuild_search: Callable[[Progress], None] | None = None
    moves: Callable[[], Mapping[str, str]] | None = None
    warm: Callable[[], None] | None = None


@cache
def rooms() -> tuple[Room, ...]:
    """All installed rooms, lowest floor first."""
    found = []
    for app in settings.INSTALLED_APPS:
        if app.startswith("dure.") and find_spec(f"{app}.room"):
            found.append(import_module(f"{app}.room").ROOM)
    return tuple(sorted(found, key=lambda room: (room.floor, room.name)))


def room_of(event_type: str) -> Room | None:
    """The room an event type belongs to: its first word."""
    name = event_type.split(".", 1)[0]
    return next((room for room in rooms() if room.name == name), None)


@cache
def subscribers() -> Mapping[str, Subscriber]:
    found: dict[str, Subscriber] = {}
    for room in rooms():
        for subscriber in room.subscribers:
            if subscriber.name in found:
                raise RuntimeError(f"two subscribers are called {subscriber.name}")
            found[subscriber.name] = subscriber
    return found


@cache
def job_handlers() -> Mapping[str, Callable[[Any], Any]]:
    return {kind: handler for room in rooms() for kind, handler in room.jobs.items()}


def assets() -> list[Asset]:
    """What all rooms know that bodies put at others' disposal."""
    return [asset for room in rooms() if room.assets for asset in room.assets()]


def moves() -> dict[str, str]:
    """What all rooms say that changes without events."""
    return {subject: value for room in rooms() if room.moves for subject, value in room.moves().items()}


def warm_up() -> None:
    """Load in this process what the rooms' first requests would wait for, room by room. What fails is logged, and is
    tried again by the first request. To be called in a thread of its own: it lets its database connection go."""
    for room in rooms():
        if room.warm:
            try:
                room.warm()
            except Exception:
                log.exception("%s could not be made ready; its first request will try again", room.name)
    connections.close_all()


def panels(urn: str, viewer: Viewer) -> list[Panel]:
    """What all rooms add to the page of this thing, in their order."""
    found = [panel for room in rooms() if room.panels for panel in room.panels(urn, viewer)]
    return sorted(found, key=lambda panel: panel.order)


def hints(step: str, viewer: Viewer) -> list[Hint]:
    """What all rooms have to say beside that step."""
    return [hint for room in rooms() if room.hints for hint in room.hints(step, viewer)]


def menu(where: str) -> list[MenuEntry]:
    return sorted((e for room in rooms() for e in room.menu if e.where == where), key=lambda e: (e.order, e.url_name))
