"""Meetings as one viewer may read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page as NumberedPage
from django.core.paginator import Paginator

from dure.bodies.models import Membership
from dure.collaboration import parties
from dure.collaboration.models import Collaboration
from dure.collaboration.workspace.models import AgendaItem, Attendance, Meeting, MinutesRevision
from dure.collaboration.workspace.words import Block, blocks
from dure.core import clock
from dure.core.keyset import Page
from dure.core.keyset import page as page_of
from dure.core.links import Link, resolve
from dure.core.models import Event
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld

A_PAGE = 20


@dataclass(frozen=True)
class Meetings:
    """`coming` are those not over, the next first; `past` one page of the others and of the cancelled, newest first."""

    coming: Sequence[Meeting]
    past: NumberedPage[Meeting]
    closed: Sequence[Withheld]


@dataclass(frozen=True)
class BodyAttendance:
    """One invited party: how many come, how many were there; `people` only for those who work here."""

    body: Any
    coming: int
    not_coming: int
    was_there: int
    people: Sequence[Attendance]


@dataclass(frozen=True)
class MeetingPage:
    meeting: Meeting
    agenda: Sequence[AgendaItem]
    attendance: Sequence[BodyAttendance]
    my_answer: str
    may_answer: bool
    may_attend: Sequence[tuple[UUID, str, bool]]
    minutes: Sequence[Block]
    revisions: Sequence[MinutesRevision]
    decisions: Sequence[Link]


def meetings(viewer: Viewer, collaboration: Collaboration, *, page: int = 1) -> Meetings:
    rows = Meeting.objects.filter(collaboration=collaboration)
    seen = rows.visible_to(viewer).select_related("collaboration").prefetch_related("invited__body")
    now = clock.now()
    coming = list(seen.filter(ends_at__gt=now, cancelled_at=None).order_by("starts_at", "pk"))
    past = seen.exclude(ends_at__gt=now, cancelled_at=None).order_by("-starts_at", "-pk")
    found = Paginator(past, A_PAGE).get_page(page)
    found.object_list = list(found.object_list)
    _dress(viewer, [*coming, *found.object_list])
    return Meetings(coming, found, [row.withheld for row in rows.withheld_from(viewer)])


def meeting_keyset(viewer: Viewer, collaboration: Collaboration, *, after: str, limit: int) -> Page[Any]:
    """For programs: the latest first, paged by key."""
    rows = Meeting.objects.visible_to(viewer).filter(collaboration=collaboration)
    rows = rows.select_related("collaboration").prefetch_related("invited__body")
    return page_of(rows, order=("-starts_at", "-id"), after=after, limit=limit, name="meetings")


def _dress(viewer: Viewer, found: Sequence[Meeting]) -> None:
    """Each meeting with `my_answer`: '' where the viewer has not answered."""
    answers = {}
    if viewer.person_id:
        mine = Attendance.objects.filter(person_id=viewer.person_id, meeting__in=found)
        answers = dict(mine.values_list("meeting_id", "answer"))
    for meeting in found:
        meeting.my_answer = answers.get(meeting.pk, "")  # type: ignore[attr-defined]


def meeting_page(viewer: Viewer, meeting: Meeting) -> MeetingPage:
    """Names of those who come are for the parties; everybody reads how many of each party."""
    rows = list(meeting.attendance.select_related("person").order_by("person__name"))
    is_party = parties.is_party(viewer, meeting.collaboration)
    invited = list(meeting.invited.select_related("body").order_by("body__name_ko"))
    # Who answered for a party that is no longer invited stays in the record.
    bodies = {row.body_id: row.body for row in invited}
    attendance = []
    for body_id, body in bodies.items():
        own = [row for row in rows if row.body_id == body_id]
        attendance.append(
            BodyAttendance(
                body,
                sum(row.answer == Attendance.Answer.COMING for row in own),
                sum(row.answer == Attendance.Answer.NOT_COMING for row in own),
                sum(row.was_there for row in own),
                own if is_party else (),
            )
        )
    mine = next((row.answer for row in rows if row.person_id == viewer.person_id and viewer.person_id), "")
    there = {row.person_id for row in rows if row.was_there}
    could: list[tuple[UUID, str, bool]] = []
    if is_party:
        could = [(m.person_id, f"{m.person.name} · {m.body.name}", m.person_id in there) for m in people_of(bodies)]
    links = resolve(meeting.decisions, viewer)
    return MeetingPage(
        meeting=meeting,
        agenda=list(meeting.agenda.select_related("body")),
        attendance=attendance,
        my_answer=mine,
        may_answer=viewer.person_id is not None and viewer.may_act_for(viewer.body_id) and viewer.body_id in bodies,
        may_attend=could,
        minutes=blocks(meeting.minutes),
        revisions=list(meeting.minutes_revisions.select_related("body")),
        decisions=[links[urn] for urn in meeting.decisions if urn in links],
    )


def people_of(bodies: Iterable[UUID]) -> list[Membership]:
    """Those who act for these bodies today, by body and name; one row for each person."""
    rows = Membership.objects.valid_on(clock.today()).filter(body_id__in=list(bodies), role__in=["head", "officer"])
    found: dict[UUID, Membership] = {}
    for row in rows.select_related("person", "body").order_by("body__name_ko", "person__name", "pk"):
        found.setdefault(row.person_id, row)
    return list(found.values())


def may_attend(meeting: Meeting) -> dict[UUID, UUID]:
    """{person: body} of those who may have been at a meeting: who acts for an invited party, and who answered."""
    bodies = meeting.invited.values_list("body_id", flat=True)
    could = {row.person_id: row.body_id for row in people_of(bodies)}
    return could | dict(Attendance.objects.filter(meeting=meeting).values_list("person_id", "body_id"))


def proposals_of(viewer: Viewer, collaboration: Collaboration) -> list[Link]:
    """The proposals the parties decide on here, as links: found by their events, whoever keeps them."""
    rows = Event.objects.filter(subject=collaboration.urn, thing__startswith="dure:proposal:")
    urns = list(dict.fromkeys(rows.order_by("-seq").values_list("thing", flat=True)[:200]))
    found = resolve(urns, viewer)
    return [found[urn] for urn in urns if urn in found]
