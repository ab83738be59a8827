"""The citizen's pages through the client: the cookie, errors, languages, what is never written down."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from dure.benefits.models import CounterConsent, SavedHousehold, Watch
from dure.benefits.reading import library
from dure.core.models import Event, Message
from tests.benefits.finder.walk import FIND, Walk, mother
from tests.collaboration.world import client_of

COOKIE = "dure_benefits"
pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    content = response.content.decode()
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content[content.index("<main") :])))


def test_a_whole_run_leaves_nothing_but_a_cookie_of_these_pages(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    walk = mother(client)
    response = walk.questions()
    said = text(response)
    for word in ("아동수당", "한부모가족 아동양육비", "660,000원", "가족관계증명서", "지금은 아닙니다"):
        assert word in said
    assert response.headers["Cache-Control"] == "no-store"
    cookie = client.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/benefits/find/", True, "Lax")
    assert not cookie["max-age"]
    assert not cookie["expires"]
    assert len(cookie.value) < 2000
    assert not Session.objects.exists()
    assert not Event.objects.exists()
    assert not Message.objects.exists()
    assert not Watch.objects.exists()
    assert not SavedHousehold.objects.exists()
    assert not CounterConsent.objects.exists()
    with django_assert_max_num_queries(0):
        assert client.get(FIND + "result/").status_code == 200
    pdf = client.get(FIND + "result.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["Cache-Control"] == "no-store"
    for language, font in {"zh-hans": b"NotoSansSC", "vi": b"NotoSansJP", "ja": b"NotoSansJP"}.items():
        client.post("/benefits/language/", {"language": language})
        own, office = (client.get(FIND + "result.pdf" + query).content for query in ("", "?in=ko"))
        assert font in own
        assert (font in office, b"NanumGothic" in office) == (False, True)
    client.post("/benefits/language/", {"language": "ko"})
    answers = text(client.get(FIND + "answers/"))
    assert "10,000,000원" in answers
    assert "다른 답에서 채움" in answers
    client.post(FIND + "forget/")
    assert client.cookies[COOKIE].value == ""


def test_an_unknown_depends_on_a_question_which_leads_back_to_the_result(client: Client) -> None:
    walk = Walk(client)
    walk.begin([("self", "19930403"), ("child", "7")], "5175000000")
    walk.tick("situation", "single_parent")
    walk.tick("money", "earned")
    page = client.get(FIND + "result/").content.decode()
    asked = re.search(r'href="(/benefits/find/q/earned_income/0/\?to=result)"', page)
    assert asked
    assert "이것을 알면 정해집니다" in page
    form = client.get(asked[1])
    assert "이 사람이 일해서 버는 돈" in text(form)
    assert "본인 (만 33세)" in text(form)
    wrong = client.post(FIND + "q/earned_income/0/", {"answer": "많이", "to": "result"})
    assert wrong.status_code == 422
    assert 'value="많이"' in wrong.content.decode()
    too_much = client.post(FIND + "q/earned_income/0/", {"answer": "9000조", "to": "result"})
    assert too_much.status_code == 422
    assert "까지 적을 수 있습니다" in text(too_much)
    done = client.post(FIND + "q/earned_income/0/", {"answer": "150만", "to": "result"})
    assert done.headers["Location"] == FIND + "result/"
    assert "생계급여" in text(client.get(FIND + "result/")).split("더 알아야")[0]


@pytest.mark.parametrize("value", ["x", "gAAAAABnothing", "é", "a" * 3900, ""])
def test_a_cookie_that_cannot_be_read_is_said_and_cleared(client: Client, value: str) -> None:
    client.cookies[COOKIE] = value
    response = client.get(FIND + "result/")
    if not value:
        assert response.headers["Location"] == FIND
        return
    assert response.status_code == 409
    assert "적으신 것을 읽지 못했습니다" in text(response)
    assert client.cookies[COOKIE].value == ""
    assert client.post(FIND).status_code == 302


def test_members_are_added_changed_and_taken_out(client: Client) -> None:
    walk = Walk(client)
    walk.post(FIND, {})
    assert "먼저 본인부터" in text(client.get(FIND + "people/"))
    wrong = client.post(FIND + "people/", {"born": "19931303"})
    assert wrong.status_code == 422
    assert "없는 날짜입니다" in text(wrong)
    assert "19931303" in wrong.content.decode()
    for who, born in (("self", "19930403"), ("child", "20220301"), ("spouse", "")):
        walk.post(FIND + "people/", {"who": who, "born": born})
    walk.post(FIND + "people/1/", {"who": "child", "born": "8"})
    said = text(client.get(FIND + "people/"))
    assert "자녀 (만 8세)" in said
    assert "배우자" in said
    walk.post(FIND + "people/2/", {"remove": "1"})
    assert "배우자" not in text(client.get(FIND + "people/")).split("가족 더하기")[0]
    for _number in range(10):
        walk.post(FIND + "people/", {"who": "other", "born": "70"})
    full = client.post(FIND + "people/", {"who": "other", "born": "70"})
    assert full.status_code == 422
    assert "12명까지만" in text(full)
    assert client.get(FIND + "people/99/").status_code == 302


@pytest.mark.parametrize("path", ["q/nothing/", "q/deposit/0/", "q/care/", "ticks/none/"])
def test_addresses_of_no_question_are_not_found(client: Client, path: str) -> None:
    mother(client)
    assert client.get(FIND + path).status_code == 404
    assert client.get(FIND + "q/care/7/").headers["Location"] == FIND + "people/"


@pytest.mark.parametrize(
    "path", ["people/", "home/", "q/", "answers/", "result/", "watch/", "result.pdf", "ticks/money/"]
)
def test_every_page_opens_with_nothing_told(client: Client, path: str) -> None:
    assert client.get(FIND + path).status_code in {200, 302}


LANGUAGES = {
    "en": ("You should get", "Child allowance", "won"),
    "zh-hans": ("可以领取", "儿童补贴", "韩元"),
    "vi": ("Bạn được nhận", "Trợ cấp trẻ em", "won"),
    "ja": ("受けられます", "児童手当", "ウォン"),
}


def test_five_languages_in_the_same_run(client: Client) -> None:
    mother(client)
    for code, words in LANGUAGES.items():
        client.post("/benefits/language/", {"language": code, "next": FIND + "result/"})
        response = client.get(FIND + "result/")
        said = text(response)
        assert all(word in said for word in words), (code, said[:2000])
        left = re.sub(
            r'<[^>]*lang="ko"[^>]*>[^<]*<', "<", response.content.decode().split("<main")[1].split("</main")[0]
        )
        left = re.sub(r"\([^)]*\)", "", unescape(re.sub(r"<[^>]+>", " ", left))).replace("한국어", "")
        assert not re.search("[가-힣]{2}", left), (code, set(re.findall(r"[^\s]*[가-힣]{2,}[^\s]*", left)))
        assert response.headers["Content-Language"].lower() == code
        frame = response.content.decode().split("<main")[0]
        assert "Find benefits" in frame
    client.post("/preferences/", {"language": "ko"})
    assert "받을 수 있습니다" in text(client.get(FIND + "result/"))


def test_the_browsers_language_is_taken_where_none_was_chosen(client: Client) -> None:
    for wanted, word in (
        ("vi-VN,vi;q=0.9", "Tìm trợ cấp"),
        ("zh-CN", "查找福利"),
        ("fr", "혜택 찾기"),
        ("xx;q=z", "혜택"),
    ):
        assert word in text(client.get("/benefits/", headers={"accept-language": wanted}))


def test_list_search_filters_export_and_pages(client: Client) -> None:
    rules = library().rules.benefits
    assert "생계급여" in text(client.get("/benefits/"))
    assert "그런 혜택을 찾지 못했습니다" in text(client.get("/benefits/?q=혼자 사는 어머니가 받을 수 있는 것"))
    found = text(client.get("/benefits/?q=child allowance"))
    assert "아동수당" in found
    assert "생계급여" not in found
    local = text(client.get("/benefits/?area=1168000000"))
    assert "서울 청년수당" in local
    assert "경기 청년기본소득" not in local
    lines = client.get("/benefits/benefits.csv?level=national").getvalue().decode().splitlines()
    national = sum(1 for one in rules.values() if one.level == "national")
    assert len(lines) == national + 1
    assert client.get("/benefits/benefits.pdf").status_code == 404
    for id in list(rules)[::4]:
        page = client.get(f"/benefits/{id}/")
        assert page.status_code == 200, id
        assert "확인 필요" in text(page) or not rules[id].to_check
    assert client.get("/benefits/livelihood-benefit/rule.yaml").content.decode() == rules["livelihood-benefit"].text
    assert client.get("/benefits/nothing/").status_code == 404
    one = text(client.get("/benefits/livelihood-benefit/"))
    assert "4명 가구: 소득인정액이 한 달 2,078,316원 이하" in one
    assert "국민기초생활 보장법 제8조제2항" in one


def test_saving_needs_an_account_and_can_be_undone(world: Any) -> None:
    anybody = Client()
    mother(anybody)
    assert anybody.post(FIND + "save/").status_code == 401
    client = client_of(world.citizen)
    mother(client)
    assert client.post(FIND + "save/").headers["Location"] == "/benefits/kept/"
    row = SavedHousehold.objects.get()
    assert "1993" not in row.told
    assert "저장한 답 지우기" in text(client.get("/benefits/kept/"))
    client.post(FIND + "forget/")
    loaded = client.post(FIND + "load/", follow=True)
    assert "아동수당" in text(loaded)
    client.post("/benefits/kept/")
    assert not SavedHousehold.objects.exists()
    assert client.post(FIND + "load/").status_code == 404
    assert "아동수당" not in text(client_of(world.other).get("/benefits/kept/"))


def test_api(client: Client) -> None:
    listed = client.get("/api/v1/benefits?q=아동수당").json()["items"]
    assert [one["id"] for one in listed if one["names"]["en"] == "Child allowance"] == ["child-allowance"]
    assert client.get("/api/v1/benefits/child-allowance").json()["rule"].startswith("benefit: child-allowance")
    assert client.get("/api/v1/benefits/none").status_code == 404

    def send(said: Any) -> Any:
        return client.post("/api/v1/benefits/eval", json.dumps(said), content_type="application/json")

    household = {"facts": {"household_size": 4, "recognized_income": 1_500_000}}
    done = send({"household": household, "on": "2026-01-01", "benefit": "livelihood-benefit"})
    assert done.status_code == 200, done.content
    answer = done.json()["answers"][0]
    assert (answer["eligible"], answer["amounts"][0]["won"]) == (True, 578_316)
    for wrong in (
        {"household": {"facts": {"recognized_income": 1.5}}},
        {"household": {"facts": {"nothing": 1}}},
        {"household": household, "on": "1999-01-01"},
        {"household": household, "benefit": "none"},
        {"household": household, "language": "fr"},
        {"household": {"members": [{}] * 500}},
        {},
    ):
        refused = send(wrong)
        assert refused.status_code == 422, wrong
        assert refused.json()["errors"], wrong
    assert not Event.objects.exists()
