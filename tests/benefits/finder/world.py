"""People who use the room: a citizen with an account, officials of one body, somebody of another."""

from __future__ import annotations

from dataclasses import dataclass

from dure.bodies.models import Body
from dure.core.viewer import Viewer
from tests.collaboration.world import body, officer, person


@dataclass
class World:
    citizen: Viewer
    officer: Viewer
    reader: Viewer
    other: Viewer
    body: Body


def make_world() -> World:
    ours = body("가람군")
    return World(
        citizen=Viewer.person(person("최주민").pk),
        officer=officer(ours, "김담당"),
        reader=officer(ours, "이열람", "reader"),
        other=officer(body("나루군"), "박담당"),
        body=ours,
    )
