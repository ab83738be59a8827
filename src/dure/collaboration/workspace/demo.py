"""Content of the demonstration: four counties open a night clinic; three counties begin to meet about school meals."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from dure.collaboration.demo import acting, demo_id
from dure.collaboration.models import TOGETHER, Collaboration
from dure.collaboration.workspace import actions
from dure.collaboration.workspace.models import Meeting, Milestone, Task
from dure.core import clock
from dure.core.rooms import Progress
from dure.core.visibility import Level, Reason

PARTNERS = ("garam", "naru", "maru", "yeoul", "dasom", "residents")

TASKS: tuple[tuple[str, str, str, str, int | None, str, str], ...] = (
    # name, title, text, party, days from today, state, milestone
    (
        "room",
        "진료실 두 칸 고치기",
        "보건소 2층. 대기실에 아이들 놀 자리를 함께 만듭니다.",
        "garam",
        -12,
        "done",
        "open",
    ),
    ("licence", "진료소 개설 신고", "의료법에 따른 개설 신고서를 냅니다.", "garam", -3, "doing", "open"),
    ("doctor", "소아청소년과 의사 모집 공고", "네 군의 누리집과 의사회에 함께 올립니다.", "maru", 1, "doing", "open"),
    ("budget", "추경 예산안에 운영비 넣기", "", "naru", 9, "todo", "open"),
    ("system", "예약 화면 시험 열기", "부모 열 분과 함께 써 봅니다.", "dasom", 14, "doing", "trial"),
    ("care", "기다리는 아이 돌봄 당번 짜기", "밤마다 두 분씩, 석 달 치.", "residents", 20, "todo", "trial"),
    ("road", "30분 안에 닿지 않는 마을 조사", "", "yeoul", 25, "todo", "trial"),
    ("bus", "밤 순환 버스 알아보기", "", "yeoul", None, "dropped", ""),
)

MINUTES = """네 군과 다솜 협동조합, 주민 모임이 모여 여는 날과 당번을 정했습니다.

요일\t의사\t간호사\t돌봄
월·수\t공중보건의(마루)\t가람 보건소\t주민 2명
화·목·금\t채용 의사\t가람 보건소\t주민 2명
토\t채용 의사\t나루 보건소\t주민 2명

