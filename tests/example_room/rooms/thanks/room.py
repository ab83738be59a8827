"""thanks: who is glad of what?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core.events import Line
from dure.core.links import Link, parse
from dure.core.models import Event
from dure.core.rooms import Noun, Room
from dure.core.viewer import Viewer
from dure.thanks.models import Thanks


def resolve(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Thanks.objects.visible_to(viewer).filter(pk__in=ids).select_related("body")
    return {row.pk: Link(row.urn, row.text, reverse("thanks:page", args=[row.body.slug])) for row in rows}


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    rows = Thanks.objects.filter(pk__in=[parse(event.thing)[1] for event in events])
    seen = {row.urn: row for row in rows.visible_to(viewer)}
    closed = {row.urn: row.withheld for row in rows.withheld_from(viewer)}
    lines = {}
    for event in events:
        if event.thing in seen:
            text = _("고맙다는 말을 들었습니다: %(text)s") % {"text": seen[event.thing].text}
            lines[event.seq] = Line(event.seq, event.at, text, type=event.type)
        elif event.thing in closed:
            lines[event.seq] = Line(event.seq, event.at, _("고마운 말 1건"), withheld=closed[event.thing])
    return lines


ROOM = Room(
    name="thanks",
    floor=2,
    question=gettext_lazy("누가 무엇을 고마워하나요?"),
    about=gettext_lazy("사람이 기관에 고마운 말을 남기고, 누구나 읽습니다."),
    nouns=(Noun("고마운 말", "word of thanks", "Thanks"),),
    verbs=("thanks_say", "thanks_withhold"),
    events_out={"thanks.said": gettext_lazy("고마운 말을 남김")},
    resolvers={"thanks": resolve},
    describe=describe,
)
