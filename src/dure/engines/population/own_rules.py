"""What columns of one's own population may hold: ours, and those of the catalogue of facts, by the same names."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from .facts import FACT_WORDS, HOUSEHOLD_FACTS, PERSON_FACTS
from .schema import HOUSEHOLDS, MONEY, PERSONS, WORDS

WON = 10**15


@dataclass(frozen=True)
class Rule:
    """What a column must be: `kind` integer, word, area, yes_no or date; whole numbers from `low` to `high`; `values`
    of a word; `null` whether values may be missing."""

    kind: str
    low: int | None = None
    high: int | None = None
    values: tuple[str, ...] = ()
    null: bool = True


Needs = tuple[tuple[str, ...], ...]
"""Of each group of columns at least one must be there."""

HOUSEHOLD_NEEDS: Needs = (("household",), ("household_size",), ("region", "residence"))
PERSON_NEEDS: Needs = (("household",), ("age", "birth_date"))

_AREAS = {"region", "province", "residence"}
_SURE = {"household", "weight", "household_size", "person", "region", "residence"}
_LIMITS = {"household": (0, 2**62), "weight": (1, 10**9), "household_size": (1, 100), "person": (0, 99)}
_MAY_BE_NEGATIVE = {"business_income_month", "income_month", "total_income_year", "household_income", "earned_income"}


def _rules(*schemas: pa.Schema) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for part in (part for schema in schemas for part in schema):
        name, null = part.name, part.name not in _SURE
        values = dict.fromkeys((*WORDS.get(name, ()), *FACT_WORDS.get(name, ())))
        if values:
            found[name] = Rule("word", values=tuple(values), null=null)
        elif name in _AREAS:
            found[name] = Rule("area", null=null)
        elif pa.types.is_boolean(part.type):
            found[name] = Rule("yes_no", null=null)
        elif pa.types.is_date(part.type):
            found[name] = Rule("date", null=null)
        else:
            found[name] = Rule("integer", *_range(name, part.type), null=null)
    return found


def _range(name: str, type: pa.DataType) -> tuple[int, int]:
    if name in _LIMITS:
        return _LIMITS[name]
    if name in MONEY or pa.types.is_int64(type):
        return (-WON if name in _MAY_BE_NEGATIVE else 0), WON
    return (0, 130) if "age" in name.split("_") else (0, 100)


HOUSEHOLD_RULES = _rules(HOUSEHOLDS, HOUSEHOLD_FACTS)
PERSON_RULES = _rules(PERSONS, PERSON_FACTS)
