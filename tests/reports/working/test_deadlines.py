"""The legal clock: rests, extensions and holidays, and who is told of a deadline when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.core import clock, workdays
from dure.core.models import Event, Notice
from dure.reports.deadlines import due_at
from dure.reports.models import DeadlineNotice
from dure.reports.working import actions
from dure.reports.working.jobs import look_at_deadlines, stage_now, tell_of
from tests.reports.world import World


def seoul(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.SEOUL)  # type: ignore[misc, arg-type]


def test_days_of_question_and_reply_are_left_out() -> None:
    # Monday 2026-11-02, a complaint: 7 working days, the first included, end on Tuesday 10.
    start = seoul(2026, 11, 2, 10)
    assert due_at(start, "grievance") == seoul(2026, 11, 10, 18)
    asked, replied = seoul(2026, 11, 3, 15), seoul(2026, 11, 5, 9)
    assert due_at(start, "grievance", [(asked, replied)]) == seoul(2026, 11, 13, 18)


def test_a_question_after_the_term_changes_nothing() -> None:
    start, late = seoul(2026, 11, 2, 10), seoul(2026, 11, 10, 19)
    assert due_at(start, "grievance", [(late, late + timedelta(days=5))]) == seoul(2026, 11, 10, 18)


def test_hours_rest_by_the_hour() -> None:
    start = seoul(2026, 11, 2, 10)
    assert due_at(start, "other") == seoul(2026, 11, 2, 14)
    assert due_at(start, "other", [(seoul(2026, 11, 2, 11), seoul(2026, 11, 3, 9))]) == seoul(2026, 11, 3, 11)


def test_an_extension_is_the_term_again() -> None:
    start = seoul(2026, 11, 2, 10)
    assert due_at(start, "grievance", (), 1) == seoul(2026, 11, 19, 18)
    assert due_at(start, "other", (), 1) == seoul(2026, 11, 2, 17)


def test_over_the_long_holidays() -> None:
    # Chuseok 2026: 24 to 26 September; Foundation Day is a Saturday, so Monday 5 October is free instead.
    start = seoul(2026, 9, 23, 10)
    assert due_at(start, "grievance") == seoul(2026, 10, 6, 18)
    asked, replied = seoul(2026, 9, 23, 11), seoul(2026, 9, 28, 9)
    # Of these days only the 23rd and the 28th are working days.
    assert due_at(start, "grievance", [(asked, replied)]) == seoul(2026, 10, 8, 18)


@given(
    st.integers(0, 6 * 365 * 24 * 60),
    st.sampled_from(sorted(workdays.PETITION_TERMS)),
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 300)), max_size=4),
    st.integers(0, 2),
)
def test_never_earlier_than_the_law(minutes: int, kind: str, gaps: list[tuple[int, int]], longer: int) -> None:
    start = clock.local(seoul(2024, 1, 1) + timedelta(minutes=minutes))
    rests, moment = [], start
    for wait, rest in gaps:
        begins = moment + timedelta(hours=wait)
        moment = begins + timedelta(hours=rest)
        rests.append((begins, moment))
    plain = workdays.deadline(start, kind).at
    due = due_at(start, kind, rests, longer)
    assert due >= plain
    assert due >= due_at(start, kind, rests[:-1], longer)
    assert due >= due_at(start, kind, rests, max(longer - 1, 0))
    assert workdays.is_working_day(due.date())


def test_the_clock_runs_again_at_the_named_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = world.report()
    plain = report.due_at
    actions.report_ask(by=world.officer, id=report.pk, text="어느 차로인가요?", days=7)
    report.refresh_from_db()
    longest = report.due_at
    assert longest > plain
    later = clock.now() + timedelta(days=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    actions.report_reply(by=world.citizen.__class__.link(report.urn), id=report.pk, text="바깥쪽입니다.")
    report.refresh_from_db()
    assert report.due_at == longest, "a reply after the named day buys no more time"


def test_a_reply_brings_it_nearer(world: World) -> None:
    report = world.report()
    actions.report_ask(by=world.officer, id=report.pk, text="어느 차로인가요?", days=30)
    report.refresh_from_db()
    waiting = report.due_at
    actions.report_start(by=world.officer, id=report.pk)
    report.refresh_from_db()
    assert report.due_at < waiting
    assert report.rests.get().ended_by == "went_on"


def test_the_ladder() -> None:
    start, due = seoul(2026, 11, 2, 10), seoul(2026, 11, 10, 18)
    at = [(seoul(2026, 11, 3, 9), ""), (seoul(2026, 11, 7, 9), "half"), (seoul(2026, 11, 9, 19), "day_before")]
    at += [(seoul(2026, 11, 10, 18), "due"), (seoul(2026, 11, 11, 18), "day_after")]
    assert [stage_now(start, due, now) for now, _stage in at] == [stage for _now, stage in at]
    short = seoul(2026, 11, 2, 14)
    assert stage_now(start, short, seoul(2026, 11, 2, 11)) == ""
    assert stage_now(start, short, seoul(2026, 11, 2, 13)) == "half"


def test_each_stage_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = world.report()
    actions.report_take(by=world.officer, id=report.pk)
    report.refresh_from_db()
    now = report.due_at + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: now)

    class Context:
        def progress(self, *said: object) -> None: ...

    assert look_at_deadlines(Context()) == {"told": 1}  # type: ignore[arg-type]
    assert look_at_deadlines(Context()) == {"told": 0}  # type: ignore[arg-type]
    assert not tell_of(report.pk)
    assert Event.objects.get(type="reports.deadline").data == {"stage": "due"}
    told = set(Notice.objects.values_list("person_id", flat=True))
    assert told == {world.officer.person_id, world.head.person_id}
    assert DeadlineNotice.objects.count() == 3, "what lies behind is not told any more"
