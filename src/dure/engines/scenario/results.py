"""Several seeds as one result; its hash; the curve of one figure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any

from .grouping import Part
from .plan import Plan
from .tally import run

VERSION = 1
"""Of the form of results, and of how they are worked out: rises when either changes."""


def result(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """`runs` in their order with `shown`, the place of the run in the middle by change of cost (the lower of two). The
    tables show this run, so that their sums are those of one population. ValueError without runs."""
    if not runs:
        raise ValueError("no runs")
    order = sorted(range(len(runs)), key=lambda at: (net(runs[at]["total"]), at))
    return {"version": VERSION, "runs": list(runs), "shown": order[(len(order) - 1) // 2]}


def net(figures: dict[str, Any]) -> int:
    """Won a year more than today."""
    return int(figures["cost_after"]) - int(figures["cost_before"])


def ranges(values: Iterable[int]) -> tuple[int, int, int]:
    """Smallest, middle (the lower of two) and largest."""
    stood = sorted(values)
    return stood[0], stood[(len(stood) - 1) // 2], stood[-1]


def canonical(value: Any) -> bytes:
    """JSON with keys in order, without blanks, in UTF-8. TypeError for a float: they are not the same everywhere."""
    _whole(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _whole(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("no floats in a result")
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _whole(one)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON."""
    return sha256(canonical(value)).hexdigest()


def curve(points: Iterable[tuple[str, Plan]], parts: Callable[[], Iterable[Part]]) -> list[dict[str, Any]]:
    """Cost, recipients, winners and losers for each value of a figure (as text), on one population."""
    found = []
    for value, plan in points:
        total = run(plan, parts())["total"]
        sums = [one["after"] for one in total["benefits"].values()]
        found.append(
            {
                "value": value,
                "cost": total["cost_after"],
                "recipients": sum(one["recipients"] for one in sums),
                "unknown": sum(one["unknown"] for one in sums),
                "winners": total["winners"],
                "losers": total["losers"],
            }
        )
    return found
