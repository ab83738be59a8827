"""What happens at the company desk in words, and what its URNs resolve to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core.events import Line
from dure.core.links import Link, parse, resolve
from dure.core.models import Event
from dure.core.viewer import Viewer
from dure.reports.models import CareApproval, FeedbackMeeting, RuleChange, Visit

EVENTS_OUT = {
    "reports.company.care_assigned": gettext_lazy("회사의 담당자를 정함"),
    "reports.company.care_ended": gettext_lazy("회사의 담당자를 두지 않기로 함"),
    "reports.company.approval": gettext_lazy("회사가 돌볼 기관을 받아들이거나 받아들이지 않음"),
    "reports.company.visit_planned": gettext_lazy("회사를 찾아가기로 함"),
    "reports.company.visit_moved": gettext_lazy("회사를 찾아갈 날을 바꿈"),
    "reports.company.visit_dropped": gettext_lazy("회사를 찾아가지 않기로 함"),
    "reports.company.visited": gettext_lazy("회사를 찾아감"),
    "reports.company.visit_answered": gettext_lazy("찾아가서 약속한 것에 답함"),
    "reports.company.rule_collected": gettext_lazy("고칠 규정을 모음"),
    "reports.company.rule_moved": gettext_lazy("규정 개선 제안이 한 걸음 나아감"),
    "reports.company.meeting_planned": gettext_lazy("기업 간담회를 잡음"),
    "reports.company.meeting_changed": gettext_lazy("기업 간담회의 날이나 곳을 바꿈"),
    "reports.company.meeting_gathered": gettext_lazy("기업 간담회의 안건을 더 모음"),
    "reports.company.invited": gettext_lazy("기업 간담회에 회사를 초대함"),
    "reports.company.invitation_answered": gettext_lazy("기업 간담회 초대에 답함"),
    "reports.company.item_answered": gettext_lazy("기업 간담회의 안건에 답함"),
    "reports.company.meeting_held": gettext_lazy("기업 간담회를 마침"),
}


def _visit(event: Event) -> str:
    day = event.data.get("on", "")
    return {
        "reports.company.visit_planned": _("회사를 찾아가기로 했습니다: %(on)s") % {"on": day},
        "reports.company.visit_moved": _("회사를 찾아갈 날이나 곳을 바꾸었습니다: %(on)s") % {"on": day},
        "reports.company.visit_dropped": _("잡았던 방문을 하지 않기로 했습니다."),
        "reports.company.visited": _("회사를 찾아가 들었습니다: %(on)s") % {"on": day},
        "reports.company.visit_answered": _("찾아가서 약속한 것에 답했습니다."),
    }[event.type]


def _care(event: Event) -> str:
    return {
        "reports.company.care_assigned": _("회사의 담당자를 정했습니다."),
        "reports.company.care_ended": _("회사의 담당자를 더 두지 않기로 했습니다."),
    }[event.type]


def _approval(event: Event) -> str:
    return {
        CareApproval.State.ASKED: _("회사를 돌보아도 되는지 여쭈었습니다."),
        CareApproval.State.ACCEPTED: _("회사가 돌볼 기관을 받아들였습니다."),
        CareApproval.State.REFUSED: _("회사가 돌볼 기관을 받아들이지 않았습니다."),
        CareApproval.State.ENDED: _("회사가 돌보는 것을 그만두게 했습니다."),
    }[event.data["state"]]


def _rule(event: Event) -> str:
    if event.type == "reports.company.rule_collected":
        return _("고쳐야 할 규정으로 모았습니다.")
    state = RuleChange.State(event.data["state"]).label
    return _("규정 개선 제안: %(state)s (%(on)s)") % {"state": state, "on": event.data.get("on", "")}


def _meeting(event: Event) -> str:
    day = event.data.get("on", "")
    if event.type == "reports.company.invitation_answered":
        coming = event.data.get("coming")
        return _("초대받은 회사가 오겠다고 했습니다.") if coming else _("초대받은 회사가 오지 못한다고 했습니다.")
    return {
        "reports.company.meeting_planned": _("기업 간담회를 잡았습니다: %(on)s") % {"on": day},
        "reports.company.meeting_changed": _("기업 간담회의 날이나 곳을 바꾸었습니다: %(on)s") % {"on": day},
        "reports.company.meeting_gathered": _("안건을 더 모았습니다."),
        "reports.company.invited": _("기업 간담회에 초대했습니다: %(on)s") % {"on": day},
        "reports.company.item_answered": _("안건에 답을 적었습니다."),
        "reports.company.meeting_held": _("기업 간담회를 마치고 회의록을 남겼습니다."),
    }[event.type]


VISITS = {type for type in EVENTS_OUT if ".visit" in type}
CARES = {"reports.company.care_assigned", "reports.company.care_ended"}
LINES = dict.fromkeys(VISITS, _visit)
"""On a report's timeline: the room asks for these."""


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    """Lines for what stands on a company's, a proposal's or a meeting's timeline."""
    ours = [e for e in events if e.type in EVENTS_OUT and not e.subject.startswith("dure:report:")]
    if not ours:
        return {}
    visits = _visits({e.thing for e in ours if e.type in VISITS}, viewer)
    wanted = {e.subject for e in ours} | {f"dure:body:{e.actor_body_id}" for e in ours if e.actor_body_id}
    links = resolve(wanted, viewer)
    lines: dict[int, Line] = {}
    for event in ours:
        link = links.get(event.subject)
        actor = links.get(f"dure:body:{event.actor_body_id}")
        url = link.url if link else ""
        held = None
        if event.type in VISITS:
            found = visits.get(event.thing)
            if found is None:
                continue
            text, held, url = _visit(event), found[1], found[0].get_absolute_url()
        elif link is None:
            continue
        elif event.type in CARES:
            text = _care(event)
        elif event.type == "reports.company.approval":
            text = _approval(event)
        elif event.subject.startswith("dure:rule_change:"):
            text = _rule(event)
        else:
            text = _meeting(event)
        lines[event.seq] = Line(event.seq, event.at, text, actor.title if actor else "", url, event.type, held)
    return lines


def _visits(urns: set[str], viewer: Viewer) -> dict[str, tuple[Visit, Any]]:
    """{urn: (visit, what stands in its place or None)} of those the viewer may know of."""
    rows = Visit.objects.filter(pk__in=[parse(urn)[1] for urn in urns])
    seen = {row.urn: (row, None) for row in rows.visible_to(viewer)} if urns else {}
    hidden = {row.urn: (row, row.withheld) for row in rows.withheld_from(viewer)} if urns else {}
    return {**hidden, **seen}


def resolve_visits(ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, Link]:
    rows = Visit.objects.visible_to(viewer).filter(pk__in=ids).select_related("company", "body")
    return {
        row.pk: Link(row.urn, f"{row.company.name} · {row.get_kind_display()}", row.get_absolute_url(), row.body.name)
        for row in rows
    }


def resolve_rules(ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, Link]:
    rows = RuleChange.objects.visible_to(viewer).filter(pk__in=ids)
    return {row.pk: Link(row.urn, row.title, row.get_absolute_url(), str(row.get_state_display())) for row in rows}


def resolve_meetings(ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, Link]:
    rows = FeedbackMeeting.objects.visible_to(viewer).filter(pk__in=ids).select_related("body")
    return {
        row.pk: Link(row.urn, f"{row.body.name} · {row.title}", row.get_absolute_url(), str(row.get_state_display()))
        for row in rows
    }


def company_page(slug: str) -> str:
    return reverse("reports:company_of", args=[slug])
