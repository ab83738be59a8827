"""How the events of this room read on a timeline, and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy

from dure.bodies import policy
from dure.bodies.models import Body
from dure.bodies.models.membership import Role
from dure.core.events import Line
from dure.core.links import parse
from dure.core.models import Event, Person
from dure.core.viewer import Viewer

EVENTS = {
    "bodies.registration.handed_in": gettext_lazy("기관 등록을 신청했습니다."),
    "bodies.registration.amended": gettext_lazy("등록 내용을 고쳐 다시 냈습니다."),
    "bodies.registration.withdrawn": gettext_lazy("등록 신청을 거두었습니다."),
    "bodies.registration.confirmed": gettext_lazy("공공기관이 등록을 확인했습니다."),
    "bodies.registration.refused": gettext_lazy("등록이 확인되지 않았습니다."),
    "bodies.body.described": gettext_lazy("기관 소개를 고쳤습니다."),
    "bodies.body.ended": gettext_lazy("활동을 마쳤습니다."),
    "bodies.body.without_head": gettext_lazy("책임자가 없는 기관이 되었습니다."),
    "bodies.invitation.sent": gettext_lazy("초대를 보냈습니다."),
    "bodies.invitation.withdrawn": gettext_lazy("초대를 거두었습니다."),
    "bodies.joining.asked": gettext_lazy("소속을 요청했습니다."),
    "bodies.joining.withdrawn": gettext_lazy("소속 요청을 거두었습니다."),
    "bodies.joining.accepted": gettext_lazy("소속 요청을 받아들였습니다."),
    "bodies.joining.refused": gettext_lazy("소속 요청을 받아들이지 않았습니다."),
    "bodies.membership.granted": gettext_lazy("함께하게 되었습니다."),
    "bodies.membership.changed": gettext_lazy("역할이 바뀌었습니다."),
    "bodies.membership.ended": gettext_lazy("소속을 마쳤습니다."),
    "bodies.key.created": gettext_lazy("API 열쇠를 만들었습니다."),
    "bodies.key.revoked": gettext_lazy("API 열쇠를 없앴습니다."),
}
PUBLIC = {"bodies.registration.confirmed", "bodies.body.described", "bodies.body.ended"}


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    """Everybody reads that a body was confirmed, described itself anew or ended; the rest only its own people, the
    person it is about, who decides on it, and operators. Names of people stand only there."""
    decides = policy.acts_for_public_body(viewer)
    inside = {event.seq for event in events if _inside(event, viewer, decides)}
    told = [event for event in events if event.type in EVENTS and (event.type in PUBLIC or event.seq in inside)]
    bodies = Body.objects.visible_to(viewer).in_bulk({event.actor_body_id for event in told if event.actor_body_id})
    named = {event.seq: UUID(event.data["person"]) for event in told if "person" in event.data and event.seq in inside}
    people = Person.objects.in_bulk(set(named.values()))
    lines = {}
    for event in told:
        actor = bodies.get(event.actor_body_id) if event.actor_body_id else None
        text = str(EVENTS[event.type])
        person = people.get(named[event.seq]) if event.seq in named else None
        if person:
            role = Role(event.data["role"]).label if "role" in event.data else ""
            text = f"{person.name} {role}".strip() + f": {text}"
        lines[event.seq] = Line(event.seq, event.at, text, actor.name if actor else "", "", event.type)
    return lines


def _inside(event: Event, viewer: Viewer, decides: bool) -> bool:
    own = viewer.person_id is not None and event.data.get("person") == str(viewer.person_id)
    waits = decides and event.type.startswith(("bodies.registration.", "bodies.joining."))
    return viewer.operator or own or waits or viewer.reads_for(parse(event.subject)[1])
