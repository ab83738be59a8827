"""What waits for the body before it becomes public."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer
from dure.reports.intake import queries
from dure.reports.intake.actions import HOLD


def desk(viewer: Viewer) -> Iterable[DeskItem]:
    for row in queries.waiting(viewer):
        why = (
            _("공개를 미룬 신고입니다: %(why)s. 살펴보고 열어 주세요.") % {"why": row.get_held_display()}
            if row.held
            else _("사진에 얼굴이나 차 번호가 있는지 살펴보고 열어 주세요.")
        )
        yield DeskItem(
            title=row.report.title,
            url=f"{row.report.get_absolute_url()}#look",
            kind=_("신고 살펴보기"),
            state=row.report.get_state_display(),
            why=why,
            due=row.at + HOLD,
            since=row.at,
        )
