"""A proposal to change a rule that 가평군 has collected."""

from __future__ import annotations

from typing import Any

from dure.core.ids import uuid7
from dure.reports.company import actions


def names(world: Any) -> dict[str, str]:
    fields = {"title": "창고 높이", "law": "건축 조례 제9조", "problem": "지게차가 들어가지 못합니다."}
    rule = actions.rule_collect(by=world.viewers["officer"], id=uuid7(), fields=fields)
    return {"company_rule": str(rule.pk)}
