"""What is answered before the areas of a fresh clone are in, and how they come in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from dure.core.models import Event
from dure.core.refused import Refused
from dure.places import queries
from dure.places.models import Area, AreaBody, Generation

BEFORE = date(2025, 1, 1)


@pytest.mark.django_db
def test_a_fresh_clone_has_every_area_only_once(capsys: Any) -> None:
    call_command("load_places")
    counts = {level: queries.areas(level=level).count() for level in queries.LEVELS}
    assert counts == {"sido": 16, "sigungu": 230, "gu": 39, "emd": 0}
    assert queries.areas(level="sigungu", on=BEFORE).count() == 229
    before = (Generation.objects.count(), Area.objects.count(), AreaBody.objects.count(), Event.objects.count())
    call_command("load_places")
    after = (Generation.objects.count(), Area.objects.count(), AreaBody.objects.count(), Event.objects.count())
    assert before == after
    assert "이미 들어 있습니다" in capsys.readouterr().out


@pytest.mark.django_db
def test_without_any_area_the_refusal_says_what_to_do() -> None:
    with pytest.raises(Refused) as refused:
        queries.locate(127.0, 37.5)
    assert "load_places" in refused.value.message
