"""Reports that 가평군 has in the states that addresses need: one on its way to it, one answered, one whose term waits
for consent; and a template and a batch of its."""

from __future__ import annotations

from typing import Any
from unittest import mock

from dure.core import tokens
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.reports import actions, asking
from dure.reports.actions import Said
from dure.reports.models import Report
from dure.reports.working import actions as working
from tests.reports.world import route_to

NAMYANGJU = "4136000000"


def _report(code: str) -> Report:
    said = Said(words="가로등이 꺼졌어요.", category="roads.pothole", lon=127.51, lat=37.83)
    with mock.patch.object(asking, "route_for", return_value=route_to(code)):
        return actions.report_hand_in(by=Viewer.anonymous(), said=said)


def names(world: Any) -> dict[str, str]:
    officer, other = world.viewers["officer"], world.viewers["other"]
    here = world.gapyeong.code
    moving, answered, waiting = _report(NAMYANGJU), _report(here), _report(here)
    working.report_pass_on(by=other, id=moving.pk, target_id=world.gapyeong.pk, reason="가평군의 길입니다.")
    working.report_answer(by=officer, id=answered.pk, outcome="solved", text="고쳤습니다.")
    for _ in range(2):
        working.report_extend(by=officer, id=waiting.pk, reason="부품을 주문해 기다리고 있습니다.")
    template, batch = uuid7(), uuid7()
    working.template_save(by=officer, id=template, title="고침", text="{place}을 고쳤습니다.")
    working.work_many(by=officer, kind="take", ids=[_report(here).pk], batch_id=batch)
    return {
        "moving_report": moving.receipt,
        "answered_report_token": tokens.token_of("report", answered.pk),
        "waiting_report_token": tokens.token_of("report", waiting.pk),
        "answer_template": str(template),
        "work_batch": str(batch),
    }
