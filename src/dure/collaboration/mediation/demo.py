"""Mediation in the demonstration: a roster of invented people, a dispute in the middle, and a settled one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from dure.bodies.demo import demo_body
from dure.collaboration.demo import acting, demo_id
from dure.collaboration.mediation import actions
from dure.collaboration.mediation.actions.work import draft_mark
from dure.collaboration.mediation.models import (
    CommitteeMember,
    Dispute,
    DisputeParty,
    Expertise,
    MediationProposal,
    Mediator,
)
from dure.collaboration.models import TOGETHER, Collaboration
from dure.core import clock
from dure.core import demo as people
from dure.core.rooms import Progress
from dure.core.viewer import Viewer
from dure.core.visibility import Level, Reason

FIELDS = (
    Expertise.SENIOR,
    Expertise.PROFESSOR,
    Expertise.RESEARCHER,
    Expertise.PRACTITIONER,
    Expertise.PRIVATE,
    Expertise.PROFESSOR,
    Expertise.RESEARCHER,
    Expertise.PRIVATE,
)
ASKED = 8
"""This one has not answered yet."""
WITH_INTEREST = 7
"""This one has declared an interest with the first demo body."""


def _expert(number: int) -> Viewer:
    return Viewer.person(people.person(f"expert-{number}").pk)


def demo(progress: Progress) -> None:
    """Make what is missing of the roster and the two disputes."""
    _roster()
    progress(1, 3, "roster")
    for done, (name, make) in enumerate((("clinic", _clinic), ("trails", _trails)), start=2):
        id = demo_id(f"dispute-{name}")
        collaboration = Collaboration.objects.filter(pk=demo_id(name), stage__in=TOGETHER).first()
        if collaboration and not Dispute.objects.filter(pk=id).exists():
            make(id, collaboration)
        progress(done, 3, name)


def _roster() -> None:
    for number, field in enumerate(FIELDS, start=1):
        id, person = demo_id(f"mediator-{number}"), people.person(f"expert-{number}")
        if Mediator.objects.filter(pk=id).exists():
            continue
        actions.mediator_register(
            by=acting("centre"),
            id=id,
            email=person.email,
            name=person.name,
            field=field,
            starts_on=clock.today() - timedelta(days=30),
            ends_on=clock.today() + timedelta(days=700),
        )
        if number != ASKED:
            actions.mediator_accept(by=_expert(number), id=id)
        if number == WITH_INTEREST:
            actions.interest_declare(
                by=_expert(number), id=id, body_id=demo_body("garam").pk, what="가람군의 연구 용역을 맡고 있습니다."
            )


def _refer(id: UUID, collaboration: Collaboration, by: str, against: tuple[str, ...], **texts: str) -> None:
    actions.dispute_refer(
        by=acting(by),
        id=collaboration.pk,
        dispute_id=id,
        parts=["agreement"],
        against=[demo_body(key).pk for key in against],
        **texts,
    )


def _seats(id: UUID) -> list[CommitteeMember]:
    return list(CommitteeMember.objects.filter(dispute=id, state=CommitteeMember.State.DRAWN))


def _sit(id: UUID) -> list[CommitteeMember]:
    """All who were drawn take their seats and elect the first of the order."""
    for seat in _seats(id):
        actions.seat_accept(by=Viewer.person(seat.person_id), id=id)
    members = list(CommitteeMember.objects.filter(dispute=id, state=CommitteeMember.State.ACCEPTED))
    for seat in members:
        actions.chair_vote(by=Viewer.person(seat.person_id), id=id, seat_id=members[0].pk)
    return members


def _clinic(id: UUID, collaboration: Collaboration) -> None:
    """In the middle: everybody has said how they see it, the committee sits, a hearing is set."""
    _refer(
        id,
        collaboration,
        "garam",
        ("naru", "yeoul"),
        title="운영비를 아이 수대로 나눌지, 쓴 만큼 나눌지 뜻이 다릅니다",
        text="처음에는 아이 수대로 나누기로 했습니다. 석 달을 셈해 보니 가까운 군의 아이가 세 배 많이 왔습니다. "
        "그대로 나누면 먼 군의 주민은 쓰지 않은 돈을 냅니다.",
        wish="실제로 온 아이 수를 절반만큼 셈에 넣는 방식을 함께 정하고 싶습니다.",
    )
    actions.dispute_word(by=acting("naru"), id=id, word="가을비 은행잎 1107")
    actions.dispute_state(
        by=acting("garam"), id=id, text="온 아이 수를 절반만 넣으면 네 군이 모두 받아들일 수 있다고 봅니다.", final=True
    )
    actions.evidence_add(
        by=acting("garam"),
        id=id,
        note="석 달 동안 군별로 온 아이 수",
        uploaded=SimpleUploadedFile("visits.csv", "군,아이 수\n가람군,310\n나루군,96\n여울군,88\n".encode()),
    )
    actions.dispute_state(
        by=acting("naru"),
        id=id,
        text="먼 군은 오는 데만 40분이 걸려 덜 옵니다. 쓴 만큼 나누면 가까운 군이 늘 이깁니다. "
        "우리 군이 더 낼 수 있는 돈은 올해 3천만 원까지입니다.",
        final=True,
        narrowing={
            "level": Level.PARTNERS,
            "reason": Reason.DELIBERATION,
            "review_on": clock.today() + timedelta(days=90),
        },
    )
    actions.dispute_state(
        by=acting("yeoul"), id=id, text="어느 쪽이든 좋으니 3년 동안 바뀌지 않는 방식이면 좋겠습니다.", final=True
    )
    members = _sit(id)
    chair = Viewer.person(members[0].person_id)
    day = clock.today() + timedelta(days=7)
    actions.hearing_set(
        by=chair,
        id=id,
        hearing_id=demo_id("hearing-clinic"),
        at=datetime.combine(day, time(14), clock.SEOUL),
        place="나루군(시연) 보건소 2층 회의실, 영상으로도 함께",
        invited="세 군의 예산 담당자와 보건소장",
    )


def _trails(id: UUID, collaboration: Collaboration) -> None:
    """Settled: one who was drawn declared an interest, the next sat, and both accepted the proposal."""
    _refer(
        id,
        collaboration,
        "maru",
        ("yeoul",),
        title="다리를 누가 돌볼지 정하지 못했습니다",
        text="다리는 군 경계에 놓입니다. 서로 상대 군이 돌보는 것으로 알고 있었습니다.",
        wish="해마다 돌보는 곳과 돈을 분명히 정하고 싶습니다.",
    )
    for key, text in (
        ("maru", "다리의 절반은 여울군 땅에 있습니다. 번갈아 돌보면 좋겠습니다."),
        ("yeoul", "우리 군에는 숲길 관리원이 없습니다. 사람 대신 돈을 내는 쪽이 낫습니다."),
    ):
        actions.dispute_state(by=acting(key), id=id, text=text, final=True)
    first = _seats(id)[0]
    actions.seat_decline(
        by=Viewer.person(first.person_id), id=id, conflict=True, reason="가족이 다리를 짓는 회사에서 일합니다."
    )
    members = _sit(id)
    writer = Viewer.person(members[0].person_id)
    sides = {side.body_id: side.body for side in DisputeParty.objects.filter(dispute=id).select_related("body")}
    maru = demo_body("maru").pk
    actions.mediation_draft(
        by=writer,
        id=id,
        text="마루군이 사람을, 여울군이 돈을 맡습니다. 3년 뒤에 다시 셈합니다.",
        duties={
            body: "숲길 관리원이 달마다 한 번 다리를 살핍니다." if body == maru else "해마다 6백만 원을 냅니다."
            for body in sides
        },
    )
    for seat in members:
        draft = MediationProposal.objects.filter(dispute=id, put_at=None).first()
        if draft:
            actions.mediation_approve(by=Viewer.person(seat.person_id), id=id, seen=draft_mark(draft))
    actions.mediation_answer(by=acting("maru"), id=id, accepts=True)
    actions.mediation_answer(by=acting("yeoul"), id=id, accepts=True)
