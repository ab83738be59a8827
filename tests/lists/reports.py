"""Worlds of reports and of the company desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from dure.bodies.actions import create_key
from dure.bodies.models import Body
from dure.core import clock, tokens
from dure.core.attachments import attach
from dure.core.ids import uuid7
from dure.core.models import Person
from dure.core.viewer import Viewer
from dure.reports.company import actions as company
from dure.reports.company.quarters import Quarter
from dure.reports.open311.actions import word_add
from dure.reports.working.actions import template_save
from tests.core.people import give_totp
from tests.lists.filled import NOBODY, NUMBERS, Filled, another
from tests.reports.company.conftest import collected, hand_in, logged, make_firm, moved
from tests.reports.world import make_world as reports_world
from tests.resources.world import picture


def reports_open(patch: pytest.MonkeyPatch) -> Filled:
    world = reports_world()
    made = world.report(by=world.citizen)

    def more() -> None:
        for report in (made, world.report(to=world.there)):
            word_add(by=world.citizen if report == made else world.other, report_id=report.pk, text="아직 있어요")
            attach(by=NOBODY, subject=report.urn, circle=report.pk, uploaded=picture())

    names = {"receipt": made.receipt, "token": tokens.token_of("report", made.pk)}
    return Filled(names, more, [NOBODY, world.citizen, world.officer])


def reports_desk(patch: pytest.MonkeyPatch) -> Filled:
    """What an officer, and whoever looks after reports that nobody has, work through."""
    world = reports_world()
    numbers = count()

    def more() -> None:
        world.report()
        template_save(by=world.officer, id=uuid7(), title=f"답 {next(numbers)}", text="치웠습니다.")

    return Filled({}, more, [world.officer])


def reports_desk_api(patch: pytest.MonkeyPatch) -> Filled:
    world = reports_world()
    give_totp(Person.objects.get(pk=world.head.person_id))
    until = clock.today() + timedelta(days=9)
    _row, token = create_key(by=world.head, body_id=world.here.pk, purpose="목록", scopes=["read"], expires_on=until)
    return Filled({}, world.report, viewers=[], keys=[token])


def company_world() -> tuple[Any, Viewer, Callable[[], None]]:
    """An official, the company cared for, and what adds one more of everything at the company desk."""
    world = reports_world()
    firm = make_firm(world)
    care = [world.officer, world.head]

    def more() -> None:
        number = next(NUMBERS)
        firm_too = make_firm(world, f"공장 {number}")
        company.care_assign(by=world.head, company_id=firm.body_id, officer_id=care[number % 2].person_id)
        company.care_take(by=world.officer, company_id=firm_too.body_id)
        report, _secret = hand_in(world, firm), hand_in(world, firm, secret=True)
        logged(world.officer, firm, report=report.receipt, promised="답", answer_due=clock.today())
        logged(world.officer, firm, secret=True)
        rule = collected(world.officer, report=report.receipt)
        moved(world.officer, rule, "sent")
        company.approval_ask(by=another(), id=uuid7(), company_id=firm.body_id, reason="가깝습니다.")

    return world, firm, more


def company_open(patch: pytest.MonkeyPatch) -> Filled:
    world, firm, more = company_world()
    made = hand_in(world, firm)
    proposal = collected(world.officer, report=made.receipt)

    def all_more() -> None:
        more()
        logged(world.officer, firm, report=made.receipt)
        logged(world.officer, firm, report=made.receipt, secret=True)
        moved(world.officer, proposal, "sent")

    slug = Body.objects.get(pk=firm.body_id).slug
    names = {"slug": slug, "rule": str(proposal.pk), "receipt": made.receipt}
    return Filled(names, all_more, [NOBODY, world.officer, firm])


def company_desk(patch: pytest.MonkeyPatch) -> Filled:
    world, _firm, more = company_world()
    return Filled({}, more, [world.officer, world.head])


def company_own(patch: pytest.MonkeyPatch) -> Filled:
    world, firm, more = company_world()
    meetings = count()

    def all_more() -> None:
        more()
        company.meeting_invite(by=world.officer, id=meeting(world, next(meetings)), company_ids=[firm.body_id])

    return Filled({}, all_more, [firm])


def company_meeting(patch: pytest.MonkeyPatch) -> Filled:
    world, firm, more = company_world()
    meetings = count()
    id = meeting(world, 0)

    def all_more() -> None:
        more()
        company.meeting_gather(by=world.officer, id=id)
        company.meeting_invite(by=world.officer, id=id, company_ids=[make_firm(world, f"새 {uuid7()}").body_id])
        meeting(world, next(meetings) + 1, by=another())

    return Filled({"id": str(id)}, all_more, [NOBODY, world.officer, firm])


def meeting(world: Any, back: int, by: Viewer | None = None) -> Any:
    """The meeting of an earlier quarter, `back` quarters ago."""
    quarter = Quarter.of(clock.today()).before(back % 8)
    fields = {"year": quarter.year, "quarter": quarter.number, "on": clock.today(), "place": "회의실"}
    return company.meeting_plan(by=by or world.officer, id=uuid7(), fields=fields).pk
