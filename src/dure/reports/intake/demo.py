"""Reports of the demonstration: invented, marked as such, handed in by the same action as real ones."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_noop

from dure.bodies.demo import demo_body
from dure.core import demo as people
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.engines.routing import Route
from dure.reports import asking
from dure.reports.actions import Said
from dure.reports.actions.hand_in import send_to
from dure.reports.intake.actions import report_join, report_send
from dure.reports.models import Report, RouteDecision


@dataclass(frozen=True)
class DemoReport:
    """`to` is the key of the demo body that has it, '' for nobody found; `join` the key of the report it joins."""

    key: str
    words: str
    category: str
    lon: float | None
    lat: float | None
    address: str
    to: str
    join: str = ""
    signed_in: bool = False
    trapped: bool = False


REPORTS = (
    DemoReport(
        "deer",
        "(시연) 물레방아 삼거리 지나 오르막에 고라니가 죽어 있어요. 차들이 피해 가느라 위험합니다.",
        "roads.roadkill",
        127.5121,
        37.8312,
        "가람면 물레방아 삼거리 북쪽 오르막",
        "garam",
        signed_in=True,
    ),
    DemoReport(
        "lamp",
        "(시연) 초등학교 뒷길 보안등이 사흘째 꺼져 있어 아이들이 캄캄한 길로 다닙니다.",
        "lighting.securitylight",
        127.5069,
        37.8287,
        "가람초등학교 뒷문 앞",
        "garam",
    ),
    DemoReport(
        "hole",
        "(시연) 장터 앞 도로가 움푹 패여 오토바이가 넘어질 뻔했습니다.",
        "roads.pothole",
        127.4984,
        37.8245,
        "나루읍 장터 정류장 앞",
        "naru",
    ),
    DemoReport(
        "hole-again",
        "(시연) 나루 장터 정류장 앞에 큰 구멍이 있어요.",
        "roads.pothole",
        127.4987,
        37.8246,
        "나루 장터",
        "naru",
        join="hole",
    ),
    DemoReport(
        "smell",
        "(시연) 비가 오면 하천에서 썩는 냄새가 심하게 납니다.",
        "",
        None,
        None,
        "두물 하천 산책로",
        "",
    ),
    DemoReport(
        "held",
        "(시연) 마루공원 그네 줄이 끊어질 것 같아요.",
        "",
        127.4902,
        37.8201,
        "마루공원 놀이터",
        "maru",
        trapped=True,
    ),
)
WHY = gettext_noop("시연용 신고라서 시연 기관에 맡겼습니다.")


def demo_id(key: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"dure-demo:report:{key}")


def demo(progress: Progress) -> None:
    """Make the demo reports that are missing."""
    for done, wanted in enumerate(REPORTS, start=1):
        if not Report.objects.filter(pk=demo_id(wanted.key)).exists():
            _make(wanted)
        progress(done, len(REPORTS), wanted.key)


@transaction.atomic
def _make(wanted: DemoReport) -> None:
    by = Viewer.person(people.person("citizen").pk) if wanted.signed_in else Viewer.anonymous()
    # Without a point: a real one would send an invented report to a real body.
    said = Said(words=wanted.words, category=wanted.category, address=wanted.address)
    report = report_send(by=by, said=said, id=demo_id(wanted.key), trapped=wanted.trapped)
    if wanted.to:
        _give(report, wanted)
    if wanted.join:
        to = Report.objects.get(pk=demo_id(wanted.join)).receipt
        report_join(by=Viewer.link(report.urn), id=report.pk, to=to)


def _give(report: Report, wanted: DemoReport) -> None:
    """To the demo body, which has no official code that the routing engine could name, with the point for maps."""
    route = Route("", "", (), None, 1.0, WHY, (), "demo")
    decision = asking.write_down(report, route, RouteDecision.Cause.AGAIN)
    decision.body = demo_body(wanted.to)
    decision.save(update_fields=["body"])
    send_to(report, decision)
    report.lon, report.lat, report.accuracy_m = wanted.lon, wanted.lat, 15.0
    report.save()
