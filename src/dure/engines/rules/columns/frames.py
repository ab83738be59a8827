"""The rows on which a graph is computed: each node once, on all rows, or on the few rows on which its value matters.

A `Frame` is the rows of households or of persons, or some of them (`rows`, of `parent`). What a frame is asked for it
takes from its parent where that has it already, else computes for its own rows only: so amounts are computed for those
who are eligible, and costly conditions for those whom cheap ones leave. A value of a household that a person's node
needs is repeated for each of its members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dure.engines.rules.columns.vectors import Array, Vec

if TYPE_CHECKING:
    from dure.engines.rules.columns.nodes import Evaluator


class Frame:
    """Rows of households or of persons. `rows`: which of the parent's, None where it is all of the block."""

    def __init__(
        self,
        evaluator: Evaluator,
        facts: dict[str, Vec] | None,
        rows_count: int,
        *,
        member: bool,
        parent: Frame | None = None,
        rows: Array | None = None,
        grid: bool = False,
    ) -> None:
        self.evaluator, self.facts, self.rows_count, self.member = evaluator, facts, rows_count, member
        self.parent, self.rows, self.grid = parent, rows, grid
        self.memo: dict[int, Vec] = evaluator.constants.copy()
        self.indices: dict[tuple[int, ...], Any] = {}
        self.people: Frame | None = None
        self.open: Array | None = None
        """Of all households: which have members that are not listed; None where none has."""
        self.household: Frame | None = None
        self.owner: Array | None = None
        """What `owners` gives, once it is known."""
        self.starts: Array | None = None
        self.filled: Array | None = None
        """Of all persons: where each household that has any begins, and which households these are."""

    def get(self, at: int) -> Vec:
        """The value of a node on these rows."""
        found = self.memo.get(at)
        if found is None:
            found = self.memo[at] = self.find(at)
        return found

    def find(self, at: int) -> Vec:
        evaluator = self.evaluator
        if self.grid:
            return evaluator.plain[at](self)
        step = evaluator.steps[at]
        if self.member and not step.member:
            assert self.household is not None
            return self.household.get(at).take(self.owners())
        if self.parent is not None and (step.fact or step.shared or at in self.parent.memo):
            assert self.rows is not None
            return self.parent.get(at).take(self.rows)
        if step.fact:
            assert self.facts is not None
            return self.facts[step.fact]
        return evaluator.runs[at](self)

    def all_known(self, atoms: tuple[int, ...]) -> bool:
        return all(self.get(at).known is None for at in atoms)

    def forget(self, done: tuple[int, ...]) -> None:
        """Lets go of values that nobody will ask for again, so that a block needs little memory."""
        kept = self.evaluator.constants
        for at in done:
            if at in self.memo and at not in kept:
                del self.memo[at]

    def sub(self, rows: Array) -> Frame:
        """Only the rows where `rows` is true."""
        chosen = np.flatnonzero(rows)
        found = Frame(self.evaluator, None, len(chosen), member=self.member, parent=self, rows=chosen)
        found.household = self.household
        return found

    def owners(self) -> Array:
        """Of persons: the row of their household."""
        if self.owner is None:
            assert self.parent is not None
            assert self.rows is not None
            self.owner = self.parent.owners().take(self.rows)
        return self.owner

    def scatter(self, vec: Vec, rows_count: int, kind: str, *, fill_known: bool = False) -> Vec:
        """A value of these rows among all of the parent's; elsewhere 0 or False, known where `fill_known`."""
        assert self.rows is not None
        values = np.zeros(rows_count, bool if kind == "bool" else np.int64)
        values[self.rows] = vec.values
        if vec.known is None:
            return Vec(values)
        known = np.full(rows_count, fill_known)
        known[self.rows] = vec.known
        return Vec(values, known)

    def index(self, atoms: tuple[int, ...]) -> Any:
        """The place in a table of combinations of atoms."""
        found = self.indices.get(atoms)
        if found is not None:
            return found
        if self.parent is not None and atoms in self.parent.indices:
            place = self.parent.indices[atoms]
            found = place[self.rows] if isinstance(place, np.ndarray) else place
        else:
            found = 0
            for at in atoms:
                size = len(self.evaluator.steps[at].domain or ()) + 1
                one = self.index((at,)) if len(atoms) > 1 else self.evaluator.place(at, self)
                found = one if isinstance(found, int) and found == 0 else found * size + one
        self.indices[atoms] = found
        return found

    def some(self, values: Any, households: int) -> Array:
        """Of each household, whether it is so of any of these persons."""
        found = np.zeros(households, bool)
        found[self.owners().take(np.flatnonzero(np.broadcast_to(np.asarray(values), self.rows_count)))] = True
        return found

    def sums(self, values: Any, households: int) -> Array:
        """Of each household, the sum over these persons. That running sums pass 64 bits does no harm: they wrap, and
        the sum of one household is proved to fit."""
        found = np.zeros(households, np.int64)
        if self.starts is None or self.filled is None or not len(self.starts):
            return found
        running = np.cumsum(np.broadcast_to(np.asarray(values), self.rows_count), dtype=np.int64)
        ends = np.append(self.starts[1:], self.rows_count) - 1
        to_ends = running.take(ends)
        to_ends[1:] -= running.take(ends[:-1])
        found[self.filled] = to_ends
        return found

    def best(self, how: Any, values: Array, households: int, nobody: int) -> Array:
        """Of each household, the largest or smallest (`how`: the ufunc) over these persons; `nobody` where none are."""
        found = np.full(households, nobody, np.int64)
        if self.starts is not None and self.filled is not None and len(self.starts):
            found[self.filled] = how.reduceat(values, self.starts)
        return found


__all__ = ["Frame"]
