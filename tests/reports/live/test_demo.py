"""The demonstration of crews: every state, a position that stands still and says so, once only."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dure.bodies import demo as bodies
from dure.core import demo as people
from dure.reports.live import jobs
from dure.reports.live.demo import demo, demo_id
from dure.reports.models import CrewPosition, Dispatch, Report, WrongPlace


@pytest.mark.django_db
def test_the_demonstration(settings: Any) -> None:
    settings.DEMO = True
    people.make_people(lambda *said: None)
    bodies.demo(lambda *said: None)
    for _time in range(2):
        demo(lambda *said: None)
    states = sorted(Dispatch.objects.values_list("state", flat=True))
    assert states == ["arrived", "done", "under_way", "under_way"]
    assert WrongPlace.objects.count() == 1
    jobs.purge(None)
    assert CrewPosition.objects.filter(dispatch__frozen=True).exists()
    page = Client().get(Report.objects.get(pk=demo_id("report-driving")).status_path).content.decode()
    assert "위치가 멈춰 있음" in page
    assert "km" in page
