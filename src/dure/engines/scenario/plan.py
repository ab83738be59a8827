"""What is computed: the chosen benefits of two days, and what stands in for facts that a population does not have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dure.engines.rules.catalogue import FactKind
from dure.engines.rules.columns import Columns, compiled
from dure.engines.rules.ruleset import Day

IN_YEAR = {"month": 12, "quarter": 4, "year": 1, "once": 1, "in_kind": 0}
"""Payments in a year. What is paid once counts in the year; what is in kind has no won."""


@dataclass(frozen=True)
class Side:
    """One of the two: `columns` of the benefits in force, `paid` per benefit the amounts as (id, payments a year,
    whether the rule bounds how many)."""

    columns: Columns
    paid: Mapping[str, tuple[tuple[str, int, bool], ...]]

    @classmethod
    def of(cls, day: Day, ids: Iterable[str]) -> Side:
        wanted = [id for id in ids if id in day.plans]
        paid: dict[str, tuple[tuple[str, int, bool], ...]] = {}
        for id in wanted:
            amounts = day.plans[id].benefit.amounts
            paid[id] = tuple(
                (one.id, IN_YEAR[one.per], one.times is not None)
                for one in amounts
                if one.value is not None and IN_YEAR[one.per]
            )
        bounded = any(part[2] for parts in paid.values() for part in parts)
        return cls(compiled(day, wanted, outputs=bounded), paid)


@dataclass(frozen=True)
class Plan:
    """`units`: household or person for each benefit, in the order asked for. `same`: benefits whose rule on the day is
    the very same on both sides, so that nobody's can differ. `usual`: values for facts nobody knows, by code."""

    before: Side
    after: Side
    units: Mapping[str, str]
    same: frozenset[str]
    usual: Mapping[str, Any]
    kinds: Mapping[str, FactKind]

    @classmethod
    def of(cls, before: Day, after: Day, ids: Iterable[str], *, usual: Mapping[str, Any] | None = None) -> Plan:
        """KeyError for a benefit that is in force on neither side."""
        ids = list(dict.fromkeys(ids))
        units = {id: (after.plans.get(id) or before.plans[id]).benefit.unit for id in ids}
        both = [id for id in ids if id in before.plans and id in after.plans]
        same = frozenset(id for id in both if before.programs([id]) == after.programs([id]))
        facts = before.catalogue.facts
        stands = {code: value for code, value in (usual or {}).items() if facts[code].derive is None}
        return cls(Side.of(before, ids), Side.of(after, ids), units, same, stands, facts)

    @property
    def reads(self) -> dict[str, frozenset[str]]:
        """Facts that either side looks at, by scope."""
        found: dict[str, set[str]] = {"household": set(), "member": set()}
        for side in (self.before, self.after):
            for scope, codes in side.columns.reads.items():
                found[scope] |= set(codes)
        return {scope: frozenset(codes) for scope, codes in found.items()}

    def assumed(self) -> dict[str, Any]:
        """The usual values that can matter here."""
        reads = self.reads
        return {
            code: value
            for code, value in sorted(self.usual.items())
            if code in reads["household"] or code in reads["member"]
        }


def filled(table: pa.RecordBatch, plan: Plan, scope: str) -> pa.RecordBatch:
    """The columns that matter, with usual values where nothing is known."""
    wanted = plan.reads[scope]
    arrays: dict[str, pa.Array] = {}
    for name in table.schema.names:
        if name in wanted or name in ("household", "whole"):
            arrays[name] = table.column(name)
    for code, value in plan.usual.items():
        fact = plan.kinds[code]
        if code not in wanted or fact.scope != scope:
            continue
        there = arrays.get(code)
        if there is None or pa.types.is_null(there.type):
            arrays[code] = _constant(value, fact, table.num_rows)
        elif there.null_count:
            if pa.types.is_dictionary(there.type):
                there = there.cast(pa.string())
            arrays[code] = there.fill_null(pa.scalar(value, there.type))
    return pa.RecordBatch.from_pydict(arrays)


def _constant(value: Any, fact: FactKind, rows: int) -> pa.Array:
    if fact.type == "bool":
        return pa.array(np.full(rows, bool(value)))
    if fact.type in {"enum", "area"}:
        return pa.array([value] * rows, pa.string())
    return pa.array(np.full(rows, int(value), np.int64))
