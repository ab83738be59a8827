"""The pages through a client: what was typed stays, files download, English is whole, lists cost the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.contests import actions
from dure.contests.models import Contest, Entry, Support, YearReport
from dure.core.ids import uuid7
from tests.collaboration.world import client_of, officer
from tests.contests import recompute
from tests.contests.test_actions import LONG
from tests.contests.world import WEIGHTS, World

pytestmark = pytest.mark.django_db


def at(contest: Contest, path: str = "") -> str:
    return f"/contests/{contest.receipt}/{path}"


def text(answer: Any) -> str:
    return (b"".join(answer) if answer.streaming else answer.content).decode("utf-8-sig")


def test_preparing_keeps_what_was_typed(world: World) -> None:
    client, id = client_of(world.organiser), uuid7()
    answer = client.post(f"/contests/prepare/{id}/?step=1", {"title": "돌봄 공모", "purpose": LONG})
    assert answer.status_code == 422
    assert "4,000자까지" in text(answer)
    assert LONG in text(answer)
    assert not Contest.objects.exists()
    answer = client.post(f"/contests/prepare/{id}/?step=1", {"title": "돌봄 공모", "purpose": "찾습니다."})
    assert answer.url.endswith("?step=2")
    wrong = {"weight_actors": "600", "weight_sharing": "500", "method": "none", "edge": "all", "select": "1"}
    answer = client.post(f"/contests/prepare/{id}/?step=3", {**wrong, "least_judges": "2"})
    assert answer.status_code == 422
    assert "지금은 1,100입니다" in text(answer)
    assert 'value="600"' in text(answer)
    days = {"opens_on": "2026-12-10", "entries_until": "2026-12-01", "judging_until": "2026-12-20", "results_on": ""}
    answer = client.post(f"/contests/prepare/{id}/?step=4", days)
    assert answer.status_code == 422
    assert "응모 마감은" in text(answer)
    answer = client.post(f"/contests/prepare/{id}/?step=5")
    assert answer.status_code == 422
    assert "누가 응모할 수 있는지" in text(answer)


def test_entering_keeps_what_was_typed(world: World) -> None:
    contest = world.contest()
    client = client_of(world.entrants[0])
    typed = {
        "title": "👩‍👩‍👧 함께",
        "summary": "표\t1\t2",
        "bodies": "없는시",
        **{f"answer_{k}": k * 3 for k in WEIGHTS},
    }
    address = at(contest, f"enter/{uuid7()}/")
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert "이런 이름의 기관이 없습니다" in text(answer)
    assert "actorsactorsactors" in text(answer)
    for _twice in range(2):
        assert client.post(address, {**typed, "bodies": "나루군"}).status_code == 302
    entry = Entry.objects.get()
    assert entry.bodies.count() == 2
    file = SimpleUploadedFile("계획.pdf", b"not a pdf at all")
    answer = client.post(at(contest, f"entries/{entry.pk}/files/"), {"file": file})
    assert answer.status_code == 422
    world.go(11)
    client = client_of(world.entrants[0])
    answer = client.post(at(contest, f"enter/{uuid7()}/"), {**typed, "title": "늦은 응모", "bodies": ""})
    assert answer.status_code == 422
    assert "늦은 응모는 받지 않습니다" in text(answer)
    assert "actorsactorsactors" in text(answer)
    assert client.get(at(contest, "enter/")).status_code == 409


def test_a_sheet_keeps_what_was_typed(world: World) -> None:
    contest, (entry, *_others) = world.judging()
    client = client_of(world.judges[0])
    address = at(contest, f"judge/{entry.pk}/")
    assert client.post(f"{address}ties/", {}).status_code == 422
    assert client.post(f"{address}ties/", {"kind": "none"}).status_code == 302
    points = {f"points_{key}": "7" for key in WEIGHTS}
    answer = client.post(address, {**points, "points_actors": "11", "comment": "좋습니다."})
    assert answer.status_code == 422
    assert "좋습니다." in text(answer)
    assert client.post(f"{address}save/", {"points_actors": "5", "comment": ""}).status_code == 200
    assert client.post(f"{address}save/", {"points_actors": "x"}).status_code == 422
    assert client.post(address, {**points, "comment": "좋습니다.", "next": "1"}).status_code == 302
    assert 'value="7"' in text(client.get(address))
    actions.judge_leave(by=world.judges[0], contest_id=contest.pk, reason="바쁩니다.")
    assert client.post(address, points).status_code == 403
    assert client.get(address).status_code == 403


def test_the_files_of_a_result(world: World) -> None:
    contest, _entries = world.published(method="rank")
    client = client_of(world.citizen)
    recompute.check(json.loads(text(client.get(at(contest, "recompute.json")))))
    table = text(client.get(at(contest, "recompute.csv"))).splitlines()
    assert table[0].startswith("judge,entry,actors (300/1000)")
    assert len(table) == 10
    answer = client.get(f"/api/v1/contests/{contest.receipt}/recompute").json()
    recompute.check(answer)
    rows = client.get(f"/api/v1/contests/{contest.receipt}/results").json()["items"]
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert {row["code"]: row["final"] for row in rows} == {e["code"]: e["final"] for e in answer["entries"]}
    for path in ("results.csv", "results.xlsx", "recompute.xlsx"):
        assert client.get(at(contest, path)).status_code == 200
    assert client.get(at(contest, "results.pdf")).status_code == 404
    for path in ("/contests/list.csv", "/contests/list.xlsx", "/contests/became.csv", "/contests/became.xlsx"):
        assert client.get(path).status_code == 200
    assert contest.title in text(client.get("/contests/list.csv"))


@pytest.mark.slow
def test_a_report_through_the_pages(world: World) -> None:
    contest, entries = world.published()
    entrant, organiser = client_of(world.entrants[0]), client_of(world.organiser)
    address = at(contest, f"support/{entries[0].pk}/")
    assert organiser.post(f"{address}goals/", {"year_1": "", "year_2": ""}).status_code == 422
    assert organiser.post(f"{address}goals/", {"year_1": "조례를 정합니다.\n\n둘째", "year_2": ""}).status_code == 302
    assert entrant.post(f"{address}agree/").status_code == 302
    assert Support.objects.get(entry=entries[0]).state == "running"
    answer = entrant.post(f"{address}reports/1/", {"r1-text": LONG})
    assert answer.status_code == 422
    assert LONG in text(answer)
    assert entrant.post(f"{address}reports/1/", {"r1-text": "했습니다."}).status_code == 302
    file = SimpleUploadedFile("보고.txt", b"report")
    assert entrant.post(f"{address}reports/1/files/", {"f1-file": file}).status_code == 302
    assert organiser.post(f"{address}reports/1/answer/", {"a1-answer": ""}).status_code == 422
    assert organiser.post(f"{address}reports/1/answer/", {"a1-answer": "좋습니다.", "accept": "1"}).status_code == 302
    money = {"year": "1", "planned": "30000000", "paid": "30000000", "paid_on": ""}
    assert organiser.post(f"{address}payments/", money).status_code == 422
    assert YearReport.objects.get(support__entry=entries[0], year=1).state == "accepted"
    page = text(client_of(world.citizen).get(address))
    assert "보고.txt" in page
    assert "좋습니다." in page
    body = text(client_of(world.citizen).get(f"/bodies/{entries[0].body.slug}/"))
    assert entries[0].title in body
    assert entrant.post(f"{address}stop/", {"reason": "통합되었습니다."}).status_code == 302


def test_everything_is_there_in_english(world: World) -> None:
    contest, entries = world.published()
    client = client_of(world.citizen)
    client.cookies["django_language"] = "en"
    for path in (
        "/contests/",
        at(contest),
        at(contest, "results/"),
        "/contests/became/",
        at(contest, f"support/{entries[0].pk}/"),
    ):
        page = text(client.get(path, headers={"Accept-Language": "en"}))
        assert 'lang="en"' in page, path
    page = text(client.get(at(contest, "results/"), headers={"Accept-Language": "en"}))
    assert "Who takes part" in page
    assert "rank 1 of 3" in page
    assert "standard deviation" in page


def queries_for(client: Any, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(path).status_code == 200
    return len(found)


@pytest.mark.slow
def test_lists_cost_the_same_at_any_length(world: World) -> None:
    contest, _entries = world.published(((9, 8), (8, 9), (7, 9)))
    anybody = client_of(world.citizen)
    paths = ("/contests/", "/contests/became/", "/api/v1/contests", at(contest), at(contest, "results/"))
    before = {path: queries_for(anybody, path) for path in paths}
    world.go(0)
    other, _more = world.published(((9, 8, 3, 4), (8, 9, 2, 5), (7, 9, 4, 6)), select=4)
    after = {path: queries_for(anybody, path.replace(contest.receipt, other.receipt)) for path in paths}
    assert after == before


def test_desks_cost_the_same_at_any_length(world: World) -> None:
    def costs(entries: int) -> list[int]:
        world.go(0)
        contest, _made = world.judging(entries)
        organiser, judge = client_of(world.organiser), client_of(world.judges[0])
        return [queries_for(organiser, at(contest, "organise/")), queries_for(judge, at(contest, "judge/"))]

    assert costs(2) == costs(4)


def test_an_empty_list_says_what_will_be_here(world: World) -> None:
    client = client_of(world.citizen)
    assert "아직 공모가 없습니다" in text(client.get("/contests/"))
    assert "맞는 공모가 없습니다" in text(client.get("/contests/?state=open&q=쀍"))
    assert "아직 뽑힌 협업이 없습니다" in text(client.get("/contests/became/"))
    assert client.get("/contests/G-0000-0000000-0/").status_code == 404


def test_words_find_a_contest(world: World) -> None:
    contest = world.contest(title="옛길 잇기 공모", purpose="끊긴 옛길을 잇습니다.")
    world.draft(title="옛길 잇기 비밀 초안")
    page = text(client_of(world.citizen).get("/contests/?q=잇기"))
    assert contest.title in page
    assert "비밀" not in page


def test_an_organiser_does_not_enter(world: World) -> None:
    contest = world.contest()
    assert client_of(world.organiser).get(at(contest, "enter/")).status_code == 403
    reader = officer(
        Entry._meta.get_field("body").related_model.objects.get(pk=world.entrants[0].body_id), "열람", "reader"
    )
    assert client_of(reader).get(at(contest, "enter/")).status_code == 403
