"""The pages and the API through the client: what they show, what typed text survives, what they cost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from dure.bodies import actions as body_actions
from dure.bodies.models import Membership
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Person
from dure.core.viewer import Viewer
from dure.resources import actions
from dure.resources.models import Booking, Resource
from tests.collaboration.world import client_of
from tests.core.people import give_totp
from tests.resources.world import World, day_at, not_a_picture, picture

TYPED: dict[str, Any] = {
    "title": "저상버스",
    "kind": "equipment",
    "description": "휠체어가 오릅니다.",
    "quantity": "4",
    "unit": "대",
    "step": "0",
    **{f"hours_{day}": "09:00-18:00" for day in range(5)},
    "closed_on_holidays": "on",
    "closed_days": "2026-12-31\n2027-01-04~2027-01-08",
    "lead_hours": "24",
    "longest": "7",
    "price": "50000",
    "price_per": "day",
    "who": "any",
    "needs_approval": "on",
    "contact": "회계과",
}


@pytest.fixture(autouse=True)
def _calm(db: None, settings: Any) -> None:
    cache.clear()
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_WITH_KEY = 10_000


def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


class TestRegistering:
    def test_through_the_form(self, world: World) -> None:
        client = client_of(world.owner)
        address = client.get("/resources/new/").headers["Location"]
        assert client.get(address).status_code == 200
        assert client.post(address, TYPED).status_code == 302
        made = Resource.objects.get()
        assert (made.longest, made.hours[5], len(made.closed_days)) == (7, [], 6)
        page = client.get(address).content.decode()
        assert "2027-01-04" in page
        assert "09:00-18:00" in page
        client.post(address, TYPED | {"step": "60", "hours_5": "10-12", "longest": "3", "closed_days": ""})
        made.refresh_from_db()
        assert (made.step, made.longest, made.hours[5]) == (60, 180, [[600, 720]])

    @pytest.mark.parametrize(
        ("field", "text", "said"),
        [
            ("hours_0", "아침부터", "아침부터"),
            ("hours_0", "18:00-09:00", "18:00-09:00"),
            ("closed_days", "성탄절", "성탄절"),
            ("closed_days", "2027-02-30", "2027-02-30"),
            ("closed_days", "2027-02-10~2027-02-01", "거꾸로"),
            ("area_name", "없는군", "없는군"),
            ("description", "가" * 40_000, "4000"),
            ("title", "", "필수"),
            ("contact", "홍길동 010-1234-5678", "개인정보"),
        ],
    )
    def test_errors_keep_what_was_typed(self, world: World, field: str, text: str, said: str) -> None:
        answer = client_of(world.owner).post(f"/resources/edit/{uuid7()}/", TYPED | {field: text})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page
        assert "휠체어가 오릅니다." in page or field == "description"
        assert text in page
        assert not Resource.objects.exists()

    def test_who_may_book_by_name(self, world: World) -> None:
        client = client_of(world.owner)
        answer = client.post(f"/resources/edit/{uuid7()}/", TYPED | {"who": "named", "named": "나루군\n없는군"})
        assert "없는군" in answer.content.decode()
        client.post(f"/resources/edit/{uuid7()}/", TYPED | {"who": "named", "named": "나루군"})
        assert Resource.objects.get().named_ids == {world.borrower.body_id}

    def test_retire_and_undo(self, world: World) -> None:
        made = world.resource()
        client = client_of(world.owner)
        assert client.post(f"/resources/{made.pk}/state/retired/", {"reason": ""}).status_code == 422
        client.post(f"/resources/{made.pk}/state/retired/", {"reason": "낡았습니다."})
        assert "되돌리기" in client.get(f"/resources/{made.pk}/").content.decode()
        client.post(f"/resources/{made.pk}/state/active/")
        made.refresh_from_db()
        assert made.state == "active"

    def test_photos_and_withholding(self, world: World) -> None:
        made = world.resource()
        client = client_of(world.owner)
        address = f"/resources/{made.pk}/photos/add/"
        assert client.post(address, {"file": not_a_picture(), "note": "옆모습"}).status_code == 422
        assert client.post(address, {"file": picture(), "note": "옆모습"}).status_code == 302
        assert 'alt="옆모습"' in Client().get(f"/resources/{made.pk}/").content.decode()
        address = f"/resources/{made.pk}/withhold/"
        assert client.post(address, {"reason": "security", "review_on": "2020-01-01"}).status_code == 422
        review = clock.today() + timedelta(days=9)
        assert client.post(address, {"reason": "security", "review_on": str(review)}).status_code == 302
        assert Client().get(f"/resources/{made.pk}/").status_code == 404
        assert "공개하지 않은 자원 1건" in Client().get("/resources/").content.decode()
        client.post(address, {"open": "1"})
        assert Client().get(f"/resources/{made.pk}/").status_code == 200


class TestBooking:
    def test_whole_days(self, world: World) -> None:
        made = world.resource()
        client = client_of(world.borrower)
        address = client.get(f"/resources/{made.pk}/book/?day={clock.today() + timedelta(days=3)}").headers["Location"]
        page = client.get(address).content.decode()
        assert str(clock.today() + timedelta(days=3)) in page
        day = str(clock.today() + timedelta(days=3))
        form = {"starts": day, "ends": day, "quantity": "9", "purpose": "나들이 🚌", "collaboration": ""}
        wrong = client.post(address, form)
        assert wrong.status_code == 422
        assert "나들이 🚌" in wrong.content.decode()
        for _time in range(2):
            assert client.post(address, form | {"quantity": "2"}).status_code == 302
        booking = Booking.objects.get()
        assert (booking.starts_at, booking.ends_at, booking.quantity) == (day_at(3), day_at(4), 2)
        assert client.get(booking.get_absolute_url()).status_code == 200

    def test_hours(self, world: World) -> None:
        hall = world.hall()
        client = client_of(world.borrower)
        address = f"/resources/{hall.pk}/book/{uuid7()}/"
        form = {"quantity": "1", "purpose": "회의", "starts": f"{day_at(2, 9):%Y-%m-%dT%H:%M}"}
        assert client.post(address, form | {"ends": f"{day_at(2, 13):%Y-%m-%dT%H:%M}"}).status_code == 422
        assert client.post(address, form | {"ends": "내일"}).status_code == 422
        assert client.post(address, form | {"ends": f"{day_at(2, 12):%Y-%m-%dT%H:%M}"}).status_code == 302
        assert Booking.objects.get().ends_at == day_at(2, 12)

    @pytest.mark.parametrize(("first", "last"), [("0001-01-01", "0001-01-02"), ("9999-12-31", "9999-12-31"), ("", "x")])
    def test_the_ends_of_the_calendar(self, world: World, first: str, last: str) -> None:
        client = client_of(world.borrower)
        form = {"quantity": "1", "purpose": "회의", "starts": first, "ends": last}
        address = f"/resources/{world.resource().pk}/book/{uuid7()}/"
        assert client.post(address, form).status_code == 422
        hours = form | {"starts": f"{first}T00:00", "ends": f"{last}T01:00"}
        assert client.post(f"/resources/{world.hall().pk}/book/{uuid7()}/", hours).status_code == 422

    def test_from_asking_to_giving_back(self, world: World) -> None:
        booking = world.days(world.resource(), 0)
        owner, borrower = client_of(world.owner), client_of(world.borrower)
        here = booking.get_absolute_url()
        assert "승인하기" in owner.get(here).content.decode()
        assert "승인하기" not in borrower.get(here).content.decode()
        for step in ("confirm", "lend"):
            assert owner.post(f"{here}{step}/", {"note": "온전함"}).status_code == 302
        refused = owner.post(f"{here}return/", {"damage": "긁힘", "photo": not_a_picture()})
        assert refused.status_code == 422
        assert "긁힘" in refused.content.decode()
        told = {"damage": "긁힘", "follow_up": "보험", "photo": picture()}
        assert owner.post(f"{here}return/", told).status_code == 302
        assert borrower.get(f"{here}object-damage/").status_code == 200
        assert borrower.post(f"{here}object-damage/", {"text": "이미 있었습니다."}).status_code == 302
        page = Client().get(here).content.decode()
        for text in ("긁힘", "이미 있었습니다.", "50,000원", "두 기관의 말이 함께 남습니다"):
            assert text in page
        assert owner.post(f"{here}seen/").status_code == 302
        assert "50,000원" in owner.get("/resources/ledger/").content.decode()
        assert "긁힘" not in owner.get("/resources/ledger/list.csv").getvalue().decode()
        assert booking.receipt in owner.get("/resources/bookings/list.csv?side=lent&state=all").getvalue().decode()

    @pytest.mark.parametrize(
        ("step", "typed"),
        [("refuse", {"reason": ""}), ("cancel", {"reason": "가" * 40_000}), ("extend", {"ends": "2020-01-01"})],
    )
    def test_steps_say_what_is_wrong(self, world: World, step: str, typed: dict[str, str]) -> None:
        booking = world.days(world.resource(), 3)
        answer = client_of(world.owner).post(f"{booking.get_absolute_url()}{step}/", typed)
        assert answer.status_code == 422

    def test_a_step_that_no_longer_fits(self, world: World) -> None:
        booking = world.days(world.resource(), 3)
        client = client_of(world.owner)
        assert "지금은 할 수 없는 일입니다" in client.get(f"{booking.get_absolute_url()}return/").content.decode()
        assert client.post(f"{booking.get_absolute_url()}return/", {}).status_code == 422
        assert client.get(f"{booking.get_absolute_url()}dance/").status_code == 404
        assert client_of(world.other).get(f"{booking.get_absolute_url()}refuse/").status_code == 403

    def test_withheld_and_opened(self, world: World) -> None:
        booking = world.days(world.resource(), 3)
        client, here = client_of(world.borrower), booking.get_absolute_url()
        review = clock.today() + timedelta(days=9)
        assert client.post(f"{here}withhold/", {"reason": "", "review_on": str(review)}).status_code == 422
        client.post(f"{here}withhold/", {"reason": "deliberation", "review_on": str(review)})
        assert Client().get(here).status_code == 404
        assert client_of(world.owner).get(here).status_code == 200
        client.post(f"{here}open/")
        assert Client().get(here).status_code == 200


class TestLists:
    @pytest.mark.parametrize(
        "query",
        ["", "?q=휠체어", "?kind=space", "?kind=x&sido=x&body=x&page=x", "?free=on&resting=on", "?page=99"],
    )
    def test_the_list_and_its_filters(self, world: World, query: str) -> None:
        world.resource()
        assert Client().get(f"/resources/{query}").status_code == 200

    def test_days_upside_down_are_said(self, world: World) -> None:
        world.resource()
        page = Client().get("/resources/?since=2026-12-09&until=2026-12-01").content.decode()
        assert "마지막 날이 첫날보다 앞섭니다" in page

    def test_files(self, world: World) -> None:
        world.resource(title="=1+1")
        text = Client().get("/resources/list.csv").getvalue().decode()
        assert "'=1+1" in text
        assert Client().get("/resources/list.xlsx").status_code == 200
        assert Client().get("/resources/list.pdf").status_code == 404

    def test_english(self, world: World) -> None:
        made = world.hall()
        booking = world.book(made, day_at(2, 9), day_at(2, 10))
        client = client_of(world.owner)
        for url in ("/resources/", made.get_absolute_url(), f"{made.get_absolute_url()}calendar/", "/resources/new/"):
            page = client.get(url, headers={"Accept-Language": "en"}, follow=True).content.decode()
            assert 'lang="en"' in page
        page = client.get(booking.get_absolute_url(), headers={"Accept-Language": "en"}).content.decode()
        assert "Booked" in page

    def test_the_calendar(self, world: World) -> None:
        hall = world.hall()
        world.book(hall, day_at(2, 9), day_at(2, 10))
        base = f"/resources/{hall.pk}/calendar/"
        for query in (
            "",
            "?month=2026-12",
            "?month=nonsense",
            "?week=2027-01-01",
            "?month=9999-01",
            "?week=0001-01-01",
        ):
            assert Client().get(base + query).status_code == 200
        page = Client().get(f"{base}?week={clock.today() + timedelta(days=2)}").content.decode()
        assert "나루군" in page
        assert "10:00~12:00" in page

    def test_the_desk(self, world: World) -> None:
        world.days(world.resource(), 3)
        assert "예약 청함" in client_of(world.owner).get(reverse("web:desk")).content.decode()

    def test_queries_do_not_grow(self, world: World) -> None:
        made = world.resource()
        world.days(made, 3)
        anybody, owner = Client(), client_of(world.owner)
        day = clock.today()
        urls = [
            (anybody, "/resources/"),
            (anybody, f"/resources/?since={day}&until={day + timedelta(days=3)}"),
            (anybody, f"{made.get_absolute_url()}calendar/?week={day + timedelta(days=3)}"),
            (anybody, f"{made.get_absolute_url()}calendar.ics"),
            (owner, "/resources/bookings/?side=lent"),
            (owner, "/resources/bookings/list.csv?side=lent"),
        ]
        before = [queries_of(client, url) for client, url in urls]
        for number in range(4):
            world.resource(title=f"버스 {number}")
        for _number in range(3):
            world.days(made, 3, by=world.other)
        assert [queries_of(client, url) for client, url in urls] == before


class TestCalendarFeed:
    def test_busy_times_with_stable_ids(self, world: World) -> None:
        made = world.resource()
        booking, other = world.days(made, 3), world.days(made, 4, by=world.other, quantity=2)
        answer = Client().get(f"/resources/{made.pk}/calendar.ics")
        assert answer["Content-Type"].startswith("text/calendar")
        events = {str(e["uid"]).split("@")[0]: e for e in Calendar.from_ical(answer.content).walk("VEVENT")}
        first = events[str(booking.pk)]
        assert (first["dtstart"].dt, first["status"]) == (clock.today() + timedelta(days=3), "TENTATIVE")
        assert "나루군" in str(first["summary"])
        assert (
            Client().get(f"/resources/{made.pk}/calendar.ics", headers={"If-None-Match": answer["ETag"]}).status_code
            == 304
        )
        actions.booking_cancel(by=world.borrower, id=booking.pk, reason="미룸")
        review = clock.today() + timedelta(days=9)
        actions.booking_withhold(by=world.other, id=other.pk, level="partners", reason="deliberation", review_on=review)
        content = Client().get(f"/resources/{made.pk}/calendar.ics").content
        events = {str(e["uid"]).split("@")[0]: e for e in Calendar.from_ical(content).walk("VEVENT")}
        assert events[str(booking.pk)]["status"] == "CANCELLED"
        assert events[str(booking.pk)]["sequence"] > first["sequence"]
        assert "다솜" not in content.decode()
        assert "공개되지 않음" in str(events[str(other.pk)]["summary"])


class TestApi:
    def key(self, world: World, viewer: Viewer) -> Client:
        Membership.objects.filter(person=viewer.person_id).update(role="head")
        give_totp(Person.objects.get(pk=viewer.person_id))
        head = Viewer.person(viewer.person_id, viewer.body_id, "head")  # type: ignore[arg-type]
        until = clock.today() + timedelta(days=9)
        _row, token = body_actions.create_key(
            by=head, body_id=viewer.body_id, purpose="예약", scopes=["read", "write"], expires_on=until
        )
        return Client(headers={"Authorization": f"Bearer {token}"})

    def test_found_booked_cancelled(self, world: World) -> None:
        made = world.resource()
        root = "/api/v1/resources"
        assert Client().get(root).json()["items"][0]["title"] == "저상버스"
        assert Client().get(f"{root}/{made.pk}").json()["hours"][0] == "00:00-24:00"
        day = clock.today() + timedelta(days=3)
        free = Client().get(f"{root}/{made.pk}/availability?since={day}&until={day}").json()["items"]
        assert [piece["free"] for piece in free] == [4]
        assert Client().get(f"{root}/{made.pk}/availability?since={day}&until=2020-01-01").status_code == 422
        client = self.key(world, world.borrower)
        data = {
            "id": str(uuid7()),
            "quantity": 4,
            "starts_at": day_at(3).isoformat(),
            "ends_at": day_at(4).isoformat(),
            "purpose": "행사",
        }
        send = lambda body, at=f"{root}/{made.pk}/bookings": client.post(  # noqa: E731
            at, json.dumps(body), content_type="application/json"
        )
        first, second = send(data), send(data)
        assert (first.status_code, first.json()) == (201, second.json())
        full = send(data | {"id": str(uuid7())})
        assert full.status_code == 409
        assert "가장 가까운 빈 때" in full.json()["title"]
        assert send(data | {"id": None, "starts_at": "2030-01-01T00:00:00"}).status_code == 422
        assert send(data | {"id": None, "starts_at": "0001-01-01T00:00:00Z"}).status_code == 422
        assert send(data | {"id": None, "ends_at": "9999-12-31T23:59:59Z"}).status_code == 422
        assert len(client.get(f"{root}/bookings").json()["items"]) == 1
        assert Client().get(f"{root}/bookings").status_code == 401
        cancelled = send({"reason": "미룸"}, f"{root}/bookings/{data['id']}/cancel")
        assert cancelled.json()["state"] == "cancelled"
        assert Client().get(f"{root}/bookings/{data['id']}").json()["state"] == "cancelled"


def test_free_days_are_looked_for_within_three_months(world, monkeypatch):
    """Of forty years every day would be looked at for every resource, by anybody."""
    from dure.resources.queries import listing

    world.resource()
    looked = []
    monkeypatch.setattr(listing, "_free_on", lambda rows, first, last: looked.append(first) or list(rows))
    page = Client().get("/resources/?since=2006-01-01&until=2049-12-31")
    assert "92일까지" in page.content.decode()
    assert not looked
    assert Client().get("/resources/list.csv?since=2006-01-01&until=2049-12-31").status_code == 200
    assert not looked
    Client().get("/resources/?since=2026-12-01&until=2026-12-20")
    assert looked
