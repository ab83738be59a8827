"""A hundred made-up benefits of Korean shape, as files of ours and as OpenFisca variables, and households for them.

Each has a band of ages, a ceiling of income by household size, a list of provinces, a least number of children, and an
amount that grows with children and tapers off with income. All drawn from one seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

import numpy as np

DAY = date(2026, 3, 1)
MONTH = "2026-03"
PROVINCES = (
    *("서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종"),
    *("경기", "강원", "충북", "충남", "전북", "전남", "경북", "경남", "제주"),
)
MEDIAN = (2_564_238, 4_199_292, 5_359_036, 6_494_738, 7_556_719, 8_555_952, 9_515_150)
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Made:
    """One benefit: ages from `low` to before `high`, per cent of the median income, won, and tenths of taper."""

    low: int
    high: int
    per_cent: int
    provinces: tuple[int, ...]
    children: int
    base: int
    per_child: int
    taper: int

    def ceilings(self) -> list[int]:
        """By household size from 1: rounded half up to the won."""
        return [(2 * figure * self.per_cent + 100) // 200 for figure in MEDIAN]


def made(count: int, seed: int = 20260301) -> list[Made]:
    random = Random(seed)
    found = []
    for _ in range(count):
        low = random.choice((0, 18, 19, 34, 40, 65))
        found.append(
            Made(
                low,
                low + random.randint(5, 60),
                random.choice((30, 40, 47, 50, 60, 100, 150)),
                tuple(sorted(random.sample(range(17), random.randint(1, 17)))),
                random.choice((0, 0, 0, 1, 2)),
                random.randint(5, 80) * 10_000,
                random.randint(0, 20) * 10_000,
                random.choice((0, 1, 3)),
            )
        )
    return found


def texts(some: list[Made]) -> tuple[dict[str, str], str, str]:
    """Files by name, catalogue, parameters."""
    choices = "".join(f"\n      - {{code: p{at}, names: {{ko: {name}}}}}" for at, name in enumerate(PROVINCES))
    facts = f"""
enumerations:
  province:
    choices:{choices}
facts:
  - {{code: household_size, ko: 가구원수, type: number, scope: household, range: [1, 7]}}
  - {{code: head_age, ko: 나이, type: years, scope: household, range: [0, 130]}}
  - {{code: province, ko: 시도, type: enum, of: province, scope: household}}
  - {{code: children, ko: 자녀수, type: number, scope: household, range: [0, 10]}}
  - {{code: income, ko: 소득, type: won, scope: household, range: [0, 1000억]}}
"""
    median = ", ".join(f"{at}: {figure}" for at, figure in enumerate(MEDIAN, 1))
    parameters = f"""
parameters:
  - code: median_income
    ko: 기준중위소득
    type: won
    dims: [household_size]
    values: [{{from: 2026-01-01, to: 2026-12-31, value: {{{median}}}, confidence: seen}}]
"""
    files = {}
    for at, one in enumerate(some):
        names = ", ".join(PROVINCES[place] for place in one.provinces)
        tests = [
            f"{one.low}세 <= 나이 < {one.high}세",
            "소득 <= 상한",
            f"자녀수 >= {one.children}",
            f"시도 in ({names})",
        ]
        conditions = "".join(f'\n    - {{id: c{place}, if: "{test}"}}' for place, test in enumerate(tests))
        cut = f"버림(최대(0원, 소득 * 2 - 상한) * {one.taper}/20, 1원)" if one.taper else "0원"
        files[f"made-{at}.yaml"] = f"""
benefit: made-{at}
names: {{ko: 지어낸 급여 {at}}}
provider: {{body: 시험}}
unit: household
define:
  상한: "반올림(기준중위소득[가구원수] * {one.per_cent}%, 1원)"
conditions:
  all:{conditions}
amounts:
  - {{id: month, per: month, value: "최대(0원, {one.base}원 + {one.per_child}원 * 자녀수 - {cut})"}}
"""
    return files, facts, parameters


def households(count: int, seed: int = 7) -> dict[str, Array]:
    """Columns of known whole numbers. `province`: its place in the list."""
    rng = np.random.default_rng(seed)
    return {
        "head_age": rng.integers(19, 95, count),
        "household_size": rng.integers(1, 7, count),
        "province": rng.integers(0, 17, count),
        "children": rng.integers(0, 4, count),
        "income": np.exp(rng.normal(14.7, 0.8, count)).round().astype(np.int64),
    }


def table(columns: dict[str, Array]) -> Any:
    """The households as one Arrow batch."""
    import pyarrow as pa

    provinces = pa.DictionaryArray.from_arrays(
        pa.array(columns["province"].astype(np.int8)), pa.array([f"p{at}" for at in range(len(PROVINCES))])
    )
    return pa.RecordBatch.from_pydict(
        {name: provinces if name == "province" else pa.array(values) for name, values in columns.items()}
    )


def system(some: list[Made]) -> Any:
    """The same benefits as an OpenFisca system: one entity, a formula a benefit, money as its float."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import MONTH as EACH_MONTH
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    entity = build_entity(key="household", plural="households", label="household", is_person=True)
    found = TaxBenefitSystem([entity])

    def add(name: str, kind: type, **more: Any) -> None:
        fields = {"value_type": kind, "entity": entity, "definition_period": EACH_MONTH, "label": name, **more}
        found.add_variable(type(name, (Variable,), fields))

    for name in ("head_age", "household_size", "province", "children"):
        add(name, int)
    add("income", float)

    def benefit(one: Made) -> Any:
        ceilings, inside = np.array([0, *one.ceilings()], np.float64), np.zeros(17, bool)
        inside[list(one.provinces)] = True

        def formula(household: Any, period: Any, parameters: Any) -> Any:
            age, children = household("head_age", period), household("children", period)
            income, ceiling = household("income", period), ceilings[household("household_size", period)]
            eligible = (age >= one.low) & (age < one.high) & (income <= ceiling) & (children >= one.children)
            eligible = eligible & inside[household("province", period)]
            cut = np.floor(np.maximum(2.0 * income - ceiling, 0) * one.taper / 20)
            return eligible * np.maximum(one.base + one.per_child * children - cut, 0)

        return formula

    for at, one in enumerate(some):
        add(f"made_{at}", float, formula=benefit(one))
    return found
