"""The demonstration's mediation, made by the real actions."""

from __future__ import annotations

from typing import Any

import pytest

from dure.bodies.demo import demo as demo_bodies
from dure.collaboration.demo import demo as demo_room
from dure.collaboration.demo import demo_id
from dure.collaboration.mediation.demo import demo
from dure.collaboration.mediation.models import Dispute, Mediator, Result, Step
from dure.core.demo import make_people


@pytest.mark.slow
@pytest.mark.everywhere
@pytest.mark.django_db
def test_the_demonstration_shows_a_dispute_in_the_middle_and_a_settled_one(settings: Any) -> None:
    settings.DEMO = True

    def quiet(*args: Any) -> None: ...

    make_people()
    demo_bodies(quiet)
    demo_room(quiet)
    for _time in range(2):
        demo(quiet)
    assert Mediator.objects.count() == 8
    assert Mediator.objects.filter(state="active").count() == 7
    clinic = Dispute.objects.get(pk=demo_id("dispute-clinic"))
    assert clinic.step == Step.WORKING
    assert clinic.collaboration.paused == ["agreement"]
    assert clinic.hearings.count() == 1
    trails = Dispute.objects.get(pk=demo_id("dispute-trails"))
    assert trails.result == Result.SETTLED
    assert trails.collaboration.paused == []
