"""What is reckoned when a collaboration is looked back on: exact numbers, how much was reached, whether it will last.

No Django, clock or database. Numbers are `Decimal` or `Fraction`, never floats.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

DIGITS, PLACES = 15, 6
"""At most so many digits before and after the point"""
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
PILLARS = ("ordinance", "unit", "standing")
ALL = (*PILLARS, "funding", "care")


def exact(text: str) -> Decimal:
    """The number people wrote: digits with or without commas every three, one point, a sign. ValueError for others.

    Full-width digits and the minus sign U+2212 count as their plain forms. No exponents, no infinities.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    if not (plain.isascii() and _NUMBER.fullmatch(plain)):
        raise ValueError("not a number")
    whole, _, rest = plain.replace(",", "").lstrip("+-").partition(".")
    if len(whole.lstrip("0")) > DIGITS or len(rest.rstrip("0")) > PLACES:
        raise ValueError("too many digits")
    return Decimal(plain.replace(",", ""))


def plain(number: Decimal) -> str:
    """The one way a number is stored: no exponent, no zeros at the end, no minus before zero."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def shown(text: str) -> str:
    """A stored number with commas every three digits, as people read it; '' stays ''."""
    if not text:
        return ""
    sign, rest = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, places = rest.partition(".")
    return f"{sign}{int(whole):,}{point}{places}"


def fits(direction: str, baseline: Decimal | None, target: Decimal) -> bool:
    """The target lies where the direction leads. `more` and `less` need a way to go: a target equal to the baseline is
    none. `keep` takes any, and an unknown baseline contradicts nothing but `keep`, which has then nothing to keep."""
    if direction == "keep":
        return baseline is not None
    if baseline is None:
        return True
    return target > baseline if direction == "more" else target < baseline


def achieved(direction: str, baseline: Decimal | None, target: Decimal, value: Decimal | None) -> Fraction | None:
    """How much of the way to the target was gone: 1 is all of it, above 1 more, below 0 away from it.

    None where it is not known: nothing measured, or no baseline and the target not reached. `keep`: 1 while the value
    is no further from the baseline than the target is; beyond, what was allowed as a part of how far it went.
    """
    if value is None:
        return None
    if direction == "keep":
        if baseline is None:
            return None
        allowed, gone = abs(target - baseline), abs(value - baseline)
        return Fraction(1) if gone <= allowed else Fraction(allowed) / Fraction(gone)
    if baseline is None:
        reached = value >= target if direction == "more" else value <= target
        return Fraction(1) if reached else None
    if target == baseline:
        raise ValueError("a target equal to the baseline leaves no way to go")
    return Fraction(value - baseline) / Fraction(target - baseline)


def per_cent(share: Fraction | None) -> int | None:
    """Whole per cent, rounded half up; never 100 before all of it is reached, None where it is not known."""
    if share is None:
        return None
    exactly = Decimal(share.numerator * 100) / Decimal(share.denominator)
    rounded = int(exactly.quantize(Decimal(1), ROUND_HALF_UP))
    return 99 if share < 1 and rounded >= 100 else rounded


def average(scores: Iterable[int]) -> Decimal | None:
    """The mean to one place, rounded half up; None of none."""
    found = list(scores)
    if not found:
        return None
    return (Decimal(sum(found)) / Decimal(len(found))).quantize(Decimal("0.1"), ROUND_HALF_UP)


def overall(marks: Mapping[str, str]) -> str:
    """The mark of the whole checklist from those of its items ({key: yes, partial or no}); '' while one is not known.

    The study judged by three pillars: rules, a unit with staff, a standing body (표 2-4). So:
    `no` where no pillar is yes or partial, or where neither money nor after-care is;
    `yes` where at least two pillars are yes, and money and after-care are both not no;
    `partial` in between.
    """
    if any(not marks.get(key) for key in ALL):
        return ""
    pillars = [marks[key] for key in PILLARS]
    rest = [marks["funding"], marks["care"]]
    if all(mark == "no" for mark in pillars) or all(mark == "no" for mark in rest):
        return "no"
    if pillars.count("yes") >= 2 and "no" not in rest:
        return "yes"
    return "partial"
