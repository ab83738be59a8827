"""The quarterly meeting: what is gathered for it, who is invited, what is answered, and that it stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports.company import actions
from dure.reports.company.quarters import Quarter, parse
from dure.reports.company.queries import feedback
from dure.reports.models import FeedbackMeeting
from dure.reports.working import actions as working
from tests.collaboration.world import client_of
from tests.reports.company.conftest import collected, hand_in, make_firm, moved
from tests.reports.company.test_company import code_of
from tests.reports.world import World


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)), st.integers(-40, 40))
def test_quarters_follow_one_another(day: date, count: int) -> None:
    quarter = Quarter.of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.after(count).before(count) == quarter
    assert quarter.after(1).first == quarter.last + timedelta(days=1)
    assert quarter < quarter.after(1)
    assert parse(quarter.key) == quarter


@pytest.mark.parametrize("text", ["", "2026", "2026-5", "2026-0", "x-1", "2026-٣", "-1"])
def test_what_is_no_quarter(text: str) -> None:
    assert parse(text) is None


def plan(world: World, by: Viewer | None = None, **more: Any) -> FeedbackMeeting:
    this = Quarter.of(clock.today())
    fields = {"year": this.year, "quarter": this.number, "on": clock.today(), "place": "작은회의실", **more}
    return actions.meeting_plan(by=by or world.officer, id=uuid7(), fields=fields)


def test_what_is_gathered(world: World, firm: Viewer) -> None:
    open_one, done, secret = hand_in(world, firm), hand_in(world, firm), hand_in(world, firm, secret=True)
    working.report_answer(by=world.officer, id=done.pk, outcome="answered", text="그렇게 하겠습니다.")
    citizen = world.report()
    rule = collected(world.officer)
    refused = moved(world.officer, moved(world.officer, collected(world.officer, title="끝난 것"), "sent"), "refused")
    collected(world.other)
    meeting = plan(world)
    agenda = feedback.agenda(world.officer, meeting)
    assert {line.report for line in agenda.open} == {open_one, secret}
    assert [line.report for line in agenda.answered] == [done]
    assert {line.rule for line in agenda.rules} == {rule, refused}
    assert citizen.pk not in {line.report.pk for line in (*agenda.open, *agenda.answered) if line.report}
    page = Client().get(meeting.get_absolute_url()).content.decode()
    assert page.count("안건 1건") == 1
    later = hand_in(world, firm)
    assert actions.meeting_gather(by=world.officer, id=meeting.pk) == 1
    assert actions.meeting_gather(by=world.officer, id=meeting.pk) == 0
    assert later.receipt in Client().get(meeting.get_absolute_url()).content.decode()


def test_a_meeting_from_invitation_to_minutes(world: World, firm: Viewer) -> None:
    report = hand_in(world, firm)
    secret = hand_in(world, firm, secret=True)
    meeting = plan(world)
    second = make_firm(world, "참가구")
    assert {one.pk for one in feedback.to_invite(meeting)} == {firm.body_id}
    made = actions.meeting_invite(by=world.officer, id=meeting.pk, company_ids=[firm.body_id, second.body_id])
    assert len(made) == 2
    assert actions.meeting_invite(by=world.officer, id=meeting.pk, company_ids=[firm.body_id]) == []
    actions.invitation_answer(by=firm, id=meeting.pk, coming=False)
    actions.invitation_answer(by=firm, id=meeting.pk, coming=True)
    assert code_of(lambda: actions.invitation_answer(by=make_firm(world, "새가구"), id=meeting.pk, coming=True)) == (
        "not_found",
        None,
    )
    hold = lambda **more: actions.meeting_hold(  # noqa: E731
        **{"by": world.officer, "id": meeting.pk, "minutes": "모두 답했습니다.", "came": [firm.body_id], **more}
    )
    assert code_of(hold)[0] == "conflict"
    for item in meeting.items.all():
        actions.item_answer(by=world.officer, id=item.pk, text=f"답: {item.report.receipt} 010-1234-5678")
    assert code_of(lambda: hold(minutes=" ")) == ("invalid", "minutes")
    assert code_of(lambda: hold(by=world.other))[0] == "not_allowed"
    hold()
    working.report_answer(by=world.officer, id=report.pk, outcome="solved", text="풀었습니다.")
    page = Client().get(meeting.get_absolute_url()).content.decode()
    assert "모두 답했습니다." in page
    assert f"답: {report.receipt}" in page
    assert secret.receipt not in page
    assert "1234-5678" not in page
    agenda = feedback.agenda(Viewer.anonymous(), meeting)
    # As it stood at the meeting, whatever became of it since.
    assert [line.state for line in agenda.open] == ["접수됨", "접수됨"]
    meeting.refresh_from_db()
    assert [row.came for row in feedback.invitations(meeting)] == [True, False]
    item = meeting.items.first()
    assert item is not None
    for act in (
        lambda: actions.item_answer(by=world.officer, id=item.pk, text="다르게"),
        lambda: actions.meeting_gather(by=world.officer, id=meeting.pk),
        lambda: actions.meeting_change(by=world.officer, id=meeting.pk, fields={"on": clock.today(), "place": "딴 곳"}),
        lambda: actions.meeting_invite(by=world.officer, id=meeting.pk, company_ids=[firm.body_id]),
        lambda: actions.invitation_answer(by=firm, id=meeting.pk, coming=False),
        hold,
    ):
        assert code_of(act)[0] == "conflict"


def test_one_meeting_a_quarter_and_what_is_refused(world: World, firm: Viewer) -> None:
    meeting = plan(world)
    assert code_of(lambda: plan(world)) == ("conflict", "quarter")
    this = Quarter.of(clock.today())
    same = {"year": this.year, "quarter": this.number, "on": clock.today(), "place": "곳"}
    assert actions.meeting_plan(by=world.officer, id=meeting.pk, fields=same) == meeting
    for more, field in (
        ({"quarter": 5}, "quarter"),
        ({"year": 1999}, "quarter"),
        ({"year": "x"}, "quarter"),
        ({"on": None}, "on"),
        ({"on": this.first - timedelta(days=1)}, "on"),
        ({"place": ""}, "place"),
    ):
        assert code_of(lambda more=more: plan(world, by=world.other, **more)) == ("invalid", field), more
    for viewer in (world.reader, firm, world.citizen, Viewer.anonymous()):
        with pytest.raises(Refused):
            plan(world, by=viewer)
    for ids in ([], [world.there.pk], [uuid7()]):
        act = lambda ids=ids: actions.meeting_invite(by=world.officer, id=meeting.pk, company_ids=ids)  # noqa: E731
        assert code_of(act) == ("invalid", "companies")
    ahead = plan(world, by=world.other, on=clock.today() + timedelta(days=5))
    hold = lambda: actions.meeting_hold(by=world.other, id=ahead.pk, minutes="벌써")  # noqa: E731
    assert code_of(hold)[0] == "conflict"


def test_the_pages_of_a_meeting(world: World, firm: Viewer) -> None:
    hand_in(world, firm)
    client = client_of(world.officer)
    this = Quarter.of(clock.today())
    form = {"quarter": this.key, "on": str(clock.today()), "place": "작은회의실"}
    bad = client.post("/reports/company/meetings/new/", {**form, "place": "", "about": "남아야 하는 말"})
    assert bad.status_code == 422
    assert "남아야 하는 말" in bad.content.decode()
    assert client.post("/reports/company/meetings/new/", form).status_code == 302
    meeting = FeedbackMeeting.objects.get()
    path = meeting.get_absolute_url()
    assert client.post(f"{path}invite/", {"companies": [str(firm.body_id)]}).status_code == 302
    assert client.post(f"{path}invite/", {"other": "없는 회사"}).status_code == 422
    assert client.post(f"{path}change/", {**form, "place": "큰회의실"}).status_code == 302
    assert client.post(f"{path}gather/").status_code == 302
    assert client_of(firm).post(f"{path}reply/", {"coming": "yes"}).status_code == 302
    assert client.post(f"{path}hold/", {"minutes": "아직"}).status_code == 422
    item = meeting.items.get()
    assert client.post(f"{path}items/{item.pk}/", {"text": ""}).status_code == 422
    assert client.post(f"{path}items/{item.pk}/", {"text": "곧 풀립니다."}).status_code == 302
    assert client.post(f"{path}hold/", {"minutes": "마쳤습니다.", "came": [str(firm.body_id)]}).status_code == 302
    page = client.get(path).content.decode()
    for said in ("큰회의실", "곧 풀립니다.", "마쳤습니다."):
        assert said in page
    lines = b"".join(Client().get(f"{path}csv/").streaming_content).decode()
    assert "곧 풀립니다." in lines
    assert Client().get(f"{path}xlsx/").status_code == 200
    assert Client().get("/reports/company/meetings/").status_code == 200
