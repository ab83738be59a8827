"""Whom what happened concerns: officers of the bodies asked, of the asking body, of who wrote a need."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from dure.bodies.queries import officers_of
from dure.core.links import parse
from dure.core.models import Event
from dure.core.notices import notify
from dure.needs.models import AskedBody, Need, NeedsAnswer, NeedsSurvey


def tell_the_asked(event: Event) -> None:
    """A survey opened, got more time, or was taken back; and reminders, only to those who have not answered."""
    asked = AskedBody.objects.filter(survey=parse(event.subject)[1])
    if event.type in ("needs.survey.reminded", "needs.survey.extended"):
        asked = asked.exclude(
            body_id__in=NeedsAnswer.objects.filter(survey_id=parse(event.subject)[1]).values("body_id")
        )
    _tell(asked.values_list("body_id", flat=True), event)


def tell_the_asker(event: Event) -> None:
    """Answers, objections, the survey closed by itself, and the promised day that went by."""
    survey = NeedsSurvey.objects.filter(pk=parse(event.subject)[1]).first()
    if survey is not None and event.actor_body_id != survey.body_id:
        _tell([survey.body_id], event)


def tell_the_writers(event: Event) -> None:
    """Who wrote a need hears where it went, of its answer, of what became of it, and of the reply to an objection."""
    need = Need.objects.filter(pk=parse(event.thing)[1]).first()
    if need is None:
        return
    writers: set[UUID] = set()
    level = [need.pk]
    while level:
        rows = Need.objects.filter(pk__in=level)
        writers |= set(rows.exclude(answer=None).values_list("answer__body_id", flat=True))
        beneath = Need.objects.filter(Q(merged_into__in=level) | Q(merges__result__in=level))
        level = list(beneath.distinct().values_list("pk", flat=True))
    _tell(writers - {event.actor_body_id}, event)


def tell_all_who_answered(event: Event) -> None:
    _tell(NeedsAnswer.objects.filter(survey=parse(event.subject)[1]).values_list("body_id", flat=True), event)


def _tell(bodies: Iterable[UUID | None], event: Event) -> None:
    people = {person for body in bodies if body for person in officers_of(body)}
    notify(people, event)
