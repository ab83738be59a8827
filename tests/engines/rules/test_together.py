"""Benefits together, scenarios, and that no float is anywhere."""

from __future__ import annotations

import ast
import random
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dure.engines.rules as engine
from dure.engines.rules import Faults, Outcome, ParameterChange, RuleSet, Scenario, combine, household
from dure.engines.rules.combine import worth
from tests.engines.rules.world import DAY, FACTS, FILES, PARAMETERS, PENSION, catalogue, explain, rules


def paying(
    id: str, amount: str, relation: str = "", *, unit: str = "household", per: str = "month", more: str = ""
) -> str:
    return (
        f"benefit: {id}\nnames: {{ko: {id}}}\nprovider: {{body: 시}}\nunit: {unit}\nconditions:\n  all:\n"
        f'    - {{id: a, if: "{more or "예"}"}}\namounts:\n  - {{id: won, per: {per}, value: "{amount}"}}\n'
        + (f"interactions:\n  - {relation}\n" if relation else "")
    )


def outcomes(files: dict[str, str], document: Any = None) -> tuple[Outcome, ...]:
    rules = RuleSet.load(files, FACTS, PARAMETERS)
    return rules.on(DAY).explain(household(document or {}, catalogue(), DAY))


def test_the_larger_of_two_that_exclude_each_other_counts() -> None:
    one = paying("aa", "10만원", "{kind: excludes, with: [bb], rule: {ko: 하나만}}")
    found = combine(outcomes({"a": one, "b": paying("bb", "130만원", per="year"), "c": paying("cc", "1만원")}))
    assert found.paid == (("bb", None), ("cc", None))
    assert (found.month, found.year) == ((10_000, 10_000), (1_420_000, 1_420_000))
    (applied,) = found.applied
    assert (applied.kind, applied.winner, applied.loser, applied.won) == (
        "excludes",
        ("bb", None),
        ("aa", None),
        1_200_000,
    )
    assert applied.certain
    assert applied.rule == {"ko": "하나만"}


def test_two_smaller_may_be_worth_more_than_one() -> None:
    files = {
        "a": paying("aa", "10만원", "{kind: excludes, with: [bb, cc]}"),
        "b": paying("bb", "9만원"), "c": paying("cc", "9만원"),
    }  # fmt: skip
    found = combine(outcomes(files))
    assert (found.paid, found.month) == ((("bb", None), ("cc", None)), (180_000, 180_000))


def test_what_is_taken_off() -> None:
    files = {
        "a": paying("aa", "20만원", "{kind: offset, with: [bb]}"),
        "b": paying("bb", "15만원", "{kind: reduces, with: [aa]}"),
    }
    found = combine(outcomes(files))
    assert (found.month, found.year) == ((200_000, 200_000), (2_400_000, 2_400_000))
    assert [(one.kind, one.winner[0], one.loser[0], one.won) for one in found.applied] == [
        ("offset", "bb", "aa", 1_800_000)
    ]


def test_totals_have_a_lowest_and_a_highest() -> None:
    files = {
        "a": paying("aa", "10만원"), "b": paying("bb", "실제임차료"), "c": paying("cc", "5만원", more="부부가구"),
        "d": paying("dd", "3만원", per="quarter"), "e": paying("ee", "100만원", per="once"),
    }  # fmt: skip
    found = combine(outcomes(files))
    assert found.month == (100_000, 100_150_000)
    assert found.year == (1_200_000 + 120_000 + 1_000_000, 12 * 100_150_000 + 120_000 + 1_000_000)
    unknown = combine(outcomes({"a": paying("aa", "기준임대료['2급지', 2]"), "b": paying("bb", "1원")}))
    assert unknown.month == (1, None)


def test_what_may_be_replaced_keeps_its_month() -> None:
    files = {
        "a": paying("aa", "10만원", "{kind: excludes, with: [bb]}"),
        "b": paying("bb", "실제임차료", more="부부가구"),
    }
    found = combine(outcomes(files))
    assert (found.month, found.year) == ((100_000, 100_000_000), (1_200_000, 1_200_000_000))
    files["b"] = paying("bb", "실제임차료", per="year", more="부부가구")
    assert combine(outcomes(files)).month == (0, 100_000)


