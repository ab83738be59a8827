"""Content of the demonstration: reports of invented towns in every state, worked on through the actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import translation

from dure.bodies.demo import demo_body
from dure.core import clock
from dure.core import demo as people
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.core.visibility import Reason
from dure.reports import actions as room
from dure.reports.actions import Said
from dure.reports.actions.hand_in import send_to
from dure.reports.models import AnswerTemplate, Report, RouteDecision
from dure.reports.working import actions
from dure.reports.working.actions import Piece

MEMBERS = {"garam": "official-1", "naru": "official-2", "maru": "official-3", "yeoul": "official-4"}
ROLES = {"garam": "head", "naru": "officer", "maru": "head", "yeoul": "head"}


def demo_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"dure-demo:reports:working:{name}")


def acting(key: str) -> Viewer:
    return Viewer.person(people.person(MEMBERS[key]).pk, demo_body(key).pk, ROLES[key])  # type: ignore[arg-type]


def reported(name: str, key: str, words: str, category: str, address: str) -> Report:
    """A report handed in without a place and sent to the demo body: real bodies get nothing invented."""
    id = demo_id(name)
    with transaction.atomic():
        said = Said(words=words, category=category, address=address)
        report = room.report_hand_in(by=Viewer.anonymous(), said=said, id=id)
        decision = RouteDecision.objects.create(
            report=report,
            cause=RouteDecision.Cause.AGAIN,
            body=demo_body(key),
            unit="도로과",
            rule="demo",
            reason="시연을 위해 꾸민 신고라서 시연 기관으로 보냈습니다.",
            reason_en="Invented for the demonstration, so it went to a demo body.",
            confidence=1.0,
        )
        send_to(report, decision)
        report.save()
    return report


def _link(report: Report) -> Viewer:
    return Viewer.link(report.urn)


def _new(name: str) -> None:
    reported(name, "garam", "학교 앞 가로등이 사흘째 꺼져 있어요.", "lighting.streetlight", "가람군 새터길 12")


def _taken(name: str) -> None:
    report = reported(name, "garam", "다리 들머리 길이 손바닥만 하게 패였습니다.", "roads.pothole", "가람군 다릿목")
    actions.report_take(by=acting("garam"), id=report.pk)
    actions.report_extend(by=acting("garam"), id=report.pk, reason="다리 안전 점검 결과가 나온 뒤에 메울 수 있습니다.")


def _asked(name: str) -> None:
    report = reported(name, "garam", "길에 고라니가 죽어 있어요.", "roads.roadkill", "가람군 어디쯤")
    text = "어느 마을로 가는 길인가요? 가까운 가게나 표지판을 알려 주세요."
    actions.report_ask(by=acting("garam"), id=report.pk, text=text)


def _on_the_way(name: str) -> None:
    report = reported(name, "naru", "큰 나뭇가지가 길을 막았어요.", "roads.debris", "나루군 강변길")
    actions.report_start(by=acting("naru"), id=report.pk)
    actions.report_update(by=acting("naru"), id=report.pk, text="톱을 싣고 두 사람이 갑니다. 20분쯤 걸립니다.")


def _answered(name: str) -> None:
    report = reported(name, "garam", "새터길 맨홀 뚜껑이 덜컹거려요.", "roads.manhole", "가람군 새터길 3")
    actions.report_take(by=acting("garam"), id=report.pk)
    text = "맨홀 뚜껑의 받침을 갈았습니다. 이틀 동안 소리가 나는지 더 보겠습니다."
    actions.report_answer(by=acting("garam"), id=report.pk, outcome="solved", text=text)


def _again(name: str) -> None:
    report = reported(name, "naru", "나루길 물이 빠지지 않아요.", "roads.pothole", "나루군 나루길 8")
    actions.report_answer(by=acting("naru"), id=report.pk, outcome="solved", text="빗물받이를 치웠습니다.")
    actions.report_not_solved(by=_link(report), id=report.pk, text="어젯밤 비에 또 잠겼습니다. 관이 막힌 것 같아요.")


def _moving(name: str) -> None:
    report = reported(name, "garam", "경계 고갯길에 돌이 굴러 내렸어요.", "roads.pothole", "가람군과 나루군 사이 고개")
    why = "고갯마루 너머는 나루군이 관리하는 군도입니다."
    actions.report_pass_on(by=acting("garam"), id=report.pk, target_id=demo_body("naru").pk, reason=why)


def _returned(name: str) -> None:
    report = reported(name, "maru", "강 건너 안내판이 쓰러졌어요.", "roads.pothole", "마루군 나루터")
    to = demo_body("yeoul").pk
    actions.report_pass_on(by=acting("maru"), id=report.pk, target_id=to, reason="강 건너는 여울군입니다.")
    actions.move_return(by=acting("yeoul"), id=report.pk, reason="안내판은 마루군이 세운 것입니다.")


def _moved(name: str) -> None:
    report = reported(name, "maru", "여울 둔치 길이 파였어요.", "roads.pothole", "여울군 둔치")
    to = demo_body("yeoul").pk
    actions.report_pass_on(by=acting("maru"), id=report.pk, target_id=to, reason="둔치 길은 여울군이 관리합니다.")
    actions.move_accept(by=acting("yeoul"), id=report.pk)


def _split(name: str) -> None:
    report = reported(name, "garam", "길도 패였고 저쪽 군 가로등도 꺼졌어요.", "roads.pothole", "가람군 경계")
    pieces = [Piece("패인 길", demo_body("garam").pk), Piece("꺼진 가로등", demo_body("naru").pk)]
    why = "길은 가람군이, 가로등은 나루군이 관리합니다."
    made = actions.report_split(by=acting("garam"), id=report.pk, pieces=pieces, reason=why)
    actions.report_answer(by=acting("garam"), id=made[0].pk, outcome="solved", text="패인 곳을 메웠습니다.")


def _joined(name: str) -> None:
    report = reported(name, "garam", "새터길 가로등이 안 켜져요.", "lighting.streetlight", "가람군 새터길 14")
    other = Report.objects.get(pk=demo_id("new"))
    actions.report_join_to(by=acting("garam"), id=report.pk, receipt=other.receipt)


def _abuse(name: str) -> None:
    report = reported(name, "garam", "싸게 팝니다. 싸게 팝니다.", "", "")
    actions.report_mark_abuse(by=acting("garam"), id=report.pk, reason="물건을 파는 광고입니다.")


def _withheld(name: str) -> None:
    report = reported(name, "naru", "옆집 개 울음이 심해요. 파란 대문 집입니다.", "", "나루군 나루길")
    day = clock.today() + timedelta(days=90)
    actions.report_withhold(by=acting("naru"), id=report.pk, thing="", reason=Reason.PERSONAL, review_on=day)


def _nothing(name: str) -> None:
    report = reported(name, "yeoul", "둔치에 죽은 물고기가 떠올랐어요.", "", "여울군 둔치")
    text = "오늘 두 번 둘러보았지만 찾지 못했습니다. 다시 보이면 사진과 함께 알려 주세요."
    actions.report_answer(by=acting("yeoul"), id=report.pk, outcome="nothing_found", text=text)


MADE: dict[str, Callable[[str], None]] = {
    "new": _new,
    "taken": _taken,
    "asked": _asked,
    "on-the-way": _on_the_way,
    "answered": _answered,
    "again": _again,
    "moving": _moving,
    "returned": _returned,
    "moved": _moved,
    "split": _split,
    "joined": _joined,
    "abuse": _abuse,
    "withheld": _withheld,
    "nothing": _nothing,
}
TEMPLATES = {
    "pothole": (
        "패인 길을 메움",
        "roads.pothole",
        "{place}의 패인 곳을 메웠습니다. 굳을 때까지 하루쯤 천천히 지나 주세요. ({unit})",
    ),
    "lamp": (
        "가로등을 고침",
        "lighting.streetlight",
        "{place}의 가로등을 고쳤습니다. 다시 꺼지면 {receipt} 번호로 알려 주세요.",
    ),
    "elsewhere": ("둘러보았으나 없음", "", "{place}에 나가 보았지만 알려 주신 것을 찾지 못했습니다."),
}


def demo(progress: Progress) -> None:
    """Make the demo reports and answer templates that are missing."""
    with translation.override("ko"):
        for name, (title, category, text) in TEMPLATES.items():
            id = demo_id(f"template-{name}")
            if not AnswerTemplate.objects.filter(pk=id).exists():
                actions.template_save(by=acting("garam"), id=id, title=title, text=text, category=category)
        for done, (name, make) in enumerate(MADE.items(), start=1):
            if not Report.objects.filter(pk=demo_id(name)).exists():
                make(name)
            progress(done, len(MADE), name)
