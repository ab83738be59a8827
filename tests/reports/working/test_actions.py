"""Each verb of the work on a report: what it does, and what it refuses to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from dure.bodies.models import Body
from dure.collaboration import actions as together
from dure.core import clock
from dure.core.events import deliver_due
from dure.core.ids import uuid7
from dure.core.models import Delivery, Event, Message, Notice, SearchDocument
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import queries as room
from dure.reports.models import Extension, Move, Report, ReportContact, Word
from dure.reports.working import actions, queries
from dure.reports.working.actions import Piece
from dure.reports.working.arbiters import arbiter_of
from tests.collaboration.world import COMPLETE, body, officer, person
from tests.collaboration.world import make_world as others
from tests.reports.world import World, route_to

WHY = "그 군의 길입니다."


def refused(code: str, act: Callable[..., Any], **how: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**how)
    assert caught.value.code == code, caught.value
    return caught.value


def link(report: Report) -> Viewer:
    return Viewer.link(report.urn)


def test_taking_and_giving_to_another(world: World) -> None:
    report = world.report()
    taken = actions.report_take(by=world.officer, id=report.pk)
    assert (taken.state, taken.officer_id) == ("taken", world.officer.person_id)
    assert taken.taken_at
    refused("conflict", actions.report_take, by=world.head, id=report.pk)
    second = officer(world.here, "오도로")
    refused("not_allowed", actions.report_assign, by=second, id=report.pk, person_id=second.person_id)
    refused("invalid", actions.report_assign, by=world.head, id=report.pk, person_id=world.other.person_id)
    actions.report_assign(by=world.head, id=report.pk, person_id=second.person_id)
    refused("conflict", actions.report_assign, by=world.head, id=report.pk, person_id=second.person_id)


@pytest.mark.parametrize("who", ["reader", "other", "citizen", "nobody", "reporter"])
def test_only_the_body_that_has_it_works_on_it(world: World, who: str) -> None:
    report = world.report()
    by = {"nobody": Viewer.anonymous(), "reporter": link(report)}.get(who) or getattr(world, who)
    code = "not_signed_in" if who == "nobody" else "not_allowed"
    more: list[tuple[Callable[..., Any], dict[str, Any]]] = [
        (actions.report_take, {}),
        (actions.report_assign, {"person_id": world.officer.person_id}),
        (actions.report_start, {}),
        (actions.report_ask, {"text": "어디인가요?"}),
        (actions.report_extend, {"reason": "부품을 기다리고 있습니다."}),
        (actions.report_update, {"text": "갑니다."}),
        (actions.report_answer, {"outcome": "solved", "text": "치웠습니다."}),
        (actions.report_recategorise, {"category": "roads.pothole"}),
        (actions.report_pass_on, {"target_id": world.there.pk, "reason": WHY}),
        (actions.report_split, {"pieces": [], "reason": WHY}),
        (actions.report_join_to, {"receipt": report.receipt}),
        (actions.report_mark_abuse, {"reason": "광고입니다."}),
        (actions.report_unmark_abuse, {}),
        (actions.report_collaborate, {"urn": ""}),
        (actions.report_withhold, {"thing": "", "reason": "personal", "review_on": None}),
        (actions.report_open, {"thing": ""}),
        (actions.report_unjoin, {}),
    ]
    for act, how in more:
        refused(code, act, by=by, id=report.pk, **how)
    assert Event.objects.exclude(type="reports.received").count() == 0


def test_personal_numbers_are_masked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = SimpleNamespace(text="어느 차로인가요? ***로 알려 주세요.")
    monkeypatch.setattr("dure.reports.working.actions.common.mask", lambda text: plain)
    word = actions.report_ask(
        by=world.officer, id=world.report().pk, text="어느 차로인가요? 010-1234-5678로 알려 주세요."
    )
    assert word.text == plain.text


def test_asking_and_the_reply(world: World) -> None:
    report = world.report()
    refused("invalid", actions.report_ask, by=world.officer, id=report.pk, text=" ")
    refused("invalid", actions.report_ask, by=world.officer, id=report.pk, text="어디?", days=0)
    actions.report_ask(by=world.officer, id=report.pk, text="어느 차로인가요?")
    report.refresh_from_db()
    assert report.state == "asked"
    refused("conflict", actions.report_ask, by=world.officer, id=report.pk, text="하나 더?")
    refused("not_allowed", actions.report_reply, by=world.citizen, id=report.pk, text="제가요.")
    refused("invalid", actions.report_reply, by=link(report), id=report.pk, text="")
    actions.report_reply(by=link(report), id=report.pk, text="바깥쪽입니다.")
    report.refresh_from_db()
    assert report.state == "taken"
    assert report.rests.get().ended_by == "reply"
    actions.report_reply(by=link(report), id=report.pk, text="덧붙입니다.")
    Word.objects.bulk_create([Word(report=report, kind="reply", text="말", from_reporter=True) for _ in range(18)])
    refused("too_many", actions.report_reply, by=link(report), id=report.pk, text="또")


def test_longer_once_and_again_with_consent(world: World) -> None:
    report = world.report()
    first = report.due_at
    refused("invalid", actions.report_extend, by=world.officer, id=report.pk, reason="바쁨")
    actions.report_extend(by=world.officer, id=report.pk, reason="부품을 주문해 기다리고 있습니다.")
    report.refresh_from_db()
    second = report.due_at
    assert second > first
    row = actions.report_extend(by=world.officer, id=report.pk, reason="부품이 아직 오지 않았습니다.")
    assert row.state == "waiting"
    report.refresh_from_db()
    assert report.due_at == second
    refused("conflict", actions.report_extend, by=world.officer, id=report.pk, reason="부품이 또 오지 않았습니다.")
    refused("not_allowed", actions.report_extension_answer, by=world.officer, id=report.pk, agree=True)
    actions.report_extension_answer(by=link(report), id=report.pk, agree=True)
    refused("conflict", actions.report_extension_answer, by=link(report), id=report.pk, agree=True)
    report.refresh_from_db()
    assert report.due_at > second
    assert Extension.objects.filter(state="runs").count() == 2


def test_not_longer_when_it_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = world.report()
    later = report.due_at + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    refused("conflict", actions.report_extend, by=world.officer, id=report.pk, reason="부품을 기다리고 있습니다.")


def test_an_answer_closes_whole(world: World) -> None:
    report = world.report()
    refused("invalid", actions.report_answer, by=world.officer, id=report.pk, outcome="solved", text="")
    refused("invalid", actions.report_answer, by=world.officer, id=report.pk, outcome="joined", text="답")
    refused("invalid", actions.report_answer, by=world.officer, id=report.pk, outcome="solved", text="가" * 4001)
    assert report.words_said.count() == 0
    actions.report_answer(by=world.officer, id=report.pk, outcome="solved", text="치웠습니다.")
    refused("conflict", actions.report_answer, by=world.officer, id=report.pk, outcome="solved", text="또")
    refused("conflict", actions.report_update, by=world.officer, id=report.pk, text="또")
    refused("conflict", actions.report_reply, by=link(report), id=report.pk, text="또")


def test_a_second_look_is_anothers_and_the_last(world: World) -> None:
    report = world.report()
    refused("conflict", actions.report_not_solved, by=link(report), id=report.pk, text="그대로예요.")
    actions.report_answer(by=world.officer, id=report.pk, outcome="solved", text="치웠습니다.")
    refused("not_allowed", actions.report_not_solved, by=world.officer, id=report.pk, text="그대로예요.")
    again = actions.report_not_solved(by=link(report), id=report.pk, text="그대로예요.")
    assert (again.state, again.officer_id, again.outcome) == ("received", None, "")
    refused("not_allowed", actions.report_take, by=world.officer, id=report.pk)
    refused("not_allowed", actions.report_answer, by=world.officer, id=report.pk, outcome="solved", text="또")
    actions.report_answer(by=world.head, id=report.pk, outcome="solved", text="다시 가서 치웠습니다.")
    refused("conflict", actions.report_not_solved, by=link(report), id=report.pk, text="또요.")


def test_not_solved_for_thirty_days(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = world.report()
    actions.report_answer(by=world.officer, id=report.pk, outcome="solved", text="치웠습니다.")
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    refused("conflict", actions.report_not_solved, by=link(report), id=report.pk, text="그대로예요.")


def test_another_kind_asks_again_where_it_belongs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = world.report()
    refused("invalid", actions.report_recategorise, by=world.officer, id=report.pk, category="no.such")
    refused("conflict", actions.report_recategorise, by=world.officer, id=report.pk, category="roads.roadkill")
    monkeypatch.setattr("dure.reports.asking.route_for", lambda report: route_to(world.there.code))
    found = actions.report_recategorise(by=world.officer, id=report.pk, category="roads.pothole")
    assert (found.body, found.category, found.category_by) == (world.there, "roads.pothole", "official")
    assert found.officer_id is None


def test_a_move_waits_for_the_other_body(world: World) -> None:
    report = world.report()
    for bad in ({"target_id": world.here.pk}, {"target_id": uuid7()}, {"target_id": world.there.pk, "reason": ""}):
        refused("invalid", actions.report_pass_on, by=world.officer, id=report.pk, **{"reason": WHY, **bad})
    move = actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.there.pk, reason=WHY)
    report.refresh_from_db()
    assert (move.number, report.body) == (1, world.here)
    for act in (actions.report_start, actions.move_accept):
        assert refused(
            "conflict" if act is actions.report_start else "not_allowed", act, by=world.officer, id=report.pk
        )
    refused("conflict", actions.report_answer, by=world.officer, id=report.pk, outcome="solved", text="답")
    refused("conflict", actions.report_pass_on, by=world.officer, id=report.pk, target_id=world.roads.pk, reason=WHY)
    due = report.due_at
    moved = actions.move_accept(by=world.other, id=report.pk)
    assert (moved.body, moved.state, moved.moves_count) == (world.there, "received", 1)
    assert moved.due_at == due
    assert moved.receipt == report.receipt
    assert "온샘시" in moved.route.reason
    refused("not_allowed", actions.report_take, by=world.officer, id=report.pk)
    refused("conflict", actions.move_accept, by=world.other, id=report.pk)


def test_passing_back_and_forth_ends_with_the_arbiter(world: World) -> None:
    province, ministry = body("온누리도", "sido", code="9000000000"), body("행정안전부", "central", code="x-mois")
    Body.objects.filter(pk__in=[world.here.pk, world.there.pk]).update(province=province)
    above = officer(province, "도담당")
    report = world.report()
    actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.there.pk, reason=WHY)
    refused("invalid", actions.move_return, by=world.other, id=report.pk, reason="")
    actions.move_return(by=world.other, id=report.pk, reason="저희 길이 아닙니다.")
    report.refresh_from_db()
    assert report.body == world.here
    actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.there.pk, reason=WHY)
    refused("conflict", actions.move_return, by=world.other, id=report.pk, reason="또 아닙니다.")
    actions.move_accept(by=world.other, id=report.pk)
    third = actions.report_pass_on(by=world.other, id=report.pk, target_id=world.here.pk, reason="온샘시 길입니다.")
    assert third.arbiter == province
    refused("conflict", actions.move_accept, by=world.officer, id=report.pk)
    refused("not_allowed", actions.move_decide, by=world.officer, id=report.pk, body_id=world.here.pk, reason=WHY)
    assert [move.pk for move in queries.moves_for(above)] == [third.pk]
    assert queries.moves_for(world.officer) == []
    actions.move_decide(by=above, id=report.pk, body_id=world.roads.pk, reason="고속국도의 아래 길입니다.")
    report.refresh_from_db()
    assert report.body == world.roads
    chain = list(report.moves.order_by("number").values_list("number", "state"))
    assert chain == [(1, "returned"), (2, "accepted"), (3, "decided"), (4, "decided")]
    refused("conflict", actions.report_pass_on, by=world.far, id=report.pk, target_id=world.here.pk, reason=WHY)
    assert arbiter_of(world.here, world.roads) == ministry
    assert arbiter_of(province, world.here) == ministry
    assert arbiter_of(ministry, world.here) is None


def test_without_an_arbiter_the_operator_decides(world: World) -> None:
    report = world.report()
    operator = Viewer.person(person("운영").pk, staff_session_id=uuid7())
    for _ in range(2):
        actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.roads.pk, reason=WHY)
        actions.move_withdraw(by=world.officer, id=report.pk)
    actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.roads.pk, reason=WHY)
    # A third offer goes to the arbiter even where the two before were taken back.
    assert queries.offered(report).number == 3  # type: ignore[union-attr]
    refused("not_allowed", actions.move_decide, by=world.far, id=report.pk, body_id=world.roads.pk, reason=WHY)
    actions.move_decide(by=operator, id=report.pk, body_id=world.here.pk, reason="온샘시의 길입니다.")
    report.refresh_from_db()
    assert report.body == world.here


def test_a_late_move_is_marked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = world.report()
    later = clock.now() + timedelta(days=9)
    monkeypatch.setattr(clock, "now", lambda: later)
    actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.there.pk, reason=WHY)
    assert Event.objects.get(type="reports.move.offered").data["late"] is True


def test_a_report_without_a_body_is_given_one(world: World) -> None:
    report = world.report(
        route=route_to("", reason="못 찾았습니다.", law=(), confidence=0.0, facts={"sigungu": "9100"})
    )
    refused("not_allowed", actions.report_give, by=world.officer, id=report.pk, body_id=world.here.pk, reason=WHY)
    elsewhere = officer(body("먼도", "sido", code="8000000000"), "먼담당")
    refused("not_allowed", actions.report_give, by=elsewhere, id=report.pk, body_id=world.here.pk, reason=WHY)
    near = officer(body("온누리도", "sido", code="9100000001"), "도담당")
    assert queries.nobodys(near).count() == 1
    assert queries.nobodys(elsewhere).count() == 0
    assert actions.report_give(by=near, id=report.pk, body_id=world.here.pk, reason=WHY).body == world.here
    refused("conflict", actions.report_give, by=near, id=report.pk, body_id=world.here.pk, reason=WHY)


def test_the_whole_closes_with_its_last_piece(world: World) -> None:
    report = world.report(channel="email", address_of="me@example.kr")
    ReportContact.objects.update(confirmed_at=clock.now())
    pieces = [Piece("고라니", world.here.pk), Piece("꺼진 불", world.there.pk, "roads.pothole")]
    for bad in (pieces[:1], [pieces[0], Piece("", world.there.pk)], [pieces[0], Piece("불", uuid7())]):
        refused("invalid", actions.report_split, by=world.officer, id=report.pk, pieces=bad, reason=WHY)
    refused("invalid", actions.report_split, by=world.officer, id=report.pk, pieces=pieces, reason="")
    here, there = actions.report_split(by=world.officer, id=report.pk, pieces=pieces, reason=WHY)
    assert (there.body, there.source, there.split_from) == (world.there, "split", report)
    assert there.created_at == report.created_at
    refused("conflict", actions.report_answer, by=world.officer, id=report.pk, outcome="solved", text="답")
    refused("conflict", actions.report_split, by=world.officer, id=here.pk, pieces=pieces, reason=WHY)
    actions.report_answer(by=world.officer, id=here.pk, outcome="solved", text="치웠습니다.")
    report.refresh_from_db()
    assert report.open
    actions.report_answer(by=world.other, id=there.pk, outcome="solved", text="켰습니다.")
    report.refresh_from_db()
    assert (report.state, report.outcome) == ("closed", "split")
    deliver_due()
    actions.report_not_solved(by=link(there), id=there.pk, text="또 꺼졌어요.")
    report.refresh_from_db()
    assert report.open
    letters = Message.objects.filter(subject__contains=report.receipt)
    assert letters.count() == 3, "one for the split, one for each answer"
    assert all(report.status_path in letter.text for letter in letters)


def test_joining_and_taking_apart(world: World) -> None:
    first, second, theirs = world.report(), world.report(), world.report(to=world.there)
    for receipt in ("R-0000-0000000-0", second.receipt, theirs.receipt):
        refused("invalid", actions.report_join_to, by=world.officer, id=second.pk, receipt=receipt)
    joined = actions.report_join_to(by=world.officer, id=second.pk, receipt=first.receipt)
    assert (joined.outcome, joined.joined_to) == ("joined", first)
    refused("conflict", actions.report_join_to, by=world.officer, id=first.pk, receipt=second.receipt)
    again = actions.report_unjoin(by=world.officer, id=second.pk)
    assert again.open
    assert again.joined_to is None
    refused("conflict", actions.report_unjoin, by=world.officer, id=second.pk)


def test_what_is_no_report_is_for_its_body_alone(world: World) -> None:
    report = world.report()
    refused("invalid", actions.report_mark_abuse, by=world.officer, id=report.pk, reason="")
    actions.report_mark_abuse(by=world.officer, id=report.pk, reason="광고입니다.")
    assert not room.visible(Viewer.anonymous()).exists()
    assert room.visible(world.reader).exists()
    refused("not_found", actions.report_unmark_abuse, by=world.other, id=report.pk)
    actions.report_unmark_abuse(by=world.officer, id=report.pk)
    assert room.visible(Viewer.anonymous()).get().open
    refused("conflict", actions.report_unmark_abuse, by=world.officer, id=report.pk)


def test_withholding_needs_a_reason_and_a_day(world: World) -> None:
    report = world.report()
    word = actions.report_update(by=world.officer, id=report.pk, text="어느 집 앞입니다.")
    day = clock.today() + timedelta(days=30)
    for bad in ({"reason": "no"}, {"review_on": None}, {"thing": "dure:body:1"}):
        how = {"thing": report.urn, "reason": "personal", "review_on": day, **bad}
        refused("invalid", actions.report_withhold, by=world.officer, id=report.pk, **how)
    how = {"reason": "personal", "review_on": day}
    actions.report_withhold(by=world.officer, id=report.pk, thing=word.urn, **how)
    assert room.said(Viewer.anonymous(), report) == []
    assert room.said(world.reader, report) == [word]
    actions.report_withhold(by=world.officer, id=report.pk, thing=report.urn, **how)
    assert not room.visible(Viewer.anonymous()).exists()
    assert not room.visible(world.other).exists()
    actions.report_open(by=world.officer, id=report.pk, thing=report.urn)
    refused("conflict", actions.report_open, by=world.officer, id=report.pk, thing=report.urn)


def test_a_withheld_report_can_be_passed_on(world: World) -> None:
    report = world.report()
    day = clock.today() + timedelta(days=30)
    actions.report_withhold(by=world.officer, id=report.pk, thing="", reason="personal", review_on=day)
    actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.there.pk, reason=WHY)
    assert queries.access(world.other, report.receipt) == report
    refused("not_found", actions.move_accept, by=world.far, id=report.pk)
    assert actions.move_accept(by=world.other, id=report.pk).body == world.there


def test_a_collaboration_of_ones_own(world: World) -> None:
    report, elsewhere = world.report(), others().call()
    urn = f"dure:collaboration:{elsewhere.pk}"
    refused("invalid", actions.report_collaborate, by=world.officer, id=report.pk, urn=urn)
    until = clock.today() + timedelta(days=30)
    own = together.call_save(by=world.officer, id=uuid7(), fields={"join_until": until, **COMPLETE})
    own = together.call_publish(by=world.officer, id=own.pk)
    tied = actions.report_collaborate(by=world.officer, id=report.pk, urn=f"dure:collaboration:{own.pk}")
    assert queries.reports_tied_to(tied.collaboration, Viewer.anonymous()) == [report]
    actions.report_collaborate(by=world.officer, id=report.pk, urn="")
    assert queries.reports_tied_to(tied.collaboration, Viewer.anonymous()) == []


def test_many_say_for_each_what_was_refused(world: World) -> None:
    mine, taken, theirs = world.report(), world.report(), world.report(to=world.there)
    actions.report_take(by=world.head, id=taken.pk)
    ids = [mine.pk, taken.pk, theirs.pk]
    batch = actions.work_many(by=world.officer, kind="take", ids=ids, batch_id=uuid7())
    assert {step.report_id: bool(step.refused) for step in batch.steps.all()} == {mine.pk: False, taken.pk: True}
    actions.report_update(by=world.officer, id=mine.pk, text="갑니다.")
    assert actions.work_undo(by=world.head, id=batch.pk) == (0, 1)
    refused("conflict", actions.work_undo, by=world.head, id=batch.pk)
    refused("invalid", actions.work_many, by=world.officer, kind="take", ids=[], batch_id=uuid7())
    refused("not_allowed", actions.work_many, by=world.reader, kind="take", ids=ids, batch_id=uuid7())


def test_only_for_ten_minutes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = actions.work_many(by=world.officer, kind="take", ids=[world.report().pk], batch_id=uuid7())
    refused("not_allowed", actions.work_undo, by=world.other, id=batch.pk)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    refused("conflict", actions.work_undo, by=world.officer, id=batch.pk)


def test_letters_wait_while_it_can_be_taken_back(world: World) -> None:
    report = world.report(channel="email", address_of="me@example.kr", name="한주민")
    ReportContact.objects.update(confirmed_at=clock.now())
    Message.objects.all().delete()
    id = uuid7()
    actions.template_save(by=world.officer, id=id, title="치움", text="치웠습니다.")
    how = {"template_id": id, "outcome": "solved"}
    batch = actions.work_many(by=world.officer, kind="close", ids=[report.pk], batch_id=uuid7(), **how)
    deliver_due()
    assert Message.objects.get().due_at > clock.now() + timedelta(minutes=9)
    assert actions.work_undo(by=world.officer, id=batch.pk) == (1, 0)
    deliver_due()
    assert not Message.objects.exists()
    report.refresh_from_db()
    assert report.open
    assert report.words_said.get().text == "치웠습니다.", "what was said stays said"
    assert not Delivery.objects.exclude(error="").exists(), "no subscriber stumbled"


def test_who_hears_of_what(world: World) -> None:
    report = world.report(channel="email", address_of="me@example.kr", name="한주민")
    Message.objects.all().delete()
    actions.report_take(by=world.officer, id=report.pk)
    deliver_due()
    assert not Message.objects.exists(), "an address that nobody confirmed is not written to"
    ReportContact.objects.update(confirmed_at=clock.now())
    Report.objects.update(language="en")
    actions.report_ask(by=world.officer, id=report.pk, text="어느 차로인가요?")
    deliver_due()
    letter = Message.objects.get()
    assert report.status_path in letter.text
    assert "한주민" not in letter.text
    assert "차로" not in letter.text
    actions.report_reply(by=link(report), id=report.pk, text="바깥쪽입니다.")
    actions.report_pass_on(by=world.officer, id=report.pk, target_id=world.there.pk, reason=WHY)
    deliver_due()
    told = set(Notice.objects.values_list("person_id", "event__type"))
    assert (world.officer.person_id, "reports.replied") in told
    assert (world.other.person_id, "reports.move.offered") in told
    assert not Delivery.objects.exclude(error="").exists(), "no subscriber stumbled"


def test_a_template_knows_its_gaps(world: World) -> None:
    id = uuid7()
    for title, text in (("", "답"), ("틀", ""), ("틀", "{name}"), ("틀", "010-1234-5678로 전화해 주세요.")):
        refused("invalid", actions.template_save, by=world.officer, id=id, title=title, text=text)
    actions.template_save(by=world.officer, id=id, title="틀", text="{receipt} {place}")
    refused("invalid", actions.template_save, by=world.head, id=uuid7(), title="틀", text="다른 답")
    refused("not_found", actions.template_save, by=world.other, id=id, title="우리 틀", text="답")
    refused("not_found", actions.template_remove, by=world.other, id=id)
    refused("not_allowed", actions.template_save, by=world.reader, id=uuid7(), title="셋", text="답")
    actions.template_remove(by=world.head, id=id)
    refused("not_found", actions.template_remove, by=world.head, id=id)
    assert Move.objects.count() == 0


def test_search_finds_only_what_everybody_may_read(world: World) -> None:
    report = world.report()

    def found() -> bool:
        deliver_due()
        return SearchDocument.objects.filter(urn=report.urn).exists()

    assert found()
    actions.report_mark_abuse(by=world.officer, id=report.pk, reason="물건을 파는 광고입니다.")
    assert not found()
    actions.report_unmark_abuse(by=world.officer, id=report.pk)
    assert found()
    day = clock.today() + timedelta(days=9)
    actions.report_withhold(by=world.officer, id=report.pk, thing="", reason="personal", review_on=day)
    assert not found()
    actions.report_open(by=world.officer, id=report.pk, thing="")
    assert found()
