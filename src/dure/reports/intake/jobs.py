"""Once a day: nothing stays held because nobody had time."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dure.core.jobs import titled
from dure.reports.intake import actions


@titled(_("공개를 미룬 신고 풀기"))
def let_go(context: Any) -> dict[str, int]:
    """Make public what was held and not looked at in three days; forget clients."""
    return {"opened": actions.let_go()}