다음 회의까지 할 일
- 개설 신고에 빠진 서류를 가람에서 채웁니다.
- 예약 화면은 부모 열 분과 먼저 써 보고 고칩니다."""


def demo(progress: Progress) -> None:
    """Make what is missing, where the collaborations are there and their parties together."""
    made = (("clinic", _clinic), ("meals", _meals))
    for done, (name, make) in enumerate(made, start=1):
        found = Collaboration.objects.filter(pk=demo_id(name), stage__in=TOGETHER).first()
        if found is not None and "workspace" not in found.paused and not found.meetings.exists():  # type: ignore[attr-defined]
            make(found)
        progress(done, len(made), f"workspace {name}")


def _body(key: str) -> UUID:
    id = acting(key).body_id
    assert id
    return id


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _at(days: int, hour: int) -> datetime:
    return datetime.combine(_day(days), time(hour), tzinfo=clock.SEOUL)


def _meeting(name: str, by: str, id: UUID, fields: dict[str, Any], **more: Any) -> Meeting:
    return actions.meeting_call(by=acting(by), id=id, meeting_id=demo_id(name), fields=fields, **more)


def _clinic(c: Collaboration) -> None:
    _plan(c)
    _past_meeting(c)
    coming = _meeting(
        "clinic-meeting-2",
        "naru",
        c.pk,
        {
            "title": "여는 날 앞 점검 회의",
            "place": "나루군청 2층 상황실",
            "link": "https://meet.example/naru-clinic",
            "starts_at": _at(6, 14),
            "ends_at": _at(6, 16),
            "bodies": [_body(key) for key in PARTNERS],
            "agenda": [
                {"text": "개설 신고와 의사 모집", "body": _body("garam")},
                {"text": "예약 화면을 써 본 이야기", "body": _body("dasom")},
                {"text": "돌봄 당번", "body": _body("residents")},
            ],
        },
    )
    actions.meeting_answer(by=acting("naru"), id=coming.pk, answer="coming")
    actions.meeting_answer(by=acting("dasom"), id=coming.pk, answer="not_coming")
    _money(c)
    actions.workspace_file_add(
        by=acting("garam"),
        id=c.pk,
        uploaded=SimpleUploadedFile("진료소 여는 차례.txt", "1. 진료실 고치기\n2. 개설 신고\n".encode()),
        note="첫 회의에서 함께 만든 차례",
    )
    actions.workspace_file_add(
        by=acting("naru"),
        id=c.pk,
        uploaded=SimpleUploadedFile("진료소 여는 차례.txt", "1. 진료실 고치기\n2. 개설 신고\n3. 예약 시험\n".encode()),
        note="예약 시험을 넣은 판",
    )


def _plan(c: Collaboration) -> None:
    points: dict[str, Milestone | None] = {"": None}
    for name, title, due in (
        ("base", "진료실 마련", -10),
        ("open", "진료소 문 열기", 30),
        ("trial", "예약 시험 마치기", 21),
    ):
        points[name] = actions.milestone_add(
            by=acting("garam"), id=c.pk, milestone_id=demo_id(f"clinic-{name}"), title=title, due_on=_day(due)
        )
    actions.milestone_reach(by=acting("garam"), id=demo_id("clinic-base"), reached_on=_day(-11))
    for name, title, text, owner, days, state, point in TASKS:
        milestone = points[point]
        task = actions.task_add(
            by=acting(owner),
            id=c.pk,
            task_id=demo_id(f"clinic-task-{name}"),
            fields={
                "title": title,
                "text": text,
                "owner": _body(owner),
                "due_on": None if days is None else _day(days),
                "milestone": milestone.pk if milestone else None,
                "assignee": acting(owner).person_id if name in ("licence", "system") else None,
            },
        )
        if state != Task.State.TODO:
            reason = "버스 회사와 시간이 맞지 않아 귀가 차량으로 바꾸었습니다." if state == Task.State.DROPPED else ""
            actions.task_move(by=acting(owner), id=task.pk, to=state, reason=reason)
    actions.task_add(
        by=acting("garam"),
        id=c.pk,
        task_id=demo_id("clinic-task-wage"),
        fields={"title": "의사 연봉 범위 정하기", "owner": _body("garam"), "due_on": _day(5)},
        visibility={"level": Level.PARTNERS, "reason": Reason.DELIBERATION, "review_on": _day(30)},
    )


def _past_meeting(c: Collaboration) -> None:
    met = _meeting(
        "clinic-meeting-1",
        "garam",
        c.pk,
        {
            "title": "첫 모임",
            "place": "가람군 보건소 3층",
            "starts_at": _at(-14, 14),
            "ends_at": _at(-14, 16),
            "bodies": [_body(key) for key in PARTNERS],
            "agenda": [
                {"text": "여는 날과 시간", "body": _body("garam")},
                {"text": "요일마다 누가 맡는지", "body": None},
            ],
        },
    )
    there = [acting(key).person_id for key in ("garam", "naru", "maru", "dasom", "residents")]
    actions.meeting_attended(by=acting("garam"), id=met.pk, people=[id for id in there if id])
    actions.minutes_write(by=acting("garam"), id=met.pk, text=MINUTES.replace("토\t채용 의사", "토\t정하지 못함"))
    actions.minutes_write(by=acting("naru"), id=met.pk, text=MINUTES)


def _money(c: Collaboration) -> None:
    lines = (
        ("repair", "진료실 고치는 비용", "garam", 48_000_000, "base"),
        ("naru", "운영비 분담", "naru", 150_000_000, "open"),
        ("yeoul", "운영비 분담", "yeoul", 120_000_000, "open"),
        ("toys", "대기실 놀이감", "garam", 1_500_000, "base"),
    )
    for name, what, payer, planned, point in lines:
        actions.budget_line_add(
            by=acting(payer),
            id=c.pk,
            line_id=demo_id(f"clinic-budget-{name}"),
            fields={"what": what, "payer": _body(payer), "planned": planned, "milestone": demo_id(f"clinic-{point}")},
        )
    spent = (
        ("repair", -20, 21_500_000, "칸막이와 전기", True),
        ("repair", -12, 18_300_000, "바닥과 대기실", False),
        ("toys", -11, 1_640_000, "놀이 매트와 책장", False),
        ("naru", -2, 12_500_000, "첫 달 분담금", False),
    )
    for number, (name, days, amount, note, file) in enumerate(spent):
        actions.spending_add(
            by=acting("naru" if name == "naru" else "garam"),
            id=demo_id(f"clinic-budget-{name}"),
            spending_id=demo_id(f"clinic-spent-{number}"),
            spent_on=_day(days),
            amount=amount,
            note=note,
            uploaded=SimpleUploadedFile("검수 조서.txt", "진료실 고치기 1차 검수\n".encode()) if file else None,
        )


def _meals(c: Collaboration) -> None:
    _meeting(
        "meals-meeting-1",
        "naru",
        c.pk,
        {
            "title": "세 군 첫 모임",
            "place": "나루군 농산물 선별장",
            "starts_at": _at(4, 10),
            "ends_at": _at(4, 12),
            "bodies": [_body(key) for key in ("naru", "maru", "yeoul")],
            "agenda": [
                {"text": "선별장 둘러보기", "body": _body("naru")},
                {"text": "협약에 넣을 것", "body": None},
            ],
        },
    )
    actions.task_add(
        by=acting("maru"),
        id=c.pk,
        task_id=demo_id("meals-task-1"),
        fields={"title": "비용 분담 계산표 만들기", "owner": _body("maru"), "due_on": _day(10)},
    )
