"""What would go elsewhere: the same questions asked of two sets of rules."""

from __future__ import annotations

from collections.abc import Iterable

from dure.engines.routing.router import Router
from dure.engines.routing.said import Ask, Route


def compare(a: Router, b: Router, asks: Iterable[Ask]) -> list[tuple[Ask, Route, Route]]:
    """(question, answer of a, answer of b) for those whose body or unit would change, in the order they came.

    `b` is usually `a.with_rules(others)`; areas, roads or bodies of two days can stand against each other as well.
    """
    found = []
    for ask in asks:
        one, other = a.route(ask), b.route(ask)
        if (one.body, one.unit) != (other.body, other.unit):
            found.append((ask, one, other))
    return found
