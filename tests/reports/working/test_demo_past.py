"""The demonstration's reports: made once, of demo bodies only, with figures to look at."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from dure.bodies import demo as demo_bodies
from dure.core import clock
from dure.core.demo import make_people
from dure.core.events import deliver_due
from dure.core.models import Event, Notice
from dure.reports.evidence import figures
from dure.reports.evidence.figures import Scope
from dure.reports.models import Report, Word
from dure.reports.working import demo_past as demos


@pytest.mark.slow
@pytest.mark.everywhere
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
    # Everything that happened has its event, at the time at which it happened.
    kinds = Counter(Event.objects.values_list("type", flat=True))
    assert kinds["reports.received"] == demos.MANY
    closed = Report.objects.filter(state="closed")
    for report in closed.filter(second_look_at=None):
        events = Event.objects.filter(subject=report.urn).order_by("seq")
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events.last().type == "reports.closed"
        assert events.last().at == report.closed_at
        assert Word.objects.get(report=report).at == report.closed_at
    assert kinds["reports.closed"] >= closed.count() > 50
    assert kinds["reports.not_solved"] == Report.objects.exclude(second_look_at=None).count() > 0
    assert kinds["reports.move.accepted"] == Report.objects.filter(moves_count=1).count() > 0
    deliver_due()
    week_ago = now() - timedelta(days=7)
    assert not Notice.objects.filter(event__at__lt=week_ago).exists()
    scope = Scope(months=24, group="roads", category="roads.roadkill")
    assert figures.hot_spots(scope, radius=100).rows
    assert any(row.compared and row.compared.ratio for row in figures.times(Scope(months=24)).rows)
