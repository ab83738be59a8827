from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dure.collaboration import parties
from dure.collaboration.actions import call_field_open, call_field_withhold, file_add, opinion_say
from dure.collaboration.decisions import actions, jobs, queries
from dure.collaboration.decisions.effects import names
from dure.collaboration.decisions.jobs import watch
from dure.collaboration.decisions.models import Admission, Proposal, Vote
from dure.collaboration.decisions.rules import Rule, set_rule
from dure.collaboration.decisions.things import ThingForm, WithholdThingForm
from dure.collaboration.desk import desk_items
from dure.collaboration.models import Collaboration, Party
from dure.collaboration.parts import effects
from dure.core import clock
from dure.core.events import deliver_due, timeline
from dure.core.ids import uuid7
from dure.core.models import Event, Notice, Withholding
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.collaboration.decisions.conftest import Clock
from tests.collaboration.world import World, body, officer

NOBODY = Viewer.anonymous()


class Context:
    """What the hourly job needs of a running job."""

    def progress(self, *_said: Any) -> None:
        return None


def refusal(act: Any, **kwargs: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**kwargs)
    return caught.value


def day(number: int) -> Any:
    return clock.today() + timedelta(days=number)


def propose(by: Viewer, collaboration: Collaboration, **more: Any) -> Proposal:
    fields = {"title": "매달 모입니다", "text": "첫 월요일에 만납니다.", **more}
    return actions.proposal_make(by=by, id=collaboration.pk, **fields)


def withholding(part: str = "place") -> dict[str, Any]:
    return {"part": part, "reason": "speculation", "review_on": day(60).isoformat()}


def cast(proposal: Proposal, **votes: Any) -> Proposal:
    for choice, viewers in votes.items():
        for viewer in viewers:
            actions.vote_cast(by=viewer, id=proposal.pk, choice=choice, reason="까닭" if choice == "block" else "")
    proposal.refresh_from_db()
    return proposal


