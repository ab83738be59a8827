"""Booking, lending, taking back: what happens, and every refusal."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from dure.core import clock
from dure.core.events import deliver_due, timeline
from dure.core.ids import uuid7
from dure.core.jobs import enqueue, run_due
from dure.core.models import Event, Notice
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.resources import actions, queries
from dure.resources.desk import desk_items
from dure.resources.ledger import used
from dure.resources.models import HOLDING, Booking, LedgerEntry, Objection, Resource
from tests.resources.world import BUS, World, day_at, monday, not_a_picture, picture

NOBODY = Viewer.anonymous()
LONG = "가" * 40_000


def refusal(act: Callable[..., Any], **given: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**given)
    return caught.value


class TestRegistering:
    def test_registered_and_found(self, world: World) -> None:
        made = world.resource(title="👩🏽‍🚒 소방\u202e차", place="차고")
        assert made.title == "👩🏽‍🚒 소방차", "emoji stay, direction marks go"
        assert [row.resource for row in queries.resource_list(NOBODY, queries.ListFilter()).rows] == [made]
        found = queries.resource_list(NOBODY, queries.ListFilter(q="휠체어"))
        assert [row.resource for row in found.rows] == [made]
        assert Event.objects.filter(type="resources.registered", subject=made.urn).count() == 1

    def test_sent_twice_makes_one(self, world: World) -> None:
        id = uuid7()
        for _time in range(2):
            actions.resource_save(by=world.owner, id=id, fields=BUS)
        assert Event.objects.filter(type__startswith="resources.").count() == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("title", LONG),
            ("description", LONG),
            ("contact", ""),
            ("contact", "홍길동 010-1234-5678"),
            ("kind", "nothing"),
            ("quantity", 0),
            ("quantity", 10**9),
            ("quantity", True),
            ("price", -1),
            ("step", 7),
            ("hours", [[]] * 7),
            ("hours", [[[0, 1440]]] * 6),
            ("who", "friends"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, world: World, field: str, value: Any) -> None:
        refused = refusal(actions.resource_save, by=world.owner, id=uuid7(), fields=BUS | {field: value})
        assert (refused.code, refused.field) == ("invalid", field)

    @pytest.mark.parametrize("contact", ["회계과 031-580-2114", "문화과 (전화 1588-1234)", "재난팀 bus@gp.go.kr"])
    def test_an_offices_number_may_stand(self, world: World, contact: str) -> None:
        assert world.resource(contact=contact).contact == contact

    @pytest.mark.parametrize("purpose", ["문의 010 1234 5678", "+82 10-1234-5678", "900101-1234568"])
    def test_a_persons_number_may_not(self, world: World, purpose: str) -> None:
        assert refusal(world.days, resource=world.resource(), first=2, purpose=purpose).field == "purpose"

    def test_hours_keep_to_the_grid(self, world: World) -> None:
        fields = BUS | {"step": 60, "hours": [[[545, 600]]] * 7}
        assert refusal(actions.resource_save, by=world.owner, id=uuid7(), fields=fields).field == "hours"

    def test_named_needs_names(self, world: World) -> None:
        refused = refusal(actions.resource_save, by=world.owner, id=uuid7(), fields=BUS | {"who": "named"})
        assert refused.field == "named"

    def test_only_those_who_act_for_the_body(self, world: World) -> None:
        for viewer, code in ((NOBODY, "not_signed_in"), (world.citizen, "not_allowed"), (world.reader, "not_allowed")):
            assert refusal(actions.resource_save, by=viewer, id=uuid7(), fields=BUS).code == code
        made = world.resource()
        for act in (
            lambda by: actions.resource_save(by=by, id=made.pk, fields=BUS),
            lambda by: actions.resource_state(by=by, id=made.pk, state="retired", reason="낡음"),
            lambda by: actions.resource_withhold(by=by, id=made.pk, level="public"),
            lambda by: actions.photo_add(by=by, id=made.pk, uploaded=picture(), note="옆모습"),
        ):
            assert refusal(act, by=world.borrower).code == "not_allowed"

    def test_quantity_cannot_fall_below_what_is_booked(self, world: World) -> None:
        made = world.resource()
        world.days(made, 3, quantity=3)
        refused = refusal(actions.resource_save, by=world.owner, id=made.pk, fields=BUS | {"quantity": 2})
        assert (refused.code, refused.field) == ("conflict", "quantity")
        assert actions.resource_save(by=world.owner, id=made.pk, fields=BUS | {"quantity": 3}).quantity == 3

    def test_retired_and_back_again(self, world: World) -> None:
        made = world.resource()
        booking = world.days(made, 3)
        assert refusal(actions.resource_state, by=world.owner, id=made.pk, state="retired", reason="낡음").code == (
            "conflict"
        )
        actions.booking_refuse(by=world.owner, id=booking.pk, reason="고장")
        assert refusal(actions.resource_state, by=world.owner, id=made.pk, state="retired").field == "reason"
        actions.resource_state(by=world.owner, id=made.pk, state="retired", reason="낡음")
        assert queries.resource_list(NOBODY, queries.ListFilter(resting_too=True)).rows == ()
        assert refusal(world.days, resource=made, first=4).code == "conflict"
        assert refusal(actions.resource_save, by=world.owner, id=made.pk, fields=BUS).code == "conflict"
        actions.resource_state(by=world.owner, id=made.pk, state="active")
        assert world.days(made, 4).state == "asked"

    def test_a_photo_that_is_none(self, world: World) -> None:
        made = world.resource()
        refused = refusal(actions.photo_add, by=world.owner, id=made.pk, uploaded=not_a_picture(), note="옆모습")
        assert (refused.code, refused.field) == ("invalid", "file")
        assert refusal(actions.photo_add, by=world.owner, id=made.pk, uploaded=picture(), note=" ").field == "note"
        row = actions.photo_add(by=world.owner, id=made.pk, uploaded=picture(), note="옆모습")
        actions.photo_remove(by=world.owner, id=made.pk, photo_id=row.pk)
        assert refusal(actions.photo_remove, by=world.owner, id=made.pk, photo_id=row.pk).code == "not_found"


class TestBooking:
    def test_asked_confirmed_lent_returned(self, world: World) -> None:
        made = world.resource()
        booking = world.lent(made, quantity=2)
        assert booking.receipt.startswith("B-")
        returned = actions.booking_return(by=world.owner, id=booking.pk, note="깨끗함", photo=picture())
        entry = LedgerEntry.objects.get(booking=booking)
        assert (returned.state, entry.units, entry.quantity, entry.amount) == ("returned", 1, 2, 100_000)
        assert queries.sums(world.borrower) == queries.Sums(used=1, owed=100_000, gave=0, due=0)
        assert queries.sums(world.owner).balance == 100_000
        assert len(queries.booking_view(world.borrower, booking.pk).photos) == 1
        types = list(Event.objects.filter(thing=booking.urn).order_by("seq").values_list("type", flat=True))
        assert types == [f"resources.booking.{one}" for one in ("asked", "confirmed", "lent", "returned")]
        assert len(timeline(made.urn, NOBODY)) == 5

    def test_instant_and_ones_own(self, world: World) -> None:
        assert world.days(world.resource(needs_approval=False), 2).state == "confirmed"
        assert world.days(world.resource(), 2, by=world.owner).state == "confirmed"

    def test_sent_twice_books_once(self, world: World) -> None:
        made, id = world.resource(), uuid7()
        first, second = (world.days(made, 2, id=id) for _time in range(2))
        assert first == second
        assert Booking.objects.count() == 1
        assert refusal(world.days, resource=made, first=2, id=id, by=world.other).code == "conflict"

    @pytest.mark.parametrize(
        ("start", "end", "field"),
        [
            ((2, 0), (2, 0), "ends"),
            ((3, 0), (2, 0), "ends"),
            ((2, 9), (3, 0), "starts"),
            ((-1, 0), (1, 0), "starts"),
            ((2, 0), (20, 0), "ends"),
            ((3000, 0), (3001, 0), "ends"),
        ],
    )
    def test_times_that_cannot_be(self, world: World, start: Any, end: Any, field: str) -> None:
        made = world.resource(longest=7)
        refused = refusal(world.book, resource=made, start=day_at(*start), end=day_at(*end))
        assert (refused.code, refused.field) == ("invalid", field)

    @pytest.mark.parametrize(
        ("start", "end"),
        [((2, 7), (2, 9)), ((2, 11), (2, 14)), ((2, 17), (2, 19)), ((2, 12), (2, 13)), ((2, 9), (3, 10))],
        ids=["before opening", "over the break", "after closing", "in the break", "over the night"],
    )
    def test_outside_opening_hours(self, world: World, start: Any, end: Any) -> None:
        refused = refusal(world.book, resource=world.hall(), start=day_at(*start), end=day_at(*end))
        assert (refused.code, refused.field) == ("invalid", "starts")

    def test_off_the_grid(self, world: World) -> None:
        half = timedelta(minutes=30)
        refused = refusal(world.book, resource=world.hall(), start=day_at(2, 9) + half, end=day_at(2, 10) + half)
        assert refused.field == "starts"
        assert "60" in str(refused.message)

    def test_closed_days_and_holidays(self, world: World) -> None:
        closed = clock.today() + timedelta(days=3)
        made = world.resource(closed_days=[closed], closed_on_holidays=True)
        assert refusal(world.days, resource=made, first=3).field == "starts"
        christmas = day_at(0).replace(month=12, day=25)
        if christmas < day_at(1):
            christmas = christmas.replace(year=christmas.year + 1)
        assert refusal(world.book, resource=made, start=christmas, end=christmas + timedelta(days=1)).field == "starts"
        assert world.days(made, 2, 3).state == "asked", "a closed day between an open first and last day is no harm"

    def test_lead_time_binds_others_only(self, world: World) -> None:
        made = world.resource(lead_hours=72, longest=2)
        refused = refusal(world.days, resource=made, first=1)
        assert refused.field == "starts"
        assert "72" in str(refused.message)
        assert world.days(made, 1, 5, by=world.owner).state == "confirmed"

    @pytest.mark.parametrize("quantity", [0, -1, 5, 10**12, "2", None, True])
    def test_quantities_that_cannot_be(self, world: World, quantity: Any) -> None:
        refused = refusal(world.days, resource=world.resource(), first=2, quantity=quantity)
        assert (refused.code, refused.field) == ("invalid", "quantity")

    @pytest.mark.parametrize("purpose", ["", LONG, "\u202e \u200f"])
    def test_purposes_that_cannot_be(self, world: World, purpose: str) -> None:
        assert refusal(world.days, resource=world.resource(), first=2, purpose=purpose).field == "purpose"

    def test_a_pasted_table_and_emoji_are_kept(self, world: World) -> None:
        booking = world.days(world.resource(), 2, purpose="날\t곳\n월\t강당 🎤")
        assert booking.purpose == "날 곳 월 강당 🎤"

    def test_a_collaboration_of_others(self, world: World) -> None:
        urn = f"dure:collaboration:{uuid7()}"
        assert refusal(world.days, resource=world.resource(), first=2, collaboration=urn).field == "collaboration"

    def test_who_may(self, world: World) -> None:
        made = world.resource(who="named", named=[world.other.body_id])
        assert refusal(world.days, resource=made, first=2).code == "not_allowed"
        assert world.days(made, 2, by=world.other).state == "asked"
        near = world.resource(who="province")
        assert refusal(world.days, resource=near, first=2).code == "not_allowed"
        for viewer, code in ((NOBODY, "not_signed_in"), (world.citizen, "not_allowed"), (world.reader, "not_allowed")):
            assert refusal(world.days, resource=made, first=2, by=viewer).code == code

    def test_who_is_no_longer_named_reads_no_more(self, world: World) -> None:
        made = world.resource(who="named", named=[world.other.body_id, world.borrower.body_id])
        world.days(made, 2)
        review = clock.today() + timedelta(days=9)
        actions.resource_withhold(by=world.owner, id=made.pk, level="partners", reason="security", review_on=review)
        assert queries.resource_of(world.other, made.pk) == made
        third = world.resource(who="named", named=[world.other.body_id])
        assert third.named_ids == {world.other.body_id}
        fields = BUS | {"who": "any"}
        actions.resource_save(by=world.owner, id=made.pk, fields=fields)
        assert refusal(queries.resource_of, viewer=world.other, id=made.pk).code == "not_found"
        assert queries.resource_of(world.borrower, made.pk) == made, "it has booked"

    def test_resting(self, world: World) -> None:
        made = world.resource()
        actions.resource_state(by=world.owner, id=made.pk, state="resting", reason="고치는 중")
        assert refusal(world.days, resource=made, first=2).code == "conflict"

    def test_the_last_hour_and_what_is_free_instead(self, world: World) -> None:
        hall = world.hall()
        world.book(hall, day_at(2, 9), day_at(2, 10))
        refused = refusal(world.book, resource=hall, start=day_at(2, 9), end=day_at(2, 10), by=world.other)
        assert (refused.code, refused.field) == ("conflict", "starts")
        assert "10:00~11:00" in str(refused.message)
        world.book(hall, day_at(2, 10), day_at(2, 11), by=world.other)

    def test_some_left_but_not_enough(self, world: World) -> None:
        made = world.resource()
        world.days(made, 2, 3, quantity=2)
        world.days(made, 4, 3, quantity=1, by=world.other)
        refused = refusal(world.days, resource=made, first=3, count=2, quantity=3)
        assert "1대만" in str(refused.message)
        assert world.days(made, 3, 2, quantity=1).quantity == 1

    def test_refused_and_cancelled_are_free_again(self, world: World) -> None:
        made = world.resource(quantity=1)
        for end in ("refuse", "cancel"):
            booking = world.days(made, 2)
            by = world.owner if end == "refuse" else world.borrower
            getattr(actions, f"booking_{end}")(by=by, id=booking.pk, reason="사정이 생겼습니다.")
        assert world.days(made, 2, by=world.other).state == "asked"

    def test_late_cancellation_is_marked(self, world: World) -> None:
        made = world.resource(lead_hours=48)
        early, late = world.days(made, 5), world.days(made, 1, by=world.owner)
        actions.booking_confirm(by=world.owner, id=early.pk)
        assert actions.booking_cancel(by=world.borrower, id=early.pk, reason="미룸").late is False
        assert actions.booking_cancel(by=world.owner, id=late.pk, reason="미룸").late is True
        assert actions.booking_cancel(by=world.owner, id=late.pk, reason="또").reason == "미룸"

    def test_what_nobody_answers_ends_by_itself(self, world: World) -> None:
        booking, later = world.days(world.resource(), 0), world.days(world.resource(), 3)
        Booking.objects.filter(pk=booking.pk).update(starts_at=day_at(-3), ends_at=day_at(-2))
        enqueue(by=NOBODY, kind="resources.lapse", args={}, unique_key="now")
        while run_due("w"):
            pass
        booking.refresh_from_db()
        assert (booking.state, booking.fault) == ("refused", "silent")
        assert actions.booking_lapse(by=NOBODY, id=later.pk).state == "asked"
        assert refusal(actions.booking_confirm, by=world.owner, id=booking.pk).code == "conflict"
        assert str(timeline(booking.about, NOBODY)[0].text).startswith("답 없이")

    def test_extending(self, world: World) -> None:
        made = world.resource(quantity=1, longest=4, needs_approval=False)
        booking = world.days(made, 2)
        assert actions.booking_extend(by=world.borrower, id=booking.pk, ends_at=day_at(4)).ends_at == day_at(4)
        assert refusal(actions.booking_extend, by=world.borrower, id=booking.pk, ends_at=day_at(3)).field == "ends"
        assert refusal(actions.booking_extend, by=world.borrower, id=booking.pk, ends_at=day_at(9)).field == "ends"
        world.days(made, 5, by=world.other)
        taken = refusal(actions.booking_extend, by=world.borrower, id=booking.pk, ends_at=day_at(6))
        assert (taken.code, taken.field) == ("conflict", "ends")
        asked = world.days(world.resource(), 2)
        refused = refusal(actions.booking_extend, by=world.borrower, id=asked.pk, ends_at=day_at(4))
        assert refused.code == "not_allowed"
        assert actions.booking_extend(by=world.owner, id=asked.pk, ends_at=day_at(4)).revision == 1


class TestLending:
    def test_damage_is_recorded_and_objected_to(self, world: World) -> None:
        booking = world.lent(world.resource())
        assert refusal(actions.booking_return, by=world.owner, id=booking.pk, follow_up="고침").field == "damage"
        actions.booking_return(by=world.owner, id=booking.pk, damage="문이 긁힘", follow_up="보험으로 고침")
        assert LedgerEntry.objects.get().damages == 1
        about = Objection.About.DAMAGE
        for viewer in (world.owner, world.other):
            refused = refusal(actions.booking_object, by=viewer, id=booking.pk, about=about, text="아님")
            assert refused.code == "not_allowed"
        refused = refusal(actions.booking_object, by=world.borrower, id=booking.pk, about="no_show", text="아님")
        assert refused.code == "conflict"
        actions.booking_object(by=world.borrower, id=booking.pk, about=about, text="넘겨받을 때 이미 있었습니다.")
        refused = refusal(actions.booking_object, by=world.borrower, id=booking.pk, about=about, text="또")
        assert refused.code == "conflict"
        assert booking.damages.get().description == "문이 긁힘", "both stand"
        assert any(item.kind == "붙인 말" for item in _desk(world.owner))
        actions.objection_seen(by=world.owner, id=booking.pk)
        assert not any(item.kind == "붙인 말" for item in _desk(world.owner))

    def test_no_show_only_after_the_start(self, world: World) -> None:
        made = world.resource(needs_approval=False)
        later, now = world.days(made, 2), world.days(made, 0)
        assert refusal(actions.booking_no_show, by=world.owner, id=later.pk, note="안 옴").code == "conflict"
        assert refusal(actions.booking_no_show, by=world.borrower, id=now.pk, note="안 옴").code == "not_allowed"
        assert refusal(actions.booking_no_show, by=world.owner, id=now.pk, note="").field == "reason"
        assert actions.booking_no_show(by=world.owner, id=now.pk, note="한 시간 기다림").state == "no_show"
        assert not LedgerEntry.objects.exists()
        actions.booking_object(by=world.borrower, id=now.pk, about="no_show", text="미루자고 알렸습니다.")

    def test_overdue_is_seen_and_still_away(self, world: World) -> None:
        made = world.resource(quantity=1, price=100)
        booking = world.lent(made)
        Booking.objects.filter(pk=booking.pk).update(starts_at=day_at(-3), ends_at=day_at(-2))
        booking.refresh_from_db()
        assert booking.is_overdue
        refused = refusal(world.days, resource=made, first=0, by=world.other)
        assert refused.code == "conflict", "what has not come back cannot go out today"
        assert {item.kind for item in _desk(world.owner)} == {"돌려받을 것"}
        assert {item.kind for item in _desk(world.borrower)} == {"돌려줄 것"}
        actions.booking_return(by=world.owner, id=booking.pk)
        entry = LedgerEntry.objects.get()
        assert entry.overdue_minutes >= 2 * 1440
        assert entry.amount == 100, "late time is recorded, not charged"

    def test_steps_out_of_turn(self, world: World) -> None:
        made = world.resource()
        booking = world.days(made, 5)
        for act in (actions.booking_lend, actions.booking_return):
            assert refusal(act, by=world.owner, id=booking.pk).code == "conflict"
            assert refusal(act, by=world.borrower, id=booking.pk).code == "not_allowed"
        actions.booking_confirm(by=world.owner, id=booking.pk)
        assert refusal(actions.booking_lend, by=world.owner, id=booking.pk).code == "conflict", "days too early"
        assert refusal(actions.booking_confirm, by=world.owner, id=booking.pk).code == "conflict"
        for act, more in (
            (actions.booking_confirm, {}),
            (actions.booking_refuse, {"reason": "x"}),
            (actions.booking_cancel, {"reason": "x"}),
            (actions.booking_extend, {"ends_at": day_at(9)}),
            (actions.booking_no_show, {"note": "x"}),
        ):
            assert refusal(act, by=world.other, id=booking.pk, **more).code == "not_allowed"
            assert refusal(act, by=NOBODY, id=booking.pk, **more).code == "not_signed_in"
            assert refusal(act, by=world.owner, id=uuid7(), **more).code == "not_found"

    def test_a_photo_that_is_none_changes_nothing(self, world: World) -> None:
        booking = world.days(world.resource(needs_approval=False), 0)
        refused = refusal(actions.booking_lend, by=world.owner, id=booking.pk, photo=not_a_picture())
        assert refused.field == "file"
        booking.refresh_from_db()
        assert booking.state == "confirmed"

    def test_the_ledger_is_never_changed(self, world: World) -> None:
        booking = world.lent(world.resource())
        actions.booking_return(by=world.owner, id=booking.pk)
        entry = LedgerEntry.objects.get()
        entry.amount = 1
        with pytest.raises(RuntimeError):
            entry.save()
        with pytest.raises(RuntimeError):
            entry.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerEntry.objects.filter(pk=entry.pk).update(amount=1)


class TestWhatTheDatabaseKeeps:
    @pytest.mark.parametrize(
        "values",
        [
            {"quantity": 0},
            {"ends_at": day_at(1)},
            {"purpose": ""},
            {"state": "lent"},
            {"state": "returned"},
            {"state": "cancelled"},
            {"state": "refused"},
        ],
    )
    def test_rows_that_make_no_sense(self, world: World, values: dict[str, Any]) -> None:
        booking = world.days(world.resource(), 2)
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.filter(pk=booking.pk).update(**values)

    def test_one_booking_for_an_offer(self, world: World) -> None:
        one, two = (world.days(world.resource(), 2) for _time in range(2))
        Booking.objects.filter(pk=one.pk).update(offer="dure:offer:1")
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.filter(pk=two.pk).update(offer="dure:offer:1")


class TestSeeing:
    def test_a_withheld_booking_stays_taken(self, world: World) -> None:
        hall = world.hall()
        day = monday()
        start = day_at((day - clock.today()).days, 9)
        booking = world.book(hall, start, start + timedelta(hours=1), purpose="아직 모를 일")
        review = clock.today() + timedelta(days=30)
        narrow = {"level": "partners", "reason": "deliberation", "review_on": review}
        assert refusal(actions.booking_withhold, by=world.owner, id=booking.pk, **narrow).code == "not_allowed"
        actions.booking_withhold(by=world.borrower, id=booking.pk, **narrow)
        for viewer, sees in ((NOBODY, False), (world.other, False), (world.owner, True), (world.borrower, True)):
            (shown,) = queries.week_of(viewer, hall, day).days[0].shown
            assert (shown.booking is not None) is sees
            assert (shown.withheld is None) is sees
            if not sees:
                assert refusal(queries.booking_view, viewer=viewer, id=booking.pk).code == "not_found"
            lines = [line for line in timeline(hall.urn, viewer) if line.type == "resources.booking.made"]
            assert ("대회의실" in str(lines[0].text)) is sees
        actions.booking_withhold(by=world.borrower, id=booking.pk, level="public")
        assert queries.booking_view(NOBODY, booking.pk).row == booking

    def test_a_withheld_resource_is_counted(self, world: World) -> None:
        made = world.resource()
        booking = world.days(made, 2)
        review = clock.today() + timedelta(days=30)
        actions.resource_withhold(by=world.owner, id=made.pk, level="partners", reason="security", review_on=review)
        assert queries.resource_list(NOBODY, queries.ListFilter()).rows == ()
        assert queries.resource_list(NOBODY, queries.ListFilter(q="휠체어")).rows == ()
        assert queries.withheld_count(NOBODY) == 1
        assert refusal(world.days, resource=made, first=4, by=world.other).code == "not_found"
        assert queries.booking_view(world.borrower, booking.pk).row == booking
        actions.resource_withhold(by=world.owner, id=made.pk, level="public")
        assert len(queries.resource_list(NOBODY, queries.ListFilter()).rows) == 1

    def test_filters(self, world: World) -> None:
        bus, hall = world.resource(price=0), world.hall()
        find = lambda **wanted: {  # noqa: E731
            row.resource for row in queries.resource_list(NOBODY, queries.ListFilter(**wanted)).rows
        }
        assert find(kind="space") == {hall}
        assert find(free=True) == {bus}
        assert find(body_id=world.owner.body_id) == {bus, hall}
        assert find(body_id=world.other.body_id) == set()
        day = clock.today() + timedelta(days=4)
        world.days(bus, 4, quantity=4)
        assert find(since=day) == {hall}
        assert find(since=day + timedelta(days=1), until=day) == {bus, hall}, "days upside down are no filter"

    def test_both_sides_hear(self, world: World) -> None:
        booking = world.days(world.resource(), 2)
        _deliver()
        assert set(Notice.objects.values_list("person", flat=True)) == {world.owner.person_id}
        actions.booking_confirm(by=world.owner, id=booking.pk)
        _deliver()
        assert Notice.objects.filter(person=world.borrower.person_id).count() == 1

    def test_desk(self, world: World) -> None:
        made = world.resource(needs_approval=True)
        world.days(made, 3)
        world.days(made, 0, by=world.owner)
        assert [item.kind for item in _desk(world.owner)] == ["예약 청함", "넘겨줄 것"]
        assert _desk(world.borrower) == _desk(world.reader) == _desk(NOBODY) == []

    def test_the_book_of_a_body_is_its_own(self, world: World) -> None:
        for viewer, code in ((NOBODY, "not_signed_in"), (world.citizen, "not_allowed")):
            assert refusal(queries.sums, viewer=viewer).code == code
            assert refusal(queries.booking_list, viewer=viewer).code == code
        assert queries.sums(world.other).used == 0


def _desk(viewer: Viewer) -> list[Any]:
    return list(desk_items(viewer))


def _deliver() -> None:
    while deliver_due():
        pass


def test_units_of_use() -> None:
    start = day_at(2, 9)
    assert used(start, start + timedelta(minutes=61), Resource.Per.HOUR) == (2, 61)
    assert used(day_at(2), day_at(5), Resource.Per.DAY) == (3, 3 * 1440)
    assert used(start, start + timedelta(days=1), Resource.Per.DAY) == (2, 1440)
    assert used(start, start + timedelta(days=9), Resource.Per.USE) == (1, 9 * 1440)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_never_more_is_taken_than_there_is(world: World, seed: int) -> None:
    chance = random.Random(seed)
    made = world.resource(quantity=3, needs_approval=bool(seed % 2), longest=5)
    sides = (world.borrower, world.other, world.owner)
    done = 0
    for _step in range(60):
        rows = list(Booking.objects.filter(resource=made))
        act = chance.choice(["ask", "ask", "ask", "cancel", "extend", "confirm", "refuse"])
        row = chance.choice(rows) if rows else None
        try:
            if act == "ask" or row is None:
                more = {"quantity": chance.randint(1, 3), "by": chance.choice(sides)}
                world.days(made, chance.randint(0, 9), chance.randint(1, 4), **more)
            elif act == "extend":
                later = row.ends_at + timedelta(days=chance.randint(1, 3))
                actions.booking_extend(by=world.owner, id=row.pk, ends_at=later)
            elif act == "confirm":
                actions.booking_confirm(by=world.owner, id=row.pk)
            else:
                getattr(actions, f"booking_{act}")(by=world.owner, id=row.pk, reason="사정")
            done += 1
        except Refused:
            continue
        held = Booking.objects.filter(resource=made, state__in=HOLDING)
        for day in range(16):
            at = day_at(day, 12)
            assert sum(row.quantity for row in held if row.starts_at <= at < row.ends_at) <= 3
    assert done > 15


@given(
    minutes=st.integers(1, 100_000),
    hour=st.integers(0, 23),
    price=st.integers(0, 1_000_000_000),
    quantity=st.integers(1, 100_000),
    per=st.sampled_from(Resource.Per.values),
)
def test_what_is_owed_is_whole_won_and_covers_the_time(
    minutes: int, hour: int, price: int, quantity: int, per: str
) -> None:
    start = datetime(2026, 12, 1, hour, tzinfo=clock.SEOUL)
    units, told = used(start, start + timedelta(minutes=minutes), per)
    length = {"hour": 60, "day": 1440}.get(per)
    assert told == minutes
    assert units == 1 if length is None else (units - 1) * length - 1440 < minutes <= units * length
    assert price * units * quantity < 2**63
