"""Many want the last one at the same moment: exactly as many get it as there are."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from dure.core.events import deliver_due
from dure.core.ids import uuid7
from dure.core.models import Event
from dure.core.refused import Refused
from dure.resources import actions
from dure.resources.models import Booking, LedgerEntry
from dure.resources.when import bookings_between, taken_by
from tests.collaboration.world import client_of
from tests.resources.world import day_at, make_world

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 50


def together(act: Any, times: int) -> list[Any]:
    """What each of so many threads, begun at one moment, got: a result or the refusal."""
    found: list[Any] = [None] * times
    gate = threading.Barrier(times)

    def one(number: int) -> None:
        try:
            gate.wait()
            found[number] = act(number)
        except Refused as refused:
            found[number] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.slow
def test_fifty_want_the_last_ones() -> None:
    world = make_world()
    made = world.resource(quantity=7, needs_approval=False)
    sides = (world.borrower, world.other)

    def take(number: int) -> Booking:
        # They overlap in different ways: some for one day, some for the two days around it.
        return world.days(made, 3 - number % 2, 1 + number % 2, by=sides[number % 2])

    found = together(take, AT_ONCE)
    refused = [one for one in found if isinstance(one, Refused)]
    assert len(found) - len(refused) == 7
    assert {one.code for one in refused} == {"conflict"}
    rows = bookings_between([made.pk], day_at(0), day_at(9))
    assert sum(one.quantity for one in taken_by(rows)) == 7
    assert Event.objects.filter(type="resources.booking.made").count() == 7


def test_two_browsers_and_the_last_hour() -> None:
    world = make_world()
    hall = world.hall()
    browsers = [client_of(viewer) for viewer in (world.borrower, world.other)]
    text = {"starts": "", "ends": "", "quantity": "1", "purpose": "회의 🎤", "collaboration": ""}
    text |= {"starts": f"{day_at(2, 9):%Y-%m-%dT%H:%M}", "ends": f"{day_at(2, 10):%Y-%m-%dT%H:%M}"}
    answers = together(lambda n: browsers[n].post(f"/resources/{hall.pk}/book/{uuid7()}/", text), 2)
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    page = next(answer for answer in answers if answer.status_code == 422).content.decode()
    assert "10:00~11:00" in page
    assert "회의 🎤" in page
    assert Booking.objects.count() == 1


def test_one_request_sent_many_times_books_once() -> None:
    world = make_world()
    made, id = world.resource(), uuid7()
    found = together(lambda number: world.days(made, 2, id=id), 12)
    assert {one.pk for one in found} == {id}
    assert Event.objects.filter(type="resources.booking.asked").count() == 1


def test_returned_by_two_at_once_is_entered_once() -> None:
    world = make_world()
    booking = world.lent(world.resource())
    found = together(lambda number: actions.booking_return(by=world.owner, id=booking.pk), 8)
    assert sum(isinstance(one, Booking) for one in found) == 1
    assert LedgerEntry.objects.count() == 1


def test_lowering_the_quantity_against_booking() -> None:
    from tests.resources.world import BUS

    world = make_world()
    made = world.resource(quantity=5, needs_approval=False)

    def act(number: int) -> Any:
        if number % 2:
            return world.days(made, 3)
        fields = BUS | {"quantity": 2, "needs_approval": False}
        return actions.resource_save(by=world.owner, id=made.pk, fields=fields)

    together(act, 20)
    made.refresh_from_db()
    rows = bookings_between([made.pk], day_at(0), day_at(9))
    assert sum(one.quantity for one in taken_by(rows)) <= made.quantity


def test_an_offer_held_by_two_workers_is_held_once() -> None:
    from tests.resources.test_offers import offered

    world = make_world()
    made = world.resource(quantity=1)
    offered(world, made)
    together(lambda number: deliver_due(), 4)
    assert Booking.objects.filter(state="asked").count() == 1
