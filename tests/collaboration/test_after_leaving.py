"""A body that has left a collaboration decides nothing in it any more, and the others are not left without anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.collaboration.closing import actions as closing
from dure.collaboration.closing import policy as closing_policy
from dure.collaboration.closing.desk import desk_items
from dure.collaboration.closing.models import CitizenRating
from dure.collaboration.decisions import actions as decisions
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.collaboration.workspace.work import meeting, task
from tests.collaboration.world import World, body, officer, person


def leave(by: Viewer, together: Collaboration) -> None:
    decisions.party_leave(by=by, id=together.pk, reason="조직이 바뀌었습니다.")


def test_who_left_opens_no_proposal_of_the_parties(world: World) -> None:
    together = world.together()
    narrow = {"level": "partners", "reason": "deliberation", "review_on": clock.today() + timedelta(days=20)}
    made = decisions.proposal_make(by=world.offerer, id=together.pk, title="비밀", text="우리끼리", narrow=narrow)
    leave(world.offerer, together)
    decisions.vote_cast(by=world.other, id=made.pk, choice="disagree", reason="떠난 뒤에 한 말")
    with pytest.raises(Refused) as caught:
        decisions.proposal_open(by=world.offerer, id=made.pk)
    assert caught.value.code == "not_allowed"


def test_who_left_reads_no_more_than_everybody(world: World) -> None:
    """What goes on in a thing that it made itself: votes, minutes, the state of a task."""
    together = world.together(stage="working")
    narrow = {"level": "partners", "reason": "deliberation", "review_on": clock.today() + timedelta(days=20)}
    made = [
        decisions.proposal_make(by=world.offerer, id=together.pk, title="비밀", text="우리끼리", narrow=narrow),
        task(world.offerer, together, visibility=narrow),
        meeting(world.offerer, together, visibility=narrow),
    ]
    for thing in made:
        assert type(thing).objects.visible_to(world.offerer).filter(pk=thing.pk).exists()
    leave(world.offerer, together)
    for thing in made:
        rows = type(thing).objects.filter(pk=thing.pk)
        assert not rows.visible_to(world.offerer).exists()
        assert rows.withheld_from(world.offerer).exists()
        assert rows.visible_to(world.other).exists()


def test_who_left_takes_no_handover_back(world: World) -> None:
    together = world.together(stage="working")
    keeper = officer(body("모두조합", "cooperative"), "정이사")
    assert keeper.body_id
    asked = closing.handover_ask(by=world.offerer, id=together.pk, body_id=keeper.body_id, reason="오래갑니다.")
    closing.handover_accept(by=keeper, id=asked.pk)
    leave(world.offerer, together)
    with pytest.raises(Refused) as caught:
        closing.handover_withdraw(by=world.offerer, id=asked.pk)
    assert caught.value.code == "not_allowed"


def test_where_the_owner_left_the_others_keep_it(world: World) -> None:
    together = world.together(stage="working")
    citizen = Viewer.person(person("주민").pk)
    rating = closing.citizen_rate(by=citizen, id=together.pk, score=2, text="늦게 옵니다.")
    leave(world.asker, together)
    closing.citizen_rating_flag(by=world.citizen, id=rating.pk, why="abuse")
    with pytest.raises(Refused):
        closing.citizen_rating_hide(by=world.asker, id=rating.pk, reason="싫어서")
    assert not list(desk_items(world.asker))
    assert [item.kind for item in desk_items(world.other) if "평가" in item.kind]
    closing.citizen_rating_hide(by=world.other, id=rating.pk, reason="욕설")
    assert CitizenRating.objects.get(pk=rating.pk).state == CitizenRating.State.HIDDEN
    fresh = Collaboration.objects.get(pk=together.pk)
    closing_policy.must_edit_case(world.offerer, fresh)
    with pytest.raises(Refused):
        closing_policy.must_edit_case(world.asker, fresh)
