"""What waits for an officer: few of each, the list has them all."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer
from dure.reports.working import queries


def desk_items(viewer: Viewer) -> Iterable[DeskItem]:
    why = {
        "second": _("풀리지 않았다고 하셔서 다시 살핍니다."),
        "overdue": _("답할 기한이 지났습니다."),
        "today": _("오늘까지 답해야 합니다."),
        "danger": _("다칠 수 있는 일인데 아직 아무도 맡지 않았습니다."),
        "reply": _("물은 것에 답이 왔습니다."),
    }
    for name, report in queries.waiting_for(viewer):
        yield DeskItem(
            title=report.title,
            url=report.get_absolute_url(),
            kind=_("신고"),
            state=str(report.get_state_display()),
            why=why[name],
            due=report.due_at,
            since=report.created_at,
        )
    for move in queries.moves_for(viewer)[: queries.FEW]:
        yield DeskItem(
            title=move.report.title,
            url=reverse("reports:working_move", args=[move.report.receipt]),
            kind=_("넘어온 신고"),
            state=_("정해 주기를 기다림") if move.number >= 3 else _("넘겨받기를 기다림"),
            why=_("%(body)s에서 넘기자고 합니다.") % {"body": move.source.name if move.source else ""},
            due=move.report.due_at,
            since=move.at,
        )
