"""Rosters of a few people only: what is missing is said, and fewer sit."""

from __future__ import annotations

from dure.collaboration.mediation import actions
from dure.collaboration.mediation.models import CommitteeMember, Step
from dure.core.models import Event
from tests.collaboration.mediation.panel import FIELDS, chair, fresh, make_panel, seats, viewer_of
from tests.collaboration.mediation.test_refusals import refused
from tests.collaboration.world import World


def test_too_few_people_says_what_is_missing_and_it_can_be_drawn_again(world: World) -> None:
    panel = make_panel(world, 0)
    panel.add(4, fields=FIELDS[:2])
    dispute = panel.drawn()
    draw = dispute.draws.get()
    assert (dispute.step, draw.missing_people, draw.missing_fields) == (Step.SHORT, 0, 1)
    assert dispute.due is None
    assert refused(lambda: actions.committee_again(by=world.other, id=dispute.pk))[0] == "not_allowed"
    panel.add(2, fields=FIELDS[2:4])
    actions.committee_again(by=world.offerer, id=dispute.pk)
    assert fresh(dispute).step == Step.AGAIN
    actions.dispute_word(by=world.asker, id=dispute.pk, word="새 말")
    assert dispute.draws.latest("round").words


def test_three_sit_where_there_are_not_five(world: World) -> None:
    dispute = make_panel(world, 3).drawn()
    assert len(seats(dispute)) == 3
    assert len({seat.field for seat in seats(dispute)}) == 3


def test_nobody_left_to_replace_frees_the_seats(world: World) -> None:
    panel = make_panel(world, 3)
    dispute = panel.drawn()
    first, second, _third = seats(dispute)
    actions.seat_accept(by=viewer_of(first), id=dispute.pk)
    actions.seat_decline(by=viewer_of(second), id=dispute.pk, conflict=False, reason="바쁩니다.")
    assert fresh(dispute).step == Step.SHORT
    assert seats(dispute) == []
    states = set(CommitteeMember.objects.filter(dispute=dispute).values_list("state", flat=True))
    assert states == {"released", "declined"}


def test_equal_voices_lead_to_a_second_ballot_and_then_to_the_lot(world: World) -> None:
    panel = make_panel(world, 3)
    dispute = panel.sitting()
    members = seats(dispute)
    for seat in members:
        actions.chair_vote(by=viewer_of(seat), id=dispute.pk, seat_id=seat.pk)
    assert (fresh(dispute).step, fresh(dispute).ballot) == (Step.ELECTING, 2)
    for seat in members:
        actions.chair_vote(by=viewer_of(seat), id=dispute.pk, seat_id=seat.pk)
    dispute = fresh(dispute)
    assert dispute.step == Step.WORKING
    assert chair(dispute) in [viewer_of(seat) for seat in members]
    assert Event.objects.get(type="collaboration.dispute.chair").data == {"lot": True}


def test_who_came_onto_the_roster_after_the_referral_is_not_drawn_from(world: World) -> None:
    panel = make_panel(world, 5)
    dispute = panel.refer()
    panel.add(5)
    for side in (world.asker, world.offerer):
        actions.dispute_state(by=side, id=dispute.pk, text="입장", final=True)
    assert len(fresh(dispute).draws.get().facts["candidates"]) == 5
