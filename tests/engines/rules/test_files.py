"""Files: malformed, misspelt, contradictory and hostile ones get a clear fault with a line; nothing is loaded half."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.rules import Catalogue, Faults, Parameters, RuleSet, check
from dure.engines.rules.yamlfile import read
from tests.engines.rules.world import FACTS, FILES, LIVELIHOOD, PARAMETERS, catalogue, parameters, rules


def faults(text: str) -> list[tuple[int, str]]:
    checked = check(text, file="x.yaml", catalogue=catalogue(), parameters=parameters())
    assert (checked.benefit is None) == bool(checked.faults)
    for one in checked.faults:
        assert one.file == "x.yaml"
        assert one.words
        assert str(one).startswith(f"x.yaml:{one.line}:{one.column}: ")
    return [(one.line, one.code) for one in checked.faults]


def line(text: str, part: str) -> int:
    return next(number for number, row in enumerate(text.splitlines(), 1) if part in row)


@pytest.mark.parametrize(
    ("old", "new", "at", "code"),
    [
        ("unit: household", "unit: houshold", "unit: houshold", "value"),
        ("unit: household", "unti: household", "unti:", "unknown-key"),
        ("level: national\n", "", "benefit:", "missing"),
        ("in_force: {from: 2015-07-01, to: null}", "in_force: {from: 2015-13-01}", "2015-13-01", "date"),
        ("in_force: {from: 2015-07-01, to: null}", "in_force: {from: 2015-07-01, to: 2014-01-01}", "benefit:", "dates"),
        ("benefit: livelihood-benefit", "benefit: 생계급여", "benefit: 생계급여", "code"),
        ("names: {ko: 생계급여, en: Livelihood benefit}", "names: {en: x}", "names:", "language"),
        ("names: {ko: 생계급여, en: Livelihood benefit}", "names: {ko: 생, fr: x}", "names:", "language"),
        ("provider: {body: 보건복지부, through: 시·군·구}", "provider: 보건복지부", "provider:", "shape"),
        ("    - id: income", "    - idd: income", "idd: income", "unknown-key"),
        ('      if: "소득인정액 <= 선정기준"', '      iff: "소득인정액 <= 선정기준"', "iff:", "unknown-key"),
        ("{선정기준} 이하", "{선전기준} 이하", "선전기준", "unknown-name"),
        ("per: month", "per: monthly", "per: monthly", "value"),
        ("kind: counts_as_income", "kind: counts", "kind: counts", "value"),
        ("amount_month: 578316", "amount_month: 578317", "id: four", "example-differs"),
        ("amount_month: 578316", "amount_mont: 578316", "id: four", "example"),
        ("given: {household_size: 4,", "given: {household_sise: 4,", "id: four", "example"),
        ("given: {household_size: 4,", "given: {household_size: 400,", "id: four", "example"),
        ("expect: {eligible: unknown", "expect: {eligible: false", "id: eight", "example-differs"),
        (
            "outputs: {threshold: 선정기준}",
            "outputs: {month_times: '3', threshold: 선정기준 * 2.5}",
            "threshold: 선정기준 *",
            "unrounded",
        ),
        ("define:", "define:\n  소득인정액: 1원", "소득인정액: 1원", "twice"),
        ("define:", "define:\n  기준일: 1원", "기준일: 1원", "word"),
        ("define:", "define:\n  두 낱말: 1원", "두 낱말: 1원", "word"),
        ("  기준6:", "  기준6: 1원\n  기준6:", "반올림(기준중위소득[6]", "twice"),
    ],
)
def test_mistakes(old: str, new: str, at: str, code: str) -> None:
    text = LIVELIHOOD.replace(old, new)
    assert text != LIVELIHOOD or code == "missing"
    if code == "missing":
        text = LIVELIHOOD.replace("unit: household\n", "")
    found = faults(text)
    assert (line(text, at), code) in found, found


def notices(text: str) -> list[tuple[int, str]]:
    checked = check(text, file="x.yaml", catalogue=catalogue(), parameters=parameters())
    assert checked.faults == ()
    assert all(one.words and one.line and one.column for one in checked.notices)
    return [(one.line, one.code) for one in checked.notices]


@pytest.mark.parametrize(
    ("old", "new", "at", "code"),
    [
        ("define:", "define:\n  안씀: 1원", "안씀", "unused"),
        ("unit: household", "unit: household", "", "languages"),
        ('if: "소득인정액 <= 선정기준"', 'if: "소득인정액 <= 1000억원"', "if:", "always"),
        (
            "outputs: {",
            "outputs: {steps: '만약(소득인정액 >= 5원, 1원, 소득인정액 >= 9원, 2원, 3원)', ",
            "outputs:",
            "unreachable",
        ),
        ('최대(0원, 선정기준 - 소득인정액)", words', '선정기준 - 소득인정액", words', "per: month", "negative"),
    ],
)
def test_what_is_rarely_meant_is_told(old: str, new: str, at: str, code: str) -> None:
    text = LIVELIHOOD.replace(old, new)
    if code not in {"languages", "unused", "unreachable"}:
        text = text[: text.index("examples:")]
        assert (1, "no-examples") in notices(text)
    assert (line(text, at), code) in notices(text), notices(text)


@pytest.mark.parametrize(
    ("old", "new", "at", "code"),
    [
        ('if: "소득인정액 <= 선정기준"', 'if: "소득인정액 => 선정기준"', "=>", "character"),
        ('if: "소득인정액 <= 선정기준"', 'if: "소득인정액 ＜ 선정기준"', "＜", "character"),
        ('if: "소득인정액 <= 선정기준"', 'if: "소득인정액\u00a0<= 선정기준"', "\u00a0", "character"),
        ("한 달 {선정기준} 이하", "한 달 {선정기준 이하", "{선정기준 이하", "syntax"),
        ("id: eight,", "id: four,", "expect: {eligible: unknown", "twice"),
        ("expect: {eligible: unknown", "expect: {eligible: maybe", "eligible: maybe", "example"),
        ("- {id: four, on: 2026-", "- {id: four, on: 2014-", "id: four", "example"),
        (
            '최대(0원, 선정기준 - 소득인정액)", words',
            '0원 - 선정기준", words',
            "per: month",
            "negative",
        ),
        (
            'if: "소득인정액 <= 선정기준"',
            'if: "(소득인정액 > 9원 그리고 소득인정액 < 5원) 또는 (소득인정액 > 99원 그리고 소득인정액 < 5원)"',
            "또는",
            "contradiction",
        ),
    ],
)
def test_other_mistakes(old: str, new: str, at: str, code: str) -> None:
    assert old in LIVELIHOOD
    text = LIVELIHOOD.replace(old, new)
    assert (line(text, at), code) in faults(text), faults(text)


def test_places_of_hostile_bytes_are_said() -> None:
    bad = LIVELIHOOD.replace("unit: household", "unit: house\x00hold")
    assert faults(bad) == [(line(LIVELIHOOD, "unit: household"), "yaml")]
    tab = LIVELIHOOD.replace("    - id: income", "\t- id: income")
    checked = check(tab, file="x", catalogue=catalogue(), parameters=parameters())
    assert "탭" in checked.faults[0].words
    apart = unicodedata.normalize("NFD", LIVELIHOOD)
    assert faults(apart) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "shape"),
        ("- a\n- b", "shape"),
        ("a: &x 1\nb: *x", "alias"),
        ("a: *x", "alias"),
        ("a: !!python/object/apply:os.system ['true']", "tag"),
        ("a: !x 1", "tag"),
        ("%TAG ! tag:x,2000:\n---\na: !x 1", "tag"),
        ("a: 1\na: 2", "twice"),
        ("a: 1\n---\nb: 2", "documents"),
        ("a: [1, 2", "yaml"),
        ("\ta: 1", "yaml"),
        ("a: 'x", "yaml"),
        ("? [a]\n: 1", "key"),
        ("a: " + "[" * 50 + "]" * 50, "too-deep"),
        ("a: [" + "1, " * 70_000 + "1]", "too-long"),
        ("a: " + "x" * 500_000, "too-long"),
        ("a: \u202e1", "character"),
        ("a: \x00", "yaml"),
        ("a: \ud800", "character"),
        ("<<: {a: 1}\nbenefit: x-y", "unknown-key"),
        ("benefit: !!binary aGVsbG8=", "tag"),
    ],
)
def test_hostile_yaml(text: str, code: str) -> None:
    assert code in [found for _, found in faults(text)]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="a:-[]{}&*!|>'\"\n #%@`,? \t1가", max_size=80))
def test_any_text_is_read_or_faulted(text: str) -> None:
    with suppress(Faults):
        read(text, file="x")
    check(text, file="x", catalogue=catalogue(), parameters=parameters())
    for reader in (Catalogue.read, lambda one: Parameters.read(one, catalogue())):
        with suppress(Faults):
            reader(text)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(LIVELIHOOD) - 1),
    st.text(alphabet="가a1 :'\"{}[]<\n-", min_size=0, max_size=3),
    st.integers(0, 4),
)
def test_a_file_with_a_slip_is_read_or_faulted(at: int, put: str, cut: int) -> None:
    check(LIVELIHOOD[:at] + put + LIVELIHOOD[at + cut :], file="x", catalogue=catalogue(), parameters=parameters())


def test_many_mistakes_are_said_at_once() -> None:
    text = LIVELIHOOD.replace("소득인정액 <= 선정기준", "소득인정악 <= 선정기준").replace(
        "최대(0원, 선정기준 - ", "최데(0원, 선정기준 - "
    )
    assert [code for _, code in faults(text)].count("unknown-name") >= 2


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("type: won, range: [-10억, 1000억]", "type: won", "range"),
        ("range: [-10억, 1000억]", "range: [5, 1]", "range"),
        ("range: [-10억, 1000억]", "range: [0, 99999999999999999]", "range"),
        ("range: [-10억, 1000억]", "range: [0.5, 1]", "range"),
        ("type: enum, of: zone}", "type: enum, of: zonne}", "unknown-name"),
        ("code: rent,", "code: assets,", "twice"),
        ("ko: 실제임차료", "ko: 재산", "twice"),
        ("ko: 실제임차료", "ko: 그리고", "word"),
        ("code: rent,", "code: Rent,", "code"),
        ("aliases: [size]", "aliases: [assets]", "twice"),
        ('derive: "가구원 수(예)"', 'derive: "가구원 수(예"', "syntax"),
        ("{code: zone2, names: {ko: 2급지,", "{code: zone1, names: {ko: 2급지,", "twice"),
        ("type: bool, cost: 2", "type: bol, cost: 2", "value"),
        ("scale: 1000, range: [0, 1]", "scale: 0, range: [0, 1.00001]", "range"),
    ],
)
def test_mistakes_in_the_catalogue(old: str, new: str, code: str) -> None:
    assert old in FACTS
    with pytest.raises(Faults) as found:
        Catalogue.read(FACTS.replace(old, new))
    assert code in [one.code for one in found.value.faults]
    assert all(one.line for one in found.value.faults)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("to: 2025-12-31", "to: 2026-01-01", "dates"),
        ("to: 2025-12-31", "to: 2024-12-31", "dates"),
        ("dims: [household_size]", "dims: [household_sise]", "unknown-name"),
        ("{1: 2392013,", "{1: 2392013.5,", "value"),
        ("{1: 2392013,", "{one: 2392013,", "number"),
        ("{1: 2392013,", "{1-3: 2392013,", "twice"),
        ("value: 0.32", "value: 0.32.1", "value"),
        ("value: 0.32", "value: {1: 0.32}", "value"),
        ("value: 2470000}", "value: 2470000, more: 1}", "dims"),
        ("{zone1: {1: 369000,", "{zone9: {1: 369000,", "unknown-name"),
        ("value: 2470000}", "value: 99999999999999999}", "value"),
        ("code: pension_full", "code: pension_limit", "twice"),
        ("ko: 연금_기준액", "ko: 재산", "twice"),
        ("from: 2026-01-01, value: 2470000", "value: 2470000", "missing"),
    ],
)
def test_mistakes_in_the_figures(old: str, new: str, code: str) -> None:
    assert old in PARAMETERS
    with pytest.raises(Faults) as found:
        Parameters.read(PARAMETERS.replace(old, new), catalogue())
    assert code in [one.code for one in found.value.faults]
    assert all(one.line for one in found.value.faults)


@pytest.mark.parametrize(
    ("conditions", "at"),
    [
        ("all: [{id: a, if: '소득인정액 > 2000억원'}]", "a"),
        ("all: [{id: a, if: '가구원수 < 1'}]", "a"),
        ("none: [{id: a, if: '가구원수 >= 1'}]", "a"),
        ("all: [{id: a, if: '재산 <= 1억원'}, {id: b, if: '2억원 <= 재산'}]", "b"),
        ("all: [{id: a, if: '재산 < 1억원'}, {id: b, if: '아님 (재산 < 1억원)'}]", "b"),
        ("all: [{id: a, if: 부부가구}, {id: b, if: '아님 부부가구'}]", "b"),
        ("all: [{id: a, if: 부부가구}]\n  none: [{id: b, if: 부부가구}]", "b"),
        ("all: [{id: a, if: \"급지 = '1급지'\"}, {id: b, if: \"급지 != '1급지'\"}]", "b"),
        ("all: [{id: a, if: '나이 < 18세 그리고 나이 > 65세'}]", "a"),
        ("all: [{id: a, if: '나이 < 18세'}, {id: b, if: '학교급 in (초등학교)'}, {id: c, if: '65세 <= 나이'}]", "c"),
    ],
)
def test_conditions_nobody_can_meet_are_refused(conditions: str, at: str) -> None:
    text = f"benefit: a-b\nnames: {{ko: 가}}\nprovider: {{body: 시}}\nunit: person\nconditions:\n  {conditions}\n"
    (fault,) = check(text, file="x.yaml", catalogue=catalogue(), parameters=parameters()).faults
    assert fault.code == "contradiction"
    assert f"id: {at}," in text.splitlines()[fault.line - 1][: fault.column]
    assert text.splitlines()[fault.line - 1][: fault.column].rstrip("'\"").endswith("if: ") or fault.column > 10


@pytest.mark.parametrize(
    "conditions",
    [
        "any: [{id: a, if: 부부가구}, {id: b, if: '아님 부부가구'}]",
        "all: [{id: a, if: '기준월 = 7'}]",
        "all: [{id: a, if: '재산 <= 1억원'}, {id: b, if: '1억원 <= 재산'}]",
    ],
)
def test_what_somebody_or_some_day_meets_is_no_contradiction(conditions: str) -> None:
    text = f"benefit: a-b\nnames: {{ko: 가}}\nprovider: {{body: 시}}\nunit: person\nconditions:\n  {conditions}\n"
    assert check(text, file="x.yaml", catalogue=catalogue(), parameters=parameters()).faults == ()


def test_a_set_is_loaded_whole_or_not_at_all() -> None:
    live = rules()
    broken = {**FILES, "pension.yaml": FILES["pension.yaml"].replace("65세 <= 나이", "65세 <= 나희")}
    with pytest.raises(Faults) as found:
        RuleSet.load(broken, FACTS, PARAMETERS)
    assert {one.file for one in found.value.faults} == {"pension.yaml"}
    with pytest.raises(Faults) as found:
        RuleSet.load({**FILES, "again.yaml": LIVELIHOOD}, FACTS, PARAMETERS)
    assert found.value.faults[0].code == "twice"
    with pytest.raises(Faults) as found:
        RuleSet.load(
            {**FILES, "rent.yaml": FILES["rent.yaml"].replace("with: youth-rent", "with: pensionn")}, FACTS, PARAMETERS
        )
    assert "pension" in found.value.faults[0].remedy
    assert sorted(live.benefits) == ["disability", "eitc", "livelihood-benefit", "pension", "rent"]


def test_the_version_changes_with_any_text_and_nothing_else() -> None:
    same = RuleSet.load(dict(reversed(FILES.items())), FACTS, PARAMETERS)
    assert same.version == rules().version
    assert RuleSet.load(FILES, FACTS + "\n", PARAMETERS).version != same.version
    assert RuleSet.load({**FILES, "eitc.yaml": FILES["eitc.yaml"] + "#"}, FACTS, PARAMETERS).version != same.version
