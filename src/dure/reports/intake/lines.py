"""This part's events on a report's timeline."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dure.core.models import Event


def _joined(event: Event) -> str:
    return _("먼저 들어온 같은 신고에 합쳤습니다.")


def _unjoined(event: Event) -> str:
    return _("합친 것을 풀어 다시 따로 접수했습니다.")


def _looked(event: Event) -> str:
    return _("공개를 미루었던 신고를 담당자가 살펴보고 열었습니다.")


LINES = {"reports.joined": _joined, "reports.unjoined": _unjoined, "reports.looked": _looked}
