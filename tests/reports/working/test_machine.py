"""Whatever people do in whatever order: a report has one body, is closed whole, and its record only grows."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.core import workdays
from dure.core.ids import uuid7
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports.deadlines import kind_of
from dure.reports.models import Move, Report, Word
from dure.reports.working import actions
from dure.reports.working.actions import Piece
from tests.reports.world import World

WHY = "그쪽 기관의 길이라서 넘깁니다."


def verbs(world: World, report: Report, other: Report, by: Viewer, dice: random.Random) -> list[Callable[[], Any]]:
    id, link = report.pk, Viewer.link(report.urn)
    to = dice.choice([world.here, world.there, world.roads])
    pieces = [Piece("앞", world.here.pk), Piece("뒤", to.pk)]
    return [
        lambda: actions.report_take(by=by, id=id),
        lambda: actions.report_start(by=by, id=id),
        lambda: actions.report_ask(by=by, id=id, text="어디인가요?", days=dice.randint(1, 9)),
        lambda: actions.report_reply(by=link, id=id, text="여기입니다."),
        lambda: actions.report_extend(by=by, id=id, reason=WHY),
        lambda: actions.report_extension_answer(by=link, id=id, agree=dice.random() < 0.5),
        lambda: actions.report_update(by=by, id=id, text="갑니다."),
        lambda: actions.report_answer(by=by, id=id, outcome="solved", text="했습니다."),
        lambda: actions.report_not_solved(by=link, id=id, text="그대로예요."),
        lambda: actions.report_pass_on(by=by, id=id, target_id=to.pk, reason=WHY),
        lambda: actions.move_accept(by=by, id=id),
        lambda: actions.move_return(by=by, id=id, reason=WHY),
        lambda: actions.move_withdraw(by=by, id=id),
        lambda: actions.report_split(by=by, id=id, pieces=pieces, reason=WHY),
        lambda: actions.report_join_to(by=by, id=id, receipt=other.receipt),
        lambda: actions.report_unjoin(by=by, id=id),
        lambda: actions.report_mark_abuse(by=by, id=id, reason=WHY),
        lambda: actions.report_unmark_abuse(by=by, id=id),
        lambda: actions.work_many(by=by, kind="take", ids=[id], batch_id=uuid7()),
    ]


def record() -> tuple[Any, ...]:
    """What must never change once it is there."""
    words = dict(Word.objects.values_list("pk", "text"))
    moves = {m.pk: (m.number, m.source_id, m.target_id, m.reason, m.at) for m in Move.objects.all()}
    events = {e.seq: (e.type, e.subject, str(e.data), e.at) for e in Event.objects.all()}
    return words, moves, events


def check(report: Report) -> None:
    report.refresh_from_db()
    closed = report.state == "closed"
    assert report.body_id is not None
    assert closed == (report.closed_at is not None) == bool(report.outcome)
    assert closed or report.officer_id is None or report.taken_at is not None
    assert (report.state == "asked") <= report.rests.filter(ended_at=None).exists()
    assert report.rests.filter(ended_at=None).count() == (report.state == "asked")
    moves = list(report.moves.order_by("number"))
    assert [move.number for move in moves] == list(range(1, len(moves) + 1))
    gone = [move for move in moves if move.state == "accepted"]
    assert len(gone) == report.moves_count
    assert all(before.target_id == after.source_id for before, after in pairwise(gone))
    if gone:
        assert report.body_id == gone[-1].target_id
    assert all(move.source_id == report.body_id for move in moves if move.state == "offered")
    start = report.second_look_at or report.created_at
    assert report.due_at >= workdays.deadline(start, kind_of(report)).at
    pieces = list(report.pieces.all())
    if pieces:
        assert closed == all(piece.state == "closed" for piece in pieces)


@pytest.mark.slow
@pytest.mark.django_db
@given(st.integers(0, 2**32))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_random_lives_keep_the_rules(world: World, seed: int) -> None:
    dice = random.Random(seed)
    report, other = world.report(), world.report()
    before: tuple[Any, ...] = ({}, {}, {})
    viewers = [world.officer, world.head, world.other, world.far]
    for _ in range(25):
        having = [v for v in viewers if v.body_id == report.body_id]
        by = dice.choice(having * 2 + viewers)
        thing = dice.choice([report, report, *report.pieces.all()])
        with suppress(Refused):
            dice.choice(verbs(world, thing, other, by, dice))()
        after = record()
        for old, new in zip(before, after, strict=True):
            assert all(new.get(key) == value for key, value in old.items()), "the record was rewritten"
        before = after
        check(thing)
        check(report)
