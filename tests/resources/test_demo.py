"""The demonstration shows every state, believable and made by the actions that real bodies use."""

from __future__ import annotations

from typing import Any

import pytest

from dure.bodies import demo as bodies
from dure.core import demo as people
from dure.core.viewer import Viewer
from dure.resources import demo, queries
from dure.resources.models import Booking, Damage, LedgerEntry, Objection, Resource


@pytest.mark.django_db
def test_made_once_with_every_state(settings: Any) -> None:
    settings.DEMO = True
    people.make_people()
    bodies.demo(lambda done, total, what: None)
    for _time in range(2):
        demo.demo(lambda done, total, what: None)
    assert Resource.objects.count() == len(demo.THINGS)
    assert set(Booking.objects.values_list("state", flat=True)) == set(Booking.State.values)
    assert Damage.objects.count() == LedgerEntry.objects.count() == Objection.objects.count() == 1
    assert sum(row.is_overdue for row in Booking.objects.all()) == 1
    assert len(queries.resource_list(Viewer.anonymous(), queries.ListFilter()).rows) == len(demo.THINGS)
