"""Notices: what people should see in the house, and the letters that tell of it.

The words are made when a notice is read or a letter is written, for the one who reads: what was withheld in the
meantime is not told. A letter is written as the person alone (acting for no body) or as anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, Max, Q, QuerySet, When
from django.utils import translation
from django.utils.translation import gettext as _

from dure.core import clock, follow, outbox
from dure.core.events import Line, describe
from dure.core.links import Link, resolve, resolve_one
from dure.core.models import Event, Follow, Notice, Person
from dure.core.privacy import mask
from dure.core.refused import Refused
from dure.core.viewer import Viewer

PAUSE = timedelta(hours=1)
"""At least so long between two letters about the same subject, and between two letters about one's notices."""
MOST_LINES = 30
"""Lines in one letter; it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One notice as its person may read it. `line` is None where there is nothing (left) to see."""

    id: UUID
    at: datetime
    unread: bool
    line: Line | None
    link: Link | None


def notify(person_ids: Iterable[UUID], event: Event, *, mail: bool = True) -> int:
    """Put the event before these people (not before the one who did it); returns how many notices are new.

    To be called in the transaction of a subscriber or an action; a second call changes nothing. With `mail` those who
    want letters get one, unless they have read the notice by then.
    """
    wanted = {id for id in person_ids if id and id != event.actor_person_id}
    people = dict(Person.objects.filter(pk__in=wanted, is_active=True).values_list("pk", "mail_notices"))
    there = set(Notice.objects.filter(event=event, person__in=people).values_list("person_id", flat=True))
    now = clock.now()
    new = [
        Notice(person_id=id, event=event, created_at=now, mail_due_at=now if mail and letters else None)
        for id, letters in people.items()
        if id not in there
    ]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def tell_followers(event: Event) -> None:
    """Subscriber `core.followers`: notices for those with an account, and a letter soon for all who want one."""
    follows = follow.active().filter(subject=event.subject)
    if event.actor_person_id:
        follows = follows.exclude(person_id=event.actor_person_id)
    if not follows.exists():
        return
    people = list(follows.filter(person__isnull=False).values_list("person_id", flat=True))
    if people:
        notify(_who_may_read(event, people), event, mail=False)
    now = clock.now()
    letters = follows.filter(Q(person=None) | Q(person__mail_notices=True), mail=True, mail_due_at=None)
    letters.filter(mailed_at__gt=now - PAUSE).update(mail_due_at=F("mailed_at") + PAUSE)
    letters.filter(Q(mailed_at=None) | Q(mailed_at__lte=now - PAUSE)).update(mail_due_at=now)


def _who_may_read(event: Event, people: Sequence[UUID]) -> list[UUID]:
    everybody = describe([event], Viewer.anonymous()).get(event.seq)
    if everybody and not everybody.withheld:
        return list(people)
    return [id for id in people if event.seq in describe([event], Viewer.person(id))]


def tell_job_owner(event: Event) -> None:
    """Subscriber `core.job_owner`: the one who asked for the work hears that it has ended."""
    if event.data.get("person"):
        notify([UUID(event.data["person"])], event, mail=False)


def unread_count(viewer: Viewer) -> int:
    if viewer.person_id is None:
        return 0
    return Notice.objects.filter(person_id=viewer.person_id, read_at=None).count()


