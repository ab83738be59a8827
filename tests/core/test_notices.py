"""Notices: unread first, read by their person only; letters about them; the outbox behind all letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from dure.core import clock, notices, outbox, ports
from dure.core.events import record
from dure.core.models import Message, Notice, Person
from dure.core.refused import Refused
from dure.core.viewer import Viewer

Tell = Callable[..., Any]


@pytest.fixture
def tell(happened: str, house: Any) -> Tell:
    """`tell(person)`: something happened, and the person is told."""

    def make(*people: Person, mail: bool = True, by: Viewer = ANYBODY) -> Any:
        with transaction.atomic():
            event = record(by=by, type=happened, subject=house.add())
            notices.notify([person.pk for person in people], event, mail=mail)
        return event

    return make


ANYBODY = Viewer()


def test_told_once_and_not_about_oneself(person: Person, other: Person, tell: Tell) -> None:
    event = tell(person, other, by=Viewer.person(other.pk))
    assert notices.notify([person.pk, other.pk], event) == 0
    assert list(Notice.objects.values_list("person_id", flat=True)) == [person.pk]


def test_unread_first_in_pages_that_neither_repeat_nor_skip(person: Person, viewer: Viewer, tell: Tell) -> None:
    for _ in range(25):
        tell(person)
    some = list(Notice.objects.order_by("pk").values_list("pk", flat=True))[::3]
    notices.mark_read(by=viewer, notice_ids=some)
    assert notices.unread_count(viewer) == 25 - len(some)
    seen: list[Any] = []
    after = ""
    while True:
        shown, after = notices.notices_of(viewer, after=after, limit=4)
        seen += shown
        if not after:
            break
    assert len({n.id for n in seen}) == len(seen) == 25
    assert [n.unread for n in seen] == [True] * (25 - len(some)) + [False] * len(some)
    for unread in (True, False):
        ids = [n.id for n in seen if n.unread is unread]
        assert ids == sorted(ids, reverse=True)


def test_only_ones_own_can_be_read(person: Person, other: Person, tell: Tell) -> None:
    tell(person)
    stranger = Viewer.person(other.pk)
    id = Notice.objects.get().pk
    assert notices.mark_read(by=stranger, notice_ids=[id]) == 0
    assert notices.notices_of(stranger) == ([], "")
    with pytest.raises(Refused):
        notices.notices_of(Viewer())
    assert notices.unread_count(Viewer()) == 0


def test_what_was_withheld_since_is_not_told(person: Person, viewer: Viewer, tell: Tell, house: Any) -> None:
    event = tell(person)
    house.only(event.subject)
    [shown], _ = notices.notices_of(viewer)
    assert shown.link is None


def test_one_letter_an_hour_about_all_and_none_about_what_was_read(
    person: Person, viewer: Viewer, tell: Tell, later: Any
) -> None:
    tell(person)
    tell(person)
    carry()
    assert [letter.to for letter in mail.outbox] == [[person.email]]
    assert "2건" in mail.outbox[0].subject
    tell(person)
    carry()
    assert len(mail.outbox) == 1
    notices.mark_read(by=viewer)
    later.shift(minutes=61)
    carry()
    assert len(mail.outbox) == 1
    tell(person)
    carry()
    assert len(mail.outbox) == 2


def test_a_letter_says_nothing_that_only_the_body_may_see(
    person: Person, happened: str, monkeypatch: pytest.MonkeyPatch, house: Any
) -> None:
    from dure.core.room import ROOM

    monkeypatch.setitem(ROOM.resolvers, "body", lambda ids, viewer: {})
    object.__setattr__(ROOM, "describe", lambda events, viewer: {})
    with transaction.atomic():
        event = record(by=Viewer(), type=happened, subject=house.add(only=set()))
        notices.notify([person.pk], event)
    carry()
    [letter] = mail.outbox
    assert "골목" not in letter.body + letter.subject
    assert "/notices/" in letter.body


def test_no_letters_for_those_who_want_none(person: Person, viewer: Viewer, tell: Tell) -> None:
    tell(person)
    notices.set_mail(by=viewer, mail=False)
    tell(person)
    carry()
    assert not mail.outbox
    assert notices.unread_count(viewer) == 2


def test_the_page(person: Person, tell: Tell, client: Client) -> None:
    assert client.get("/notices/").status_code == 302
    client.force_login(person)
    assert "아직 알림이 없습니다." in client.get("/notices/").content.decode()
    tell(person)
    page = client.get("/notices/").content.decode()
    assert "골목길 시험" in page
    answer = client.post("/notices/read", {"id": str(Notice.objects.get().pk), "next": "/notices/?x=1"})
    assert answer["Location"] == "/notices/?x=1"
    assert Notice.objects.get().read_at is not None
    assert client.post("/notices/read", {"id": "nonsense"}).status_code == 422
    client.post("/notices/mail", {"mail": "off"})
    person.refresh_from_db()
    assert not person.mail_notices


def carry() -> None:
    while notices.write_due() + outbox.send_due():
        pass


class Broken:
    """A way out that fails as it is told to."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.keys = list(failures), []

    def send(self, message: ports.Outgoing) -> str:
        self.keys.append(message.key)
        if self.failures:
            raise self.failures.pop(0)
        return "sent-1"


