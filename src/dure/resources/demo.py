"""Content of the demonstration: what invented bodies share, booked and lent by the actions that real ones use."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from dure.bodies.demo import demo_body
from dure.core import clock, workdays
from dure.core import demo as people
from dure.core.links import own
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.resources import actions
from dure.resources.models import Booking, Objection, Resource

OFFICE = [[540, 720], [780, 1080]]
LONG_DAY = [[540, 1260]]
MEMBERS = {
    "garam": "official-1",
    "naru": "official-2",
    "maru": "official-3",
    "yeoul": "official-4",
    "centre": "centre",
    "dasom": "company",
    "residents": "resident",
}


def demo_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"dure-demo:resources:{name}")


def acting(key: str) -> Viewer:
    """Who acts for the demo body of that key."""
    return Viewer.person(people.person(MEMBERS[key]).pk, demo_body(key).pk, "officer")


def _thing(owner: str, kind: str, title: str, **more: Any) -> tuple[str, dict[str, Any]]:
    fields: dict[str, Any] = {
        "kind": kind,
        "title": title,
        "quantity": 1,
        "unit": "대",
        "step": 0,
        "hours": [OFFICE] * 5 + [[], []],
        "closed_days": [],
        "closed_on_holidays": True,
        "lead_hours": 24,
        "longest": 0,
        "price": 0,
        "price_per": "day",
        "who": "any",
        "needs_approval": True,
        "contact": "회계과 재산관리팀",
    }
    return owner, fields | more


THINGS = {
    "bus": _thing(
        "garam",
        "equipment",
        "25인승 휠체어 버스",
        description="휠체어 두 대가 오르는 저상버스입니다. 운전원은 빌리는 기관이 둡니다.",
        quantity=2,
        hours=[OFFICE] * 7,
        closed_on_holidays=False,
        lead_hours=0,
        place="군청 뒤 차고",
        price=80_000,
        longest=7,
        conditions="1종 대형 면허, 빌리는 기관의 보험, 기름은 채워서 돌려주세요.",
    ),
    "hall": _thing(
        "naru",
        "space",
        "나루마루 대강당",
        description="300석, 음향과 통역 부스가 있습니다.",
        unit="곳",
        step=60,
        hours=[LONG_DAY] * 6 + [[]],
        lead_hours=48,
        longest=480,
        price=30_000,
        price_per="hour",
        place="문화회관 1층",
        needs_approval=False,
        contact="문화체육과 시설팀",
    ),
    "drone": _thing(
        "maru",
        "equipment",
        "산불 감시 드론",
        description="열화상 카메라가 달린 드론과 조종 자격이 있는 직원 한 사람이 함께 갑니다.",
        quantity=3,
        hours=[OFFICE] * 7,
        closed_on_holidays=False,
        lead_hours=0,
        longest=5,
        conditions="비행 승인은 빌리는 기관이 받습니다.",
        contact="산림과 재난대응팀",
    ),
    "surveyor": _thing(
        "yeoul",
        "people",
        "지적측량 경력 직원",
        description="경계 분쟁이 있는 땅의 측량을 돕습니다.",
        quantity=2,
        unit="명",
        lead_hours=72,
        longest=10,
        contact="민원지적과",
    ),
    "gpu": _thing(
        "centre",
        "system",
        "공동 활용 GPU 서버",
        description="인공지능 학습용 서버입니다. 개인정보가 든 자료는 올릴 수 없습니다.",
        quantity=8,
        unit="장",
        step=60,
        hours=[[[0, 1440]]] * 7,
        closed_on_holidays=False,
        lead_hours=1,
        longest=72 * 60,
        price=2_000,
        price_per="hour",
        needs_approval=False,
        contact="디지털자원과",
    ),
    "lectures": _thing(
        "dasom",
        "licence",
        "온라인 강의 이용권",
        description="고등학교 과정 강의를 하루 단위로 나누어 씁니다.",
        quantity=200,
        unit="장",
        hours=[[[0, 1440]]] * 7,
        closed_on_holidays=False,
        lead_hours=0,
        price=500,
        contact="공공사업팀",
    ),
    "stats": _thing(
        "garam",
        "data",
        "마을별 버스 이용 통계",
        description="2024년부터 달마다 모은 승하차 통계입니다. 마을 단위로 묶어 개인을 알 수 없습니다.",
        unit="벌",
        hours=[[[0, 1440]]] * 7,
        closed_on_holidays=False,
        lead_hours=0,
        who="named",
        contact="교통과",
    ),
    "tents": _thing(
        "residents",
        "equipment",
        "장터 천막",
        description="접이식 천막과 탁자입니다.",
        quantity=12,
        unit="동",
        hours=[OFFICE] * 7,
        closed_on_holidays=False,
        lead_hours=0,
        price_per="use",
        price=10_000,
        contact="주민 모임 사무실",
    ),
}


def demo(progress: Progress) -> None:
    """Make the demo resources and bookings that are missing."""
    named = {"stats": [demo_body("naru").pk, demo_body("maru").pk]}
    for done, (name, (owner, fields)) in enumerate(THINGS.items(), start=1):
        if not Resource.objects.filter(pk=demo_id(name)).exists():
            actions.resource_save(by=acting(owner), id=demo_id(name), fields=fields, named=named.get(name, ()))
        progress(done, len(THINGS) + 1, name)
    if not Booking.objects.filter(pk=demo_id("bus-returned")).exists():
        _bookings()
    progress(len(THINGS) + 1, len(THINGS) + 1, "bookings")


def _bookings() -> None:
    """One in each state. What can be taken by anybody today is lent and taken back today."""
    today = clock.today()
    _ask("naru", "bus", "bus-returned", today, today, purpose="어르신 나들이", quantity=1)
    actions.booking_confirm(by=acting("garam"), id=demo_id("bus-returned"))
    actions.booking_lend(by=acting("garam"), id=demo_id("bus-returned"), note="긁힘 없음, 기름 가득")
    actions.booking_return(
        by=acting("garam"),
        id=demo_id("bus-returned"),
        note="안은 깨끗함",
        damage="뒤쪽 문 아래가 긁혔습니다.",
        follow_up="빌린 기관이 보험으로 다음 달까지 고칩니다.",
    )
    _ask("yeoul", "drone", "drone-no-show", today, today, purpose="산불 조심 기간 감시", quantity=1)
    actions.booking_confirm(by=acting("maru"), id=demo_id("drone-no-show"))
    actions.booking_no_show(
        by=acting("maru"), id=demo_id("drone-no-show"), note="한 시간을 기다렸고 두 번 연락했으나 오지 않았습니다."
    )
    actions.booking_object(
        by=acting("yeoul"),
        id=demo_id("drone-no-show"),
        about=Objection.About.NO_SHOW,
        text="전날 오후에 비가 와서 미루자고 산림과에 알렸고, 알겠다는 답을 들었습니다.",
    )
    _ask("maru", "tents", "tents-overdue", today, today, purpose="마루 장터", quantity=6)
    actions.booking_confirm(by=acting("residents"), id=demo_id("tents-overdue"))
    actions.booking_lend(by=acting("residents"), id=demo_id("tents-overdue"), note="모두 온전함")
    # No action takes a thing in the past, and the demonstration needs one that should be back already.
    Booking.objects.filter(pk=demo_id("tents-overdue")).update(
        starts_at=_at(today - timedelta(days=3), 0), ends_at=_at(today - timedelta(days=2), 0)
    )
    soon, later = (workdays.next_working_day(today + timedelta(days=n)) for n in (6, 12))
    _ask("yeoul", "bus", "bus-asked", soon, soon, purpose="주민 건강검진", quantity=1)
    _ask("dasom", "surveyor", "surveyor-refused", later, later, purpose="창고 경계 확인", quantity=1)
    actions.booking_refuse(
        by=acting("yeoul"),
        id=demo_id("surveyor-refused"),
        reason="그 주에는 모두 현장에 나가 있습니다. 다음 달에 다시 청해 주세요.",
    )
    meals = next((link.urn for link in own("collaboration", acting("maru")) if "급식" in link.title), "")
    _hours("maru", "hall", "hall-confirmed", soon, 14, 17, purpose="세 군 급식 설명회", collaboration=meals)
    _hours("garam", "hall", "hall-cancelled", later, 10, 12, purpose="교통 공청회")
    actions.booking_cancel(by=acting("garam"), id=demo_id("hall-cancelled"), reason="날을 옮기기로 했습니다.")
    _hours("dasom", "gpu", "gpu-confirmed", soon, 0, 12, purpose="배차 모형 학습", quantity=4)
    _ask("residents", "lectures", "lectures-confirmed", soon, later, purpose="공부방", quantity=30)
    actions.booking_confirm(by=acting("dasom"), id=demo_id("lectures-confirmed"))


def _ask(body: str, thing: str, name: str, first: date, last: date, **fields: Any) -> None:
    start, end = _at(first, 0), _at(last + timedelta(days=1), 0)
    _book(body, thing, name, starts_at=start, ends_at=end, **fields)


def _hours(body: str, thing: str, name: str, day: date, start: int, end: int, **fields: Any) -> None:
    _book(body, thing, name, starts_at=_at(day, start), ends_at=_at(day, end), **{"quantity": 1, **fields})


def _book(body: str, thing: str, name: str, **fields: Any) -> None:
    actions.booking_ask(by=acting(body), resource_id=demo_id(thing), id=demo_id(name), fields=fields)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.SEOUL)
