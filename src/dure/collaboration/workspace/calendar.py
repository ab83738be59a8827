"""Meetings, milestones and tasks as iCalendar objects (RFC 5545; invitations after RFC 5546 and RFC 6047)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from dure.collaboration.workspace.models import Meeting, Milestone, Task, Work


def uid_of(thing: Work) -> str:
    """The same for ever: calendars know a thing again by it."""
    return f"{thing.urn_kind}-{thing.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"


def invitation(meeting: Meeting, address: str, *, cancel: bool = False) -> str:
    """An invitation to a meeting for one recipient, or (`cancel`) the word that it is off for them.

    Nobody else's address stands in it. What is for the parties only is not in a letter: then it says when, and where
    to read the rest.
    """
    book = _book("CANCEL" if cancel else "REQUEST")
    event = _meeting(meeting, open_text=meeting.withheld is None)
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = _("두레")
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee)
    if cancel:
        event["STATUS"] = "CANCELLED"
    book.add_component(event)
    return _text(book)


def meeting_file(meeting: Meeting) -> str:
    """One meeting for whoever may read it, to be put into a calendar by hand."""
    book = _book("PUBLISH")
    book.add_component(_meeting(meeting))
    return _text(book)


def feed(title: str, meetings: Iterable[Meeting], milestones: Iterable[Milestone], tasks: Iterable[Task]) -> str:
    """A calendar to subscribe to: of rows that its reader may see."""
    book = _book("PUBLISH")
    book.add("x-wr-calname", title)
    book.add("x-wr-timezone", "Asia/Seoul")
    book.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        book.add_component(_meeting(meeting))
    for milestone in milestones:
        words = _("이정표: %(title)s") % {"title": milestone.title}
        book.add_component(_day(milestone, words, milestone.due_on))
    for task in tasks:
        assert task.due_on
        words = _("마감: %(title)s (%(body)s)") % {"title": task.title, "body": task.owner.name}
        book.add_component(_day(task, words, task.due_on))
    return _text(book)


def _book(method: str) -> Calendar:
    book = Calendar()
    book.add("prodid", "-//Dure//Collaboration//KO")
    book.add("version", "2.0")
    book.add("method", method)
    return book


def _text(book: Calendar) -> str:
    return book.to_ical().decode()


def _event(thing: Work) -> Event:
    event = Event()
    event.add("uid", uid_of(thing))
    event.add("dtstamp", thing.changed_at.astimezone(UTC))
    event.add("last-modified", thing.changed_at.astimezone(UTC))
    event.add("url", settings.SITE_URL + thing.get_absolute_url())
    return event


def _meeting(meeting: Meeting, *, open_text: bool = True) -> Event:
    event = _event(meeting)
    event.add("sequence", meeting.sequence)
    event.add("dtstart", _moment(meeting.starts_at))
    event.add("dtend", _moment(meeting.ends_at))
    event.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    page = settings.SITE_URL + meeting.get_absolute_url()
    if not open_text:
        event.add("summary", _("함께하는 기관의 회의"))
        event.add("description", page)
        return event
    event.add("summary", meeting.title)
    event.add("location", " ".join(part for part in (meeting.place, meeting.link) if part))
    points = [f"{item.number}. {item.text}" for item in meeting.agenda.all()]
    event.add("description", "\n".join([*points, page]))
    return event


def _day(thing: Work, words: str, on: date) -> Event:
    event = _event(thing)
    event.add("sequence", thing.version - 1)
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("summary", words)
    event.add("transp", "TRANSPARENT")
    return event


def _moment(at: datetime) -> datetime:
    # In UTC, so that no VTIMEZONE is needed (RFC 5545, 3.3.5, form 2).
    return at.astimezone(UTC)
