"""A crew of 가평군 that is out for a report, one that waits, an alert, and the links of both telephones."""

from __future__ import annotations

from typing import Any
from unittest import mock

from dure.core import tokens
from dure.core.ids import uuid7
from dure.core.models import Person
from dure.core.viewer import Viewer
from dure.reports import actions, asking
from dure.reports.actions import Said
from dure.reports.live import actions as live
from dure.reports.live import links
from tests.reports.world import route_to


def names(world: Any) -> dict[str, str]:
    head = Viewer.person(Person.objects.order_by("pk").values_list("pk", flat=True)[0], world.gapyeong.pk, "head")
    said = Said(words="나무가 쓰러져 있어요.", category="park.tree", lon=127.51, lat=37.83)
    with mock.patch.object(asking, "route_for", return_value=route_to(world.gapyeong.code)):
        report = actions.report_hand_in(by=Viewer.anonymous(), said=said)
        crew = live.crew_save(by=head, id=uuid7(), name="살핌 1조")
        idle = live.crew_save(by=head, id=uuid7(), name="살핌 2조")
        dispatch = live.dispatch_send(by=head, report_id=report.pk, crew_id=crew.pk)
        alert = live.wrong_place(by=Viewer.link(report.urn), report_id=report.pk, id=uuid7(), address="다리 앞")
    return {
        "live_report": report.receipt,
        "live_token": tokens.token_of("report", report.pk),
        "live_code": links.short_path(report).split("/")[2],
        "crew_token": tokens.token_of("dispatch", dispatch.pk),
        "dispatch_id": str(dispatch.pk),
        "idle_crew": str(idle.pk),
        "alert_id": str(alert.pk),
    }
