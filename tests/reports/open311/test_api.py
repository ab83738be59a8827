"""Reports by API: what everybody reads, and what a partner's service hands in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.core import attachments, tokens
from dure.core.models import Event
from dure.core.viewer import Viewer
from dure.reports.models import Report, Word
from dure.reports.open311 import actions
from tests.reports.open311.conftest import photo
from tests.reports.world import HERE, World

ADDRESS = "/api/v1/reports"
SAID = {
    "words": "국도 갓길에 고라니가 죽어 있어요",
    "lon": HERE[0],
    "lat": HERE[1],
    "accuracy_m": 8.5,
    "heading": 271.0,
    "road_class": "expressway",
    "road_no": "1",
    "road_km": 324.5,
    "happened_at": "2026-11-25T08:00:00+09:00",
}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def send(token: str, said: dict[str, Any], address: str = ADDRESS, status: int = 201) -> Any:
    response = Client().post(address, said, content_type="application/json", headers=bearer(token))
    assert response.status_code == status, response.content.decode()
    return response.json()


def test_a_navigators_voice_report(routed: World, key: Any) -> None:
    made = send(key(routed.there), SAID)
    report = Report.objects.get()
    assert (report.source, report.sender, report.body) == ("api", routed.there, routed.here)
    assert (report.accuracy_m, report.heading, report.road_no) == (8.5, 271.0, "1")
    assert made["receipt"] == report.receipt
    assert made["body"]["name"] == "온샘시"
    assert made["reason"]
    assert Client().get(made["status_url"].removeprefix("http://localhost:8000")).status_code == 200


def test_the_same_id_makes_no_second_report_and_opens_nobody_elses(routed: World, key: Any) -> None:
    id = str(uuid4())
    ours, theirs = key(routed.there), key(routed.here)
    assert send(ours, {**SAID, "id": id}) == send(ours, {**SAID, "id": id})
    other = send(theirs, {**SAID, "id": id})
    report = Report.objects.earliest("created_at")
    named = send(theirs, {**SAID, "id": str(report.pk)})
    assert len({report.receipt, other["receipt"], named["receipt"]}) == 3, "a public id gives no one the status link"
    assert Event.objects.filter(type="reports.received").count() == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"lon": 181}, "data.lon"),
        ({"lat": None}, "lon"),
        ({"words": "", "lon": None, "lat": None}, "words"),
        ({"words": "가" * 4001}, "data.words"),
        ({"category": "no.such"}, "category"),
        ({"road_class": "moon"}, "road_class"),
        ({"email": "nobody"}, "email"),
        ({"happened_at": "0001-01-01T00:00:00+00:00"}, "happened_at"),
    ],
)
def test_a_wrong_field_is_named(routed: World, key: Any, wrong: dict[str, Any], field: str) -> None:
    problem = send(key(routed.there), {**SAID, **wrong}, status=422)
    assert [one["field"] for one in problem["errors"]] == [field]
    assert not Report.objects.exists()


def test_reading(world: World) -> None:
    report = world.report()
    attachments.attach(by=Viewer.anonymous(), subject=report.urn, circle=report.pk, uploaded=photo())
    actions.word_add(by=world.officer, report_id=report.pk, text="살펴보고 있습니다.")
    client = Client()
    whole = client.get(f"{ADDRESS}/{report.receipt}").json()
    assert whole["route"]["reason"]
    assert whole["said"][0]["body"]["name"] == "온샘시"
    assert len(whole["pictures"]) == 1
    lines = client.get(f"{ADDRESS}/{report.receipt}/timeline", {"limit": 2}).json()
    assert len(lines["items"]) == 2
    rest = client.get(f"{ADDRESS}/{report.receipt}/timeline", {"after": lines["next"]}).json()
    assert [one["type"] for one in rest["items"]][-1] == "reports.received"
    assert client.get(f"{ADDRESS}/R-2611-0000000-0").status_code == 404
    categories = client.get(f"{ADDRESS}/categories").json()
    assert {"roads.roadkill", "roads.pothole"} <= {one["id"] for one in categories}


def test_filters_and_pages(world: World) -> None:
    first, second = world.report(), world.report(category="roads.pothole", lon=127.2, lat=36.9, to=world.there)
    client = Client()

    def asked(**given: Any) -> list[str]:
        return [one["receipt"] for one in client.get(ADDRESS, given).json()["items"]]

    assert asked() == [second.receipt, first.receipt]
    assert asked(category=["roads.pothole", "roads.signal"]) == [second.receipt]
    assert asked(body=world.here.slug) == [first.receipt]
    assert asked(open="true", state="received") == [second.receipt, first.receipt]
    assert asked(state="closed") == []
    assert asked(bbox="127.1,36.8,127.3,37") == asked(lon=127.2, lat=36.9, radius_m=50) == [second.receipt]
    page = client.get(ADDRESS, {"limit": 1}).json()
    assert asked(limit=1, after=page["next"]) == [first.receipt]
    for wrong in ({"body": "nowhere"}, {"bbox": "1"}, {"lon": 1}, {"after": "x"}, {"state": "half"}):
        assert client.get(ADDRESS, wrong).status_code == 422, wrong


def test_a_further_word_needs_the_link_or_the_service(routed: World, key: Any) -> None:
    service, stranger = key(routed.there), key(routed.roads)
    receipt = send(service, SAID)["receipt"]
    address = f"{ADDRESS}/{receipt}/words"
    id = str(uuid4())
    first = send(service, {"text": "아직 있어요", "id": id}, address)
    assert send(service, {"text": "아직 있어요", "id": id}, address) == first
    assert first["from_reporter"] is True
    send(stranger, {"text": "나도요"}, address, status=403)
    token = tokens.token_of("report", Report.objects.get().pk)
    assert send(stranger, {"text": "링크로 적어요", "token": token}, address)["from_reporter"]
    send(stranger, {"text": "x", "token": "y" * 43}, address, status=404)
    other = routed.report()
    send(stranger, {"text": "x", "token": token}, f"{ADDRESS}/{other.receipt}/words", status=404)
    send(service, {"text": " "}, address, status=422)
    assert Word.objects.count() == 2


def test_a_conversation_has_an_end(routed: World, key: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_WORDS", 1)
    service = key(routed.there)
    address = f"{ADDRESS}/{send(service, SAID)['receipt']}/words"
    send(service, {"text": "하나"}, address)
    assert "더 적을 수 없습니다" in send(service, {"text": "둘"}, address, status=429)["title"]


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    client = Client()

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    report = world.report()
    addresses = (ADDRESS, f"{ADDRESS}/{report.receipt}", f"{ADDRESS}/{report.receipt}/timeline")

    def more() -> None:
        world.report()
        actions.word_add(by=world.officer, report_id=report.pk, text="살펴보고 있습니다.")
        attachments.attach(by=Viewer.anonymous(), subject=report.urn, circle=report.pk, uploaded=photo())

    more()
    [cost(one) for one in addresses]
    few = [cost(one) for one in addresses]
    more()
    more()
    assert [cost(one) for one in addresses] == few


def test_operators_see_letters_without_what_they_say(routed: World) -> None:
    from django.contrib.admin.sites import site
    from django.test import RequestFactory

    from dure.reports.models import IncomingMail
    from dure.reports.open311.mail import actions as mail
    from tests.reports.open311.letters import letter

    row = mail.mail_take(letter(From="nobody"))
    assert row.state == "failed"
    door: Any = site._registry[IncomingMail]
    assert "sealed" not in door.get_fields(RequestFactory().get("/"), row)
    IncomingMail.objects.filter(pk=row.pk).update(reason="x")
    door.read_again(RequestFactory().post("/"), IncomingMail.objects.all())
    row.refresh_from_db()
    assert row.reason != "x"
