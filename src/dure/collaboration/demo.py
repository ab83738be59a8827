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


MEMBERS = {
    "garam": "official-1",
    "naru": "official-2",
    "maru": "official-3",
    "yeoul": "official-4",
    "centre": "centre",
    "dasom": "company",
    "residents": "resident",
}


def acting(key: str) -> Viewer:
    """Who acts for the demo body of that key."""
    return _viewer(MEMBERS[key], demo_body(key))


def _viewer(person: str, body: Body) -> Viewer:
    return Viewer.person(people.person(person).pk, body.pk, "officer")


def demo(progress: Progress) -> None:
    """Make the demo collaborations that are missing."""
    garam, naru, dasom = demo_body("garam"), demo_body("naru"), demo_body("dasom")
    made = (
        (_hospital, "hospital", _viewer("official-1", garam), _viewer("official-2", naru)),
        (_bus, "bus", _viewer("official-2", naru), _viewer("company", dasom)),
        (_lectures, "lectures", _viewer("official-1", garam), _viewer("official-2", naru)),
        (_meals, "meals", acting("naru"), acting("maru")),
        (_clinic, "clinic", acting("garam"), acting("naru")),
        (_trails, "trails", acting("maru"), acting("yeoul")),
        (_rides, "rides", acting("yeoul"), acting("garam")),
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


def _join(id: UUID, asker: Viewer, *offers: tuple[str, str, str, str]) -> None:
    """Each (body, resource, what, how much) offers what of that kind is lacking and is taken up; then the partners are
    settled."""
    lacks = Collaboration.objects.get(pk=id).call.lacks
    for key, resource, what, how_much in offers:
        fields = {"resource": resource, "what": what, "how_much": how_much, "available": "협약 뒤 바로"}
        answers = [item.pk for item in lacks if item.resource == resource]
        offer = actions.offer_make(by=acting(key), id=id, fields=fields, answers=answers)
        actions.offer_take(by=asker, id=offer.pk, answer="고맙습니다. 함께해 주세요.")
    actions.partners_settle(by=asker, id=id)


def _meals(id: UUID, asker: Viewer, other: Viewer) -> None:
    """Partners chosen, the agreement in the making."""
    _ask(
        id,
        asker,
        days=5,
        title="세 군이 학교 급식 센터 하나를 함께 씁니다",
        problem="군마다 급식 센터를 따로 지으면 반은 놀고, 안 지으면 먼 도시에서 식재료를 받아야 합니다.",
        for_whom="세 군의 초·중학생 4,200명",
        goal="식재료비를 한 끼 300원 줄이고 지역 농산물을 절반 넘게 씁니다.",
        field="교육",
        attribute="hardware",
        partner_kinds=["local", "private"],
        starts_on=clock.today() + timedelta(days=60),
        ends_on=clock.today() + timedelta(days=60 + 1095),
        brings=_items(("space", "쓰지 않는 농산물 선별장 1,200㎡")),
        lacks=_items(("budget", "고칠 돈 12억 원을 나누어 낼 곳"), ("equipment", "냉장 차량 3대")),
    )
    _join(
        id,
        asker,
        ("maru", "budget", "고치는 비용의 3분의 1을 냅니다.", "4억 원"),
        ("yeoul", "equipment", "냉장 차량과 운전원을 냅니다.", "냉장 차량 2대"),
    )
    _say(id, Viewer.person(people.person("citizen").pk), "알레르기가 있는 아이들 식단도 함께 살펴 주세요.")


def _clinic(id: UUID, asker: Viewer, other: Viewer) -> None:
    """Four counties, a company and a residents' group: the later parts let it be signed, worked and disputed."""
    _ask(
        id,
        asker,
        days=5,
        title="밤에 아픈 아이를 위해 네 군이 진료소 하나를 엽니다",
        problem="네 군 어디에도 밤에 문을 여는 소아청소년과가 없습니다. 한 군의 아이 수로는 의사를 부를 수 없습니다.",
        for_whom="네 군의 12세 아래 어린이 9,800명과 그 부모",
        goal="밤 11시까지 문을 여는 진료소를 열어 30분 안에 닿게 합니다.",
        field="사회복지",
        attribute="software",
        technology="yes",
        partner_kinds=["local", "private"],
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=730),
        brings=_items(("space", "보건소 2층 진료실"), ("people", "간호사 2명")),
        lacks=_items(("people", "소아청소년과 의사 2명"), ("budget", "운영비 연 6억 원"), ("system", "예약과 배차")),
    )
    _join(
        id,
        asker,
        ("naru", "budget", "운영비를 아이 수대로 나누어 냅니다.", "연 1억 5천만 원"),
        ("maru", "people", "공중보건의 한 분이 함께 진료합니다.", "주 2일 밤"),
        ("yeoul", "budget", "운영비를 아이 수대로 나누어 냅니다.", "연 1억 2천만 원"),
        ("dasom", "system", "진료 예약과 귀가 차량을 잇는 시스템을 냅니다.", "2년 무료"),
        ("residents", "people", "진료를 기다리는 아이들을 돌봅니다.", "밤마다 2명"),
    )


def _trails(id: UUID, asker: Viewer, other: Viewer) -> None:
    """Lived to its end: closed well, a case in the library."""
    _ask(
        id,
        asker,
        days=5,
        title="두 군의 끊긴 옛길을 하나로 잇습니다",
        problem="군 경계에서 옛길이 끊겨 걷는 사람이 찻길로 내려옵니다.",
        for_whom="걷는 주민과 여행자",
        goal="끊긴 3.2 km를 잇고 길 안내를 하나로 합칩니다.",
        field="문화/관광",
        attribute="hardware",
        partner_kinds=["local"],
        brings=_items(("people", "숲길 관리원 3명")),
        lacks=_items(("budget", "다리 한 곳을 놓을 돈")),
    )
    _join(id, asker, ("yeoul", "budget", "다리 놓는 돈의 절반을 냅니다.", "8천만 원"))


def _rides(id: UUID, asker: Viewer, other: Viewer) -> None:
    """Ended honestly without reaching what it wanted."""
    _ask(
        id,
        asker,
        days=5,
        title="장날 버스를 두 군이 함께 굴립니다",
        problem="장날에만 사람이 몰리고 다른 날은 버스가 빕니다.",
        for_whom="장을 보러 가는 어르신",
        goal="장날 버스를 하루 여섯 번으로 늘립니다.",
        field="생활/편의",
        attribute="software",
        partner_kinds=["local", "private"],
        brings=_items(("equipment", "버스 2대")),
        lacks=_items(("people", "운전기사 4명")),
    )
    _join(
        id,
        asker,
        ("garam", "people", "운전기사 두 분을 장날에 보냅니다.", "장날마다 2명"),
        ("dasom", "system", "빈자리를 보여 주는 앱을 냅니다.", "1년"),
    )
