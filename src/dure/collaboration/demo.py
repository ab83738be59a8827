"""Content of the demonstration: invented collaborations of invented bodies, made by the actions that real ones use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from dure.bodies.demo import demo_body
from dure.bodies.models import Body
from dure.collaboration import actions
from dure.collaboration.models import Collaboration, Opinion
from dure.core import clock
from dure.core import demo as people
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.core.visibility import Level, Reason


def demo_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"dure-demo:{name}")


def _viewer(person: str, body: Body) -> Viewer:
    return Viewer.person(people.person(person).pk, body.pk, "officer")


def demo(progress: Progress) -> None:
    """Make the demo collaborations that are missing."""
    garam, naru, dasom = demo_body("garam"), demo_body("naru"), demo_body("dasom")
    made = (
        (_hospital, "hospital", _viewer("official-1", garam), _viewer("official-2", naru)),
        (_bus, "bus", _viewer("official-2", naru), _viewer("company", dasom)),
        (_lectures, "lectures", _viewer("official-1", garam), _viewer("official-2", naru)),
    )
    for done, (make, name, asker, other) in enumerate(made, start=1):
        if not Collaboration.objects.filter(pk=demo_id(name)).exists():
            make(demo_id(name), asker, other)
        progress(done, len(made), name)


def _ask(id: UUID, by: Viewer, *, days: int, **fields: Any) -> None:
    until = clock.today() + timedelta(days=days)
    fields = {"join_until": until, "target": "external", **fields}
    actions.call_save(by=by, id=id, fields=fields)
    actions.call_publish(by=by, id=id)


def _items(*texts: tuple[str, str]) -> list[dict[str, str]]:
    return [{"resource": kind, "text": text} for kind, text in texts]


def _lack(id: UUID, number: int) -> UUID:
    return Collaboration.objects.get(pk=id).call.lacks[number].pk


def _hospital(id: UUID, asker: Viewer, other: Viewer) -> None:
    _ask(
        id,
        asker,
        days=21,
        title="종합병원이 없는 네 군이 함께 병원을 부릅니다",
        problem="네 군에 26만 명이 살지만 상급 종합병원이 없습니다. 따로 신청하면 모두 떨어질 수 있어 "
        "후보지를 하나로 모으고, 세울 돈과 뒤를 돌볼 곳까지 함께 정하려 합니다.",
        for_whom="밤에 아이가 아픈 부모와 혼자 사는 어르신",
        goal="3년 안에 후보지를 하나로 정하고, 응급실까지 가는 시간을 40분에서 20분으로 줄입니다.",
        field="생활/편의",
        attribute="hardware",
        partner_kinds=["local", "central", "other"],
        starts_on=clock.today() + timedelta(days=40),
        ends_on=clock.today() + timedelta(days=40 + 1095),
        brings=_items(("space", "터 3만 ㎡"), ("people", "담당 공무원 2명")),
        lacks=_items(
            ("people", "의료 인력을 기를 곳"),
            ("knowhow", "예비타당성 조사 경험"),
            ("budget", "운영 손실을 나누는 방식"),
        ),
    )
    offer = actions.offer_make(
        by=other,
        id=id,
        answers=[_lack(id, 1)],
        fields={
            "resource": "knowhow",
            "what": "예비타당성 조사를 두 번 해 본 담당자가 서류를 함께 준비합니다.",
            "how_much": "주 1일, 6개월",
            "available": "계약 없이 바로",
            "conditions": "결과를 네 군이 함께 쓰는 조건",
        },
    )
    _say(
        id, Viewer.person(people.person("citizen").pk), "밤에 아이가 아플 때가 제일 무섭습니다. 응급실부터 열어 주세요."
    )
    _say(id, other, f"제안 {offer.created_at:%Y}년 사례 자료는 다음 주에 올리겠습니다.")
    actions.call_field_withhold(
        by=asker,
        id=id,
        part="place",
        level=Level.PARTNERS,
        reason=Reason.SPECULATION,
        review_on=clock.today() + timedelta(days=60),
    )


def _bus(id: UUID, asker: Viewer, other: Viewer) -> None:
    _ask(
        id,
        asker,
        days=12,
        title="버스가 끊긴 산골 마을에 100원 택시를 잇습니다",
        problem="군 경계를 넘는 마을 열두 곳에 버스가 하루 두 번만 옵니다. "
        "옆 군의 병원과 장터에 가려면 갈아타야 합니다.",
        for_whom="운전을 그만둔 어르신",
        goal="갈아타지 않고 병원에 가는 날을 한 달에 네 번으로 늘립니다.",
        field="지역개발/환경",
        technology="yes",
        partner_kinds=["local", "private"],
        brings=_items(("budget", "택시비 보전 예산 연 8천만 원"), ("data", "마을별 버스 이용 통계")),
        lacks=_items(("system", "부르기와 정산을 함께하는 앱"), ("equipment", "휠체어가 타는 차량 2대")),
    )
    actions.offer_make(
        by=other,
        id=id,
        answers=[_lack(id, 0)],
        fields={
            "resource": "system",
            "what": "전화와 앱으로 부르고 달마다 정산표가 나오는 배차 시스템을 빌려드립니다.",
            "how_much": "마을 20곳까지 무료, 그 뒤로 한 곳에 월 5만 원",
            "available": "2개월 준비 뒤 2년",
        },
    )


def _lectures(id: UUID, asker: Viewer, other: Viewer) -> None:
    _ask(
        id,
        asker,
        days=45,
        title="인터넷 강의 이용권을 두 군이 함께 씁니다",
        problem="학원이 없는 읍·면의 고등학생이 들을 강의가 모자랍니다. 군마다 따로 사면 비싸고 남습니다.",
        for_whom="읍·면에 사는 고등학생 600명",
        goal="한 사람당 비용을 절반으로 줄이고, 남는 이용권 없이 씁니다.",
        field="교육",
        attribute="software",
        partner_kinds=["local", "other"],
        brings=_items(("licence", "강의 이용권 400장"), ("people", "학습 상담사 1명")),
        lacks=_items(("licence", "나머지 이용권 200장"), ("space", "면마다 함께 공부할 공간")),
    )


def _say(id: UUID, by: Viewer, text: str) -> Opinion:
    return actions.opinion_say(by=by, id=id, text=text)
