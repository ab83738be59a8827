"""Meetings: calling, changing, cancelling, answering, minutes; the invitations and the calendar."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from icalendar import Calendar

from dure.bodies.models import Membership
from dure.collaboration import parties
from dure.collaboration.decisions.actions import proposal_make
from dure.collaboration.models import Collaboration, Party
from dure.collaboration.workspace import actions, calendar, queries
from dure.collaboration.workspace.desk import desk_items
from dure.collaboration.workspace.models import Meeting
from dure.collaboration.workspace.words import Block, blocks
from dure.core import clock, outbox
from dure.core.events import deliver_due
from dure.core.ids import uuid7
from dure.core.models import Message, Notice
from dure.core.viewer import Viewer
from tests.collaboration.workspace.test_tasks import refused
from tests.collaboration.workspace.work import meeting, meeting_fields, milestone, narrow, task
from tests.collaboration.world import World, client_of


@pytest.fixture
def c(world: World) -> Collaboration:
    return world.together(stage="working")


def letters(method: str) -> list[Message]:
    return [m for m in Message.objects.order_by("created_at", "id") if f"METHOD:{method}" in m.calendar]


def event_of(text: str):
    return Calendar.from_ical(text).walk("VEVENT")[0]


def test_those_who_act_for_the_invited_get_an_invitation_its_change_and_its_cancellation(world, c):
    both = [world.asker.body_id, world.offerer.body_id]
    made = meeting(world.asker, c, bodies=both)
    deliver_due()
    assert len(letters("REQUEST")) == 2
    first = event_of(letters("REQUEST")[0].calendar)
    assert (first["UID"], first["SEQUENCE"], first["SUMMARY"]) == (calendar.uid_of(made), 0, "첫 모임")
    for letter in letters("REQUEST"):
        # The one recipient's address and nobody else's; no name of a person.
        assert letter.calendar.count("mailto:") == 2
        assert letter.address in letter.calendar.replace("\r\n ", "")
        assert "담당" not in letter.calendar + letter.text
    fields = meeting_fields(world.asker, 72, bodies=[world.asker.body_id])
    changed = actions.meeting_change(by=world.asker, id=made.pk, fields=fields, version=1)
    assert changed.sequence == 1
    deliver_due()
    again = event_of(letters("REQUEST")[-1].calendar)
    assert (again["UID"], again["SEQUENCE"]) == (first["UID"], 1)
    (uninvited,) = letters("CANCEL")
    assert (event_of(uninvited.calendar)["STATUS"], len(letters("REQUEST"))) == ("CANCELLED", 3)
    actions.meeting_cancel(by=world.offerer, id=made.pk, reason="눈이 많이 옴")
    deliver_due()
    off = event_of(letters("CANCEL")[-1].calendar)
    assert (off["SEQUENCE"], off["STATUS"]) == (2, "CANCELLED")
    assert Notice.objects.filter(event__type="collaboration.meeting.cancelled").count() == 1
    refused("conflict", None, actions.meeting_change, by=world.asker, id=made.pk, fields=fields)
    refused("conflict", None, actions.meeting_cancel, by=world.asker, id=made.pk, reason="또")


def test_a_change_of_nothing_is_none(world, c):
    made = meeting(world.asker, c)
    fields = meeting_fields(world.asker, 48) | {"starts_at": made.starts_at, "ends_at": made.ends_at}
    assert actions.meeting_change(by=world.asker, id=made.pk, fields=fields).sequence == 0


def test_the_mail_carries_the_calendar_and_forgets_it(world, c):
    meeting(world.asker, c, bodies=[world.offerer.body_id])
    deliver_due()
    outbox.send_due()
    sent = next(letter for letter in mail.outbox if letter.alternatives)
    content, kind = sent.alternatives[0]
    assert "method=REQUEST" in kind
    assert content.startswith("BEGIN:VCALENDAR")
    assert "Content-Type: text/calendar" in sent.message().as_string()
    assert not Message.objects.filter(state="sent").exclude(calendar="").exists()


def test_a_withheld_meeting_says_in_a_letter_only_when_it_is(world, c):
    meeting(world.asker, c, title="연봉 회의", place="비밀 방", bodies=[world.offerer.body_id], visibility=narrow())
    deliver_due()
    (letter,) = letters("REQUEST")
    said = letter.subject + letter.text + letter.calendar.replace("\r\n ", "")
    assert not any(word in said for word in ("연봉", "비밀 방", "여는 날"))
    assert queries.meetings(world.citizen, c).closed
    assert not queries.meetings(world.citizen, c).coming


def test_what_cannot_be_said_of_a_meeting(world, c):
    start = clock.now() + timedelta(days=1)
    wrong = (
        ("title", {"title": ""}),
        ("title", {"title": "가" * 40_000}),
        ("place", {"place": "", "link": ""}),
        ("link", {"link": "javascript:alert(1)"}),
        ("ends_at", {"starts_at": start, "ends_at": start}),
        ("ends_at", {"starts_at": start, "ends_at": start - timedelta(hours=1)}),
        ("ends_at", {"starts_at": start, "ends_at": start + timedelta(days=30)}),
        ("starts_at", {"starts_at": None}),
        ("bodies", {"bodies": []}),
        ("bodies", {"bodies": [uuid7()]}),
        ("agenda", {"agenda": [{"text": "가", "body": uuid7()}]}),
        ("agenda", {"agenda": [{"text": "가" * 201, "body": None}]}),
        ("agenda", {"agenda": [{"text": "가", "body": None}] * 21}),
    )
    for field, fields in wrong:
        refused("invalid", field, meeting, world.asker, c, **fields)
    leaving = Party.objects.get(collaboration=c, body_id=world.other.body_id)
    parties.leave(leaving, "예산이 끊김")
    refused("invalid", "bodies", meeting, world.asker, c, bodies=[world.other.body_id])
    assert not Meeting.objects.exists()


def test_answers(world, c):
    made = meeting(world.asker, c, bodies=[world.asker.body_id, world.offerer.body_id])
    assert [item.title for item in desk_items(world.offerer)] == ["첫 모임"]
    actions.meeting_answer(by=world.offerer, id=made.pk, answer="coming")
    assert not list(desk_items(world.offerer))
    actions.meeting_answer(by=world.offerer, id=made.pk, answer="not_coming")
    refused("not_allowed", None, actions.meeting_answer, by=world.other, id=made.pk, answer="coming")
    refused("invalid", "answer", actions.meeting_answer, by=world.offerer, id=made.pk, answer="perhaps")
    refused("conflict", None, actions.meeting_attended, by=world.asker, id=made.pk, people=[])
    refused("conflict", None, actions.minutes_write, by=world.asker, id=made.pk, text="미리")
    past = meeting(world.asker, c, -48)
    refused("conflict", None, actions.meeting_answer, by=world.asker, id=past.pk, answer="coming")
    page = queries.meeting_page(world.citizen, made)
    assert [(row.body.pk, row.not_coming, list(row.people)) for row in page.attendance if row.not_coming] == [
        (world.offerer.body_id, 1, [])
    ]
    assert any(row.people for row in queries.meeting_page(world.other, made).attendance)


def test_who_was_there_and_what_was_said(world, c):
    past = meeting(world.asker, c, -48, bodies=[world.asker.body_id, world.offerer.body_id])
    assert [item.kind for item in desk_items(world.asker)] == ["회의록"]
    refused("invalid", "people", actions.meeting_attended, by=world.asker, id=past.pk, people=[world.other.person_id])
    assert actions.meeting_attended(by=world.asker, id=past.pk, people=[world.offerer.person_id]) == 1
    actions.meeting_attended(by=world.asker, id=past.pk, people=[])
    assert not past.attendance.filter(was_there=True).exists()
    write = {"by": world.offerer, "id": past.pk}
    refused("invalid", "text", actions.minutes_write, text=" \u200e ", **write)
    too_long = refused("invalid", "text", actions.minutes_write, text="가" * 40_000, **write)
    assert "40,000" in str(too_long.message)
    refused("invalid", "decisions", actions.minutes_write, text="가", decisions=[f"dure:proposal:{uuid7()}"], **write)
    actions.minutes_write(text="정했습니다. 🙂", version=0, **write)
    refused("conflict", None, actions.minutes_write, text="다시", version=0, **write)
    again = actions.minutes_write(text="고쳐 정했습니다.", version=1, **write)
    assert (again.minutes_version, past.minutes_revisions.get().before) == (2, "정했습니다. 🙂")
    assert not list(desk_items(world.asker))


def test_a_pasted_table_is_a_table():
    text = "앞\n이름\t값\n가\t1\n나\t2\t셋\n뒤\n홀로\t선 줄\n끝"
    assert blocks(text) == [
        Block(text="앞"),
        Block(head=("이름", "값", ""), rows=(("가", "1", ""), ("나", "2", "셋"))),
        Block(text="뒤\n홀로 · 선 줄\n끝"),
    ]
    assert blocks("") == []


def test_the_calendar_shows_what_its_reader_may_see(world, c):
    task(world.asker, c, "열린 일", due_on=clock.today())
    task(world.asker, c, "닫힌 일", due_on=clock.today(), visibility=narrow())
    milestone(world.asker, c)
    meeting(world.asker, c)
    _key, token = actions.calendar_key_make(by=world.offerer, id=c.pk)
    anyone = client_of(Viewer.anonymous())
    address = f"/collaborations/{c.receipt}/workspace/calendar"
    public = anyone.get(f"{address}.ics").content.decode()
    own = anyone.get(f"{address}/{token}.ics").content.decode()
    assert len(Calendar.from_ical(public).walk("VEVENT")) == 3
    assert len(Calendar.from_ical(own).walk("VEVENT")) == 4
    assert "닫힌" not in public
    assert "닫힌 일" in own
    # Signed in or not: the public address shows the public alone, since calendars keep what they fetch.
    assert "닫힌" not in client_of(world.offerer).get(f"{address}.ics").content.decode()
    assert anyone.get(f"{address}/{'x' * 43}.ics").status_code == 404
    renewed = actions.calendar_key_make(by=world.offerer, id=c.pk)[1]
    assert anyone.get(f"{address}/{token}.ics").status_code == 404
    assert anyone.get(f"{address}/{renewed}.ics").status_code == 200
    Membership.objects.filter(person=world.offerer.person_id).update(ended_at=clock.now())
    assert anyone.get(f"{address}/{renewed}.ics").status_code == 404
    refused("not_allowed", None, actions.calendar_key_make, by=world.citizen, id=c.pk)
    refused("not_signed_in", None, actions.calendar_key_make, by=Viewer.anonymous(), id=c.pk)


def test_a_party_that_left_loses_its_calendar(world, c):
    token = actions.calendar_key_make(by=world.other, id=c.pk)[1]
    parties.leave(Party.objects.get(collaboration=c, body_id=world.other.body_id), "예산이 끊김")
    address = f"/collaborations/{c.receipt}/workspace/calendar/{token}.ics"
    assert client_of(Viewer.anonymous()).get(address).status_code == 404


def test_minutes_offer_what_was_decided_by_its_own_name(world, c):
    made = proposal_make(by=world.asker, id=c.pk, title="첫차를 20분 당깁니다", text="새벽에 나갑니다.")
    past = meeting(world.asker, c, -48, bodies=[world.asker.body_id])
    page = client_of(world.asker).get(f"{past.get_absolute_url()}minutes/").content.decode()
    assert "첫차를 20분 당깁니다" in page
    actions.minutes_write(by=world.asker, id=past.pk, text="정했습니다.", decisions=[made.urn], version=0)
    page = client_of(Viewer.anonymous()).get(past.get_absolute_url()).content.decode()
    assert f'<a href="{made.get_absolute_url()}">첫차를 20분 당깁니다</a>' in page
