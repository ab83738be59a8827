"""How this room's events read on a survey's timeline, for one viewer at this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from dure.core.events import Line
from dure.core.links import Link, parse, resolve, urn
from dure.core.models import Event
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.needs.models import Need, NeedsAnswer, NeedsSurvey

Words = Callable[[Event, Any], str]


def short(text: str) -> str:
    return Truncator(text).chars(80)


def _verdict(event: Event, need: Need) -> str:
    label = Need.Verdict(event.data["verdict"]).label
    return _("‘%(need)s’에 답했습니다: %(verdict)s") % {"need": short(need.title), "verdict": label}


def _outcome(event: Event, need: Need) -> str:
    label = Need.Outcome(event.data["outcome"]).label
    return _("‘%(need)s’의 지금: %(outcome)s") % {"need": short(need.title), "outcome": label}


def _of(text: Callable[[], str]) -> Words:
    return lambda event, need: text() % {"need": short(need.title)}


TEXTS: Mapping[str, Words] = {
    "needs.survey.opened": lambda e, t: _("수요조사를 시작했습니다. 물은 기관 %(n)s곳") % {"n": e.data["asked"]},
    "needs.survey.extended": lambda e, t: _("마감을 %(day)s로 늘렸습니다.") % {"day": e.data["until"]},
    "needs.survey.sorting": lambda e, t: _("답을 모두 받고 정리를 시작했습니다."),
    "needs.survey.answered": lambda e, t: _("모든 수요에 답을 마쳤습니다."),
    "needs.survey.withdrawn": lambda e, t: _("수요조사를 거두었습니다."),
    "needs.survey.overdue": lambda e, t: _("답을 약속한 날이 지났습니다."),
    "needs.survey.reminded": lambda e, t: (
        _("마감이 %(day)s입니다. 아직 답하지 않은 기관에 알렸습니다.") % {"day": e.data["until"]}
    ),
    "needs.answer.given": lambda e, t: _("%(body)s의 답이 들어왔습니다.") % {"body": t.body.name},
    "needs.answer.changed": lambda e, t: _("%(body)s의 답이 고쳐졌습니다.") % {"body": t.body.name},
    "needs.merged": _of(lambda: _("수요를 합쳤습니다: ‘%(need)s’")),
    "needs.merge.undone": _of(lambda: _("합치기를 되돌렸습니다: ‘%(need)s’")),
    "needs.need.split": _of(lambda: _("합친 수요에서 떼어 냈습니다: ‘%(need)s’")),
    "needs.objected": _of(lambda: _("합친 것에 이의가 있습니다: ‘%(need)s’")),
    "needs.objection.replied": _of(lambda: _("이의에 답했습니다: ‘%(need)s’")),
    "needs.need.answered": _verdict,
    "needs.need.outcome": _outcome,
    "needs.need.linked": _of(lambda: _("협업에 이었습니다: ‘%(need)s’")),
    "needs.need.unlinked": _of(lambda: _("협업과의 이음을 풀었습니다: ‘%(need)s’")),
}


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    """Lines for the events of surveys the viewer may see; a withheld answer leaves only that there is one."""
    surveys = {row.urn: row for row in _rows(NeedsSurvey, [event.subject for event in events], viewer)}
    things = [event.thing for event in events]
    seen: dict[str, Any] = {row.urn: row for row in _rows(NeedsAnswer, things, viewer, "body")}
    seen |= {row.urn: row for row in _rows(Need, things, viewer)}
    closed = _closed(things, seen, viewer)
    actors = resolve([urn("body", e.actor_body_id) for e in events if e.actor_body_id], viewer)
    lines = {}
    for event in events:
        survey, words = surveys.get(event.subject), TEXTS.get(event.type)
        if survey is None or words is None:
            continue
        page = survey.get_absolute_url()
        if event.thing in closed:
            words_, of = closed[event.thing]
            lines[event.seq] = Line(event.seq, event.at, words_, "", page, event.type, of)
            continue
        thing = seen.get(event.thing)
        if event.thing and thing is None:
            continue
        actor = actors.get(urn("body", event.actor_body_id)) if event.actor_body_id else None
        url = reverse("needs:need", args=[survey.receipt, thing.pk]) if isinstance(thing, Need) else page
        lines[event.seq] = Line(event.seq, event.at, words(event, thing), actor.title if actor else "", url, event.type)
    return lines


def _closed(things: Sequence[str], seen: Mapping[str, Any], viewer: Viewer) -> dict[str, tuple[str, Withheld]]:
    """What stands in the place of withheld answers, and of needs that stand in one."""
    answers = _ids(NeedsAnswer, things)
    needs = [id for id in _ids(Need, things) if urn("need", id) not in seen]
    if not answers and not needs:
        return {}
    held = NeedsAnswer.objects.withheld_from(viewer)
    found = {row.urn: (_("답 1건"), row.withheld) for row in held.filter(pk__in=answers)} if answers else {}
    rows = Need.objects.filter(pk__in=needs, answer__in=held.values("pk")).select_related("answer") if needs else []
    return found | {row.urn: (_("수요 1건"), row.answer.withheld) for row in rows}


def _ids(model: Any, urns: Sequence[str]) -> list[UUID]:
    return [parse(text)[1] for text in set(urns) if text.startswith(f"dure:{model.urn_kind}:")]


def _rows(model: Any, urns: Sequence[str], viewer: Viewer, *related: str) -> list[Any]:
    ids = _ids(model, urns)
    if not ids:
        return []
    rows = model.objects.visible_to(viewer).filter(pk__in=ids)
    return list(rows.select_related(*related) if related else rows)


def resolve_surveys(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = NeedsSurvey.objects.visible_to(viewer).filter(pk__in=ids).select_related("body")
    return {
        row.pk: Link(
            row.urn,
            row.title or _("제목 없는 수요조사"),
            reverse("needs:edit", args=[row.pk]) if row.state == "draft" else row.get_absolute_url(),
            f"{row.body.name} · {row.get_state_display()}",
        )
        for row in rows
    }


def resolve_needs(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Need.objects.visible_to(viewer).filter(pk__in=ids).select_related("survey")
    return {
        row.pk: Link(row.urn, row.title, reverse("needs:need", args=[row.survey.receipt, row.pk]), row.survey.title)
        for row in rows
    }


def resolve_answers(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = NeedsAnswer.objects.visible_to(viewer).filter(pk__in=ids).select_related("survey", "body")
    return {
        row.pk: Link(row.urn, row.survey.title, f"{row.survey.get_absolute_url()}#answer-{row.pk}", row.body.name)
        for row in rows
    }
