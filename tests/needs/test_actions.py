"""Asking, answering, merging, answering needs: what happens and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from dure.core import clock
from dure.core.models import Event, Notice
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.needs import actions, jobs, subscribers
from dure.needs.models import AskedBody, Need, NeedFollow, NeedsAnswer, NeedsSurvey
from tests.collaboration.world import make_world as collaborations
from tests.needs.world import World


def refused(code: str, field: str | None = None) -> Any:
    return pytest.raises(Refused, check=lambda fault: fault.code == code and (field is None or fault.field == field))


def last() -> Event:
    return Event.objects.order_by("-seq")[0]


def test_a_survey_opens_for_the_bodies_it_asks(world: World) -> None:
    survey = world.survey(kinds=["sigungu"])
    asked = set(AskedBody.objects.filter(survey=survey).values_list("body_id", flat=True))
    assert asked == {world.one.body_id, world.two.body_id, world.three.body_id, world.outsider.body_id}
    assert (last().type, last().data) == ("needs.survey.opened", {"asked": 4})
    assert actions.survey_open(by=world.asker, id=survey.pk).opened_at == survey.opened_at
    subscribers.tell_the_asked(last())
    assert Notice.objects.count() == 4


@pytest.mark.parametrize("missing", ["title", "purpose", "use", "until", "promised_on"])
def test_a_survey_says_what_is_missing(world: World, missing: str) -> None:
    none: Any = None if missing in ("until", "promised_on") else ""
    more = {"promised_on": None} if missing == "until" else {}
    draft = world.draft(**{missing: none, **more})
    with refused("invalid", missing):
        actions.survey_open(by=world.asker, id=draft.pk)
    assert NeedsSurvey.objects.get(pk=draft.pk).state == "draft"


def test_a_survey_must_ask_somebody(world: World) -> None:
    with refused("invalid", "kinds"):
        actions.survey_open(by=world.asker, id=world.draft(named=[]).pk)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"title": "가" * 40_000}, "title"),
        ({"needs": ["가" * 40_000]}, "needs"),
        ({"needs": [f"수요 {n}" for n in range(31)]}, "needs"),
        ({"kinds": ["moon"]}, "kinds"),
        ({"named": [uuid4()]}, "named"),
        ({"mode": "dice"}, "mode"),
        ({"until": clock.today() - timedelta(days=1)}, "until"),
        ({"promised_on": clock.today()}, "promised_on"),
    ],
)
def test_what_a_draft_cannot_say(world: World, fields: dict[str, Any], at: str) -> None:
    with refused("invalid", at):
        world.draft(**fields)


def test_typed_text_is_made_safe(world: World) -> None:
    survey = world.draft(title="무엇이\u202e 필요\t한가요 🚌\n", needs=["정산표\t1\n", "정산표 1", ""])
    assert survey.title == "무엇이 필요 한가요 🚌"
    assert [need.title for need in world.listed(survey)] == ["정산표 1"]


def test_a_draft_is_the_own_body_s(world: World) -> None:
    draft = world.draft()
    for by in (world.one, world.citizen, Viewer.anonymous()):
        assert not NeedsSurvey.objects.visible_to(by).filter(pk=draft.pk).exists()
        with refused("not_found"):
            actions.survey_open(by=by, id=draft.pk)
    with refused("not_signed_in"):
        actions.survey_save(by=Viewer.anonymous(), id=uuid4(), fields={})
    with refused("not_allowed"):
        actions.survey_save(by=world.one, id=draft.pk, fields={"title": "남의 것"})
    actions.survey_delete(by=world.asker, id=draft.pk)
    with refused("conflict"):
        actions.survey_delete(by=world.asker, id=world.survey().pk)


def test_one_answer_for_a_body_that_can_be_changed(world: World) -> None:
    survey = world.survey()
    first = world.give(world.one, survey, [5, None, 1], "밤 택시", "수영장")
    kept = world.own(survey, "밤 택시").pk
    again = world.give(world.one, survey, [4], "밤에 부르는 택시")
    assert first.pk == again.pk
    assert list(again.priorities.values()) == [4]
    assert [(n.pk, n.title) for n in Need.objects.filter(answer=again)] == [(kept, "밤에 부르는 택시")]
    assert [e.type for e in Event.objects.order_by("-seq")[:2]] == ["needs.answer.changed", "needs.answer.given"]
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedsAnswer.objects.create(survey=survey, body_id=world.one.body_id)


def test_a_body_that_is_not_asked_cannot_answer(world: World) -> None:
    survey = world.survey()
    with refused("not_allowed"):
        world.give(world.outsider, survey, [5])
    with refused("not_allowed"):
        world.give(world.citizen, survey, [5])
    with refused("not_signed_in"):
        world.give(Viewer.anonymous(), survey, [5])
    reader = Viewer.person(world.one.person_id, world.one.body_id, "reader")  # type: ignore[arg-type]
    with refused("not_allowed"):
        world.give(reader, survey, [5])


def test_late_is_late(world: World) -> None:
    survey = world.survey()
    world.give(world.one, survey, [5])
    world.later(7)
    world.give(world.one, survey, [4])
    world.later(1)
    with pytest.raises(Refused, match="마감되어"):
        world.give(world.one, survey, [3])
    with refused("invalid", "until"):
        actions.survey_extend(by=world.asker, id=survey.pk, until=survey.until, promised_on=survey.promised_on)
    until = clock.today() + timedelta(days=3)
    actions.survey_extend(by=world.asker, id=survey.pk, until=until, promised_on=until + timedelta(days=9))
    world.give(world.two, survey, [3])


@pytest.mark.parametrize(
    ("values", "own", "at"),
    [
        ([6], [], "priority"),
        ([0], [], "priority"),
        ([], [], None),
        ([5], [{"title": "", "why": "까닭만"}], "own_1_title"),
        ([5], [{"title": "택시"}], "own_1_points"),
        ([5], [{"title": "택시", "points": 9}], "own_1_points"),
        ([5], [{"title": "택시", "points": 3, "why": "가" * 40_000}], "own_1_why"),
        ([5], [{"title": "택", "points": 3}] * 11, "own"),
    ],
)
def test_what_an_answer_cannot_say(world: World, values: list[int], own: list[dict[str, Any]], at: str | None) -> None:
    survey = world.survey()
    said = dict(zip([need.pk for need in world.listed(survey)], values, strict=False))
    with pytest.raises(Refused) as fault:
        actions.answer_give(by=world.one, survey_id=survey.pk, priorities=said, own=own)
    assert fault.value.code == "invalid"
    assert (fault.value.field or "").startswith(at or "")


def test_needs_of_another_survey_are_no_priorities(world: World) -> None:
    survey, other = world.survey(), world.survey()
    with refused("invalid", "priorities"):
        actions.answer_give(by=world.one, survey_id=survey.pk, priorities={world.listed(other)[0].pk: 5})


def test_sorting_waits_for_the_last_day_or_the_last_answer(world: World) -> None:
    survey = world.survey()
    with refused("conflict"):
        actions.survey_sort(by=world.asker, id=survey.pk)
    with refused("not_allowed"):
        actions.survey_sort(by=world.one, id=survey.pk)
    world.later(8)
    assert actions.survey_sort(by=world.asker, id=survey.pk).state == "sorting"
    with refused("conflict"):
        world.give(world.one, survey, [5])


def test_a_merge_and_its_undoing(world: World) -> None:
    survey = world.sorting()
    merge = world.merge(survey)
    assert set(merge.result.members.values_list("title", flat=True)) == {"밤에 부르는 택시", "밤에 택시 부르기"}
    subscribers.tell_the_writers(last())
    assert set(Notice.objects.values_list("person_id", flat=True)) == {world.one.person_id, world.two.person_id}
    with refused("conflict", "needs"):
        world.merge(survey, "밤에 부르는 택시", "수영장 고치기")
    actions.merge_undo(by=world.asker, id=merge.pk)
    assert world.own(survey, "밤에 부르는 택시").stands
    assert merge.needs.count() == 2
    Notice.objects.all().delete()
    subscribers.tell_the_writers(last())
    assert Notice.objects.count() == 2
    with refused("conflict"):
        actions.merge_undo(by=world.asker, id=merge.pk)
    world.merge(survey, title="다시 밤 택시")


def test_a_merge_of_a_merge_is_undone_from_above(world: World) -> None:
    survey = world.sorting()
    inner = world.merge(survey)
    outer = world.merge(survey, "밤 택시", "수영장 고치기", title="밤과 물")
    with refused("conflict"):
        actions.merge_undo(by=world.asker, id=inner.pk)
    actions.merge_undo(by=world.asker, id=outer.pk)
    actions.merge_undo(by=world.asker, id=inner.pk)
    assert Need.objects.filter(survey=survey, merged_into=None, ended_at=None).count() == 6


def test_a_doubled_merge_is_one(world: World) -> None:
    survey = world.sorting()
    ids = [world.own(survey, title).pk for title in ("밤에 부르는 택시", "밤에 택시 부르기")]
    fields: dict[str, Any] = {
        "survey_id": survey.pk,
        "need_ids": ids,
        "title": "밤",
        "why": "같음",
        "merge_id": uuid4(),
    }
    first = actions.need_merge(by=world.asker, **fields)
    assert actions.need_merge(by=world.asker, **fields) == first


def test_no_merge_across_surveys(world: World) -> None:
    survey, other = world.sorting(), world.sorting()
    ids = [world.own(survey, "밤에 부르는 택시").pk, world.own(other, "밤에 택시 부르기").pk]
    with refused("invalid", "needs"):
        actions.need_merge(by=world.asker, survey_id=survey.pk, need_ids=ids, title="밤", why="같음")
    for wrong in (ids[:1], []):
        with refused("invalid", "needs"):
            actions.need_merge(by=world.asker, survey_id=survey.pk, need_ids=wrong, title="밤", why="같음")
    with refused("not_allowed"):
        actions.need_merge(by=world.one, survey_id=survey.pk, need_ids=ids, title="밤", why="같음")


def test_splitting_off(world: World) -> None:
    survey = world.sorting()
    merge = world.merge(survey, "밤에 부르는 택시", "밤에 택시 부르기", "수영장 고치기")
    split = actions.need_split(by=world.asker, id=world.own(survey, "수영장 고치기").pk)
    assert split.stands
    assert merge.result.members.count() == 2
    actions.need_split(by=world.asker, id=world.own(survey, "밤에 부르는 택시").pk)
    merge.refresh_from_db()
    assert merge.undone_at
    with refused("conflict"):
        actions.need_split(by=world.asker, id=world.own(survey, "밤에 부르는 택시").pk)


def test_objecting(world: World) -> None:
    survey = world.sorting()
    need = world.own(survey, "밤에 부르는 택시")
    with refused("conflict"):
        actions.merge_object(by=world.one, need_id=need.pk, text="다릅니다.")
    world.merge(survey)
    with refused("not_allowed"):
        actions.merge_object(by=world.two, need_id=need.pk, text="다릅니다.")
    with refused("invalid", "text"):
        actions.merge_object(by=world.one, need_id=need.pk, text=" \u200f ")
    made = actions.merge_object(by=world.one, need_id=need.pk, text="다릅니다.")
    with refused("conflict"):
        actions.merge_object(by=world.one, need_id=need.pk, text="또 다릅니다.")
    with refused("not_allowed"):
        actions.objection_reply(by=world.one, id=made.pk, text="아닙니다.")
    actions.objection_reply(by=world.asker, id=made.pk, text="살펴보았습니다.")
    with refused("conflict"):
        actions.objection_reply(by=world.asker, id=made.pk, text="또")


def test_every_need_is_answered(world: World) -> None:
    survey = world.sorting()
    merge = world.merge(survey)
    with refused("conflict"):
        actions.survey_finish(by=world.asker, id=survey.pk)
    with refused("conflict"):
        verdict(world, world.own(survey, "밤에 부르는 택시"))
    for need in Need.objects.filter(survey=survey, merged_into=None, ended_at=None):
        verdict(world, need)
    with refused("conflict"):
        actions.merge_undo(by=world.asker, id=merge.pk)
    assert actions.survey_finish(by=world.asker, id=survey.pk).state == "answered"
    assert verdict(world, merge.result, "no").verdict == "no"


def verdict(world: World, need: Need, said: str = "taken", **fields: Any) -> Need:
    return actions.need_answer(by=world.asker, id=need.pk, **{"verdict": said, "reason": "그렇게 합니다.", **fields})


def test_what_an_answer_to_a_need_must_say(world: World) -> None:
    need = world.listed(world.sorting())[0]
    with refused("invalid", "verdict"):
        verdict(world, need, "perhaps")
    with refused("invalid", "reason"):
        verdict(world, need, reason=" ")
    with refused("invalid", "later_on"):
        verdict(world, need, "later")
    with refused("not_allowed"):
        actions.need_answer(by=world.one, id=need.pk, verdict="no", reason="싫습니다.")
    with refused("conflict"):
        actions.need_outcome(by=world.asker, id=need.pk, outcome="done", note="됨")
    verdict(world, need, "later", later_on=clock.today() + timedelta(days=90))
    with refused("invalid", "outcome"):
        actions.need_outcome(by=world.asker, id=need.pk, outcome="", note="됨")
    assert actions.need_outcome(by=world.asker, id=need.pk, outcome="done", note="됨").outcome == "done"


def test_a_need_is_tied_to_a_collaboration(world: World) -> None:
    survey = world.sorting()
    need = world.listed(survey)[0]
    others = collaborations()
    others.asker = world.one
    urn = others.together().urn
    with refused("invalid", "urn"):
        actions.need_link(by=world.two, id=need.pk, urn=urn)
    with refused("not_allowed"):
        actions.need_link(by=world.outsider, id=need.pk, urn=urn)
    tie = actions.need_link(by=world.one, id=need.pk, urn=urn)
    assert actions.need_link(by=world.one, id=need.pk, urn=urn) == tie
    with refused("not_allowed"):
        actions.need_unlink(by=world.two, id=tie.pk)
    actions.need_unlink(by=world.asker, id=tie.pk)
    assert not NeedFollow.objects.exists()


def test_withdrawing(world: World) -> None:
    survey = world.survey()
    with refused("invalid", "reason"):
        actions.survey_withdraw(by=world.asker, id=survey.pk, reason="")
    assert actions.survey_withdraw(by=world.asker, id=survey.pk, reason="예산이 없어졌습니다.").state == "withdrawn"
    with refused("conflict"):
        world.give(world.one, survey, [5])


class Context:
    def progress(self, *args: Any) -> None: ...


def test_every_day(world: World) -> None:
    survey = world.survey()
    world.give(world.one, survey, [5])
    run = lambda: jobs.daily(Context())  # type: ignore[arg-type]  # noqa: E731
    assert run() == {"reminded": 0, "closed": 0, "overdue": 0}
    world.later(5)
    assert run()["reminded"] == 1
    subscribers.tell_the_asked(last())
    assert set(Notice.objects.values_list("person_id", flat=True)) == {world.two.person_id, world.three.person_id}
    assert run()["reminded"] == 0
    world.later(3)
    assert run()["closed"] == 1
    survey.refresh_from_db()
    assert survey.state == "sorting"
    world.later(30)
    assert run()["overdue"] == 1
    assert run() == {"reminded": 0, "closed": 0, "overdue": 0}
