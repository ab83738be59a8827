"""Who hears of what, what waits on the desk, and how it reads on timelines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dure.bodies import actions as bodies
from dure.bodies.models import Membership
from dure.core import clock
from dure.core.events import deliver_due, timeline
from dure.core.ids import uuid7
from dure.core.models import Event, Message, Notice
from dure.core.notices import notices_of
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports.company import actions
from dure.reports.company.desk import desk_items
from dure.reports.company.quarters import Quarter
from dure.reports.company.queries import feedback
from dure.reports.models import CompanyCare, ReportContact
from dure.reports.sealed import seal
from dure.reports.working import actions as working
from tests.collaboration.world import client_of
from tests.reports.company.conftest import HEARD, collected, hand_in, logged, make_firm, moved
from tests.reports.world import World


def told(viewer: Viewer) -> list[str]:
    while deliver_due():
        pass
    assert viewer.person_id
    found = Notice.objects.filter(person_id=viewer.person_id).order_by("event__seq")
    return list(found.values_list("event__type", flat=True))


def test_the_company_hears_and_its_official_does(world: World, firm: Viewer) -> None:
    actions.care_assign(by=world.head, company_id=firm.body_id, officer_id=world.officer.person_id)
    report = hand_in(world, firm, secret=True)
    plan = {"on": clock.today(), "purpose": "창고를 봅니다.", "report": report.receipt}
    visit = actions.visit_plan(by=world.officer, id=uuid7(), company_id=firm.body_id, fields=plan)
    actions.visit_move(by=world.officer, id=visit.pk, fields=plan)
    promised = {"promised": "답", "answer_due": clock.today()}
    actions.visit_log(by=world.officer, id=visit.pk, fields={**HEARD, "on": clock.today(), **promised})
    actions.visit_answer(by=world.officer, id=visit.pk, text="됩니다.")
    working.report_answer(by=world.officer, id=report.pk, outcome="answered", text="답입니다.")
    assert told(firm) == [
        "reports.company.care_assigned",
        "reports.company.visit_planned",
        "reports.company.visit_moved",
        "reports.company.visited",
        "reports.company.visit_answered",
        "reports.closed",
    ]
    assert told(world.officer) == ["reports.company.care_assigned", "reports.received"]
    shown, _next = notices_of(firm, limit=30)
    assert all(one.line for one in shown), "a company reads what it is told also of what is withheld"
    assert client_of(firm).get("/notices/").status_code == 200


def test_a_rule_that_moves_and_a_meeting_are_told(world: World, firm: Viewer) -> None:
    report = hand_in(world, firm)
    rule = moved(world.officer, collected(world.officer, report=report.receipt), "sent", to="너른군")
    this = Quarter.of(clock.today())
    fields = {"year": this.year, "quarter": this.number, "on": clock.today(), "place": "회의실"}
    meeting = actions.meeting_plan(by=world.officer, id=uuid7(), fields=fields)
    actions.meeting_invite(by=world.officer, id=meeting.pk, company_ids=[firm.body_id])
    actions.invitation_answer(by=firm, id=meeting.pk, coming=True)
    assert told(firm) == [
        "reports.company.rule_collected",
        "reports.company.rule_moved",
        "reports.company.invited",
    ]
    assert told(world.other) == ["reports.company.rule_moved"]
    assert told(world.officer) == ["reports.company.invitation_answered"]
    for urn in (rule.urn, meeting.urn):
        assert len(timeline(urn, Viewer.anonymous())) >= 2


def test_asking_goes_to_the_company_and_its_word_to_the_body(world: World) -> None:
    far = make_firm(world, "먼가구", area=world.there)
    actions.approval_ask(by=world.officer, id=uuid7(), company_id=far.body_id, reason="가깝습니다.")
    assert [item.why for item in desk_items(far)] == ["우리 회사를 돌보아도 되는지 물었습니다."]
    actions.approval_answer(by=far, body_id=world.here.pk, accept=True)
    assert told(far) == ["reports.company.approval"]
    assert told(world.head) == ["reports.company.approval"]
    assert not list(desk_items(far))


def test_whoever_reported_without_an_account_gets_a_letter_without_personal_data(world: World) -> None:
    report = hand_in(world, Viewer.anonymous(), email="boss@example.kr")
    ReportContact.objects.update_or_create(
        report=report,
        defaults={"channel": "email", "sealed": seal("boss@example.kr"), "confirmed_at": clock.now()},
    )
    firm = make_firm(world)
    plan = {"on": clock.today(), "purpose": "창고를 봅니다.", "report": report.receipt}
    actions.visit_plan(by=world.officer, id=uuid7(), company_id=firm.body_id, fields=plan)
    while deliver_due():
        pass
    letter = Message.objects.get(once_key__startswith=f"reports.company:{report.pk}")
    assert report.status_path in letter.text
    assert "창고" not in letter.text


def test_what_waits_for_an_official(world: World, firm: Viewer) -> None:
    hand_in(world, firm)
    head = [item.title for item in desk_items(world.head)]
    assert "담당자가 없는 회사 1곳" in head
    actions.care_take(by=world.officer, company_id=firm.body_id)
    assert "담당자가 없는 회사 1곳" not in [item.title for item in desk_items(world.head)]
    day = clock.today()
    promised = {"promised": "답", "answer_due": day}
    logged(world.officer, firm, **promised)
    plan = {"on": day + timedelta(days=2), "purpose": "창고"}
    actions.visit_plan(by=world.officer, id=uuid7(), company_id=firm.body_id, fields=plan)
    rule = moved(world.officer, collected(world.officer), "sent")
    type(rule).objects.filter(pk=rule.pk).update(look_on=day)
    why = [item.why for item in desk_items(world.officer)]
    assert sorted(why) == sorted(
        [
            "돌보는 회사가 어려움을 알렸습니다.",
            "찾아가서 약속한 답을 아직 드리지 않았습니다.",
            "찾아갈 날이 다가옵니다.",
            "어떻게 되었는지 다시 여쭐 날입니다.",
        ]
    )
    for viewer in (world.reader, world.citizen, Viewer.anonymous(), world.other):
        assert not list(desk_items(viewer))


def test_companies_due_for_a_visit(world: World, firm: Viewer) -> None:
    actions.care_take(by=world.officer, company_id=firm.body_id)
    assert not list(desk_items(world.officer))
    CompanyCare.objects.update(since=clock.now() - timedelta(days=100))
    assert [item.title for item in desk_items(world.officer)] == ["석 달 넘게 찾아가지 않은 회사 1곳"]
    assert "샘가구" in client_of(world.officer).get("/reports/company/desk/companies/?only=unvisited").content.decode()
    logged(world.officer, firm)
    assert not list(desk_items(world.officer))
    Membership.objects.filter(person=world.officer.person_id).update(ended_at=clock.now())
    page = client_of(world.head).get("/reports/company/desk/companies/?only=nobody").content.decode()
    assert "샘가구" in page


def test_who_leaves_the_body_leaves_its_companies(world: World, firm: Viewer) -> None:
    actions.care_take(by=world.officer, company_id=firm.body_id)
    row = Membership.objects.get(person=world.officer.person_id)
    bodies.end_membership(by=world.head, membership_id=row.pk)
    while deliver_due():
        pass
    care = CompanyCare.objects.get()
    assert care.until is not None
    assert told(firm) == ["reports.company.care_assigned", "reports.company.care_ended"]


def test_a_company_answers_a_question_as_whoever_reported(world: World, firm: Viewer) -> None:
    report = hand_in(world, firm)
    working.report_ask(by=world.officer, id=report.pk, text="몇 m인가요?")
    page = client_of(firm).get(report.get_absolute_url()).content.decode()
    assert f"{report.status_path}reply/" in page
    working.report_reply(by=firm, id=report.pk, text="7 m입니다.")
    with pytest.raises(Refused):
        working.report_reply(by=make_firm(world, "참가구"), id=report.pk, text="우리도요.")
    assert f"{report.status_path}reply/" not in client_of(world.officer).get(report.get_absolute_url()).content.decode()


def test_the_quarter_ends_without_a_meeting(world: World, firm: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    report = hand_in(world, firm)
    last = Quarter.of(clock.today()).last
    monkeypatch.setattr(clock, "today", lambda: last)
    assert feedback.missing_quarter(world.here.pk) == Quarter.of(last)
    assert feedback.missing_quarter(world.there.pk) is None
    assert report.body_id == world.here.pk
    fields = {"year": last.year, "quarter": Quarter.of(last).number, "on": last, "place": "회의실"}
    meeting = actions.meeting_plan(by=world.officer, id=uuid7(), fields=fields)
    assert feedback.missing_quarter(world.here.pk) is None
    assert [one.title for one in desk_items(world.other)] == []
    assert meeting.title in [item.title for item in desk_items(world.officer)]


def test_a_withheld_visit_stands_on_the_companys_timeline_as_withheld(world: World, firm: Viewer) -> None:
    logged(world.officer, firm, secret=True)
    urn = f"dure:body:{firm.body_id}"
    anybody = [line for line in timeline(urn, Viewer.anonymous()) if line.type == "reports.company.visited"]
    assert [line.withheld is not None for line in anybody] == [True]
    own = [line for line in timeline(urn, firm) if line.type == "reports.company.visited"]
    assert [line.withheld for line in own] == [None]


def test_events_hold_no_text(world: World, firm: Viewer) -> None:
    report = hand_in(world, firm)
    logged(world.officer, firm, report=report.receipt)
    moved(world.officer, collected(world.officer, report=report.receipt), "sent")
    said: list[Any] = [value for event in Event.objects.all() for value in event.data.values()]
    assert not [value for value in said if isinstance(value, str) and any("가" <= sign <= "힣" for sign in value)]


def test_a_reports_page_in_both_places(world: World, firm: Viewer) -> None:
    report = hand_in(world, firm)
    logged(world.officer, firm, report=report.receipt)
    hidden = logged(world.officer, firm, report=report.receipt, heard="설계가 샙니다.", secret=True)
    public = Client().get(report.get_absolute_url()).content.decode()
    assert "설계가 샙니다." not in public
    assert "찾아간 기록 1건" in public
    assert "설계가 샙니다." in Client().get(report.status_path).content.decode()
    assert client_of(firm).get(hidden.get_absolute_url()).status_code == 200
    assert "찾아간 것 적기" in client_of(world.officer).get(report.get_absolute_url()).content.decode()
