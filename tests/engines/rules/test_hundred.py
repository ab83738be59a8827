"""One household and a hundred rules, with every reason. How long it takes is measured by `./dure bench rules`."""

from __future__ import annotations

import random

from dure.engines.rules import RuleSet, household
from tests.engines.rules.world import DAY, FACTS, PARAMETERS


def hundred(seed: int = 11) -> dict[str, str]:
    """Rules of the shape Korean benefits have: a ceiling by household size, an age band, areas, children, a taper."""
    rnd = random.Random(seed)
    files: dict[str, str] = {}
    for number in range(100):
        person = number % 2
        rate = rnd.choice([30, 32, 40, 48, 50, 60, 75, 100, 120])
        areas = ", ".join(f"'{rnd.randrange(11, 53)}'" for _ in range(4))
        age = f"{rnd.randrange(0, 60)}세 <= 나이 < {rnd.randrange(61, 100)}세"
        who = age if person else f"가구원 수(나이 < {rnd.randrange(7, 19)}세) >= {rnd.randrange(1, 3)}명"
        files[f"g{number:03}.yaml"] = (
            f"benefit: g-{number:03}\nnames: {{ko: 급여{number}}}\nprovider: {{body: 시}}\n"
            f"unit: {'person' if person else 'household'}\n"
            f'define:\n  기준: "반올림(기준중위소득[가구원수] * {rate}%, 1원)"\nconditions:\n  all:\n'
            f'    - {{id: income, if: "소득인정액 <= 기준", words: {{ko: "한 달 {{기준}} 이하"}}, law: 제{number}조}}\n'
            f'    - {{id: who, if: "{who}"}}\n'
            f'    - {{id: assets, if: "재산 <= {rnd.randrange(5, 50)}000만원"}}\n'
            f'  none:\n    - {{id: away, if: "사는곳 in ({areas})"}}\n'
            "amounts:\n"
            f'  - {{id: won, per: month, value: "버림(최소({rnd.randrange(5, 60)}만원, 기준) * 85%, 10원)"}}\n'
            "outputs: {threshold: 기준}\n"
        )
    return files


def test_one_household_with_a_hundred_rules() -> None:
    rules = RuleSet.load(hundred(), FACTS, PARAMETERS)
    day = rules.on(DAY)
    facts = {"recognized_income": 1_000_000, "assets": 100_000_000, "home": "11"}
    said = household({"facts": facts, "members": [{"birth_date": "1988-05-01", "wage": 0}]}, rules.catalogue, DAY)
    outcomes = day.explain(said)
    assert (len(outcomes), sum(len(one.reasons) for one in outcomes)) == (100, 400)
    assert {one.state for one in outcomes} == {"yes", "no"}
