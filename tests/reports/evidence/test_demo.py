"""The demonstration's reports: made once, of demo bodies only, with figures to look at."""

from __future__ import annotations

from typing import Any

import pytest

from dure.bodies import demo as demo_bodies
from dure.core import clock
from dure.core.demo import make_people
from dure.reports.evidence import demo as demos
from dure.reports.evidence import figures
from dure.reports.evidence.figures import Scope
from dure.reports.models import Report


@pytest.mark.django_db
def test_the_demonstration_is_made_once(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    make_people()
    demo_bodies.demo(lambda *_: None)
    now = clock.now
    demos.demo(lambda *_: None)
    assert clock.now is now
    made = list(Report.objects.order_by("pk").values_list("pk", "lon", "body__slug", "state"))
    assert len(made) == demos.MANY
    assert {slug for _, _, slug, _ in made} == {f"demo-{place.body}" for place in demos.PLACES}
    assert not Report.objects.exclude(words__startswith="(시연)").exists()
    demos.demo(lambda *_: None)
    assert list(Report.objects.order_by("pk").values_list("pk", "lon", "body__slug", "state")) == made
    scope = Scope(months=24, group="roads", category="roads.roadkill")
    assert figures.hot_spots(scope, radius=100).rows
    assert any(row.compared and row.compared.ratio for row in figures.times(Scope(months=24)).rows)
