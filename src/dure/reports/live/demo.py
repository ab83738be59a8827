"""Content of the demonstration: crews of an invented county; one is under way, standing still and marked so, one has
arrived, one has finished, and one alert waits. Through the actions that real ones use."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize
from uuid import NAMESPACE_URL, UUID, uuid5

from dure.bodies.demo import demo_body
from dure.core import clock
from dure.core import demo as people
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.reports.actions import Said, report_hand_in
from dure.reports.live import actions
from dure.reports.models import Crew, CrewPosition, Dispatch, Report

WHERE = (127.4874, 36.6372)
"""Somewhere in the middle of the country; the county is invented, the place does not belong to it."""
REPORTS: dict[str, dict[str, Any]] = {
    "driving": {
        "words": "시연: 큰길 오른쪽 차로에 나무가 쓰러져 있어요.",
        "category": "park.tree",
        "address": "시연 큰길 3",
    },
    "arrived": {"words": "시연: 맨홀 뚜껑이 열려 있어요.", "category": "roads.manhole", "address": "시연 가운데길 12"},
    "finished": {"words": "시연: 신호등이 모두 꺼졌어요.", "category": "lighting.signal", "address": "시연 네거리"},
    "wrong": {"words": "시연: 도로에 돌이 굴러떨어져 있어요.", "category": "roads.debris", "address": "시연 고개"},
}


def demo_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, normalize("NFC", f"dure-demo:reports-live:{name}"))


def acting() -> Viewer:
    return Viewer.person(people.person("official-1").pk, demo_body("garam").pk, "head")


def demo(progress: Progress) -> None:
    """Make what is missing."""
    by = acting()
    for number, name in enumerate(("도로보수 1조(시연)", "도로보수 2조(시연)", "녹지 살핌조(시연)"), start=1):
        if not Crew.objects.filter(pk=demo_id(f"crew-{number}")).exists():
            actions.crew_save(by=by, id=demo_id(f"crew-{number}"), name=name)
    for done, name in enumerate(REPORTS, start=1):
        if not Dispatch.objects.filter(pk=demo_id(f"dispatch-{name}")).exists():
            _make(name, done, by)
        progress(done, len(REPORTS), name)


def _make(name: str, number: int, by: Viewer) -> None:
    report = report_hand_in(
        by=Viewer.anonymous(),
        said=Said(
            **REPORTS[name],
            lon=WHERE[0] + number * 0.004,
            lat=WHERE[1] - number * 0.002,
            accuracy_m=20.0,
            source="counter",
        ),
        id=demo_id(f"report-{name}"),
    )
    # The invented county answers for its own demonstration, whatever real body the place would lead to.
    Report.objects.filter(pk=report.pk).update(body_id=by.body_id, unit="도로과(시연)")
    crew = demo_id(f"crew-{min(number, 3)}")
    id = demo_id(f"dispatch-{name}")
    dispatch = actions.dispatch_send(by=by, report_id=report.pk, crew_id=crew, id=id, note="시연입니다.")
    phone = Viewer.link(dispatch.urn)
    actions.crew_start(by=phone, id=id, share=name == "driving")
    if name == "driving":
        _stand_still(id, report)
    elif name == "arrived":
        actions.crew_arrive(by=phone, id=id)
    elif name == "finished":
        actions.crew_arrive(by=phone, id=id)
        actions.crew_done(by=phone, id=id, text="시연: 전기를 다시 넣어 신호등이 켜졌습니다.")
    else:
        link = Viewer.link(report.urn)
        more: dict[str, Any] = {"lon": WHERE[0] + 0.03, "lat": WHERE[1] + 0.01, "accuracy_m": 15.0}
        more["address"] = "시연 고개 너머 쉼터"
        actions.wrong_place(by=link, report_id=report.pk, id=demo_id("alert"), note="고개를 넘어야 보여요.", **more)
        Report.objects.filter(pk=report.pk).update(body_id=by.body_id, unit="도로과(시연)")


def _stand_still(id: UUID, report: Report) -> None:
    """A position that stays: marked as standing still wherever it is shown."""
    Dispatch.objects.filter(pk=id).update(frozen=True)
    assert report.lon is not None
    assert report.lat is not None
    for slot in range(3):
        away = 0.02 - slot * 0.002
        CrewPosition.objects.create(
            dispatch_id=id, slot=slot, lon=report.lon - away, lat=report.lat + away / 2, accuracy_m=12.0, at=clock.now()
        )
