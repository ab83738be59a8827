"""Events: the outbox that is also the history.

`record` writes what happened in the transaction that did it; the dispatcher carries each event to its subscribers, at
least once, in order per subject; `timeline` shows it to whoever may see it. No room keeps a history of its own.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from dure.core import clock
from dure.core.links import resolve_one
from dure.core.models import Delivery, Event
from dure.core.refused import Refused
from dure.core.rooms import room_of, subscribers
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.core.wake import wake

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=1)
# Serialises the writers of events on PostgreSQL, so that sequence numbers become visible in their order.
WRITERS_LOCK = 0x44555245
_HARMLESS = re.compile(r"[\w.:/+\-]{0,80}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline as one viewer may read it. `text` is translated; `withheld` says why it says so little."""

    seq: int
    at: datetime
    text: str
    actor: str = ""
    url: str = ""
    type: str = ""
    withheld: Withheld | None = None


def record(*, by: Viewer, type: str, subject: str, thing: str = "", data: Mapping[str, Any] | None = None) -> Event:
    """Write down that something happened, in the running transaction.

    `type` is `room.thing.happened` and listed in the room's manifest; `subject` the URN on whose timeline it stands,
    `thing` the URN it is about where that is another. `data` may hold numbers, yes/no, ids, codes and dates: never text
    that people wrote. ValueError for anything else, RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of the change it tells of")
    room = room_of(type)
    if room is None or type not in room.events_out:
        raise ValueError(f"event type {type!r} is in no room's manifest")
    checked = {name: _harmless(name, value) for name, value in (data or {}).items()}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])
    event = Event.objects.create(
        type=type,
        subject=subject,
        thing=thing,
        data=checked,
        at=clock.now(),
        actor_person_id=by.person_id,
        actor_body_id=by.body_id,
        staff_session_id=by.staff_session_id,
    )
    Delivery.objects.bulk_create(
        [
            Delivery(event=event, seq=event.seq, subject=subject, subscriber=subscriber.name, due_at=event.at)
            for subscriber in subscribers().values()
            if subscriber.wants(type)
        ]
    )
    wake()
    return event


def _harmless(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list):
        return [_harmless(name, item) for item in value]
    text = str(value)
    if not _HARMLESS.fullmatch(text):
        raise ValueError(f"event data {name!r} may hold an id, a code, a number or a date only")
    return text


FIRST_LOOK = 200
"""Events that a timeline looks at first. Each look costs some queries, however few of its events are for showing."""


def timeline(subject: str, viewer: Viewer, *, after: int = 0, before: int | None = None, limit: int = 50) -> list[Line]:
    """The newest `limit` lines about `subject` this viewer may read, newest first, between two sequence numbers.

    Refused `not_found` when the viewer may not see the subject. Events that the room does not show are left out.
    """
    if resolve_one(subject, viewer) is None:
        raise Refused("not_found", "")
    found: list[Line] = []
    edge, size = before, max(limit * 4, FIRST_LOOK)
    while len(found) < limit:
        rows = Event.objects.filter(subject=subject, seq__gt=after).order_by("-seq")
        batch = list((rows.filter(seq__lt=edge) if edge is not None else rows)[:size])
        lines = describe(batch, viewer)
        found += [lines[event.seq] for event in batch if event.seq in lines]
        if len(batch) < size:
            break
        # Most of what happened here is not for this viewer: look further back each time.
        edge, size = batch[-1].seq, size * 4
    return found[:limit]


def describe(events: Sequence[Event], viewer: Viewer) -> dict[int, Line]:
    """Lines for events, each by its room; {seq: Line}, without those that are not for showing."""
    by_room: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_room[event.type.split(".", 1)[0]].append(event)
    lines: dict[int, Line] = {}
    for batch in by_room.values():
        room = room_of(batch[0].type)
        if room and room.describe:
            lines |= room.describe(batch, viewer)
    return lines


def deliver_due(limit: int = 100) -> int:
    """Carry waiting events to their subscribers; returns how many were delivered or failed.

    Safe in several processes at once. A delivery waits while an earlier one of the same subscriber and subject is
    waiting or dead: order per subject holds, and a dead letter holds up its subject until somebody looks at it.
    """
    now = clock.now()
    # Without this a hundred deliveries behind one dead letter would keep all other subjects from being looked at.
    stuck = Delivery.objects.filter(
        Q(state=Delivery.State.DEAD) | Q(state=Delivery.State.WAITING, due_at__gt=now),
        subscriber=OuterRef("subscriber"),
        subject=OuterRef("subject"),
        seq__lt=OuterRef("seq"),
    )
    due = Delivery.objects.filter(~Exists(stuck), state=Delivery.State.WAITING, due_at__lte=now).order_by("seq", "id")
    return sum(_deliver(pk) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _deliver(pk: int) -> bool:
    with transaction.atomic():
        rows = Delivery.objects.filter(pk=pk, state=Delivery.State.WAITING, due_at__lte=clock.now())
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        delivery = rows.select_related("event").first()
        if delivery is None or _held_up(delivery):
            return False
        delivery.attempts += 1
        try:
            with transaction.atomic():
                subscriber = subscribers().get(delivery.subscriber)
                if subscriber is None:
                    raise LookupError(f"no subscriber is called {delivery.subscriber}")
                subscriber.handle(delivery.event)
        except Exception:
            _failed(delivery)
        else:
            delivery.state, delivery.error, delivery.done_at = Delivery.State.DONE, "", clock.now()
        delivery.save()
    return True


def _held_up(delivery: Delivery) -> bool:
    return Delivery.objects.filter(
        subscriber=delivery.subscriber,
        subject=delivery.subject,
        seq__lt=delivery.seq,
        state__in=[Delivery.State.WAITING, Delivery.State.DEAD],
    ).exists()


def _failed(delivery: Delivery) -> None:
    delivery.error = traceback.format_exc(limit=-6)
    wait = min(timedelta(seconds=2**delivery.attempts), LONGEST_WAIT)
    delivery.due_at = clock.now() + wait
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.state = Delivery.State.DEAD
    log.warning("%s failed on event %s (try %s)", delivery.subscriber, delivery.event_id, delivery.attempts)


def dead_letters() -> Any:
    """Deliveries that were given up, oldest first."""
    return Delivery.objects.filter(state=Delivery.State.DEAD).select_related("event").order_by("seq")


def dead_letter_retry(*, by: Viewer, delivery_id: int) -> None:
    """Let a dead letter be tried again from the start. Operators only."""
    _operator_sets(by, delivery_id, Delivery.State.WAITING)


def dead_letter_skip(*, by: Viewer, delivery_id: int) -> None:
    """Give a dead letter up for good, so that what waits behind it can go on. Operators only."""
    _operator_sets(by, delivery_id, Delivery.State.SKIPPED)


def _operator_sets(by: Viewer, delivery_id: int, state: str) -> None:
    if not by.operator:
        raise Refused("not_allowed", "operators only")
    with transaction.atomic():
        delivery = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.DEAD).select_for_update().first()
        if delivery is None:
            raise Refused("not_found", "no such dead letter")
        delivery.state, delivery.attempts, delivery.due_at = state, 0, clock.now()
        delivery.save()
        record(
            by=by,
            type="core.dead_letter.retried" if state == Delivery.State.WAITING else "core.dead_letter.skipped",
            subject=delivery.subject,
            data={"event": delivery.event_id, "subscriber": delivery.subscriber},
        )