def test_what_has_no_known_limit_beside_it_does_not_hide_what_counts() -> None:
    """cc may be had beside aa and beside bb: that its amount is not known says nothing for the smaller of these."""
    files = {
        "a": paying("aa", "200만원", "{kind: excludes, with: [bb]}"),
        "b": paying("bb", "60만원", "{kind: excludes, with: [dd]}"),
        "c": paying("cc", "기준임대료['2급지', 2]", "{kind: excludes, with: [dd]}", per="year"),
        "d": paying("dd", "1만원", per="once"),
    }
    found = combine(outcomes(files))
    assert (found.month, found.year) == ((2_000_000, 2_000_000), (24_010_000, None))


def test_benefits_of_two_persons_do_not_meet() -> None:
    files = {
        "a": paying("aa", "10만원", "{kind: excludes, with: [bb]}", unit="person", more="장애등록"),
        "b": paying("bb", "9만원", unit="person", more="아님 장애등록"),
    }
    found = combine(outcomes(files, {"members": [{"disabled": True}, {"disabled": False}]}))
    assert found.month == (190_000, 190_000)
    assert found.applied == ()


def test_what_is_only_told() -> None:
    found = combine(explain({"facts": {"recognized_income": 0, "couple": False}, "members": [{"age": 70, "wage": 0}]}))
    assert [(kind, one[0], two[0]) for kind, one, two, _ in found.told] == [
        ("counts_as_income", "livelihood-benefit", "pension")
    ]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=6),
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["excludes", "offset", "reduces"]), st.integers(0, 5)), max_size=6
    ),
    st.randoms(use_true_random=False),
)
def test_totals_add_up_and_order_is_nothing(
    wons: list[int], ties: list[tuple[int, str, int]], mix: random.Random
) -> None:
    files = {}
    for number, won in enumerate(wons):
        own = [f"  - {{kind: {kind}, with: [x-{to}]}}" for of, kind, to in ties if of == number]
        text = paying(f"x-{number}", f"{won}만원", more="부부가구" if number % 3 == 2 else "")
        files[f"{number}"] = text + ("interactions:\n" + "\n".join(own) + "\n" if own else "")
    found = outcomes(files)
    total = combine(found)
    mixed = list(found)
    mix.shuffle(mixed)
    other = combine(mixed)
    assert (total.month, total.year, set(total.paid)) == (other.month, other.year, set(other.paid))
    worths = {one.benefit: worth(one, highest=False)[1] or 0 for one in found}
    off = sum(one.won or 0 for one in total.applied if one.certain and one.kind in {"offset", "reduces"})
    assert total.year[0] == sum(worths[id] for id, _ in total.paid) - off
    assert total.month[1] is not None
    assert 0 <= total.month[0] <= total.month[1]
    known = combine(outcomes(files, {"couple": mix.random() < 0.5}))
    assert total.year[1] is not None
    assert total.year[0] <= known.year[0] == known.year[1] <= total.year[1]
    assert total.month[0] <= known.month[0] == known.month[1] <= total.month[1]


def test_a_scenario_changes_figures_from_a_day() -> None:
    change = ParameterChange("livelihood_ratio", (), date(2026, 2, 1), Fraction(35, 100))
    cell = ParameterChange("median_income", (4,), date(2026, 1, 1), 7_000_000)
    what_if = rules().with_(Scenario((change, cell)))

    def threshold(on: date, of: RuleSet, size: int = 4) -> object:
        return (
            of.on(on)
            .explain(household({"household_size": size}, catalogue(), on), only=["livelihood-benefit"])[0]
            .outputs["threshold"]
        )

    assert threshold(date(2026, 2, 1), what_if) == 2_450_000
    assert threshold(date(2026, 1, 31), what_if) == 2_240_000
    assert threshold(date(2026, 1, 31), what_if, 3) == 1_714_892
    assert threshold(date(2026, 2, 1), rules()) == 2_078_316
    assert what_if.version != rules().version
    assert [(one.where, one.sign, one.text) for one in what_if.diff()] == [
        ("livelihood_ratio", "-", "생계급여_비율 2025-01-01~: 32%"),
        ("livelihood_ratio", "+", "생계급여_비율 2025-01-01~2026-01-31: 32%"),
        ("livelihood_ratio", "+", "생계급여_비율 2026-02-01~: 35%"),
        ("median_income", "-", "기준중위소득[4] 2026-01-01~2026-12-31: 6,494,738"),
        ("median_income", "+", "기준중위소득[4] 2026-01-01~2026-12-31: 7,000,000"),
    ]
    assert rules().diff() == ()


