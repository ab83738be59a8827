"""The company desk by API: what is public for anybody, writes with a body's key, and difficulties from partners."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from dure.bodies import actions as bodies
from dure.bodies.models import Body
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.reports import asking
from dure.reports.company import actions
from dure.reports.company.quarters import Quarter
from dure.reports.models import Report, Visit
from tests.reports.company.conftest import collected, hand_in, logged
from tests.reports.world import World, route_to

API = "/api/v1/reports/company"


@pytest.fixture(autouse=True)
def factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.bodies.actions.keys.has_second_factor", lambda person_id: True)


def key_of(head: Viewer) -> Client:
    until = clock.today() + timedelta(days=9)
    made: Any = bodies.create_key(
        by=head, body_id=head.body_id, purpose="연계", scopes=["read", "write"], expires_on=until
    )
    return Client(headers={"Authorization": f"Bearer {made[1]}"})


def post(client: Client, path: str, **data: Any) -> Any:
    return client.post(f"{API}/{path}", data, content_type="application/json")


def test_reading_needs_no_key_and_says_what_is_withheld(world: World, firm: Viewer) -> None:
    actions.care_take(by=world.officer, company_id=firm.body_id)
    logged(world.officer, firm)
    logged(world.officer, firm, heard="설계가 샙니다.", secret=True)
    rule = collected(world.officer)
    hand_in(world, firm)
    hand_in(world, firm, secret=True)
    this = Quarter.of(clock.today())
    fields = {"year": this.year, "quarter": this.number, "on": clock.today(), "place": "회의실"}
    meeting = actions.meeting_plan(by=world.officer, id=uuid7(), fields=fields)
    client = Client()
    care = client.get(f"{API}/care?body={world.here.slug}").json()["items"]
    assert [(row["officer_name"], row["company"]) for row in care] == [("김도로", str(firm.body_id))]
    assert client.get(f"{API}/care?body=nobody-here").status_code == 404
    items = client.get(f"{API}/visits?body={world.here.slug}").json()["items"]
    assert sorted(row["heard"] for row in items) == ["", "창고가 모자랍니다."]
    hidden = next(row for row in items if row["withheld"])
    assert hidden["withheld"]["reason"] == "trade_secret"
    assert "설계가" not in str(items)
    assert [row["heard"] for row in key_of(world.head).get(f"{API}/visits").json()["items"]].count(
        "설계가 샙니다."
    ) == 1
    assert client.get(f"{API}/rules?state=followed").json()["items"][0]["id"] == str(rule.pk)
    assert client.get(f"{API}/rules/{rule.pk}").json()["steps"] == []
    assert client.get(f"{API}/meetings").json()["items"][0]["quarter"] == this.number
    found = client.get(f"{API}/meetings/{meeting.pk}").json()["items"]
    assert sorted((one["kind"], bool(one["withheld"])) for one in found) == [
        ("difficulty", False),
        ("difficulty", True),
        ("rule", False),
    ]
    assert client.get(f"{API}/figures?body={world.here.slug}").json()["open"] == 2
    assert len(client.get(f"{API}/figures").json()["quarters"]) == 8


def test_a_bodys_system_writes(world: World, firm: Viewer) -> None:
    client = key_of(world.head)
    company = Body.objects.get(pk=firm.body_id).slug
    said = {"id": str(uuid7()), "company": company, "on": str(clock.today()), "who": "공장장", "heard": "모자랍니다."}
    due = {"promised": "답", "answer_due": str(clock.today())}
    first = post(client, "visits", **said, **due)
    assert first.status_code == 200, first.json()
    assert post(client, "visits", **said, **due).json()["id"] == first.json()["id"]
    assert Visit.objects.count() == 1
    assert post(client, "visits", **{**said, "id": None, "company": "no-such"}).status_code == 404
    assert post(client, "visits", **{**said, "id": None, "heard": " "}).status_code == 422
    answered = post(client, f"visits/{first.json()['id']}/answer", text="됩니다.")
    assert answered.json()["answer"] == "됩니다."
    assert post(client, f"visits/{first.json()['id']}/answer", text="또").status_code == 409
    rule = post(client, "rules", title="창고", law="조례 제9조", problem="낮습니다.").json()
    step = {"state": "sent", "on": str(clock.today()), "to": "국토부", "source": "공문 1호"}
    moved = post(client, f"rules/{rule['id']}/steps", **step).json()
    assert (moved["state"], moved["steps"][0]["source"]) == ("sent", "공문 1호")
    assert post(client, f"rules/{rule['id']}/steps", **{**step, "state": "collected"}).status_code == 422
    assert post(key_of(firm), "rules", title="창고", law="조례", problem="낮습니다.").status_code == 403


def test_partners_hand_difficulties_in_once(world: World, firm: Viewer) -> None:
    said = {"key": str(uuid7()), "difficulty": "증축이 막혔습니다.", "address": "온샘시"}
    with mock.patch.object(asking, "route_for", return_value=route_to(world.here.code)):
        own = post(key_of(firm), "difficulties", **said).json()
        assert post(key_of(firm), "difficulties", **said).json()["receipt"] == own["receipt"]
        other = {**said, "key": str(uuid7())}
        missing = post(key_of(world.head), "difficulties", **other)
        assert missing.status_code == 422
        made = post(key_of(world.head), "difficulties", **other, company="먼가구").json()
    assert own["body"] == str(world.here.pk)
    reports = {row.receipt: row for row in Report.objects.all()}
    assert reports[own["receipt"]].sender_id == firm.body_id
    assert "먼가구" in reports[made["receipt"]].words
    assert reports[made["receipt"]].source == "api"
    assert Client().get(made["status_url"].split("testserver")[-1]).status_code == 200
