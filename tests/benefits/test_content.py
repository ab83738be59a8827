"""data/benefits: every file is clean, every worked example comes out, and nothing unsure is said as sure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dure.benefits.reading import Library, folder, load, rule_files
from dure.engines.rules import ir
from dure.engines.rules.benefit import Benefit
from dure.engines.rules.checker import check, plan_of
from dure.engines.rules.evaluate import Frame
from dure.engines.rules.households import Household
from dure.engines.rules.yamlfile import LANGUAGES

FILES = {file.stem: file for file in rule_files(folder())}
BASIC = {
    "livelihood-benefit", "medical-aid", "housing-benefit-rent", "housing-benefit-repair", "education-benefit",
    "childbirth-funeral-grant", "self-support-work",
}  # fmt: skip
PUBLISHED = 45
ORIGINS = {"published_example", "published_table", "rule_restated", "author_derived"}


@pytest.fixture(scope="module")
def live() -> Library:
    return load(folder())


def test_there_are_enough_of_them(live: Library) -> None:
    assert len(live.rules.benefits) >= 30
    assert set(live.rules.benefits) >= BASIC
    assert sum(one.level != "national" for one in live.rules.benefits.values()) >= 5
    assert set(live.rules.benefits) == set(FILES), "a file is called what its benefit is"


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_a_file_is_clean_and_its_examples_come_out(live: Library, file: Path) -> None:
    catalogue, figures = live.rules.catalogue, live.rules.parameters
    checked = check(file.read_text(encoding="utf-8"), file=file.name, catalogue=catalogue, parameters=figures)
    assert checked.faults == ()
    assert checked.benefit
    assert checked.benefit.examples


def test_no_published_example_is_lost(live: Library) -> None:
    examples = [one for benefit in live.rules.benefits.values() for one in benefit.examples]
    assert {one.origin for one in examples} <= ORIGINS
    assert sum(one.origin != "author_derived" for one in examples) == PUBLISHED
    assert len({one.id for one in examples}) == len(examples)
    assert all(one.source for one in examples)


def said(node: Any, place: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every text in languages below a node, with its place."""
    if isinstance(node, dict):
        if "ko" in node:
            yield place, node
        else:
            for key, value in node.items():
                yield from said(value, f"{place}.{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from said(value, f"{place}[{number}]")


def texts(one: Benefit) -> Iterator[tuple[str, Any]]:
    yield "names", one.names
    for condition in one.each_condition():
        yield f"condition {condition.id}", condition.words.texts
    for amount in one.amounts:
        yield f"amount {amount.id}", amount.words.texts
    for relation in one.interactions:
        yield f"relation {relation.with_}", relation.rule
    for number, unsure in enumerate(one.to_check):
        yield f"to_check {number}", unsure.texts
    for key in ("apply", "period", "deadline", "documents", "category"):
        yield from said(one.about[key], key)


def test_every_text_for_citizens_is_in_five_languages(live: Library) -> None:
    for one in live.rules.benefits.values():
        for place, words in texts(one):
            missing = [lang for lang in LANGUAGES if not words.get(lang)]
            assert not missing, f"{one.id}: {place} {missing}"
    for fact in live.rules.catalogue.facts.values():
        assert set(fact.names) == set(LANGUAGES), fact.code
        if fact.question:
            assert set(fact.question) == set(fact.help) == set(LANGUAGES), fact.code
        else:
            assert fact.derive is not None, f"{fact.code} can neither be asked nor worked out"
            assert fact.cost >= 100
    for enumeration in live.rules.catalogue.enumerations.values():
        assert all(set(choice.names) == set(LANGUAGES) for choice in enumeration.choices), enumeration.code
    assert all(set(one.names) == set(LANGUAGES) for one in live.rules.parameters.by_code.values())


def test_every_benefit_says_where_it_comes_from_and_where_to_go(live: Library) -> None:
    for one in live.rules.benefits.values():
        assert one.law, one.id
        assert all(condition.law for condition in one.each_condition()), one.id
        assert one.about["sources"], one.id
        assert one.about["period"], one.id
        if one.id != "minimum-wage":
            assert one.about["documents"], one.id
            apply: Any = one.about["apply"]
            assert apply["channels"], one.id
        if one.confidence == "known":
            assert one.to_check, one.id


def test_what_is_only_known_is_to_be_checked(live: Library) -> None:
    """On each day, whatever figure a benefit reads that nobody saw in a source is named in what is to be checked."""
    catalogue, figures = live.rules.catalogue, live.rules.parameters
    seen = 0
    for one in live.rules.benefits.values():
        first = max(one.first or date(2015, 1, 1), date(2015, 1, 1))
        used = plan_of(one, catalogue, figures, first).lowered.used
        for day in {first, *(day for day in figures.days(set(used)) if day >= first and one.in_force(day))}:
            plan = plan_of(one, catalogue, figures, day)
            for code in plan.lowered.used:
                dated = figures.by_code[code].on(day)
                if dated is not None and dated.confidence != "seen":
                    named = [one for one in plan.checks if one.texts == figures.by_code[code].names]
                    assert named, f"{one.id} {day} {code}"
                    assert named[0].as_of, f"{one.id} {day} {code}"
                    seen += 1
    assert seen > 50


def test_every_figure_has_a_source(live: Library) -> None:
    for one in live.rules.parameters.by_code.values():
        for dated in one.dated:
            assert dated.sources, one.code
            unknown = all(cell is None for cell in dated.table.cells)
            assert (dated.confidence == "unknown") is unknown, f"{one.code} {dated.first}"


def test_what_follows_from_age_is_not_asked(live: Library) -> None:
    on = date(2026, 3, 1)
    derive = live.derive("earned_income", on)
    assert derive
    for age, earned in ((4, 0), (30, None)):
        assert Frame(derive[0], {}, [{"age": age}], {"age": age}).of(derive[1]) == earned
    assert live.derive("birth_date", on) is None
    home = Household(({"age": 30}, {"age": 4}), {}, on)
    asked = {(one.code, one.member) for one in live.rules.on(on).questions(home)}
    assert ("employed", 0) in asked
    assert not asked & {("employed", 1), ("earned_income", 1), ("care", 0), ("receives_basic_pension", 0)}
    assert not {code for code, _ in asked if live.rules.catalogue.facts[code].cost >= 100 and code != "members"} - {
        "pension_recognized_income",
        "disability_recognized_income",
    }


def test_unknown_is_only_said_in_derive(live: Library) -> None:
    text = FILES["tv-fee-exemption"].read_text(encoding="utf-8").replace('value: "수신료_월액"', 'value: "모름"')
    catalogue, figures = live.rules.catalogue, live.rules.parameters
    (fault,) = check(text, file="a.yaml", catalogue=catalogue, parameters=figures).faults
    assert "derive" in fault.words


def test_every_fact_and_figure_is_used(live: Library) -> None:
    """Nothing stands in the lists that no benefit reads."""
    day = date(2026, 3, 1)
    figures: set[str] = set()
    facts: set[str] = set()
    for one in live.rules.benefits.values():
        plan = plan_of(one, live.rules.catalogue, live.rules.parameters, max(day, one.first or day))
        figures |= plan.lowered.used
        program = plan.lowered.program
        roots = [let.expr for let in (*program.lets, *program.outputs)]
        roots += [amount.expr for amount in program.amounts if amount.expr is not None]
        facts |= {node.code for root in roots for node in ir.walk(root) if isinstance(node, ir.Fact)}
    assert set(live.rules.parameters.by_code) - figures == set()
    assert set(live.rules.catalogue.facts) - facts == set()