def notices_of(viewer: Viewer, *, after: str = "", limit: int = 30) -> tuple[list[Shown], str]:
    """The person's notices, unread ones first, newest first, and where the next page begins ('' at the end)."""
    rows = _own(viewer).annotate(unread=Case(When(read_at=None, then=1), default=0)).select_related("event")
    if after:
        unread, last = _place(after)
        rows = rows.filter(Q(unread__lt=unread) | Q(unread=unread, pk__lt=last))
    found = list(rows.order_by("-unread", "-pk")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    lines = describe([row.event for row in found], viewer)
    links = resolve([row.event.subject for row in found], viewer)
    shown = [
        Shown(row.pk, row.created_at, bool(row.unread), lines.get(row.event.seq), links.get(row.event.subject))
        for row in found
    ]
    return shown, f"{found[-1].unread}.{found[-1].pk}" if more else ""


def _place(after: str) -> tuple[int, UUID]:
    try:
        unread, id = after.split(".")
        return int(unread), UUID(id)
    except ValueError as error:
        raise Refused("invalid", _("쪽을 가리키는 말이 맞지 않습니다."), "after") from error


def mark_read(*, by: Viewer, notice_ids: Iterable[UUID] | None = None) -> int:
    """Mark one's own notices as read: those given, or all; returns how many were unread."""
    rows = _own(by).filter(read_at=None)
    if notice_ids is not None:
        rows = rows.filter(pk__in=list(notice_ids))
    return rows.update(read_at=clock.now())


def set_mail(*, by: Viewer, mail: bool) -> None:
    """Whether the person wants letters at all: about what they follow and about their notices."""
    if by.person_id is None:
        raise Refused("not_signed_in", _("로그인해 주세요."))
    with transaction.atomic():
        Person.objects.filter(pk=by.person_id).update(mail_notices=mail)
        if not mail:
            Notice.objects.filter(person_id=by.person_id).update(mail_due_at=None)
            Follow.objects.filter(person_id=by.person_id).update(mail_due_at=None)


def _own(viewer: Viewer) -> QuerySet[Notice]:
    if viewer.person_id is None:
        raise Refused("not_signed_in", _("로그인해 주세요."))
    return Notice.objects.filter(person_id=viewer.person_id)


def write_due(limit: int = 50) -> int:
    """Write the letters that are due into the outbox; returns how many follows and people were looked at.

    Safe in several processes at once; each thing that happened goes into one letter of a follow.
    """
    now = clock.now()
    said: dict[tuple[object, ...], tuple[str, str, int] | None] = {}
    follows = follow.active().filter(mail_due_at__lte=now).order_by("mail_due_at").values_list("pk", flat=True)
    count = sum(_write_follow(pk, said) for pk in list(follows[:limit]))
    people = Notice.objects.filter(mail_due_at__lte=now).order_by().values_list("person_id", flat=True).distinct()
    return count + sum(_write_notices(pk) for pk in list(people[:limit]))


def _locked(rows: QuerySet) -> QuerySet:
    skips = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=True, of=("self",)) if skips else rows


def _write_follow(pk: UUID, said: dict[tuple[object, ...], tuple[str, str, int] | None]) -> bool:
    with transaction.atomic():
        rows = Follow.objects.filter(pk=pk, ended_at=None, mail_due_at__lte=clock.now())
        row = _locked(rows).first()
        if row is None:
            return False
        person = Person.objects.filter(pk=row.person_id).first() if row.person_id else None
        viewer = Viewer.person(person.pk) if person else Viewer.anonymous()
        language = person.language if person else row.language
        # Followers without an account all read the same: said once for all of them.
        key = (row.subject, viewer, language, row.mailed_seq)
        if key not in said:
            with translation.override(language):
                said[key] = _news(row.subject, viewer, row.mailed_seq)
        news = said[key]
        row.mail_due_at = None
        if news is not None:
            subject, text, last = news
            row.mailed_seq = last
            wanted = row.mail and (person is None or (person.is_active and person.mail_notices))
            if text and wanted:
                _queue_follow(row, person.email if person else row.email, subject, text, language)
                row.mailed_at = clock.now()
        row.save(update_fields=["mail_due_at", "mailed_seq", "mailed_at"])
    return True


