"""One of each thing of staying alive, judging and ending: on the collaborations `together` and `working`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from dure.bodies.models import Body
from dure.collaboration import actions as room
from dure.collaboration import parts
from dure.collaboration.closing import actions
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.viewer import Viewer


def names(world: Any) -> dict[str, str]:
    officer, other, person = (world.viewers[name] for name in ("officer", "other", "person"))
    working = Collaboration.objects.get(receipt=world.names["working"])
    due = clock.today() + timedelta(days=30)
    fields = {"name": "진료", "unit": "명", "direction": "more", "baseline": "1", "target": "9"}
    fields |= {"due_on": due, "source": "접수 기록"}
    measured, fresh = (actions.indicator_propose(by=officer, id=working.pk, fields=fields) for _ in range(2))
    working.refresh_from_db()
    for by in (officer, other):
        actions.indicators_confirm(by=by, id=working.pk, version=working.indicator_set.version)
    value = {"value": "2", "on": clock.today(), "source": "접수 기록"}
    value_row = actions.measurement_record(by=officer, id=measured.pk, fields=value)
    taker = Body.objects.get(code="4100000000")
    handover = actions.handover_ask(by=officer, id=working.pk, body_id=taker.pk, reason="도가 이어받습니다.")
    rating = actions.citizen_rate(by=person, id=working.pk, score=4, text="좋아요")
    waiting = actions.citizen_rate(
        by=Viewer.anonymous(), id=working.pk, score=4, channel="email", address="z@example.kr"
    )
    return {
        "indicator": str(measured.pk),
        "fresh_indicator": str(fresh.pk),
        "measurement": str(value_row.pk),
        "handover": str(handover.pk),
        "rating": str(rating.pk),
        "waiting_rating": str(waiting.confirmation_id),
        "ended": _ended(world),
    }


def _ended(world: Any) -> str:
    """A third collaboration of the same parties, that has ended."""
    made = world._call("마친 진료소")
    texts = {"resource": "people", "what": "간호사", "how_much": "2명", "available": "바로"}
    offer = room.offer_make(by=world.viewers["other"], id=made.pk, fields=texts)
    room.offer_take(by=world.viewers["officer"], id=offer.pk)
    row = room.partners_settle(by=world.viewers["officer"], id=made.pk)
    with transaction.atomic():
        data = {"outcome": "done", "reached": "열었습니다.", "learnt": "", "differently": ""}
        parts.effects()["close"].apply(world.viewers["officer"], row, data)
    return str(row.receipt)
