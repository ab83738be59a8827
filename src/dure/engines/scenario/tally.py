"""Sums of one population under both sides of a plan: whole numbers of any size, never floats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from .grouping import GROUPINGS, Part
from .plan import Plan, Side, filled

Array = np.ndarray[Any, Any]

FIGURES = ("households", "persons", "winners", "losers", "same", "unknown", "gained", "lost")
"""Of a group. Winners, losers, those for whom nothing changes and those of whom it is not known are households;
`gained` and `lost` are won a year of the first two, both from 0."""
OF_BENEFIT = ("recipients", "unknown", "open", "cost")
"""Of a benefit and a side (`before`, `after`): households or persons who receive it, of whom it is not known, who
receive it without its being known how much, and won a year of all others."""
SIDES = ("before", "after")
FEW = "few"
SAFE = 2**61


def run(plan: Plan, parts: Iterable[Part], *, seed: int | None = None, least: int = 0) -> dict[str, Any]:
    """Figures in all and by each of GROUPINGS, as JSON of whole numbers. The same however the households are parted.

    `least`: groups of fewer rows are put together as FEW. For populations of real households, so that nobody can be
    told from a group."""
    ids = list(plan.units)
    names = [*FIGURES, *(f"{id}/{side}/{what}" for id in ids for side in SIDES for what in OF_BENEFIT)]
    total = [0] * len(names)
    groups: dict[str, dict[str, list[int]]] = {name: {} for name in GROUPINGS}
    counts: dict[str, Counter[str]] = {name: Counter() for name in GROUPINGS}
    rows = 0
    for part in parts:
        rows += part.households.num_rows
        if not part.households.num_rows:
            continue
        lines = _lines(plan, part)
        for at, value in enumerate(_sums(lines, np.zeros(lines.shape[1], np.int64), 1)[0]):
            total[at] += value
        for grouping in GROUPINGS:
            places, words = part.groups[grouping]
            for place, count in enumerate(np.bincount(places, minlength=len(words)).tolist()):
                counts[grouping][words[place]] += count
            for place, sums in enumerate(_sums(lines, places, len(words))):
                if any(sums):
                    mine = groups[grouping].setdefault(words[place], [0] * len(names))
                    for at, value in enumerate(sums):
                        mine[at] += value
    found: dict[str, Any] = {"rows": rows, "total": _shaped(total, ids)}
    found["groups"] = {
        grouping: [{"key": key, **_shaped(sums, ids)} for key, sums in sorted(of.items(), key=_order)]
        for grouping, of in ((name, _together(of, counts[name], least)) for name, of in groups.items())
    }
    return found if seed is None else {"seed": seed, **found}


def _together(of: dict[str, list[int]], rows: Counter[str], least: int) -> dict[str, list[int]]:
    """Small groups as one. Where even together they are fewer than `least`, the smallest of the others joins them: what
    is taken from the total would tell them otherwise."""
    small = [key for key in of if rows[key] < least]
    others = sorted((key for key in of if key not in small), key=lambda key: (rows[key], key))
    if not small:
        return of
    if sum(rows[key] for key in small) < least and others:
        small.append(others.pop(0))
    return {**{key: of[key] for key in others}, FEW: [sum(values) for values in zip(*map(of.get, small), strict=True)]}


def _order(item: tuple[str, Any]) -> tuple[int, str]:
    return (int(item[0]) if item[0].isdigit() and len(item[0]) < 3 else 0), item[0]


def _shaped(sums: list[int], ids: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = dict(zip(FIGURES, sums, strict=False))
    at = len(FIGURES)
    found["benefits"] = {}
    for id in ids:
        sides = found["benefits"][id] = {}
        for side in SIDES:
            sides[side] = dict(zip(OF_BENEFIT, sums[at : at + len(OF_BENEFIT)], strict=True))
            at += len(OF_BENEFIT)
    for side in SIDES:
        found[f"cost_{side}"] = sum(one[side]["cost"] for one in found["benefits"].values())
    return found


def _sums(lines: Array, places: Array, count: int) -> list[list[int]]:
    """Of each group the sums of all lines."""
    order = np.argsort(places, kind="stable")
    stood = places[order]
    starts = np.flatnonzero(np.append(True, stood[1:] != stood[:-1]))
    added = np.add.reduceat(lines[:, order], starts, axis=1)
    found = [[0] * lines.shape[0] for _ in range(count)]
    for column, start in enumerate(starts.tolist()):
        found[int(stood[start])] = [int(value) for value in added[:, column]]
    return found


def _lines(plan: Plan, part: Part) -> Array:
    """A row for each figure, a column for each household, weighted; Python's numbers where sums could pass int64."""
    count = part.households.num_rows
    households = filled(part.households, plan, "household")
    persons = filled(part.persons, plan, "member")
    numbers = part.households.column("household").to_numpy()
    owner = np.searchsorted(numbers, part.persons.column("household").to_numpy())
    members = np.bincount(owner, minlength=count).astype(np.int64)
    if "household_size" in part.households.schema.names:
        members = part.households.column("household_size").cast(pa.int64()).to_numpy()
    seen = {side: _Seen(of, households, persons, owner, count) for side, of in zip(SIDES, _both(plan), strict=True)}
    change: Array = np.zeros(count, np.int64)
    doubt = np.zeros(count, bool)
    own: list[Array] = []
    for id, unit in plan.units.items():
        was, now = (seen[side].of(id, unit) for side in SIDES)
        own += [*was[:4], *now[:4]]
        if id not in plan.same:
            doubt |= was[4] | now[4]
            change = change + (now[3] - was[3])
    change = np.where(doubt, 0, change)
    ones = np.ones(count, np.int64)
    heads = [
        ones,
        members,
        (change > 0) & ~doubt,
        (change < 0) & ~doubt,
        (change == 0) & ~doubt,
        doubt,
        np.where(change > 0, change, 0),
        np.where(change < 0, -change, 0),
    ]
    heads = [one.astype(np.int64) if one.dtype == bool else one for one in heads]
    lines = np.stack([*heads, *own])
    largest = max((int(abs(value)) for value in (lines.max(), lines.min())), default=0)
    if largest * int(part.weight.max(initial=1)) * max(count, 1) >= SAFE:
        return lines.astype(object) * part.weight.astype(object)
    return lines * part.weight


