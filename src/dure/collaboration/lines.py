"""How this room's events read on a timeline, for one viewer at this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.collaboration.models import Collaboration, Invitation, Offer, Opinion
from dure.collaboration.parts import Kept, parts
from dure.core.events import Line
from dure.core.links import Link, parse, resolve, urn
from dure.core.models import Event
from dure.core.viewer import Viewer
from dure.core.visibility import Visible, Withheld

OWN: Mapping[str, Kept] = {
    "offer": Kept(Offer, gettext_lazy("제안 1건"), ("body",)),
    "opinion": Kept(Opinion, gettext_lazy("의견 1건"), ("body", "person")),
    "invitation": Kept(Invitation, gettext_lazy("초대 1건"), ("body", "suggests")),
}


@cache
def things() -> Mapping[str, Kept]:
    """Every kind of thing that stands on a collaboration's timeline."""
    return {**OWN, **{kind: kept for part in parts() for kind, kept in part.things.items()}}


@cache
def texts() -> Mapping[str, Callable[[Event, Any], str]]:
    return {**TEXTS, **{type: words for part in parts() for type, words in part.lines.items()}}


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    """Lines for the events whose subject the viewer may see; a withheld thing leaves only that there is one."""
    subjects = _collaborations([e.subject for e in events], viewer)
    seen, closed = _things(events, viewer)
    actors = resolve([urn("body", e.actor_body_id) for e in events if e.actor_body_id], viewer)
    lines: dict[int, Line] = {}
    for event in events:
        collaboration = subjects.get(event.subject)
        text_of = texts().get(event.type)
        if collaboration is None or text_of is None:
            continue
        page = reverse("collaboration:page", args=[collaboration.receipt])
        if event.thing in closed:
            text = str(things()[event.thing.split(":")[1]].closed)
            lines[event.seq] = Line(event.seq, event.at, text, "", page, event.type, closed[event.thing])
            continue
        thing = seen.get(event.thing)
        if event.thing and thing is None:
            continue
        actor = actors.get(urn("body", event.actor_body_id)) if event.actor_body_id else None
        text = text_of(event, thing)
        if text:
            url = _address(thing, page) if thing else page
            lines[event.seq] = Line(event.seq, event.at, text, actor.title if actor else "", url, event.type)
    for part in parts():
        if part.describe:
            lines |= part.describe(events, viewer)
    return lines


def _collaborations(urns: Sequence[str], viewer: Viewer) -> dict[str, Collaboration]:
    ids = {parse(text)[1] for text in urns if text.startswith("dure:collaboration:")}
    return {c.urn: c for c in Collaboration.objects.visible_to(viewer).filter(pk__in=ids)}


def _things(events: Sequence[Event], viewer: Viewer) -> tuple[dict[str, Any], dict[str, Withheld]]:
    ids: dict[str, list[UUID]] = {}
    for event in events:
        if event.thing:
            kind, id = parse(event.thing)
            ids.setdefault(kind, []).append(id)
    seen: dict[str, Any] = {}
    closed: dict[str, Withheld] = {}
    for kind, kept in things().items():
        if kind not in ids:
            continue
        rows = kept.model._default_manager.filter(pk__in=ids[kind])
        seen |= {row.urn: row for row in rows.visible_to(viewer).select_related("collaboration", *kept.related)}
        closed |= {row.urn: row.withheld for row in rows.withheld_from(viewer)}
    return seen, closed


def _address(thing: Any, page: str) -> str:
    """Where a thing is read: on a page of its own, or at its place on the collaboration's."""
    own = getattr(thing, "get_absolute_url", None)
    return own() if own else f"{page}#{thing.urn_kind}-{thing.pk}"


def _short(text: str) -> str:
    return Truncator(text).chars(80)


def _said(event: Event, opinion: Opinion) -> str:
    if opinion.state == Opinion.State.HIDDEN:
        return _("의견이 올라왔다가 가려졌습니다.")
    if opinion.state == Opinion.State.REMOVED:
        return _("의견이 올라왔다가 쓴 사람이 거두었습니다.")
    who = opinion.person.name if opinion.person else opinion.alias
    return _("%(who)s: “%(text)s”") % {"who": who, "text": _short(opinion.text)}


def _changed(event: Event, thing: None) -> str:
    from dure.collaboration.queries.page import _field_label

    names = ", ".join(_field_label(name) for name in event.data.get("fields", []))
    return _("요청 내용을 고쳤습니다: %(fields)s") % {"fields": names}


TEXTS: Mapping[str, Any] = {
    "collaboration.asked": lambda e, t: _("협업을 요청했습니다."),
    "collaboration.call.changed": _changed,
    "collaboration.withdrawn": lambda e, t: _("요청을 거두었습니다."),
    "collaboration.partner.invited": lambda e, t: _("%(body)s에 함께하자고 청했습니다.") % {"body": t.body.name},
    "collaboration.invitation.declined": lambda e, t: (
        _("초대를 사양하고 다른 기관을 권했습니다(%(body)s): %(why)s")
        % {"body": t.suggests.name, "why": _short(t.answer)}
        if t.suggests
        else _("초대를 사양했습니다: %(why)s") % {"why": _short(t.answer)}
    ),
    "collaboration.offer.made": lambda e, t: _("제안했습니다: %(what)s") % {"what": _short(t.what)},
    "collaboration.offer.changed": lambda e, t: _("제안을 고쳤습니다."),
    "collaboration.offer.taken": lambda e, t: _("함께하기로 했습니다: %(body)s") % {"body": t.body.name},
    "collaboration.offer.declined": lambda e, t: (
        _("제안과 함께하지 않기로 했습니다: %(why)s") % {"why": _short(t.answer)}
    ),
    "collaboration.partners.settled": lambda e, t: _("함께할 기관을 정했습니다."),
    "collaboration.offer.withdrawn": lambda e, t: (
        _("제안을 거두었습니다: %(why)s") % {"why": _short(t.withdrawn_reason)}
    ),
    "collaboration.opinion.said": _said,
    "collaboration.opinion.changed": lambda e, t: _("의견을 고쳤습니다."),
    "collaboration.opinion.removed": lambda e, t: _("쓴 사람이 의견을 거두었습니다."),
    "collaboration.opinion.hidden": lambda e, t: (
        _("의견이 가려졌습니다: %(why)s") % {"why": _short(t.hidden_reason)}
        if t.hidden_reason
        else _("의견이 가려졌습니다.")
    ),
    "collaboration.opinion.restored": lambda e, t: _("가려졌던 의견이 다시 올라왔습니다."),
    "collaboration.file.added": lambda e, t: _("파일을 올렸습니다."),
}


def resolve_collaborations(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Collaboration.objects.visible_to(viewer).filter(pk__in=ids).select_related("call")
    return {c.pk: _link(c) for c in rows}


def _link(c: Collaboration) -> Link:
    draft = c.stage == "draft"
    url = reverse("collaboration:ask", args=[c.pk]) if draft else reverse("collaboration:page", args=[c.receipt])
    return Link(c.urn, c.call.title or _("제목 없는 요청"), url, str(c.get_stage_display()))


def resolve_part(model: type[Visible]) -> Any:
    """A resolver for things that are shown on their collaboration's page, by their own title where they have one."""

    def resolver(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
        rows = model._default_manager.visible_to(viewer).filter(pk__in=ids).select_related("collaboration__call")
        return {
            row.pk: Link(
                row.urn,
                getattr(row, "title", "") or row.collaboration.call.title,
                _address(row, reverse("collaboration:page", args=[row.collaboration.receipt])),
                str(model._meta.verbose_name),
            )
            for row in rows
        }

    return resolver
