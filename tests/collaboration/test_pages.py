from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from dure.bodies.models import Body
from dure.bodies.names import normal
from dure.collaboration import actions
from dure.collaboration.models import Collaboration, Opinion
from dure.collaboration.resources import resource_of
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from tests.collaboration.world import World, client_of

NOBODY = Viewer.anonymous()


def page(collaboration: Collaboration) -> str:
    return reverse("collaboration:page", args=[collaboration.receipt])


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


class TestLists:
    def test_the_list_asks_as_often_for_twenty_as_for_one(self, world: World) -> None:
        address = reverse("collaboration:list")
        world.offer(world.call())
        one = queries_of(Client(), address)
        for number in range(19):
            call = world.call(title=f"함께할 일 {number}")
            actions.opinion_say(by=world.citizen, id=call.pk, text="좋아요")
        assert queries_of(Client(), address) == one

    def test_a_page_asks_as_often_for_twenty_opinions_as_for_one(self, world: World) -> None:
        call = world.call()
        first = actions.opinion_say(by=world.citizen, id=call.pk, text="첫 의견")
        actions.opinion_say(by=world.citizen, id=call.pk, text="답", parent_id=first.pk)
        one = queries_of(Client(), page(call))
        for number in range(20):
            said = actions.opinion_say(by=world.citizen, id=call.pk, text=f"의견 {number}")
            actions.opinion_say(by=world.offerer, id=call.pk, text="답", parent_id=said.pk)
        assert queries_of(Client(), page(call)) == one

    def test_filters_and_pages(self, world: World) -> None:
        for number in range(21):
            world.call(title=f"쪽을 넘는 일 {number:02}", field="교육")
        closed = world.call(title="지난 일", field="교육")
        Collaboration.objects.get(pk=closed.pk)
        type(closed.call).objects.filter(pk=closed.pk).update(join_until=clock.today() - timedelta(days=1))
        client = Client()
        first = client.get(reverse("collaboration:list"), {"field": "교육"}).content.decode()
        second = client.get(reverse("collaboration:list"), {"field": "교육", "page": "2"}).content.decode()
        assert (first.count("<article"), second.count("<article")) == (20, 1)
        over = client.get(reverse("collaboration:list"), {"state": "closed"}).content.decode()
        assert "지난 일" in over
        assert "쪽을 넘는 일" not in over
        none = client.get(reverse("collaboration:list"), {"field": "안전/치안"}).content.decode()
        assert "맞는 협업이 없습니다" in none

    @pytest.mark.parametrize("query", ["page=-1", "page=x", "sort=%00", "field='--", "q=" + "가" * 999, "sido=99"])
    def test_odd_addresses_are_no_errors(self, world: World, query: str) -> None:
        assert Client().get(reverse("collaboration:list") + f"?{query}").status_code == 200


class TestAsking:
    def test_without_a_sign_in_one_is_sent_to_sign_in(self, db: None) -> None:
        answer = Client().get(reverse("collaboration:ask_new"))
        assert answer.status_code in (302, 401)
        assert "login" in (answer.get("Location") or answer.content.decode())

    def test_opening_the_form_writes_nothing(self, world: World) -> None:
        client = client_of(world.asker)
        client.get(client.get(reverse("collaboration:ask_new")).url)
        assert not Collaboration.objects.exists()

    def test_typing_saves_and_shows_what_is_alike(self, world: World) -> None:
        id = uuid7()
        address = reverse("collaboration:ask_save", args=[id]) + "?step=1"
        answer = client_of(world.asker).post(address, {"title": "빈집을 고칩니다", "problem": "", "for_whom": ""})
        assert "저장했습니다" in answer.content.decode()
        assert Collaboration.objects.get(pk=id).call.title == "빈집을 고칩니다"

    def test_what_was_typed_comes_back_with_the_error(self, world: World) -> None:
        address = reverse("collaboration:ask", args=[uuid7()]) + "?step=4"
        typed = {"area_names": "없는시", "place": "북쪽 골짜기", "join_until": "2020-99-99"}
        answer = client_of(world.asker).post(address, typed)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "북쪽 골짜기" in text
        assert "찾지 못한 지역: 없는시" in text
        assert not Collaboration.objects.exists()

    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_places_of_one_name_come_back_as_they_can_be_sent_again(self, world: World, language: str) -> None:
        for code, ko, en in (
            ("2711000000", "대구광역시 중구", "Jung-gu, Daegu Metropolitan City"),
            ("2611000000", "부산광역시 중구", "Jung-gu, Busan Metropolitan City"),
        ):
            Body.objects.create(
                kind="sigungu",
                code=code,
                code_scheme="mois-10",
                name_ko="중구",
                full_name_ko=ko,
                name_en="Jung-gu",
                full_name_en=en,
                slug=code,
                search_text=f"{normal(ko)} {normal(en)}",
            )
        client, id = client_of(world.asker), uuid7()
        address = reverse("collaboration:ask", args=[id]) + "?step=4"
        asked = {"headers": {"accept-language": language}}
        typed = {"area_names": "부산광역시 중구, 대구광역시 중구", "join_until": ""}
        assert client.post(address, typed, **asked).status_code == 302
        shown = client.get(address, **asked).context["form"]["area_names"].value()
        assert ("Daegu" in shown) == (language == "en")
        assert client.post(address, {"area_names": shown, "join_until": ""}, **asked).status_code == 302
        assert Collaboration.objects.get(pk=id).call.areas == ["2611000000", "2711000000"]
        several = client.post(address, {"area_names": "중구"}, **asked)
        assert several.status_code == 422
        assert ("Jung-gu, Daegu Metropolitan City · Jung-gu, Busan" in several.content.decode()) == (language == "en")

    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_the_kind_of_a_line_is_understood_in_both_languages(self, language: str) -> None:
        with translation.override(language):
            assert resource_of("데이터: 병원 이용") == ("data", "병원 이용")
            assert resource_of("Data: 병원 이용") == ("data", "병원 이용")
            assert resource_of("space and facilities: 옛 학교") == ("space", "옛 학교")
            assert resource_of("10:30: 회의") == ("other", "10:30: 회의")

    def test_a_whole_call_by_the_pages_alone(self, world: World) -> None:
        client, id = client_of(world.asker), uuid7()
        until = clock.today() + timedelta(days=10)
        steps: list[dict[str, Any]] = [
            {"title": "우리 일", "problem": "막막합니다", "for_whom": "주민"},
            {"goal": "풀기", "field": "교육", "target": "", "attribute": "", "technology": ""},
            {"brings": "예산: 1억 원\n담당자 한 명", "lacks": "데이터: 이용 기록"},
            {"area_names": "", "place": "", "starts_on": "", "ends_on": "", "join_until": str(until)},
        ]
        for number, fields in enumerate(steps, start=1):
            answer = client.post(reverse("collaboration:ask", args=[id]) + f"?step={number}", fields)
            assert answer.status_code == 302, answer.content.decode()
        review = reverse("collaboration:ask", args=[id]) + "?step=5"
        assert "이용 기록" in client.get(review).content.decode()
        assert client.post(review).status_code == 302
        made = Collaboration.objects.get(pk=id)
        assert made.stage == "asked"
        assert [(i.resource, i.text) for i in made.call.brings] == [("budget", "1억 원"), ("people", "담당자 한 명")]

    def test_publishing_too_early_says_what_is_missing(self, world: World) -> None:
        draft = world.draft(goal="")
        answer = client_of(world.asker).post(reverse("collaboration:ask", args=[draft.pk]) + "?step=5")
        assert answer.status_code == 422
        assert "바라는 결과를 적어 주세요" in answer.content.decode()


