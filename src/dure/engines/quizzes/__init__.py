"""Questions in an order that a seed decides, and their grading. Pure: the same seed gives the same order everywhere.

arranged(["a", "b", "c"], seed="0192…", salt="course")
graded("several", right={"a", "c"}, given=["c", "a"])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Literal

Kind = Literal["one", "several", "order"]
KINDS: tuple[Kind, ...] = ("one", "several", "order")


def arranged(keys: Iterable[str], *, seed: str, salt: str = "") -> list[str]:
    """The keys in the order of their keyed hash: evenly shuffled, and independent of the order they came in."""
    key = seed.encode()[:64]
    return sorted(keys, key=lambda one: (blake2b(f"{salt}\x00{one}".encode(), key=key).digest(), one))


def graded(kind: Kind, *, right: Sequence[str], given: Sequence[str]) -> bool:
    """Whether what was given is right: the one, all and only the several, or the whole order."""
    if kind == "order":
        return list(given) == list(right)
    return len(given) == len(set(given)) and set(given) == set(right) and bool(given)


def percent(right: int, of: int) -> int:
    """Whole per cent, rounded down, so that nobody passes by rounding; 0 of 0 is 0."""
    return 100 * right // of if of else 0


def passed(right: int, of: int, mark: int) -> bool:
    """Whether `right` of `of` reaches the pass mark in per cent, exactly."""
    return of > 0 and 100 * right >= mark * of
