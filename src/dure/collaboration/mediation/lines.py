"""How events of a mediation read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.collaboration.mediation.models import (
    Dispute,
    DisputeStatement,
    Evidence,
    Hearing,
    MediationAnswer,
    MediationProposal,
    Mediator,
    Result,
)
from dure.collaboration.mediation.terms import BY_CODE
from dure.collaboration.mediation.words import PARTS
from dure.collaboration.parts import Kept
from dure.core.events import Line
from dure.core.links import Link, parse
from dure.core.models import Event
from dure.core.viewer import Viewer

THINGS: Mapping[str, Kept] = {
    "dispute": Kept(Dispute, gettext_lazy("갈등 조정 1건")),
    "dispute_statement": Kept(DisputeStatement, gettext_lazy("갈등 조정의 입장 1건"), ("body",)),
    "dispute_evidence": Kept(Evidence, gettext_lazy("갈등 조정의 자료 1건")),
    "hearing": Kept(Hearing, gettext_lazy("조정 자리 1건")),
    "mediation_proposal": Kept(MediationProposal, gettext_lazy("조정안 1건")),
    "mediation_answer": Kept(MediationAnswer, gettext_lazy("조정안의 답 1건"), ("body",)),
}


def _short(text: str) -> str:
    return Truncator(text).chars(80)


def _referred(event: Event, dispute: Dispute) -> str:
    names = ", ".join(str(PARTS.get(part, part)) for part in event.data.get("parts", []))
    words = _("갈등의 조정을 청했습니다: %(title)s. 그동안 멈추는 일: %(parts)s")
    return words % {"title": _short(dispute.title), "parts": names}


def _closed(event: Event, dispute: Dispute) -> str:
    return _("갈등 조정을 마쳤습니다: %(result)s") % {"result": Result(event.data["result"]).label}


def _due(event: Event, dispute: Dispute) -> str:
    step = BY_CODE.get(event.data.get("step", ""))
    if step is None:
        return ""
    return _("조정의 기한이 다가옵니다: %(what)s (%(day)s까지)") % {"what": step.label, "day": event.data["due"]}


def _answered(event: Event, answer: MediationAnswer) -> str:
    if answer.accepts:
        return _("조정안을 받아들였습니다.")
    return _("조정안을 받아들이지 않았습니다: %(why)s") % {"why": _short(answer.reason)}


LINES: Mapping[str, Callable[[Event, Any], str]] = {
    "collaboration.dispute.referred": _referred,
    "collaboration.dispute.stated": lambda e, t: (
        _("갈등에 대한 입장을 밝혔습니다.") if e.data.get("first") else _("갈등에 대한 입장을 고쳤습니다.")
    ),
    "collaboration.dispute.word": lambda e, t: _("위원 뽑기에 섞을 말을 봉해 넣었습니다."),
    "collaboration.dispute.evidence": lambda e, t: _("조정에 자료를 올렸습니다: %(note)s") % {"note": _short(t.note)},
    "collaboration.dispute.drawn": lambda e, t: (
        _("제비를 뽑아 조정위원 %(n)s명을 정했습니다. 맡을지 답을 기다립니다.") % {"n": e.data["size"]}
    ),
    "collaboration.dispute.short": lambda e, t: (
        _("조정위원회를 꾸릴 수 없습니다. 모자란 사람 %(people)s명, 모자란 분야 %(fields)s개.")
        % {"people": e.data["people"], "fields": e.data["fields"]}
    ),
    "collaboration.dispute.again": lambda e, t: _("조정위원을 다시 뽑기로 했습니다."),
    "collaboration.dispute.seat_taken": lambda e, t: _("조정위원 한 사람이 맡기로 했습니다."),
    "collaboration.dispute.seat_declined": lambda e, t: (
        _("뽑힌 사람이 이해관계를 밝히고 맡지 않았습니다.")
        if e.data.get("conflict")
        else _("뽑힌 사람이 사양했습니다.")
    ),
    "collaboration.dispute.seat_left": lambda e, t: _("조정위원 한 사람이 물러났습니다."),
    "collaboration.dispute.replaced": lambda e, t: (
        _("뽑힌 차례에 따라 다음 %(n)s명에게 청했습니다.") % {"n": e.data["seats"]}
    ),
    "collaboration.dispute.ballot": lambda e, t: _("위원장 투표가 같은 표로 나와 다시 투표합니다."),
    "collaboration.dispute.chair": lambda e, t: (
        _("같은 표라 제비로 위원장을 정했습니다.") if e.data.get("lot") else _("위원들이 위원장을 뽑았습니다.")
    ),
    "collaboration.dispute.hearing_set": lambda e, t: (
        _("조정 자리를 정했습니다: %(place)s") % {"place": _short(t.place)}
        if e.data.get("first")
        else _("조정 자리를 바꾸었습니다: %(place)s") % {"place": _short(t.place)}
    ),
    "collaboration.dispute.hearing_held": lambda e, t: _("조정 자리에서 오간 이야기를 적었습니다."),
    "collaboration.dispute.hearing_cancelled": lambda e, t: (
        _("조정 자리를 취소했습니다: %(why)s") % {"why": _short(t.note)}
    ),
    "collaboration.dispute.drafted": lambda e, t: _("조정안의 초안을 썼습니다.") if t.put_at is None else "",
    "collaboration.dispute.approved": lambda e, t: (
        _("조정안의 초안에 찬성했습니다(%(n)s/%(m)s).") % {"n": e.data["for"], "m": e.data["needed"]}
        if t.put_at is None
        else ""
    ),
    "collaboration.dispute.proposed": lambda e, t: (
        _("조정위원회가 조정안을 냈습니다: %(text)s") % {"text": _short(t.text)}
    ),
    "collaboration.dispute.answered": _answered,
    "collaboration.dispute.agreed": lambda e, t: _("당사자끼리 뜻을 모은 것을 확인했습니다."),
    "collaboration.dispute.closed": _closed,
    "collaboration.dispute.due": _due,
}

EVENTS: Mapping[str, Any] = {
    "collaboration.mediator.registered": gettext_lazy("조정위원을 명부에 올림"),
    "collaboration.mediator.accepted": gettext_lazy("조정위원 위촉을 수락함"),
    "collaboration.mediator.declined": gettext_lazy("조정위원 위촉을 사양함"),
    "collaboration.mediator.resigned": gettext_lazy("조정위원이 명부에서 물러남"),
    "collaboration.mediator.interest": gettext_lazy("조정위원이 이해관계를 밝힘"),
    "collaboration.mediator.interest_ended": gettext_lazy("조정위원의 이해관계가 끝남"),
    "collaboration.dispute.referred": gettext_lazy("갈등의 조정을 청함"),
    "collaboration.dispute.stated": gettext_lazy("갈등에 대한 입장을 밝힘"),
    "collaboration.dispute.word": gettext_lazy("위원 뽑기에 섞을 말을 넣음"),
    "collaboration.dispute.evidence": gettext_lazy("조정에 자료를 올림"),
    "collaboration.dispute.drawn": gettext_lazy("조정위원을 뽑음"),
    "collaboration.dispute.short": gettext_lazy("조정위원회를 꾸릴 수 없음"),
    "collaboration.dispute.again": gettext_lazy("조정위원을 다시 뽑기로 함"),
    "collaboration.dispute.seat_taken": gettext_lazy("조정위원을 맡음"),
    "collaboration.dispute.seat_declined": gettext_lazy("조정위원을 맡지 않음"),
    "collaboration.dispute.seat_left": gettext_lazy("조정위원이 물러남"),
    "collaboration.dispute.replaced": gettext_lazy("다음 차례의 사람에게 청함"),
    "collaboration.dispute.chair_voted": gettext_lazy("위원장 투표를 함"),
    "collaboration.dispute.ballot": gettext_lazy("위원장을 다시 투표함"),
    "collaboration.dispute.chair": gettext_lazy("위원장을 뽑음"),
    "collaboration.dispute.hearing_set": gettext_lazy("조정 자리를 정함"),
    "collaboration.dispute.hearing_held": gettext_lazy("조정 자리의 기록을 씀"),
    "collaboration.dispute.hearing_cancelled": gettext_lazy("조정 자리를 취소함"),
    "collaboration.dispute.drafted": gettext_lazy("조정안의 초안을 씀"),
    "collaboration.dispute.approved": gettext_lazy("조정안의 초안에 찬성함"),
    "collaboration.dispute.proposed": gettext_lazy("조정안을 냄"),
    "collaboration.dispute.answered": gettext_lazy("조정안에 답함"),
    "collaboration.dispute.agreed": gettext_lazy("당사자끼리 뜻을 모음"),
    "collaboration.dispute.closed": gettext_lazy("갈등 조정을 마침"),
    "collaboration.dispute.due": gettext_lazy("조정의 기한이 다가옴"),
}

_OF_ROSTER: Mapping[str, Any] = {
    "collaboration.mediator.registered": gettext_lazy("조정위원으로 모시려 합니다. 맡을지 답해 주세요."),
    "collaboration.mediator.accepted": gettext_lazy("조정위원 위촉을 수락했습니다."),
    "collaboration.mediator.declined": gettext_lazy("조정위원 위촉을 사양했습니다."),
    "collaboration.mediator.resigned": gettext_lazy("조정위원 명부에서 물러났습니다."),
}


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    """Events of the roster, for those who may see the entry."""
    ours = [event for event in events if event.type in _OF_ROSTER]
    if not ours:
        return {}
    links = {link.urn: link for link in resolve_mediators([parse(e.subject)[1] for e in ours], viewer).values()}
    return {
        event.seq: Line(
            event.seq,
            event.at,
            str(_OF_ROSTER[event.type]),
            links[event.subject].title,
            links[event.subject].url,
            event.type,
        )
        for event in ours
        if event.subject in links
    }


def resolve_mediators(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Mediator.objects.visible_to(viewer).filter(pk__in=ids)
    return {row.pk: Link(row.urn, row.name, row.get_absolute_url(), str(row.get_field_display())) for row in rows}