class TestProposing:
    def test_parties_propose_and_all_read_it(self, world: World) -> None:
        together = world.together()
        made = propose(world.other, together)
        assert (made.state, made.kind, made.rule["passes"]) == ("open", "text", "consent")
        assert clock.local(made.deadline).date() == day(7)
        shown = queries.proposal_view(NOBODY, together, made.pk)
        assert (shown.title, shown.voted, len(shown.votes)) == ("매달 모입니다", 0, 3)
        assert any("안건을 올렸습니다: 매달 모입니다" in line.text for line in timeline(together.urn, NOBODY))

    def test_sent_twice_it_is_made_once(self, world: World) -> None:
        together, id = world.together(), uuid7()
        for _time in range(2):
            propose(world.asker, together, proposal_id=id)
        other = refusal(propose, by=world.other, collaboration=together, proposal_id=id)
        assert other.code == "conflict"
        assert Proposal.objects.count() == Event.objects.filter(type="collaboration.proposal.made").count() == 1

    def test_only_parties_and_only_together(self, world: World) -> None:
        together = world.together()
        stranger = officer(body("먼군"), "정담당")
        reader = Viewer.person(world.asker.person_id, world.asker.body_id, "reader")  # type: ignore[arg-type]
        for viewer, code in ((NOBODY, "not_signed_in"), (world.citizen, "not_allowed"), (stranger, "not_allowed")):
            assert refusal(propose, by=viewer, collaboration=together).code == code
        assert refusal(propose, by=reader, collaboration=together).code == "not_allowed"
        assert refusal(propose, by=world.asker, collaboration=world.call()).code == "conflict"
        Collaboration.objects.filter(pk=together.pk).update(paused=["decisions"])
        assert refusal(propose, by=world.asker, collaboration=together).code == "conflict"

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"title": " "}, "title"),
            ({"title": "가" * 121}, "title"),
            ({"text": ""}, "text"),
            ({"text": "가" * 40_000}, "text"),
            ({"deadline": 0}, "deadline"),
            ({"deadline": 91}, "deadline"),
            ({"kind": "rule-alone"}, "kind"),
            ({"narrow": {"level": "body", "reason": "trial", "review_on": None}}, "visibility"),
            ({"narrow": {"level": "partners", "reason": "", "review_on": None}}, "withheld_reason"),
            ({"kind": "withhold_part", "data": {"part": "title"}}, "data.part"),
            (
                {"kind": "withhold_part", "data": {"part": "goal", "reason": "", "review_on": "2020-01-01"}},
                "data.reason",
            ),
            ({"kind": "open_part", "data": {"part": "goal"}}, "data.part"),
            ({"kind": "part", "data": {"body": str(uuid7())}}, "data.body"),
            ({"kind": "admit", "data": {"body": str(uuid7())}}, "data.body"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, world: World, fields: dict[str, Any], field: str) -> None:
        if isinstance(fields.get("deadline"), int):
            fields = {"deadline": day(fields["deadline"])}
        assert refusal(propose, by=world.asker, collaboration=world.together(), **fields).field == field
        assert not Proposal.objects.exists()

    def test_typed_text_is_made_safe(self, world: World) -> None:
        made = propose(world.asker, world.together(), title="모임\u202e \n시간 🎉", text="월\t화\r\n10시\t11시")
        assert (made.title, made.text) == ("모임 시간 🎉", "월\t화\n10시\t11시")

    def test_changed_before_the_first_vote_only(self, world: World) -> None:
        together = world.together()
        made = propose(world.asker, together)
        actions.proposal_change(by=world.asker, id=made.pk, title="두 달마다 모입니다", text="첫 월요일")
        assert queries.revisions_of(made.pk)[0]["title"] == "매달 모입니다"
        assert refusal(actions.proposal_change, by=world.other, id=made.pk, text="x").code == "not_allowed"
        cast(made, agree=[world.other])
        assert refusal(actions.proposal_change, by=world.asker, id=made.pk, text="x").code == "conflict"

    def test_withdrawn_with_a_reason_by_its_proposer(self, world: World) -> None:
        made = propose(world.asker, world.together())
        assert refusal(actions.proposal_withdraw, by=world.other, id=made.pk, reason="x").code == "not_allowed"
        assert refusal(actions.proposal_withdraw, by=world.asker, id=made.pk, reason=" ").field == "reason"
        actions.proposal_withdraw(by=world.asker, id=made.pk, reason="다시 생각합니다")
        assert refusal(actions.vote_cast, by=world.other, id=made.pk, choice="agree").code == "conflict"

    def test_narrowed_it_is_known_to_all_and_read_by_the_parties(self, world: World) -> None:
        together = world.together()
        narrow = {"level": "partners", "reason": "deliberation", "review_on": day(9)}
        made = propose(world.asker, together, narrow=narrow)
        for viewer in (world.offerer, world.other):
            assert queries.proposal_view(viewer, together, made.pk).title == "매달 모입니다"
        closed = queries.proposal_view(NOBODY, together, made.pk)
        assert (closed.title, closed.votes, closed.withheld is not None) == ("", (), True)
        assert refusal(queries.proposal_of, viewer=NOBODY, collaboration=together, id=made.pk).code == "not_found"
        assert not any("매달" in line.text for line in timeline(together.urn, NOBODY))
        assert refusal(actions.proposal_open, by=world.other, id=made.pk).code == "not_allowed"
        actions.proposal_open(by=world.asker, id=made.pk)
        assert queries.proposal_view(NOBODY, together, made.pk).title == "매달 모입니다"
        assert refusal(actions.proposal_open, by=world.asker, id=made.pk).code == "conflict"


