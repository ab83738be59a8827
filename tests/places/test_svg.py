"""Classes of values on a map."""

from __future__ import annotations

import pytest

from dure.places import svg


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        ([], []),
        ([5.0], [(5.0, 5.0)]),
        ([1.0, 1.0, 2.0], [(1.0, 1.0), (2.0, 2.0)]),
        ([float(n) for n in range(1, 11)], [(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)]),
        ([0.0] * 90 + [1, 2, 3, 4, 5, 6], [(0, 0), (1, 6)]),
    ],
)
def test_quantiles(values: list[float], bounds: list[tuple[float, float]]) -> None:
    assert svg.quantiles(values) == bounds


def test_every_value_is_in_one_class() -> None:
    values = {str(n): float(v) for n, v in enumerate([1, 1, 1, 1, 2, 3, 3, 9, 9, 9, 9, 9, 12, 40, 41, 42])}
    steps = svg.classes(values)
    for value in values.values():
        assert sum(s.low <= value <= s.high for s in steps) == 1
    assert sum(s.count for s in steps) == len(values)
