from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from dure.bodies import actions as bodies
from dure.collaboration.decisions import actions
from dure.collaboration.decisions.models import Proposal, Vote
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.ids import uuid7
from tests.collaboration.world import World, officer


@pytest.fixture
def api(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The address of a collaboration's proposals and a client with a key of one of its parties."""
    cache.clear()
    monkeypatch.setattr("dure.bodies.actions.keys.has_second_factor", lambda person_id: True)
    together = world.together()
    body = together.parties.get(body_id=world.other.body_id).body
    head = officer(body, "박대표", "head")
    until = clock.today() + timedelta(days=9)
    scopes = ["read", "write"]
    _key, token = bodies.create_key(by=head, body_id=body.pk, purpose="표", scopes=scopes, expires_on=until)
    return f"/api/v1/collaborations/{together.receipt}/proposals", Client(headers={"Authorization": f"Bearer {token}"})


def send(client: Client, method: str, address: str, data: dict[str, Any]) -> Any:
    return getattr(client, method)(address, data, content_type="application/json")


def test_a_bodys_system_proposes_and_votes_and_all_read_it(api: Any, world: World) -> None:
    address, client = api
    id = str(uuid7())
    for _time in range(2):
        made = send(client, "post", address, {"id": id, "title": "매달 모입니다", "text": "첫 월요일"})
        assert made.status_code == 201
    assert Proposal.objects.count() == 1
    voted = send(client, "put", f"{address}/{id}/vote", {"choice": "agree", "reason": "좋습니다"})
    assert voted.status_code == 200
    (line,) = Client().get(address).json()["items"]
    assert (line["state"], line["count"]["agree"], line["votes"][0]["reason"]) == ("open", 1, "좋습니다")
    assert Client().get(f"{address}/{id}").json()["rule"]
    blocked = send(client, "put", f"{address}/{id}/vote", {"choice": "block"})
    assert (blocked.status_code, blocked.json()["errors"][0]["field"]) == (422, "reason")
    assert send(Client(), "put", f"{address}/{id}/vote", {"choice": "agree"}).status_code == 401
    assert Vote.objects.count() == 1


def test_what_an_effect_needs_is_asked_as_on_the_page(api: Any) -> None:
    address, client = api
    wanted = {"kind": "withhold_part", "text": "땅값", "data": {"part": "place", "reason": "speculation"}}
    said = send(client, "post", address, wanted)
    assert (said.status_code, said.json()["errors"][0]["field"]) == (422, "data.review_on")
    wanted["data"]["review_on"] = (clock.today() + timedelta(days=9)).isoformat()  # type: ignore[index]
    assert send(client, "post", address, wanted).status_code == 201
    assert send(client, "post", address, {"kind": "nothing", "title": "x", "text": "x"}).status_code == 422


def test_a_withheld_one_is_named_as_withheld(api: Any, world: World) -> None:
    address, client = api
    narrow = {"level": "partners", "reason": "deliberation", "review_on": clock.today() + timedelta(days=9)}
    id = Collaboration.objects.get().pk
    actions.proposal_make(by=world.asker, id=id, title="속뜻", text="안에서만", narrow=narrow)
    (outside,) = Client().get(address).json()["items"]
    assert (outside["title"], outside["count"], outside["withheld"]["reason"]) == (None, None, "deliberation")
    assert client.get(address).json()["items"][0]["title"] == "속뜻"


def test_pages_follow_each_other(api: Any, world: World) -> None:
    address, client = api
    for number in range(3):
        send(client, "post", address, {"title": f"안건 {number}", "text": "글"})
    first = Client().get(address, {"limit": 2}).json()
    second = Client().get(address, {"limit": 2, "after": first["next"]}).json()
    titles = [one["title"] for one in first["items"] + second["items"]]
    assert titles == ["안건 2", "안건 1", "안건 0"]
