"""The pages through a browser's requests, without JavaScript."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.core.ids import uuid7
from dure.needs import queries
from dure.needs.models import NeedsAnswer, NeedsSurvey
from tests.collaboration.world import client_of
from tests.needs.world import WHOLE, World


def text(response: Any) -> str:
    return str(response.content.decode())


def test_from_draft_to_open(world: World) -> None:
    client = client_of(world.asker)
    address = client.get("/needs/new/")["Location"]
    assert "길잡이 1가지" in text(client.get(address)), "the guideline's hint of the room beside"
    sent = {"title": "무엇이 필요한가요", "mode": "points", "needs": "정산표\n사례", "save": "1"}
    assert client.post(address, sent).status_code == 302
    assert "정산표\n사례" in text(client.get(address))
    page = client.post(address, {**sent, "open": "1"})
    assert page.status_code == 422
    assert "왜 묻는지 적어 주세요." in text(page)
    more = {"purpose": "알고 싶습니다.", "use": "답합니다.", "until": "2999-01-01", "named": "가람군, 없는군"}
    page = client.post(address, {**sent, **more})
    assert page.status_code == 422
    assert "찾지 못한 기관: 없는군" in text(page)
    assert "가람군, 없는군" in text(page)
    survey = NeedsSurvey.objects.get()
    assert survey.state == "draft"
    assert client.post(f"/needs/edit/{survey.pk}/delete/").status_code == 302
    assert not NeedsSurvey.objects.exists()


def test_answering_on_a_page(world: World) -> None:
    survey = world.survey()
    client = client_of(world.one)
    address = f"/needs/{survey.receipt}/answer/"
    assert client.get(address).status_code == 200
    need = world.listed(survey)[0]
    sent = {f"priority_{need.pk}": "5", "own_1_title": "밤 택시", "own_1_why": "가" * 1001, "own_1_points": "4"}
    page = client.post(address, sent)
    assert page.status_code == 422
    assert "밤 택시" in text(page)
    assert "1,001" in text(page)
    assert client.post(address, {**sent, "own_1_why": "밤에\t다닐\n길"}).status_code == 302
    assert NeedsAnswer.objects.get().priorities == {str(need.pk): 5}
    assert "selected" in text(client.get(address))
    assert "밤 택시" in text(Client().get(f"/needs/{survey.receipt}/"))


def test_late_keeps_what_was_typed(world: World) -> None:
    survey = world.survey()
    world.later(8)
    client = client_of(world.one)
    page = client.post(f"/needs/{survey.receipt}/answer/", {"own_1_title": "밤 택시", "own_1_points": "5"})
    assert page.status_code == 422
    assert "마감되어" in text(page)
    assert "밤 택시" in text(page)


def test_narrowing_and_opening(world: World) -> None:
    survey = world.survey()
    world.give(world.one, survey, [5], "비밀 수요")
    client = client_of(world.one)
    address = f"/needs/{survey.receipt}/narrow/"
    assert client.post(address, {"reason": "deliberation", "review_on": "2001-01-01"}).status_code == 422
    day = str(survey.until)
    assert client.post(address, {"reason": "deliberation", "review_on": day}).status_code == 302
    page = text(Client().get(f"/needs/{survey.receipt}/"))
    assert "비밀 수요" not in page
    assert "공개되지 않음" in page
    client.post(address, {"open": "1"})
    assert "비밀 수요" in text(Client().get(f"/needs/{survey.receipt}/"))


def test_sorting_on_a_page(world: World) -> None:
    survey = world.sorting()
    client = client_of(world.asker)
    address = f"/needs/{survey.receipt}/sort/"
    page = text(client.get(address))
    assert "겹치는 말" in page
    ids = [str(world.own(survey, title).pk) for title in ("밤에 부르는 택시", "밤에 택시 부르기")]
    bad = client.post(address, {"needs": ids[:1], "title": "밤 택시", "why": "같음"})
    assert bad.status_code == 422
    assert 'value="밤 택시"' in text(bad)
    assert client.post(address, {"needs": ids, "title": "밤 택시", "why": "같음"}).status_code == 302
    merge = queries.tree(world.asker, survey)[-1].merge
    assert merge
    assert client.post(f"/needs/{survey.receipt}/split/{ids[0]}/").status_code == 302
    again = client.post(f"/needs/{survey.receipt}/undo/{merge.pk}/", follow=True)
    assert "이미 되돌린 합치기입니다." in text(again)
    assert client_of(world.one).get(address).status_code == 403


def test_a_need_s_page(world: World) -> None:
    survey = world.sorting()
    merge = world.merge(survey)
    own = world.own(survey, "밤에 부르는 택시")
    address = f"/needs/{survey.receipt}/needs/{own.pk}/"
    writer = client_of(world.one)
    assert "이 수요가 간 곳" in text(writer.get(address))
    assert writer.post(address, {"do": "object", "text": ""}).status_code == 422
    assert writer.post(address, {"do": "object", "text": "다릅니다."}).status_code == 302
    asker = client_of(world.asker)
    objection = own.objections.get()
    assert asker.post(f"{address}reply/{objection.pk}/", {"text": "보았습니다."}).status_code == 302
    assert "보았습니다." in text(Client().get(address))
    top = f"/needs/{survey.receipt}/needs/{merge.result_id}/"
    page = asker.post(top, {"do": "verdict", "verdict": "later", "reason": "내년에 봅니다."})
    assert page.status_code == 422
    assert "내년에 봅니다." in text(page)
    assert asker.post(top, {"do": "verdict", "verdict": "no", "reason": "예산이 없습니다."}).status_code == 302
    assert "예산이 없습니다." in text(Client().get(f"/needs/{survey.receipt}/results/"))
    assert asker.post(top, {"do": "nothing"}).status_code == 422
    sent = {"do": "verdict", "verdict": "no", "reason": "몰래"}
    assert Client().post(top, sent).status_code == 401
    assert writer.post(top, sent).status_code == 403
    assert asker.post(top, {"do": "outcome", "outcome": "done", "note": "됨"}).status_code == 409


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_order_as_a_file(world: World, kind: str) -> None:
    survey = world.sorting()
    response = Client().get(f"/needs/{survey.receipt}/ranking.{kind}")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if kind == "json":
        assert json.loads(content)["items"][0]["place"] == 1
    elif kind == "csv":
        assert "정산표" in content.decode("utf-8-sig")
    else:
        assert content[:2] == b"PK"
    assert Client().get(f"/needs/{survey.receipt}/ranking.pdf").status_code == 404


def test_lists_and_search(world: World) -> None:
    survey = world.survey()
    world.draft(title="우리만 보는 초안")
    for query in ("", "?state=all", "?q=시스템", "?state=mine", "?state=nonsense&page=x"):
        assert survey.title in text(Client().get(f"/needs/{query}"))
    assert "우리만 보는 초안" not in text(Client().get("/needs/?state=all"))
    assert "우리만 보는 초안" in text(client_of(world.asker).get("/needs/?state=draft"))
    assert "맞는 수요조사가 없습니다" in text(Client().get("/needs/?q=쀍쀍"))


def test_in_english(world: World) -> None:
    survey = world.sorting()
    client = Client(headers={"accept-language": "en"})
    page = text(client.get(f"/needs/{survey.receipt}/ranking/"))
    assert "Mean score (50)" in page


def test_the_api(world: World) -> None:
    survey = world.survey()
    assert Client().get("/api/v1/needs").json()["items"][0]["receipt"] == survey.receipt
    whole = Client().get(f"/api/v1/needs/{survey.receipt}").json()
    assert [need["title"] for need in whole["needs"]] == WHOLE["needs"]
    draft = world.draft()
    assert Client().get(f"/api/v1/needs/{draft.receipt}").status_code == 404
    world.give(world.one, survey, [5])
    assert Client().get(f"/api/v1/needs/{survey.receipt}/ranking").json()["items"][0]["index"] > 0
    assert Client().get(f"/api/v1/needs/{survey.receipt}/needs").json()["items"][0]["verdict"] is None


def test_the_page_s_queries_do_not_grow(world: World) -> None:
    survey = world.survey()
    client = Client()
    client.get(f"/needs/{survey.receipt}/")
    world.give(world.one, survey, [5], "하나")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/needs/{survey.receipt}/")
    world.give(world.two, survey, [5], "둘", "셋")
    world.give(world.three, survey, [5], "넷")
    with CaptureQueriesContext(connection) as three:
        client.get(f"/needs/{survey.receipt}/")
    assert len(one) == len(three)


def test_a_made_up_id_is_not_found(world: World) -> None:
    survey = world.sorting()
    for path in (f"needs/{uuid7()}/", "nothing/"):
        assert Client().get(f"/needs/{survey.receipt}/{path}").status_code == 404
    assert Client().get("/needs/N-2611-0000000-0/").status_code == 404