class TestVoting:
    def test_all_agree_and_it_is_carried_with_the_reason(self, world: World) -> None:
        together = world.together()
        made = cast(propose(world.asker, together), agree=[world.asker, world.other, world.offerer])
        assert made.state == "carried"
        assert made.result["ko"].startswith("모두 뜻을 밝혔고, 막은 곳이 없고 찬성이 반대보다 많아 가결")
        assert (made.result["agree"], made.result["total"], made.result["quorum"]) == (3, 3, 2)
        assert refusal(actions.vote_cast, by=world.other, id=made.pk, choice="block", reason="x").code == "conflict"

    def test_a_block_needs_a_reason_and_ends_it(self, world: World) -> None:
        made = propose(world.asker, world.together())
        assert refusal(actions.vote_cast, by=world.other, id=made.pk, choice="block").field == "reason"
        assert refusal(actions.vote_cast, by=world.other, id=made.pk, choice="perhaps").field == "choice"
        assert (
            refusal(actions.vote_cast, by=world.other, id=made.pk, choice="agree", reason="가" * 1001).field == "reason"
        )
        assert cast(made, block=[world.other]).state == "fallen"

    def test_a_changed_vote_counts_and_the_earlier_one_is_kept(self, world: World) -> None:
        together = world.together()
        made = cast(propose(world.asker, together), agree=[world.asker], disagree=[world.other])
        actions.vote_cast(by=world.other, id=made.pk, choice="abstain", reason="고쳐졌습니다")
        actions.vote_cast(by=world.other, id=made.pk, choice="abstain", reason="고쳐졌습니다")
        (vote,) = (
            v for v in queries.proposal_view(NOBODY, together, made.pk).votes if v.body.pk == world.other.body_id
        )
        assert (vote.choice, [label for _at, label, _why in vote.before]) == ("abstain", ["반대"])
        assert Event.objects.filter(type="collaboration.vote.changed").count() == 1

    def test_who_is_no_party_or_no_more_cannot_vote(self, world: World) -> None:
        together = world.together()
        made = propose(world.asker, together)
        for viewer, code in ((NOBODY, "not_signed_in"), (world.citizen, "not_allowed")):
            assert refusal(actions.vote_cast, by=viewer, id=made.pk, choice="agree").code == code
        actions.party_leave(by=world.other, id=together.pk, reason="예산이 없습니다")
        assert refusal(actions.vote_cast, by=world.other, id=made.pk, choice="agree").code == "not_allowed"
        assert refusal(actions.vote_cast, by=world.asker, id=uuid7(), choice="agree").code == "not_found"

    def test_after_the_deadline_it_is_refused_and_counted(self, world: World, later: Clock) -> None:
        made = cast(propose(world.asker, world.together()), agree=[world.asker, world.offerer])
        later.shift(days=8)
        late = refusal(actions.vote_cast, by=world.other, id=made.pk, choice="block", reason="늦었지만")
        assert (late.code, "기한이 지났습니다" in late.message) == ("conflict", True)
        made.refresh_from_db()
        assert (made.state, made.result["ended"], Vote.objects.count()) == ("carried", "deadline", 2)

    def test_a_system_votes_with_its_key(self, world: World) -> None:
        made = propose(world.asker, world.together())
        system = Viewer.system(world.other.body_id, frozenset({"read", "write"}), uuid7())  # type: ignore[arg-type]
        assert actions.vote_cast(by=system, id=made.pk, choice="agree").person_id is None
        reading = Viewer.system(world.other.body_id, frozenset({"read"}), uuid7())  # type: ignore[arg-type]
        assert refusal(actions.vote_cast, by=reading, id=made.pk, choice="agree").code == "not_allowed"

    def test_the_rule_of_the_agreement_counts_from_the_next_proposal(self, world: World) -> None:
        together = world.together()
        old = propose(world.asker, together)
        heavy = {str(world.other.body_id): 5}
        set_rule(together, Rule("majority", 600, 14, heavy))
        new = propose(world.asker, together)
        assert clock.local(new.deadline).date() == day(14)
        assert cast(new, agree=[world.other, world.offerer]).state == "carried"
        assert cast(old, agree=[world.other, world.offerer]).state == "open"
        page = queries.decisions_page(NOBODY, together)
        assert page.agreed
        assert page.rule[0] == "기관마다 몫이 다릅니다."

    def test_no_weight_lets_one_party_decide_against_the_others(self, world: World) -> None:
        together = world.together()
        set_rule(together, Rule("majority", 0, 7, {str(world.asker.body_id): 99}))
        made = cast(propose(world.asker, together), agree=[world.asker], disagree=[world.other, world.offerer])
        assert (made.state, "한 곳의 뜻만으로는" in made.result["ko"]) == ("fallen", True)


