"""A registered resource put into an offer to a collaboration: held, booked when the offer is taken up, else free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.collaboration import actions
from dure.collaboration.partnering import candidates
from dure.core import clock, events
from dure.core.links import resolve
from dure.core.viewer import Viewer
from dure.resources.models import Booking
from tests.collaboration.world import World as Together
from tests.collaboration.world import body, client_of, officer
from tests.resources.world import make_world


@pytest.fixture
def lender(db):
    return make_world()


def carry() -> None:
    while events.deliver_due():
        pass


def test_it_is_held_and_booked_and_seen_from_both_sides(lender):
    bus = lender.resource(title="저상 버스", quantity=2)
    asker = officer(body("청하는군"), "김담당")
    together = Together(asker, lender.owner, asker, asker)
    call = together.call()
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=10)
    client = client_of(lender.owner)
    page = client.get(f"/collaborations/{call.receipt}/offer/", follow=True)
    assert "저상 버스" in page.content.decode()
    typed = {
        "resource": "equipment",
        "what": "버스를 냅니다.",
        "how_much": "1대",
        "available": "내달",
        "resource_urn": bus.urn,
        "uses_from_0": f"{clock.local(start):%Y-%m-%d}",
        "uses_from_1": f"{clock.local(start):%H:%M}",
        "uses_until_0": f"{clock.local(start):%Y-%m-%d}",
        "uses_until_1": f"{clock.local(start):%H:%M}",
        "uses_quantity": "1",
    }
    address = page.redirect_chain[-1][0]
    refused = client.post(address, typed)
    assert refused.status_code == 422, "an end that is no later than the start"
    assert "버스를 냅니다." in refused.content.decode()
    typed["uses_until_1"] = f"{clock.local(start + timedelta(hours=3)):%H:%M}"
    typed["uses_until_0"] = f"{clock.local(start + timedelta(hours=3)):%Y-%m-%d}"
    assert client.post(address, typed).status_code == 302
    carry()
    held = Booking.objects.get(resource=bus)
    assert held.state == Booking.State.ASKED
    offer = call.offers.get()
    actions.offer_take(by=asker, id=offer.pk)
    carry()
    held.refresh_from_db()
    assert held.state == Booking.State.CONFIRMED
    shown = client.get(f"/collaborations/{call.receipt}/").content.decode()
    assert "이 일에 예약한 자원" in shown
    assert bus.get_absolute_url() in shown


@pytest.mark.slow
def test_who_may_not_read_an_offer_does_not_read_of_it_beside_the_resource(lender):
    bus = lender.resource(title="저상 버스", quantity=2)
    asker = officer(body("청하는군"), "김담당")
    call = Together(asker, lender.owner, asker, asker).call()
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=10)
    texts = {"resource": "equipment", "what": "버스를 냅니다.", "how_much": "1대", "available": "내달"}
    uses = {"uses_from": start, "uses_until": start + timedelta(hours=3), "uses_quantity": 1}
    offer = actions.offer_make(by=lender.owner, id=call.pk, fields={**texts, "resource_urn": bus.urn, **uses})
    day = clock.today() + timedelta(days=30)
    actions.offer_withhold(by=lender.owner, id=offer.pk, level="partners", reason="trade_secret", review_on=day)
    carry()
    held = Booking.objects.get(resource=bus)
    assert held.withheld is not None
    nobody = Viewer.anonymous()

    def met(viewer):
        client = client_of(viewer)
        week = f"/resources/{bus.pk}/calendar/?week={clock.local(start):%Y-%m-%d}"
        pages = [f"/collaborations/{call.receipt}/", f"/api/v1/collaborations/{call.receipt}/timeline", week]
        pages += [f"/api/v1/resources/bookings/{held.pk}"]
        return [page for page in pages if held.pk.hex in client.get(page).content.decode().replace("-", "")]

    assert met(nobody) == []
    assert met(lender.other) == []
    feed = client_of(nobody).get(f"/resources/{bus.pk}/calendar.ics").content.decode()
    assert "SUMMARY:공개되지 않음" in feed
    assert held.urn in resolve([held.urn], asker), "who asked reads the offer, and what it puts in"
    actions.offer_change(
        by=lender.owner, id=offer.pk, fields={**texts, "resource_urn": bus.urn, **uses, "uses_quantity": 2}
    )
    carry()
    assert met(nobody) == []
    actions.offer_withhold(by=lender.owner, id=offer.pk, level="public")
    carry()
    held.refresh_from_db()
    assert held.withheld is None
    assert len(met(nobody)) > 2


def test_what_is_lent_out_speaks_for_its_body(lender):
    bus = lender.resource(title="저상 버스")
    (candidate,) = [one for one in candidates() if one.key == str(lender.owner.body_id)]
    assert any(urn == bus.urn and "저상 버스" in words for urn, words in candidate.offers)
