"""Two towns and the expressway corporation with officers, somebody who reports, and reports made through the action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from unittest import mock

from dure.bodies.models import Body
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.engines.routing import Route
from dure.reports import actions, asking
from dure.reports.actions import Said
from dure.reports.models import Report
from tests.collaboration.world import body, officer, person

HERE = (127.0018, 36.7898)


def route_to(code: str, **more: Any) -> Route:
    """A route as the engine would give it."""
    fields: dict[str, Any] = {
        "unit": "도로과",
        "others": (),
        "clarify": None,
        "confidence": 0.9,
        "reason": "시의 동 지역을 지나는 길이라서 시가 맡습니다.",
        "law": ("도로법 제23조제2항제3호",),
        "rule": "test",
        "versions": {"rules": "1"},
        "facts": {"sigungu": code},
    }
    return Route(body=code, **{**fields, **more})


@dataclass
class World:
    """`here` has `officer`, `head` and `reader`, `there` has `other`, `roads` has `far`; `citizen` has an account."""

    here: Body
    there: Body
    roads: Body
    officer: Viewer
    head: Viewer
    reader: Viewer
    other: Viewer
    far: Viewer
    citizen: Viewer

    def report(
        self, *, by: Viewer | None = None, to: Body | None = None, route: Route | None = None, **said: Any
    ) -> Report:
        """A report that was handed in and went `to` that body (`here` where none is named)."""
        fields = {
            "words": "국도 갓길에 고라니가 죽어 있어요.",
            "category": "roads.roadkill",
            "lon": HERE[0],
            "lat": HERE[1],
        }
        with mock.patch.object(asking, "route_for", return_value=route or route_to((to or self.here).code)):
            return actions.report_hand_in(by=by or Viewer.anonymous(), said=Said(**{**fields, **said}), id=uuid7())


def make_world() -> World:
    here, there = body("온샘시", code="9100000000"), body("너른군", code="9200000000")
    roads = body("큰길공사", "public-corp", code="x-test-roads")
    return World(
        here=here,
        there=there,
        roads=roads,
        officer=officer(here, "김도로"),
        head=officer(here, "이과장", "head"),
        reader=officer(here, "박열람", "reader"),
        other=officer(there, "최건설"),
        far=officer(roads, "정순찰"),
        citizen=Viewer.person(person("한주민").pk),
    )
