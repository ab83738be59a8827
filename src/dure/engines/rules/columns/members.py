"""Members of households brought together: any, all, count, sum, max, min, with those who are not listed."""

from __future__ import annotations

from typing import Any

import numpy as np

from dure.engines.rules import ir
from dure.engines.rules.columns.frames import Frame
from dure.engines.rules.columns.graph import Step
from dure.engines.rules.columns.vectors import Values, Vec, both, truth


def over(step: Step, frame: Frame) -> Vec:
    """The members of each household, and one more of whom nothing is known where not all are listed.

    That one stands for any number of members: where it adds something to a count or sum, these are unknown.
    """
    node, people = step.node, frame.people
    assert isinstance(node, ir.Over)
    assert people is not None
    rows = frame.rows_count
    value_at = step.args[0]
    where_at = step.args[1] if node.where is not None else None
    value = people.get(value_at)
    test = Vec(True) if where_at is None else people.get(where_at)
    ghost = frame.get(step.ghost[0])
    ghost_test = Vec(True) if node.where is None else frame.get(step.ghost[1])
    open_: Any = frame.open
    members = people.rows_count
    if node.how in {"any", "all"}:
        if node.where is not None:
            raise TypeError(node)
        stops = node.how == "any"
        stop = people.some(value.values if stops else value.no(), rows)
        doubt = people.some(False if value.known is None else np.logical_not(value.known), rows)
        if open_ is not None:
            stop = stop | (open_ & (ghost.values if stops else ghost.no()))
            if ghost.known is not None:
                doubt = doubt | (open_ & np.logical_not(ghost.known))
        known = stop | ~doubt
        return truth(stop if stops else ~stop, None if known.all() else known)
    counted = np.broadcast_to(np.asarray(test.values), members)
    doubt = np.zeros(rows, bool)
    if test.known is not None:
        doubt |= people.some(np.logical_not(test.known), rows)
    if value.known is not None:
        doubt |= people.some(np.logical_and(np.logical_not(value.known), np.logical_not(test.no())), rows)
    ghost_counts: Any = None
    if open_ is not None:
        ghost_counts = open_ & ghost_test.values
        if ghost_test.known is not None:
            doubt |= open_ & np.logical_not(ghost_test.known)
        if ghost.known is not None:
            doubt |= open_ & np.logical_not(ghost.known) & np.logical_not(ghost_test.no())
        if node.how in {"count", "sum"}:
            doubt |= ghost_counts & np.not_equal(ghost.values, 0)
    certain: Values = None if not doubt.any() else ~doubt
    if node.how in {"count", "sum"}:
        if node.how == "count":
            values = people.sums(np.logical_and(counted, value.values), rows)
        else:
            values = people.sums(np.where(counted, value.wide, 0), rows)
        return Vec(values, certain)
    largest = node.how == "max"
    edge = np.iinfo(np.int64).min if largest else np.iinfo(np.int64).max
    best = np.maximum if largest else np.minimum
    found = people.best(best, np.where(counted, value.wide, edge), rows, edge)
    nobody = ~people.some(counted, rows)
    if ghost_counts is not None:
        found = np.where(ghost_counts, best(found, ghost.wide), found)
        nobody = nobody & ~ghost_counts
    empty = frame.get(step.args[-1]) if node.empty is not None else Vec(0, False)
    values = np.where(nobody, empty.wide, found)
    if empty.known is not None:
        certain = both(certain, np.logical_not(nobody) | empty.known)
    return Vec(values, certain)


__all__ = ["over"]
