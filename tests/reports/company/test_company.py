"""The company desk from a company's difficulty to a changed rule, and what is refused."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from dure.core import clock
from dure.core.events import deliver_due
from dure.core.ids import uuid7
from dure.core.models import Notice
from dure.core.refused import Refused
from dure.core.search import search
from dure.core.viewer import Viewer
from dure.reports import asking
from dure.reports.company import actions
from dure.reports.models import CompanyCare, Report, Visit
from tests.collaboration.world import body, client_of, officer
from tests.reports.world import World, route_to

SAID = {"company": "샘가구", "difficulty": "창고 증축이 막혔습니다.", "rule": "건축 조례 제9조", "address": "온샘시"}
VISIT = {"who": "공장장", "heard": "창고가 모자랍니다."}
RULE = {"title": "창고 높이", "law": "온샘시 건축 조례 제9조", "problem": "지게차가 들어가지 못합니다."}


@pytest.fixture
def firm(world: World) -> Viewer:
    return officer(body("샘가구", "company", code="x-firm"), "오사장", "head")


def hand_in(world: World, by: Viewer, **more: Any) -> Report:
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        return actions.company_report(by=by, id=uuid7(), fields={**SAID, **more})


def test_from_difficulty_to_changed_rule(world: World, firm: Viewer) -> None:
    care = actions.care_assign(by=world.head, company_id=firm.body_id, officer_id=world.officer.person_id)
    report = hand_in(world, firm)
    assert (report.kind, report.sender_id, report.body_id) == ("company", firm.body_id, world.here.pk)
    deliver_due()
    assert Notice.objects.filter(person_id=world.officer.person_id).count() == 1
    visit = {**VISIT, "on": clock.today(), "report": report.receipt}
    actions.visit_log(by=world.officer, id=uuid7(), company_id=firm.body_id, fields=visit)
    rule = actions.rule_collect(by=world.officer, id=uuid7(), fields={**RULE, "report": report.receipt})
    actions.rule_send(by=world.officer, id=rule.pk, to_id=world.there.pk)
    page = Client().get(report.get_absolute_url()).content.decode()
    assert care.officer.name in page
    assert "창고가 모자랍니다." in page
    assert "창고 높이" in page
    actions.rule_decide(by=world.officer, id=rule.pk, state="accepted", reason="맞는 말입니다.", on=clock.today())
    assert "맞는 말입니다." in Client().get(rule.get_absolute_url()).content.decode()
    lines = b"".join(Client().get("/reports/company/rules/?format=csv").streaming_content).decode()
    assert "창고 높이" in lines
    with pytest.raises(Refused, match="이미"):
        actions.rule_send(by=world.officer, id=rule.pk, to_id=world.there.pk)


def test_one_official_at_a_time(world: World, firm: Viewer) -> None:
    actions.care_assign(by=world.head, company_id=firm.body_id, officer_id=world.officer.person_id)
    actions.care_assign(by=world.head, company_id=firm.body_id, officer_id=world.head.person_id)
    assert CompanyCare.objects.count() == 2
    assert CompanyCare.objects.get(until=None).officer_id == world.head.person_id
    with pytest.raises(IntegrityError), transaction.atomic():
        CompanyCare.objects.create(company_id=firm.body_id, body=world.here, officer_id=world.officer.person_id)
    for viewer, to in ((world.officer, world.officer), (world.head, world.other), (firm, world.officer)):
        with pytest.raises(Refused):
            actions.care_assign(by=viewer, company_id=firm.body_id, officer_id=to.person_id)


def test_a_trade_secret_is_for_the_body_and_the_company(world: World, firm: Viewer) -> None:
    report = hand_in(world, firm, secret=True)
    fields = {**VISIT, "on": clock.today(), "report": report.receipt}
    actions.visit_log(by=world.officer, id=uuid7(), company_id=firm.body_id, fields=fields)
    deliver_due()
    for viewer in (world.other, world.citizen):
        assert client_of(viewer).get(report.get_absolute_url()).status_code == 404
        assert not Visit.objects.visible_to(viewer).exists()
    assert not search("증축", viewer=Viewer.anonymous(), kinds=["report"])
    assert client_of(world.officer).get(report.get_absolute_url()).status_code == 200
    assert "증축" in client_of(firm).get("/reports/company/").content.decode()
    assert "창고가 모자랍니다." in Client().get(report.status_path).content.decode()
    with pytest.raises(Refused, match="비공개"):
        actions.rule_collect(by=world.officer, id=uuid7(), fields={**RULE, "report": report.receipt})


def test_what_is_refused(world: World, firm: Viewer) -> None:
    report = hand_in(world, firm)
    with pytest.raises(Refused):
        hand_in(world, world.officer)
    with pytest.raises(Refused) as caught:
        hand_in(world, Viewer.anonymous(), company="")
    assert caught.value.field == "company"
    for viewer, more in ((world.reader, {}), (firm, {}), (world.other, {"report": report.receipt})):
        fields = {**VISIT, "on": clock.today(), **more}
        with pytest.raises(Refused):
            actions.visit_log(by=viewer, id=uuid7(), company_id=firm.body_id, fields=fields)
    with pytest.raises(Refused):
        actions.visit_log(by=world.officer, id=uuid7(), company_id=firm.body_id, fields={**VISIT, "on": None})


def test_pages(world: World, firm: Viewer) -> None:
    client = client_of(world.head)
    for path in ("", "desk/", "desk/care/", "desk/visit/", "rules/", "rules/new/"):
        assert client.get(f"/reports/company/{path}").status_code == 200, path
    assert Client().get("/reports/company/").status_code == 200
    bad = Client().post("/reports/company/", {"difficulty": "막혔습니다"})
    assert bad.status_code == 422
    assert "막혔습니다" in bad.content.decode()
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        assert client_of(firm).post("/reports/company/", SAID).status_code == 302
    form = {**VISIT, "company": "샘가구", "on": str(clock.today())}
    assert client.post("/reports/company/desk/visit/", form).status_code == 302
    assert "창고가 모자랍니다." in client.get("/reports/company/desk/").content.decode()


def test_a_public_id_does_not_open_the_status_link(world: World) -> None:
    report = hand_in(world, Viewer.anonymous())
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        answer = Client().post("/reports/company/", {**SAID, "id": str(report.pk)})
        again = Client().post("/reports/company/", {**SAID, "id": str(report.pk)})
    assert answer["Location"] == again["Location"]
    assert answer["Location"] != report.status_path
