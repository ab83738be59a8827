"""What a filled world is, for the lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

from dure.core.ids import uuid7
from dure.core.models import Person
from dure.core.viewer import Viewer
from tests.collaboration.world import body, officer

NOBODY = Viewer.anonymous()
NUMBERS = count(1)
TEXTS = {"resource": "people", "what": "사람", "how_much": "2명", "available": "바로"}


@dataclass
class Filled:
    """`names` fills the braces of the addresses; every address is opened as each of `viewers`.
    `keys`: tokens of bodies' systems that open them too. `times`: how often `more` is called between the two counts."""

    names: dict[str, str]
    more: Callable[[], object]
    viewers: list[Viewer] = field(default_factory=lambda: [NOBODY])
    times: int = 3
    keys: list[str] = field(default_factory=list)


def another(kind: str = "sigungu") -> Viewer:
    """The officer of one more body."""
    number = next(NUMBERS)
    return officer(body(f"마을{number}군", kind), f"담당 {number}")


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", str(uuid7()).encode())


def email_of(viewer: Viewer) -> str:
    return str(Person.objects.get(pk=viewer.person_id).email)
