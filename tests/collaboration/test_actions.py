from __future__ import annotations

from datetime import timedelta

import pytest

from dure.collaboration import actions, queries
from dure.collaboration.models import Call, Collaboration, Offer, Opinion
from dure.core import clock
from dure.core.events import timeline
from dure.core.ids import uuid7
from dure.core.models import Event, Message
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.collaboration.world import COMPLETE, World

NOBODY = Viewer.anonymous()


def refusal(act: object, *args: object, **kwargs: object) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)  # type: ignore[operator]
    return caught.value


def page_of(viewer: Viewer, collaboration: Collaboration) -> queries.CollaborationPage:
    return queries.collaboration_page(viewer, queries.access(viewer, collaboration.receipt))


def later(days: int = 30) -> object:
    return clock.today() + timedelta(days=days)


class TestAsking:
    def test_saving_twice_makes_one_draft_that_only_its_body_sees(self, world: World) -> None:
        id = uuid7()
        for title in ("첫 글", "둘째 글"):
            actions.call_save(by=world.asker, id=id, fields={"title": title})
        assert Collaboration.objects.visible_to(world.asker).get().call.title == "둘째 글"
        assert not Collaboration.objects.visible_to(world.other).exists()
        assert not Collaboration.objects.visible_to(NOBODY).exists()

    @pytest.mark.parametrize("name", ["title", "problem", "for_whom", "goal", "field", "join_until", "lacks"])
    def test_what_is_missing_is_named(self, world: World, name: str) -> None:
        empty = {"join_until": None, "lacks": []}.get(name, "")
        draft = world.draft(**{name: empty})
        assert refusal(actions.call_publish, by=world.asker, id=draft.pk).field == name
        draft.refresh_from_db()
        assert draft.stage == "draft"

    def test_a_reader_and_a_citizen_cannot_ask(self, world: World) -> None:
        reader = Viewer.person(world.asker.person_id, world.asker.body_id, "reader")  # type: ignore[arg-type]
        for viewer, code in ((reader, "not_allowed"), (world.citizen, "not_allowed"), (NOBODY, "not_signed_in")):
            assert refusal(actions.call_save, by=viewer, id=uuid7(), fields={}).code == code

    def test_another_body_cannot_touch_the_draft(self, world: World) -> None:
        draft = world.draft()
        assert refusal(actions.call_save, by=world.other, id=draft.pk, fields={"title": "x"}).code == "not_allowed"

    def test_a_change_after_publication_is_kept_and_told(self, world: World) -> None:
        call = world.call()
        actions.call_save(by=world.asker, id=call.pk, fields={"goal": "하루 여섯 번"})
        assert page_of(NOBODY, call).revisions[0]["fields"][0]["old"] == COMPLETE["goal"]
        assert any("고쳤습니다" in line.text for line in timeline(call.urn, NOBODY))

    def test_a_published_call_stays_complete(self, world: World) -> None:
        call = world.call()
        assert refusal(actions.call_save, by=world.asker, id=call.pk, fields={"goal": " "}).field == "goal"
        assert Call.objects.get(pk=call.pk).goal == COMPLETE["goal"]

    def test_a_lack_that_was_answered_keeps_its_row_and_cannot_go(self, world: World) -> None:
        call = world.call()
        lack = call.call.lacks[0]
        offer = world.offer(call)
        offer.answers.add(lack)
        reworded = [{"resource": "equipment", "text": "버스 네 대"}, COMPLETE["lacks"][1]]
        actions.call_save(by=world.asker, id=call.pk, fields={"lacks": reworded})
        assert offer.answers.get().text == "버스 네 대"
        gone = refusal(actions.call_save, by=world.asker, id=call.pk, fields={"lacks": [COMPLETE["lacks"][1]]})
        assert (gone.code, gone.field) == ("conflict", "lacks")


class TestOffering:
    def test_an_offer_is_seen_by_all_and_counted_at_its_lack(self, world: World) -> None:
        call = world.call()
        lack = call.call.lacks[1]
        fields = {"resource": "people", "what": "기사 3명", "how_much": "3명", "available": "3월부터"}
        actions.offer_make(by=world.offerer, id=call.pk, fields=fields, answers=[lack.pk])
        page = page_of(NOBODY, call)
        assert [item.offers for item in page.call.parts["lacks"]] == [0, 1]
        assert page.offers[0].answers == ("운전기사 6명",)

    def test_sent_twice_it_is_made_once(self, world: World) -> None:
        call, id = world.call(), uuid7()
        for _time in range(2):
            actions.offer_make(
                by=world.offerer,
                id=call.pk,
                offer_id=id,
                fields={"resource": "people", "what": "기사", "how_much": "1", "available": "곧"},
            )
        assert Offer.objects.count() == 1
        assert Event.objects.filter(type="collaboration.offer.made").count() == 1

    def test_not_to_oneself_not_without_a_body_not_after_the_end(self, world: World) -> None:
        call = world.call()
        fields = {"resource": "people", "what": "x", "how_much": "x", "available": "x"}
        assert refusal(actions.offer_make, by=world.asker, id=call.pk, fields=fields).code == "conflict"
        assert refusal(actions.offer_make, by=world.citizen, id=call.pk, fields=fields).code == "not_allowed"
        Call.objects.filter(pk=call.pk).update(join_until=clock.today() - timedelta(days=1))
        assert refusal(actions.offer_make, by=world.offerer, id=call.pk, fields=fields).code == "conflict"

    def test_a_withdrawn_offer_stays_with_its_reason(self, world: World) -> None:
        call = world.call()
        offer = world.offer(call)
        actions.offer_withdraw(by=world.offerer, id=offer.pk, reason="예산이 줄었습니다")
        seen = page_of(NOBODY, call).offers[0]
        assert (seen.state, seen.withdrawn_reason) == ("withdrawn", "예산이 줄었습니다")
        assert refusal(actions.offer_change, by=world.offerer, id=offer.pk, fields={}).code == "conflict"


