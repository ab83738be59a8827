"""The demonstration shows reports in every state, and making it again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dure.core.rooms import rooms
from dure.reports.models import AnswerTemplate, Move, Report, Word
from dure.reports.working.demo import demo, demo_id

MODELS = (Report, Move, Word, AnswerTemplate)


@pytest.mark.slow
@pytest.mark.everywhere
@pytest.mark.django_db
def test_the_demonstration(settings: Any) -> None:
    settings.DEMO = True

    def make() -> list[int]:
        for room in rooms():
            if room.name in ("core", "bodies") and room.demo:
                room.demo(lambda done, total, what: None)
        demo(lambda done, total, what: None)
        return [model._default_manager.count() for model in MODELS]

    first = make()
    assert make() == first
    assert all(first)
    assert set(Report.objects.values_list("state", flat=True)) == set(Report.State.values)
    outcomes = set(Report.objects.values_list("outcome", flat=True))
    assert outcomes >= {"", "solved", "nothing_found", "joined", "abuse"}
    assert set(Move.objects.values_list("state", flat=True)) == {"offered", "accepted", "returned"}
    assert not Report.objects.exclude(body__slug__startswith="demo-").exists()
    for name in ("new", "split", "moving"):
        report = Report.objects.get(pk=demo_id(name))
        assert Client().get(report.get_absolute_url()).status_code == 200
        assert Client().get(report.status_path).status_code == 200