class TestOpinions:
    def test_a_guest_without_a_good_address_keeps_the_words(self, world: World) -> None:
        call = world.call()
        answer = Client().post(
            reverse("collaboration:opinion_say", args=[call.receipt]),
            {"text": "밤에도 다니면 좋겠어요", "channel": "email", "address": "그런 주소"},
        )
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "밤에도 다니면 좋겠어요" in text
        assert 'aria-invalid="true"' in text
        assert not Opinion.objects.exists()

    def test_the_telephone_is_offered_only_where_texts_can_be_sent(self, world: World, settings: Any) -> None:
        call = world.call()
        assert "휴대전화" not in Client().get(page(call)).content.decode()
        settings.GATEWAYS = {**settings.GATEWAYS, "sms": ("http://127.0.0.1:9/", "key")}
        assert "휴대전화" in Client().get(page(call)).content.decode()

    def test_a_guest_is_told_what_comes_next(self, world: World) -> None:
        call, other = world.call(), world.call()
        said = {"text": "밤에도 다니면 좋겠어요", "channel": "email", "address": "who@test.example"}
        answer = Client().post(reverse("collaboration:opinion_say", args=[call.receipt]), said)
        assert "24시간" in Client().get(answer.url).content.decode()
        elsewhere = answer.url.replace(call.receipt, other.receipt)
        assert Client().get(elsewhere).status_code == 302

    def test_script_in_an_opinion_is_text(self, world: World) -> None:
        call = world.call()
        actions.opinion_say(by=world.citizen, id=call.pk, text="<script>alert(1)</script>")
        assert "<script>alert" not in Client().get(page(call)).content.decode()


def test_a_withheld_file_is_not_there_for_outsiders(world: World) -> None:
    call = world.call()
    narrow = {"level": "body", "reason": "deliberation", "review_on": clock.today() + timedelta(days=9)}
    upload = SimpleUploadedFile("계획.txt", "속내".encode(), "text/plain")
    actions.file_add(by=world.asker, id=call.pk, uploaded=upload, visibility=narrow)
    text = client_of(world.asker).get(page(call)).content.decode()
    address = re.search(r'href="(/files/[^"]+)"', text)
    assert address
    assert client_of(world.asker).get(address[1]).status_code == 200
    assert Client().get(address[1]).status_code == 404
    assert "파일 1개" in Client().get(page(call)).content.decode()


def test_feeds_are_feeds(world: World) -> None:
    call = world.call()
    for address in (reverse("collaboration:feed"), reverse("collaboration:feed_one", args=[call.receipt])):
        answer = Client().get(address)
        assert answer["Content-Type"].startswith("application/atom+xml")
        assert call.call.title in answer.content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_as_a_file(world: World, kind: str) -> None:
    world.call(title="=1+1")
    answer = Client().get(reverse("collaboration:export", args=[kind]))
    body = b"".join(answer.streaming_content)
    if kind == "csv":
        assert "'=1+1" in body.decode("utf-8-sig")
    else:
        assert body.startswith(b"PK")


class TestTimeline:
    def test_older_lines_are_offered_only_where_there_are_some(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call = world.call()
        world.offer(call)
        lines = reverse("collaboration:lines", args=[call.receipt])
        count = Client().get(lines).content.decode().count("<time")
        for most, offered in ((count, False), (count - 1, True)):
            monkeypatch.setattr("dure.collaboration.pages.show.LINES", most)
            assert ("더 앞의 일" in Client().get(lines).content.decode()) is offered
            assert (f"{lines}?before=" in Client().get(page(call)).content.decode()) is offered
