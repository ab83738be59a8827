"""What the workspace does when something happened: tells those whom it concerns, and puts meetings into calendars."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.bodies.queries import officers_of
from dure.collaboration.models import TOGETHER
from dure.collaboration.workspace import calendar
from dure.collaboration.workspace.actions import task_remind
from dure.collaboration.workspace.models import Meeting, Task
from dure.core import clock, outbox
from dure.core.jobs import titled
from dure.core.links import parse
from dure.core.models import Event, Person
from dure.core.notices import notify


def tell_the_doer(event: Event) -> None:
    """Who does a task hears that it is theirs, and a day before it is due: the person named, else its party."""
    task = Task.objects.filter(pk=parse(event.thing)[1]).first()
    if task is None:
        return
    if event.type == "collaboration.task.changed" and "owner" not in event.data:
        return
    if event.type == "collaboration.task.added" and not task.assignee_id and event.actor_body_id == task.owner_id:
        return
    notify([task.assignee_id] if task.assignee_id else officers_of(task.owner_id), event)


def tell_the_invited_to_meet(event: Event) -> None:
    """Those who act for the invited parties get a notice, and a calendar invitation, its change or its cancellation."""
    meeting = Meeting.objects.select_related("collaboration__call").filter(pk=parse(event.thing)[1]).first()
    if meeting is None:
        return
    invited = _people(meeting.invited.values_list("body_id", flat=True))
    removed = _people(UUID(text) for text in event.data.get("removed", ())) - invited
    notify(invited | removed, event, mail=False)
    if event.type == "collaboration.minutes.written":
        return
    if event.data.get("sequence") == meeting.sequence:
        _send(meeting, invited, cancel=meeting.cancelled_at is not None)
    # Those no longer invited hear of it in any case: no later letter goes to them.
    _send(meeting, removed, cancel=True)


def _people(bodies: Iterable[UUID]) -> set[UUID]:
    return {person for body in bodies for person in officers_of(body)}


def _send(meeting: Meeting, people: set[UUID], *, cancel: bool) -> None:
    for person in Person.objects.filter(pk__in=people, is_active=True, mail_notices=True):
        with translation.override(person.language):
            subject, text = _letter(meeting, cancel)
            outbox.queue(
                channel="email",
                address=person.email,
                subject=subject,
                text=text,
                calendar=calendar.invitation(meeting, person.email, cancel=cancel),
                once_key=f"meeting:{meeting.pk}:{meeting.sequence}:{person.pk}",
            )


def _letter(meeting: Meeting, cancel: bool) -> tuple[str, str]:
    title = meeting.title if meeting.withheld is None else _("함께하는 기관의 회의")
    starts = f"{clock.local(meeting.starts_at):%Y. %m. %d. %H:%M}"
    if cancel:
        subject = _("[두레] 회의 취소: %(title)s") % {"title": title}
    elif meeting.sequence:
        subject = _("[두레] 회의 바뀜: %(title)s") % {"title": title}
    else:
        subject = _("[두레] 회의 초대: %(title)s") % {"title": title}
    lines = [title, starts]
    if meeting.withheld is None:
        lines += [part for part in (meeting.place, meeting.link) if part]
    lines += ["", _("자세히 보고 참석 여부 답하기:"), settings.SITE_URL + meeting.get_absolute_url()]
    return subject, "\n".join(lines) + "\n"


@titled(gettext_lazy("내일까지인 할 일 알리기"))
def remind(context: Any) -> dict[str, int]:
    """Record once for each open task that it is due tomorrow."""
    tomorrow, told = clock.today() + timedelta(days=1), 0
    rows = Task.objects.filter(
        due_on=tomorrow, state__in=[Task.State.TODO, Task.State.DOING], collaboration__stage__in=TOGETHER
    ).exclude(reminded_for=tomorrow)
    for pk in list(rows.values_list("pk", flat=True)):
        told += task_remind(id=pk, on=tomorrow)
        context.progress(told)
    return {"told": told}
