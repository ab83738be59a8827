from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dure.bodies.models import Membership
from dure.bodies.names import normal
from dure.collaboration.decisions import actions
from dure.collaboration.decisions.models import Admission, Proposal, Vote
from dure.collaboration.models import Collaboration, Party
from dure.core import clock
from dure.core.ids import uuid7
from tests.collaboration.decisions.conftest import Clock
from tests.collaboration.world import World, body, client_of, officer


def at(name: str, together: Collaboration, *more: Any) -> str:
    return reverse(f"decisions:{name}", args=[together.receipt, *more])


def made(world: World, together: Collaboration, **more: Any) -> Proposal:
    fields = {"title": "매달 모입니다", "text": "첫 월요일에 만납니다.", **more}
    return actions.proposal_make(by=world.asker, id=together.pk, **fields)


def asked(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def day(number: int) -> str:
    return (clock.today() + timedelta(days=number)).isoformat()


class TestReading:
    def test_everybody_reads_who_said_what_and_how_it_is_decided(self, world: World) -> None:
        together = world.together()
        one = made(world, together)
        actions.vote_cast(by=world.other, id=one.pk, choice="disagree", reason="너무 잦습니다")
        page = Client().get(at("page", together)).content.decode()
        assert "기본 방식" in page
        assert "막는 기관이 없고 찬성이 반대보다 많으면" in page
        assert "3곳 가운데 1곳이 뜻을 밝힘" in page
        shown = Client().get(at("proposal", together, one.pk)).content.decode()
        assert "너무 잦습니다" in shown
        assert "뜻 밝히기" not in shown
        english = Client().get(at("proposal", together, one.pk), headers={"accept-language": "en"}).content.decode()
        assert "So far 0 agree, 0 abstain, 1 disagree" in english

    @pytest.mark.slow
    def test_the_lists_ask_as_often_for_many_as_for_one(self, world: World) -> None:
        together = world.together()
        client = client_of(world.other)

        def fill(number: int) -> None:
            for _time in range(number):
                one = made(world, together)
                for viewer in (world.asker, world.other):
                    actions.vote_cast(by=viewer, id=one.pk, choice="agree")
                    actions.vote_cast(by=viewer, id=one.pk, choice="abstain")
                two = made(world, together)
                actions.vote_cast(by=world.other, id=two.pk, choice="block", reason="아직 이릅니다")

        fill(1)
        few = [asked(client, at(name, together, *more)) for name, *more in (("page",), ("export", "csv"))]
        fill(6)
        assert [asked(client, at(name, together, *more)) for name, *more in (("page",), ("export", "csv"))] == few

    def test_what_is_withheld_stands_as_withheld(self, world: World) -> None:
        together = world.together()
        narrow = {"level": "partners", "reason": "deliberation", "review_on": clock.today() + timedelta(days=9)}
        one = made(world, together, narrow=narrow)
        for address in (at("page", together), at("proposal", together, one.pk), at("export", together, "csv")):
            answer = Client().get(address)
            text = b"".join(answer) if answer.streaming else answer.content
            assert "매달 모입니다" not in text.decode()
            assert "아직 정하는 중인 일의 공정성" in text.decode()
        assert "매달 모입니다" in client_of(world.other).get(at("page", together)).content.decode()

    def test_the_file_has_a_line_for_every_vote(self, world: World) -> None:
        together = world.together()
        one = made(world, together, title="=1+1 회의")
        for viewer in (world.other, world.asker):
            actions.vote_cast(by=viewer, id=one.pk, choice="agree", reason="좋습니다")
        lines = b"".join(Client().get(at("export", together, "csv"))).decode("utf-8-sig").splitlines()
        assert len(lines) == 3
        assert "'=1+1 회의" in lines[1]
        assert Client().get(at("export", together, "pdf")).status_code == 404

    @pytest.mark.parametrize("query", ["state=x", "page=-1", "page=999", "state=%00"])
    def test_odd_addresses_are_no_errors(self, world: World, query: str) -> None:
        assert Client().get(at("page", world.together()) + f"?{query}").status_code == 200

    def test_an_unknown_one_is_not_there(self, world: World) -> None:
        together, other = world.together(), world.together()
        one = made(world, together)
        assert Client().get(at("proposal", together, uuid7())).status_code == 404
        assert Client().get(at("proposal", other, one.pk)).status_code == 404


class TestProposing:
    def test_by_the_pages_alone(self, world: World) -> None:
        together, client = world.together(), client_of(world.other)
        assert "새 기관 맞아들이기" in client.get(at("choose", together)).content.decode()
        address = client.get(at("propose_new", together, "text")).url
        said = {"title": "매달 모입니다", "text": "첫 월요일", "deadline": day(5)}
        for _time in range(2):
            assert client.post(address, said).status_code == 302
        assert Proposal.objects.get().body_id == world.other.body_id

    def test_errors_keep_what_was_typed(self, world: World) -> None:
        together, client = world.together(), client_of(world.other)
        typed = {"title": "", "text": "쓰던 글", "deadline": "2020-01-01"}
        answer = client.post(at("propose", together, "text", uuid7()), typed)
        assert answer.status_code == 422
        assert "쓰던 글" in answer.content.decode()
        long = client.post(at("propose", together, "text", uuid7()), {**typed, "title": "x", "text": "가" * 40_000})
        assert long.status_code == 422
        early = client.post(at("propose", together, "text", uuid7()), {**typed, "title": "x"})
        assert "90일 안" in early.content.decode()

    def test_an_effect_asks_for_what_it_needs(self, world: World) -> None:
        together, client = world.together(), client_of(world.other)
        address = at("propose", together, "withhold_part", uuid7())
        said = {
            "text": "땅값 때문에",
            "deadline": day(5),
            "data-part": "place",
            "data-reason": "",
            "data-review_on": day(9),
        }
        answer = client.post(address, said)
        assert (answer.status_code, "땅값 때문에" in answer.content.decode()) == (422, True)
        late = client.post(address, {**said, "data-reason": "speculation", "data-review_on": day(400)})
        assert "1년 안으로" in late.content.decode()
        assert client.post(address, {**said, "data-reason": "speculation"}).status_code == 302
        assert Proposal.objects.get().data["part"] == "place"

    def test_taking_in_and_parting_by_name(self, world: World) -> None:
        together, client = world.together(), client_of(world.asker)
        new = body("한빛군")
        type(new).objects.filter(pk=new.pk).update(search_text=normal("한빛군"))
        address = at("propose", together, "admit", uuid7())
        said = {"text": "함께해요", "deadline": day(5)}
        assert "이런 이름의 기관이 없습니다" in client.post(address, {**said, "data-body": "없는군"}).content.decode()
        assert client.post(address, {**said, "data-body": "한빛군"}).status_code == 302
        parting = at("propose", together, "part", uuid7())
        who = {**said, "data-body": str(world.other.body_id), "data-reason": "약속을 어겼습니다"}
        assert client.post(parting, who).status_code == 302
        assert set(Proposal.objects.values_list("kind", flat=True)) == {"admit", "part"}
        assert client.get(at("propose", together, "nothing", uuid7())).status_code == 404

    def test_changed_and_withdrawn_by_the_pages(self, world: World) -> None:
        together, client = world.together(), client_of(world.asker)
        one = made(world, together)
        said = {"title": "두 달마다", "text": "첫 월요일", "deadline": day(9)}
        assert client.get(at("change", together, one.pk)).status_code == 200
        assert client.post(at("change", together, one.pk), said).status_code == 302
        assert "매달 모입니다" in client.get(at("proposal", together, one.pk)).content.decode()
        assert client.post(at("withdraw", together, one.pk), {"reason": ""}).status_code == 422
        assert client.post(at("withdraw", together, one.pk), {"reason": "다시 생각합니다"}).status_code == 302
        assert "다시 생각합니다" in Client().get(at("page", together)).content.decode()


class TestVoting:
    def test_in_one_step(self, world: World) -> None:
        together, client = world.together(), client_of(world.other)
        one = made(world, together)
        assert "우리 기관의 뜻 밝히기" in client.get(at("proposal", together, one.pk)).content.decode()
        assert client.post(at("vote", together, one.pk), {"choice": "agree", "reason": ""}).status_code == 302
        assert "우리 기관의 뜻 바꾸기" in client.get(at("proposal", together, one.pk)).content.decode()

    def test_a_block_without_a_reason_keeps_the_choice(self, world: World) -> None:
        together, client = world.together(), client_of(world.other)
        one = made(world, together)
        answer = client.post(at("vote", together, one.pk), {"choice": "block", "reason": " "})
        assert (answer.status_code, "막는 까닭을 적어 주세요" in answer.content.decode()) == (422, True)
        assert 'value="block" required' in answer.content.decode() or "checked" in answer.content.decode()
        assert client.post(at("vote", together, one.pk), {}).status_code == 422

    def test_after_the_deadline_the_answer_is_clear(self, world: World, later: Clock) -> None:
        together, client = world.together(), client_of(world.other)
        one = made(world, together)
        later.shift(days=8)
        shown = client.get(at("proposal", together, one.pk)).content.decode()
        assert "기한이 지나 결과를 셀 때" in shown
        assert "지금 결과 세기" in shown
        assert Proposal.objects.get().state == "open"
        answer = client.post(at("vote", together, one.pk), {"choice": "agree", "reason": "늦었지만"})
        assert (answer.status_code, "기한이 지났습니다" in answer.content.decode()) == (422, True)
        assert Proposal.objects.get().state == "fallen"

    def test_anyone_of_the_parties_may_have_it_counted(self, world: World, later: Clock) -> None:
        together, client = world.together(), client_of(world.other)
        one = made(world, together)
        assert client.post(at("decide", together, one.pk)).status_code == 409
        later.shift(days=8)
        assert client.post(at("decide", together, one.pk)).status_code == 302
        assert Proposal.objects.get().state == "fallen"

    def test_who_lost_the_membership_while_signed_in_cannot_vote(self, world: World) -> None:
        together, client = world.together(), client_of(world.other)
        one = made(world, together)
        assert client.get(at("proposal", together, one.pk)).status_code == 200
        Membership.objects.filter(person=world.other.person_id).update(ended_at=clock.now())
        answer = client.post(at("vote", together, one.pk), {"choice": "agree", "reason": ""})
        assert (answer.status_code, Vote.objects.exists()) == (403, False)

    def test_who_left_cannot_vote_and_citizens_neither(self, world: World) -> None:
        together = world.together()
        one = made(world, together)
        actions.party_leave(by=world.other, id=together.pk, reason="예산이 없습니다")
        for viewer in (world.other, world.citizen):
            assert client_of(viewer).post(at("vote", together, one.pk), {"choice": "agree"}).status_code == 403


class TestComingAndGoing:
    def test_leaving(self, world: World) -> None:
        together, client = world.together(), client_of(world.other)
        assert client.post(at("leave", together), {"reason": ""}).status_code == 422
        assert client.post(at("leave", together), {"reason": "예산이 없습니다"}).status_code == 302
        assert Party.objects.get(collaboration=together, body=world.other.body_id).left_reason == "예산이 없습니다"
        first = Client().get(reverse("collaboration:page", args=[together.receipt])).content.decode()
        assert "예산이 없습니다" in first

    def test_joining(self, world: World) -> None:
        together, newcomer = world.together(), officer(body("한빛군"), "한담당")
        asked_one = Admission.objects.create(collaboration=together, body_id=newcomer.body_id)
        address, client = at("admission", together, asked_one.pk), client_of(newcomer)
        assert "사양하기" not in Client().get(address).content.decode()
        assert client_of(world.asker).post(address, {"accept": "1"}).status_code == 403
        assert client.post(address, {"decline": "1", "reason": ""}).status_code == 422
        assert client.post(address, {"accept": "1"}).status_code == 302
        assert Party.objects.filter(collaboration=together, body=newcomer.body_id, left_at=None).exists()
