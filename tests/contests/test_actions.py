"""Holding a contest: each step, its event, and everything that is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from dure.bodies.models import Body, Membership
from dure.contests import actions, scoring
from dure.contests.models import Contest, Declaration, Entry, Score, Sheet, Support
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.models import Event
from dure.core.refused import Refused
from tests.collaboration.world import body, officer, person
from tests.contests import recompute
from tests.contests.world import World, answers, token_of

pytestmark = pytest.mark.django_db
LONG = "가" * 40_000
ODD = "e\u0301 \u202e뒤집힌\u202c 👩‍👩‍👧 \u200f표\t1\t2\r\n둘째\x00 줄"


def refused(code: str, field: str | None = None) -> Any:
    class Check:
        def __enter__(self) -> Any:
            self.raised = pytest.raises(Refused)
            self.info = self.raised.__enter__()
            return self.info

        def __exit__(self, *args: Any) -> bool:
            done = self.raised.__exit__(*args)
            assert (self.info.value.code, self.info.value.field) == (code, field), str(self.info.value)
            assert str(self.info.value)
            return bool(done)

    return Check()


def types(contest: Contest) -> list[str]:
    return list(Event.objects.filter(subject=contest.urn).order_by("seq").values_list("type", flat=True))


def test_a_contest_from_the_first_word_to_the_results(world: World) -> None:
    contest, entries = world.published()
    assert [entry.rank for entry in entries] == [2, 1, 3]
    assert [entry.selected for entry in entries] == [True, True, False]
    recompute.check(contest.result)
    for event in (
        "contests.opened",
        "contests.entry.handed_in",
        "contests.judge.accepted",
        "contests.judging.started",
        "contests.sheet.finished",
        "contests.decided",
        "contests.published",
    ):
        assert event in types(contest)
    supports = list(Support.objects.order_by("entry__number"))
    assert [support.entry for support in supports] == entries[:2]
    reports = list(supports[0].reports.all())
    assert [report.year for report in reports] == [1, 2]
    assert reports[0].due_on.year == clock.today().year + 1
    assert [row.planned for row in supports[0].payments.all()] == [30_000_000, 30_000_000]


# Preparing


def test_only_officers_of_public_bodies_hold_contests(world: World) -> None:
    for by, code in ((world.citizen, "not_allowed"), (officer(body("다솜", "company"), "박이사"), "not_allowed")):
        with refused(code):
            actions.contest_save(by=by, id=uuid7(), fields={})
    draft = world.draft()
    with refused("not_allowed"):
        actions.contest_open(by=world.entrants[0], id=draft.pk)


@pytest.mark.parametrize("weights", [{}, {"actors": 999}, {"actors": 500, "sharing": 501}, {"actors": 0}])
def test_weights_add_up_to_a_thousand(world: World, weights: dict[str, int]) -> None:
    draft = world.draft()
    with refused("invalid", "weights"):
        actions.contest_save(by=world.organiser, id=draft.pk, fields={"weights": weights})
    assert sum(draft.criteria.values_list("weight", flat=True)) == 1000


@pytest.mark.parametrize("weights", [{"luck": 1000}, {"actors": 1200, "sharing": -200}, {"actors": "1000"}])
def test_weights_are_numbers_of_known_criteria(world: World, weights: dict[str, Any]) -> None:
    with refused("invalid", "weights"):
        world.draft(weights=weights)


@pytest.mark.parametrize(
    ("field", "days"),
    [("entries_until", -1), ("judging_until", 10), ("judging_until", 3), ("results_on", 19)],
)
def test_dates_stand_in_their_order(world: World, field: str, days: int) -> None:
    with refused("invalid", field):
        world.draft(**{field: clock.today() + timedelta(days=days)})


def test_the_database_keeps_the_order_of_dates_too(world: World) -> None:
    contest = world.contest()
    with pytest.raises(IntegrityError), transaction.atomic():
        Contest.objects.filter(pk=contest.pk).update(judging_until=contest.entries_until)


@pytest.mark.parametrize("field", ["title", "purpose", "eligibility", "opens_on", "entries_until", "results_on"])
def test_what_misses_keeps_it_from_opening(world: World, field: str) -> None:
    draft = world.draft(**{field: None if field.endswith(("_on", "_until")) else ""})
    with refused("invalid", field):
        actions.contest_open(by=world.organiser, id=draft.pk)


def test_entries_cannot_have_ended_before_the_opening(world: World) -> None:
    draft = world.draft()
    world.go(11)
    with refused("invalid", "entries_until"):
        actions.contest_open(by=world.organiser, id=draft.pk)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("select", 0),
        ("least_judges", 31),
        ("support_years", 11),
        ("support_won", -1),
        ("method", "x"),
        ("kinds", ["x"]),
    ],
)
def test_numbers_and_choices_are_checked(world: World, field: str, value: Any) -> None:
    with refused("invalid", field):
        world.draft(**{field: value})


def test_long_and_odd_texts(world: World) -> None:
    with refused("invalid", "purpose"):
        world.draft(purpose=LONG)
    draft = world.draft(purpose=ODD, title=ODD)
    assert draft.purpose == "é 뒤집힌 👩‍👩‍👧 표\t1\t2\n둘째 줄"
    assert draft.title == "é 뒤집힌 👩‍👩‍👧 표 1 2 둘째 줄"


def test_an_open_contest_changes_its_dates_only_and_only_to_later_ones(world: World) -> None:
    contest = world.contest()
    with refused("conflict"):
        actions.contest_save(by=world.organiser, id=contest.pk, fields={"title": "다른 이름"})
    with refused("invalid", "entries_until"):
        actions.contest_extend(by=world.organiser, id=contest.pk, fields={"entries_until": clock.today()})
    later = contest.entries_until + timedelta(days=3)
    assert (
        actions.contest_extend(by=world.organiser, id=contest.pk, fields={"entries_until": later}).entries_until
        == later
    )
    with refused("invalid", "judging_until"):
        beyond = contest.judging_until + timedelta(days=5)
        actions.contest_extend(by=world.organiser, id=contest.pk, fields={"entries_until": beyond})


def test_a_draft_is_thrown_away_and_an_open_one_withdrawn(world: World) -> None:
    draft, contest = world.draft(), world.contest()
    actions.draft_delete(by=world.organiser, id=draft.pk)
    assert not Contest.objects.filter(pk=draft.pk).exists()
    with refused("conflict"):
        actions.draft_delete(by=world.organiser, id=contest.pk)
    with refused("invalid", "reason"):
        actions.contest_withdraw(by=world.organiser, id=contest.pk, reason=" ")
    assert (
        actions.contest_withdraw(by=world.organiser, id=contest.pk, reason="예산이 없어졌습니다.").state == "withdrawn"
    )
    with refused("conflict"):
        world.enter(contest, world.entrants[0])


# Entering


def test_a_late_entry_is_refused_with_the_day(world: World) -> None:
    contest = world.contest()
    entry = world.enter(contest, world.entrants[0])
    world.go(11)
    with refused("conflict") as info:
        world.enter(contest, world.entrants[1])
    assert str(contest.entries_until) in str(info.value)
    with refused("conflict"):
        actions.entry_change(by=world.entrants[0], id=entry.pk, fields=answers())


def test_an_early_entry_too(world: World) -> None:
    contest = world.contest(opens_on=clock.today() + timedelta(days=1))
    with refused("conflict"):
        world.enter(contest, world.entrants[0])


def test_the_last_day_lasts_until_midnight_in_seoul(world: World) -> None:
    contest = world.contest()
    end = (clock.local(world.start) + timedelta(days=10)).replace(hour=23, minute=59, second=59)
    world.patch.setattr(clock, "now", lambda: end)
    world.enter(contest, world.entrants[0])
    world.patch.setattr(clock, "now", lambda: end + timedelta(seconds=1))
    with refused("conflict"):
        world.enter(contest, world.entrants[1])


def test_a_body_enters_once(world: World) -> None:
    contest = world.contest()
    first = world.enter(contest, world.entrants[0])
    with refused("conflict"):
        world.enter(contest, world.entrants[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(
            contest=contest, body_id=first.body_id, number=9, code="X", only=True, title="둘째", summary="둘째"
        )
    again = actions.entry_hand_in(
        by=world.entrants[0], contest_id=contest.pk, entry_id=first.pk, fields=answers(title="두 번 누름")
    )
    assert (again, again.title) == (first, first.title), "sent twice is handed in once"
    actions.entry_withdraw(by=world.entrants[0], id=first.pk, reason="다시 냅니다.")
    assert world.enter(contest, world.entrants[0]).number == 2


def test_several_where_the_contest_allows_it(world: World) -> None:
    contest = world.contest(one_per_body=False)
    assert [world.enter(contest, world.entrants[0]).number for _n in range(2)] == [1, 2]


def test_nobody_takes_the_id_of_anothers_entry(world: World) -> None:
    contest = world.contest()
    first = world.enter(contest, world.entrants[0])
    with refused("conflict"):
        actions.entry_hand_in(by=world.entrants[1], contest_id=contest.pk, entry_id=first.pk, fields=answers())
    with refused("not_allowed"):
        actions.entry_change(by=world.entrants[1], id=first.pk, fields=answers())
    with refused("not_allowed"):
        actions.entry_withdraw(by=world.entrants[1], id=first.pk, reason="아니요")


def test_eligibility_is_checked_with_the_reason_of_each_rule(world: World) -> None:
    contest = world.contest(kinds=["company"], least_bodies=3)
    with refused("invalid", "bodies") as info:
        world.enter(contest, world.entrants[0])
    assert "기업" in str(info.value)
    assert "3곳" in str(info.value)
    company = officer(body("다솜 협동조합", "company"), "박이사")
    others = [world.entrants[0].body_id, world.entrants[1].body_id]
    assert world.enter(contest, company, bodies=others).bodies.count() == 3


def test_provinces_are_a_rule(world: World) -> None:
    province = body("가람도", "sido", code="5100000000")
    contest = world.contest(provinces=[province.code])
    with refused("invalid", "bodies"):
        world.enter(contest, world.entrants[0])
    Body.objects.filter(pk=world.entrants[0].body_id).update(province=province)
    world.enter(contest, world.entrants[0])


@pytest.mark.parametrize(("field", "value"), [("title", ""), ("summary", LONG), ("title", "가" * 121)])
def test_texts_of_an_entry(world: World, field: str, value: str) -> None:
    with refused("invalid", field):
        world.enter(world.contest(), world.entrants[0], **{field: value})


def test_each_criterion_has_its_text(world: World) -> None:
    contest = world.contest()
    with refused("invalid", "answer_effect"):
        world.enter(contest, world.entrants[0], answers={"actors": "a", "sharing": "b", "sustainability": "c"})
    with refused("invalid", "answer_actors"):
        world.enter(contest, world.entrants[0], answers={"actors": LONG, "sharing": "b"})
    entry = world.enter(contest, world.entrants[0], summary=ODD)
    assert entry.summary == "é 뒤집힌 👩‍👩‍👧 표\t1\t2\n둘째 줄"


def test_a_collaboration_is_one_of_the_bodys_own(world: World) -> None:
    with refused("invalid", "collaboration"):
        world.enter(world.contest(), world.entrants[0], collaboration=f"dure:collaboration:{uuid7()}")


def test_a_file_that_is_not_what_it_says(world: World) -> None:
    contest = world.contest()
    entry = world.enter(contest, world.entrants[0])
    for name, content in (("계획.pdf", b"MZ\x90\x00 program"), ("계획.pdf", b"plain text"), ("빈.txt", b"")):
        with refused("invalid", "file"):
            actions.entry_file_add(by=world.entrants[0], id=entry.pk, uploaded=SimpleUploadedFile(name, content))
    row = actions.entry_file_add(
        by=world.entrants[0], id=entry.pk, uploaded=SimpleUploadedFile("가온시 계획.txt", "계획".encode())
    )
    with refused("not_allowed"):
        actions.entry_file_remove(by=world.entrants[1], id=entry.pk, attachment_id=row.pk)
    actions.entry_file_remove(by=world.entrants[0], id=entry.pk, attachment_id=row.pk)
    world.go(11)
    with refused("conflict"):
        actions.entry_file_add(by=world.entrants[0], id=entry.pk, uploaded=SimpleUploadedFile("a.txt", b"late"))


# Judges


def test_the_letter_opens_for_its_address_only(world: World) -> None:
    contest = world.contest()
    email = person("위원").email
    row = actions.judge_invite(by=world.organiser, contest_id=contest.pk, email=email.upper())
    token = token_of(row)
    with refused("not_allowed"):
        actions.judge_accept(by=world.citizen, token=token)
    with refused("not_found"):
        actions.judge_accept(by=world.citizen, token="no such token")
    with refused("conflict", "email"):
        actions.judge_invite(by=world.organiser, contest_id=contest.pk, email=email)
    with refused("invalid", "email"):
        actions.judge_invite(by=world.organiser, contest_id=contest.pk, email="no address")
    with refused("not_allowed"):
        actions.judge_invite(by=world.entrants[0], contest_id=contest.pk, email="x@example.kr")
    world.go(15)
    with refused("gone"):
        from dure.core.viewer import Viewer

        actions.judge_accept(by=Viewer.person(row.person_id), token=token)


def test_declining(world: World) -> None:
    contest = world.contest()
    from dure.core.models import Person

    email = Person.objects.get(pk=world.judges[0].person_id).email
    row = actions.judge_invite(by=world.organiser, contest_id=contest.pk, email=email)
    assert actions.judge_decline(by=world.judges[0], token=token_of(row)).state == "declined"
    with refused("gone"):
        actions.judge_accept(by=world.judges[0], token=token_of(row))


def test_the_organisers_people_do_not_judge_blind(world: World) -> None:
    contest = world.contest()
    from dure.core.models import Person

    email = Person.objects.get(pk=world.organiser.person_id).email
    row = actions.judge_invite(by=world.organiser, contest_id=contest.pk, email=email)
    with refused("not_allowed"):
        actions.judge_accept(by=world.organiser, token=token_of(row))


def test_judging_begins_when_all_is_ready(world: World) -> None:
    contest = world.contest()
    with refused("conflict"):
        actions.judging_start(by=world.organiser, id=contest.pk)
    entry = world.enter(contest, world.entrants[0])
    with refused("conflict"):
        actions.entry_clear(by=world.organiser, id=entry.pk)
    world.go(11)
    with refused("conflict") as info:
        actions.judging_start(by=world.organiser, id=contest.pk)
    assert "살펴보지" in str(info.value)
    with refused("invalid", "files"):
        actions.entry_clear(by=world.organiser, id=entry.pk, files=[uuid7()])
    with refused("not_allowed"):
        actions.entry_clear(by=world.entrants[0], id=entry.pk)
    actions.entry_clear(by=world.organiser, id=entry.pk, words=["가온동", " "])
    with refused("conflict") as info:
        actions.judging_start(by=world.organiser, id=contest.pk)
    assert "2명" in str(info.value)
    world.seat(contest)
    assert actions.judging_start(by=world.organiser, id=contest.pk).state == "judging"


# Marking


def test_ties_are_declared_before_marking(world: World) -> None:
    contest, (entry, *_others) = world.judging()
    judge = world.judges[0]
    with refused("conflict"):
        actions.sheet_save(by=judge, contest_id=contest.pk, entry_id=entry.pk, points={"actors": 5})
    with refused("invalid", "kind"):
        actions.conflict_declare(by=judge, contest_id=contest.pk, entry_id=entry.pk, kind="friend")
    actions.conflict_declare(by=judge, contest_id=contest.pk, entry_id=entry.pk, kind="family", note="조카")
    with refused("not_allowed"):
        actions.sheet_save(by=judge, contest_id=contest.pk, entry_id=entry.pk, points={"actors": 5})
    with refused("conflict"):
        actions.conflict_declare(by=judge, contest_id=contest.pk, entry_id=entry.pk, kind="none")


def test_a_tie_found_late_takes_the_marks_away(world: World) -> None:
    contest, (entry, *_others) = world.judging()
    world.mark(contest, world.judges[0], entry, 9)
    actions.conflict_declare(by=world.judges[0], contest_id=contest.pk, entry_id=entry.pk, kind="money")
    assert not Sheet.objects.filter(entry=entry).exists()


def test_members_of_an_entrant_are_left_out_by_themselves(world: World) -> None:
    contest = world.contest()
    entries = [world.enter(contest, by) for by in world.entrants[:2]]
    Membership.objects.create(person_id=world.judges[0].person_id, body_id=entries[0].body_id, role="reader")
    world.seat(contest)
    world.go(11)
    for entry in entries:
        actions.entry_clear(by=world.organiser, id=entry.pk)
    actions.judging_start(by=world.organiser, id=contest.pk)
    row = Declaration.objects.get()
    assert (row.kind, row.automatic, row.entry) == ("own_body", True, entries[0])
    with refused("not_allowed"):
        actions.sheet_save(by=world.judges[0], contest_id=contest.pk, entry_id=entries[0].pk, points={"actors": 1})


def test_who_joins_an_entrant_later_is_out_from_then_on(world: World) -> None:
    contest, (entry, *_others) = world.judging()
    world.mark(contest, world.judges[0], entry, 10)
    Membership.objects.create(person_id=world.judges[0].person_id, body_id=entry.body_id, role="reader")
    with refused("not_allowed"):
        actions.sheet_save(by=world.judges[0], contest_id=contest.pk, entry_id=entry.pk, points={"actors": 1})


@pytest.mark.parametrize("points", [-1, 11, 5.5, "7", True, 10**9])
def test_points_out_of_range(world: World, points: Any) -> None:
    contest, (entry, *_others) = world.judging()
    actions.conflict_declare(by=world.judges[0], contest_id=contest.pk, entry_id=entry.pk, kind="none")
    with refused("invalid", "points_actors"):
        actions.sheet_save(by=world.judges[0], contest_id=contest.pk, entry_id=entry.pk, points={"actors": points})
    assert not Score.objects.exists()


def test_the_database_keeps_the_range_too(world: World) -> None:
    contest, (entry, *_others) = world.judging()
    world.mark(contest, world.judges[0], entry, 10)
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.update(points=11)


def test_a_sheet_is_saved_in_parts(world: World) -> None:
    contest, (entry, *_others) = world.judging()
    judge = world.judges[0]
    actions.conflict_declare(by=judge, contest_id=contest.pk, entry_id=entry.pk, kind="none")
    save = {"by": judge, "contest_id": contest.pk, "entry_id": entry.pk}
    assert actions.sheet_save(**save, points={"actors": 0}, comment="좋습니다.").finished_at is None
    sheet = actions.sheet_save(**save, points={"sharing": 1, "sustainability": 2, "effect": 3})
    assert sheet.finished_at is not None
    assert sheet.comment == "좋습니다."
    assert actions.sheet_save(**save, points={"actors": None}).finished_at is None
    with refused("invalid", "points"):
        actions.sheet_save(**save, points={"luck": 3})
    with refused("invalid", "comment"):
        actions.sheet_save(**save, points={}, comment=LONG)
    assert actions.sheet_save(**save, points={}, comment=ODD).comment == "é 뒤집힌 👩‍👩‍👧 표\t1\t2\n둘째 줄"


def test_a_judge_who_left_marks_nothing_and_counts_for_nothing(world: World) -> None:
    contest, entries = world.judging()
    for judge in world.judges:
        for entry in entries:
            world.mark(contest, judge, entry, 5)
    with refused("invalid", "reason"):
        actions.judge_leave(by=world.judges[0], contest_id=contest.pk, reason="")
    actions.judge_leave(by=world.judges[0], contest_id=contest.pk, reason="시간이 없습니다.")
    with refused("not_allowed") as info:
        actions.sheet_save(by=world.judges[0], contest_id=contest.pk, entry_id=entries[0].pk, points={"actors": 1})
    assert "그만둔" in str(info.value)
    assert {sheet.judge.number for sheet in scoring.counted_sheets(contest)} == {2, 3}


def test_the_organiser_ends_somebodys_judging(world: World) -> None:
    contest, (entry, *_others) = world.judging()
    judge = contest.judges.get(number=1)
    with refused("not_allowed"):
        actions.judge_end(by=world.entrants[0], contest_id=contest.pk, judge_id=judge.pk, reason="왜")
    actions.judge_end(by=world.organiser, contest_id=contest.pk, judge_id=judge.pk, reason="연락이 없습니다.")
    with refused("conflict"):
        actions.judge_end(by=world.organiser, contest_id=contest.pk, judge_id=judge.pk, reason="연락이 없습니다.")
    with refused("not_allowed"):
        actions.conflict_declare(by=world.judges[0], contest_id=contest.pk, entry_id=entry.pk, kind="none")


def test_nobody_else_marks(world: World) -> None:
    contest, (entry, *_others) = world.judging()
    for by in (world.citizen, world.organiser, world.entrants[0]):
        with refused("not_allowed"):
            actions.sheet_save(by=by, contest_id=contest.pk, entry_id=entry.pk, points={"actors": 1})


def test_no_marks_after_the_last_day(world: World) -> None:
    contest, (entry, *_others) = world.judging()
    world.mark(contest, world.judges[0], entry, 5)
    world.go(21)
    with refused("conflict"):
        actions.sheet_save(by=world.judges[0], contest_id=contest.pk, entry_id=entry.pk, points={"actors": 1})
