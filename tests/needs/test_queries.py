"""Who sees what: withheld answers, the tree of needs, the order, search, the timeline, panels."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.core import clock
from dure.core.events import timeline
from dure.core.rooms import panels
from dure.core.search import search
from dure.core.viewer import Viewer
from dure.needs import actions, queries
from dure.needs.desk import desk_items
from dure.needs.models import Need, NeedsSurvey
from tests.collaboration.world import make_world as collaborations
from tests.needs.world import World

NOBODY = Viewer.anonymous()


def withheld(world: World, survey: NeedsSurvey) -> Any:
    answer = queries.own_answer(world.one, survey)
    assert answer
    review_on = clock.today() + timedelta(days=30)
    return actions.answer_narrow(
        by=world.one, id=answer.answer.pk, level="partners", reason="deliberation", review_on=review_on
    )


def test_a_withheld_answer_is_counted_and_stays_closed(world: World) -> None:
    survey = world.sorting()
    answer = withheld(world, survey)
    need = world.own(survey, "밤에 부르는 택시")
    for viewer, sees in (
        (NOBODY, False),
        (world.two, False),
        (world.outsider, False),
        (world.citizen, False),
        (world.one, True),
        (world.asker, True),
    ):
        views, closed, _more = queries.answers_of(viewer, survey)
        assert (answer.pk in [view.answer.pk for view in views]) is sees
        assert len(closed) == (0 if sees else 1)
        assert Need.objects.visible_to(viewer).filter(pk=need.pk).exists() is sees
        said = " ".join(line.text for line in timeline(survey.urn, viewer))
        assert any(line.withheld for line in timeline(survey.urn, viewer)) is not sees
        assert ("가람군" in said) is sees
    assert "밤에 부르는 택시" not in [hit.title.text for hit in search("택시", viewer=NOBODY)]
    actions.answer_narrow(by=world.one, id=answer.pk, level="public")
    assert Need.objects.visible_to(NOBODY).filter(pk=need.pk).exists()


def test_the_order_counts_what_everybody_may_read(world: World) -> None:
    survey = world.sorting()
    first = queries.ranking(survey)
    assert first.answered == 3
    withheld(world, survey)
    second = queries.ranking(survey)
    assert (second.answered, second.closed) == (2, 1)
    assert "밤에 부르는 택시" not in [row.need.title for row in second.rows]


def test_a_merged_need_takes_a_body_s_best_once(world: World) -> None:
    survey = world.sorting()
    merge = world.merge(survey, "밤에 부르는 택시", "밤에 택시 부르기", "정산표")
    row = next(row for row in queries.ranking(survey).rows if row.need.pk == merge.result_id)
    # Own needs have 4 points; the list gave 5, 4 and 3: the best of each body is 5, 4 and 3 points.
    assert (row.placed.said, float(row.placed.mean)) == (3, 0.75)
    actions.merge_undo(by=world.asker, id=merge.pk)
    assert merge.result_id not in [row.need.pk for row in queries.ranking(survey).rows]


def test_the_order_by_kind(world: World) -> None:
    survey = world.sorting()
    only = queries.ranking(survey, kind="public-corp")
    assert only.answered == 1
    assert [row.need.title for row in only.rows][:1] == ["사례 찾기"]
    assert queries.ranking(survey, kind="police").rows == ()


def test_a_single_need_can_be_ranked(world: World) -> None:
    survey = world.survey(mode="ranks", needs=["하나뿐"])
    world.give(world.one, survey, [1])
    assert [row.placed.place for row in queries.ranking(survey).rows] == [1]


def test_members_that_are_withheld_are_counted_beneath(world: World) -> None:
    survey = world.sorting()
    withheld(world, survey)
    merge = world.merge(survey)
    node = queries.node_of(NOBODY, survey, merge.result_id)
    assert ([member.need.title for member in node.members], node.closed) == (["밤에 택시 부르기"], 1)
    assert queries.node_of(world.asker, survey, merge.result_id).closed == 0


def test_withheld_words_are_not_published_by_a_merge(world: World) -> None:
    survey = world.sorting()
    withheld(world, survey)
    found = queries.suggestions(world.asker, survey, queries.tree(world.asker, survey))
    assert found[0].title == "밤에 택시 부르기"
    assert queries.closed_needs(NOBODY, survey) == 1
    answer = queries.own_answer(world.two, survey)
    assert answer
    day = clock.today() + timedelta(days=30)
    actions.answer_narrow(by=world.two, id=answer.answer.pk, level="partners", reason="personal", review_on=day)
    found = queries.suggestions(world.asker, survey, queries.tree(world.asker, survey))
    assert found[0].title == ""


def test_what_happened_to_a_withheld_need_is_told_as_withheld(world: World) -> None:
    survey = world.sorting()
    need = world.own(survey, "밤에 부르는 택시")
    withheld(world, survey)
    actions.need_answer(by=world.asker, id=need.pk, verdict="no", reason="어렵습니다.")
    first = timeline(survey.urn, NOBODY)[0]
    assert (first.text, bool(first.withheld)) == ("수요 1건", True)
    assert need.title in timeline(survey.urn, world.one)[0].text


def test_suggestions_say_their_words(world: World) -> None:
    survey = world.sorting()
    found = queries.suggestions(world.asker, survey, queries.tree(world.asker, survey))
    assert {found[0].one.need.title, found[0].other.need.title} == {"밤에 부르는 택시", "밤에 택시 부르기"}
    assert {"밤", "택시"} <= set(found[0].pair.words)


def test_queries_do_not_grow_with_the_needs(world: World) -> None:
    def count(survey: NeedsSurvey) -> int:
        with CaptureQueriesContext(connection) as caught:
            queries.tree(NOBODY, survey)
            queries.ranking(survey)
            queries.answers_of(NOBODY, survey)
        return len(caught)

    few = world.survey()
    world.give(world.one, few, [5], "하나")
    many = world.sorting()
    world.merge(many)
    assert count(few) == count(many)


def test_the_desk(world: World) -> None:
    survey = world.survey()
    assert [item.due for item in desk_items(world.one)] == [survey.until]
    assert list(desk_items(world.outsider)) == list(desk_items(world.citizen)) == []
    world.give(world.one, survey, [5])
    assert list(desk_items(world.one)) == []
    world.later(8)
    actions.survey_sort(by=world.asker, id=survey.pk)
    assert [item.due for item in desk_items(world.asker)] == [survey.promised_on]


def test_both_sides_show_the_tie(world: World) -> None:
    survey = world.sorting()
    need = world.listed(survey)[0]
    others = collaborations()
    others.asker = world.one
    urn = others.together().urn
    actions.need_link(by=world.one, id=need.pk, urn=urn)
    panel = next(panel for panel in panels(urn, NOBODY) if panel.template == "needs/tied_panel.html")
    assert panel.context["needs"] == [need]
    assert [link.urn for _tie, link in queries.node_of(NOBODY, survey, need.pk).follows] == [urn]


def test_what_is_overdue_is_public(world: World) -> None:
    world.sorting()
    assert queries.overdue(NOBODY) == 0
    world.later(31)
    assert queries.overdue(NOBODY) == 1
