"""Resources that offers put into collaborations: held, moved, booked, freed, or said that they could not be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from dure.bodies.models import Body
from dure.collaboration import actions as together
from dure.core import clock
from dure.core.events import deliver_due, timeline
from dure.core.ids import uuid7
from dure.core.links import own, resolve_one
from dure.core.models import Delivery, Event, Notice
from dure.core.rooms import panels
from dure.core.viewer import Viewer
from dure.resources import actions
from dure.resources.actions.holds import use_of
from dure.resources.models import Booking, Resource
from dure.resources.subscribers import follow_offers
from tests.collaboration.world import COMPLETE
from tests.resources.world import World, day_at

NOBODY = Viewer.anonymous()


def asked(world: World) -> Any:
    id = uuid7()
    fields = {"join_until": clock.today() + timedelta(days=20), **COMPLETE}
    together.call_save(by=world.borrower, id=id, fields=fields)
    return together.call_publish(by=world.borrower, id=id)


def texts(made: Resource | None, first: int = 5, count: int = 3, quantity: int = 1) -> dict[str, Any]:
    words = {"resource": "equipment", "what": "버스", "how_much": "1대", "available": "바로"}
    if made is None:
        return words
    used = {"uses_from": day_at(first), "uses_until": day_at(first + count), "uses_quantity": quantity}
    return {**words, "resource_urn": made.urn, **used}


def offered(world: World, made: Resource, **more: Any) -> Any:
    return together.offer_make(by=world.owner, id=asked(world).pk, fields=texts(made, **more))


def deliver() -> None:
    while deliver_due():
        pass
    assert not Delivery.objects.exclude(error="").exists()


def held(offer: Any) -> Booking:
    return Booking.objects.get(offer=offer.urn)


def test_offered_held_taken_booked(world: World) -> None:
    made = world.resource()
    assert [link.urn for link in own("resource", world.owner)] == [made.urn]
    assert own("resource", world.borrower) == []
    offer = offered(world, made, quantity=3)
    deliver()
    booking = held(offer)
    assert (booking.state, booking.quantity, booking.starts_at) == ("asked", 3, day_at(5))
    assert booking.collaboration == offer.about
    together.offer_take(by=world.borrower, id=offer.pk)
    deliver()
    assert held(offer).state == "confirmed"
    lines = [str(line.text) for line in timeline(offer.about, NOBODY)]
    assert any(text.startswith("제안한 자원을 예약했습니다") for text in lines)
    (panel,) = [panel for panel in panels(offer.about, NOBODY) if "자원" in str(panel.title)]
    assert panel.context["bookings"][0][0] == booking
    assert resolve_one(booking.urn, NOBODY)
    page = Client().get(f"/collaborations/{offer.collaboration.receipt}/").content.decode()
    assert "이 일에 예약한 자원" in page
    assert made.title in page


def test_withdrawn_and_declined_are_free_again(world: World) -> None:
    made = world.resource(quantity=1)
    offer = offered(world, made)
    deliver()
    together.offer_withdraw(by=world.owner, id=offer.pk, reason="사정이 생겼습니다.")
    deliver()
    assert held(offer).state == "cancelled"
    second = offered(world, made)
    deliver()
    together.offer_decline(by=world.borrower, id=second.pk, answer="다른 곳과 합니다.")
    deliver()
    assert held(second).state == "cancelled"
    assert world.days(made, 5).state == "asked"


def test_changed_is_moved_or_freed(world: World) -> None:
    made, another = world.resource(quantity=1), world.resource(quantity=1)
    offer = offered(world, made)
    deliver()
    together.offer_change(by=world.owner, id=offer.pk, fields=texts(made, first=9))
    deliver()
    assert (held(offer).starts_at, held(offer).state) == (day_at(9), "asked")
    world.days(made, 5)
    together.offer_change(by=world.owner, id=offer.pk, fields=texts(another))
    deliver()
    assert (held(offer).resource, held(offer).state) == (another, "asked")
    together.offer_change(by=world.owner, id=offer.pk, fields=texts(None))
    deliver()
    assert held(offer).state == "cancelled"
    together.offer_change(by=world.owner, id=offer.pk, fields=texts(another))
    deliver()
    assert held(offer).state == "asked"


def test_no_longer_free_is_said_to_both(world: World) -> None:
    made = world.resource(quantity=1)
    taken = world.days(made, 6)
    offer = offered(world, made)
    deliver()
    booking = held(offer)
    assert (booking.state, booking.fault) == ("refused", "not_free")
    (event,) = Event.objects.filter(type="resources.hold.failed")
    told = set(Notice.objects.filter(event=event).values_list("person", flat=True))
    assert told == {world.borrower.person_id}, "the other side; who offered did it and sees it on the page"
    actions.booking_refuse(by=world.owner, id=taken.pk, reason="제안에 씁니다.")
    together.offer_take(by=world.borrower, id=offer.pk)
    deliver()
    assert held(offer).state == "confirmed", "tried once more when it is taken up"


def test_a_resource_at_rest_is_not_held(world: World) -> None:
    made = world.resource()
    offer = offered(world, made)
    actions.resource_state(by=world.owner, id=made.pk, state="resting", reason="고장")
    deliver()
    assert held(offer).fault == "not_lent"


def test_an_event_that_comes_twice_changes_nothing(world: World) -> None:
    offer = offered(world, world.resource())
    deliver()
    event = Event.objects.get(type="collaboration.offer.made")
    before = Booking.objects.values().get()
    follow_offers(event)
    assert Booking.objects.values().get() == before
    together.offer_take(by=world.borrower, id=offer.pk)
    deliver()
    taken = Event.objects.get(type="collaboration.offer.taken")
    revision = held(offer).revision
    follow_offers(taken)
    assert held(offer).revision == revision


def test_what_is_not_the_offering_bodys_is_not_held(world: World) -> None:
    made = world.resource()
    offer = offered(world, made)
    event = Event.objects.get(type="collaboration.offer.made")
    foreign = use_of(offer.urn, offer.about, event.data | {"body": str(world.other.body_id)})
    assert actions.offer_hold(by=world.other, use=foreign) is None
    missing = use_of(offer.urn, offer.about, event.data | {"resource": f"dure:resource:{offer.pk}"})
    assert actions.offer_hold(by=world.owner, use=missing) is None
    event.data = {"resource": "nonsense"}
    follow_offers(event)
    assert not Booking.objects.exists()


def test_an_offer_without_a_resource_is_none_of_ours(world: World) -> None:
    together.offer_make(by=world.owner, id=asked(world).pk, fields=texts(None))
    deliver()
    assert not Booking.objects.exists()


def test_a_booking_for_ones_own_collaboration(world: World) -> None:
    call = asked(world)
    offer = together.offer_make(by=world.other, id=call.pk, fields=texts(None))
    together.offer_take(by=world.borrower, id=offer.pk)
    together.partners_settle(by=world.borrower, id=call.pk)
    booking = world.days(world.resource(), 2, by=world.other, collaboration=call.urn, purpose="")
    assert booking.about == call.urn
    assert next(line.type for line in timeline(call.urn, NOBODY)) == "resources.booking.asked"


def test_what_a_body_shares_stands_on_its_page(world: World) -> None:
    made = world.resource()
    slug = Body.objects.get(pk=world.owner.body_id).slug
    assert made.title in Client().get(f"/bodies/{slug}/").content.decode()
    (panel,) = [p for p in panels(f"dure:body:{world.owner.body_id}", NOBODY) if "rows" in p.context]
    assert panel.context["rows"] == [made]
    assert not [p for p in panels(f"dure:body:{world.other.body_id}", NOBODY) if "rows" in p.context]
