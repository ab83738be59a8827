"""What would go elsewhere: the same questions asked of two sets of rules."""

from __future__ import annotations

from collections.abc import Iterable

from dure.engines.routing.router import Router
from dure.engines.routing.said import Ask, Route


def compare(rules_a: Router, rules_b: Router, asks: Iterable[Ask]) -> list[tuple[Ask, Route, Route]]:
    """(question, answer of a, answer of b) for those whose body or unit would change; in the order they came.

    Each side is a Router, so that not only rules but also areas, roads and bodies of two days can stand against each
    other; `Router.with_rules` makes the second one.
    """
    found = []
    for ask in asks:
        a, b = rules_a.route(ask), rules_b.route(ask)
        if (a.body, a.unit) != (b.body, b.unit):
            found.append((ask, a, b))
    return found
