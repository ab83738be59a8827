"""What follows for the selected: goals, reports, money, and that nothing is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from dure.contests import actions, chores
from dure.contests.desk import desk_items
from dure.contests.models import Support, SupportPayment, YearReport
from dure.contests.queries import became_of_selected, missing_of, of_body
from dure.core import clock
from dure.core.events import deliver_due
from dure.core.models import Event, Notice
from dure.core.viewer import Viewer
from tests.contests.test_actions import LONG, refused
from tests.contests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(world: World) -> Support:
    _contest, entries = world.published()
    return Support.objects.select_related("entry__contest").get(entry=entries[0])


def run(world: World, support: Support) -> None:
    actions.goals_set(by=world.organiser, support_id=support.pk, goals=[(1, "조례를 정합니다."), (2, "스스로 섭니다.")])
    actions.support_agree(by=world.entrants[0], support_id=support.pk)


def test_goals_hold_once_both_sides_agree(world: World, support: Support) -> None:
    with refused("conflict"):
        actions.support_agree(by=world.entrants[0], support_id=support.pk)
    with refused("invalid", "goals"):
        actions.goals_set(by=world.organiser, support_id=support.pk, goals=[(3, "너무 늦음")])
    with refused("invalid", "goals"):
        actions.goals_set(by=world.organiser, support_id=support.pk, goals=[(1, " ")])
    with refused("invalid", "goals"):
        actions.goals_set(by=world.organiser, support_id=support.pk, goals=[(1, LONG)])
    with refused("not_allowed"):
        actions.goals_set(by=world.entrants[1], support_id=support.pk, goals=[(1, "남의 목표")])
    run(world, support)
    support.refresh_from_db()
    assert support.state == "running"
    with refused("conflict"):
        actions.support_agree(by=world.entrants[0], support_id=support.pk)
    changed = actions.goals_set(by=world.entrants[0], support_id=support.pk, goals=[(1, "다시 정합니다.")])
    assert (changed.state, changed.organiser_agreed_at) == ("agreeing", None)


def test_a_report_goes_to_and_fro_until_it_is_accepted(world: World, support: Support) -> None:
    run(world, support)
    first, second = support.reports.all()
    with refused("not_allowed"):
        actions.report_hand_in(by=world.organiser, report_id=first.pk, text="남이 쓴 보고")
    with refused("invalid", "text"):
        actions.report_hand_in(by=world.entrants[0], report_id=first.pk, text=" ")
    with refused("invalid", "text"):
        actions.report_hand_in(by=world.entrants[0], report_id=first.pk, text=LONG)
    with refused("invalid", "file"):
        fake = SimpleUploadedFile("보고.pdf", b"no pdf")
        actions.report_file_add(by=world.entrants[0], report_id=first.pk, uploaded=fake)
    actions.report_file_add(
        by=world.entrants[0], report_id=first.pk, uploaded=SimpleUploadedFile("보고.txt", "보고".encode())
    )
    with refused("conflict"):
        actions.report_answer(by=world.organiser, report_id=first.pk, accept=True)
    actions.report_hand_in(by=world.entrants[0], report_id=first.pk, text="조례를 정했습니다.")
    with refused("invalid", "answer"):
        actions.report_answer(by=world.organiser, report_id=first.pk, accept=False)
    with refused("not_allowed"):
        actions.report_answer(by=world.entrants[0], report_id=first.pk, accept=True)
    assert actions.report_answer(by=world.organiser, report_id=first.pk, accept=False, answer="숫자가 없습니다.").answer
    actions.report_hand_in(by=world.entrants[0], report_id=first.pk, text="3,400명이 썼습니다.")
    actions.report_answer(by=world.organiser, report_id=first.pk, accept=True)
    with refused("conflict"):
        actions.report_hand_in(by=world.entrants[0], report_id=first.pk, text="또 냅니다.")
    actions.report_hand_in(by=world.entrants[0], report_id=second.pk, text="스스로 섰습니다.")
    actions.report_answer(by=world.organiser, report_id=second.pk, accept=True)
    support.refresh_from_db()
    assert support.state == "done"
    with refused("conflict"):
        actions.support_stop(by=world.organiser, support_id=support.pk, reason="늦음")


def test_money_is_whole_won_and_dated(world: World, support: Support) -> None:
    save = {"by": world.organiser, "support_id": support.pk}
    with refused("invalid", "planned"):
        actions.payment_save(**save, year=1, planned=-1)
    with refused("invalid", "paid_on"):
        actions.payment_save(**save, year=1, planned=1, paid=1)
    with refused("invalid", "paid"):
        actions.payment_save(**save, year=1, planned=1, paid_on=clock.today())
    with refused("invalid", "paid_on"):
        actions.payment_save(**save, year=1, planned=1, paid=1, paid_on=clock.today() + timedelta(days=1))
    with refused("invalid", "year"):
        actions.payment_save(**save, year=3, planned=1)
    with refused("not_allowed"):
        actions.payment_save(by=world.entrants[0], support_id=support.pk, year=1, planned=1)
    row = actions.payment_save(**save, year=1, planned=30_000_000, paid=29_999_999, paid_on=clock.today())
    assert row.paid == 29_999_999
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportPayment.objects.filter(pk=row.pk).update(paid_on=None)
    (mine,) = [one for one in became_of_selected(Viewer.anonymous()) if one.support == support]
    assert (mine.planned, mine.paid) == (60_000_000, 29_999_999)


def test_stopping_says_why(world: World, support: Support) -> None:
    with refused("invalid", "reason"):
        actions.support_stop(by=world.organiser, support_id=support.pk, reason="")
    with refused("not_allowed"):
        actions.support_stop(by=world.citizen, support_id=support.pk, reason="싫음")
    assert (
        actions.support_stop(by=world.entrants[0], support_id=support.pk, reason="통합되었습니다.").state == "stopped"
    )
    world.go(800)
    assert [one for one in missing_of(Viewer.anonymous(), support.entry.contest) if one.support_id == support.pk] == []


def told(report: YearReport) -> list[tuple[str, int]]:
    rows = Event.objects.filter(thing=report.urn, type__in=["contests.report.due", "contests.report.missed"])
    return [(event.type.rsplit(".", 1)[1], event.data["mark"]) for event in rows.order_by("seq")]


def test_nothing_selected_is_forgotten(world: World, support: Support) -> None:
    """Reminded a month and a week before, on the day after, and every month after that; each once."""
    run(world, support)
    first = support.reports.get(year=1)
    start = (first.due_on - clock.local(world.start).date()).days
    for left, expected in (
        (31, []),
        (30, [("due", 30)]),
        (20, [("due", 30)]),
        (7, [("due", 30), ("due", 7)]),
        (0, [("due", 30), ("due", 7)]),
        (-1, [("due", 30), ("due", 7), ("missed", -1)]),
        (-30, [("due", 30), ("due", 7), ("missed", -1)]),
        (-31, [("due", 30), ("due", 7), ("missed", -1), ("missed", -2)]),
    ):
        world.go(start - left)
        chores.remind(first.pk)
        chores.remind(first.pk)
        assert told(first) == expected, left
    assert [
        report.pk for report in missing_of(Viewer.anonymous(), support.entry.contest) if report.support == support
    ] == [first.pk]
    assert became_of_selected(Viewer.anonymous(), missing=True)[0].missing
    (panel,) = of_body(Viewer.anonymous(), support.entry.body_id)
    assert panel.missing
    deliver_due(1000)
    for viewer in (world.organiser, world.entrants[0]):
        assert any(item.kind == "지원 보고" for item in desk_items(viewer))
        types = Notice.objects.filter(person_id=viewer.person_id).values_list("event__type", flat=True)
        assert "contests.report.missed" in types
    actions.report_hand_in(by=world.entrants[0], report_id=first.pk, text="늦었습니다.")
    assert not chores.remind(first.pk)
    world.go(start + 40)
    assert not any(row.support == support for row in missing_of(Viewer.anonymous(), support.entry.contest))


def test_the_database_keeps_its_promises(world: World, support: Support) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Support.objects.filter(pk=support.pk).update(state="running")
    with pytest.raises(IntegrityError), transaction.atomic():
        Support.objects.filter(pk=support.pk).update(state="stopped")
    with pytest.raises(IntegrityError), transaction.atomic():
        YearReport.objects.filter(support=support).update(state="handed_in")
