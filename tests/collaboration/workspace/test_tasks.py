"""Tasks and milestones: every move and every refusal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.collaboration import parties
from dure.collaboration.models import Collaboration, Party
from dure.collaboration.workspace import actions, queries
from dure.collaboration.workspace.desk import desk_items
from dure.collaboration.workspace.models import Task
from dure.collaboration.workspace.subscribers import remind
from dure.core import clock
from dure.core.events import deliver_due, timeline
from dure.core.ids import uuid7
from dure.core.models import Event, Notice
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from tests.collaboration.workspace.work import milestone, narrow, task
from tests.collaboration.world import World, body, officer


@pytest.fixture
def c(world: World) -> Collaboration:
    return world.together(stage="working")


def refused(code: str, field: str | None, call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    assert (no.value.code, no.value.field) == (code, field)
    return no.value


def test_a_task_lives_from_todo_to_done_and_back(world, c):
    made = task(world.asker, c, "  의사\t모집\n공고 ", due_on=clock.today() + timedelta(days=3))
    assert made.title == "의사 모집 공고"
    moved = actions.task_move(by=world.offerer, id=made.pk, to="done", version=1)
    assert moved.done_at
    assert moved.moved_from == "todo"
    back = actions.task_move_undo(by=world.other, id=made.pk, version=2)
    assert (back.state, back.done_at, back.moved_from) == ("todo", None, "")
    refused("conflict", None, actions.task_move_undo, by=world.asker, id=made.pk)
    types = list(Event.objects.filter(thing=made.urn).order_by("seq").values_list("type", flat=True))
    assert types == [f"collaboration.task.{what}" for what in ("added", "moved", "undone")]
    said = [str(line.text) for line in timeline(c.urn, Viewer.anonymous())]
    assert any("의사 모집 공고 (할 일 → 마침)" in text for text in said)


def test_the_same_id_again_makes_one_task_and_another_party_cannot_take_it(world, c):
    id, fields = uuid7(), {"title": "일", "owner": world.asker.body_id}
    for _again in range(2):
        actions.task_add(by=world.asker, id=c.pk, task_id=id, fields=fields)
    assert Task.objects.count() == Event.objects.filter(type="collaboration.task.added").count() == 1
    refused("conflict", None, actions.task_add, by=world.offerer, id=c.pk, task_id=id, fields=fields)


def test_dropping_needs_a_reason_and_cannot_be_gone_back_to(world, c):
    made = task(world.asker, c)
    refused("invalid", "reason", actions.task_move, by=world.asker, id=made.pk, to="dropped", reason=" \u200f ")
    refused("invalid", "state", actions.task_move, by=world.asker, id=made.pk, to="flying")
    dropped = actions.task_move(by=world.asker, id=made.pk, to="dropped", reason="돈이 없음")
    assert dropped.reason == "돈이 없음"
    again = actions.task_move(by=world.asker, id=made.pk, to="doing")
    assert (again.reason, again.moved_from) == ("", "")
    same = actions.task_move(by=world.asker, id=made.pk, to="doing")
    assert same.version == again.version


def test_two_who_edit_at_once(world, c):
    made = task(world.asker, c)
    fields = {"title": "나", "owner": world.asker.body_id}
    actions.task_change(by=world.asker, id=made.pk, fields=fields, version=1)
    no = refused("conflict", None, actions.task_change, by=world.offerer, id=made.pk, fields=fields, version=1)
    assert "그사이에" in str(no.message)
    refused("conflict", None, actions.task_move, by=world.offerer, id=made.pk, to="done", version=1)


def test_what_cannot_be_said_of_a_task(world, c):
    gone = officer(body("떠난군"), "정담당")
    party = parties.join(c, gone.body_id, Party.Role.PARTNER)
    kept = task(world.asker, c, owner=gone.body_id, assignee=gone.person_id)
    parties.leave(party, "예산이 끊김")
    say = {"by": world.asker, "id": c.pk, "task_id": uuid7()}
    own = world.asker.body_id
    for field, fields in (
        ("title", {"title": "", "owner": own}),
        ("title", {"title": "가" * 40_000, "owner": own}),
        ("text", {"title": "일", "text": "🙂" * 40_000, "owner": own}),
        ("owner", {"title": "일", "owner": None}),
        ("owner", {"title": "일", "owner": body("남군").pk}),
        ("owner", {"title": "일", "owner": gone.body_id}),
        ("assignee", {"title": "일", "owner": own, "assignee": world.offerer.person_id}),
        ("assignee", {"title": "일", "owner": own, "assignee": world.citizen.person_id}),
        ("due_on", {"title": "일", "owner": own, "due_on": date(1, 1, 1)}),
        ("milestone", {"title": "일", "owner": own, "milestone": uuid7()}),
        ("milestone", {"title": "일", "owner": own, "milestone": milestone(world.asker, world.together()).pk}),
    ):
        refused("invalid", field, actions.task_add, fields=fields, **say)
    told = refused("invalid", "owner", actions.task_add, fields={"title": "일", "owner": gone.body_id}, **say)
    assert "떠난" in str(told.message)
    # What names who has left can still be changed: who does it then is for those who stay to say.
    fields = {"title": "남은 일", "owner": gone.body_id, "assignee": gone.person_id}
    assert actions.task_change(by=world.asker, id=kept.pk, fields=fields).title == "남은 일"
    refused("not_allowed", None, task, gone, c, owner=own)


def test_emoji_and_marks_and_a_day_that_has_passed_are_taken(world, c):
    yesterday = clock.today() - timedelta(days=1)
    made = task(world.asker, c, "\u202e병원 👩‍⚕️\u200f", text="칸1\t칸2", due_on=yesterday)
    assert (made.title, made.text) == ("병원 👩‍⚕️", "칸1\t칸2")
    assert made.is_overdue


@pytest.mark.parametrize("who", ["citizen", "anonymous", "reader"])
def test_only_those_who_act_for_a_party_write(world, c, who):
    viewers = {"citizen": world.citizen, "anonymous": Viewer.anonymous()}
    viewers["reader"] = Viewer.person(world.asker.person_id, world.asker.body_id, "reader")
    made = task(world.asker, c)
    code = "not_signed_in" if who == "anonymous" else "not_allowed"
    refused(code, None, actions.task_move, by=viewers[who], id=made.pk, to="done")


def test_nothing_is_written_before_after_or_while_a_dispute_pauses_it(world, c):
    made = task(world.asker, c)
    for values in ({"paused": ["workspace"]}, {"paused": [], "stage": "ended", "outcome": "done"}):
        Collaboration.objects.filter(pk=c.pk).update(ended_at=clock.now(), **values)
        refused("conflict", None, actions.task_move, by=world.asker, id=made.pk, to="done")
    early = world.call()
    refused("conflict", None, actions.task_add, by=world.asker, id=early.pk, task_id=uuid7(), fields={})


def test_a_withheld_task_is_the_parties_alone_and_counted_for_all(world, c):
    made = task(world.asker, c, "연봉 정하기", visibility=narrow())
    for party in (world.asker, world.offerer, world.other):
        assert queries.task_list(party, c, queries.TaskFilter()).page.object_list == [made]
    for outsider in (world.citizen, Viewer.anonymous(), officer(body("남군"), "남담당")):
        found = queries.task_list(outsider, c, queries.TaskFilter())
        assert (list(found.page.object_list), found.closed_count) == ([], 1)
        assert all("연봉" not in str(line.text) for line in timeline(c.urn, outsider))
        refused("not_found", None, queries.work_of, Task, outsider, c, made.pk)
    refused("invalid", "visibility", task, world.asker, c, visibility={**narrow(), "level": "body"})
    assert Task.objects.count() == 1


def test_a_private_party_sees_what_a_public_one_sees(world, c):
    task(world.asker, c)
    task(world.offerer, c, visibility=narrow())

    def seen(viewer):
        rows = queries.task_list(viewer, c, queries.TaskFilter())
        return [row.pk for row in rows.page.object_list], rows.closed_count

    assert seen(world.other) == seen(world.asker) == seen(world.offerer)


def test_only_who_made_it_opens_it_and_nobody_closes_what_is_public(world, c):
    made, public = task(world.asker, c, visibility=narrow()), task(world.asker, c)
    refused("not_allowed", None, actions.work_open, by=world.offerer, model=Task, id=made.pk)
    later = clock.today() + timedelta(days=60)
    keep = {"model": Task, "reason": "deliberation", "review_on": later}
    assert actions.work_keep_withheld(by=world.asker, id=made.pk, **keep).review_on == later
    refused("conflict", None, actions.work_keep_withheld, by=world.asker, id=public.pk, **keep)
    actions.work_open(by=world.asker, model=Task, id=made.pk)
    assert Task.objects.visible_to(Viewer.anonymous()).count() == 2
    refused("conflict", None, actions.work_open, by=world.asker, model=Task, id=made.pk)


def test_a_withheld_milestone_does_not_show_through_its_tasks(world, c):
    point = milestone(world.asker, c, "비밀 이정표", visibility=narrow())
    task(world.asker, c, milestone=point.pk)
    assert queries.task_list(world.offerer, c, queries.TaskFilter()).page.object_list[0].shown_milestone == point
    assert queries.task_list(world.citizen, c, queries.TaskFilter()).page.object_list[0].shown_milestone is None
    found, closed = queries.milestones(world.citizen, c)
    assert (found, len(closed)) == ([], 1)


def test_filters(world, c):
    late = task(world.asker, c, "늦은 일", due_on=clock.today() - timedelta(days=2))
    named = task(world.offerer, c, "이름 있는 일", assignee=world.offerer.person_id)
    done = task(world.other, c, "마친 일")
    actions.task_move(by=world.other, id=done.pk, to="done")

    def found(viewer=world.asker, **wanted):
        return set(queries.task_list(viewer, c, queries.TaskFilter(**wanted)).page.object_list)

    assert found(overdue=True) == {late}
    assert found(party=world.offerer.body_id) == {named}
    assert found(world.offerer, mine=True) == {named}
    assert found(mine=True) == {late}
    assert found(state="done") == {done}
    assert found(state="open") == {late, named}
    assert found(q="이름") == {named}
    columns, _closed = queries.board(world.asker, c, queries.TaskFilter())
    assert [(column.state, column.count) for column in columns] == [("todo", 2), ("doing", 0), ("done", 1)]


def test_milestones(world, c):
    point = milestone(world.asker, c)
    one, two = task(world.asker, c, milestone=point.pk), task(world.offerer, c, milestone=point.pk)
    actions.task_move(by=world.asker, id=one.pk, to="done")
    actions.task_move(by=world.asker, id=two.pk, to="dropped", reason="필요 없음")
    (found,), _closed = queries.milestones(world.citizen, c)
    assert (found.tasks_all, found.tasks_done) == (1, 1)
    tomorrow = clock.today() + timedelta(days=1)
    refused("invalid", "reached_on", actions.milestone_reach, by=world.asker, id=point.pk, reached_on=tomorrow)
    assert actions.milestone_reach(by=world.offerer, id=point.pk, reached_on=clock.today()).reached_on
    assert actions.milestone_reach(by=world.offerer, id=point.pk, reached_on=None).reached_on is None
    change = {"by": world.asker, "id": point.pk}
    refused("conflict", None, actions.milestone_change, title="나", due_on=tomorrow, version=1, **change)
    refused("invalid", "title", actions.milestone_change, title=" ", due_on=tomorrow, **change)
    refused("invalid", "due_on", actions.milestone_change, title="나", due_on=None, **change)


class Quiet:
    def progress(self, *args):
        pass


def test_who_does_a_task_hears_of_it_and_again_the_day_before(world, c):
    tomorrow = clock.today() + timedelta(days=1)
    task(world.asker, c, owner=world.offerer.body_id, assignee=world.offerer.person_id, due_on=tomorrow)
    deliver_due()
    mine = Notice.objects.filter(person=world.offerer.person_id, event__type__startswith="collaboration.task")
    assert mine.count() == 1
    assert remind(Quiet()) == {"told": 1}
    assert remind(Quiet()) == {"told": 0}
    deliver_due()
    assert mine.count() == 2


def test_the_desk_holds_what_is_due(world, c):
    task(world.offerer, c, "먼 일", due_on=clock.today() + timedelta(days=30))
    task(world.offerer, c, "늦은 일", due_on=clock.today() - timedelta(days=1))
    assert [item.title for item in desk_items(world.offerer)] == ["늦은 일"]
    assert not list(desk_items(world.asker))
    assert not list(desk_items(world.citizen))
