"""Benefits as rules: files that officials read, checked and compiled for one household and for columns.

Reading: `Catalogue.read`, `Parameters.read`, `check` (one file, every fault), `RuleSet.load` (all or nothing). Living:
`RuleSet.on(day)` → `Day.explain(household)`, `Day.questions(household)`, `Day.programs()` (see `ir`), then `combine`.
Households from JSON: `read_json`, `household`. What if: `Scenario`, `RuleSet.with_`. The format: docs/benefits.md.
"""

from dure.engines.rules.catalogue import Catalogue
from dure.engines.rules.checker import Checked, check
from dure.engines.rules.combine import Applied, Interactions, combine
from dure.engines.rules.explain import Amount, Change, Outcome, Reason
from dure.engines.rules.faults import Fault, Faults
from dure.engines.rules.households import Household, HouseholdFault, household, read_json
from dure.engines.rules.parameters import Parameters
from dure.engines.rules.ruleset import Day, Question, RuleSet, questions
from dure.engines.rules.scenario import Line, ParameterChange, Scenario

__all__ = [
    "Amount",
    "Applied",
    "Catalogue",
    "Change",
    "Checked",
    "Day",
    "Fault",
    "Faults",
    "Household",
    "HouseholdFault",
    "Interactions",
    "Line",
    "Outcome",
    "ParameterChange",
    "Parameters",
    "Question",
    "Reason",
    "RuleSet",
    "Scenario",
    "check",
    "combine",
    "household",
    "questions",
    "read_json",
]
