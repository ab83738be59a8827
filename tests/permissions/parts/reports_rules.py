"""A draft of routing rules."""

from __future__ import annotations

from typing import Any

from dure.core.ids import uuid7
from dure.reports.rules.actions import rules_save
from dure.reports.rules.reading import shipped


def names(world: Any) -> dict[str, str]:
    draft = rules_save(by=world.viewers["operator"], id=uuid7(), text=shipped(), note="표")
    return {"rules_draft": str(draft.pk)}
