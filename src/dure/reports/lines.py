"""How this room's events read on a report's timeline, and what a report's URN resolves to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from dure.core.events import Line
from dure.core.links import Link, parse, resolve, urn
from dure.core.models import Event
from dure.core.viewer import Viewer
from dure.reports import queries
from dure.reports.models import Report, Word
from dure.reports.parts import parts


def _received(event: Event) -> str:
    return _("신고를 접수했습니다.")


def _rerouted(event: Event) -> str:
    if event.data.get("body") == event.data.get("before"):
        return _("신고 내용을 바로잡았습니다. 맡은 기관은 그대로입니다.")
    return _("신고 내용을 바로잡아 맡을 기관이 바뀌었습니다.")


TO_A_BODY = {
    *("reports.received", "reports.rerouted", "reports.given"),
    *("reports.move.offered", "reports.move.accepted", "reports.move.decided"),
}
OWN = {"reports.received": _received, "reports.rerouted": _rerouted}


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    """Lines for the events of reports the viewer may see."""
    words = {**OWN, **{type: said for part in parts() for type, said in part.lines.items()}}
    ids = {parse(event.subject)[1] for event in events if event.subject.startswith("dure:report:")}
    rows = {row.urn: row for row in readable(list(ids), viewer)}
    bodies = {f"dure:body:{event.actor_body_id}" for event in events if event.actor_body_id}
    bodies |= {f"dure:body:{event.data['body']}" for event in events if event.data.get("body")}
    names = resolve(bodies, viewer)
    lines: dict[int, Line] = {}
    for event in events:
        report, say = rows.get(event.subject), words.get(event.type)
        if report is None or say is None or not (text := say(event)):
            continue
        actor = names.get(urn("body", event.actor_body_id)) if event.actor_body_id else None
        to = names.get(f"dure:body:{event.data.get('body')}")
        whole = f"{text} → {to.title}" if to and event.type in TO_A_BODY else text
        url = report.get_absolute_url()
        lines[event.seq] = Line(event.seq, event.at, whole, actor.title if actor else "", url, event.type)
    for part in parts():
        if part.describe:
            lines |= part.describe(events, viewer)
    return lines


def readable(ids: Sequence[UUID], viewer: Viewer) -> list[Report]:
    """Those reports this viewer may read; the holder of a status link reads that one whatever became of it."""
    rows = list(queries.visible(viewer).filter(pk__in=ids))
    own = parse(viewer.link_urn)[1] if viewer.link_urn and viewer.link_urn.startswith("dure:report:") else None
    if own in ids and own not in {row.pk for row in rows}:
        rows += list(Report.objects.filter(pk=own).select_related("body"))
    return rows


def resolve_reports(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    return {
        row.pk: Link(
            row.urn,
            row.title,
            row.get_absolute_url(),
            f"{row.body.name if row.body else _('맡을 기관을 찾는 중')} · {row.get_state_display()}",
        )
        for row in readable(ids, viewer)
    }


def resolve_words(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Word.objects.visible_to(viewer).filter(pk__in=ids).select_related("report", "body")
    return {
        row.pk: Link(
            row.urn,
            row.get_kind_display(),
            f"{row.report.get_absolute_url()}#word-{row.pk}",
            row.body.name if row.body else "",
        )
        for row in rows
    }
