"""GeoReport v2, reading: what the answers hold, whom they leave out, and that XML and JSON say the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dure.core import attachments, clock, tokens
from dure.core.viewer import Viewer
from dure.core.visibility import withhold
from dure.reports.models import Report, Word
from dure.reports.open311 import actions
from tests.reports.open311.conftest import photo
from tests.reports.open311.georeport import ROOT, json, xml
from tests.reports.world import HERE, World, route_to


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [one["service_request_id"] for one in found]


def test_discovery_names_the_door_and_its_forms(client: Client) -> None:
    endpoint = json(client, "discovery")["endpoints"][0]
    assert endpoint["url"].endswith("/open311/v2")
    assert endpoint["formats"] == ["text/xml", "application/json"]


def test_services_are_the_categories_and_each_has_its_questions(client: Client) -> None:
    found = json(client, "services")
    assert len(found) > 50
    assert {one["type"] for one in found} == {"realtime"}
    assert all(one["metadata"] is True and one["group"] for one in found)
    definition = json(client, "services/roads.roadkill")
    assert definition["service_code"] == "roads.roadkill"
    by_code = {one["code"]: one for one in definition["attributes"]}
    assert set(by_code) == {"road_class", "road_no", "road_km", "heading", "accuracy", "happened_at"}
    assert "expressway" in {one["key"] for one in by_code["road_class"]["values"]}
    english = client.get(f"{ROOT}/services.json", headers={"accept-language": "en"}).json()
    assert "Pothole" in english[0]["service_name"]
    assert xml(client, "services/no.such", status=404).find("error/code").text == "404"


def test_a_report_says_who_has_it_and_until_when(world: World, client: Client) -> None:
    report = world.report(address="온샘시 큰길 1")
    attachments.attach(by=Viewer.anonymous(), subject=report.urn, circle=report.pk, uploaded=photo())
    (found,) = json(client, f"requests/{report.receipt}")
    assert found["agency_responsible"] == "온샘시"
    assert (found["status"], found["status_notes"]) == ("open", "접수됨")
    assert found["expected_datetime"].endswith("+09:00")
    assert (found["lat"], found["long"]) == (HERE[1], HERE[0])
    assert client.get(found["media_url"].removeprefix("http://localhost:8000")).status_code == 200
    assert json(client, f"requests/{report.receipt.lower()}") == [found]
    nobody = world.report(route=route_to("", reason="자리를 몰라 찾지 못했습니다.", law=()))
    assert json(client, f"requests/{nobody.receipt}")[0]["agency_responsible"] == "맡을 기관을 찾는 중"


def test_the_number_stays_when_the_report_changes_hands_and_is_closed(world: World, client: Client) -> None:
    report = world.report()
    Report.objects.filter(pk=report.pk).update(body=world.there)
    assert json(client, "requests")[0]["agency_responsible"] == "너른군"
    Report.objects.filter(pk=report.pk).update(state="closed", outcome="solved", closed_at=clock.now())
    Word.objects.create(report=report, kind="answer", text="치웠습니다.", body=world.there)
    (found,) = json(client, "requests", {"status": "closed"})
    assert found["service_request_id"] == report.receipt
    assert found["status_notes"] == "처리함 · 치웠습니다."
    assert json(client, "requests", {"status": "open"}) == []
    assert len(json(client, "requests", {"status": "open,closed"})) == 1


def test_extensions_bring_the_history_and_the_reason(world: World, client: Client) -> None:
    report = world.report()
    actions.word_add(by=world.officer, report_id=report.pk, text="살펴보고 있습니다.")
    (found,) = json(client, "requests", {"extensions": "true"})
    assert [note["type"] for note in found["notes"]] == ["received", "update"]
    assert found["notes"][1]["description"] == "살펴보고 있습니다."
    assert "시가 맡습니다" in found["extended_attributes"]["why"]
    assert "notes" not in json(client, "requests")[0]


def test_what_is_withheld_or_was_no_report_never_appears(world: World, client: Client, key: Any) -> None:
    hidden, abuse, shown = world.report(), world.report(), world.report()
    review = clock.today() + timedelta(days=30)
    withhold(by=world.head, thing=hidden, level="body", reason="personal", review_on=review)
    Report.objects.filter(pk=abuse.pk).update(state="closed", outcome="abuse", closed_at=clock.now())
    token = key(world.here)
    for given in ({}, {"api_key": token}, {"service_request_id": f"{hidden.receipt},{abuse.receipt},{shown.receipt}"}):
        assert ids(json(client, "requests", given)) == [shown.receipt]
    for gone in (hidden, abuse):
        xml(client, f"requests/{gone.receipt}", status=404)
    assert ids_of_updates(client) <= {shown.receipt}


def ids_of_updates(client: Client) -> set[str]:
    return set(ids(json(client, "servicerequestupdates")))


def test_filters(world: World, client: Client) -> None:
    old, new = world.report(), world.report(category="roads.pothole", lon=127.2, lat=36.9, to=world.there)
    Report.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(days=100))
    start, middle = clock.now() - timedelta(days=120), clock.now() - timedelta(days=50)

    def asked(**given: Any) -> list[str]:
        return ids(json(client, "requests", given))

    assert asked() == [new.receipt]
    assert asked(service_request_id=f"{old.receipt},{new.receipt}") == [new.receipt, old.receipt]
    assert asked(start_date=start.isoformat(), end_date=middle.isoformat()) == [old.receipt]
    assert asked(start_date=start.isoformat()) == [old.receipt], "never more than 90 days"
    assert asked(service_code="roads.pothole,roads.signal") == [new.receipt]
    assert asked(service_code="roads.roadkill") == []
    assert asked(jurisdiction_id=world.there.slug) == asked(jurisdiction_id="9200000000") == [new.receipt]
    assert asked(jurisdiction_id=world.here.slug) == []
    assert asked(lat=36.9, long=127.2, radius=100) == [new.receipt]
    assert asked(lat=36.902, long=127.2, radius=100) == []
    assert asked(bbox="127.1,36.8,127.3,37.0") == [new.receipt]
    assert asked(bbox="126,36.8,127.1,37.0") == []
    moment = clock.now() - timedelta(minutes=1)
    assert asked(updated_after=moment.isoformat()) == [new.receipt, old.receipt]
    assert asked(updated_before=moment.isoformat()) == []
    assert client.get(f"{ROOT}/requests.json?start_date=2026-01-01T00:00:00+09:00").status_code == 200


def test_pages_follow_without_gap_or_double(world: World, client: Client) -> None:
    receipts = [world.report().receipt for _time in range(5)]
    seen = [one for page in (1, 2, 3) for one in ids(json(client, "requests", {"page": page, "page_size": 2}))]
    assert seen == receipts[::-1]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"status": "half"}, "status"),
        ({"start_date": "yesterday"}, "start_date"),
        ({"start_date": "0001-01-01T00:00:00+14:00"}, "start_date"),
        ({"start_date": "2026-11-02", "end_date": "2026-11-01"}, "start_date"),
        ({"page": "0"}, "page"),
        ({"page_size": "1001"}, "page_size"),
        ({"lat": "36"}, "long"),
        ({"lat": "91", "long": "127"}, "lat"),
        ({"lat": "NaN", "long": "127"}, "lat"),
        ({"radius": "1e9"}, "radius"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "3,2,1,4"}, "bbox"),
    ],
)
def test_a_wrong_filter_is_named(client: Client, given: dict[str, str], field: str) -> None:
    error = xml(client, "requests", given, status=400).find("error")
    assert error.findtext("code") == "400"
    assert error.findtext("description").startswith(f"{field}: ")
    assert client.get(f"{ROOT}/requests.json", given).json()[0]["code"] == 400


def test_faults_have_the_form_of_the_specification(client: Client) -> None:
    assert json(client, "requests", {"jurisdiction_id": "nowhere"}, status=404)[0]["code"] == 404
    assert json(client, "requests", {"api_key": "dure_wrong"}, status=403)[0]["code"] == 403
    assert json(client, "requests/R-2611-0000000-0", status=404)[0]["code"] == 404
    assert client.get(f"{ROOT}/requests.yaml").status_code == 404
    assert client.get(f"{ROOT}/requests.json?service_code=%00").status_code == 400
    for path in ("requests/%00", "services/%00", "tokens/%00"):
        assert client.get(f"{ROOT}/{path}.json").status_code == 400
    response = client.delete(f"{ROOT}/requests.xml")
    assert response.status_code == 405
    assert response["Allow"] == "GET, POST, HEAD"
    assert client.head(f"{ROOT}/requests.xml").status_code == 200


def test_a_token_gives_the_number_at_once(world: World, client: Client) -> None:
    report = world.report()
    token = tokens.token_of("report", report.pk)
    assert json(client, f"tokens/{token}") == [{"token": token, "service_request_id": report.receipt}]
    assert json(client, f"tokens/{report.receipt}")[0]["service_request_id"] == report.receipt
    xml(client, f"tokens/{'x' * 43}", status=404)


def test_the_number_of_queries_does_not_grow(world: World, client: Client, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{ROOT}/{path}").status_code == 200
        return len(seen)

    def more() -> None:
        report = world.report()
        attachments.attach(by=Viewer.anonymous(), subject=report.urn, circle=report.pk, uploaded=photo())
        actions.word_add(by=world.officer, report_id=report.pk, text="살펴보고 있습니다.")

    paths = ("requests.xml?extensions=true", "servicerequestupdates.xml")
    more()
    [cost(path) for path in paths]
    few = [cost(path) for path in paths]
    for _time in range(4):
        more()
    many = [cost(path) for path in paths]
    # The search for the first event halves its way: a few more looks for many more events.
    assert many[0] <= few[0]
    assert many[1] <= few[1] + 4
