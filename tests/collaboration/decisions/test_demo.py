from __future__ import annotations

from typing import Any

import pytest

from dure.bodies import demo as bodies_demo
from dure.collaboration import demo as room_demo
from dure.collaboration.decisions.demo import demo
from dure.collaboration.decisions.models import Proposal
from dure.core import demo as people


def quiet(done: int, total: int | None, note: str) -> None:
    return None


@pytest.mark.usefixtures("db")
def test_the_demonstration_shows_every_state_and_can_be_made_twice(settings: Any) -> None:
    settings.DEMO = True
    people.make_people(quiet)
    bodies_demo.demo(quiet)
    room_demo.demo(quiet)
    for _time in range(2):
        demo(quiet)
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["carried", "fallen", "open", "open"]
    blocked = Proposal.objects.get(state="fallen")
    assert "1곳이 막아" in blocked.result["ko"]
