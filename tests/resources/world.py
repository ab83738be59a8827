"""A small world for the tests of this room: three bodies with officers, and resources of the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dure.bodies.models import Body
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Person
from dure.core.viewer import Viewer
from dure.resources import actions
from dure.resources.models import Booking, Resource
from tests.collaboration.world import body, officer, person

ALWAYS = [[[0, 1440]]] * 7
BUS: dict[str, Any] = {
    "kind": "equipment",
    "title": "저상버스",
    "description": "휠체어가 오릅니다.",
    "quantity": 4,
    "unit": "대",
    "step": 0,
    "hours": ALWAYS,
    "closed_days": [],
    "closed_on_holidays": False,
    "lead_hours": 0,
    "longest": 0,
    "price": 50_000,
    "price_per": "day",
    "who": "any",
    "needs_approval": True,
    "contact": "회계과 재산관리팀",
}
HALL: dict[str, Any] = BUS | {
    "kind": "space",
    "title": "대회의실",
    "quantity": 1,
    "unit": "곳",
    "step": 60,
    "hours": [[[540, 720], [780, 1080]]] * 7,
    "price": 10_000,
    "price_per": "hour",
    "needs_approval": False,
}


@dataclass
class World:
    """`owner`, `borrower` and `other` are officers of three bodies; `reader` of the owner's; `citizen` of none."""

    owner: Viewer
    borrower: Viewer
    other: Viewer
    reader: Viewer
    citizen: Viewer

    def resource(self, base: dict[str, Any] = BUS, **fields: Any) -> Resource:
        named = fields.pop("named", ())
        return actions.resource_save(by=self.owner, id=uuid7(), fields=base | fields, named=named)

    def hall(self, **fields: Any) -> Resource:
        return self.resource(HALL, **fields)

    def book(
        self, resource: Resource, start: datetime, end: datetime, *, by: Viewer | None = None, **fields: Any
    ) -> Booking:
        id: UUID = fields.pop("id", None) or uuid7()
        wanted = {"quantity": 1, "purpose": "회의", "starts_at": start, "ends_at": end} | fields
        return actions.booking_ask(by=by or self.borrower, resource_id=resource.pk, id=id, fields=wanted)

    def days(self, resource: Resource, first: int, count: int = 1, **more: Any) -> Booking:
        """Whole days from so many days ahead on."""
        return self.book(resource, day_at(first), day_at(first + count), **more)

    def lent(self, resource: Resource, **more: Any) -> Booking:
        """Booked for today, confirmed and handed over."""
        booking = self.days(resource, 0, **more)
        if booking.state == "asked":
            actions.booking_confirm(by=self.owner, id=booking.pk)
        return actions.booking_lend(by=self.owner, id=booking.pk, note="온전함")


def day_at(ahead: int, hour: int = 0) -> datetime:
    """The moment of that hour in Seoul, so many days ahead."""
    return datetime.combine(clock.today() + timedelta(days=ahead), time(hour), clock.SEOUL)


def monday(ahead: int = 7) -> date:
    day = clock.today() + timedelta(days=ahead)
    return day + timedelta(days=-day.weekday() % 7)


def make_world() -> World:
    owner = officer(body("가람군"), "김담당")
    assert owner.body_id
    return World(
        owner=owner,
        borrower=officer(body("나루군"), "이담당"),
        other=officer(body("다솜 협동조합", "company"), "박이사"),
        reader=officer(Body.objects.get(pk=owner.body_id), "정열람", "reader"),
        citizen=Viewer.person(person("최주민").pk),
    )


def name_of(viewer: Viewer) -> str:
    return Person.objects.get(pk=viewer.person_id).name


def picture() -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (8, 8), "white").save(file, "PNG")
    return SimpleUploadedFile("bus.png", file.getvalue(), "image/png")


def not_a_picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("bus.png", "사진이 아닌 글입니다.".encode(), "image/png")
