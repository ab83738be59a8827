"""What a party is told to do next on the page of a collaboration, and that others are not told."""

from __future__ import annotations

from django.urls import reverse

from dure.collaboration.desk import next_steps
from dure.collaboration.models import Collaboration
from tests.collaboration.world import World, client_of


def steps(world: World, collaboration: Collaboration) -> list[str]:
    return [item.url for item in next_steps(world.asker, collaboration)]


def test_before_partners_are_chosen_and_for_others_nothing_is_said(world):
    assert steps(world, world.call()) == []
    working = world.together(stage="working")
    assert next_steps(world.citizen, working) == []


def test_each_stage_leads_to_its_page(world):
    agreeing = world.together()
    agreement = reverse("agreement:page", args=[agreeing.receipt])
    assert steps(world, agreeing) == [agreement]
    working = world.together(stage="working")
    assert steps(world, working) == [reverse("workspace:page", args=[working.receipt])]
    working.stage = "ended"
    assert steps(world, working) == [reverse("closing:case", args=[working.receipt])]
    assert [item.url for item in next_steps(world.other, working)] == [reverse("closing:page", args=[working.receipt])]
    page = reverse("collaboration:page", args=[agreeing.receipt])
    html = client_of(world.asker).get(page).content.decode()
    assert "우리 기관이 다음에 할 일" in html
    assert agreement in html
    assert "우리 기관이 다음에 할 일" not in client_of(world.citizen).get(page).content.decode()
