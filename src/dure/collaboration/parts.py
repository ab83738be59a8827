"""The parts of a collaboration's life after its partners are chosen.

Each part is a folder with the plan of a room (`models`, `policy`, `actions`, `queries`, `forms`, `pages`, `api`,
`urls`, `demo`). Its `part.py` holds `PART`, which says what it brings; `room.py` makes the room's manifest of all of
them. Parts may import the room's own modules and the parts before them in `NAMES`, never the later ones: those are
asked through the tables of this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.functional import Promise

if TYPE_CHECKING:
    from django import forms

    from dure.collaboration.models import Collaboration
    from dure.core.events import Line as EventLine
    from dure.core.links import Link
    from dure.core.models import Event
    from dure.core.rooms import DeskItem, Noun, Periodic, Progress, Purpose, Subscriber
    from dure.core.viewer import Viewer
    from dure.core.visibility import Visible

Words = str | Promise

NAMES = ("decisions", "agreement", "workspace", "mediation", "closing")
"""The parts, in the order of a collaboration's life."""


@dataclass(frozen=True)
class Tab:
    """A page of the collaboration. `count(viewer, collaboration)` is the number beside its name, None for none.

    `url_name` takes the receipt number.
    """

    label: Words
    url_name: str
    order: int
    count: Callable[[Viewer, Collaboration], int | None] | None = None


@dataclass(frozen=True)
class Kept:
    """A model whose rows are things on a collaboration's timeline (its events' `thing`).

    The model has `collaboration`; `closed` stands in the place of a withheld one ("제안 1건"); `related` is selected
    with the rows for the words of `Part.lines`. A `get_absolute_url` of the model is where the line leads.
    """

    model: type[Visible]
    closed: Words
    related: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What a carried proposal does by itself, in the transaction of the last vote.

    `form` asks for its data (None where there is nothing to ask; it is made with `collaboration=`); `data(form)` gives
    plain JSON. `check(collaboration, data)` refuses what cannot be, when proposed and again before it is done;
    `words(data)` says in one sentence what would happen. `apply(by, collaboration, data)` does it, without asking
    policy again; `by` stands for the body that proposed it (no person: the clock may decide). `unanimous`: every other
    party must agree, whatever the decision rule says. `concerned(data)`: the body that it is about; that party votes
    like all, but its own vote does not count.
    """

    kind: str
    label: Words
    words: Callable[[Mapping[str, Any]], str]
    apply: Callable[[Viewer, Collaboration, Mapping[str, Any]], None]
    check: Callable[[Collaboration, Mapping[str, Any]], None] = lambda collaboration, data: None
    form: type[forms.Form] | None = None
    data: Callable[[Any], dict[str, Any]] = lambda form: dict(form.cleaned_data)
    unanimous: bool = False
    concerned: Callable[[Mapping[str, Any]], UUID | None] = lambda data: None


@dataclass(frozen=True)
class Part:
    """What one part brings to the room. `lines[event type](event, thing)` is the event in words, '' for none.

    `desk` is what waits for a body's officers, `personal` what waits for a person whatever body they act for;
    `describe` puts events into words whose subject is no collaboration.
    """

    name: str
    nouns: tuple[Noun, ...] = ()
    verbs: tuple[str, ...] = ()
    events_out: Mapping[str, Words] = field(default_factory=dict)
    things: Mapping[str, Kept] = field(default_factory=dict)
    lines: Mapping[str, Callable[[Event, Any], str]] = field(default_factory=dict)
    resolvers: Mapping[str, Callable[[Sequence[UUID], Viewer], Mapping[UUID, Link]]] = field(default_factory=dict)
    subscribers: tuple[Subscriber, ...] = ()
    jobs: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    periodic: tuple[Periodic, ...] = ()
    tabs: tuple[Tab, ...] = ()
    effects: tuple[Effect, ...] = ()
    confirmations: Mapping[str, Purpose] = field(default_factory=dict)
    desk: Callable[[Viewer], Iterable[DeskItem]] | None = None
    personal: Callable[[Viewer], Iterable[DeskItem]] | None = None
    describe: Callable[[Sequence[Event], Viewer], Mapping[int, EventLine]] | None = None
    demo: Callable[[Progress], None] | None = None


@cache
def parts() -> tuple[Part, ...]:
    return tuple(import_module(f"dure.collaboration.{name}.part").PART for name in NAMES)


@cache
def effects() -> Mapping[str, Effect]:
    """What proposals can do by themselves, from all parts."""
    return {effect.kind: effect for part in parts() for effect in part.effects}


def tabs() -> list[Tab]:
    return sorted((tab for part in parts() for tab in part.tabs), key=lambda tab: tab.order)
