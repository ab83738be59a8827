"""What is refused, and what deadlines bring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction

from dure.bodies.models import Membership
from dure.collaboration import parties
from dure.collaboration.mediation import actions, queries, terms
from dure.collaboration.mediation.actions.moves import move_on
from dure.collaboration.mediation.actions.refer import beacon_of, text_mark
from dure.collaboration.mediation.jobs import watch_deadlines
from dure.collaboration.mediation.models import CommitteeMember, Dispute, Mediator, Result, Step
from dure.collaboration.models import Collaboration, Party
from dure.collaboration.parts import NAMES
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.collaboration.mediation.panel import (
    Panel,
    chair,
    fresh,
    mark_of,
    operator,
    seats,
    viewer_of,
)
from tests.collaboration.world import body, officer, person


def refused(act: Callable[[], Any]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught, transaction.atomic():
        act()
    return caught.value.code, caught.value.field


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime | int], None]:
    """Moves the clock so many days on."""

    def go(days: Any) -> None:
        real = datetime.now(clock.now().tzinfo) + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: real)

    return go


def step_on(dispute: Dispute) -> bool:
    with transaction.atomic():
        return move_on(dispute.pk)


class TestReferring:
    def test_only_a_party_refers_and_only_against_parties(self, panel: Panel) -> None:
        world = panel.world
        collaboration = world.together(world.offerer)
        assert refused(lambda: panel.refer(collaboration, by=world.other))[0] == "not_allowed"
        assert refused(lambda: panel.refer(collaboration, by=world.citizen))[0] == "not_allowed"
        assert refused(lambda: panel.refer(collaboration, by=Viewer.anonymous()))[0] == "not_signed_in"
        assert refused(lambda: panel.refer(collaboration, against=[world.other.body_id])) == ("invalid", "against")
        assert refused(lambda: panel.refer(collaboration, against=[world.asker.body_id])) == ("invalid", "against")
        assert refused(lambda: panel.refer(collaboration, against=[])) == ("invalid", "against")
        reader = officer(body("다른군"), "읽는 이", "reader")
        assert refused(lambda: panel.refer(collaboration, by=reader))[0] == "not_allowed"

    def test_a_part_is_contested_once(self, panel: Panel) -> None:
        collaboration = panel.world.together()
        panel.refer(collaboration, parts=["agreement", "workspace"])
        again = refused(
            lambda: panel.refer(
                collaboration, parts=["workspace"], by=panel.world.offerer, against=[panel.world.asker.body_id]
            )
        )
        assert again == ("conflict", "parts")
        panel.refer(collaboration, parts=["closing"])
        collaboration.refresh_from_db()
        assert collaboration.paused == ["agreement", "workspace", "closing"]

    @pytest.mark.parametrize("parts", [[], ["mediation"], ["kitchen"], ["agreement", "x"]])
    def test_only_what_can_rest_is_contested(self, panel: Panel, parts: list[str]) -> None:
        assert refused(lambda: panel.refer(parts=parts)) == ("invalid", "parts")

    def test_not_before_the_partners_are_settled(self, panel: Panel) -> None:
        call = panel.world.call()
        assert refused(lambda: panel.refer(call))[0] in ("not_allowed", "conflict")

    def test_texts_are_tidied_and_bounded(self, panel: Panel) -> None:
        assert refused(lambda: panel.refer(text="가" * 40_000)) == ("invalid", "text")
        assert refused(lambda: panel.refer(title=" \u202e ")) == ("invalid", "title")
        made = panel.refer(title="\u202e뒤집힌 제목 👩‍👩‍👧", text="표\t1\r\n2")
        assert made.title == "뒤집힌 제목 👩‍👩‍👧"
        assert made.text == "표\t1\n2"

    def test_a_doubled_id_makes_one_and_another_body_cannot_use_it(self, panel: Panel) -> None:
        collaboration, id = panel.world.together(), uuid7()
        first = panel.refer(collaboration, dispute_id=id)
        assert panel.refer(collaboration, dispute_id=id).pk == first.pk
        said = {"by": panel.world.offerer, "against": [panel.world.asker.body_id]}
        assert refused(lambda: panel.refer(collaboration, dispute_id=id, **said))[0] == "conflict"
        assert Dispute.objects.count() == 1


class TestStating:
    def test_only_the_parties_of_the_dispute_and_until_the_deadline(self, panel: Panel, later: Any) -> None:
        world, dispute = panel.world, panel.refer()
        say = lambda by, **more: actions.dispute_state(by=by, id=dispute.pk, text="말", **more)  # noqa: E731
        assert refused(lambda: say(world.other))[0] == "not_allowed"
        assert refused(lambda: say(world.citizen))[0] == "not_allowed"
        say(world.asker)
        said = actions.dispute_state(by=world.asker, id=dispute.pk, text="고친 말")
        assert [old.text for old in said.revisions.all()] == ["말"]
        say(world.offerer, final=True)
        assert refused(lambda: say(world.offerer))[0] == "conflict"
        assert refused(lambda: actions.dispute_state(by=world.asker, id=dispute.pk, text="가" * 40_000)) == (
            "invalid",
            "text",
        )
        later(40)
        assert refused(lambda: say(world.asker))[0] == "conflict"
        assert refused(lambda: actions.dispute_word(by=world.asker, id=dispute.pk, word="늦은 말"))[0] == "conflict"
        assert step_on(dispute)
        assert fresh(dispute).step == Step.SEATING

    def test_nothing_is_narrowed_to_one_body(self, panel: Panel) -> None:
        dispute = panel.refer()
        narrow = {"level": "body", "reason": "deliberation", "review_on": clock.today() + timedelta(days=9)}
        say = lambda: actions.dispute_state(by=panel.world.asker, id=dispute.pk, text="말", narrowing=narrow)  # noqa: E731
        assert refused(say) == ("invalid", "visibility")

    def test_evidence_comes_from_parties_and_members(self, panel: Panel) -> None:
        dispute = panel.sitting()

        def add(by: Viewer, content: bytes = b"x") -> Any:
            file = SimpleUploadedFile("a.txt", content)
            return actions.evidence_add(by=by, id=dispute.pk, note="표", uploaded=file)

        assert refused(lambda: add(panel.world.citizen))[0] == "not_allowed"
        assert refused(lambda: add(panel.world.other))[0] == "not_allowed"
        assert refused(lambda: add(panel.world.asker, b"")) == ("invalid", "file")
        assert add(viewer_of(seats(dispute)[0])).body_id is None
        assert add(panel.world.asker).body_id == panel.world.asker.body_id

    def test_a_party_that_left_says_nothing_more(self, panel: Panel) -> None:
        dispute = panel.refer()
        parties.leave(Party.objects.get(collaboration=dispute.collaboration, body=panel.world.offerer.body_id), "떠남")
        say = lambda: actions.dispute_state(by=panel.world.offerer, id=dispute.pk, text="말")  # noqa: E731
        assert refused(say)[0] == "not_allowed"


class TestSeats:
    def test_nobody_tied_to_a_party_is_drawn(self, panel: Panel) -> None:
        world = panel.world
        belongs, was, long_ago, interested = panel.people[:4]
        Membership.objects.create(person_id=belongs.person_id, body_id=world.asker.body_id, role="reader")
        for viewer, days in ((was, 200), (long_ago, 500)):
            Membership.objects.create(
                person_id=viewer.person_id,
                body_id=world.offerer.body_id,
                role="reader",
                valid_from=clock.today() - timedelta(days=900),
                ended_at=clock.now() - timedelta(days=days),
            )
        entry = Mediator.objects.get(person=interested.person_id)
        actions.interest_declare(by=interested, id=entry.pk, body_id=world.other.body_id, what="자문")
        panel.add(accept=False)
        dispute = panel.drawn()
        facts = dispute.draws.get().facts
        out = {one["id"]: one["excluded"] for one in facts["candidates"] if "excluded" in one}
        ids = {viewer: str(Mediator.objects.get(person=viewer.person_id).pk) for viewer in panel.people[:4]}
        assert out == {ids[belongs]: "member", ids[was]: "member", ids[interested]: "interest"}
        assert ids[long_ago] in facts["order"]
        assert len(facts["candidates"]) == 10

    def test_a_member_with_an_interest_cannot_accept(self, panel: Panel) -> None:
        dispute = panel.drawn()
        first, second = seats(dispute)[:2]
        entry = first.mediator
        actions.interest_declare(by=viewer_of(first), id=entry.pk, body_id=panel.world.asker.body_id, what="자문")
        assert refused(lambda: actions.seat_accept(by=viewer_of(first), id=dispute.pk))[0] == "conflict"
        Membership.objects.create(person=second.person, body_id=panel.world.offerer.body_id, role="reader")
        assert refused(lambda: actions.seat_accept(by=viewer_of(second), id=dispute.pk))[0] == "conflict"
        actions.seat_decline(by=viewer_of(first), id=dispute.pk, conflict=True, reason="자문을 합니다.")
        assert refused(lambda: actions.seat_accept(by=viewer_of(first), id=dispute.pk))[0] == "conflict"
        assert refused(lambda: actions.seat_accept(by=panel.world.asker, id=dispute.pk))[0] == "not_allowed"

    def test_who_resigned_from_the_roster_cannot_accept(self, panel: Panel) -> None:
        dispute = panel.drawn()
        seat = seats(dispute)[0]
        actions.mediator_resign(by=viewer_of(seat), id=seat.mediator_id, reason="바쁨")
        assert refused(lambda: actions.seat_accept(by=viewer_of(seat), id=dispute.pk))[0] == "conflict"

    def test_who_does_not_answer_in_time_is_replaced(self, panel: Panel, later: Any) -> None:
        dispute = panel.drawn()
        first = seats(dispute)
        for seat in first[:4]:
            actions.seat_accept(by=viewer_of(seat), id=dispute.pk)
        later(20)
        assert step_on(dispute)
        now = seats(dispute)
        assert len(now) == 5
        assert CommitteeMember.objects.get(pk=first[4].pk).state == CommitteeMember.State.EXPIRED
        new = next(seat for seat in now if seat.state == CommitteeMember.State.DRAWN)
        actions.seat_accept(by=viewer_of(new), id=dispute.pk)
        assert fresh(dispute).step == Step.ELECTING

    def test_a_member_who_left_may_do_nothing_more(self, panel: Panel) -> None:
        dispute = panel.working()
        seat = next(one for one in seats(dispute) if not one.chair)
        gone = viewer_of(seat)
        actions.seat_leave(by=gone, id=dispute.pk, reason="아픕니다.")
        for act in (
            lambda: actions.mediation_draft(by=gone, id=dispute.pk, text="안", duties={}),
            lambda: actions.seat_leave(by=gone, id=dispute.pk, reason="또"),
            lambda: actions.evidence_add(by=gone, id=dispute.pk, note="표", uploaded=SimpleUploadedFile("a", b"x")),
        ):
            assert refused(act)[0] == "not_allowed"
        assert len(seats(dispute)) == 5
        assert fresh(dispute).step == Step.WORKING

    def test_where_the_chair_leaves_a_new_one_is_elected(self, panel: Panel) -> None:
        dispute = panel.working()
        until = dispute.due
        actions.seat_leave(by=chair(dispute), id=dispute.pk, reason="아픕니다.")
        assert fresh(dispute).step == Step.ELECTING
        new = next(seat for seat in seats(dispute) if seat.state == CommitteeMember.State.DRAWN)
        actions.seat_accept(by=viewer_of(new), id=dispute.pk)
        members = seats(dispute)
        for seat in members:
            actions.chair_vote(by=viewer_of(seat), id=dispute.pk, seat_id=members[1].pk)
        assert fresh(dispute).step == Step.WORKING
        assert fresh(dispute).due == until
        assert chair(dispute) == viewer_of(members[1])


class TestChair:
    def test_a_second_ballot_is_between_those_who_were_equal(self, panel: Panel) -> None:
        dispute = panel.sitting()
        a, b, c, d, e = seats(dispute)
        for voter, choice in ((a, a), (b, a), (c, b), (d, b), (e, c)):
            actions.chair_vote(by=viewer_of(voter), id=dispute.pk, seat_id=choice.pk)
        assert fresh(dispute).ballot == 2
        again = lambda choice: actions.chair_vote(by=viewer_of(e), id=dispute.pk, seat_id=choice.pk)  # noqa: E731
        assert refused(lambda: again(c)) == ("invalid", "choice")
        for voter in (a, b, c, d):
            actions.chair_vote(by=viewer_of(voter), id=dispute.pk, seat_id=b.pk)
        again(a)
        assert chair(dispute) == viewer_of(b)

    def test_nobody_else_votes_and_nobody_for_somebody_else(self, panel: Panel) -> None:
        dispute = panel.sitting()
        vote = lambda by, id: actions.chair_vote(by=by, id=dispute.pk, seat_id=id)  # noqa: E731
        assert refused(lambda: vote(panel.world.asker, seats(dispute)[0].pk))[0] == "not_allowed"
        assert refused(lambda: vote(viewer_of(seats(dispute)[0]), 0)) == ("invalid", "choice")

    def test_a_ballot_that_nobody_casts_is_decided_by_the_lot(self, panel: Panel, later: Any) -> None:
        dispute = panel.sitting()
        later(15)
        assert step_on(dispute)
        assert fresh(dispute).step == Step.WORKING
        assert chair(dispute)


class TestWork:
    def test_only_the_chair_sets_hearings_and_not_in_the_past(self, panel: Panel, later: Any) -> None:
        dispute = panel.working()
        id, head = uuid7(), chair(dispute)
        other = next(viewer_of(seat) for seat in seats(dispute) if not seat.chair)

        def at(by: Viewer, when: datetime) -> Any:
            return actions.hearing_set(by=by, id=dispute.pk, hearing_id=id, at=when, place="회의실", invited="모두")

        soon = clock.now() + timedelta(days=2)
        assert refused(lambda: at(other, soon))[0] == "not_allowed"
        assert refused(lambda: at(panel.world.asker, soon))[0] == "not_allowed"
        assert refused(lambda: at(head, clock.now() - timedelta(minutes=1))) == ("invalid", "at")
        assert at(head, soon).pk == at(head, soon).pk
        write = lambda by: actions.hearing_record(by=by, id=dispute.pk, hearing_id=id, text="오간 이야기")  # noqa: E731
        assert refused(lambda: write(head))[0] == "conflict"
        later(3)
        assert refused(lambda: write(panel.world.asker))[0] == "not_allowed"
        write(other)
        cancel = lambda: actions.hearing_cancel(by=head, id=dispute.pk, hearing_id=id, reason="비")  # noqa: E731
        assert refused(cancel)[0] == "conflict"

    def test_a_draft_needs_more_than_half_and_the_one_that_was_read(self, panel: Panel) -> None:
        dispute = panel.working()
        a, b, c = (viewer_of(seat) for seat in seats(dispute)[:3])
        draft = lambda text, duties: actions.mediation_draft(by=a, id=dispute.pk, text=text, duties=duties)  # noqa: E731
        assert refused(lambda: draft("안", {panel.world.other.body_id: "할 일"})) == ("invalid", "duties")
        assert refused(lambda: draft("", {})) == ("invalid", "text")
        draft("첫 안", {})
        seen = mark_of(dispute)
        actions.mediation_approve(by=a, id=dispute.pk, seen=seen)
        actions.mediation_approve(by=b, id=dispute.pk, seen=seen)
        actions.mediation_approve(by=b, id=dispute.pk, seen=seen)
        assert fresh(dispute).step == Step.WORKING
        draft("고친 안", {})
        assert refused(lambda: actions.mediation_approve(by=c, id=dispute.pk, seen=seen))[0] == "conflict"
        for by in (a, b, c):
            actions.mediation_approve(by=by, id=dispute.pk, seen=mark_of(dispute))
        assert fresh(dispute).step == Step.ANSWERING

    def test_an_answer_stands(self, panel: Panel) -> None:
        dispute = panel.proposed()
        answer = lambda by: actions.mediation_answer(by=by, id=dispute.pk, accepts=True)  # noqa: E731
        assert refused(lambda: answer(panel.world.other))[0] == "not_allowed"
        answer(panel.world.asker)
        assert refused(lambda: answer(panel.world.asker))[0] == "conflict"


class TestEnding:
    def test_the_parties_settle_it_themselves_when_all_confirm_the_same_text(self, panel: Panel) -> None:
        dispute = panel.working()
        world, agree = panel.world, actions.dispute_agree
        assert refused(lambda: agree(by=world.asker, id=dispute.pk)) == ("invalid", "text")
        agree(by=world.asker, id=dispute.pk, text="반씩 냅니다.")
        old = text_mark("반씩 냅니다.")
        agree(by=world.asker, id=dispute.pk, text="셋에 하나를 냅니다.")
        assert refused(lambda: agree(by=world.offerer, id=dispute.pk, seen=old)) == ("conflict", "text")
        assert refused(lambda: agree(by=world.other, id=dispute.pk, seen=old))[0] == "not_allowed"
        agree(by=world.offerer, id=dispute.pk, seen=text_mark("셋에 하나를 냅니다."))
        assert fresh(dispute).result == Result.AGREED
        assert fresh(dispute).collaboration.paused == []

    def test_only_the_referrer_withdraws(self, panel: Panel) -> None:
        dispute = panel.refer()
        take = lambda by, reason="풀렸습니다.": actions.dispute_withdraw(by=by, id=dispute.pk, reason=reason)  # noqa: E731
        assert refused(lambda: take(panel.world.offerer))[0] == "not_allowed"
        assert refused(lambda: take(panel.world.asker, "")) == ("invalid", "reason")
        take(panel.world.asker)
        assert refused(lambda: take(panel.world.asker))[0] == "conflict"
        assert fresh(dispute).collaboration.paused == []

    def test_nobody_draws_anew_by_withdrawing(self, panel: Panel) -> None:
        dispute = panel.drawn()
        collaboration = dispute.collaboration
        actions.dispute_withdraw(by=panel.world.asker, id=dispute.pk, reason="위원이 마음에 들지 않습니다.")
        assert refused(lambda: panel.refer(collaboration)) == ("conflict", "parts")
        panel.refer(collaboration, parts=["closing"])
        panel.refer(collaboration, by=panel.world.offerer, against=[panel.world.asker.body_id], parts=["agreement"])

    def test_no_proposal_in_time_ends_it_unsettled(self, panel: Panel, later: Any) -> None:
        dispute = panel.working()
        later(90)
        assert step_on(dispute)
        assert (fresh(dispute).result, fresh(dispute).close_reason) == (Result.NOT_SETTLED, "no_proposal")
        assert not step_on(dispute)

    def test_who_does_not_answer_in_time_has_not_accepted(self, panel: Panel, later: Any) -> None:
        dispute = panel.proposed()
        actions.mediation_answer(by=panel.world.asker, id=dispute.pk, accepts=True)
        later(30)
        assert step_on(dispute)
        assert fresh(dispute).close_reason == "unanswered"

    def test_another_dispute_keeps_its_own_part_resting(self, panel: Panel) -> None:
        collaboration = panel.world.together()
        first = panel.refer(collaboration, parts=["agreement"])
        panel.refer(collaboration, parts=["decisions"])
        actions.dispute_withdraw(by=panel.world.asker, id=first.pk, reason="풀림")
        assert Collaboration.objects.get(pk=collaboration.pk).paused == ["decisions"]

    def test_those_who_must_act_are_warned_once(self, panel: Panel, later: Any) -> None:
        dispute = panel.refer()
        assert not step_on(dispute)
        days = (dispute.due - clock.today()).days - 1 if dispute.due else 0
        later(days)
        assert step_on(dispute)
        assert not step_on(dispute)
        assert Event.objects.filter(type="collaboration.dispute.due").count() == 1

    def test_the_job_goes_on_past_a_dispute_that_fails_and_says_so(
        self, panel: Panel, later: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bad = panel.refer()
        good = panel.refer()
        later(40)

        def broken(id: UUID) -> bool:
            if id == bad.pk:
                raise ZeroDivisionError
            return move_on(id)

        monkeypatch.setattr("dure.collaboration.mediation.jobs.move_on", broken)

        class Context:
            def progress(self, *args: Any) -> None: ...

        with pytest.raises(RuntimeError, match=str(bad.pk)):
            watch_deadlines(Context())
        assert fresh(good).step == Step.SEATING
        assert fresh(bad).step == Step.STATING


class TestRoster:
    def test_only_central_bodies_and_operators_keep_it(self, panel: Panel) -> None:
        someone = person("누구")
        said = {
            "email": someone.email,
            "name": "누구",
            "field": "senior",
            "starts_on": clock.today(),
            "ends_on": clock.today() + timedelta(days=9),
        }
        reg = lambda by, **more: actions.mediator_register(by=by, id=uuid7(), **{**said, **more})  # noqa: E731
        assert refused(lambda: reg(panel.world.asker))[0] == "not_allowed"
        assert refused(lambda: reg(Viewer.anonymous()))[0] == "not_signed_in"
        assert refused(lambda: reg(panel.centre, email="no@body.example")) == ("invalid", "email")
        assert refused(lambda: reg(panel.centre, field="cook")) == ("invalid", "field")
        assert refused(lambda: reg(panel.centre, ends_on=clock.today())) == ("invalid", "ends_on")
        assert refused(lambda: reg(panel.centre, name="가" * 40_000)) == ("invalid", "name")
        assert refused(lambda: reg(panel.centre, affiliation_id=uuid7())) == ("invalid", "affiliation")
        row = reg(operator())
        assert refused(lambda: reg(panel.centre)) == ("conflict", "email")
        assert refused(lambda: actions.mediator_accept(by=operator(), id=row.pk))[0] == "not_allowed"
        assert refused(lambda: actions.mediator_accept(by=panel.world.asker, id=row.pk))[0] == "not_found"
        own = Viewer.person(someone.pk)
        actions.mediator_accept(by=own, id=row.pk)
        assert refused(lambda: actions.mediator_decline(by=own, id=row.pk))[0] == "conflict"


class TestTheDrawCanBeDoneAgain:
    def test_seals_are_public_first_and_what_was_sealed_opens_at_the_draw(self, panel: Panel) -> None:
        dispute = panel.refer()
        seal = actions.dispute_word(by=panel.world.asker, id=dispute.pk, word="가을비")
        facts = queries.draw_facts(fresh(dispute))
        event = Event.objects.get(type="collaboration.dispute.referred")
        assert facts["rounds"][0]["seal"] == event.data["seal"]
        assert facts["rounds"][0]["word_seals"] == {str(panel.world.asker.body_id): seal}
        assert "secret" not in str(facts)
        assert "가을비" not in str(facts)
        assert facts["beacon"] == beacon_of(event)
        for side in (panel.world.asker, panel.world.offerer):
            actions.dispute_state(by=side, id=dispute.pk, text="입장", final=True)
        facts = queries.draw_facts(fresh(dispute))
        assert facts["rounds"][0]["words"] == {str(panel.world.asker.body_id): "가을비"}
        (again,) = queries.redraw(facts)
        assert again.matches
        assert again.seats == [str(seat.mediator_id) for seat in seats(dispute)] or set(again.seats or ()) == {
            str(seat.mediator_id) for seat in seats(dispute)
        }
        facts["rounds"][0]["words"][str(panel.world.asker.body_id)] = "봄비"
        assert not queries.redraw(facts)[0].matches

    def test_the_command_draws_again(self, panel: Panel, capsys: pytest.CaptureFixture[str]) -> None:
        dispute = panel.drawn()
        call_command("draw", dispute=str(dispute.pk))
        said = capsys.readouterr().out
        assert "matches" in said
        assert said.count("*") == 5
        with pytest.raises(CommandError):
            call_command("draw", dispute=str(uuid7()))


def test_the_table_of_terms_covers_every_step() -> None:
    assert {step.code for step in terms.STEPS} >= {"stating", "again", "seating", "electing", "answering"}
    assert set(queries.PARTS) == set(NAMES) - {"mediation"}
