"""How this room's events read, for one viewer at this moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from dure.core.events import Line
from dure.core.links import Link, parse, resolve, urn
from dure.core.models import Event
from dure.core.viewer import Viewer
from dure.simulation.models import Scenario


def resolve_scenarios(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Scenario.objects.visible_to(viewer).filter(pk__in=ids)
    return {row.pk: Link(row.urn, row.title, row.get_absolute_url()) for row in rows}


def words(type: str) -> str:
    return {
        "simulation.scenario.published": _("모의계산을 펴냈습니다."),
        "simulation.run.repeated": _("펴낸 결과를 다시 계산해 견주었습니다."),
        "simulation.run.done": _("계산을 마쳤습니다."),
        "simulation.scenario.drafted": _("모의계산을 쓰기 시작했습니다."),
        "simulation.scenario.changed": _("모의계산을 고쳤습니다."),
    }.get(type, "")


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    of = [parse(event.subject)[1] for event in events if event.subject.startswith("dure:scenario:")]
    rows = {row.urn: row for row in Scenario.objects.visible_to(viewer).filter(pk__in=of)}
    actors = resolve([urn("body", one.actor_body_id) for one in events if one.actor_body_id], viewer)
    lines = {}
    for event in events:
        row, said = rows.get(event.subject), words(event.type)
        if row is None or not said:
            continue
        actor = actors.get(urn("body", event.actor_body_id)) if event.actor_body_id else None
        who = actor.title if actor else ""
        lines[event.seq] = Line(event.seq, event.at, said, who, row.get_absolute_url(), event.type)
    return lines
