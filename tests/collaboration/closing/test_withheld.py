"""What was withheld stays out of the public case, of the timeline, and of the files beside it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.collaboration.closing import actions
from dure.collaboration.decisions.things import apply_withhold
from dure.collaboration.models import Case
from dure.core import clock
from dure.core.events import timeline
from dure.core.models import Attachment
from dure.core.viewer import Viewer
from dure.core.visibility import Level
from tests.collaboration.world import client_of

ANYBODY = Viewer.anonymous()
SECRET = "가려진말비밀"


def withheld(life: Any, thing: Any) -> Any:
    """All parties have decided that only they read it."""
    day = clock.today() + timedelta(days=30)
    data = {"thing": thing.urn, "reason": "deliberation", "review_on": day.isoformat()}
    apply_withhold(life.world.asker, life.row, data)
    thing.refresh_from_db()
    return thing


def test_a_case_says_nothing_that_was_withheld(life):
    hidden = life.agreed(name=SECRET)
    life.measure(hidden)
    open_one = life.agreed(name="버스 수")
    life.measure(open_one, value="5", ago=3)
    withheld(life, life.measure(open_one, value="4711"))
    withheld(life, life.answer(item="unit", mark="partial"))
    withheld(life, hidden)
    life.end()
    case = Case.objects.get(collaboration=life.row)
    said = json.dumps(case.story, ensure_ascii=False) + case.terms
    assert SECRET not in said
    assert "4711" not in said
    assert "4,711" not in said
    assert [line["what"] for line in case.story["figures"]] == ["버스 수"]
    assert not any(one["item"] == "unit" for one in case.story["sustainability"])


def test_measurements_are_read_where_their_indicator_is(life):
    hidden = life.agreed(name=SECRET)
    measured = life.measure(hidden)
    withheld(life, hidden)
    file = SimpleUploadedFile("rides.txt", "하루 다섯 번".encode(), "text/plain")
    actions.measurement_record(
        by=life.world.offerer,
        id=hidden.pk,
        fields={"value": "5", "on": clock.today() - timedelta(days=1), "source": "기록"},
        uploaded=file,
    )
    assert not type(measured).objects.visible_to(ANYBODY).filter(indicator=hidden).exists()
    assert SECRET not in " ".join(line.text for line in timeline(life.row.urn, ANYBODY))
    row = Attachment.objects.get(note=SECRET)
    assert row.visibility == Level.PARTNERS
    receipt = life.row.receipt
    for viewer, reads in ((ANYBODY, False), (life.world.citizen, False), (life.world.other, True)):
        client = client_of(viewer) if viewer.person_id else Client()
        found = [
            client.get(address).content.decode()
            for address in (
                f"/collaborations/{receipt}/",
                f"/collaborations/{receipt}/evaluation/",
                f"/collaborations/{receipt}/workspace/files/",
                f"/api/v1/collaborations/{receipt}/indicators",
                f"/api/v1/collaborations/{receipt}/timeline",
            )
        ]
        assert any(SECRET in page for page in found) == reads
