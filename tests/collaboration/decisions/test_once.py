"""Two last votes at the same moment: it is decided, and done, once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from dure.collaboration.decisions import actions
from dure.collaboration.decisions.models import Proposal, Vote
from dure.core import clock
from dure.core.models import Event, Withholding
from dure.core.viewer import Viewer
from tests.collaboration.world import make_world


@pytest.mark.django_db(transaction=True)
def test_two_last_votes_at_once_decide_once() -> None:
    world = make_world()
    together = world.together()
    day = (clock.today() + timedelta(days=30)).isoformat()
    made = actions.proposal_make(
        by=world.asker,
        id=together.pk,
        kind="withhold_part",
        text="땅값이 오르기 전에 정합니다.",
        data={"part": "place", "reason": "speculation", "review_on": day},
    )
    actions.vote_cast(by=world.asker, id=made.pk, choice="agree")
    start, faults = threading.Barrier(4), []

    def vote(viewer: Viewer) -> None:
        try:
            start.wait()
            actions.vote_cast(by=viewer, id=made.pk, choice="agree")
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=vote, args=(viewer,)) for viewer in (world.offerer, world.other) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The second of a doubled vote may find it decided already: it is told so, and nothing else happens.
    assert all(getattr(fault, "code", "") == "conflict" for fault in faults), faults
    made = Proposal.objects.get(pk=made.pk)
    assert (made.state, made.not_done, Vote.objects.count()) == ("carried", {}, 3)
    for type in ("collaboration.proposal.carried", "core.withheld"):
        assert Event.objects.filter(type=type).count() == 1
    assert Withholding.objects.count() == 1
