"""What waits for a body: 'wrong place' alerts that nobody has seen."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from dure.core.rooms import DeskItem
from dure.core.viewer import Viewer
from dure.reports.live import queries


def items(viewer: Viewer) -> Iterable[DeskItem]:
    for row in queries.unseen(viewer):
        yield DeskItem(
            title=row.report.title,
            url=reverse("reports:live-board"),
            kind=_("자리가 달라요"),
            state=row.report.get_state_display(),
            why=_("신고하신 분이 자리가 다르다고 알렸습니다. 출동조가 새 자리를 아는지 확인해 주세요."),
            due=row.at,
            since=row.at,
        )
