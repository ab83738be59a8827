"""Who sees what when: names are covered, entries sealed, marks nobody's but one's own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dure.bodies.models import Body, BodyAlias
from dure.contests import actions, queries
from dure.contests.lines import describe
from dure.contests.masking import COVER, mask, names_of
from dure.contests.models import Contest, Entry
from dure.core.events import timeline
from dure.core.links import resolve_one
from dure.core.models import Event
from dure.core.search import search
from dure.core.viewer import Viewer
from tests.collaboration.world import client_of, officer
from tests.contests.test_actions import refused
from tests.contests.world import World


@pytest.mark.django_db
def test_every_name_of_a_body_is_covered(world: World) -> None:
    row = Body.objects.get(pk=world.entrants[0].body_id)
    Body.objects.filter(pk=row.pk).update(name_ko="가온시(시연)", full_name_ko="누리도 가온시", name_en="Gaon-si")
    row.refresh_from_db()
    for kind, value in (("short", "가온특별"), ("former", "옛 누리군")):
        BodyAlias.objects.create(body=row, kind=kind, value=value, key=value)
    names = names_of([row])[row.pk]
    for text in (
        "누리도 가온시",
        "가 온 시",
        "가온시의",
        "가온에서",
        "옛누리군",
        "옛 누리 군",
        "가온특별",
        "GAON-SI",
        "Gaon si",
    ):
        assert COVER in mask(f"우리 {text} 사람들", names), text
        assert "가온" not in mask(text, names)
    assert mask("가 온다와 가 나다", ["가 나"]) == f"가 온다와 {COVER}다", "a short name with a gap, as it is written"
    assert mask("Gaonsider", ["Gaon-si"]) == "Gaonsider"
    assert mask("가 온다", names) == "가 온다", "two letters apart are other words"
    assert "010-1234-5678" not in mask("전화 010-1234-5678", names)


@settings(max_examples=60, deadline=None)
@example("", ["가 나"])
@given(st.text(max_size=60), st.lists(st.text(alphabet="가나다라마바 ", min_size=3, max_size=6), max_size=3))
def test_covering_never_fails_and_leaves_no_name(text: str, names: list[str]) -> None:
    covered = mask(text + " ".join(names), names)
    assert not any(name.strip() in covered for name in names if len(name.replace(" ", "")) > 1)


def everybody(world: World) -> list[Viewer]:
    return [Viewer.anonymous(), world.citizen, world.entrants[1], world.judges[0]]


@pytest.mark.django_db
def test_an_entry_is_sealed_until_the_results(world: World) -> None:
    contest, entries = world.judging()
    entry = entries[0]
    for viewer in everybody(world):
        with refused("not_found"):
            queries.entry_of(viewer, contest, entry.pk)
        assert resolve_one(entry.urn, viewer) is None
        found, sealed = queries.entries_of(viewer, contest)
        assert (entry in found, len(found) + sealed) == (False, 3), "counted, not dropped"
        text = " ".join(line.text + line.actor for line in timeline(contest.urn, viewer))
        assert entry.title not in text
        assert "가온시" not in text
    for viewer in (world.organiser, world.entrants[0]):
        assert queries.entry_of(viewer, contest, entry.pk).row == entry
    assert not search(entry.title, kinds=["entry"])


@pytest.mark.django_db
def test_partners_of_an_entry_read_it_too(world: World) -> None:
    contest = world.contest()
    entry = world.enter(contest, world.entrants[0], bodies=[world.entrants[1].body_id])
    assert queries.entry_of(world.entrants[1], contest, entry.pk).row == entry
    with refused("not_found"):
        queries.entry_of(world.entrants[2], contest, entry.pk)


@pytest.mark.django_db
def test_once_published_everybody_reads_everything(world: World) -> None:
    contest, entries = world.published()
    for viewer in everybody(world):
        assert queries.entry_of(viewer, contest, entries[2].pk).row.title == entries[2].title
        rows = queries.results_of(viewer, contest)
        assert [row.rank for row in rows] == [1, 2, 3]
        assert len(rows[0].comments) == 3
        assert len(rows[0].marks) == 3
    assert [hit.urn for hit in search("협업", kinds=["entry"])]


@pytest.mark.django_db
def test_an_open_contest_shows_its_entries_from_the_judging_on(world: World) -> None:
    contest = world.contest(blind=False)
    entry = world.enter(contest, world.entrants[0])
    assert queries.entries_of(world.citizen, contest) == ([], 1)
    world.seat(contest)
    world.go(11)
    actions.judging_start(by=world.organiser, id=contest.pk)
    contest.refresh_from_db()
    assert queries.entries_of(world.citizen, contest) == ([entry], 0)
    view = queries.judge_entry(world.judges[0], contest, entry.pk)
    assert view.who == ("가온시",)


@pytest.mark.django_db
def test_a_decided_contest_tells_no_rank_before_it_is_published(world: World) -> None:
    contest = world.contest(blind=False, least_judges=1)
    entries = [world.enter(contest, by, title=f"협업 {n}") for n, by in enumerate(world.entrants[:2])]
    world.seat(contest, world.judges[0])
    world.go(11)
    actions.judging_start(by=world.organiser, id=contest.pk)
    for entry, points in zip(entries, (2, 9), strict=True):
        world.mark(contest, world.judges[0], entry, points)
    actions.contest_decide(by=world.organiser, id=contest.pk)
    contest.refresh_from_db()
    assert queries.entries_of(world.citizen, contest)[0] == entries, "in the order of handing in"
    for viewer in (world.citizen, world.entrants[1]):
        page = client_of(viewer).get(f"/contests/{contest.receipt}/").content.decode()
        assert "<b>1.</b>" not in page
        assert "뽑힘" not in page
        assert (
            "뽑힘"
            not in client_of(viewer).get(f"/contests/{contest.receipt}/entries/{entries[1].pk}/").content.decode()
        )


@pytest.mark.django_db
def test_judges_read_a_code_a_covered_text_and_cleared_files(world: World) -> None:
    contest = world.contest()
    entry = world.enter(contest, world.entrants[0], title="가온시의 진료소", summary="가온 북쪽 햇살마을의 일입니다.")
    world.enter(contest, world.entrants[1])
    files = [
        actions.entry_file_add(
            by=world.entrants[0], id=entry.pk, uploaded=SimpleUploadedFile(f"가온시 {n}.txt", f"계획 {n}".encode())
        )
        for n in range(2)
    ]
    world.seat(contest)
    world.go(11)
    for one in Entry.objects.all():
        chosen = [files[1].pk] if one == entry else []
        actions.entry_clear(by=world.organiser, id=one.pk, words=["햇살마을"], files=chosen)
    actions.judging_start(by=world.organiser, id=contest.pk)
    contest.refresh_from_db()
    view = queries.judge_entry(world.judges[0], contest, entry.pk)
    assert view.title == f"{COVER}의 진료소"
    assert view.summary == f"{COVER} 북쪽 {COVER}의 일입니다."
    assert (view.who, view.files) == ((), ((1, "첨부 1.txt"),))
    with refused("conflict"):
        queries.file_for_judge(world.judges[0], contest, entry.pk, 1)
    actions.conflict_declare(by=world.judges[0], contest_id=contest.pk, entry_id=entry.pk, kind="none")
    name, file = queries.file_for_judge(world.judges[0], contest, entry.pk, 1)
    assert (name, file.pk) == ("첨부 1.txt", files[1].pk)
    with refused("not_found"):
        queries.file_for_judge(world.judges[0], contest, entry.pk, 2)
    client = client_of(world.judges[0])
    page = client.get(f"/contests/{contest.receipt}/judge/{entry.pk}/").content.decode()
    desk = client.get(f"/contests/{contest.receipt}/judge/").content.decode()
    assert "가온" not in page + desk
    answer = client.get(f"/contests/{contest.receipt}/judge/{entry.pk}/files/1/")
    assert b"".join(answer) == "계획 1".encode()  # type: ignore[arg-type]
    assert "%EA%B0%80%EC%98%A8" not in answer.headers["Content-Disposition"]


@pytest.mark.django_db
def test_a_changed_entry_is_cleared_anew(world: World) -> None:
    contest = world.contest()
    entry = world.enter(contest, world.entrants[0])
    world.go(11)
    actions.entry_clear(by=world.organiser, id=entry.pk)
    actions.contest_extend(
        by=world.organiser,
        id=contest.pk,
        fields={"entries_until": contest.judging_until - (contest.results_on - contest.judging_until)},
    )
    from tests.contests.world import answers

    changed = actions.entry_change(by=world.entrants[0], id=entry.pk, fields=answers())
    assert changed.cleared_at is None


@pytest.mark.django_db
def test_a_judge_with_a_tie_sees_the_code_alone(world: World) -> None:
    contest, entries = world.judging()
    actions.conflict_declare(by=world.judges[0], contest_id=contest.pk, entry_id=entries[0].pk, kind="money")
    view = queries.judge_entry(world.judges[0], contest, entries[0].pk)
    assert (view.tied, view.title, view.summary, view.sheet) == (True, "", "", None)
    judge = contest.judges.get(person_id=world.judges[0].person_id)
    (row,) = [one for one in queries.judge_entries(judge, contest) if one.tied]
    assert (row.code, row.title) == (entries[0].code, "")


@pytest.mark.django_db
def test_nobody_sees_marks_before_the_results(world: World) -> None:
    contest, entries = world.judging()
    for entry in entries:
        world.mark(contest, world.judges[0], entry, 7, "비밀스러운 심사평")
    for viewer in (*everybody(world), world.organiser):
        with refused("not_found"):
            queries.results_of(viewer, contest)
        client = client_of(viewer)
        for path in ("", "results/", "results.csv", "recompute.json", "recompute.csv", "organise/", "organise/decide/"):
            content = client.get(f"/contests/{contest.receipt}/{path}").content.decode()
            assert "비밀스러운" not in content
            assert "70.00" not in content
    other = queries.judge_entry(world.judges[1], contest, entries[0].pk)
    assert other.sheet is None
    world.go(21)
    actions.contest_decide(by=world.organiser, id=contest.pk, short_reason="위원이 아팠습니다.")
    contest.refresh_from_db()
    with refused("not_found"):
        queries.results_of(world.citizen, contest)
    assert queries.results_of(world.organiser, contest)


@pytest.mark.django_db
def test_events_hold_no_text_and_are_told_to_whom_they_concern(world: World) -> None:
    contest, entries = world.judging()
    actions.conflict_declare(
        by=world.judges[0], contest_id=contest.pk, entry_id=entries[0].pk, kind="other", note="옛 동료"
    )
    (event,) = Event.objects.filter(type="contests.conflict.declared")
    assert "옛 동료" not in str(event.data)
    assert event.seq in describe([event], world.organiser)
    assert event.seq in describe([event], world.judges[0])
    for viewer in (world.citizen, world.judges[1], world.entrants[0], Viewer.anonymous()):
        assert event.seq not in describe([event], viewer)


@pytest.mark.django_db
def test_a_private_entrant_may_what_a_public_one_may(world: World) -> None:
    from tests.collaboration.world import body

    company = officer(body("다솜 협동조합", "cooperative"), "박이사")
    contest = world.contest()
    entry = world.enter(contest, company)
    assert queries.entry_of(company, contest, entry.pk).row == entry
    assert queries.my_entries(company, contest) == [entry]


@pytest.mark.django_db
def test_drafts_are_the_bodys_own(world: World) -> None:
    draft = world.draft()
    assert list(Contest.objects.visible_to(world.organiser)) == [draft]
    for viewer in everybody(world):
        assert not Contest.objects.visible_to(viewer).exists()
    with refused("not_found"):
        queries.access(world.organiser, draft.receipt)
    with refused("not_found"):
        queries.access_draft(world.entrants[0], draft.pk)
    assert queries.access_draft(world.entrants[0], uuid4()) is None


@pytest.mark.django_db
def test_hidden_comments_show_their_reason(world: World) -> None:
    contest, _entries = world.published()
    row: Any = queries.results_of(world.citizen, contest)[0]
    actions.comment_hide(by=world.organiser, sheet_id=row.comments[0].sheet_id, reason="이름이 들어 있음")
    row = queries.results_of(world.citizen, contest)[0]
    assert (row.comments[0].text, row.comments[0].hidden) == ("", "이름이 들어 있음")
