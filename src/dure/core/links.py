"""Links: a URN such as `dure:report:018f…` that any room can hold, resolved for whoever may see the thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from dure.core.rooms import rooms
from dure.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Link:
    """What a thing is called, where its page is, and one sentence about it."""

    urn: str
    title: str
    url: str
    summary: str = ""


def urn(kind: str, id: UUID | str) -> str:
    return f"dure:{kind}:{id}"


def parse(text: str) -> tuple[str, UUID]:
    """Kind and id of a URN; ValueError when it is none of ours."""
    parts = text.split(":")
    if len(parts) != 3 or parts[0] != "dure" or not parts[1]:
        raise ValueError(f"not a URN of this house: {text!r}")
    return parts[1], UUID(parts[2])


def resolve(urns: Iterable[str], viewer: Viewer) -> dict[str, Link]:
    """Links for those URNs that exist and that this viewer may see; the others are absent. One query a kind."""
    wanted: dict[str, list[UUID]] = defaultdict(list)
    for text in dict.fromkeys(urns):
        try:
            kind, id = parse(text)
        except ValueError:
            continue
        wanted[kind].append(id)
    found: dict[str, Link] = {}
    for room in rooms():
        for kind, resolver in room.resolvers.items():
            if kind in wanted:
                found |= {link.urn: link for link in resolver(wanted[kind], viewer).values()}
    return found


def own(kind: str, viewer: Viewer) -> list[Link]:
    """Things of that kind which the viewer's body may point to from another room, newest first."""
    return [link for room in rooms() if kind in room.own for link in room.own[kind](viewer)]


def resolve_one(text: str, viewer: Viewer) -> Link | None:
    return resolve([text], viewer).get(text)
