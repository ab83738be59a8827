"""From a draft to a published result that anybody computes again, and every refusal on the way."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dure.benefits.reading import library
from dure.core.ids import uuid7
from dure.core.jobs import Context
from dure.core.models import Event, Job
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines.population import generate
from dure.engines.scenario import digest
from dure.simulation import actions, computing, populations, queries, spec
from dure.simulation import words as words_of
from dure.simulation.models import OwnPopulation, Run, Scenario
from dure.simulation.pages.changing import NEW
from dure.simulation.pages.showing import outcome
from tests.simulation.world import DAY, FIELDS, World, work

NOBODY = Viewer.anonymous()


@pytest.mark.slow
@pytest.mark.everywhere
def test_from_figure_to_the_same_hash(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    curve = {"key": "livelihood_ratio", "low": "30%", "high": "40%", "points": "2"}
    scenario = world.computed(curve=curve)
    run = world.run(scenario)
    assert run.result
    assert run.result_hash == digest(run.result)
    assert [one["seed"] for one in run.result["runs"]] == [1, 2]
    assert [one["value"] for one in run.result["curve"]["points"]] == ["30%", "40%"]
    total = run.figures["total"]
    assert total["winners"] > 0 == total["losers"]
    assert total["benefits"]["child-allowance"]["before"] == total["benefits"]["child-allowance"]["after"]
    assert [line[1] for line in run.notes["diff"] if line[0] == "livelihood_ratio"][:2] == ["-", "+"]
    assert run.notes["fit"]["lines"]
    assert run.notes["usual"]
    actions.scenario_publish(by=world.writer, id=scenario.pk)
    scenario.refresh_from_db()
    assert scenario.published
    again = actions.scenario_recompute(by=NOBODY, id=scenario.pk)
    assert actions.scenario_recompute(by=world.citizen, id=scenario.pk).pk == again.pk
    assert work() == 1
    again.refresh_from_db()
    found = queries.shown(scenario)
    assert found.published
    assert again.result_hash == run.result_hash
    assert outcome(found.published, again) == "same"
    again.result_hash, again.inputs = "0" * 64, {**again.inputs, "rules": "other"}
    assert outcome(found.published, again) == "rules"
    types = set(Event.objects.filter(subject=scenario.urn).values_list("type", flat=True))
    assert {"simulation.scenario.published", "simulation.run.done", "simulation.run.repeated"} <= types


def test_a_broken_run_goes_on_from_its_checkpoint(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = world.changed(sample=300, seeds=2)
    run = actions.scenario_run(by=world.writer, id=scenario.pk)
    assert actions.scenario_run(by=world.writer, id=scenario.pk).pk == run.pk
    assert run.job
    Job.objects.filter(pk=run.job.pk).update(state="running", worker="w")
    run.job.refresh_from_db()
    whole = computing.compute
    calls = []

    def breaks(plan: Any, parts: Any, *, seed: int, least: int) -> Any:
        calls.append(seed)
        if len(calls) == 2:
            raise RuntimeError("power")
        return whole(plan, parts, seed=seed, least=least)

    monkeypatch.setattr(computing, "compute", breaks)
    with pytest.raises(RuntimeError):
        computing.run_job(Context(run.job, lambda: False))
    run.job.refresh_from_db()
    assert len(run.job.checkpoint["runs"]) == 1
    computing.run_job(Context(run.job, lambda: False))
    run.refresh_from_db()
    assert calls == [1, 2, 2]
    assert run.result
    assert len(run.result["runs"]) == 2
    # The same as if it had not been broken off, for its figures went through JSON.
    other = world.changed(sample=300, seeds=2)
    actions.scenario_run(by=world.writer, id=other.pk)
    work()
    assert world.run(other).result_hash == run.result_hash
    assert computing.run_job(Context(run.job, lambda: False))["url"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "가" * 121}, "title"),
        ({"question": "😀" * 40_000}, "question"),
        ({"day": None}, "day"),
        ({"day": date(1999, 1, 1)}, "day"),
        ({"benefits": []}, "benefits"),
        ({"benefits": ["no-such"]}, "benefits"),
        ({"benefits": ["rural-basic-income-pilot"], "day": date(2016, 1, 1)}, "benefits"),
        ({"area": "99"}, "area"),
        ({"sample": 10}, "sample"),
        ({"sample": 10**9}, "sample"),
        ({"seeds": 0}, "seeds"),
        ({"own": uuid7()}, "own"),
        ({"assumed": "모르는말 = 3"}, "assumed"),
        ({"assumed": "나이 = 많음"}, "assumed"),
        ({"assumed": "소득인정액 = 3"}, "assumed"),
    ],
)
def test_what_a_draft_cannot_be(world: World, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        world.draft(**fields)
    assert (refused.value.code, refused.value.field) == ("invalid", field)


def test_figures_that_cannot_be(world: World) -> None:
    scenario = world.draft()
    curve = {"key": "livelihood_ratio", "low": "30%", "high": "20%", "points": "5"}
    typed = {"livelihood_ratio": "많이", "child_allowance_amount/capital_area": "-1"}
    with pytest.raises(actions.WrongFigures) as wrong:
        actions.scenario_figures(by=world.writer, id=scenario.pk, typed=typed, curve=curve)
    assert set(wrong.value.wrong) == {*typed, "curve_high"}
    for bad in ({"key": "no"}, {"low": "x"}, {"points": "99"}):
        with pytest.raises(actions.WrongFigures):
            actions.scenario_figures(by=world.writer, id=scenario.pk, typed={}, curve={**curve, "high": "40%", **bad})
    kept = actions.scenario_figures(
        by=world.writer,
        id=scenario.pk,
        typed={"livelihood_ratio": " 35 % ", "child_allowance_amount/capital_area": "120,000", "medical_ratio": ""},
        curve={},
    )
    assert sorted(one["value"] for one in kept.changes) == ["120000", "35%"]
    kept = actions.scenario_figures(by=world.writer, id=scenario.pk, typed={"livelihood_ratio": "32%"}, curve={})
    assert [one["code"] for one in kept.changes] == ["child_allowance_amount"]
    assert actions.scenario_save(by=world.writer, id=scenario.pk, fields={**FIELDS, "benefits": ["ctc"]}).changes == []


def test_rule_texts(world: World) -> None:
    scenario = world.draft()
    live = library().rules.benefits["child-allowance"].text

    def put(text: str | None, **more: Any) -> Scenario:
        return actions.scenario_rule(by=world.writer, id=scenario.pk, benefit="child-allowance", text=text, **more)

    with pytest.raises(actions.WrongRule) as wrong:
        put(live.replace("unit: person", "unit: 사람"))
    assert wrong.value.faults[0].line > 0
    with pytest.raises(actions.WrongRule):
        put(live.replace("benefit: child-allowance", "benefit: another"))
    with pytest.raises(Refused):
        put("x" * 200_000)
    assert put(live).texts == {}
    assert put(live + "# 덧붙임").texts["child-allowance"].endswith("덧붙임\n")
    assert put(None).texts == {"child-allowance": None}
    actions.scenario_run(by=world.writer, id=scenario.pk)
    work()
    total = world.run(scenario).figures["total"]
    assert total["losers"] > 0
    assert total["benefits"]["child-allowance"]["after"]["recipients"] == 0
    assert put(None, keep=False).texts == {}
    with pytest.raises(Refused, match="없는 혜택"):
        actions.scenario_rule(by=world.writer, id=scenario.pk, benefit="ctc", text=None)


def test_who_may(world: World) -> None:
    for by, code in ((NOBODY, "not_signed_in"), (world.citizen, "not_allowed")):
        with pytest.raises(Refused) as refused:
            actions.scenario_save(by=by, id=uuid7(), fields=FIELDS)
        assert refused.value.code == code
    scenario = world.draft()
    for by in (world.other, world.citizen, NOBODY):
        with pytest.raises(Refused, match="없는"):
            actions.scenario_run(by=by, id=scenario.pk)
        with pytest.raises(Refused, match="없는"):
            queries.by_receipt(by, scenario.receipt)
        with pytest.raises(Refused, match="없는"):
            queries.by_id(by, scenario.pk)
    with pytest.raises(Refused, match="먼저 계산"):
        actions.scenario_publish(by=world.writer, id=scenario.pk)
    with pytest.raises(Refused, match="펴낸"):
        actions.scenario_recompute(by=world.writer, id=scenario.pk)
    actions.scenario_delete(by=world.writer, id=scenario.pk)
    assert not Scenario.objects.exists()


def test_published_stays_as_it_is(world: World) -> None:
    scenario = world.computed(seeds=1)
    actions.scenario_figures(by=world.writer, id=scenario.pk, typed={"livelihood_ratio": "36%"}, curve={})
    with pytest.raises(Refused, match="다시 계산"):
        actions.scenario_publish(by=world.writer, id=scenario.pk)
    actions.scenario_run(by=world.writer, id=scenario.pk)
    work()
    actions.scenario_publish(by=world.writer, id=scenario.pk)
    for act in (
        lambda: actions.scenario_save(by=world.writer, id=scenario.pk, fields=FIELDS),
        lambda: actions.scenario_delete(by=world.writer, id=scenario.pk),
        lambda: actions.scenario_run(by=world.writer, id=scenario.pk),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "conflict"
    with pytest.raises(Refused) as refused:
        actions.scenario_run(by=world.other, id=scenario.pk)
    assert refused.value.code == "not_allowed"
    id = uuid7()
    copy = actions.scenario_copy(by=world.other, id=scenario.pk, copy_id=id)
    assert actions.scenario_copy(by=world.other, id=scenario.pk, copy_id=id).pk == copy.pk
    assert copy.changes == [{"code": "livelihood_ratio", "dims": [], "value": "36%"}]
    with pytest.raises(Refused):
        actions.scenario_copy(by=world.citizen, id=scenario.pk, copy_id=uuid7())


def test_a_rule_that_changed_makes_the_job_fail_in_words(world: World) -> None:
    scenario = world.changed(seeds=1)
    run = actions.scenario_run(by=world.writer, id=scenario.pk)
    inputs = {**run.inputs, "changes": [{"code": "gone", "dims": [], "value": "1"}]}
    Run.objects.filter(pk=run.pk).update(inputs=inputs)
    work()
    run.refresh_from_db()
    assert run.job
    assert run.job.state == "failed"
    assert "gone" in run.job.error


def uploads(tmp: Path, households: int = 300) -> tuple[SimpleUploadedFile, SimpleUploadedFile]:
    tables = generate(populations.fitted(""), seed=7, households=households).tables()
    found = []
    for name, table in zip(("h", "p"), tables, strict=True):
        pq.write_table(table, tmp / f"{name}.parquet")
        found.append(SimpleUploadedFile(f"{name}.parquet", (tmp / f"{name}.parquet").read_bytes()))
    return found[0], found[1]


def test_ones_own_population(world: World, tmp_path: Path) -> None:
    one, two = uploads(tmp_path)
    own = actions.population_add(by=world.writer, id=uuid7(), name="우리 조사", households=one, persons=two)
    assert (own.rows, bool(own.people)) == (300, True)
    assert [row.pk for row in queries.populations_of(world.writer)] == [own.pk]
    assert queries.populations_of(world.other) == queries.populations_of(world.citizen) == []
    with pytest.raises(Refused, match="우리 기관"):
        actions.scenario_save(by=world.other, id=uuid7(), fields={**FIELDS, "own": own.pk})
    scenario = world.published(own=own.pk)
    assert world.run(scenario).figures["rows"] == 300
    with pytest.raises(Refused, match="공개되지"):
        actions.scenario_recompute(by=NOBODY, id=scenario.pk)
    OwnPopulation.objects.filter(pk=own.pk).update(rows=99)
    few = world.computed(own=own.pk)
    with pytest.raises(Refused, match="100가구보다 적은"):
        actions.scenario_publish(by=world.writer, id=few.pk)
    with pytest.raises(Refused, match="쓰는 모의계산"):
        actions.population_delete(by=world.writer, id=own.pk)
    assert actions.scenario_copy(by=world.other, id=scenario.pk, copy_id=uuid7()).own is None
    with pytest.raises(Refused, match="없는 자료"):
        actions.population_delete(by=world.other, id=own.pk)


def test_a_population_that_is_not_in_order_is_not_kept(world: World, tmp_path: Path) -> None:
    bad = SimpleUploadedFile("h.parquet", b"not a parquet file")
    with pytest.raises(actions.WrongPopulation) as wrong:
        actions.population_add(by=world.writer, id=uuid7(), name="이름", households=bad, persons=None)
    assert wrong.value.checked.faults
    for name, file, field in (("", bad, "name"), ("이름", SimpleUploadedFile("h.parquet", b""), "households")):
        with pytest.raises(Refused) as refused:
            actions.population_add(by=world.writer, id=uuid7(), name=name, households=file, persons=None)
        assert refused.value.field == field
    assert not OwnPopulation.objects.exists()


def test_figures_as_typed() -> None:
    from fractions import Fraction

    for value, type in ((Fraction(32, 100), "ratio"), (Fraction(2, 3), "ratio"), (120000, "won")):
        assert spec.value_from(spec.text_of(value, type), type) == value
    assert spec.value_from("1,200,000원", "won") == 1_200_000
    assert spec.text_of(None, "won") == ""
    assert DAY.year == 2026


def test_a_benefit_that_does_not_exist_yet(world: World) -> None:
    scenario = world.draft(benefits=["child-allowance"], seeds=1)
    begun = NEW.read_text(encoding="utf-8")

    def add(text: str, **more: Any) -> Scenario:
        return actions.scenario_rule_add(by=world.writer, id=scenario.pk, text=text, **more)

    with pytest.raises(actions.WrongRule) as wrong:
        add(begun.replace("나이 <=", "나아 <="))
    assert (wrong.value.faults[0].line, wrong.value.faults[0].code) == (9, "unknown-name")
    cyclic = begun.replace("conditions:", 'define: {가: "나 + 1원", 나: "가 + 1원"}\nconditions:')
    with pytest.raises(actions.WrongRule) as wrong:
        add(cyclic)
    assert "가 → 나 → 가" in wrong.value.faults[0].words
    for text, words in (
        (begun.replace("new-allowance", "ctc"), "이미 있는"),
        (begun + "in_force: {from: 2027-01-01}\n", "시행되지 않습니다"),
        ("x" * 200_000, "100,000자"),
    ):
        with pytest.raises(Refused, match=words) as refused:
            add(text)
        assert refused.value.field == "text"
    added = add(begun)
    assert added.benefits == ["child-allowance", "new-allowance"]
    assert words_of.benefit_names(added) == ["아동수당", "새 수당"]
    with pytest.raises(Refused, match="이미 있는"):
        add(begun)
    # Asking something else keeps it; taking it out forgets it.
    fields = {**FIELDS, "benefits": ["child-allowance"], "seeds": 1}
    assert actions.scenario_save(by=world.writer, id=scenario.pk, fields=fields).benefits == added.benefits
    actions.scenario_rule(
        by=world.writer, id=scenario.pk, benefit="new-allowance", text=begun.replace("100000원", "200000원")
    )
    actions.scenario_run(by=world.writer, id=scenario.pk)
    work()
    run = world.run(scenario)
    sides = run.figures["total"]["benefits"]["new-allowance"]
    assert sides["before"]["recipients"] == sides["before"]["cost"] == 0
    assert sides["after"]["cost"] == sides["after"]["recipients"] * 200_000 * 12 > 0
    assert run.figures["total"]["losers"] == 0 < run.figures["total"]["winners"]
    assert ["new-allowance", "+", "benefit: new-allowance"] in run.notes["diff"]
    actions.scenario_publish(by=world.writer, id=scenario.pk)
    again = actions.scenario_recompute(by=NOBODY, id=scenario.pk)
    work()
    again.refresh_from_db()
    assert again.result_hash == run.result_hash
    copy = actions.scenario_copy(by=world.other, id=scenario.pk, copy_id=uuid7())
    gone = actions.scenario_rule(by=world.other, id=copy.pk, benefit="new-allowance", text=None)
    assert (gone.benefits, gone.texts) == (["child-allowance"], {})


def test_two_officials_at_once_do_not_undo_each_other(world: World) -> None:
    scenario = world.draft()
    seen = scenario.mark
    one: dict[str, Any] = {"by": world.writer, "id": scenario.pk}
    actions.scenario_figures(**one, typed={"livelihood_ratio": "35%"}, curve={}, seen=seen)
    for act in (
        lambda: actions.scenario_figures(**one, typed={"livelihood_ratio": "32%"}, curve={}, seen=seen),
        lambda: actions.scenario_save(**one, fields=FIELDS, seen=seen),
        lambda: actions.scenario_rule(**one, benefit="child-allowance", text=None, seen=seen),
    ):
        with pytest.raises(Refused, match="그사이에") as refused:
            act()
        assert refused.value.code == "conflict"
    scenario.refresh_from_db()
    assert [change["value"] for change in scenario.changes] == ["35%"]
    assert actions.scenario_save(**one, fields=FIELDS, seen=scenario.mark).changes == scenario.changes


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("-1", "0보다"),
        ("1000000000000000000", "너무 큽니다"),
        ("9" * 59, "정수로"),
        ("1000000000000001", "너무 큽니다"),
        ("1e18", "정수로"),
        ("NaN", "정수로"),
        ("많이", "정수로"),
        ("12.5", "정수로"),
        ("<script>", "정수로"),
    ],
)
def test_absurd_figures_are_answered_at_their_place(world: World, value: str, words: str) -> None:
    scenario = world.draft()
    key = "child_allowance_amount/capital_area"
    with pytest.raises(actions.WrongFigures) as wrong:
        actions.scenario_figures(by=world.writer, id=scenario.pk, typed={key: value}, curve={})
    assert words in wrong.value.wrong[key]


def test_a_figure_that_no_sum_could_hold_is_refused_before_it_is_computed(world: World) -> None:
    scenario = world.draft()
    curve = {"key": "livelihood_ratio", "low": "30%", "high": "99999999999999999%", "points": "3"}
    with pytest.raises(Refused, match="서지 않습니다"):
        actions.scenario_figures(by=world.writer, id=scenario.pk, typed={}, curve=curve)
    scenario.refresh_from_db()
    assert (scenario.changes, scenario.curve) == ([], {})


def test_published_while_computing(world: World) -> None:
    """What is published is what was computed; a run under way changes nothing of it."""
    scenario = world.computed(seeds=1)
    first = world.run(scenario)
    later = actions.scenario_run(by=world.writer, id=scenario.pk)
    actions.scenario_publish(by=world.writer, id=scenario.pk)
    assert work() == 1
    later.refresh_from_db()
    found = queries.shown(Scenario.objects.get(pk=scenario.pk))
    assert found.published
    assert (found.published.pk, later.published) == (first.pk, False)
    assert later.result_hash == first.result_hash


def bare(**columns: list[Any]) -> SimpleUploadedFile:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return SimpleUploadedFile("h.parquet", sink.getvalue().to_pybytes())


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"household": [1, 2]}, "household_size"),
        ({"household": [], "household_size": [], "region": []}, ""),
        ({"household": [1], "household_size": [-3], "region": ["1111000000"]}, "household_size"),
        ({"household": [1, None], "household_size": [1, 1], "region": ["1111000000"] * 2}, "household"),
        ({"household": [1, 1], "household_size": [1, 1], "region": ["1111000000"] * 2}, "household"),
        ({"household": [1], "household_size": [1], "region": ["여기"]}, "region"),
        ({"household": [1], "household_size": [1.5], "region": ["1111000000"]}, "household_size"),
    ],
)
def test_a_population_with_wrong_columns_or_values(world: World, columns: dict[str, list[Any]], words: str) -> None:
    with pytest.raises(actions.WrongPopulation) as wrong:
        actions.population_add(by=world.writer, id=uuid7(), name="이름", households=bare(**columns), persons=None)
    assert any(words in fault.column for fault in wrong.value.checked.faults)
    assert not OwnPopulation.objects.exists()
