"""A dispute from the referral to its end."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from dure.collaboration import policy as room_policy
from dure.collaboration.mediation import actions
from dure.collaboration.mediation.models import CommitteeMember, ContestedPart, Dispute, Mediator, Result, Step
from dure.core.refused import Refused
from tests.collaboration.mediation.panel import Panel, fresh, seats, viewer_of


def rests(collaboration: Any, part: str) -> bool:
    """What `policy.must_run` says of that part now."""
    collaboration.refresh_from_db()
    try:
        room_policy.must_run(collaboration, part)
    except Refused as refused:
        return refused.code == "conflict"
    return False


@pytest.mark.slow
def test_from_the_referral_to_a_settlement(panel: Panel) -> None:
    world = panel.world
    collaboration = world.together()
    dispute = panel.refer(collaboration)
    assert rests(collaboration, "agreement")
    assert not rests(collaboration, "workspace")
    actions.dispute_state(by=world.asker, id=dispute.pk, text="우리의 입장", final=True)
    assert fresh(dispute).step == Step.STATING
    actions.dispute_state(by=world.offerer, id=dispute.pk, text="저희의 입장", final=True)
    assert fresh(dispute).step == Step.SEATING
    members = seats(dispute)
    assert len(members) == 5
    assert len({m.field for m in members}) >= 3
    dispute = panel.proposed(dispute)
    actions.mediation_answer(by=world.offerer, id=dispute.pk, accepts=True)
    assert rests(collaboration, "agreement")
    actions.mediation_answer(by=world.asker, id=dispute.pk, accepts=True)
    dispute = fresh(dispute)
    assert (dispute.step, dispute.result) == (Step.CLOSED, Result.SETTLED)
    assert not rests(collaboration, "agreement")


def test_a_refusal_leaves_it_open_what_remains(panel: Panel) -> None:
    dispute = panel.proposed()
    with pytest.raises(Refused) as caught:
        actions.mediation_answer(by=panel.world.asker, id=dispute.pk, accepts=False)
    assert caught.value.field == "reason"
    actions.mediation_answer(by=panel.world.asker, id=dispute.pk, accepts=False, reason="돈이 없습니다.")
    actions.mediation_answer(by=panel.world.offerer, id=dispute.pk, accepts=True)
    dispute = fresh(dispute)
    assert (dispute.result, dispute.close_reason) == (Result.NOT_SETTLED, "rejected")
    assert fresh(dispute).collaboration.paused == []


def test_who_declines_is_replaced_by_the_next_in_the_drawn_order(panel: Panel) -> None:
    dispute = panel.drawn()
    first = seats(dispute)
    actions.seat_decline(by=viewer_of(first[0]), id=dispute.pk, conflict=True, reason="가족이 그 기관에서 일합니다.")
    second = seats(dispute)
    assert len(second) == 5
    new = ({m.mediator_id for m in second} - {m.mediator_id for m in first}).pop()
    order = dispute.draws.get().facts["order"]
    sat = {str(m.mediator_id) for m in first}
    assert str(new) == next(id for id in order if id not in sat)
    assert CommitteeMember.objects.get(pk=first[0].pk).state == CommitteeMember.State.CONFLICT


def test_the_database_itself_keeps_what_must_always_be_true(panel: Panel) -> None:
    dispute = panel.working()
    other = panel.refer(dispute.collaboration, parts=["closing"])
    two = seats(dispute)[1]
    for act in (
        lambda: ContestedPart.objects.filter(dispute=other).update(part="agreement"),
        lambda: CommitteeMember.objects.filter(pk=two.pk).update(chair=True),
        lambda: Dispute.objects.filter(pk=dispute.pk).update(step="closed"),
        lambda: Dispute.objects.filter(pk=dispute.pk).update(due=None),
        lambda: CommitteeMember.objects.filter(dispute=dispute, chair=True).update(state="left"),
        lambda: Mediator.objects.filter(state="active").update(accepted_at=None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
