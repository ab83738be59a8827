from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from dure.engines.population import Facts, Fitted, fit, generate, read_margins
from dure.engines.rules.ruleset import RuleSet
from dure.engines.rules.scenario import ParameterChange, Scenario
from dure.engines.scenario import Part, Plan, parts_of

DATA = Path(__file__).resolve().parents[3] / "data"
DAY = date(2026, 1, 1)
BENEFITS = ("livelihood-benefit", "child-allowance", "ctc")


@dataclass
class Lab:
    """A few real benefits, and the households of one province."""

    rules: RuleSet
    fitted: Fitted
    usual: dict[str, Any]

    def parts(self, seed: int = 1, households: int = 300) -> list[Part]:
        population = generate(self.fitted, seed=seed, households=households)
        return list(parts_of(population.batches, Facts(self.fitted.margins)))

    def plan(self, **changes: int | Fraction) -> Plan:
        made = [ParameterChange(code, (), DAY, value) for code, value in changes.items()]
        after = self.rules.with_(Scenario(tuple(made))) if made else self.rules
        return Plan.of(self.rules.on(DAY), after.on(DAY), BENEFITS, usual=self.usual)


@pytest.fixture(scope="session")
def lab() -> Lab:
    folder = DATA / "benefits"
    texts = {f"{id}.yaml": (folder / "rules" / f"{id}.yaml").read_text() for id in BENEFITS}
    rules = RuleSet.load(texts, (folder / "facts.yaml").read_text(), (folder / "parameters.yaml").read_text())
    margins = read_margins(DATA / "population", DATA / "places" / "residents.csv").only("5000000000")
    usual = yaml.safe_load((folder / "input.yaml").read_text())["usual"]
    return Lab(rules, fit(margins), usual)
