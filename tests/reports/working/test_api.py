"""The work on reports by API: with a body's key, for its own reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dure.bodies import actions as bodies
from dure.core import clock
from dure.reports.models import Report
from tests.reports.world import World


@pytest.fixture(autouse=True)
def factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.bodies.actions.keys.has_second_factor", lambda person_id: True)


def client_with(world: World, *scopes: str) -> Client:
    until = clock.today() + timedelta(days=9)
    made: Any = bodies.create_key(
        by=world.head, body_id=world.here.pk, purpose="연계", scopes=list(scopes), expires_on=until
    )
    return Client(headers={"Authorization": f"Bearer {made[1]}"})


def test_a_bodys_system_works_on_its_reports(world: World) -> None:
    first, second, theirs = world.report(), world.report(), world.report(to=world.there)
    client = client_with(world, "read", "write")
    page = client.get("/api/v1/reports/work?limit=1").json()
    rest = client.get(f"/api/v1/reports/work?limit=5&after={page['next']}").json()
    assert [row["receipt"] for row in page["items"] + rest["items"]] == [first.receipt, second.receipt]
    assert rest["next"] is None

    def post(report: Report, what: str, **data: Any) -> Any:
        return client.post(f"/api/v1/reports/{report.receipt}/{what}", data, content_type="application/json")

    assert post(first, "updates", text="갑니다.").json()["kind"] == "update"
    assert post(first, "questions", text="어디인가요?", days=3).json()["report"]["state"] == "asked"
    assert post(first, "answer", text="치웠습니다.", outcome="solved").json()["report"]["state"] == "closed"
    assert post(first, "answer", text="또", outcome="solved").status_code == 409
    assert post(first, "answer", text="또", outcome="joined").status_code == 422
    assert post(theirs, "updates", text="갑니다.").status_code == 403
    moved = post(second, "moves", target=world.there.slug, reason="그 군의 길입니다.").json()
    assert moved["target"] == str(world.there.pk)
    assert post(second, "moves", target="no-such", reason="그 군의 길입니다.").status_code == 404


def test_reading_does_not_write(world: World) -> None:
    report = world.report()
    client = client_with(world, "read")
    sent = {"text": "갑니다."}
    answer = client.post(f"/api/v1/reports/{report.receipt}/updates", sent, content_type="application/json")
    assert answer.status_code == 403
    assert Client().get("/api/v1/reports/work").status_code == 401
