"""Choosing partners: offers taken up or declined, partners settled, invitations answered with a better body."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.collaboration import actions, parties
from dure.collaboration.models import Invitation, Offer, Party, Stage
from dure.collaboration.queries import collaboration_page
from dure.core.events import timeline
from dure.core.models import Audience, Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.collaboration.world import body, client_of, officer

PUBLIC = Viewer.anonymous()


def circle(collaboration):
    return set(Audience.objects.filter(subject=collaboration.pk, kind="partner").values_list("body_id", flat=True))


def test_whoever_is_taken_up_is_a_party_and_the_rest_is_told(world):
    call = world.call()
    offer = world.offer(call)
    party = actions.offer_take(by=world.asker, id=offer.pk, answer="반갑습니다.")
    assert party.role == Party.Role.PARTNER
    assert parties.party_bodies(call) == {world.asker.body_id, world.offerer.body_id}
    assert parties.is_party(world.offerer, call)
    assert not parties.is_party(world.citizen, call)
    (line,) = [one for one in timeline(call.urn, PUBLIC) if one.type == "collaboration.offer.taken"]
    assert "나루군" in line.text
    shown = collaboration_page(PUBLIC, call).offers[0]
    assert (shown.state, shown.answer) == ("taken", "반갑습니다.")
    with pytest.raises(Refused, match="이미 답했거나"):
        actions.offer_take(by=world.asker, id=offer.pk)


def test_declining_needs_a_reason_that_all_can_read(world):
    call = world.call()
    offer = world.offer(call)
    with pytest.raises(Refused) as refused:
        actions.offer_decline(by=world.asker, id=offer.pk, answer=" ")
    assert refused.value.field == "answer"
    actions.offer_decline(by=world.asker, id=offer.pk, answer="버스가 모자라지 않게 되었습니다.")
    assert "모자라지 않게" in client_of(PUBLIC).get(f"/collaborations/{call.receipt}/").content.decode()
    assert parties.party_bodies(call) == {world.asker.body_id}


@pytest.mark.parametrize("who", ["offerer", "other", "citizen"])
def test_only_the_asker_answers_offers(world, who):
    call = world.call()
    offer = world.offer(call)
    for act in (
        lambda by: actions.offer_take(by=by, id=offer.pk),
        lambda by: actions.offer_decline(by=by, id=offer.pk, answer="아니요"),
        lambda by: actions.partners_settle(by=by, id=call.pk),
    ):
        with pytest.raises(Refused) as refused:
            act(getattr(world, who))
        assert refused.value.code == "not_allowed"


def test_partners_are_settled_when_all_are_answered(world):
    call = world.call()
    with pytest.raises(Refused, match="한 곳 이상"):
        actions.partners_settle(by=world.asker, id=call.pk)
    first = world.offer(call)
    second = actions.offer_make(
        by=world.other,
        id=call.pk,
        fields={"resource": "people", "what": "기사", "how_much": "2명", "available": "바로"},
    )
    actions.offer_take(by=world.asker, id=first.pk)
    with pytest.raises(Refused, match="모든 제안에 먼저"):
        actions.partners_settle(by=world.asker, id=call.pk)
    actions.offer_decline(by=world.asker, id=second.pk, answer="이번에는 어렵습니다.")
    settled = actions.partners_settle(by=world.asker, id=call.pk)
    assert settled.stage == Stage.AGREEING
    assert settled.settled_at
    assert Event.objects.filter(type="collaboration.partners.settled", subject=call.urn).count() == 1


def test_a_closed_request_takes_nothing_any_more(world):
    together = world.together()
    late = officer(body("늦은군"), "정늦음")
    texts = {"resource": "people", "what": "사람", "how_much": "1명", "available": "바로"}
    for act in (
        lambda: actions.offer_make(by=late, id=together.pk, fields=texts),
        lambda: actions.partner_invite(by=world.asker, id=together.pk, body_id=late.body_id, reason="이웃"),
        lambda: actions.call_withdraw(by=world.asker, id=together.pk, reason="그만"),
        lambda: actions.call_save(by=world.asker, id=together.pk, fields={"title": "바꾼 제목"}),
        lambda: actions.partners_settle(by=world.asker, id=together.pk),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "conflict"
    page = client_of(late).get(f"/collaborations/{together.receipt}/offer/")
    assert page.status_code == 409
    assert "지금은 제안을 받지 않는 협업입니다" in page.content.decode()


def test_who_was_only_invited_leaves_the_circle(world):
    call = world.call()
    actions.partner_invite(by=world.asker, id=call.pk, body_id=world.other.body_id, reason="어울립니다.")
    assert world.other.body_id in circle(call)
    actions.offer_take(by=world.asker, id=world.offer(call).pk)
    actions.partners_settle(by=world.asker, id=call.pk)
    assert circle(call) == {world.asker.body_id, world.offerer.body_id}


def test_an_invited_body_names_someone_better(world):
    call = world.call()
    better = body("더나은군")
    invited = actions.partner_invite(by=world.asker, id=call.pk, body_id=world.other.body_id, reason="어울립니다.")
    for wrong in (world.other.body_id, world.asker.body_id):
        with pytest.raises(Refused) as refused:
            actions.invitation_decline(by=world.other, id=invited.pk, answer="멉니다.", suggests=wrong)
        assert refused.value.field == "suggests"
    client = client_of(world.other)
    address = f"/collaborations/{call.receipt}/decline/{invited.pk}/"
    answer = client.post(address, {"reason": "우리는 너무 멉니다.", "better": "없는군"})
    assert answer.status_code == 422
    assert "우리는 너무 멉니다." in answer.content.decode(), "what was typed stays"
    assert client.post(address, {"reason": "우리는 너무 멉니다.", "better": "더나은군"}).status_code == 302
    invited.refresh_from_db()
    assert (invited.state, invited.suggests_id) == (Invitation.State.DECLINED, better.pk)
    page = client_of(world.asker).get(f"/collaborations/{call.receipt}/").content.decode()
    assert "더나은군" in page
    assert f"/collaborations/{call.receipt}/invite/?body=" in page


def test_the_whole_way_through_the_pages(world):
    call = world.call()
    offer = world.offer(call)
    client, receipt = client_of(world.asker), call.receipt
    page = client.get(f"/collaborations/{receipt}/").content.decode()
    assert f"/collaborations/{receipt}/offer/{offer.pk}/take/" in page
    assert (
        f"/collaborations/{receipt}/offer/{offer.pk}/take/"
        not in client_of(world.other).get(f"/collaborations/{receipt}/").content.decode()
    )
    assert client.get(f"/collaborations/{receipt}/offer/{offer.pk}/take/").status_code == 200
    assert client.post(f"/collaborations/{receipt}/offer/{offer.pk}/take/", {"answer": ""}).status_code == 302
    assert "나루군" in client.get(f"/collaborations/{receipt}/settle/").content.decode()
    assert client.post(f"/collaborations/{receipt}/settle/").status_code == 302
    page = client.get(f"/collaborations/{receipt}/").content.decode()
    assert "협약을 준비하는 중" in page
    assert "함께하는 기관" in page
    assert "요청 거두기" not in page
    for state in ("agreeing", "all"):
        assert call.receipt in client.get(f"/collaborations/?state={state}").content.decode()
    assert call.receipt not in client.get("/collaborations/?state=working").content.decode()


def test_an_offer_of_somebody_else_s_resource_is_refused(world):
    call = world.call()
    texts = {"resource": "equipment", "what": "버스", "how_much": "1대", "available": "바로"}
    stranger = "dure:resource:00000000-0000-7000-8000-000000000000"
    with pytest.raises(Refused) as refused:
        actions.offer_make(by=world.offerer, id=call.pk, fields={**texts, "resource_urn": stranger})
    assert refused.value.field == "resource_urn"
    assert not Offer.objects.exists()


def test_the_list_costs_the_same_however_long(world, django_assert_num_queries, client):
    world.together()
    client.get("/collaborations/?state=all")
    with CaptureQueriesContext(connection) as few:
        client.get("/collaborations/?state=all")
    for _n in range(3):
        world.together()
    with django_assert_num_queries(len(few)):
        client.get("/collaborations/?state=all")
