"""A body's system answers with the body's key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from dure.bodies import actions as bodies
from dure.core import clock
from dure.needs.models import NeedsAnswer
from tests.bodies.conftest import _table_loaded, people, table  # noqa: F401
from tests.needs.world import World

GAPYEONG = "4182000000"


def test_a_system_answers_and_changes_its_answer(world: World, people: Any, table: None) -> None:  # noqa: F811
    head = people.acting("책임자", GAPYEONG, "head")
    people.second_factor("책임자")
    until = clock.today() + timedelta(days=30)
    token = bodies.create_key(
        by=head, body_id=head.body_id, purpose="시험", scopes=["read", "write"], expires_on=until
    )[1]
    survey = world.survey(named=[head.body_id])
    need = world.listed(survey)[0]
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def put(**data: Any) -> Any:
        return client.put(f"/api/v1/needs/{survey.receipt}/answer", data, content_type="application/json")

    priorities = [{"need": str(need.pk), "value": 5}]
    first = put(priorities=priorities, own=[{"title": "밤 택시", "points": 4}])
    assert first.status_code == 200
    assert first.json()["priorities"] == priorities
    again = put(priorities=priorities, own=[{"title": "밤에 부르는 택시", "points": 5}])
    assert again.json()["own"] == first.json()["own"]
    assert NeedsAnswer.objects.get().person_id is None
    assert put(priorities=[{"need": str(need.pk), "value": 9}]).status_code == 422
    assert put(own=[{"title": "가" * 40_000, "points": 5}]).status_code == 422
    assert put(priorities=[{"need": str(survey.pk), "value": 5}]).json()["errors"][0]["field"] == "priorities"
    world.later(8)
    late = put(priorities=priorities)
    assert late.status_code == 409
    assert late.json()["code"] == "conflict"
    assert Client().get(f"/api/v1/needs/{survey.receipt}/needs").json()["items"][-1]["title"] == "밤에 부르는 택시"


def test_nobody_answers_without_a_key(world: World) -> None:
    survey = world.survey()
    address = f"/api/v1/needs/{survey.receipt}/answer"
    assert Client().put(address, {}, content_type="application/json").status_code == 401
