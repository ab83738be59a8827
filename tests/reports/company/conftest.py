from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from dure.bodies.models import Registration
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.reports import asking
from dure.reports.company import actions
from dure.reports.models import Report, RuleChange, Visit
from tests.collaboration.world import body, officer
from tests.reports.world import World, route_to

SAID = {"company": "샘가구", "difficulty": "창고 증축이 막혔습니다.", "rule": "건축 조례 제9조", "address": "온샘시"}
HEARD = {"who": "공장장", "heard": "창고가 모자랍니다."}
RULE = {"title": "창고 높이", "law": "온샘시 건축 조례 제9조", "problem": "지게차가 들어가지 못합니다."}


def make_firm(world: World, name: str = "샘가구", area: Any = None) -> Viewer:
    """The head of a company whose seat is registered in `area` (`world.here` where none is named)."""
    viewer = officer(body(name, "company"), f"{name} 대표", "head")
    Registration.objects.create(
        body_id=viewer.body_id,
        receipt=f"B-{uuid7().hex[:12]}",
        applicant_id=viewer.person_id,
        area=area or world.here,
        statement="함께하고 싶습니다.",
    )
    return viewer


@pytest.fixture
def firm(world: World) -> Viewer:
    return make_firm(world)


def hand_in(world: World, by: Viewer, **more: Any) -> Report:
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        return actions.company_report(by=by, id=uuid7(), fields={**SAID, **more})


def logged(by: Viewer, firm: Viewer, **more: Any) -> Visit:
    fields = {**HEARD, "on": clock.today(), **more}
    return actions.visit_log(by=by, id=uuid7(), company_id=firm.body_id, fields=fields)


def collected(by: Viewer, **more: Any) -> RuleChange:
    return actions.rule_collect(by=by, id=uuid7(), fields={**RULE, **more})


def moved(by: Viewer, rule: RuleChange, state: str, **more: Any) -> RuleChange:
    fields = {"state": state, "on": clock.today(), "source": "공문 12호", "to": "국토부", "note": "그렇습니다.", **more}
    return actions.rule_step(by=by, id=rule.pk, step_id=uuid7(), fields=fields)
