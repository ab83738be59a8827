"""Deciding and publishing: when, by which method, and what is level at the edge."""

from __future__ import annotations

import pytest

from dure.contests import actions, progress, scoring
from dure.contests.models import Entry, Sheet, Vote, YearReport
from tests.collaboration.world import client_of
from tests.contests import recompute
from tests.contests.test_actions import refused
from tests.contests.world import World

pytestmark = pytest.mark.django_db


def test_nothing_is_decided_before_all_is_in(world: World) -> None:
    contest, entries = world.judging()
    for judge in world.judges:
        for entry in entries[:2]:
            world.mark(contest, judge, entry, 5)
    assert not progress.all_in(contest)
    with refused("conflict"):
        actions.contest_decide(by=world.organiser, id=contest.pk)
    world.go(21)
    with refused("invalid", "short_reason"):
        actions.contest_decide(by=world.organiser, id=contest.pk)
    with refused("not_allowed"):
        actions.contest_decide(by=world.entrants[0], id=contest.pk)
    decided = actions.contest_decide(by=world.organiser, id=contest.pk, short_reason="위원이 모두 아팠습니다.")
    assert decided.state == "decided"
    unjudged = Entry.objects.get(pk=entries[2].pk)
    assert (unjudged.rank, unjudged.final, unjudged.selected) == (None, None, False)
    recompute.check(decided.result)


def test_conflicts_leave_a_judge_out_of_one_entry(world: World) -> None:
    contest, entries = world.judging(method="zscore")
    actions.conflict_declare(by=world.judges[0], contest_id=contest.pk, entry_id=entries[0].pk, kind="cooperation")
    for judge in world.judges:
        for n, entry in enumerate(entries):
            if judge is world.judges[0] and n == 0:
                continue
            world.mark(contest, judge, entry, 3 + n * 2)
    assert progress.all_in(contest)
    result = actions.contest_decide(by=world.organiser, id=contest.pk).result
    assert [entry["judges"] for entry in sorted(result["entries"], key=lambda e: e["rank"])] == [3, 3, 2]
    recompute.check(result)


@pytest.mark.parametrize("method", ["none", "zscore", "rank"])
@pytest.mark.parametrize("trimmed", [False, True])
def test_every_method_is_recomputed(world: World, method: str, trimmed: bool) -> None:
    contest, _entries = world.published(((9, 8, 3), (1, 2, 2), (7, 9, 4)), method=method, trimmed=trimmed)
    recompute.check(contest.result)
    tampered = {**contest.result, "entries": [{**e, "final": "1.0000000000"} for e in contest.result["entries"]]}
    with pytest.raises(AssertionError):
        recompute.check(tampered)


def test_level_at_the_edge_the_panel_votes(world: World) -> None:
    contest, entries = world.judging(edge="vote", select=2, method="none")
    for judge in world.judges:
        for entry, points in zip(entries, (9, 5, 5), strict=True):
            world.mark(contest, judge, entry, points)
    contest = actions.contest_decide(by=world.organiser, id=contest.pk)
    assert (contest.state, contest.result["tie"]["seats"]) == ("judging", 1)
    with refused("conflict"):
        actions.sheet_save(by=world.judges[0], contest_id=contest.pk, entry_id=entries[0].pk, points={"actors": 1})
    with refused("conflict"):
        actions.contest_decide(by=world.organiser, id=contest.pk)
    vote = {"contest_id": contest.pk}
    with refused("invalid", "entries"):
        actions.vote_cast(by=world.judges[0], entry_ids=[entries[0].pk], **vote)
    with refused("invalid", "entries"):
        actions.vote_cast(by=world.judges[0], entry_ids=[entries[1].pk, entries[2].pk], **vote)
    with refused("not_allowed"):
        actions.vote_cast(by=world.citizen, entry_ids=[entries[1].pk], **vote)
    for judge, chosen in zip(world.judges, (1, 2, 2), strict=True):
        actions.vote_cast(by=judge, entry_ids=[entries[chosen].pk], **vote)
    actions.vote_cast(by=world.judges[0], entry_ids=[entries[2].pk], **vote)
    assert Vote.objects.count() == 3
    contest = actions.contest_decide(by=world.organiser, id=contest.pk)
    assert contest.state == "decided"
    assert set(contest.entries.filter(selected=True)) == {entries[0], entries[2]}
    assert contest.result["votes"] == {entries[2].code: 3}
    recompute.check(contest.result)