def letter(**values: Any) -> Message:
    return outbox.queue(channel="email", address="a@example.net", subject="s", text="t", **values)


def test_a_letter_is_queued_once_for_its_key(db: None) -> None:
    assert letter(once_key="k").pk == letter(once_key="k").pk


def test_a_passing_failure_is_tried_again_under_the_same_key(db: None, later: Any, monkeypatch: Any) -> None:
    port = Broken(ports.NotSent("SMTP 450", temporary=True), ports.NotSent("later", temporary=True, retry_after=600))
    monkeypatch.setattr(ports, "port", lambda channel: port)
    row = letter()
    assert outbox.send_due() == 1
    assert outbox.send_due() == 0
    later.shift(minutes=2)
    assert outbox.send_due() == 1
    later.shift(minutes=6)
    assert outbox.send_due() == 0, "the gateway asked for ten minutes"
    later.shift(minutes=5)
    assert outbox.send_due() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.provider_id, row.text) == ("sent", 3, "sent-1", "")
    assert len(set(port.keys)) == 1


def test_a_lasting_failure_is_given_up_and_an_operator_can_retry(db: None, monkeypatch: Any) -> None:
    port = Broken(ports.NotSent("SMTP [550]", temporary=False))
    monkeypatch.setattr(ports, "port", lambda channel: port)
    row = letter()
    outbox.send_due()
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", "SMTP [550]")
    assert "@" not in row.error
    assert outbox.retry(row.pk)
    outbox.send_due()
    row.refresh_from_db()
    assert row.state == "sent"


def test_tries_end(db: None, later: Any, monkeypatch: Any) -> None:
    port = Broken(*[ports.NotSent("away", temporary=True) for _ in range(50)])
    monkeypatch.setattr(ports, "port", lambda channel: port)
    row = letter()
    for _ in range(50):
        outbox.send_due()
        later.shift(days=2)
    row.refresh_from_db()
    assert row.state == "failed"
    assert len(port.keys) == len(outbox.WAITS) + 1


def test_a_worker_that_died_while_sending_is_followed_by_another(db: None, later: Any) -> None:
    row = letter()
    Message.objects.filter(pk=row.pk).update(due_at=clock.now() + outbox.LEASE, attempts=1)
    assert outbox.send_due() == 0
    later.shift(minutes=6)
    assert outbox.send_due() == 1
    assert len(mail.outbox) == 1


def test_personal_data_does_not_leave_by_text_message(db: None) -> None:
    with pytest.raises(Refused):
        outbox.queue(channel="sms", address="01012345678", text="김두레 님 010-1234-5678")


def test_addresses_are_cleared_after_thirty_days(db: None, later: Any) -> None:
    letter()
    outbox.send_due()
    later.shift(days=29)
    assert outbox.clear_old() == 0
    later.shift(days=2)
    assert outbox.clear_old() == 1
    assert Message.objects.get().address == ""


def test_an_event_twice_delivered_tells_once(person: Person, tell: Tell) -> None:
    event = tell(person)
    for _ in range(3):
        notices.notify([person.pk, uuid4()], event)
    assert Notice.objects.count() == 1
    assert timedelta() < notices.PAUSE
