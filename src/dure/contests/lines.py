"""How this room's events read on a contest's timeline and in notices, for one viewer at this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.contests.models import Contest, Entry, Judge, State, Support, YearReport
from dure.core.events import Line
from dure.core.links import Link, parse, resolve, urn
from dure.core.models import Event
from dure.core.viewer import Viewer

PLAIN: Mapping[str, Callable[[], str]] = {
    "contests.opened": lambda: _("공모를 열었습니다."),
    "contests.extended": lambda: _("날짜를 뒤로 미뤘습니다."),
    "contests.withdrawn": lambda: _("공모를 거두었습니다."),
    "contests.judging.started": lambda: _("응모를 마감하고 심사를 시작했습니다."),
    "contests.tied": lambda: _("점수가 같은 응모가 있어 위원들이 투표합니다."),
    "contests.decided": lambda: _("뽑을 응모가 정해졌습니다. 곧 발표합니다."),
    "contests.published": lambda: _("결과를 발표했습니다."),
}

JUDGES: Mapping[str, Callable[[], str]] = {
    "contests.judge.invited": lambda: _("심사위원으로 초대했습니다."),
    "contests.judge.accepted": lambda: _("심사를 맡았습니다."),
    "contests.judge.declined": lambda: _("심사 초대를 사양했습니다."),
    "contests.judge.left": lambda: _("심사를 그만두었습니다."),
    "contests.conflict.declared": lambda: _("응모와의 이해관계를 알렸습니다."),
}
"""For the organiser and the judge alone."""


def _entry(event: Event, entry: Entry) -> str:
    said = {
        "contests.entry.handed_in": _("응모했습니다: %(title)s"),
        "contests.entry.changed": _("응모를 고쳤습니다: %(title)s"),
        "contests.entry.withdrawn": _("응모를 거두었습니다: %(title)s"),
    }
    return said[event.type] % {"title": entry.title} if event.type in said else ""


def _support(event: Event, support: Support) -> str:
    said = {
        "contests.goals.set": _("지원의 목표를 적었습니다: %(title)s"),
        "contests.goals.agreed": _("지원의 목표에 동의했습니다: %(title)s"),
        "contests.payment.saved": _("지원금을 적었습니다: %(title)s"),
        "contests.support.stopped": _("지원을 멈추었습니다: %(title)s"),
    }
    return said.get(event.type, "") % {"title": support.entry.title} if event.type in said else ""


def _report(event: Event, report: YearReport) -> str:
    said = {
        "contests.report.handed_in": _("%(year)d년차 보고를 냈습니다: %(title)s"),
        "contests.report.file_added": _("%(year)d년차 보고에 파일을 붙였습니다: %(title)s"),
        "contests.report.accepted": _("%(year)d년차 보고를 받아들였습니다: %(title)s"),
        "contests.report.returned": _("%(year)d년차 보고를 돌려보냈습니다: %(title)s"),
        "contests.report.due": _("%(year)d년차 보고를 낼 날이 다가옵니다: %(title)s"),
        "contests.report.missed": _("%(year)d년차 보고가 아직 없습니다: %(title)s"),
    }
    return said[event.type] % {"year": report.year, "title": report.support.entry.title}


THINGS: Mapping[str, tuple[Any, tuple[str, ...], Callable[[Event, Any], str]]] = {
    "entry": (Entry, ("contest",), _entry),
    "support": (Support, ("entry__contest",), _support),
    "support_report": (YearReport, ("support__entry__contest",), _report),
}


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    """Lines for the events of the contests this viewer may see; a sealed entry is told without its body."""
    ids = {parse(event.subject)[1] for event in events if event.subject.startswith("dure:contest:")}
    contests = {row.urn: row for row in Contest.objects.visible_to(viewer).filter(pk__in=ids)}
    things = _things(events, viewer)
    actors = resolve([urn("body", event.actor_body_id) for event in events if event.actor_body_id], viewer)
    mine = _judges(events, viewer)
    lines: dict[int, Line] = {}
    for event in events:
        contest = contests.get(event.subject)
        if contest is None or contest.state == State.DRAFT:
            continue
        actor = actors.get(urn("body", event.actor_body_id)) if event.actor_body_id else None
        who, url, text = actor.title if actor else "", contest.get_absolute_url(), ""
        if event.type in PLAIN:
            text = PLAIN[event.type]()
        elif event.type in JUDGES and (viewer.reads_for(contest.body_id) or event.data.get("judge") in mine):
            text, who = JUDGES[event.type](), ""
        elif event.thing in things:
            thing = things[event.thing]
            text, url = THINGS[event.thing.split(":")[1]][2](event, thing), thing.get_absolute_url()
        elif event.type == "contests.entry.handed_in":
            text, who = _("응모가 1건 들어왔습니다."), ""
        if text:
            lines[event.seq] = Line(event.seq, event.at, text, who, url, event.type)
    return lines


def _things(events: Sequence[Event], viewer: Viewer) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, (model, related, _words) in THINGS.items():
        ids = [parse(event.thing)[1] for event in events if event.thing.startswith(f"dure:{kind}:")]
        if ids:
            rows = model._default_manager.visible_to(viewer).filter(pk__in=ids).select_related(*related)
            found |= {row.urn: row for row in rows}
    return found


def _judges(events: Sequence[Event], viewer: Viewer) -> set[str]:
    ids = {event.data["judge"] for event in events if "judge" in event.data}
    if not ids or viewer.person_id is None:
        return set()
    return {str(pk) for pk in Judge.objects.filter(pk__in=ids, person_id=viewer.person_id).values_list("pk", flat=True)}


def resolve_contests(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Contest.objects.visible_to(viewer).filter(pk__in=ids)
    return {row.pk: _link(row) for row in rows}


def _link(row: Contest) -> Link:
    draft = row.state == State.DRAFT
    url = reverse("contests:prepare", args=[row.pk]) if draft else row.get_absolute_url()
    return Link(row.urn, row.title or _("제목 없는 공모"), url, str(row.get_state_display()))


def resolver(kind: str) -> Callable[[Sequence[UUID], Viewer], Mapping[UUID, Link]]:
    """For entries, supports and yearly reports: each is called as its entry is."""
    model, related, _words = THINGS[kind]

    def resolve_things(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
        rows = model._default_manager.visible_to(viewer).filter(pk__in=ids).select_related(*related)
        return {
            row.pk: Link(row.urn, _title(row), row.get_absolute_url(), str(row.get_state_display())) for row in rows
        }

    return resolve_things


def _title(row: Entry | Support | YearReport) -> str:
    if isinstance(row, Entry):
        return row.title
    return row.entry.title if isinstance(row, Support) else row.support.entry.title
