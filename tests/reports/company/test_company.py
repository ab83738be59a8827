"""The company desk from a company's difficulty to a changed rule: who may do what, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from dure.bodies.models import Body, Membership
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.search import search
from dure.core.viewer import Viewer
from dure.reports import asking
from dure.reports.company import actions, policy
from dure.reports.models import CareApproval, CompanyCare, Report, Visit
from dure.reports.working import actions as working
from tests.collaboration.world import body, client_of, officer
from tests.reports.company.conftest import HEARD, RULE, SAID, collected, hand_in, logged, make_firm, moved
from tests.reports.world import World, route_to


def code_of(act: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code, caught.value.field


def test_from_difficulty_to_changed_rule(world: World, firm: Viewer) -> None:
    care = actions.care_assign(by=world.head, company_id=firm.body_id, officer_id=world.officer.person_id)
    report = hand_in(world, firm)
    assert (report.kind, report.sender_id, report.body_id) == ("company", firm.body_id, world.here.pk)
    logged(world.officer, firm, report=report.receipt)
    rule = collected(world.officer, report=report.receipt)
    assert rule.company_id == firm.body_id
    page = Client().get(report.get_absolute_url()).content.decode()
    for said in (care.officer.name, "창고가 모자랍니다.", "창고 높이"):
        assert said in page
    moved(world.officer, rule, "sent", note="")
    moved(world.officer, rule, "answered", note="살펴보겠습니다.", to="")
    rule = moved(world.officer, rule, "changed", note="조례가 바뀌었습니다.", source_url="https://law.example/9")
    assert (rule.state, rule.with_name, rule.look_on) == ("changed", "국토부", None)
    assert [step.state for step in rule.steps.order_by("number")] == ["sent", "answered", "changed"]
    page = Client().get(rule.get_absolute_url()).content.decode()
    for said in ("살펴보겠습니다.", "조례가 바뀌었습니다.", "https://law.example/9", "공문 12호"):
        assert said in page
    assert code_of(lambda: moved(world.officer, rule, "sent")) == ("conflict", "state")


def test_one_official_at_a_time(world: World, firm: Viewer) -> None:
    actions.care_assign(by=world.head, company_id=firm.body_id, officer_id=world.officer.person_id)
    actions.care_assign(by=world.head, company_id=firm.body_id, officer_id=world.head.person_id)
    again = actions.care_assign(by=world.head, company_id=firm.body_id, officer_id=world.head.person_id)
    assert CompanyCare.objects.count() == 2
    assert CompanyCare.objects.get(until=None) == again
    with pytest.raises(IntegrityError), transaction.atomic():
        CompanyCare.objects.create(company_id=firm.body_id, body=world.here, officer_id=world.officer.person_id)
    for viewer, to in ((world.officer, world.officer), (world.head, world.other), (firm, world.officer)):
        with pytest.raises(Refused):
            actions.care_assign(by=viewer, company_id=firm.body_id, officer_id=to.person_id)
    assert code_of(lambda: actions.care_take(by=world.officer, company_id=firm.body_id))[0] == "conflict"
    actions.care_end(by=world.head, company_id=firm.body_id)
    assert not CompanyCare.objects.filter(until=None).exists()
    taken = actions.care_take(by=world.officer, company_id=firm.body_id)
    assert taken.officer_id == world.officer.person_id


def test_who_left_the_body_no_longer_keeps_others_out(world: World, firm: Viewer) -> None:
    actions.care_take(by=world.officer, company_id=firm.body_id)
    Membership.objects.filter(person=world.officer.person_id).update(ended_at=clock.now())
    actions.care_take(by=world.head, company_id=firm.body_id)
    assert CompanyCare.objects.get(until=None).officer_id == world.head.person_id


def test_only_the_seats_body_or_one_the_company_accepts_may_care(world: World, firm: Viewer) -> None:
    there = officer(world.there, "고과장", "head")
    assign = lambda: actions.care_assign(  # noqa: E731
        by=there, company_id=firm.body_id, officer_id=world.other.person_id
    )
    assert code_of(assign) == ("conflict", "company")
    assert code_of(lambda: logged(world.other, firm)) == ("conflict", "company")
    asked = actions.approval_ask(by=world.other, id=uuid7(), company_id=firm.body_id, reason="가까이 있습니다.")
    assert actions.approval_ask(by=world.other, id=asked.pk, company_id=firm.body_id, reason="또") == asked
    again = lambda: actions.approval_ask(by=world.other, id=uuid7(), company_id=firm.body_id, reason="또")  # noqa: E731
    assert code_of(again)[0] == "conflict"
    assert code_of(assign)[0] == "conflict"
    actions.approval_answer(by=firm, body_id=world.there.pk, accept=True)
    assign()
    actions.approval_answer(by=firm, body_id=world.there.pk, accept=False)
    assert not CompanyCare.objects.filter(body=world.there, until=None).exists()
    assert code_of(assign)[0] == "conflict"
    states = list(CareApproval.objects.values_list("state", flat=True))
    assert states == ["ended"]
    for viewer in (world.officer, world.citizen, officer(Body.objects.get(pk=firm.body_id), "직원", "reader")):
        with pytest.raises(Refused):
            actions.approval_answer(by=viewer, body_id=world.there.pk, accept=True)
    assert code_of(lambda: actions.approval_answer(by=firm, body_id=firm.body_id, accept=True)) == ("invalid", "body")


def test_who_has_a_companys_difficulty_may_care_unless_the_company_said_no(world: World) -> None:
    far = make_firm(world, "먼가구", area=world.there)
    assert not policy.may_care(world.here.pk, far.body_id)
    hand_in(world, far)
    assert policy.may_care(world.here.pk, far.body_id)
    actions.approval_answer(by=far, body_id=world.here.pk, accept=False)
    assert not policy.may_care(world.here.pk, far.body_id)
    assert policy.may_care(world.there.pk, far.body_id)


def test_a_trade_secret_is_for_the_body_and_the_company(world: World, firm: Viewer) -> None:
    report = hand_in(world, firm, secret=True)
    visit = logged(world.officer, firm, report=report.receipt)
    for viewer in (world.other, world.citizen, Viewer.anonymous()):
        assert client_of(viewer).get(report.get_absolute_url()).status_code == 404
        assert client_of(viewer).get(visit.get_absolute_url()).status_code == 404
    assert not search("증축", viewer=Viewer.anonymous(), kinds=["report"])
    for viewer in (world.officer, firm):
        assert client_of(viewer).get(report.get_absolute_url()).status_code == 200
        assert "창고가 모자랍니다." in client_of(viewer).get(visit.get_absolute_url()).content.decode()
    assert "창고가 모자랍니다." in Client().get(report.status_path).content.decode()
    with pytest.raises(Refused, match="비공개"):
        collected(world.officer, report=report.receipt)
    company = Client().get(f"/reports/company/of/{Body.objects.get(pk=firm.body_id).slug}/").content.decode()
    assert "증축" not in company
    assert company.count("공개되지 않음") == 1
    assert code_of(lambda: actions.company_report_open(by=world.officer, id=report.pk))[0] == "not_allowed"
    assert code_of(lambda: working.report_open(by=world.officer, id=report.pk, thing=report.urn))[0] == "not_allowed"
    actions.company_report_open(by=firm, id=report.pk)
    assert Client().get(report.get_absolute_url()).status_code == 200
    assert code_of(lambda: actions.company_report_open(by=firm, id=report.pk))[0] == "conflict"
    actions.company_report_withhold(by=firm, id=report.pk, review_on=clock.today() + timedelta(days=30))
    assert Client().get(report.get_absolute_url()).status_code == 404
    assert code_of(lambda: actions.company_report_withhold(by=firm, id=report.pk, review_on=None))[1] == "review_on"


def test_a_secret_that_nobody_has_is_read_by_the_company_and_by_whoever_gets_it(world: World, firm: Viewer) -> None:
    """No body was found; it is given to one later, and then to another: each reads it while it has it."""
    report = hand_in(world, firm, secret=True)
    Report.objects.filter(pk=report.pk).update(body=None, state="received")
    path = report.get_absolute_url()
    assert client_of(firm).get(path).status_code == 200
    assert client_of(world.officer).get(path).status_code == 404
    assert Client().get(report.status_path).status_code == 200
    province = officer(body("큰도", "sido", code="9190000000"), "도 담당")
    working.report_give(by=province, id=report.pk, body_id=world.there.pk, reason="그 군의 일입니다.")
    assert client_of(world.other).get(path).status_code == 200
    assert client_of(world.officer).get(path).status_code == 404
    assert client_of(firm).get(path).status_code == 200


def test_a_visit_is_withheld_and_opened_with_reason_and_day(world: World, firm: Viewer) -> None:
    visit = logged(world.officer, firm)
    day = clock.today() + timedelta(days=60)
    hide = lambda **more: actions.visit_withhold(  # noqa: E731
        **{"by": world.officer, "id": visit.pk, "reason": "trade_secret", "review_on": day, **more}
    )
    assert code_of(lambda: hide(review_on=None))[1] == "review_on"
    assert code_of(lambda: hide(reason=""))[1] == "withheld_reason"
    assert code_of(lambda: hide(by=world.other))[0] == "not_allowed"
    hide()
    page = Client().get(visit.get_absolute_url())
    assert page.status_code == 200
    assert "창고가" not in page.content.decode()
    assert "경영·영업상 비밀" in page.content.decode()
    assert "창고가" in client_of(firm).get(visit.get_absolute_url()).content.decode()
    slug = Body.objects.get(pk=firm.body_id).slug
    assert "찾아간 기록 1건" in Client().get(f"/reports/company/of/{slug}/").content.decode()
    actions.visit_open(by=world.head, id=visit.pk)
    assert "창고가" in Client().get(visit.get_absolute_url()).content.decode()
    assert code_of(lambda: actions.visit_open(by=world.head, id=visit.pk))[0] == "conflict"


def test_a_planned_visit_is_moved_made_and_answered(world: World, firm: Viewer) -> None:
    today = clock.today()
    plan = {"on": today + timedelta(days=3), "purpose": "창고를 봅니다."}
    id = uuid7()
    visit = actions.visit_plan(by=world.officer, id=id, company_id=firm.body_id, fields=plan)
    assert actions.visit_plan(by=world.officer, id=id, company_id=firm.body_id, fields=plan) == visit
    actions.visit_move(by=world.officer, id=id, fields={**plan, "on": today})
    promised = {"promised": "알아보겠습니다.", "answer_due": today + timedelta(days=5)}
    visit = actions.visit_log(by=world.officer, id=id, fields={**HEARD, "on": today, **promised})
    assert (visit.state, visit.owed) == ("made", True)
    assert (
        actions.visit_log(by=world.officer, id=id, fields={**HEARD, "on": today, "heard": "다른 말"}).heard != "다른 말"
    )
    assert code_of(lambda: actions.visit_move(by=world.officer, id=id, fields=plan))[0] == "conflict"
    visit = actions.visit_answer(by=world.head, id=id, text="국토부도 그렇게 봅니다. 010-1234-5678")
    assert not visit.owed
    assert "1234-5678" not in visit.answer
    assert code_of(lambda: actions.visit_answer(by=world.head, id=id, text="또"))[0] == "conflict"
    dropped = actions.visit_plan(by=world.officer, id=uuid7(), company_id=firm.body_id, fields=plan)
    assert code_of(lambda: actions.visit_drop(by=world.officer, id=dropped.pk, reason=" ")) == ("invalid", "reason")
    actions.visit_drop(by=world.officer, id=dropped.pk, reason="회사가 미루었습니다.")
    late = lambda: actions.visit_log(by=world.officer, id=dropped.pk, fields={**HEARD, "on": today})  # noqa: E731
    assert code_of(late)[0] == "conflict"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"on": None}, "on"),
        ({"on": clock.today() + timedelta(days=1)}, "on"),
        ({"who": ""}, "who"),
        ({"heard": " \u200e "}, "heard"),
        ({"heard": "가" * 40_000}, "heard"),
        ({"kind": "party"}, "kind"),
        ({"answer_due": clock.today()}, "promised"),
        ({"promised": "답", "answer_due": clock.today() - timedelta(days=1)}, "answer_due"),
        ({"report": "R-없음"}, "report"),
    ],
)
def test_bad_visits_are_refused_at_their_field(world: World, firm: Viewer, fields: dict[str, Any], field: str) -> None:
    assert code_of(lambda: logged(world.officer, firm, **fields)) == ("invalid", field)
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"state": "collected"}, "state"),
        ({"state": "x"}, "state"),
        ({"state": "changed"}, "state"),
        ({"on": None}, "on"),
        ({"on": clock.today() + timedelta(days=1)}, "on"),
        ({"on": clock.today() - timedelta(days=1)}, "on"),
        ({"source": ""}, "source"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"to": ""}, "to"),
        ({"look_on": clock.today()}, "look_on"),
    ],
)
def test_bad_steps_are_refused_at_their_field(world: World, firm: Viewer, fields: dict[str, Any], field: str) -> None:
    rule = collected(world.officer)
    given = {"state": "sent", "on": clock.today(), "source": "공문", "to": "국토부", **fields}
    act = lambda: actions.rule_step(by=world.officer, id=rule.pk, step_id=uuid7(), fields=given)  # noqa: E731
    assert code_of(act)[1] == field
    rule.refresh_from_db()
    assert (rule.state, rule.steps.count()) == ("collected", 0)


def test_a_step_twice_is_one_and_an_answer_says_what(world: World) -> None:
    rule = collected(world.officer)
    fields = {"state": "sent", "on": clock.today(), "source": "공문", "to": "온샘시의회"}
    id = uuid7()
    for _time in range(2):
        actions.rule_step(by=world.officer, id=rule.pk, step_id=id, fields=fields)
    assert rule.steps.count() == 1
    assert code_of(lambda: moved(world.officer, rule, "refused", note=""))[1] == "note"
    moved(world.officer, rule, "refused", note="까닭이 있습니다.")
    moved(world.officer, rule, "sent", note="다시 보냅니다.")
    assert code_of(lambda: moved(world.other, rule, "changed"))[0] == "not_allowed"


def test_what_is_refused(world: World, firm: Viewer) -> None:
    report = hand_in(world, firm)
    assert code_of(lambda: hand_in(world, world.officer))[0] == "not_allowed"
    for name, more in (("company", {"company": ""}), ("difficulty", {"difficulty": ""}), ("address", {"address": ""})):
        assert code_of(lambda more=more: hand_in(world, Viewer.anonymous(), **more)) == ("invalid", name)
    assert code_of(lambda: hand_in(world, firm, to=str(world.there.pk))) == ("invalid", "to")
    assert code_of(lambda: hand_in(world, firm, difficulty="가" * 40_000)) == ("invalid", "difficulty")
    for viewer in (world.reader, firm, world.citizen, Viewer.anonymous()):
        with pytest.raises(Refused):
            logged(viewer, firm)
        with pytest.raises(Refused):
            collected(viewer)
    assert code_of(lambda: collected(world.other, report=report.receipt)) == ("invalid", "report")
    for name in RULE:
        assert code_of(lambda name=name: collected(world.officer, **{name: ""})) == ("invalid", name)
    other_firm = make_firm(world, "참가구")
    act = lambda: logged(world.officer, other_firm, report=report.receipt)  # noqa: E731
    assert code_of(act) == ("invalid", "report")


def test_a_company_chooses_the_body_that_cares_for_it(world: World, firm: Viewer) -> None:
    actions.approval_answer(by=firm, body_id=world.there.pk, accept=True)
    actions.care_take(by=world.other, company_id=firm.body_id)
    report = actions.company_report(
        by=firm, id=uuid7(), fields={"difficulty": "도로가 좁습니다.", "to": str(world.there.pk)}
    )
    assert report.body == world.there
    assert report.due_at is not None
    assert "고른 기관" in report.route.reason


def test_a_public_id_does_not_open_the_status_link(world: World) -> None:
    report = hand_in(world, Viewer.anonymous())
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        answer = Client().post("/reports/company/", {**SAID, "id": str(report.pk)})
        again = Client().post("/reports/company/", {**SAID, "id": str(report.pk)})
    assert answer["Location"] == again["Location"]
    assert answer["Location"] != report.status_path
