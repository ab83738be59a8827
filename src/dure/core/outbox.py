"""The outbox: letters on their way out. Queued in the transaction that says so, sent by the worker.

Each goes out at least once, and under one key at every try, so that gateways and mailboxes can drop a second copy.
Addresses are cleared `KEEP` after sending. Who may be written to, and what, is for the caller to decide.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q

from dure.core import clock, ports
from dure.core.models import Message
from dure.core.refused import Refused
from dure.core.wake import wake

log = logging.getLogger(__name__)

KEEP = timedelta(days=30)
"""How long an address stays after the letter was sent or given up."""
LEASE = timedelta(minutes=5)
"""How long a letter belongs to the worker that is sending it; after that it is taken to have died."""
WAITS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 480, 1440)]
"""Waits between tries; after the last the letter is given up and an operator sees it."""


def queue(
    *,
    channel: str,
    address: str,
    text: str,
    subject: str = "",
    headers: Mapping[str, str] | None = None,
    calendar: str = "",
    once_key: str | None = None,
) -> Message:
    """Put a letter in the outbox, in the running transaction. With a `once_key` a second call changes nothing.

    `channel` is email, sms or messenger; for the latter two `text` comes from `ports.compose`. Refused (`invalid`)
    where the text may not go out over its channel. `calendar` is an iCalendar object that an e-mail carries.
    """
    if channel != Message.Channel.EMAIL:
        ports.template_of(text)
    values = {
        "channel": channel,
        "address": address,
        "subject": " ".join(subject.split())[:200],
        "text": text,
        "headers": dict(headers or {}),
        "calendar": calendar,
    }
    if once_key is None:
        message = Message.objects.create(**values)
    else:
        message, _made = Message.objects.get_or_create(once_key=once_key, defaults=values)
    wake()
    return message


def send_due(limit: int = 20) -> int:
    """Send waiting letters; returns how many were tried. Safe in several processes at once."""
    due = Message.objects.filter(state=Message.State.WAITING, due_at__lte=clock.now()).order_by("due_at", "id")
    return sum(_send(message) for message in list(due[:limit]))


def _send(message: Message) -> bool:
    # Claimed by a lease and not by a lock: a slow mail server must not hold a transaction open.
    now = clock.now()
    claim = Message.objects.filter(pk=message.pk, state=Message.State.WAITING, due_at=message.due_at)
    if not claim.update(due_at=now + LEASE, attempts=message.attempts + 1):
        return False
    message.attempts += 1
    try:
        provider_id = ports.port(message.channel).send(
            ports.Outgoing(
                to=message.address,
                text=message.text,
                key=str(message.pk),
                subject=message.subject,
                headers=message.headers,
                calendar=message.calendar,
            )
        )
    except ports.NotSent as no:
        _not_sent(message, str(no), temporary=no.temporary, retry_after=no.retry_after)
    except (Refused, LookupError) as no:
        _not_sent(message, type(no).__name__, temporary=False)
    except Exception as error:
        log.exception("letter %s: the way out failed", message.pk)
        _not_sent(message, type(error).__name__, temporary=True)
    else:
        # What was said is not needed any more, and it may hold a link that opens something.
        gone = {"text": "", "headers": {}, "calendar": ""}
        _mark(message, state=Message.State.SENT, sent_at=clock.now(), provider_id=provider_id[:200], error="", **gone)
    return True


def _not_sent(message: Message, error: str, *, temporary: bool, retry_after: float | None = None) -> None:
    if temporary and message.attempts <= len(WAITS):
        wait = max(WAITS[message.attempts - 1], timedelta(seconds=min(retry_after or 0, 86_400)))
        _mark(message, due_at=clock.now() + wait, error=error[:300])
        return
    log.warning("letter %s (%s) was given up: %s", message.pk, message.channel, error)
    _mark(message, state=Message.State.FAILED, sent_at=None, error=error[:300])


def _mark(message: Message, **values: Any) -> None:
    Message.objects.filter(pk=message.pk, state=Message.State.WAITING).update(**values)


def retry(message_id: Any) -> bool:
    """Try a letter again that was given up, unless its address is cleared already; whether there was one."""
    rows = Message.objects.filter(pk=message_id, state=Message.State.FAILED).exclude(address="")
    return bool(rows.update(state=Message.State.WAITING, attempts=0, due_at=clock.now()))


def clear_old() -> int:
    """Clear address and text of letters that were sent or given up `KEEP` ago; returns how many."""
    old = Message.objects.exclude(state=Message.State.WAITING).exclude(address="")
    edge = clock.now() - KEEP
    done = old.filter(Q(sent_at__lt=edge) | Q(sent_at=None, due_at__lt=edge))
    return done.update(address="", text="", subject="", headers={}, calendar="")
