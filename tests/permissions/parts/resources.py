"""가평군 lends a bus and has a photo of it; 남양주시 has asked for it, and has borrowed it before and damaged it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dure.core import clock
from dure.core.ids import uuid7
from dure.resources import actions


def names(world: Any) -> dict[str, str]:
    officer, other = world.viewers["officer"], world.viewers["other"]
    fields = {
        "kind": "equipment",
        "title": "저상버스",
        "quantity": 2,
        "unit": "대",
        "step": 0,
        "hours": [[[0, 1440]]] * 7,
        "closed_on_holidays": False,
        "lead_hours": 0,
        "longest": 0,
        "price": 1000,
        "price_per": "day",
        "who": "any",
        "needs_approval": True,
        "contact": "회계과",
    }
    made = actions.resource_save(by=officer, id=uuid7(), fields=fields)
    file = BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    photo = actions.photo_add(
        by=officer, id=made.pk, uploaded=SimpleUploadedFile("b.png", file.getvalue()), note="옆모습"
    )
    today = datetime.combine(clock.today(), time(), clock.SEOUL)

    def book(first: int) -> Any:
        start = today + timedelta(days=first)
        times = {"starts_at": start, "ends_at": start + timedelta(days=1)}
        wanted = {"quantity": 1, "purpose": "행사", **times}
        return actions.booking_ask(by=other, resource_id=made.pk, id=uuid7(), fields=wanted)

    asked, done = book(5), book(0)
    actions.booking_confirm(by=officer, id=done.pk)
    actions.booking_lend(by=officer, id=done.pk)
    actions.booking_return(by=officer, id=done.pk, damage="긁힘")
    return {
        "resource": str(made.pk),
        "resource_photo": str(photo.pk),
        "booking": str(asked.pk),
        "booking_done": str(done.pk),
    }
