"""A roster of people in five fields, and a dispute that goes as far as a test wants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from dure.collaboration.mediation import actions
from dure.collaboration.mediation.actions.work import draft_mark
from dure.collaboration.mediation.models import CommitteeMember, Dispute, Expertise, MediationProposal, Step
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Person
from dure.core.viewer import Viewer
from tests.collaboration.world import World, body, officer, person

FIELDS = list(Expertise)


@dataclass
class Panel:
    """`centre` keeps the roster; `people` stand on it, in the five fields in turn."""

    world: World
    centre: Viewer
    people: list[Viewer] = field(default_factory=list)

    def add(self, count: int = 1, *, fields: Any = FIELDS, accept: bool = True) -> None:
        for _number in range(count):
            someone = person(f"위원{len(self.people)}")
            made = actions.mediator_register(
                by=self.centre,
                id=uuid7(),
                email=someone.email,
                name=someone.name,
                field=fields[len(self.people) % len(fields)],
                starts_on=clock.today(),
                ends_on=clock.today() + timedelta(days=400),
            )
            viewer = Viewer.person(someone.pk)
            self.people.append(viewer)
            if accept:
                actions.mediator_accept(by=viewer, id=made.pk)

    def refer(self, collaboration: Collaboration | None = None, **changes: Any) -> Dispute:
        """The asker refers a dispute with the offerer about the agreement."""
        collaboration = collaboration or self.world.together()
        said = {
            "dispute_id": uuid7(),
            "title": "운영비를 나누는 방식",
            "text": "셈이 다릅니다.",
            "wish": "다시 정하고 싶습니다.",
            "parts": ["agreement"],
            "against": [self.world.offerer.body_id],
            **changes,
        }
        by = said.pop("by", self.world.asker)
        return actions.dispute_refer(by=by, id=collaboration.pk, **said)

    def drawn(self, collaboration: Collaboration | None = None, **changes: Any) -> Dispute:
        """Both have said how they see it, so that the committee is drawn."""
        dispute = self.refer(collaboration, **changes)
        for side in (self.world.asker, self.world.offerer):
            actions.dispute_state(by=side, id=dispute.pk, text="우리의 입장입니다.", final=True)
        return fresh(dispute)

    def sitting(self, dispute: Dispute | None = None) -> Dispute:
        """All who were drawn have taken their seats."""
        dispute = dispute or self.drawn()
        for seat in CommitteeMember.objects.filter(dispute=dispute, state="drawn"):
            actions.seat_accept(by=Viewer.person(seat.person_id), id=dispute.pk)
        return fresh(dispute)

    def working(self, dispute: Dispute | None = None) -> Dispute:
        """The first of the order is chair."""
        dispute = self.sitting(dispute)
        members = seats(dispute)
        for seat in members:
            actions.chair_vote(by=Viewer.person(seat.person_id), id=dispute.pk, seat_id=members[0].pk)
        dispute = fresh(dispute)
        assert dispute.step == Step.WORKING
        return dispute

    def proposed(self, dispute: Dispute | None = None) -> Dispute:
        dispute = self.working(dispute)
        members = seats(dispute)
        duties = {self.world.asker.body_id: "사람을 보냅니다.", self.world.offerer.body_id: "돈을 냅니다."}
        actions.mediation_draft(by=viewer_of(members[0]), id=dispute.pk, text="나누어 맡습니다.", duties=duties)
        for seat in members[:3]:
            actions.mediation_approve(by=viewer_of(seat), id=dispute.pk, seen=mark_of(dispute))
        dispute = fresh(dispute)
        assert dispute.step == Step.ANSWERING
        return dispute


def make_panel(world: World, people: int = 10) -> Panel:
    panel = Panel(world, officer(body("함께행정부", "central"), "한담당"))
    panel.add(people)
    return panel


def fresh(dispute: Dispute) -> Dispute:
    return Dispute.objects.select_related("collaboration").get(pk=dispute.pk)


def seats(dispute: Dispute) -> list[CommitteeMember]:
    """Those drawn or sitting now, in the drawn order."""
    return list(CommitteeMember.objects.filter(dispute=dispute, state__in=["drawn", "accepted"]))


def chair(dispute: Dispute) -> Viewer:
    return viewer_of(CommitteeMember.objects.get(dispute=dispute, chair=True))


def viewer_of(seat: CommitteeMember) -> Viewer:
    return Viewer.person(seat.person_id)


def mark_of(dispute: Dispute) -> str:
    return draft_mark(MediationProposal.objects.get(dispute=dispute, put_at=None))


def operator() -> Viewer:
    someone = person("운영자")
    Person.objects.filter(pk=someone.pk).update(is_operator=True)
    return Viewer.person(someone.pk, staff_session_id=UUID(int=7))