class TestTheClock:
    def test_reminded_a_day_before_decided_at_the_deadline_once(self, world: World, later: Clock) -> None:
        together = world.together()
        made = cast(propose(world.asker, together), agree=[world.asker, world.other])
        watch(Context())  # type: ignore[arg-type]
        assert not Event.objects.filter(type="collaboration.proposal.closing").exists()
        later.to(made.deadline - timedelta(hours=12))
        for _time in range(2):
            watch(Context())  # type: ignore[arg-type]
        assert Event.objects.filter(type="collaboration.proposal.closing").count() == 1
        later.shift(days=1)
        for _time in range(2):
            watch(Context())  # type: ignore[arg-type]
        made.refresh_from_db()
        assert made.state == "carried"
        assert Event.objects.filter(type="collaboration.proposal.carried").count() == 1

    def test_without_a_quorum_it_falls(self, world: World, later: Clock) -> None:
        made = cast(propose(world.asker, world.together()), agree=[world.asker])
        assert refusal(actions.proposal_decide, by=world.asker, id=made.pk).code == "conflict"
        later.shift(days=8)
        assert refusal(actions.proposal_decide, by=world.citizen, id=made.pk).code == "not_allowed"
        actions.proposal_decide(by=world.asker, id=made.pk)
        made.refresh_from_db()
        assert (made.state, "못 미쳐" in made.result["ko"]) == ("fallen", True)

    def test_while_a_dispute_rests_voting_the_deadline_waits(self, world: World, later: Clock) -> None:
        together = world.together()
        made = cast(propose(world.asker, together), agree=[world.asker])
        Collaboration.objects.filter(pk=together.pk).update(paused=["decisions"])
        assert refusal(actions.vote_cast, by=world.other, id=made.pk, choice="agree").code == "conflict"
        later.shift(days=8)
        watch(Context())  # type: ignore[arg-type]
        made.refresh_from_db()
        assert (made.state, made.deadline > clock.now()) == ("open", True)
        assert Event.objects.filter(type="collaboration.proposal.prolonged").count() == 1

    def test_one_that_fails_does_not_hold_up_the_others(
        self, world: World, later: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        together = world.together()
        first, second = (propose(world.asker, together) for _time in range(2))
        later.shift(days=9)
        bad, real = min(first.pk, second.pk), jobs.look_after

        def look_after(id: UUID) -> None:
            if id == bad:
                raise RuntimeError("broken")
            real(id)

        monkeypatch.setattr(jobs, "look_after", look_after)
        with pytest.raises(RuntimeError):  # the job says so
            watch(Context())  # type: ignore[arg-type]
        assert sorted(Proposal.objects.values_list("state", flat=True)) == ["fallen", "open"]

    def test_with_the_collaboration_its_open_proposals_end(self, world: World) -> None:
        together = world.together()
        made = propose(world.asker, together)
        Collaboration.objects.filter(pk=together.pk).update(stage="ended", outcome="done", ended_at=clock.now())
        watch(Context())  # type: ignore[arg-type]
        made.refresh_from_db()
        assert (made.state, bool(made.end_reason)) == ("withdrawn", True)


class TestEffects:
    def test_a_part_is_withheld_and_opened_together(self, world: World) -> None:
        together = world.together()
        held = propose(world.offerer, together, kind="withhold_part", title="", data=withholding())
        assert held.title.startswith("가결되면 이 항목은 함께하는 기관에만 보입니다")
        cast(held, agree=[world.asker, world.other, world.offerer])
        row = Withholding.objects.get(subject=together.pk)
        assert (row.field, row.visibility, row.withheld_by_body) == ("place", "partners", world.offerer.body_id)
        opened = propose(world.other, together, kind="open_part", title="", data={"part": "place"})
        cast(opened, agree=[world.asker, world.other], abstain=[world.offerer])
        assert not Withholding.objects.exists()

    def test_what_cannot_be_done_any_more_is_carried_and_says_so(self, world: World) -> None:
        together = world.together()
        first = propose(world.offerer, together, kind="withhold_part", title="", data=withholding())
        second = propose(world.other, together, kind="withhold_part", title="", data=withholding())
        for made in (first, second):
            cast(made, agree=[world.asker, world.other, world.offerer])
        assert (second.state, second.not_done["ko"]) == ("carried", "이미 공개하지 않는 항목입니다.")
        assert set(second.not_done) == {"ko", "en"}
        assert queries.proposal_view(NOBODY, together, second.pk).not_done
        assert Withholding.objects.count() == 1

    def test_one_thing_is_withheld_and_opened_together_and_the_proposal_does_not_tell_its_words(
        self, world: World
    ) -> None:
        together = world.together()
        file = SimpleUploadedFile("안쪽 이름.txt", "글".encode())
        kept = file_add(by=world.other, id=together.pk, uploaded=file)
        said = opinion_say(by=world.citizen, id=together.pk, text="누구네 집입니다")
        for thing in (kept, said):
            form = WithholdThingForm(
                {"thing": thing.urn, "reason": "personal", "review_on": day(9)}, collaboration=together
            )
            assert form.is_valid(), form.errors
            data = effects()["withhold_thing"].data(form)
            held = propose(world.offerer, together, kind="withhold_thing", title="", data=data)
            assert not {"안쪽", "누구네"} & set(held.title.split())
            cast(held, agree=[world.asker, world.other, world.offerer])
            thing.refresh_from_db()
            assert thing.visibility == "partners"
            again = refusal(propose, by=world.asker, collaboration=together, kind="withhold_thing", data=data)
            assert again.field == "data.thing"
        form = ThingForm({"thing": kept.urn}, collaboration=together)
        assert form.is_valid(), form.errors
        opened = propose(world.other, together, kind="open_thing", title="", data=effects()["open_thing"].data(form))
        cast(opened, agree=[world.asker, world.other], abstain=[world.offerer])
        kept.refresh_from_db()
        assert kept.visibility == "public"
        elsewhere = {"thing": said.urn, "ko": "", "en": "", "made": ""}
        far = refusal(propose, by=world.asker, collaboration=world.together(), kind="open_thing", data=elsewhere)
        assert far.field == "data.thing"

    def test_a_body_joins_once_it_says_yes(self, world: World) -> None:
        together, newcomer = world.together(), officer(body("한빛군"), "한담당")
        data = names(parties.parties_of(together).model.body.field.related_model.objects.get(pk=newcomer.body_id))
        made = propose(world.asker, together, kind="admit", data=data)
        cast(made, agree=[world.asker, world.other, world.offerer])
        assert newcomer.body_id not in parties.party_bodies(together)
        again = refusal(propose, by=world.asker, collaboration=together, kind="admit", data=data)
        assert again.field == "data.body"
        asked = Admission.objects.get()
        assert [item.kind for item in desk_items(newcomer)] == ["함께하자는 청"]
        assert refusal(actions.admission_accept, by=world.asker, id=asked.pk).code == "not_allowed"
        actions.admission_accept(by=newcomer, id=asked.pk)
        assert newcomer.body_id in parties.party_bodies(together)
        assert refusal(actions.admission_accept, by=newcomer, id=asked.pk).code == "conflict"

    def test_it_may_say_no_with_a_reason(self, world: World) -> None:
        together, newcomer = world.together(), officer(body("한빛군"), "한담당")
        asked = Admission.objects.create(collaboration=together, body_id=newcomer.body_id)
        assert refusal(actions.admission_decline, by=newcomer, id=asked.pk, answer=" ").field == "answer"
        actions.admission_decline(by=newcomer, id=asked.pk, answer="사람이 없습니다")
        assert newcomer.body_id not in parties.party_bodies(together)
        assert queries.decisions_page(NOBODY, together).admissions[0].answer == "사람이 없습니다"

    def test_parting_needs_all_others_and_not_the_one_it_is_about(self, world: World) -> None:
        together = world.together()
        about = Party.objects.get(collaboration=together, body=world.other.body_id).body
        data = {**names(about), "reason": "약속을 지키지 않았습니다"}
        made = propose(world.asker, together, kind="part", data=data)
        cast(made, block=[world.other])
        assert made.state == "open"
        cast(made, agree=[world.offerer])
        assert made.state == "carried"
        gone = Party.objects.get(collaboration=together, body=world.other.body_id)
        assert (gone.left_at is not None, gone.left_reason) == (True, "약속을 지키지 않았습니다")
        two = {**names(Party.objects.get(collaboration=together, body=world.offerer.body_id).body), "reason": "x"}
        assert refusal(propose, by=world.asker, collaboration=together, kind="part", data=two).field == "data.body"

    def test_one_of_the_others_is_enough_to_keep_a_party(self, world: World) -> None:
        together = world.together()
        about = Party.objects.get(collaboration=together, body=world.other.body_id).body
        made = propose(world.asker, together, kind="part", data={**names(about), "reason": "x"})
        assert cast(made, abstain=[world.offerer]).state == "fallen"


class TestLeaving:
    def test_a_party_leaves_with_a_reason_and_open_votes_are_counted_anew(self, world: World) -> None:
        together = world.together()
        made = cast(propose(world.asker, together), agree=[world.asker, world.offerer])
        assert refusal(actions.party_leave, by=world.other, id=together.pk, reason=" ").field == "reason"
        assert refusal(actions.party_leave, by=world.citizen, id=together.pk, reason="x").code == "not_allowed"
        actions.party_leave(by=world.other, id=together.pk, reason="예산이 없습니다")
        made.refresh_from_db()
        assert made.state == "carried"

    def test_the_last_one_is_told_to_close_and_cannot_leave(self, world: World) -> None:
        together = world.together(world.offerer)
        actions.party_leave(by=world.asker, id=together.pk, reason="예산이 없습니다")
        assert refusal(actions.party_leave, by=world.offerer, id=together.pk, reason="x").code == "conflict"
        assert queries.decisions_page(NOBODY, together).alone
        assert any("협업을 마쳐 주세요" in line.text for line in timeline(together.urn, NOBODY))

    def test_who_asked_and_left_reads_no_more_than_anybody(self, world: World) -> None:
        together = world.together()
        held = propose(world.offerer, together, kind="withhold_part", title="", data=withholding("goal"))
        cast(held, agree=[world.asker, world.other, world.offerer])
        assert not Withholding.objects.withheld_from(world.asker)
        actions.party_leave(by=world.asker, id=together.pk, reason="예산이 없습니다")
        assert Withholding.objects.withheld_from(world.asker)
        assert not Withholding.objects.withheld_from(world.other)


def test_the_asker_alone_decides_until_the_partners_are_settled(world: World) -> None:
    call = world.call()
    how = {"level": "partners", "reason": "speculation", "review_on": day(9)}
    call_field_withhold(by=world.asker, id=call.pk, part="place", **how)
    together = world.together()
    for act, more in ((call_field_withhold, how), (call_field_open, {})):
        said = refusal(act, by=world.asker, id=together.pk, part="place", **more)
        assert (said.code, "함께 정하기" in said.message) == ("conflict", True)


def test_officers_of_all_parties_are_told_and_find_it_on_their_desk(world: World, later: Clock) -> None:
    together = world.together()
    colleague = officer(parties.parties_of(together)[0].body, "김동료")
    while deliver_due():
        pass
    Notice.objects.all().delete()
    made = propose(world.asker, together)
    while deliver_due():
        pass
    told = set(Notice.objects.values_list("person_id", flat=True))
    assert told == {viewer.person_id for viewer in (world.other, world.offerer, colleague)}
    assert [item.title for item in desk_items(world.other) if item.kind == "안건"] == [made.title]
    cast(made, agree=[world.other])
    assert not [item for item in desk_items(world.other) if item.kind == "안건"]
    later.to(made.deadline - timedelta(hours=12))
    watch(Context())  # type: ignore[arg-type]
    later.shift(days=1)
    watch(Context())  # type: ignore[arg-type]
    while deliver_due():
        pass
    mine = Notice.objects.filter(person_id=world.asker.person_id).values_list("event__type", flat=True)
    assert {"collaboration.proposal.closing", "collaboration.proposal.fallen"} <= set(mine)
