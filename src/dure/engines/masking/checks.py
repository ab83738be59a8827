"""Check digits and ranges of numbers."""

from __future__ import annotations

import re
from datetime import date

# Issuer ranges by length: UnionPay up to 19, American Express 15, Diners 14, the rest (domestic cards begin with 9) 16.
CARD_RANGE = re.compile(
    r"62[0-9]{14,17}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}"
    r"|(?:4[0-9]|5[0-9]|35|6[0-9]|9[0-9]|2[3-6]|22|27)[0-9]{14}"
)
_CENTURY = {"1": 1900, "2": 1900, "5": 1900, "6": 1900, "3": 2000, "4": 2000, "7": 2000, "8": 2000}


def digits_of(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def luhn(digits: str) -> bool:
    """Whether the digits end in the right check digit (ISO/IEC 7812-1, Luhn)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def card(digits: str) -> bool:
    """Whether a card could have this number: issuer range with its length, check digit, not one digit over and over."""
    return CARD_RANGE.fullmatch(digits) is not None and luhn(digits) and len(set(digits)) > 1


def resident_check(digits: str) -> bool:
    """Whether 13 digits end in the check digit of a resident number or, from 5 to 8 in the seventh place, a
    foreigner's."""
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    remainder = sum(int(d) * weight for d, weight in zip(digits[:12], weights, strict=True)) % 11
    base = 13 if digits[6] in "5678" else 11
    return (base - remainder) % 10 == int(digits[12])


def born(digits: str) -> date | None:
    """The birthday that the first seven digits of a resident number tell; None when there is no such day."""
    century = _CENTURY.get(digits[6])
    if century is None:
        return None
    try:
        return date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


def business_check(digits: str) -> bool:
    """Whether ten digits are a business registration number (사업자등록번호; weights as the tax office gives them)."""
    weights = (1, 3, 7, 1, 3, 7, 1, 3, 5)
    total = sum(int(d) * weight for d, weight in zip(digits[:9], weights, strict=True)) + int(digits[8]) * 5 // 10
    return (10 - total % 10) % 10 == int(digits[9])
