"""Meetings: called, changed, cancelled, answered, and what was said there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration.models import Collaboration
from dure.collaboration.workspace import policy
from dure.collaboration.workspace.actions.common import FIRST, LAST, begin, keep, known, locked, narrow
from dure.collaboration.workspace.models import AgendaItem, Attendance, Meeting, MeetingBody, MinutesRevision
from dure.collaboration.workspace.queries import may_attend, proposals_of
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

MOST_AGENDA = 20
LONGEST_MINUTES = 20_000
LONGEST_MEETING = timedelta(days=7)
_is_address = URLValidator(schemes=["https", "http"])


def meeting_call(
    *, by: Viewer, id: UUID, meeting_id: UUID, fields: Mapping[str, Any], visibility: Mapping[str, Any] | None = None
) -> Meeting:
    """Call a meeting: `fields` title, place, link, starts_at, ends_at (moments), bodies (ids of the parties invited),
    agenda (sequence of {"text", "body" (id or None)}). Those who act for the parties get a calendar invitation.

    The same `meeting_id` again changes nothing. Refused: not_allowed, conflict, invalid (with the field).
    """
    with transaction.atomic():
        collaboration = begin(by, id)
        made = known(Meeting, by, collaboration, meeting_id)
        if made:
            return made
        assert by.body_id
        meeting = Meeting(pk=meeting_id, collaboration=collaboration, body_id=by.body_id, person_id=by.person_id)
        _fill(meeting, fields)
        bodies, agenda = _bodies(collaboration, fields, set()), _agenda(collaboration, fields, set())
        meeting.save(force_insert=True)
        _put(meeting, bodies, agenda)
        narrow(by, meeting, visibility)
        record(by=by, type="collaboration.meeting.called", subject=meeting.about, thing=meeting.urn, data=_at(meeting))
    return meeting


def meeting_change(*, by: Viewer, id: UUID, fields: Mapping[str, Any], version: int | None = None) -> Meeting:
    """Change a meeting that is not over: calendars get the new one, parties no longer invited a cancellation."""
    with transaction.atomic():
        meeting = locked(Meeting, by, id, version)
        policy.must_stand(meeting)
        if meeting.is_over:
            raise Refused("conflict", _("이미 끝난 회의입니다. 회의록에 적어 주세요."))
        was = set(meeting.invited.values_list("body_id", flat=True))
        said = list(meeting.agenda.values_list("text", "body_id"))
        before = (meeting.title, meeting.place, meeting.link, meeting.starts_at, meeting.ends_at)
        _fill(meeting, fields)
        bodies = _bodies(meeting.collaboration, fields, was)
        agenda = _agenda(meeting.collaboration, fields, {body for _text, body in said if body})
        after = (meeting.title, meeting.place, meeting.link, meeting.starts_at, meeting.ends_at)
        if before != after or was != bodies or said != agenda:
            meeting.sequence += 1
            keep(meeting)
            _put(meeting, bodies, agenda)
            data = _at(meeting) | {"removed": sorted(str(body) for body in was - bodies)}
            record(by=by, type="collaboration.meeting.changed", subject=meeting.about, thing=meeting.urn, data=data)
    return meeting


def meeting_cancel(*, by: Viewer, id: UUID, reason: str) -> Meeting:
    """Cancel a meeting that is not over, with a reason that everybody reads who reads the meeting."""
    with transaction.atomic():
        meeting = locked(Meeting, by, id)
        policy.must_stand(meeting)
        if meeting.is_over:
            raise Refused("conflict", _("이미 끝난 회의라 취소할 수 없습니다."))
        meeting.cancel_reason = tidy(
            reason, longest=300, field="reason", needed=_("취소하는 까닭을 적어 주세요."), one_line=True
        )
        meeting.cancelled_at = clock.now()
        meeting.sequence += 1
        keep(meeting)
        record(
            by=by, type="collaboration.meeting.cancelled", subject=meeting.about, thing=meeting.urn, data=_at(meeting)
        )
    return meeting


def meeting_answer(*, by: Viewer, id: UUID, answer: str) -> Attendance:
    """Say whether one comes, for oneself. Refused where one's body is not invited, or the meeting is over."""
    with transaction.atomic():
        meeting = locked(Meeting, by, id)
        policy.must_stand(meeting)
        policy.must_be_invited(by, meeting)
        if meeting.is_over:
            raise Refused("conflict", _("이미 끝난 회의입니다."))
        if answer not in Attendance.Answer.values:
            raise Refused("invalid", _("참석하는지 골라 주세요."), "answer")
        row = Attendance.objects.filter(meeting=meeting, person_id=by.person_id).first() or Attendance(
            meeting=meeting, person_id=by.person_id
        )
        changed = row.answer != answer
        row.body_id, row.answer, row.answered_at = by.body_id, answer, clock.now()
        row.save()
        if changed:
            record(by=by, type="collaboration.meeting.answered", subject=meeting.about, thing=meeting.urn)
    return row


def meeting_attended(*, by: Viewer, id: UUID, people: Iterable[UUID]) -> int:
    """Write down who was there, of those who act for the invited parties; returns how many. Only once it has begun."""
    with transaction.atomic():
        meeting = locked(Meeting, by, id)
        policy.must_stand(meeting)
        _must_have_begun(meeting)
        there, could = set(people), may_attend(meeting)
        if there - could.keys():
            raise Refused("invalid", _("초대받은 기관의 사람 가운데서 골라 주세요."), "people")
        rows = {row.person_id: row for row in Attendance.objects.filter(meeting=meeting)}
        for person in there | rows.keys():
            row = rows.get(person) or Attendance(meeting=meeting, person_id=person, body_id=could[person])
            row.was_there = person in there
            row.save()
        data = {"count": len(there)}
        record(by=by, type="collaboration.meeting.attended", subject=meeting.about, thing=meeting.urn, data=data)
    return len(there)