def _queue_follow(row: Follow, address: str, subject: str, text: str, language: str) -> None:
    page = settings.SITE_URL + follow.path_of(row)
    with translation.override(language):
        ending = _("따라보기 그만두기: %(page)s") % {"page": page}
    outbox.queue(
        channel="email",
        address=address,
        subject=subject,
        text=f"{text}\n--\n{ending}\n",
        # RFC 8058: a mail program offers one button; the POST needs no other step.
        headers={"List-Unsubscribe": f"<{page}stop>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        once_key=f"follow:{row.pk}:{row.mailed_seq}",
    )


def _news(subject: str, viewer: Viewer, after: int) -> tuple[str, str, int] | None:
    """Subject and text of a letter about what happened after an event, and the last event it covers. None: nothing
    happened; the text is empty where nothing of it is for this viewer."""
    events = Event.objects.filter(subject=subject, seq__gt=after)
    if viewer.person_id:
        events = events.exclude(actor_person_id=viewer.person_id)
    batch = list(events.order_by("seq")[:500])
    last = Event.objects.filter(subject=subject).aggregate(last=Max("seq"))["last"]
    if not last or last <= after:
        return None
    last = batch[-1].seq if len(batch) == 500 else last
    link = resolve_one(subject, viewer)
    lines = describe(batch, viewer) if link else {}
    if not link or not lines:
        return "", "", last
    shown = [lines[seq] for seq in sorted(lines)]
    title = mask(link.title)
    head = _("[두레] %(title)s: 새 소식 %(count)s건") % {"title": title, "count": len(shown)}
    body = [title, settings.SITE_URL + link.url, "", *_lines(shown)]
    return head, "\n".join(body) + "\n", last


def _lines(lines: Sequence[Line]) -> list[str]:
    # Without who did it: that may be a resident's name, and letters carry no personal data.
    said = [f"- {clock.local(line.at):%Y. %m. %d. %H:%M} {mask(str(line.text))}" for line in lines[:MOST_LINES]]
    left = len(lines) - MOST_LINES
    if left > 0:
        said.append("- " + _("그 밖에 %(left)s건이 더 있습니다.") % {"left": left})
    return said


def _write_notices(person_id: UUID) -> bool:
    """One letter to a person about all notices that still wait for one; again at the earliest after `PAUSE`."""
    now = clock.now()
    with transaction.atomic():
        person = _locked(Person.objects.filter(pk=person_id)).first()
        if person is None:
            return False
        waiting = Notice.objects.filter(person=person, mail_due_at__lte=now)
        if not (person.is_active and person.mail_notices):
            waiting.update(mail_due_at=None)
            return True
        waiting.filter(read_at__isnull=False).update(mail_due_at=None)
        last = Notice.objects.filter(person=person).aggregate(last=Max("mailed_at"))["last"]
        if last and last > now - PAUSE:
            waiting.update(mail_due_at=last + PAUSE)
            return True
        rows = list(waiting.select_related("event").order_by("pk"))
        if rows:
            with translation.override(person.language):
                _queue_notices(person, [row.event for row in rows], key=str(rows[-1].pk))
            Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mail_due_at=None, mailed_at=now)
    return True


def _queue_notices(person: Person, events: Sequence[Event], key: str) -> None:
    lines = describe(events, Viewer.person(person.pk))
    shown = [lines[event.seq] for event in events if event.seq in lines and not lines[event.seq].withheld]
    hidden = len(events) - len(shown)
    body = [_("새 알림이 있습니다. 로그인해서 확인해 주세요."), f"{settings.SITE_URL}/notices/", "", *_lines(shown)]
    if hidden:
        body.append("- " + _("로그인해야 볼 수 있는 알림 %(count)s건") % {"count": hidden})
    ending = _("이 편지를 그만 받으려면 위 알림 쪽에서 전자우편을 꺼 주세요.")
    outbox.queue(
        channel="email",
        address=person.email,
        subject=_("[두레] 새 알림 %(count)s건") % {"count": len(events)},
        text="\n".join([*body, "", "--", ending]) + "\n",
        once_key=f"notice:{person.pk}:{key}",
    )
