from __future__ import annotations

import pytest

from dure.bodies import demo as bodies
from dure.simulation.demo import demo
from dure.simulation.models import Scenario


@pytest.mark.django_db
def test_the_demo_is_made_once_and_says_what_it_is(settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    bodies.demo(lambda *_: None)
    for _twice in range(2):
        demo(lambda *_: None)
    assert sorted(Scenario.objects.values_list("state", flat=True)) == ["draft", "published"]
    assert all(title.startswith("[시연]") for title in Scenario.objects.values_list("title", flat=True))
