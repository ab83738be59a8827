"""Properties: the compiled rule means what the plain interpreter says, an answer never contradicts what was said,
ranges hold, questions are complete, and the order in which facts are given is nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dure.engines.rules import RuleSet, household
from dure.engines.rules.checker import check, results
from dure.engines.rules.evaluate import Frame
from dure.engines.rules.explain import Outcome
from dure.engines.rules.households import known
from tests.engines.rules.world import DAY, FACTS, PARAMETERS, Small, catalogue, parameters

WON = st.sampled_from(
    ["소득인정액", "재산", "1만원", "0원", "-3원", "기준중위소득[가구원수]", "기준임대료[급지, 가구원수]",
     "연금_기준액", "가구원 합(월급여, 나이 >= 19세)", "가구원 최대(월급여, 장애등록, 7원)",
     "가구원 최소(월급여, 아님 장애등록, 소득인정액)", "가구원 합(월급여)",
     "가구원 합(100원)", "가구원 합(재산, 부부가구)", "가구원 합(0원)", "가구원 합(-3원, 부부가구 또는 장애등록)"]
)  # fmt: skip
BOOL = st.sampled_from(
    ["부부가구", "예", "소득인정액 <= 100만원", "급지 = '1급지'", "사는곳 in ('11', '4131')",
     "가구원 중 하나라도(나이 >= 65세)",      "가구원 모두(장애등록 또는 나이 < 19세)",
     "가구원 수(장애등록) >= 1명", "2명 <= 가구원수 < 5명", "지분 > 33.3%", "재산 != 0원",
     "가구원 수(예) <= 3명", "가구원 수(부부가구) < 2명", "가구원 수(부부가구 또는 장애등록) = 2명"]
)  # fmt: skip
MEMBER = st.sampled_from(
    ["장애등록", "나이 >= 65세", "학교급 in (초등학교, 중학교)", "18세 <= 나이 < 65세", "월급여 > 100만원"]
)
ROUNDS = st.sampled_from(["반올림", "버림", "올림", "짝수반올림"])
UNITS = st.sampled_from(["1원", "10원", "1000원"])


def _won(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(ROUNDS, inner, st.sampled_from(["* 33%", "* 2/3", "/ 7", "* 지분", "/ 가구원수"]), UNITS).map(
            lambda t: f"{t[0]}({t[1]} {t[2]}, {t[3]})"
        ),
        st.tuples(st.sampled_from(["최대", "최소"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        st.tuples(BOOL, inner, inner).map(lambda t: f"만약({t[0]}, {t[1]}, {t[2]})"),
        st.tuples(inner, inner, inner).map(
            lambda t: f"구간({t[0]}, 10원 미만: {t[1]}, 90만원 이하: {t[2]}, 그 밖: 3원)"
        ),
        st.tuples(inner, inner).map(lambda t: f"선택(급지, '1급지': {t[0]}, 그 밖: {t[1]})"),
    )


def _bool(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["그리고", "또는"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda one: f"아님 ({one})"),
        st.tuples(WON, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), WON).map(" ".join),
        st.tuples(inner, inner, inner).map(lambda t: f"만약({t[0]}, {t[1]}, {t[2]})"),
    )


MONEY = st.recursive(WON, _won, max_leaves=5)
TRUTH = st.recursive(BOOL, _bool, max_leaves=6)
FACT_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "recognized_income": st.sampled_from([-5, 0, 9, 10, 899_999, 900_000, 1_000_000, 3_000_000]),
    "assets": st.sampled_from([0, 1, 5_000_000]),
    "household_size": st.sampled_from([None, 3, 4, 5, 9, 20]),
    "zone": st.sampled_from(["zone1", "zone2"]),
    "home": st.sampled_from(["11", "41", "41310", "41131", "26"]),
    "couple": st.booleans(),
    "share": st.sampled_from(["33.3%", "1", "0.001", "0"]),
}
MEMBER_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "birth_date": st.sampled_from(["1950-03-01", "1961-03-02", "2007-03-01", "2015-12-31", "1990-01-01"]),
    "school": st.sampled_from(["elementary", "middle", "high"]),
    "disabled": st.booleans(),
    "wage": st.sampled_from([0, 1_000_000, 1_000_001, 7]),
}


def full(values: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(values)


HOUSEHOLD = st.fixed_dictionaries(
    {
        "facts": full(FACT_VALUES),
        "members": st.lists(full(MEMBER_VALUES), min_size=1, max_size=3),
        "whole": st.booleans(),
    }
)


def without(document: dict[str, Any], gone: list[bool]) -> dict[str, Any]:
    """The document with those facts unsaid whose turn in `gone` is true; how many they are stays said."""
    turns = iter([*gone, *([False] * 100)])
    facts = {code: None if next(turns) and code != "household_size" else v for code, v in document["facts"].items()}
    return {
        "facts": facts,
        "members": [{k: None if next(turns) else v for k, v in one.items()} for one in document["members"]],
        "whole": document["whole"],
    }


def compiled(small: Small) -> RuleSet:
    checked = check(small.text, file="small.yaml", catalogue=catalogue(), parameters=parameters())
    assume(checked.benefit is not None)
    assert checked.benefit is not None
    return RuleSet.build([checked.benefit], catalogue(), parameters())


def explain(rules: RuleSet, document: Any) -> tuple[Outcome, ...]:
    return rules.on(DAY).explain(household(document, catalogue(), DAY))


SMALLS = st.one_of(
    st.builds(Small, TRUTH, MONEY),
    st.builds(lambda c, a, m: Small(f"({c}) 그리고 (가 또는 {m})", a, f'  가: "{m}"', "person"), TRUTH, MONEY, MEMBER),
)
GONE = st.lists(st.booleans(), min_size=7, max_size=19)


@settings(max_examples=50, deadline=None)
@given(SMALLS, HOUSEHOLD, GONE)
def test_compiled_means_what_is_interpreted(small: Small, document: dict[str, Any], gone: list[bool]) -> None:
    rules = compiled(small)
    said = known(household(without(document, gone), catalogue(), DAY), catalogue())
    for outcome in rules.on(DAY).explain_known(said):
        program = outcome.plan.lowered.program
        own = {} if outcome.member is None else said.members[outcome.member]
        frame = Frame(program.lets, said.facts, said.passed, own)
        assert outcome.eligible == frame.of(program.eligible)
        assert [reason.test for reason in outcome.reasons] == [frame.of(one.expr) for one in outcome.plan.conditions]
        amount = program.amounts[0].expr
        assert amount is not None
        wanted = {True: frame.of(amount), False: 0, None: None}[outcome.eligible]
        assert outcome.amounts[0].won == wanted


@settings(max_examples=50, deadline=None)
@given(SMALLS, HOUSEHOLD, GONE)
def test_an_answer_never_contradicts_what_was_said_before(
    small: Small, document: dict[str, Any], gone: list[bool]
) -> None:
    rules = compiled(small)
    before, after = explain(rules, without(document, gone)), explain(rules, document)
    for some, all_of in zip(before, after, strict=True):
        never_contradicts(some, all_of, (small, without(document, gone), document))


@settings(max_examples=50, deadline=None)
@given(SMALLS, HOUSEHOLD, GONE, st.integers(1, 3), st.booleans())
def test_whoever_turns_up_does_not_contradict_what_was_said_before(
    small: Small, document: dict[str, Any], gone: list[bool], listed: int, whole: bool
) -> None:
    """Of a household of which not all are listed: the others, or that there are none, are said afterwards."""
    rules = compiled(small)
    bare = without(document, gone)
    bare |= {"members": bare["members"][:listed], "whole": False}
    before, after = explain(rules, bare), explain(rules, {**document, "whole": whole})
    for some, all_of in zip(before, after[: len(before)], strict=True):
        never_contradicts(some, all_of, (small, bare, document))


def never_contradicts(some: Outcome, all_of: Outcome, words: Any) -> None:
    for key, value in results(some).items():
        assert value is None or value == results(all_of)[key], words
    for one, two in zip(some.reasons, all_of.reasons, strict=True):
        assert one.state in {"unknown", two.state}
    low_high, won = some.amounts[0].range, all_of.amounts[0].won
    if low_high is not None and won is not None:
        assert low_high[0] <= won <= low_high[1], words


@settings(max_examples=50, deadline=None)
@given(SMALLS, HOUSEHOLD, GONE)
def test_what_is_not_asked_changes_nothing(small: Small, document: dict[str, Any], gone: list[bool]) -> None:
    """Facts that are in no question may be answered in any way: the outcome stays as it is."""
    rules = compiled(small)
    bare = without(document, gone)
    before = explain(rules, bare)
    asked = {(one.code, one.member) for one in rules.on(DAY).questions(household(bare, catalogue(), DAY))}
    filled: dict[str, Any] = {
        "facts": {
            k: v if v is not None or (k, None) in asked else document["facts"][k] for k, v in bare["facts"].items()
        },
        "members": [
            {k: v if v is not None or (k, n) in asked else document["members"][n][k] for k, v in one.items()}
            for n, one in enumerate(bare["members"])
        ],
        "whole": bare["whole"],
    }
    for one, two in zip(before, explain(rules, filled), strict=True):
        assert one.eligible == two.eligible, (small, bare, filled)
        assert one.amounts[0].won == two.amounts[0].won


@settings(max_examples=25, deadline=None)
@given(SMALLS, HOUSEHOLD, GONE, st.randoms(use_true_random=False))
def test_the_order_of_keys_is_nothing(small: Small, document: dict[str, Any], gone: list[bool], random: Any) -> None:
    rules = compiled(small)
    bare = without(document, gone)

    def mixed(facts: dict[str, Any]) -> dict[str, Any]:
        pairs = list(facts.items())
        random.shuffle(pairs)
        return dict(pairs)

    other: dict[str, Any] = {
        "whole": bare["whole"],
        "members": [mixed(one) for one in bare["members"]],
        "facts": mixed(bare["facts"]),
    }
    one, two = explain(rules, bare), explain(rules, other)
    assert [results(a) for a in one] == [results(b) for b in two]
    assert [a.deciding() for a in one] == [b.deciding() for b in two]
    day = rules.on(DAY)
    assert day.questions(household(bare, catalogue(), DAY)) == day.questions(household(other, catalogue(), DAY))


ATOMS = ["부부가구", "급지 = '1급지'", "재산 > 1원", "실제임차료 > 1원", "가구원 중 하나라도(장애등록)"]
ANSWERS = {
    "couple": [True, False], "zone": ["zone1", "zone2"], "assets": [0, 9], "rent": [0, 9], "disabled": [True, False],
}  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    st.permutations(ATOMS),
    st.lists(st.sampled_from(["그리고", "또는"]), min_size=4, max_size=4),
    st.integers(0, 31),
    st.integers(0, 4),
)
def test_each_set_can_decide(atoms: list[str], joins: list[str], denied: int, size: int) -> None:
    """Of rules that read each fact once: some answer to a set alone decides, and none to a part of it does."""
    text = ""
    for number, atom in enumerate(atoms[: size + 1]):
        one = f"아님 ({atom})" if denied >> number & 1 else atom
        text = one if not text else f"({text}) {joins[number - 1]} {one}"
    rules = compiled(Small(text))
    bare: dict[str, Any] = {"members": [{}], "facts": {}}
    outcome = explain(rules, bare)[0]
    assert outcome.deciding()
    for asks in outcome.deciding():
        assert decides(rules, [code for code, _ in asks])
        assert len(asks) == 1 or not any(decides(rules, [code]) for code, _ in asks)


def decides(rules: RuleSet, codes: list[str]) -> bool:
    ways: list[dict[str, Any]] = [{}]
    for code in codes:
        ways = [{**way, code: answer} for way in ways for answer in ANSWERS[code]]
    for way in ways:
        member = {k: v for k, v in way.items() if k == "disabled"}
        facts = {k: v for k, v in way.items() if k != "disabled"}
        if explain(rules, {"members": [member], "facts": facts})[0].eligible is not None:
            return True
    return False


def test_one_and_yes_are_not_the_same() -> None:
    """Equal in Python, and yet two nodes: sharing one for the other would make a number of a truth."""
    small = Small(condition="만약(부부가구, 예, 아니오)", amount="만약(부부가구, 1, 0) * 5원")
    for couple in (True, False):
        outcome = small.run(couple=couple)
        assert outcome.eligible is couple
        assert outcome.amounts[0].won == (5 if couple else 0)


def test_the_examples_of_the_world_hold() -> None:
    assert RuleSet.load({}, FACTS, PARAMETERS).benefits == {}