def test_a_scenario_replaces_adds_and_removes_texts() -> None:
    younger = PENSION.replace("65세 <= 나이", "60세 <= 나이")
    what_if = rules().with_(Scenario(texts={"pension": younger, "eitc": None, "new-one": paying("new-one", "1만원")}))
    assert sorted(what_if.benefits) == ["disability", "livelihood-benefit", "new-one", "pension", "rent"]
    signs = {(one.where, one.sign) for one in what_if.diff()}
    assert signs == {("eitc", "-"), ("new-one", "+"), ("pension", " "), ("pension", "-"), ("pension", "+")}
    changed = [one.text for one in what_if.diff() if one.where == "pension" and one.sign == "+"]
    assert len(changed) == 1
    assert "60세" in changed[0]


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario((ParameterChange("nothing", (), DAY, 1),)),
        Scenario((ParameterChange("livelihood_ratio", (1,), DAY, 1),)),
        Scenario((ParameterChange("median_income", (8,), DAY, 1),)),
        Scenario((ParameterChange("median_income", ("four",), DAY, 1),)),
        Scenario((ParameterChange("median_income", (4,), date(2014, 1, 1), 1),)),
        Scenario((ParameterChange("median_income", (4,), DAY, Fraction(1, 2)),)),
        Scenario((ParameterChange("median_income", (4,), DAY, 10**16),)),
        Scenario((ParameterChange("reference_rent", ("", 1), DAY, 1),)),
        Scenario(texts={"pension": PENSION.replace("benefit: pension", "benefit: pensions")}),
        Scenario(texts={"pension": "x"}),
        Scenario((ParameterChange("livelihood_ratio", (), DAY, 10**14),)),
    ],
)
def test_a_scenario_that_cannot_be_is_refused(scenario: Scenario) -> None:
    with pytest.raises(Faults):
        rules().with_(scenario)
    assert rules().diff() == ()


def test_no_float_in_the_source() -> None:
    """No float literal or name, no math but whole numbers, no division but where Fractions are read."""
    for file in Path(engine.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            place = (file.name, getattr(node, "lineno", 0))
            # How alike two words must be to be suggested is no money.
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                assert (file.name, node.value) in {("faults.py", 0.7), ("ruleset.py", 0.88)}, place
            if isinstance(node, ast.Name) and file.name != "faults.py":
                assert node.id != "float", place
            if isinstance(node, ast.ImportFrom) and node.module == "math":
                assert {one.name for one in node.names} <= {"gcd", "lcm"}, place
            if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
                assert file.name in {"yamlfile.py", "lexer.py"}, place


def test_no_float_at_run_time() -> None:
    document = {
        "facts": {"recognized_income": 50_000_001, "couple": False, "rent": 3},
        "members": [{"age": 70, "wage": 0}, {}],
    }
    seen: list[Any] = []

    def look(value: Any, depth: int = 0) -> None:
        assert not isinstance(value, float)
        seen.append(value)
        if isinstance(value, dict):
            for inner in value.values():
                look(inner, depth)
        elif isinstance(value, tuple | list | frozenset | set) and depth < 8:
            for inner in value:
                look(inner, depth + 1)

    found = explain(document)
    for one in found:
        look(tuple(one))
        look(
            (one.outputs, one.deciding(), one.missing, [a.range for a in one.amounts], [r.changes for r in one.reasons])
        )
        for plan_value in one.plan.run.__globals__.values():
            look(plan_value)
    look(tuple(combine(found).month + combine(found).year))
    assert len(seen) > 200
    assert FILES
