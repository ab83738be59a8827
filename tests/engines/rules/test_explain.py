"""One household: states, amounts, reasons with distance and what would change them, sentences, questions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from dure.engines.rules import Change, Household, HouseholdFault, RuleSet, check, household, read_json
from tests.engines.rules.world import (
    DAY,
    FACTS,
    FILES,
    PARAMETERS,
    Small,
    catalogue,
    day,
    explain,
    one,
    parameters,
    rules,
)


def test_the_published_examples() -> None:
    on = date(2026, 1, 1)
    for size, income, won in ((1, 300000, 520556), (4, 1500000, 578316)):
        said = household({"household_size": size, "recognized_income": income}, catalogue(), on)
        outcome = rules().on(on).explain(said, only=["livelihood-benefit"])[0]
        assert (outcome.state, outcome.amounts[0].won) == ("yes", won)
    for income, won in ((6_000_000, 1_650_000), (3_000_000, 1_237_500), (15_000_000, 888_461), (22_000_000, 0)):
        outcome = one({"total_income": income, "assets": 0}, "eitc")
        assert (outcome.state, outcome.amounts[0].won) == ("yes" if income < 22_000_000 else "no", won)
    assert one({"total_income": 6_000_000, "assets": 170_000_000}, "eitc").amounts[0].won == 825_000


def test_a_reason_says_by_how_much_and_what_would_change_it() -> None:
    outcome = one({"household_size": 4, "recognized_income": 2_198_316}, "livelihood-benefit")
    (reason,) = outcome.reasons
    assert (outcome.state, outcome.amounts[0].won) == ("no", 0)
    assert (reason.state, reason.distance, reason.unit, reason.fact) == ("no", -120_000, "원", "recognized_income")
    assert reason.changes == (Change("recognized_income", None, "<=", 2_078_316),)
    assert reason.law == "국민기초생활 보장법 제8조제2항"
    assert reason.words() == "소득인정액이 한 달 2,078,316원 이하"
    assert reason.words("en") == "at most 2,078,316 won a month"
    assert reason.words("vi") == "소득인정액이 한 달 2.078.316 won 이하"
    assert outcome.amounts[0].words() == "한 달 0원"
    assert one({"household_size": 4, "recognized_income": 2_078_316}, "livelihood-benefit").reasons[0].distance == 0


def test_reasons_under_none_are_about_the_person() -> None:
    outcome = one({"recognized_income": 0, "couple": False, "age": 66, "wage": 5_000_000}, "pension")
    age, income, wage = outcome.reasons
    assert (age.distance, age.unit, income.distance) == (1, "년", 2_470_000)
    assert (wage.state, wage.test, wage.distance) == ("no", True, -1)
    assert wage.changes == (Change("wage", 0, "<", 5_000_000),)
    fine = one({"recognized_income": 0, "couple": False, "age": 66, "wage": 4_999_999}, "pension")
    assert (fine.state, fine.reasons[2].state, fine.reasons[2].distance) == ("yes", "yes", 0)
    assert fine.reasons[2].changes == ()


def test_members_are_looked_at_one_by_one() -> None:
    document = {
        "facts": {"recognized_income": 2_400_000, "couple": True},
        "members": [
            {"birth_date": "1961-03-01", "wage": 0},
            {"birth_date": "1961-03-02", "wage": 0},
            {"birth_date": None, "wage": 0},
        ],
    }
    found = explain(document, "pension")
    assert [(each.member, each.state, each.amounts[0].won) for each in found] == [
        (0, "yes", 70_000), (1, "no", 0), (2, "unknown", None),
    ]  # fmt: skip
    assert found[1].reasons[0].distance == -1
    assert found[2].missing == ("age", "birth_date")
    assert found[2].deciding() == ((("birth_date", 2),), (("age", 2),))
    assert found[2].amounts[0].range == (0, 70_000)


def test_unknown_is_not_no_and_a_range_is_said() -> None:
    outcome = one({"household_size": 4}, "livelihood-benefit")
    assert (outcome.state, outcome.amounts[0].won, outcome.amounts[0].range) == ("unknown", None, (0, 1_002_078_316))
    assert outcome.reasons[0].state == "unknown"
    assert outcome.outputs == {"threshold": 2_078_316}
    yes = Small(amount="만약(부부가구, 2만원, 3만원)").run()
    assert (yes.state, yes.amounts[0].won, yes.amounts[0].range, yes.missing) == (
        "yes",
        None,
        (20_000, 30_000),
        ("couple",),
    )
    same = Small(amount="만약(부부가구, 2만원, 20,000원)").run()
    assert same.amounts[0].won == 20_000


def test_a_figure_nobody_knows_stays_unknown() -> None:
    on = date(2027, 3, 1)
    said = household({"household_size": 4, "recognized_income": 0}, catalogue(), on)
    outcome = rules().on(on).explain(said, only=["livelihood-benefit"])[0]
    assert (outcome.state, outcome.missing, outcome.unset, outcome.deciding()) == (
        "unknown",
        (),
        ("median_income",),
        (),
    )
    assert outcome.amounts[0].range is None
    assert outcome.reasons[0].words() == "소득인정액이 한 달 (모름) 이하"
    assert rules().on(on).questions(said, only=["livelihood-benefit"]) == ()
    empty = Small(amount="기준임대료['2급지', 가구원수]")
    assert empty.run(household_size=2).amounts[0].won is None
    assert empty.run(household_size=2).unset == ("reference_rent",)


def test_figures_that_are_only_known_are_to_be_checked() -> None:
    assert one({}, "livelihood-benefit").to_check == ("부양의무자 세부 기준", "생계급여 비율")


def test_areas_and_loops_over_members() -> None:
    members = [
        {"age": 40, "disabled": True, "wage": 100},
        {"age": 12, "disabled": False, "wage": None},
        {"age": 17, "disabled": True, "wage": 7},
    ]
    facts = {"rent": 400_000, "zone": "1급지", "home": "4111000000", "share": "12.5%"}
    outcome = one({"facts": facts, "members": members}, "rent")
    assert (outcome.state, outcome.amounts[0].won) == ("yes", 400_000)
    assert outcome.outputs == {"children": 2, "oldest": 40, "wages": 100, "part": Fraction(1, 8)}
    assert [(r.id, r.state) for r in outcome.reasons] == [("area", "yes"), ("rent", "yes"), ("child", "yes")]
    assert outcome.reasons[0].words("ja") == "この給付を行う地域に住んでいる"
    away = one({"facts": {**facts, "home": "26"}, "members": members}, "rent")
    assert away.state == "no"
    assert away.reasons[0].changes == (Change("home", None, "in", ("11", "4111")),)
    coarse = one({"facts": {**facts, "home": "41"}, "members": members}, "rent")
    assert (coarse.state, coarse.missing) == ("unknown", ("home",))


def test_who_is_not_listed_is_unknown() -> None:
    facts = {"rent": 1, "zone": "zone1", "home": "11", "household_size": 3}
    found = one({"facts": facts, "members": [{"age": 40, "disabled": True, "wage": 5}]}, "rent")
    assert (found.state, found.outputs["children"], found.outputs["oldest"]) == ("unknown", None, None)
    assert found.missing == ("members",)
    child = one({"facts": facts, "members": [{"age": 4}]}, "rent")
    assert child.state == "yes"
    assert one({"rent": 1, "home": "11"}, "rent").missing == ("members",)


def test_questions_come_in_an_order_that_helps() -> None:
    asked = day().questions(household({}, catalogue(), DAY))
    assert [(one.code, one.member) for one in asked[:3]] == [("birth_date", 0), ("recognized_income", None), ("age", 0)]
    assert {one.code for one in asked} >= {"total_income", "assets", "disabled", "members"}
    known = {"total_income": 30_000_000, "rent": 0, "recognized_income": 10_000_000, "disabled": False}
    assert day().questions(household(known, catalogue(), DAY)) == ()
    some = day().questions(household({**known, "recognized_income": None}, catalogue(), DAY))
    assert some[0].benefits == ("livelihood-benefit", "pension")


def test_times_and_benefits_not_in_force() -> None:
    outcome = one({"disabled": True, "age": 30, "recognized_income": 1_450_000}, "disability")
    assert outcome.outputs == {"month_times": 6}
    assert outcome.amounts[0].won == 309_700
    old = date(2015, 6, 30)
    assert "livelihood-benefit" not in rules().on(old).plans
    with pytest.raises(KeyError):
        rules().on(old).explain(household({}, catalogue(), old), only=["livelihood-benefit"])


@pytest.mark.parametrize(
    "facts",
    [
        {"recognized_income": 1.5}, {"recognized_income": True}, {"recognized_income": 10**12},
        {"recognized_income": "많음"},
        {"couple": 1}, {"zone": "zone9"}, {"home": "서울"}, {"share": 0.5}, {"share": "12.34567%"}, {"nothing": 1},
        {"household_size": 0}, {"recognized_income": [1]}, {"zone": {}}, {"home": -1},
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(HouseholdFault) as fault:
        day().explain(Household((), facts, DAY))
    assert fault.value.words
    assert fault.value.code == next(iter(facts))


@pytest.mark.parametrize(
    "text",
    [
        "", "[", '{"a": 1, "a": 2}', '{"a": NaN}', '{"a": Infinity}', '{"a": ' + "9" * 5000 + "}", "[" * 100_000,
        "1", "[1]", '{"members": 3}',
        '{"members": [3]}', '{"facts": []}', '{"household_sise": 1}', '{"members": [], "age": 3}',
        '{"size": 1, "household_size": 1}', '{"members": [{"rent": 1}]}', '{"recognized_income": 1e400}',
        '{"share": 1e9999999999999999999}', '{"share": 1e-9}',
        '{"members": "ab"}',
        '{"recognized_income": 0.5}', '{"birth_date": "1990-02-30"}', '{"household_size": 1, "members": [{}, {}]}',
        '{"members": [' + ",".join(["{}"] * 101) + "]}",
    ],
)  # fmt: skip
def test_hostile_json_is_refused(text: str) -> None:
    with pytest.raises(HouseholdFault):
        day().explain(household(read_json(text), catalogue(), DAY))


def test_json_may_be_flat_and_in_korean() -> None:
    said = household(read_json('{"size": 1, "소득인정액": 100.0, "나이": 66, "월급여": "0"}'), catalogue(), DAY)
    assert (said.facts, said.members) == ({"household_size": 1, "recognized_income": 100}, ({"age": 66, "wage": "0"},))
    assert day().explain(said, only=["pension"])[0].state == "yes"
    with pytest.raises(HouseholdFault):
        day().explain(household({}, catalogue(), date(2026, 3, 2)))


def test_a_rule_that_breaks_on_one_day_breaks_no_other() -> None:
    by_year = "benefit: b-y\nnames: {ko: 가}\nprovider: {body: 시}\nunit: household\namounts:\n"
    by_year += "  - {id: a, per: month, value: '버림(10원 / (기준연도 - 2027), 1원)'}\n"
    checked = check(by_year, file="y.yaml", catalogue=catalogue(), parameters=parameters())
    assert [fault.code for fault in checked.faults] == ["division"]
    by_day = by_year.replace("(기준연도 - 2027)", "(일수(2026-03-01, 기준일) / 1일)")
    live = RuleSet.load({**FILES, "y.yaml": by_day}, FACTS, PARAMETERS)
    assert [fault.file for fault in live.on(DAY).faults] == ["y.yaml"]
    assert "b-y" not in live.on(DAY).plans
    assert live.on(DAY).explain(household({}, catalogue(), DAY))
    assert live.on(date(2026, 3, 2)).faults == ()


def test_rules_are_compiled_once_a_day() -> None:
    live = RuleSet.load(FILES, FACTS, PARAMETERS)
    assert live.on(DAY) is live.on(DAY)
    for number in range(1, 29):
        live.on(date(2026, 2, number))
    assert len(live._days) <= 16
