"""The demonstration's three stories: made by the real actions, and only once."""

from __future__ import annotations

from typing import Any

import pytest

from dure.collaboration.closing.demo import demo as fill
from dure.collaboration.closing.models import CitizenRating, Measurement, PartnerRating
from dure.collaboration.demo import demo as collaborations
from dure.collaboration.demo import demo_id
from dure.collaboration.models import Case, Collaboration
from dure.core.rooms import rooms

pytestmark = pytest.mark.django_db


def quiet(done: int, total: int | None, note: str) -> None:
    """Nobody watches."""


@pytest.mark.slow
@pytest.mark.everywhere
def test_three_stories(settings: Any) -> None:
    settings.DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for room in rooms():
        if room.demo and room.floor < 2:
            room.demo(quiet)
    collaborations(quiet)
    for _twice in range(2):
        fill(quiet)
    stories = {name: Collaboration.objects.get(pk=demo_id(name)) for name in ("clinic", "trails", "rides")}
    assert [(row.stage, row.outcome) for row in stories.values()] == [
        ("working", ""),
        ("ended", "done"),
        ("ended", "failed"),
    ]
    clinic = stories["clinic"]
    assert clinic.indicator_set.agreed_at
    assert clinic.indicators.count() == 3
    assert Measurement.objects.filter(collaboration=clinic, corrected_at__isnull=False).count() == 1
    assert not PartnerRating.objects.filter(collaboration=clinic, revealed_at__isnull=False).exists()
    cases = Case.objects.filter(origin="here").order_by("no")
    assert [(case.no, case.sustainable, case.failed) for case in cases] == [
        ("H0001", "yes", False),
        ("H0002", "no", True),
    ]
    assert CitizenRating.objects.filter(collaboration=stories["trails"], state="published").count() == 3
