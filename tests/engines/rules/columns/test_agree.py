"""Columns say of every household what is said of it alone: real benefits, the tests' own, and made-up programs."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from dure.engines.rules import Day, Household, ir
from dure.engines.rules.catalogue import Catalogue, FactKind
from dure.engines.rules.columns import Columns, compiled
from dure.engines.rules.evaluate import Frame
from dure.engines.rules.households import known
from tests.engines.rules import world
from tests.engines.rules.columns import making, programs

CHECK = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=(Phase.explicit, Phase.generate),  # making such trees smaller takes minutes
)


@cache
def real(on: date) -> tuple[Day, Columns]:
    day = making.real().on(on)
    return day, compiled(day, outputs=True)


@cache
def small() -> tuple[Day, Columns]:
    return world.day(), compiled(world.day(), outputs=True, block=3)


@settings(CHECK, max_examples=15)
@given(st.data())
def test_the_tests_own_benefits(data: Any) -> None:
    day, columns = small()
    making.agree(day, columns, data.draw(st.lists(making.households(*making.kinds_of(columns), world.DAY), max_size=7)))


@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2024, 2, 29)])
@settings(CHECK, max_examples=3)
@given(data=st.data())
def test_the_real_benefits(on: date, data: Any) -> None:
    day, columns = real(on)
    making.agree(
        day, columns, data.draw(st.lists(making.households(*making.kinds_of(columns), on), min_size=2, max_size=4))
    )


CATALOGUE = """
enumerations:
  colour:
    choices: [{code: red, names: {ko: 빨강}}, {code: green, names: {ko: 초록}}, {code: blue, names: {ko: 파랑}}]
facts:
  - {code: size, ko: 인원, type: number, range: [1, 9]}
  - {code: won, ko: 돈, type: won, range: [-1000000, 10000000000]}
  - {code: rich, ko: 부유, type: bool}
  - {code: colour, ko: 색, type: enum, of: colour}
  - {code: place, ko: 곳, type: area}
  - {code: since, ko: 부터, type: date, range: [1900-01-01, 2030-12-31]}
  - {code: age, ko: 나이, type: years, scope: member, range: [0, 130]}
  - {code: wage, ko: 급여, type: won, scope: member, range: [0, 1000000000]}
  - {code: ill, ko: 아픔, type: bool, scope: member}
  - {code: taste, ko: 취향, type: enum, of: colour, scope: member}
  - {code: born, ko: 생일, type: date, scope: member, range: [1870-01-01, 2026-03-01]}
"""
DAY = date(2026, 3, 1)


@cache
def catalogue() -> Catalogue:
    return Catalogue.read(CATALOGUE)


def kinds(scope: str) -> list[FactKind]:
    return [one for one in catalogue().facts.values() if one.scope == scope]


def evaluated(program: ir.Program, household: Household) -> list[dict[str, Any]]:
    """What the plain interpreter says of a household, or of each of its members."""
    said = known(household, catalogue())
    rows = [{}] if program.unit == "household" else [*said.members] if household.members else []
    found = []
    for own in rows:
        frame = Frame(program.lets, said.facts, said.passed, own)
        eligible = frame.of(program.eligible)
        row: dict[str, Any] = {f"{program.benefit}/eligible": eligible}
        for amount in program.amounts:
            assert amount.expr is not None
            won = frame.of(amount.expr) if eligible else None if eligible is None else 0
            row[f"{program.benefit}/amount/{amount.id}"] = won
        for output in program.outputs:
            value = frame.of(output.expr)
            if output.unit == "date" and value is not None:
                value = date(int(value) // 10000, int(value) // 100 % 100, int(value) % 100)
            row[f"{program.benefit}/output/{output.name}"] = value
        found.append(row)
    return found


@pytest.mark.slow
@settings(CHECK, max_examples=30)
@given(st.data())
def test_made_up_programs(data: Any) -> None:
    made = [data.draw(programs.programs(f"made-{at}")) for at in range(data.draw(st.integers(1, 4)))]
    made = [one for one in made if programs.fits(one)]
    assume(made)
    some = data.draw(st.lists(making.households(kinds("household"), kinds("member"), DAY), min_size=1, max_size=6))
    columns = Columns(made, catalogue().facts, outputs=True, block=data.draw(st.integers(1, 6)))
    results = columns.run(*making.tables(some, kinds("household"), kinds("member")))
    for program in made:
        table: pa.Table = results.persons if program.unit == "person" else results.households
        got = table.select([name for name in table.column_names if name.startswith(program.benefit)]).to_pylist()
        assert got == [row for one in some for row in evaluated(program, one)], program
