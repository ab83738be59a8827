"""The demonstration shows every state, and making it again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dure.core.rooms import rooms
from dure.learning.models import Completion, Study
from dure.needs.models import Merge, Need, NeedFollow, NeedsAnswer, NeedsSurvey, Objection

MODELS = (NeedsSurvey, NeedsAnswer, Need, Merge, Objection, NeedFollow, Completion, Study)


@pytest.mark.slow
@pytest.mark.everywhere
@pytest.mark.django_db
def test_the_demonstration(settings: Any) -> None:
    settings.DEMO = True

    def make() -> list[int]:
        for room in rooms():
            if room.name in ("core", "bodies", "collaboration", "needs", "learning") and room.demo:
                room.demo(lambda done, total, what: None)
        return [model._default_manager.count() for model in MODELS]

    first = make()
    assert make() == first
    assert all(first)
    assert set(NeedsSurvey.objects.values_list("state", flat=True)) == {"draft", "open", "sorting", "answered"}
    assert set(Need.objects.values_list("verdict", flat=True)) == {"", "taken", "later", "no"}
    tied = NeedFollow.objects.get()
    page = Client().get(f"/needs/{tied.need.survey.receipt}/needs/{tied.need_id}/").content.decode()
    assert "장날 버스를 두 군이 함께 굴립니다" in page
    answered = NeedsSurvey.objects.get(state="answered")
    assert "이루어짐" in Client().get(f"/needs/{answered.receipt}/results/").content.decode()
    found = Client().get("/collaborations/?q=장날 버스&state=all").content.decode()
    assert "장날 버스를 두 군이 함께 굴립니다" in found
