"""The routing truths: that the file itself holds, how answers are judged, and what the router makes of every case."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from dure.bodies.loader import load_bodies
from dure.core import clock
from dure.places.loading import load_builtin
from dure.places.policy import command_line
from dure.reports.routing import truth

ROOT = Path(__file__).resolve().parents[2]
SHARED = next((d for up in (3, 4) if (d := Path(__file__).resolve().parents[up] / "shared" / "data").is_dir()), None)
FILE = ROOT / "data" / "roads" / "truth.csv"
CASES = truth.read(FILE)

SURE_RIGHT = 0.98  # the least share of `sure` cases that must be right; raise it whenever the router has become better


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


@cache
def _bodies() -> dict[str, tuple[date | None, date | None]]:
    """Code → first and last day; the row of Sejong that only statistics use is no body."""
    with (ROOT / "data" / "bodies" / "bodies.csv").open(encoding="utf-8") as file:
        return {
            row["code"]: (_day(row["valid_from"]), _day(row["valid_to"]))
            for row in csv.DictReader(file)
            if row["type"] != "other"
        }


@cache
def _categories() -> dict[str, str]:
    """Id → id of its group."""
    data = yaml.safe_load((ROOT / "data" / "services" / "categories.yaml").read_text(encoding="utf-8"))
    return {child["id"]: group["id"] for group in data["categories"] for child in group["children"]}


@cache
def _road_classes() -> set[str]:
    places = [ROOT / "data", *([SHARED] if SHARED else [])]
    rules = next((p for place in places if (p := place / "roads" / "authority.yaml").exists()), None)
    if rules is None:
        pytest.skip("authority.yaml is not there")
    return {road["id"] for road in yaml.safe_load(rules.read_text(encoding="utf-8"))["road_types"]}


# The file


def test_the_file_holds() -> None:
    faults = truth.faults(
        CASES, bodies=_bodies(), categories=_categories(), road_classes=_road_classes(), today=clock.today()
    )
    assert not faults, "\n".join(faults)


def test_it_is_wide_enough() -> None:
    """Every kind of road, every group of categories, both answers to `clarify`, and the days of every reform."""
    assert len(CASES) >= 240
    assert {case.road_class for case in CASES} - {""} == _road_classes()
    groups = [_categories()[case.category] for case in CASES if case.category]
    assert all(groups.count(group) >= 8 for group in set(_categories().values()))
    assert {"yes", "no", "any"} == {case.clarify for case in CASES}
    assert {"2026-01-31", "2026-02-01", "2026-06-30", "2026-07-01", ""} <= {case.on_date for case in CASES}
    assert len({case.kind for case in CASES if case.kind.startswith(truth.FIVE_ROADS)}) == 5


GOOD = truth.Case(
    id="a", kind="k", lon="127.0", lat="36.8", accuracy_m="10", category="c", road_class="r", road_no="", text="",
    on_date="2026-07-01", body_code="1", also_right=("2", "-"), clarify="any", law=("법 제1조",), why="w", author="a",
    checked_by="", confidence="sure", areas="any", map="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": ""}, "used twice"),
        ({"category": "x"}, "no category"),
        ({"road_class": "x"}, "no road class"),
        ({"clarify": "maybe"}, "clarify"),
        ({"confidence": "certain"}, "confidence"),
        ({"areas": "some"}, "areas"),
        ({"why": ""}, "why is empty"),
        ({"law": ()}, "no law"),
        ({"areas": "official"}, "names no map"),
        ({"lat": ""}, "one coordinate"),
        ({"lat": "127.0"}, "lat is 127.0"),
        ({"lon": "east"}, "lon is 'east'"),
        ({"accuracy_m": "-1"}, "accuracy_m"),
        ({"on_date": "1 July"}, "on_date"),
        ({"on_date": "2026-06-30"}, "no body 1 on 2026-06-30"),
        ({"also_right": ("3",)}, "no body 3"),
    ],
)
def test_a_bad_line_is_named(change: dict[str, Any], words: str) -> None:
    known: dict[str, Any] = {
        "bodies": {"1": (date(2026, 7, 1), None), "2": (None, None)},
        "categories": {"c"},
        "road_classes": {"r"},
        "today": date(2026, 7, 1),
    }
    assert truth.faults([GOOD], **known) == []
    assert any(words in fault for fault in truth.faults([replace(GOOD, **change)], **known))


def test_a_second_case_of_the_same_name_and_a_missing_column_are_named(tmp_path: Path) -> None:
    faults = truth.faults(
        [GOOD, GOOD], bodies={"1": (None, None), "2": (None, None)}, categories="c", road_classes="r", today=date.max
    )
    assert faults == ["a: its id is empty or used twice"]
    (tmp_path / "few.csv").write_text("id,kind\n1,a\n", encoding="utf-8")
    with pytest.raises(truth.Unreadable, match="no column lon"):
        truth.read(tmp_path / "few.csv")


# Judging


def _answer(body: str = "1", others: tuple[str, ...] = (), ask: str = "no", **more: str) -> truth.Answer:
    return truth.Answer(id="a", body=body, alternatives=others, clarify=ask, reason="왜", law="법", **more)


@pytest.mark.parametrize(
    ("clarify", "answer", "exact", "right"),
    [
        ("any", _answer(), True, True),
        ("any", _answer("2"), False, True),
        ("any", _answer(""), False, True),
        ("any", _answer("3", ("1",)), False, False),
        ("no", _answer(ask="yes"), False, False),
        ("yes", _answer(), False, False),
        ("yes", _answer(ask="yes"), True, True),
        ("yes", _answer("3", ("1",), ask="yes"), False, True),
        ("yes", _answer("2", (), ask="yes"), False, False),
    ],
)
def test_judging(clarify: str, answer: truth.Answer, exact: bool, right: bool) -> None:
    verdict = truth.judge(replace(GOOD, clarify=clarify), answer)
    assert (verdict.exact, verdict.right) == (exact, right)


def test_who_says_what_is_expected_is_right_everywhere_and_who_says_nothing_is_not() -> None:
    def say(case: truth.Case, told: bool) -> truth.Answer:
        ask = "yes" if case.clarify == "yes" else "no"
        return replace(_answer(case.body_code if told else "x-nobody", ask=ask if told else "no"), id=case.id)

    told = truth.figures(truth.judge_all(CASES, {case.id: say(case, True) for case in CASES}))
    assert all(one.total == one.exact == one.right == one.explained and one.sure == one.sure_right for one in told)
    assert truth.table(told).splitlines()[-1].split() == [
        "all", *[f"{len(CASES)}/{len(CASES)}"] * 2, f"{told[-1].sure}/{told[-1].sure}", f"{len(CASES)}/{len(CASES)}",
    ]  # fmt: skip
    untold = truth.figures(truth.judge_all(CASES, {case.id: say(case, False) for case in CASES}))
    assert untold[-1].right == 0


def test_questions_tell_nothing_of_what_is_expected() -> None:
    lines = list(csv.DictReader(io.StringIO(truth.questions(CASES))))
    assert [line["id"] for line in lines] == [case.id for case in CASES]
    assert set(lines[0]) == {
        "id", "lon", "lat", "accuracy_m", "category", "road_class", "road_no", "text", "on_date",
    }  # fmt: skip


def test_an_answer_without_reason_or_law_is_not_explained() -> None:
    assert _answer().explained
    assert replace(_answer(""), law="").explained
    assert not replace(_answer(), law=" ").explained
    assert not replace(_answer(""), reason="").explained


# The router


def _run(cases: list[truth.Case], areas: list[Path], folder: Path) -> dict[str, truth.Answer]:
    asked = folder / "asked.csv"
    asked.write_text(truth.questions(cases), encoding="utf-8")
    out = io.StringIO()
    call_command("route", csv=str(asked), areas=[str(path) for path in areas], stdout=out, stderr=io.StringIO())
    return truth.read_answers(out.getvalue())


def _judged(cases: list[truth.Case], folder: Path) -> list[truth.Verdict]:
    """The router's answers on a database that holds bodies and approximate areas.

    A case that needs official borders is asked with the one file its point was taken from.
    """
    load_bodies()
    load_builtin(by=command_line())
    answers: dict[str, truth.Answer] = {}
    for name in sorted({case.map if case.areas == "official" else "" for case in cases}):
        here = [case for case in cases if (case.map if case.areas == "official" else "") == name]
        files = [SHARED / "admin" / f"{name}.geojson"] if name and SHARED else []
        answers |= _run(here, files, folder)
    verdicts = truth.judge_all(cases, answers)
    print("\n" + truth.table(truth.figures(verdicts)))
    for verdict in verdicts:
        if not verdict.right:
            print(verdict)
    return verdicts


def _hold(verdicts: list[truth.Verdict]) -> None:
    silent = [verdict.case.id for verdict in verdicts if not verdict.answer.explained]
    assert not silent, f"not explained: {silent}"
    sure = [verdict for verdict in verdicts if verdict.case.sure]
    wrong = [verdict for verdict in sure if not verdict.right]
    assert not [str(one) for one in wrong if one.case.kind.startswith(truth.FIVE_ROADS)]
    assert 1 - len(wrong) / len(sure) >= SURE_RIGHT, "\n".join(map(str, wrong))


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(SHARED is None, reason="no boundary files beside the project")
@pytest.mark.usefixtures("db")
def test_the_router_on_official_borders(tmp_path: Path) -> None:
    _hold(_judged([case for case in CASES if case.areas == "official"], tmp_path))


@pytest.mark.usefixtures("db")
def test_the_router_without_official_borders(tmp_path: Path) -> None:
    _hold(_judged([case for case in CASES if case.areas == "any"], tmp_path))
