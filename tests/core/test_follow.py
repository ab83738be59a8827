"""Following, signed in and by address; confirming addresses; letters that say only what their reader may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from dure.core import confirmations, follow, notices, outbox, ports, tokens
from dure.core.events import deliver_due, record
from dure.core.models import Confirmation, Follow, Message, Notice, Person
from dure.core.refused import Refused
from dure.core.room import ROOM
from dure.core.rooms import Purpose
from dure.core.viewer import Viewer

ADDRESS = "resident@example.net"


@pytest.fixture
def happen(happened: str) -> Callable[..., Any]:
    def make(subject: str, by: Viewer = ANYBODY) -> Any:
        with transaction.atomic():
            return record(by=by, type=happened, subject=subject)

    return make


ANYBODY = Viewer()


def carry() -> None:
    """What the worker does in one round."""
    while deliver_due() + notices.write_due() + outbox.send_due():
        pass


def token_in(text: str, page: str = "confirm") -> str:
    found = re.search(rf"/{page}/([^/\s]+)/", text)
    assert found, text
    return found[1]


def start_by_email(subject: str, address: str = ADDRESS) -> str:
    """Ask for a follow; the token of the letter."""
    follow.follow_by_email(by=Viewer(), subject=subject, email=address)
    carry()
    return token_in(mail.outbox[-1].body)


def test_signed_in_following_begins_and_ends(viewer: Viewer, house: Any) -> None:
    subject = house.add()
    row = follow.follow(by=viewer, subject=subject)
    assert follow.follow(by=viewer, subject=subject, mail=False).pk == row.pk
    assert follow.follower_count(subject) == 1
    assert not follow.following(viewer, subject).mail
    follow.unfollow(by=viewer, subject=subject)
    follow.unfollow(by=viewer, subject=subject)
    assert follow.following(viewer, subject) is None
    assert follow.follow(by=viewer, subject=subject).pk != row.pk


def test_nobody_follows_what_they_may_not_see(viewer: Viewer, other: Person, house: Any) -> None:
    subject = house.add(only={other.pk})
    for refused in (
        lambda: follow.follow(by=viewer, subject=subject),
        lambda: follow.follow_by_email(by=Viewer.person(other.pk), subject=subject, email=ADDRESS),
    ):
        with pytest.raises(Refused) as no:
            refused()
        assert no.value.code == "not_found"
    with pytest.raises(Refused) as no:
        follow.follow(by=Viewer(), subject=subject)
    assert no.value.code == "not_signed_in"


def test_an_address_counts_only_after_the_button(db: None, house: Any, client: Client) -> None:
    subject = house.add()
    token = start_by_email(subject)
    page = f"/confirm/{token}/"
    for _ in range(3):
        assert client.get(page).status_code == 200, "a mail scanner opens the link"
        client.head(page)
    assert not Follow.objects.exists()
    answer = client.post(page)
    row = Follow.objects.get()
    assert (row.subject, row.email, row.person_id) == (subject, ADDRESS, None)
    assert answer.status_code == 302
    assert answer["Location"] == follow.path_of(row)
    assert client.post(page)["Location"] == follow.path_of(row), "a second press changes nothing"
    assert Follow.objects.count() == 1
    assert answer["Cache-Control"] == "no-store"


def test_no_token_and_no_address_is_left_lying_about(db: None, house: Any, client: Client) -> None:
    subject = house.add()
    token = start_by_email(subject)
    answer = client.post(f"/confirm/{token}/")
    followed = token_in(answer["Location"], "f")
    stored = [
        *Confirmation.objects.values_list("secret_hash", flat=True),
        *Follow.objects.values_list("token_hash", flat=True),
        *Message.objects.values_list("text", flat=True),
        *map(str, Message.objects.values_list("headers", flat=True)),
    ]
    assert not any(token in text or followed in text for text in stored)
    assert ADDRESS not in answer["Location"]
    assert len(followed) >= 43, "256 bits"
    page = client.get(f"/f/{followed}/")
    assert ADDRESS not in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"


def test_the_link_opens_for_a_day(db: None, house: Any, client: Client, later: Any) -> None:
    token = start_by_email(house.add())
    later.shift(hours=23, minutes=59)
    assert client.get(f"/confirm/{token}/").status_code == 200
    later.shift(minutes=2)
    assert client.get(f"/confirm/{token}/").status_code == 410
    assert client.post(f"/confirm/{token}/").status_code == 410
    assert client.get("/confirm/nonsense/").status_code == 404
    assert not Follow.objects.exists()


def test_a_second_ask_does_not_tell_whether_the_address_follows(db: None, house: Any, client: Client) -> None:
    subject = house.add()
    answers = []
    for _ in range(2):
        answer = client.post("/follow/", {"subject": subject, "email": ADDRESS})
        answers.append((answer.status_code, answer["Location"]))
        carry()
        client.post(f"/confirm/{token_in(mail.outbox[-1].body)}/")
    assert answers[0] == answers[1]
    assert len(mail.outbox) == 2
    assert Follow.objects.filter(ended_at=None).count() == 1


def test_asking_is_limited_for_an_address_and_from_a_network_address(db: None, house: Any, later: Any) -> None:
    subject = house.add()

    def ask(address: str, client: str) -> None:
        follow.follow_by_email(by=Viewer(), subject=subject, email=address, client=client)

    for number in range(confirmations.PER_ADDRESS):
        ask(ADDRESS, f"192.0.2.{number}")
    with pytest.raises(Refused) as no:
        ask(ADDRESS.upper(), "192.0.2.99")
    assert no.value.code == "too_many"
    for number in range(confirmations.PER_CLIENT):
        ask(f"{number}@example.net", "198.51.100.1")
    with pytest.raises(Refused) as no:
        ask("new@example.net", "198.51.100.1")
    assert no.value.code == "too_many"
    assert not Confirmation.objects.filter(client__contains="198.51.100").exists()
    later.shift(hours=1, seconds=1)
    ask(ADDRESS, "198.51.100.1")


def test_a_wrong_address_keeps_what_was_typed(db: None, house: Any, client: Client) -> None:
    answer = client.post("/follow/", {"subject": house.add(), "email": "not an address"})
    assert answer.status_code == 422
    assert 'value="not an address"' in answer.content.decode()


def test_the_follow_link_shows_the_state_and_stops_with_one_click(
    db: None, house: Any, client: Client, happen: Callable[..., Any]
) -> None:
    subject = house.add()
    page = client.post(f"/confirm/{start_by_email(subject)}/")["Location"]
    happen(subject)
    shown = client.get(page).content.decode()
    assert "골목길 시험" in shown
    assert "시험" in shown
    carry()
    letter = mail.outbox[-1]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    target = re.fullmatch(r"<https?://[^/]+(/f/[^/]+/stop)>", letter.extra_headers["List-Unsubscribe"])
    assert target
    assert Follow.objects.get().ended_at is None
    assert client.get(target[1]).status_code == 302
    assert Follow.objects.get().ended_at is None, "opening alone must not end it"
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(target[1], {"List-Unsubscribe": "One-Click"}).status_code == 302
    assert Follow.objects.get().ended_at is not None
    happen(subject)
    count = len(mail.outbox)
    carry()
    assert len(mail.outbox) == count
    strict.post(page + "resume")
    assert Follow.objects.get().ended_at is None


def test_what_became_withheld_is_not_shown_by_the_link(db: None, house: Any, client: Client) -> None:
    subject = house.add()
    page = client.post(f"/confirm/{start_by_email(subject)}/")["Location"]
    house.only(subject)
    shown = client.get(page)
    assert shown.status_code == 200
    assert "골목" not in shown.content.decode()


def test_the_first_letter_comes_at_once_and_the_next_after_an_hour_with_everything(
    db: None, house: Any, client: Client, happen: Callable[..., Any], later: Any
) -> None:
    subject = house.add()
    client.post(f"/confirm/{start_by_email(subject)}/")
    mail.outbox.clear()
    happen(subject)
    carry()
    assert len(mail.outbox) == 1
    assert "새 소식 1건" in mail.outbox[0].subject
    happen(subject)
    happen(subject)
    carry()
    later.shift(minutes=59)
    carry()
    assert len(mail.outbox) == 1
    later.shift(minutes=2)
    carry()
    assert len(mail.outbox) == 2
    assert "새 소식 2건" in mail.outbox[1].subject
    later.shift(hours=3)
    carry()
    assert len(mail.outbox) == 2


def test_a_withheld_subject_is_in_no_letter(
    db: None, house: Any, client: Client, happen: Callable[..., Any], person: Person
) -> None:
    subject = house.add()
    client.post(f"/confirm/{start_by_email(subject)}/")
    follow.follow(by=Viewer.person(person.pk), subject=subject)
    mail.outbox.clear()
    happen(subject)
    deliver_due()
    # Withheld after the event and before the letter: the letter must look again.
    house.only(subject, person.pk)
    carry()
    assert [letter.to for letter in mail.outbox] == [[person.email]]


def test_followers_with_an_account_get_notices_but_not_about_themselves(
    viewer: Viewer, other: Person, house: Any, happen: Callable[..., Any], happened: str
) -> None:
    subject = house.add()
    follow.follow(by=viewer, subject=subject)
    follow.follow(by=Viewer.person(other.pk), subject=subject, mail=False)
    happen(subject, by=viewer)
    carry()
    assert list(Notice.objects.values_list("person_id", flat=True)) == [other.pk]
    assert not mail.outbox


def test_a_code_for_a_telephone(db: None, house: Any, settings: Any, monkeypatch: Any, client: Client) -> None:
    settings.GATEWAYS = {"sms": ("http://localhost:9/", "key"), "messenger": ("", "")}
    sent: list[ports.Outgoing] = []

    class Fake:
        channel = "sms"

        def send(self, message: ports.Outgoing) -> str:
            sent.append(message)
            return "id"

    monkeypatch.setattr(ports, "port", lambda channel: Fake())
    done: list[Confirmation] = []
    purpose = Purpose("전화로 확인할까요?", done.append, lambda confirmation: "/there/")
    monkeypatch.setitem(ROOM.confirmations, "core.test", purpose)
    waiting = confirmations.confirmation_start(
        channel="phone", address="010-1234-5678", purpose="core.test", thing=house.add()
    )
    outbox.send_due()
    assert sent[0].to == "+821012345678"
    code = re.search(r"\d{6}", sent[0].text)
    assert code
    wrong = "000000" if code[0] != "000000" else "000001"
    page = f"/confirm/code/{waiting.pk}/"
    for _ in range(confirmations.TRIES - 1):
        assert client.post(page, {"code": wrong}).status_code == 422
    answer = client.post(page, {"code": f"{code[0][:3]} {code[0][3:]}"})
    assert (answer.status_code, answer["Location"]) == (302, "/there/")
    assert [row.pk for row in done] == [waiting.pk]


def test_after_five_wrong_codes_the_right_one_is_wrong_too(
    db: None, house: Any, settings: Any, monkeypatch: Any, later: Any
) -> None:
    settings.GATEWAYS = {"sms": ("http://localhost:9/", "key"), "messenger": ("", "")}
    monkeypatch.setattr(tokens, "new_code", lambda: "314159")
    purpose = Purpose("전화로 확인할까요?", lambda row: None, lambda row: "/")
    monkeypatch.setitem(ROOM.confirmations, "core.test", purpose)

    def begin() -> Confirmation:
        return confirmations.confirmation_start(
            channel="phone", address="01012345678", purpose="core.test", thing=house.add()
        )

    waiting = begin()
    for _ in range(confirmations.TRIES):
        with pytest.raises(Refused):
            confirmations.confirmation_finish("271828", id=waiting.pk)
    with pytest.raises(Refused) as no:
        confirmations.confirmation_finish("314159", id=waiting.pk)
    assert no.value.code == "gone"
    late = begin()
    later.shift(minutes=11)
    with pytest.raises(Refused) as no:
        confirmations.confirmation_finish("314159", id=late.pk)
    assert no.value.code == "gone"


def test_where_no_text_messages_can_be_sent_it_says_so(db: None, house: Any, monkeypatch: Any) -> None:
    purpose = Purpose("전화로 확인할까요?", lambda row: None, lambda row: "/")
    monkeypatch.setitem(ROOM.confirmations, "core.test", purpose)
    with pytest.raises(Refused) as no:
        confirmations.confirmation_start(channel="phone", address="01012345678", purpose="core.test", thing=house.add())
    assert no.value.field == "phone"


def test_what_waits_and_the_confirmation_stand_or_fall_together(db: None, house: Any, monkeypatch: Any) -> None:
    def fail(confirmation: Confirmation) -> None:
        raise RuntimeError

    monkeypatch.setitem(ROOM.confirmations, "core.test", Purpose("?", fail, lambda row: "/"))
    monkeypatch.setattr(tokens, "new_token", lambda: "t" * 43)
    confirmations.confirmation_start(channel="email", address=ADDRESS, purpose="core.test", thing=house.add())
    with pytest.raises(RuntimeError):
        confirmations.confirmation_finish("t" * 43)
    assert Confirmation.objects.get().confirmed_at is None


def test_addresses_are_forgotten(db: None, house: Any, client: Client, later: Any) -> None:
    client.post(f"/confirm/{start_by_email(house.add())}/")
    start_by_email(house.add(), "unused@example.net")
    later.shift(days=3)
    confirmations.forget_old()
    assert list(Confirmation.objects.values_list("address", flat=True)) == [ADDRESS]
    later.shift(days=28)
    confirmations.forget_old()
    outbox.clear_old()
    assert list(Confirmation.objects.values_list("address", flat=True)) == [""]
    assert set(Message.objects.values_list("address", flat=True)) == {""}


def test_the_box_on_a_page(person: Person, house: Any, client: Client) -> None:
    subject = house.add()
    page = client.get("/follow/", {"subject": subject})
    assert 'type="email"' in page.content.decode()
    client.force_login(person)
    page = client.get("/follow/", {"subject": subject})
    assert 'type="email"' not in page.content.decode()
    answer = client.post("/follow/", {"subject": subject, "next": "/notices/"})
    assert answer["Location"] == "/notices/"
    assert follow.following(Viewer.person(person.pk), subject) is not None
    answer = client.post("/follow/stop", {"subject": subject, "next": "https://elsewhere.example/"})
    assert answer["Location"].startswith("/test/"), "never to another site"
    assert follow.following(Viewer.person(person.pk), subject) is None


@pytest.fixture(autouse=True)
def _no_letters_left() -> None:
    mail.outbox = []
