"""A company in 가평군 that has brought a difficulty, a visit planned, a proposal, and a meeting with the difficulty on
its list."""

from __future__ import annotations

from typing import Any
from unittest import mock

from dure.bodies.models import Registration
from dure.core import clock
from dure.core.ids import uuid7
from dure.reports import asking
from dure.reports.company import actions
from dure.reports.company.quarters import Quarter
from tests.collaboration.world import body, officer
from tests.permissions.world import GAPYEONG
from tests.reports.world import route_to


def names(world: Any) -> dict[str, str]:
    by = world.viewers["officer"]
    company = body("표의 가구", "company")
    boss = officer(company, "표의 대표", "head")
    Registration.objects.create(
        body=company,
        receipt=f"B-{uuid7().hex[:12]}",
        applicant_id=boss.person_id,
        area=world.gapyeong,
        statement="함께",
    )
    with mock.patch.object(asking, "route_for", return_value=route_to(GAPYEONG)):
        said = {"difficulty": "창고 증축이 막혔습니다.", "address": "가평군"}
        report = actions.company_report(by=boss, id=uuid7(), fields=said)
    fields = {"title": "창고 높이", "law": "건축 조례 제9조", "problem": "지게차가 들어가지 못합니다."}
    rule = actions.rule_collect(by=by, id=uuid7(), fields=fields)
    plan = {"on": clock.today(), "purpose": "창고를 봅니다."}
    visit = actions.visit_plan(by=by, id=uuid7(), company_id=company.pk, fields=plan)
    this = Quarter.of(clock.today())
    when = {"year": this.year, "quarter": this.number, "on": clock.today(), "place": "군청"}
    meeting = actions.meeting_plan(by=by, id=uuid7(), fields=when)
    item = meeting.items.get(report=report)
    return {
        "company": company.slug,
        "company_report": str(report.pk),
        "company_rule": str(rule.pk),
        "company_visit": str(visit.pk),
        "company_meeting": str(meeting.pk),
        "company_item": str(item.pk),
    }
