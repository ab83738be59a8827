"""Whom an event concerns."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from dure.bodies.queries import officers_of
from dure.contests.models import Contest, Entry, EntryBody, Judge, Support, YearReport
from dure.core.links import parse
from dure.core.models import Event
from dure.core.notices import notify


def tell_the_organiser(event: Event) -> None:
    """Officers of the organising body learn of entries, judges' answers, goals and reports."""
    contest = Contest.objects.filter(pk=parse(event.subject)[1]).first()
    if contest is not None and event.actor_body_id != contest.body_id:
        notify(officers_of(contest.body_id), event)


def tell_the_entrants(event: Event) -> None:
    """Officers of the bodies of the entry that something is about; of all entries where it is about the contest."""
    rows = EntryBody.objects.filter(entry__state=Entry.State.HANDED_IN)
    entry_id = _entry_of(event)
    rows = rows.filter(entry_id=entry_id) if entry_id else rows.filter(entry__contest=parse(event.subject)[1])
    _tell({body for body in rows.values_list("body_id", flat=True) if body != event.actor_body_id}, event)


def tell_the_judges(event: Event) -> None:
    """Those who judge, or are asked to."""
    rows = Judge.objects.filter(contest=parse(event.subject)[1], person__isnull=False)
    rows = rows.filter(pk=event.data["judge"]) if "judge" in event.data else rows.filter(state=Judge.State.ACCEPTED)
    # The invitation itself is a letter with a link; a notice beside it needs no second one.
    mail = event.type != "contests.judge.invited"
    notify(list(rows.values_list("person_id", flat=True)), event, mail=mail)


def _tell(bodies: Iterable[UUID], event: Event) -> None:
    notify({person for body in bodies for person in officers_of(body)}, event)


def _entry_of(event: Event) -> UUID | None:
    if not event.thing:
        return None
    kind, id = parse(event.thing)
    if kind == "support":
        return Support.objects.filter(pk=id).values_list("entry_id", flat=True).first()
    if kind == "support_report":
        return YearReport.objects.filter(pk=id).values_list("support__entry_id", flat=True).first()
    return id