class TestOpinions:
    def test_a_guest_is_heard_after_confirming(self, world: World) -> None:
        call = world.call()
        opinion = actions.opinion_say(
            by=NOBODY, id=call.pk, text="밤에도 다니면 좋겠어요", channel="email", address="who@test.example"
        )
        assert page_of(NOBODY, call).opinion_count == 0
        assert Message.objects.get().address == "who@test.example"
        actions.opinion_publish_confirmed(opinion.confirmation)
        actions.opinion_publish_confirmed(opinion.confirmation)
        assert [o.text for o in page_of(NOBODY, call).opinions] == ["밤에도 다니면 좋겠어요"]
        assert Event.objects.filter(type="collaboration.opinion.said").count() == 1

    def test_personal_numbers_are_refused_and_named(self, world: World) -> None:
        call = world.call()
        said = refusal(actions.opinion_say, by=world.citizen, id=call.pk, text="제 번호는 010-2345-6789입니다")
        assert (said.field, "전화번호" in said.message) == ("text", True)

    def test_threads_changes_and_removal(self, world: World) -> None:
        call = world.call()
        first = actions.opinion_say(by=world.citizen, id=call.pk, text="찬성합니다")
        actions.opinion_say(by=world.offerer, id=call.pk, text="고맙습니다", parent_id=first.pk)
        actions.opinion_change(by=world.citizen, id=first.pk, text="매우 찬성합니다")
        (thread,) = page_of(NOBODY, call).opinions
        assert (thread.text, thread.revisions, thread.replies[0].text) == ("매우 찬성합니다", 1, "고맙습니다")
        actions.opinion_remove(by=world.citizen, id=first.pk)
        (thread,) = page_of(NOBODY, call).opinions
        assert (thread.text, thread.state, thread.replies[0].text) == ("", "removed", "고맙습니다")
        assert "찬성" not in str(Opinion.objects.get(pk=first.pk).__dict__)

    def test_only_the_writer_changes(self, world: World) -> None:
        first = actions.opinion_say(by=world.citizen, id=world.call().pk, text="찬성합니다")
        for viewer in (world.asker, NOBODY, Viewer.link("dure:opinion:" + str(uuid7()))):
            assert refusal(actions.opinion_change, by=viewer, id=first.pk, text="반대").code == "not_allowed"
        actions.opinion_change(by=Viewer.link(first.urn), id=first.pk, text="다시 봄")

    def test_moderation_keeps_the_original_for_author_and_moderators(self, world: World) -> None:
        call = world.call()
        said = actions.opinion_say(by=world.citizen, id=call.pk, text="나쁜 말")
        actions.opinion_flag(by=world.offerer, id=said.pk, why="abuse")
        assert page_of(world.asker, call).opinions[0].flags == 1
        actions.opinion_hide(by=world.asker, id=said.pk, reason="욕설")
        for viewer, text in ((NOBODY, ""), (world.offerer, ""), (world.citizen, "나쁜 말"), (world.asker, "나쁜 말")):
            seen = page_of(viewer, call).opinions[0]
            assert (seen.text, seen.hidden_reason) == (text, "욕설")
        actions.opinion_restore(by=world.asker, id=said.pk)
        assert page_of(NOBODY, call).opinions[0].text == "나쁜 말"

    def test_nobody_moderates_what_they_wrote(self, world: World) -> None:
        said = actions.opinion_say(by=world.asker, id=world.call().pk, text="우리 의견")
        assert refusal(actions.opinion_hide, by=world.asker, id=said.pk, reason="x").code == "not_allowed"


class TestInviting:
    def test_invited_once_declined_with_a_reason(self, world: World) -> None:
        call = world.call()
        for _time in range(2):
            invited = actions.partner_invite(
                by=world.asker, id=call.pk, body_id=world.other.body_id, reason="버스를 가졌습니다"
            )
        assert Event.objects.filter(type="collaboration.partner.invited").count() == 1
        assert refusal(actions.invitation_decline, by=world.other, id=invited.pk, answer="").field == "answer"
        actions.invitation_decline(by=world.other, id=invited.pk, answer="차가 없습니다")
        assert page_of(NOBODY, call).invitations[0].answer == "차가 없습니다"

    def test_an_offer_answers_the_invitation(self, world: World) -> None:
        call = world.call()
        actions.partner_invite(by=world.asker, id=call.pk, body_id=world.offerer.body_id, reason="가까워서")
        world.offer(call)
        assert page_of(NOBODY, call).invitations[0].state == "offered"
