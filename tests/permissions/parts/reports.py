"""A report that 가평군 has, and its status link."""

from __future__ import annotations

from typing import Any
from unittest import mock

from dure.core import tokens
from dure.core.viewer import Viewer
from dure.reports import actions, asking
from dure.reports.actions import Said
from tests.reports.world import route_to


def names(world: Any) -> dict[str, str]:
    said = Said(words="고라니가 죽어 있어요.", category="roads.roadkill", lon=127.51, lat=37.83)
    with mock.patch.object(asking, "route_for", return_value=route_to(world.gapyeong.code)):
        report = actions.report_hand_in(by=Viewer.anonymous(), said=said)
    return {
        "report": report.receipt,
        "report_id": str(report.pk),
        "report_token": tokens.token_of("report", report.pk),
    }
