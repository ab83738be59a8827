"""One dispute that has just been referred, one whose committee sits (the role `person` is its chair), one entry of the
roster with an interest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dure.collaboration import actions as together
from dure.collaboration.mediation import actions
from dure.collaboration.mediation.models import CommitteeMember, DisputeStatement, Expertise
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer


def names(world: Any) -> dict[str, str]:
    officer, other, keeper = (world.viewers[name] for name in ("officer", "other", "operator"))
    entries = []
    for name, field in zip(("person", "sits-1", "sits-2"), Expertise, strict=False):
        someone = world.people(name)
        entry = actions.mediator_register(
            by=keeper,
            id=uuid7(),
            email=someone.email,
            name=someone.name,
            field=field,
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=300),
        )
        actions.mediator_accept(by=Viewer.person(someone.pk), id=entry.pk)
        entries.append(entry)
    person = world.viewers["person"]
    actions.interest_declare(by=person, id=entries[0].pk, body_id=world.gapyeong.province_id, what="자문")
    found = {"mediator": str(entries[0].pk), "interest_body": str(world.gapyeong.province_id)}
    for name in ("disputed", "mediated"):
        made = world._call("함께 여는 도서관")
        fields = {"resource": "people", "what": "사서", "how_much": "2명", "available": "바로"}
        offer = together.offer_make(by=other, id=made.pk, fields=fields)
        together.offer_take(by=officer, id=offer.pk)
        together.partners_settle(by=officer, id=made.pk)
        dispute = actions.dispute_refer(
            by=officer,
            id=made.pk,
            dispute_id=uuid7(),
            title="나누는 방식",
            text="셈이 다릅니다.",
            wish="다시 정하기",
            parts=["agreement"],
            against=[other.body_id],
        )
        found |= {name: made.receipt, f"{name}_id": str(dispute.pk)}
    for side in (officer, other):
        actions.dispute_state(by=side, id=dispute.pk, text="입장", final=True)
    seats = list(CommitteeMember.objects.filter(dispute=dispute))
    for seat in seats:
        actions.seat_accept(by=Viewer.person(seat.person_id), id=dispute.pk)
    own = next(seat for seat in seats if seat.person_id == person.person_id)
    for seat in seats:
        actions.chair_vote(by=Viewer.person(seat.person_id), id=dispute.pk, seat_id=own.pk)
    when = clock.now() + timedelta(days=3)
    hearing = actions.hearing_set(
        by=person, id=dispute.pk, hearing_id=uuid7(), at=when, place="회의실", invited="담당자"
    )
    said = DisputeStatement.objects.get(dispute=dispute, body=officer.body_id)
    return found | {"hearing": str(hearing.pk), "statement": str(said.pk)}
