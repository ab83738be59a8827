"""How this room's events read, for one viewer at this moment; what its URNs lead to; boxes on others' pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from dure.core.events import Line
from dure.core.links import Link, parse, resolve, urn
from dure.core.models import Event
from dure.core.rooms import Asset, Panel
from dure.core.viewer import Viewer
from dure.resources.models import Booking, Resource
from dure.resources.when import say_booking

SHOWN = 30


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    """Lines for the events whose subject the viewer may see; of a withheld booking only that there is one."""
    subjects = resolve({event.subject for event in events}, viewer)
    actors = resolve([urn("body", e.actor_body_id) for e in events if e.actor_body_id], viewer)
    ids = [parse(event.thing)[1] for event in events if event.thing.startswith("dure:booking:")]
    rows = Booking.objects.filter(pk__in=ids)
    seen = {row.urn: row for row in rows.visible_to(viewer).select_related("resource", "body")}
    closed = {row.urn: row.withheld for row in rows.withheld_from(viewer)}
    lines: dict[int, Line] = {}
    for event in events:
        if event.subject not in subjects:
            continue
        page = subjects[event.subject].url
        if event.thing in closed:
            lines[event.seq] = Line(event.seq, event.at, _("예약 1건"), "", page, event.type, closed[event.thing])
            continue
        booking = seen.get(event.thing)
        if event.thing and booking is None:
            continue
        text = TEXTS[event.type](event, booking) if event.type in TEXTS else ""
        if text:
            actor = actors.get(urn("body", event.actor_body_id)) if event.actor_body_id else None
            url = booking.get_absolute_url() if booking else page
            lines[event.seq] = Line(event.seq, event.at, text, actor.title if actor else "", url, event.type)
    return lines


def _about(words: str, booking: Booking) -> str:
    return words % {
        "what": Truncator(booking.resource.title).chars(60),
        "when": say_booking(booking),
        "why": Truncator(booking.reason).chars(80),
        "body": booking.body.name,
    }


def _state(event: Event, booking: None) -> str:
    return {
        Resource.State.ACTIVE: _("자원을 다시 빌려줍니다."),
        Resource.State.RESTING: _("자원을 당분간 빌려주지 않습니다."),
        Resource.State.RETIRED: _("자원을 그만두었습니다."),
    }.get(event.data.get("state"), "")


def _returned(event: Event, booking: Booking) -> str:
    if event.data.get("damage"):
        return _about(_("돌려받았습니다: %(what)s. 파손을 적었습니다."), booking)
    return _about(_("돌려받았습니다: %(what)s"), booking)


TEXTS: Mapping[str, Callable[[Event, Any], str]] = {
    "resources.registered": lambda e, b: _("자원을 등록했습니다."),
    "resources.changed": lambda e, b: _("자원 내용을 고쳤습니다."),
    "resources.state": _state,
    "resources.booking.asked": lambda e, b: _about(_("예약을 청했습니다: %(what)s, %(when)s"), b),
    "resources.booking.made": lambda e, b: _about(_("예약했습니다: %(what)s, %(when)s"), b),
    "resources.booking.confirmed": lambda e, b: _about(_("예약을 승인했습니다: %(what)s, %(when)s"), b),
    "resources.booking.refused": lambda e, b: _about(_("예약을 거절했습니다: %(what)s. 까닭: %(why)s"), b),
    "resources.booking.cancelled": lambda e, b: _about(_("예약을 취소했습니다: %(what)s. 까닭: %(why)s"), b),
    "resources.booking.lapsed": lambda e, b: _about(_("답 없이 예약한 때가 지났습니다: %(what)s, %(when)s"), b),
    "resources.booking.extended": lambda e, b: _about(_("예약을 늘렸습니다: %(what)s, %(when)s"), b),
    "resources.booking.lent": lambda e, b: _about(_("넘겨주었습니다: %(what)s"), b),
    "resources.booking.returned": _returned,
    "resources.booking.no_show": lambda e, b: _about(_("오지 않았다고 적었습니다: %(what)s, %(when)s"), b),
    "resources.booking.objected": lambda e, b: _about(_("기록에 다른 말을 붙였습니다: %(what)s, %(when)s"), b),
    "resources.objection.seen": lambda e, b: _about(_("붙인 말을 읽었습니다: %(what)s"), b),
    "resources.hold.made": lambda e, b: _about(_("제안한 자원을 잡아 두었습니다: %(what)s, %(when)s"), b),
    "resources.hold.failed": lambda e, b: _about(_("제안한 자원을 잡을 수 없었습니다: %(what)s, %(when)s"), b),
    "resources.hold.confirmed": lambda e, b: _about(_("제안한 자원을 예약했습니다: %(what)s, %(when)s"), b),
    "resources.hold.freed": lambda e, b: _about(_("잡아 둔 자원을 풀었습니다: %(what)s, %(when)s"), b),
}


def resolve_resources(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Resource.objects.visible_to(viewer).filter(pk__in=ids).select_related("body")
    return {row.pk: _link(row) for row in rows}


def _link(row: Resource) -> Link:
    return Link(row.urn, row.title, row.get_absolute_url(), f"{row.get_kind_display()} · {row.body.name}")


def resolve_bookings(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Booking.objects.visible_to(viewer).filter(pk__in=ids).select_related("resource")
    return {
        row.pk: Link(row.urn, row.resource.title, row.get_absolute_url(), f"{row.receipt} · {say_booking(row)}")
        for row in rows
    }


def own_resources(viewer: Viewer) -> Sequence[Link]:
    """What the viewer's body lends out now and can put into an offer, newest first."""
    if viewer.body_id is None:
        return []
    rows = Resource.objects.filter(body_id=viewer.body_id, state=Resource.State.ACTIVE).visible_to(viewer)
    return [_link(row) for row in rows.select_related("body").order_by("-created_at", "-pk")[:200]]


def assets() -> Iterable[Asset]:
    """What everybody may read of what is lent out now, for finding partners."""
    rows = Resource.objects.filter(state=Resource.State.ACTIVE).visible_to(Viewer.anonymous())
    for row in rows.only("pk", "body_id", "title", "description"):
        yield Asset(row.urn, row.body_id, f"{row.title}. {row.description}")


def panels(about: str, viewer: Viewer) -> Iterable[Panel]:
    """On a collaboration's page what is booked for it; on a body's page what it shares."""
    kind, id = parse(about)
    if kind == "collaboration":
        rows = Booking.objects.filter(collaboration=about).order_by("starts_at", "pk")
        seen = list(rows.visible_to(viewer).select_related("resource", "body")[:SHOWN])
        closed = [row.withheld for row in rows.withheld_from(viewer)[:SHOWN]]
        if seen or closed:
            bookings = [(row, say_booking(row)) for row in seen]
            yield Panel(
                _("이 일에 예약한 자원"),
                "resources/collaboration_panel.html",
                {"bookings": bookings, "closed": closed},
                order=40,
            )
    elif kind == "body":
        rows = Resource.objects.filter(body_id=id).exclude(state=Resource.State.RETIRED)
        found = list(rows.visible_to(viewer).order_by("-created_at", "-pk")[: SHOWN + 1])
        if found:
            more = f"{reverse('resources:list')}?body={id}" if len(found) > SHOWN else ""
            yield Panel(
                _("함께 쓰는 자원"), "resources/body_panel.html", {"rows": found[:SHOWN], "more": more}, order=30
            )