def test_level_at_the_edge_all_are_selected(world: World) -> None:
    contest, _entries = world.published(((9, 5, 5), (9, 5, 5), (9, 5, 5)), edge="all", select=2, method="none")
    assert contest.entries.filter(selected=True).count() == 3


def test_a_vote_does_not_wait_for_ever(world: World) -> None:
    contest, entries = world.judging(edge="vote", select=1, method="none")
    for judge in world.judges:
        for entry in entries:
            world.mark(contest, judge, entry, 5)
    actions.contest_decide(by=world.organiser, id=contest.pk)
    actions.vote_cast(by=world.judges[0], contest_id=contest.pk, entry_ids=[entries[1].pk])
    world.go(19)
    assert actions.contest_decide(by=world.organiser, id=contest.pk).state == "decided"
    assert list(contest.entries.filter(selected=True)) == [entries[1]]


def test_comments_go_only_with_a_reason_and_come_back(world: World) -> None:
    contest, _entries = world.judging(2)
    for judge in world.judges:
        for entry in _entries:
            world.mark(contest, judge, entry, 5, "좋습니다.")
    sheet = Sheet.objects.first()
    assert sheet
    with refused("conflict"):
        actions.comment_hide(by=world.organiser, sheet_id=sheet.pk, reason="아직")
    actions.contest_decide(by=world.organiser, id=contest.pk)
    with refused("invalid", "reason"):
        actions.comment_hide(by=world.organiser, sheet_id=sheet.pk, reason="")
    with refused("not_allowed"):
        actions.comment_hide(by=world.entrants[0], sheet_id=sheet.pk, reason="싫습니다.")
    actions.comment_hide(by=world.organiser, sheet_id=sheet.pk, reason="사람 이름이 들어 있음")
    actions.comment_restore(by=world.organiser, sheet_id=sheet.pk)
    with refused("conflict"):
        actions.comment_restore(by=world.organiser, sheet_id=sheet.pk)


def test_results_come_out_once(world: World) -> None:
    contest, _entries = world.published()
    with refused("conflict"):
        actions.contest_publish(by=world.organiser, id=contest.pk)
    with refused("conflict"):
        actions.contest_withdraw(by=world.organiser, id=contest.pk, reason="늦었습니다.")
    assert YearReport.objects.count() == 4


def test_the_organiser_sees_no_mark_before_it_is_decided(world: World) -> None:
    """Else it could look first, and then end the work of the judge whose marks it does not like."""
    contest, entries = world.judging()
    for judge in world.judges:
        for n, entry in enumerate(entries):
            world.mark(contest, judge, entry, (9, 5, 1)[n])
    page = client_of(world.organiser).get(f"/contests/{contest.receipt}/organise/decide/").content.decode()
    assert "정한 뒤에 보입니다" in page
    assert "뽑힘" not in page
    outcome = scoring.outcome_of(contest)
    assert not [mark for mark in outcome.marks if scoring.text(mark.final) in page]


def test_no_judge_is_taken_out_while_the_panel_votes(world: World) -> None:
    contest, entries = world.judging(edge="vote", select=1, method="none")
    for judge in world.judges:
        for entry in entries:
            world.mark(contest, judge, entry, 7)
    actions.contest_decide(by=world.organiser, id=contest.pk)
    contest.refresh_from_db()
    assert contest.tied_at is not None
    row = contest.judges.first()
    with refused("conflict"):
        actions.judge_end(by=world.organiser, contest_id=contest.pk, judge_id=row.pk, reason="마음에 들지 않아서")