def _both(plan: Plan) -> tuple[Side, Side]:
    return plan.before, plan.after


class _Seen:
    """Results of one side, reduced to households."""

    def __init__(self, side: Side, households: pa.RecordBatch, persons: pa.RecordBatch, owner: Array, count: int):
        self.side, self.owner, self.count = side, owner, count
        self.found = side.columns.run(households, persons)

    def of(self, id: str, unit: str) -> tuple[Array, Array, Array, Array, Array]:
        """Per household: how many receive it, are unknown, receive an unknown amount; won a year that are known;
        whether anything about it is unknown."""
        if id not in self.side.paid:
            nothing = np.zeros(self.count, np.int64)
            return nothing, nothing, nothing, nothing, np.zeros(self.count, bool)
        table = self.found.persons if unit == "person" else self.found.households
        state = _plain(table.column(f"{id}/eligible"))
        known = state.is_valid().to_numpy(zero_copy_only=False)
        yes = state.fill_null(False).to_numpy(zero_copy_only=False)
        year: Array = np.zeros(len(yes), np.int64)
        open_ = np.zeros(len(yes), bool)
        for amount, payments, bounded in self.side.paid[id]:
            column = _plain(table.column(f"{id}/amount/{amount}"))
            sure = column.is_valid().to_numpy(zero_copy_only=False)
            won = column.fill_null(0).to_numpy(zero_copy_only=False)
            times: Any = payments
            if bounded:
                bound = _plain(table.column(f"{id}/output/{amount}_times"))
                sure = sure & bound.is_valid().to_numpy(zero_copy_only=False)
                times = np.clip(bound.fill_null(0).to_numpy(zero_copy_only=False), 0, payments)
            if len(won) and int(np.abs(won).max()) * payments >= SAFE:
                won = won.astype(object)
            open_ |= yes & ~sure
            year = year + np.where(yes & sure, won * times, 0)
        year = np.where(open_, 0, year)
        parts = (yes.astype(np.int64), (~known).astype(np.int64), open_.astype(np.int64), year)
        doubt = (~known | open_).astype(np.int64)
        if unit == "person":
            parts = tuple(self.reduced(one) for one in parts)  # type: ignore[assignment]
            doubt = self.reduced(doubt)
        return (*parts, doubt > 0)

    def reduced(self, values: Array) -> Array:
        """Sums of persons by household."""
        if len(values) and int(abs(values).max()) * len(values) >= SAFE:
            values = values.astype(object)
        found = np.zeros(self.count, values.dtype)
        np.add.at(found, self.owner, values)
        return found


def _plain(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)
