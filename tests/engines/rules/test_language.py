"""The language: what it can say, exactly, and what it refuses, with place and remedy."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines.rules import Faults
from dure.engines.rules.catalogue import Catalogue
from dure.engines.rules.faults import Wrong
from dure.engines.rules.lexer import lex
from dure.engines.rules.lower import rounded
from dure.engines.rules.syntax import parse
from tests.engines.rules.world import Small

ALPHABET = (
    "가구원수 나이그리고또는아님만약최대(),[]<>=+-*/0123456789.원세%‰개월'\"「」: \n\t만억천in중 하나라도"
    "그밖구간미만이하본인"
)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12,000원", 12000, "원"),
        ("500만원", 5_000_000, "원"),
        ("1억7천만원", 170_000_000, "원"),
        ("1억2345원", 100_002_345, "원"),
        ("2백만원", 2_000_000, "원"),
        ("32%", Fraction(32, 100), "%"),
        ("4.17%", Fraction(417, 10000), "%"),
        ("320‰", Fraction(32, 100), "‰"),
        ("18세", 18, "년"),
        ("24개월", 24, "개월"),
        ("3명", 3, ""),
        ("1.5", Fraction(3, 2), ""),
    ],
)
def test_numbers_are_exact(text: str, value: int | Fraction, unit: str) -> None:
    token, end = lex(text)
    assert (token.value, {"‰": "%"}.get(token.unit, token.unit), end.kind) == (value, {"‰": "%"}.get(unit, unit), "end")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("1원 + 2원 * 3 = 7원", True),
        ("(1원 + 2원) * 3 = 9원", True),
        ("아님 예 또는 예", True),
        ("아님 (예 또는 예)", False),
        ("아니오 그리고 예 또는 예", True),
        ("not false and true or false", True),
        ("1원 < 2원 <= 2원 < 3원", True),
        ("3세 < 2세 < 5세", False),
        ("2026-03-01 = 기준일", True),
        ("기준연도 = 2026 그리고 기준월 = 3", True),
        ("만나이(2004-02-29, 2025-02-28) = 20세", True),
        ("만나이(2004-02-29, 2025-03-01) = 21세", True),
        ("개월(2026-01-31, 2026-02-28) = 0개월", True),
        ("개월(2026-01-31, 2026-03-01) = 1개월", True),
        ("일수(2026-02-27, 기준일) = 2일", True),
        ("연도(2017-05-05) = 2017 그리고 월(2017-05-05) = 5", True),
        ("반올림(10원 * 25%, 1원) = 3원", True),
        ("반올림(-10원 * 25%, 1원) = -3원", True),
        ("버림(-15원, 10원) = -10원 그리고 올림(-11원, 10원) = -20원", True),
        ("짝수반올림(5원 / 2, 1원) = 2원 그리고 짝수반올림(7원 / 2, 1원) = 4원", True),
        ("올림(20,001원, 20,000원) = 4만원", True),
        ("버림(50000원 / 20000원, 1) = 2", True),
        ("1/3 + 1/6 = 50%", True),
        ("최대(1/3, 34%, 0) = 34%", True),
        ("만약(아니오, 1원, 아니오, 2원, 3원) = 3원", True),
        ("구간(5원, 5원 미만: 1, 5원 이하: 2, 그 밖: 3) = 2", True),
        ("구간(5원, < 5원: 1, <= 5원: 2, 그 밖: 3) = 2", True),
        ("선정 = 5원", True),
        ("기준중위소득[1] = 2,564,238원", True),
        ("기준임대료['1급지', 4] = 571,000원", True),
        ("기준임대료[2급지코드, 20] = 464,000원", True),
    ],
)
def test_meaning(condition: str, holds: bool) -> None:
    condition = condition.replace("2급지코드", "'2급지'")
    found = Small(condition=condition, define="  선정: 5원").run()
    assert found.state == ("yes" if holds else "no")


def test_choices_and_areas() -> None:
    small = Small(condition="급지 = '1급지' 그리고 사는곳 in ('41110', '26')")
    assert small.run(zone="zone1", home="4111100000").state == "yes"
    assert small.run(zone="1급지", home="41135").state == "no"
    assert small.run(zone="zone1", home="41").state == "unknown"
    assert small.run(zone="zone2").state == "no"
    pupil = Small(condition="학교급 in (초등학교, 중학교) 그리고 학교급 != (중학교) 중 하나", unit="person")
    assert pupil.run(school="elementary").state == "yes"
    assert pupil.run(school="middle").state == "no"
    chosen = Small(amount="선택(급지, '1급지': 1원, '2급지': 2원)")
    assert chosen.run(zone="zone2").amounts[0].won == 2
    assert Small(condition="본인.나이 >= 65세", unit="person").run(age=65).state == "yes"


@pytest.mark.parametrize(
    ("condition", "at", "code", "remedy"),
    [
        ("소득인정악 <= 1원", 0, "unknown-name", "소득인정액"),
        ("소득인정액 <= ", 9, "syntax", "괄호"),
        ("소득인정액 <= 1원)", 11, "syntax", "괄호"),
        ("소득인정액 <= 0", 6, "type", "0원"),
        ("나이 >= 65세", 0, "scope", "가구원 중 하나라도"),
        ("소득인정액", 0, "type", "비교"),
        ("소득인정액 * 30% <= 1원", 6, "unrounded", "반올림"),
        ("1원 * 2원 = 3원", 3, "type", "비율"),
        ("18세 = 216개월", 4, "type", "단위"),
        ("급지 = '3급지'", 5, "unknown-name", "1급지"),
        ("급지 < '1급지'", 3, "type", ""),
        ("급지 = 1급지", 5, "number", "따옴표"),
        ("기준중위소득 > 1원", 0, "index", "기준중위소득["),
        ("기준중위소득[1, 2] > 1원", 0, "index", "household_size"),
        ("기준중위소득[소득인정액] > 1원", 7, "type", "수"),
        ("생계급여_비율[1] > 1", 0, "index", ""),
        ("반올림(1원, 0원) = 1원", 8, "rounding", "1원"),
        ("반올림(1원, 1) = 1원", 8, "rounding", "1원"),
        ("반올림(소득인정액 / 0, 1원) = 1원", 10, "division", "나누는"),
        ("반올림(소득인정액 / (가구원수 - 1), 1원) = 1원", 0, "division", "최대"),
        ("소득인정액 * 1000000000 > 1원", 0, "too-wide", "range"),
        ("최대(1원) = 1원", 0, "arguments", "최대"),
        ("만약(예, 1원) = 1원", 0, "arguments", "만약"),
        ("만낭이(기준일, 기준일) = 1세", 0, "unknown-name", "만나이"),
        ("구간(1원, 5원 미만: 1, 3원 미만: 2, 그 밖: 3) = 1", 17, "steps", "차례"),
        ("구간(1원, 5원 미만: 1) = 1", 15, "syntax", ""),
        ("선택(급지, '1급지': 1) = 1", 0, "choices", "2급지"),
        ("가구원 수(가구원 수(예) = 1) = 1", 6, "scope", "define"),
        ("가구원 최대(나이) = 1세", 0, "arguments", "아무도"),
        ("2026-02-30 = 기준일", 0, "date", "달력"),
        ("예 ; 아니오", 2, "character", "지우"),
        ("사는곳 = 'x1'", 6, "area", "법정동"),
        ("12345678901234567890원 = 1원", 0, "number", "작은"),
        ("1.5원 = 1원", 0, "number", "정수"),
    ],
)
def test_refusals_say_where_and_what_to_do(condition: str, at: int, code: str, remedy: str) -> None:
    checked = Small(condition=condition).check()
    assert checked.benefit is None
    fault = checked.faults[0]
    line = next(n for n, row in enumerate(Small().text.splitlines(), 1) if row.strip().startswith("if:"))
    assert (fault.line, fault.column, fault.code) == (line, len('      if: "') + 1 + at, code)
    assert remedy in fault.remedy + fault.words
    assert fault.words


def test_places_in_blocks_and_names() -> None:
    text = Small().text.replace('"예"', "|\n        예 그리고\n        소득인정악 <= 1원")
    from dure.engines.rules import check
    from tests.engines.rules.world import catalogue, parameters

    fault = check(text, file="a.yaml", catalogue=catalogue(), parameters=parameters()).faults[0]
    assert text.splitlines()[fault.line - 1][fault.column - 1 :].startswith("소득인정악")


def test_cycles_are_named_with_their_path() -> None:
    checked = Small(define="  가: 나 + 1원\n  나: 다 + 1원\n  다: 가 + 1원", amount="가").check()
    assert [fault.code for fault in checked.faults] == ["cycle"]
    assert "가 → 나 → 다 → 가" in checked.faults[0].words
    itself = Small(define="  가: 가 + 1원").check().faults[0]
    assert "가 → 가" in itself.words


def test_an_unrounded_name_is_refused_where_it_became_a_fraction() -> None:
    fault = Small(define='  기준: "기준중위소득[가구원수] * 32%"', condition="소득인정액 <= 기준").check().faults[0]
    assert fault.code == "unrounded"
    assert (
        Small(define='  기준: "기준중위소득[가구원수] * 32%"').text.splitlines()[fault.line - 1][fault.column - 1]
        == "*"
    )


def test_facts_that_derive_each_other_are_refused() -> None:
    text = "facts:\n  - {code: a, ko: 가, type: bool, derive: 나}\n  - {code: b, ko: 나, type: bool, derive: 가}\n"
    with pytest.raises(Faults) as faults:
        Catalogue.read(text)
    assert "가 → 나 → 가" in str(faults.value)


@settings(max_examples=60)
@given(
    st.sampled_from(["down", "up", "half", "even"]),
    st.integers(-(10**15), 10**15),
    st.integers(1, 10**6),
    st.integers(1, 10**6),
)
def test_rounding_is_exact(mode: str, number: int, by: int, unit: int) -> None:
    got = rounded(mode, number, by, unit)
    exact = Fraction(number, by) / unit
    size = abs(exact)
    low = size.__floor__()
    left = size - low
    half = Fraction(1, 2)
    up = {"down": False, "up": left > 0, "half": left >= half, "even": left > half or (left == half and low % 2 == 1)}[
        mode
    ]
    assert got == (low + up) * unit * (1 if number >= 0 else -1)


@settings(max_examples=150)
@given(st.text(alphabet=ALPHABET, max_size=60) | st.text(max_size=40))
def test_the_parser_raises_only_what_it_should(text: str) -> None:
    with suppress(Wrong):
        parse(text)


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet=ALPHABET.replace('"', "").replace("\n", ""), max_size=40))
def test_lowering_raises_only_faults(text: str) -> None:
    Small(condition=text.replace("\\", "")).check()


def test_deep_and_long_expressions_are_refused() -> None:
    for text in (
        "(" * 500 + "예",
        "아님 " * 900 + "예",
        "예 또는 " * 1400 + "예",
        "1원 + " * 3000 + "1원",
        "-" * 300 + "1원",
    ):
        with pytest.raises(Wrong):
            parse(text)
    assert Small(condition=" + ".join(["1원"] * 90) + " > 0원").run().state == "yes"
    assert Small(condition=" + ".join(["소득인정액"] * 120) + " > 0원").check().faults[0].code == "too-deep"
    steps = ", ".join(f"{n + 1}원 미만: {n}" for n in range(120))
    assert Small(condition=f"구간(소득인정액, {steps}, 그 밖: 0) = 0").check().faults[0].code == "too-deep"
    names = "\n".join(f"  가{n}: 가{n - 1} + 1원" for n in range(1, 199)) + "\n  가0: 소득인정액"
    assert Small(define=names, amount="가198").run(recognized_income=2).amounts[0].won == 200
    members = "\n".join(f"  나{n}: 나{n - 1} + 나{n - 1}" for n in range(1, 60)) + "\n  나0: 월급여"
    assert Small(define=members, unit="person", amount="가구원 합(나59)").check().faults


def test_dates_are_days() -> None:
    assert parse("2026-01-31").value == date(2026, 1, 31)  # type: ignore[attr-defined]
