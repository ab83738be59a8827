"""Crews: sent, under way, there, done; what is refused; what stays when a process dies."""

from __future__ import annotations

from typing import Any

import pytest

from dure.core import attachments
from dure.core.events import deliver_due
from dure.core.ids import uuid7
from dure.core.models import Event, Job, Message
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines.masking import Masked
from dure.reports.actions import report_reroute
from dure.reports.live import actions, jobs, queries
from dure.reports.models import CrewPosition, Dispatch, Report, Word, WrongPlace
from tests.reports.live.conftest import AWAY, Clock, crew_of, driving, sent
from tests.reports.world import HERE, World


@pytest.fixture
def masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Masking is tested where it stands; here it only has to be asked."""
    for name in ("crew", "place"):
        monkeypatch.setattr(
            f"dure.reports.live.actions.{name}.mask", lambda text: Masked(text.replace("010-1234", "…"), ())
        )


@pytest.mark.usefixtures("masked")
def test_a_crew_goes_arrives_and_is_done(world: World) -> None:
    report = world.report()
    dispatch, phone = sent(world, report)
    report.refresh_from_db()
    assert (report.state, report.officer_id) == ("taken", world.officer.person_id)
    actions.crew_start(by=phone, id=dispatch.pk)
    report.refresh_from_db()
    assert report.state == "under_way"
    actions.position_set(by=phone, dispatch=Dispatch.objects.get(pk=dispatch.pk), lon=AWAY[0], lat=AWAY[1])
    actions.crew_arrive(by=phone, id=dispatch.pk)
    report.refresh_from_db()
    assert report.state == "taken"
    assert not CrewPosition.objects.exists()
    done = actions.crew_done(by=phone, id=dispatch.pk, text="치웠습니다. 010-1234-5678")
    report.refresh_from_db()
    assert report.open
    assert done.state == "done"
    assert "1234" not in Word.objects.get().text
    types = list(Event.objects.filter(subject=report.urn).order_by("seq").values_list("type", flat=True))
    assert types == [
        "reports.received",
        "reports.dispatched",
        "reports.crew.under_way",
        "reports.crew.arrived",
        "reports.crew.done",
    ]


def test_positions_write_no_event_and_only_a_few_rows(world: World, hands: Clock) -> None:
    dispatch, phone = driving(world)
    before = Event.objects.count()
    for step in range(40):
        hands.forward(seconds=5)
        actions.position_set(by=phone, dispatch=dispatch, lon=AWAY[0] - step * 1e-4, lat=AWAY[1], accuracy_m=5.0)
    assert Event.objects.count() == before
    assert CrewPosition.objects.count() <= 5
    newest = queries.fresh_positions([dispatch])[dispatch.pk]
    assert newest.lon == pytest.approx(AWAY[0] - 39e-4)


@pytest.mark.parametrize("who", ["citizen", "other", "reader", "far"])
def test_only_the_body_that_has_it_sends_somebody(world: World, who: str) -> None:
    report, crew = world.report(), crew_of(world)
    with pytest.raises(Refused) as caught:
        actions.dispatch_send(by=getattr(world, who), report_id=report.pk, crew_id=crew.pk)
    assert caught.value.code == "not_allowed"
    assert not Dispatch.objects.exists()


def test_what_sending_refuses(world: World) -> None:
    report, crew = world.report(), crew_of(world)
    foreign = crew_of(world, by=world.other)
    with pytest.raises(Refused) as caught:
        actions.dispatch_send(by=world.officer, report_id=report.pk, crew_id=foreign.pk)
    assert caught.value.field == "crew"
    id = uuid7()
    one = actions.dispatch_send(by=world.officer, report_id=report.pk, crew_id=crew.pk, id=id)
    assert actions.dispatch_send(by=world.officer, report_id=report.pk, crew_id=crew.pk, id=id) == one
    with pytest.raises(Refused) as caught:
        actions.dispatch_send(by=world.officer, report_id=report.pk, crew_id=crew.pk)
    assert caught.value.code == "conflict"
    with pytest.raises(Refused) as caught:
        actions.dispatch_send(by=world.officer, report_id=report.pk, crew_id=crew.pk, note="가" * 301)
    assert caught.value.field == "note"
    with pytest.raises(Refused):
        actions.dispatch_send(by=world.officer, report_id=uuid7(), crew_id=crew.pk)
    with pytest.raises(Refused):
        actions.crew_end(by=world.officer, id=crew.pk)
    actions.dispatch_cancel(by=world.officer, id=one.pk)
    actions.crew_end(by=world.officer, id=crew.pk)


@pytest.mark.parametrize(
    ("name", "phone", "field"),
    [("", "", "name"), ("가" * 41, "", "name"), ("도로보수 1조", "", "name"), ("새 조", "12", "phone")],
)
def test_what_a_crew_may_be_called(world: World, name: str, phone: str, field: str) -> None:
    crew_of(world)
    with pytest.raises(Refused) as caught:
        actions.crew_save(by=world.officer, id=uuid7(), name=name, phone=phone)
    assert caught.value.field == field


def test_the_phone_of_another_dispatch_can_do_nothing(world: World) -> None:
    dispatch, _phone = driving(world)
    other, stranger = sent(world, world.report())
    assert other.pk != dispatch.pk
    for does in (actions.crew_start, actions.crew_arrive, actions.crew_not_found, actions.crew_done):
        with pytest.raises(Refused) as caught:
            does(by=stranger, id=dispatch.pk)
        assert caught.value.code == "not_allowed"
    for say in (
        lambda: actions.sharing_stop(by=stranger, id=dispatch.pk, why="asked"),
        lambda: actions.place_say(by=stranger, id=dispatch.pk, text="다리 앞"),
        lambda: actions.position_set(by=stranger, dispatch=dispatch, lon=127.0, lat=36.0),
    ):
        with pytest.raises(Refused) as caught:
            say()
        assert caught.value.code == "not_allowed"


@pytest.mark.parametrize(("lon", "lat"), [(200.0, 36.0), (127.0, 91.0), (float("nan"), 36.0), (127.0, float("inf"))])
def test_a_position_outside_the_world(world: World, lon: float, lat: float) -> None:
    dispatch, phone = driving(world)
    with pytest.raises(Refused) as caught:
        actions.position_set(by=phone, dispatch=dispatch, lon=lon, lat=lat)
    assert caught.value.code == "invalid"


def test_after_the_end_no_position_is_taken_even_by_a_late_request(world: World) -> None:
    dispatch, phone = driving(world)
    as_read_before = Dispatch.objects.get(pk=dispatch.pk)
    actions.crew_arrive(by=phone, id=dispatch.pk)
    with pytest.raises(Refused) as caught:
        actions.position_set(by=phone, dispatch=as_read_before, lon=AWAY[0], lat=AWAY[1])
    assert caught.value.code == "gone"
    assert not CrewPosition.objects.exists()


def test_silence_ends_sharing_and_both_are_told(world: World, hands: Clock) -> None:
    report = world.report()
    dispatch, _phone = driving(world, report)
    job = Job.objects.get(kind=jobs.WATCH)
    hands.forward(minutes=5)
    assert not jobs.end_stale(dispatch.pk)
    assert queries.crews_of(report, Viewer.link(report.urn))[0].position
    hands.forward(minutes=6)
    # Nobody sees it any more, even before the worker has been there.
    assert queries.crews_of(report, Viewer.link(report.urn))[0].position is None
    assert job.due_at <= hands.at
    assert jobs.end_stale(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.sharing_since, dispatch.stopped_why) == ("under_way", None, "silent")
    assert not CrewPosition.objects.exists()
    assert Event.objects.get(type="reports.crew.sharing_ended").data == {"why": "silent"}


def test_sharing_never_lasts_longer_than_two_hours(world: World, hands: Clock) -> None:
    dispatch, phone = driving(world)
    for _round in range(25):
        hands.forward(minutes=5)
        dispatch.refresh_from_db()
        if hands.at < dispatch.share_until:
            actions.position_set(by=phone, dispatch=dispatch, lon=AWAY[0], lat=AWAY[1])
            assert not jobs.end_stale(dispatch.pk)
        else:
            with pytest.raises(Refused):
                actions.position_set(by=phone, dispatch=dispatch, lon=AWAY[0], lat=AWAY[1])
            assert queries.fresh_positions([dispatch]) == {}
            assert jobs.purge(None)["ended"] == 1
            break
    dispatch.refresh_from_db()
    assert dispatch.stopped_why == "time"
    assert not CrewPosition.objects.exists()


def test_the_hourly_purge_finds_what_was_left_behind(world: World) -> None:
    dispatch, phone = driving(world)
    actions.crew_arrive(by=phone, id=dispatch.pk)
    CrewPosition.objects.create(dispatch=dispatch, slot=0, lon=127.0, lat=36.0)
    assert jobs.purge(None)["positions"] == 1


def test_permission_lost_is_said_and_can_be_given_again(world: World) -> None:
    dispatch, phone = driving(world)
    actions.sharing_stop(by=phone, id=dispatch.pk, why="denied")
    dispatch.refresh_from_db()
    assert dispatch.stopped_why == "denied"
    with pytest.raises(Refused):
        actions.sharing_stop(by=phone, id=dispatch.pk, why="bored")
    again = actions.crew_start(by=phone, id=dispatch.pk)
    assert again.sharing_since
    assert again.stopped_why == ""


@pytest.mark.usefixtures("masked")
def test_wrong_place_reaches_dispatcher_and_crew(world: World) -> None:
    report = world.report()
    dispatch, phone = driving(world, report)
    actions.crew_not_found(by=phone, id=dispatch.pk)
    link, id = Viewer.link(report.urn), uuid7()
    more: dict[str, Any] = {"lon": 127.01, "lat": 36.8, "accuracy_m": 5.0, "note": "다리 건너편, 010-1234-5678"}
    alert = actions.wrong_place(by=link, report_id=report.pk, id=id, **more)
    assert actions.wrong_place(by=link, report_id=report.pk, id=id, **more) == alert
    assert WrongPlace.objects.count() == 1
    report.refresh_from_db()
    dispatch.refresh_from_db()
    assert (report.lon, report.lat) == (127.01, 36.8)
    assert dispatch.not_found_at is None
    assert "1234" not in alert.note
    assert (alert.before_lon, alert.before_lat) == HERE
    assert [one.pk for one in queries.board(world.officer).alerts] == [alert.pk]
    with pytest.raises(Refused):
        actions.wrong_place_seen(by=world.reader, id=alert.pk)
    with pytest.raises(Refused):
        actions.wrong_place_seen(by=world.far, id=alert.pk)
    actions.wrong_place_seen(by=world.head, id=alert.pk)
    assert queries.board(world.officer).alerts == []
    event = Event.objects.get(type="reports.wrong_place.said")
    assert "127" not in str(event.data)


def test_the_old_road_is_not_kept_at_a_new_place(world: World) -> None:
    link = Viewer.link
    road = {"road_class": "expressway", "road_no": "1", "road_km": 324.5}
    report = world.report(**road)
    actions.wrong_place(by=link(report.urn), report_id=report.pk, id=uuid7(), lon=127.01, lat=36.8)
    report.refresh_from_db()
    assert (report.road_class, report.road_no, report.road_km) == ("", "", None)
    other = world.report(**road)
    report_reroute(by=link(other.urn), id=other.pk, cause="place", changes={"lon": 127.01, "lat": 36.8})
    other.refresh_from_db()
    assert (other.road_class, other.road_no, other.road_km) == ("", "", None)
    last = world.report(**road)
    report_reroute(by=link(last.urn), id=last.pk, cause="category", changes={"category": "roads.pothole"})
    last.refresh_from_db()
    assert (last.road_class, last.road_no, last.road_km) == ("expressway", "1", 324.5)


def test_pressing_twice_on_the_way_is_once(world: World) -> None:
    dispatch, phone = driving(world)
    since = dispatch.sharing_since
    again = actions.crew_start(by=phone, id=dispatch.pk)
    assert again.sharing_since == since
    assert Event.objects.filter(type="reports.crew.under_way").count() == 1
    actions.sharing_stop(by=phone, id=dispatch.pk, why="asked")
    actions.crew_start(by=phone, id=dispatch.pk)
    assert Event.objects.filter(type="reports.crew.under_way").count() == 2


def test_words_alone_take_the_wrong_point_away(world: World) -> None:
    report = world.report()
    link = Viewer.link(report.urn)
    actions.wrong_place(by=link, report_id=report.pk, id=uuid7(), address="둘째 다리 지나 주유소 앞")
    report.refresh_from_db()
    assert (report.lon, report.lat, report.address) == (None, None, "둘째 다리 지나 주유소 앞")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, "address"),
        ({"lon": 127.0}, "lon"),
        ({"lon": 200.0, "lat": 36.0}, "lon"),
        ({"lon": 127.0, "lat": 36.0, "accuracy_m": -1.0}, "accuracy_m"),
        ({"address": "가" * 201}, "address"),
        ({"address": "다리", "note": "가" * 301}, "note"),
    ],
)
def test_what_a_new_place_must_be(world: World, more: dict[str, Any], field: str) -> None:
    report = world.report()
    with pytest.raises(Refused) as caught:
        actions.wrong_place(by=Viewer.link(report.urn), report_id=report.pk, id=uuid7(), **more)
    assert caught.value.field == field


@pytest.mark.parametrize("who", ["officer", "other", "citizen"])
def test_only_the_reporter_says_that_the_place_is_wrong(world: World, who: str) -> None:
    report = world.report()
    with pytest.raises(Refused):
        actions.wrong_place(by=getattr(world, who), report_id=report.pk, id=uuid7(), address="다리")


def test_a_closed_report_calls_everybody_back(world: World) -> None:
    report = world.report()
    dispatch, _phone = driving(world, report)
    report.refresh_from_db()
    report.state, report.outcome, report.closed_at = "closed", "answered", report.created_at
    report.save()
    link = Viewer.link(report.urn)
    assert queries.crews_of(report, link)[0].position is None
    deliver_due()
    dispatch.refresh_from_db()
    assert dispatch.state == "cancelled"
    assert not CrewPosition.objects.exists()


def test_photos_hang_on_the_word(world: World) -> None:
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    report = world.report()
    dispatch, phone = sent(world, report)
    taken = attachments.take_in(SimpleUploadedFile("앞.png", picture.getvalue(), "image/png"))
    actions.crew_done(by=phone, id=dispatch.pk, text="치움", photos=[taken])
    seen = queries.crews_of(report, Viewer.link(report.urn))[0]
    assert [file.name for file in seen.photos] == ["앞.png"]
    with pytest.raises(Refused):
        actions.crew_done(by=phone, id=dispatch.pk)


def test_the_reporter_is_told_by_the_confirmed_telephone(world: World, settings: Any) -> None:
    from dure.core import clock
    from dure.reports.models import ReportContact, StatusLink
    from dure.reports.sealed import seal

    settings.GATEWAYS = {"sms": ("https://sms.example/", "key")}
    report = world.report()
    assert StatusLink.objects.filter(report=report).exists()
    ReportContact.objects.create(report=report, channel="phone", sealed=seal("+821012345678"))
    sent(world, report)
    assert not Message.objects.exists()
    ReportContact.objects.update(confirmed_at=clock.now())
    Dispatch.objects.all().delete()
    sent(world, report)
    message = Message.objects.get()
    assert message.channel == "sms"
    assert len(message.text.encode("euc-kr")) <= 90
    assert "/s/" in message.text
    report.refresh_from_db()
    assert report.status_link.sent_at
    assert Report.objects.count() == 1
