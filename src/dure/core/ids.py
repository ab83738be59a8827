"""Identifiers: time-ordered ids for rows, and receipt numbers for people."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from dure.core import clock

# Crockford's base 32: no I, L, O, U, so that a number read over the telephone is heard right.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 7


def uuid7(at: datetime | None = None) -> UUID:
    """A version 7 UUID (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits.

    `at` is an aware datetime; now when left out.
    """
    milliseconds = int((at or clock.now()).timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def receipt_number(prefix: str, row: UUID, at: datetime) -> str:
    """A number a person can read out, such as `C-2611-7KQ4RMP-X`: prefix, year and month, 7 signs, check sign.

    The signs come from the row's id and not from a counter: a missing number means nothing, so nobody has to ask
    where a matter went. 35 bits: the column is unique, and a clash (one in 34 thousand million) is refused there.
    """
    number = int.from_bytes(blake2b(row.bytes, digest_size=8).digest(), "big")
    signs = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(LENGTH))
    month = clock.local(at).strftime("%y%m")
    return f"{prefix}-{month}-{signs}-{check_sign(prefix + month + signs)}"


def check_sign(text: str) -> str:
    """One sign that is wrong after any single misread sign or swap of neighbours (ISO 7064 style, modulus 31)."""
    total = 0
    for place, sign in enumerate(text, start=1):
        total += place * (ALPHABET.find(sign) + 1)
    return ALPHABET[total % 31]


def receipt_number_is_valid(text: str) -> bool:
    parts = normalise_receipt(text).split("-")
    return len(parts) == 4 and len(parts[2]) == LENGTH and check_sign("".join(parts[:3])) == parts[3]


def normalise_receipt(text: str) -> str:
    """What a person typed, as it is stored: capitals, no spaces, O read as 0, I and L as 1 after the prefix."""
    parts = text.strip().upper().replace(" ", "").split("-")
    return "-".join([parts[0], *(part.translate(str.maketrans("OIL", "011")) for part in parts[1:])])
