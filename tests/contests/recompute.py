"""An independent reckoning of a published result from its file alone: decimals and statistics, nothing of the engine.

Run by hand: `python recompute.py dure-recompute-G-….json` prints every final mark.
"""

from __future__ import annotations

import json
import statistics
import sys
from decimal import ROUND_HALF_EVEN, Decimal, getcontext
from typing import Any

getcontext().prec = 80
TEN = Decimal("0.0000000001")


def round_ten(value: Decimal) -> Decimal:
    return value.quantize(TEN, rounding=ROUND_HALF_EVEN)


def raw_of(sheet: dict[str, Any], weights: dict[str, int]) -> Decimal:
    total = sum(sheet["points"][key] * weight for key, weight in weights.items())
    return Decimal(total) / 100


def scale(method: str, marks: dict[str, Decimal]) -> dict[str, Decimal]:
    """One judge's raw marks by entry on the common scale."""
    values = list(marks.values())
    if method == "zscore":
        mean = sum(values) / len(values)
        spread = statistics.pstdev(values)
        if len(set(values)) == 1:
            return dict.fromkeys(marks, Decimal(50))
        return {entry: round_ten(50 + 10 * (value - mean) / spread) for entry, value in marks.items()}
    if method == "rank":
        if len(values) == 1:
            return dict.fromkeys(marks, Decimal(50))
        found = {}
        for entry, value in marks.items():
            below = len([other for other in values if other < value])
            level = values.count(value) - 1
            found[entry] = round_ten(100 * (below + Decimal(level) / 2) / (len(values) - 1))
        return found
    return {entry: round_ten(value) for entry, value in marks.items()}


def finals(file: dict[str, Any]) -> dict[str, Decimal]:
    """{code: final mark} of every entry that was judged."""
    weights = {one["key"]: one["weight"] for one in file["criteria"]}
    assert sum(weights.values()) == 1000
    judges: dict[str, dict[str, Decimal]] = {}
    for sheet in file["sheets"]:
        judges.setdefault(sheet["judge"], {})[sheet["entry"]] = raw_of(sheet, weights)
    scaled = {judge: scale(file["method"], marks) for judge, marks in judges.items()}
    found = {}
    for entry in file["entries"]:
        values = sorted(marks[entry["code"]] for marks in scaled.values() if entry["code"] in marks)
        if file["trimmed"] and len(values) >= 4:
            values = values[1:-1]
        if values:
            found[entry["code"]] = round_ten(statistics.mean(values))
    return found


def check(file: dict[str, Any]) -> None:
    """Every final mark of the file is what it should be, to the last decimal."""
    reckoned = finals(file)
    for entry in file["entries"]:
        if entry["final"] is None:
            assert entry["code"] not in reckoned
        else:
            assert entry["final"] == f"{reckoned[entry['code']]:f}", entry


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as lines:
        content = json.load(lines)
    check(content)
    for code, mark in finals(content).items():
        print(code, mark)