def minutes_write(
    *, by: Viewer, id: UUID, text: str, decisions: Sequence[str] = (), version: int | None = None
) -> Meeting:
    """Write or change the minutes; what they said before is kept. `decisions` are URNs of this collaboration's
    proposals; `version` is the number of the minutes that were changed (0 for none)."""
    with transaction.atomic():
        meeting = locked(Meeting, by, id)
        policy.must_stand(meeting)
        _must_have_begun(meeting)
        if version is not None and version != meeting.minutes_version:
            message = _(
                "그사이에 다른 분이 고쳤습니다. 적으신 것은 그대로 두었으니, 지금 내용을 보고 다시 저장해 주세요."
            )
            raise Refused("conflict", message)
        said = tidy(text, longest=LONGEST_MINUTES, field="text", needed=_("회의록을 적어 주세요."))
        chosen = list(dict.fromkeys(decisions))
        if set(chosen) - {link.urn for link in proposals_of(by, meeting.collaboration)}:
            raise Refused("invalid", _("이 협업의 안건에서 골라 주세요."), "decisions")
        if (said, chosen) == (meeting.minutes, meeting.decisions):
            return meeting
        if meeting.minutes and said != meeting.minutes:
            MinutesRevision.objects.create(
                meeting=meeting,
                before=meeting.minutes,
                body_id=meeting.minutes_body_id,
                written_at=meeting.minutes_at,
            )
        meeting.minutes, meeting.decisions = said, chosen
        meeting.minutes_at, meeting.minutes_body_id = clock.now(), by.body_id
        meeting.minutes_version += 1
        meeting.save()
        data = {"number": meeting.minutes_version}
        record(by=by, type="collaboration.minutes.written", subject=meeting.about, thing=meeting.urn, data=data)
    return meeting


def _must_have_begun(meeting: Meeting) -> None:
    if meeting.starts_at > clock.now():
        raise Refused("conflict", _("회의가 시작된 뒤에 적을 수 있습니다."))


def _at(meeting: Meeting) -> dict[str, Any]:
    return {"sequence": meeting.sequence}


def _fill(meeting: Meeting, fields: Mapping[str, Any]) -> None:
    meeting.title = tidy(
        fields.get("title"), longest=120, field="title", needed=_("무슨 회의인지 적어 주세요."), one_line=True
    )
    meeting.place = tidy(fields.get("place"), longest=300, field="place", one_line=True)
    link = tidy(fields.get("link"), longest=500, field="link", one_line=True)
    if link:
        try:
            _is_address(link)
        except ValidationError as error:
            raise Refused("invalid", _("https:// 로 시작하는 주소를 적어 주세요."), "link") from error
    meeting.link = link
    if not (meeting.place or link):
        raise Refused("invalid", _("모이는 곳이나 화상 회의 주소를 적어 주세요."), "place")
    meeting.starts_at = _moment(fields.get("starts_at"), "starts_at", _("언제 시작하는지 정해 주세요."))
    meeting.ends_at = _moment(fields.get("ends_at"), "ends_at", _("언제 끝나는지 정해 주세요."))
    if meeting.ends_at <= meeting.starts_at:
        raise Refused("invalid", _("끝나는 때가 시작하는 때보다 뒤여야 합니다."), "ends_at")
    if meeting.ends_at - meeting.starts_at > LONGEST_MEETING:
        raise Refused("invalid", _("한 회의는 7일까지 정할 수 있습니다."), "ends_at")


def _moment(value: Any, field: str, needed: str) -> datetime:
    if value is None:
        raise Refused("invalid", needed, field)
    if not isinstance(value, datetime) or value.tzinfo is None or not FIRST <= value.date() <= LAST:
        raise Refused("invalid", _("날짜와 시각을 다시 확인해 주세요."), field)
    return value


def _bodies(collaboration: Collaboration, fields: Mapping[str, Any], was: set[UUID]) -> set[UUID]:
    bodies = set(fields.get("bodies") or ())
    if not bodies:
        raise Refused("invalid", _("초대할 기관을 한 곳 이상 골라 주세요."), "bodies")
    for body in bodies - was:
        policy.must_be_a_party(collaboration, body, "bodies")
    return bodies


def _agenda(collaboration: Collaboration, fields: Mapping[str, Any], was: set[UUID]) -> list[tuple[str, UUID | None]]:
    items: list[tuple[str, UUID | None]] = []
    for entry in fields.get("agenda") or ():
        text = tidy(entry.get("text"), longest=200, field="agenda", one_line=True)
        if not text:
            continue
        body = entry.get("body")
        if body is not None and body not in was:
            policy.must_be_a_party(collaboration, body, "agenda")
        items.append((text, body))
    if len(items) > MOST_AGENDA:
        raise Refused("invalid", _("안건은 %(n)d가지까지 적을 수 있습니다.") % {"n": MOST_AGENDA}, "agenda")
    return items


def _put(meeting: Meeting, bodies: set[UUID], agenda: list[tuple[str, UUID | None]]) -> None:
    meeting.invited.exclude(body_id__in=bodies).delete()
    there = set(meeting.invited.values_list("body_id", flat=True))
    MeetingBody.objects.bulk_create([MeetingBody(meeting=meeting, body_id=body) for body in sorted(bodies - there)])
    meeting.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        [AgendaItem(meeting=meeting, number=n, text=text, body_id=body) for n, (text, body) in enumerate(agenda, 1)]
    )
