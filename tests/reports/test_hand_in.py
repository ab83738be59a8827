"""Taking a report in: what is kept, who gets it, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dure.core.events import deliver_due
from dure.core.ids import receipt_number_is_valid, uuid7
from dure.core.models import Confirmation, Event, Message
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import actions, queries
from dure.reports.actions import Said
from dure.reports.models import Report
from dure.reports.sealed import unseal
from tests.collaboration.world import client_of
from tests.reports.world import World, route_to


def test_a_report_goes_to_its_body_with_reason_and_deadline(world: World) -> None:
    report = world.report()
    assert receipt_number_is_valid(report.receipt)
    assert report.receipt.startswith("R-")
    assert report.body == world.here
    assert report.route.reason
    assert report.due_at > report.created_at
    assert "민원" in report.due_law
    event = Event.objects.get(type="reports.received")
    assert event.subject == report.urn
    assert "고라니" not in str(event.data)


def test_the_same_id_gives_the_same_report(world: World) -> None:
    id = uuid7()
    first = actions.report_hand_in(by=Viewer.anonymous(), said=Said(words="불이 꺼졌어요"), id=id)
    again = actions.report_hand_in(by=Viewer.anonymous(), said=Said(words="다른 말"), id=id)
    assert first == again
    assert Report.objects.count() == 1
    assert Event.objects.filter(type="reports.received").count() == 1


def test_nobody_could_be_found(world: World) -> None:
    report = world.report(route=route_to("", reason="자리를 몰라 찾지 못했습니다.", law=(), confidence=0.0))
    assert report.body is None
    assert "찾지" in Client().get(report.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"words": " "}, "words"),
        ({"words": "가" * 4001}, "words"),
        ({"words": "말", "lon": 200.0, "lat": 36.0}, "lon"),
        ({"words": "말", "lon": 127.0}, "lon"),
        ({"words": "말", "category": "no.such"}, "category"),
        ({"words": "말", "road_class": "no-such"}, "road_class"),
        ({"words": "말", "accuracy_m": -1.0}, "accuracy_m"),
        ({"words": "말", "channel": "email", "address_of": "nobody"}, "email"),
    ],
)
def test_what_is_refused_names_the_field(db: None, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        actions.report_hand_in(by=Viewer.anonymous(), said=Said(**said))
    assert caught.value.field == field
    assert not Report.objects.exists()


def test_an_address_is_sealed_and_confirmed_by_its_link(world: World) -> None:
    report = world.report(channel="email", address_of="Me@Example.kr", name="한주민")
    assert unseal(report.contact.sealed) == "me@example.kr"
    assert b"example" not in bytes(report.contact.sealed)
    letter = Message.objects.get(address="me@example.kr")
    token = letter.text.split("/confirm/")[1].split("/")[0]
    answer = Client().post(f"/confirm/{token}/")
    assert answer.status_code == 302
    assert answer["Location"] == report.status_path
    report.contact.refresh_from_db()
    assert report.contact.confirmed_at
    assert Confirmation.objects.count() == 1


def test_the_status_link_opens_without_an_account_and_names_nobody(world: World) -> None:
    report = world.report(channel="email", address_of="me@example.kr")
    page = Client().get(report.status_path)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"
    html = page.content.decode()
    assert report.receipt in html
    assert "me@example.kr" not in html
    assert Client().get("/r/" + "x" * 43 + "/").status_code == 404


def test_the_public_page_and_the_english_one(world: World) -> None:
    report = world.report()
    assert client_of(world.citizen).get(report.get_absolute_url()).status_code == 200
    english = Client().get(report.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "Who has it?" in english


def test_a_new_place_sends_it_elsewhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = world.report(by=world.citizen)
    monkeypatch.setattr("dure.reports.asking.route_for", lambda report: route_to(world.roads.code))
    actions.report_reroute(by=world.citizen, id=report.pk, cause="place", changes={"lon": 127.1, "lat": 36.8})
    report.refresh_from_db()
    assert report.body == world.roads
    assert len(queries.decisions(report)) == 2
    with pytest.raises(Refused):
        actions.report_reroute(by=world.other, id=report.pk, cause="place", changes={"lon": 127.1})


def test_search_finds_it_after_the_event_was_carried(world: World) -> None:
    from dure.core.search import search

    report = world.report()
    deliver_due()
    assert [hit.urn for hit in search("고라니", viewer=Viewer.anonymous(), kinds=["report"])] == [report.urn]


@pytest.mark.parametrize(
    ("facts", "area"),
    [
        ({"muni": "4481000000", "sido": "4400000000"}, "4481000000"),
        ({"muni": "", "sido": "4400000000"}, "4400000000"),
        ({}, ""),
    ],
)
def test_the_municipality_is_the_one_that_routing_found(world: World, facts: dict[str, str], area: str) -> None:
    assert world.report(route=route_to(world.here.code, facts=facts)).area_code == area
