"""Identifiers: time-ordered ids for rows, and receipt numbers for people."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import count
from uuid import UUID

from dure.core import clock

# Crockford's base 32: no I, L, O, U, so that a number read over the telephone is heard right.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 7
# ISO/IEC 7064: the values 0 to 36 of a check sign.
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LETTERS = frozenset(ALPHABET[10:])


def uuid7(at: datetime | None = None) -> UUID:
    """A version 7 UUID (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits.

    `at` is an aware datetime; now when left out.
    """
    # In whole numbers: a float would now and then be a millisecond short, and a later id the smaller one.
    milliseconds = ((at or clock.now()) - _EPOCH) // timedelta(milliseconds=1)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def receipt_number(prefix: str, row: UUID, at: datetime) -> str:
    """A number a person can read out, such as `C-2611-7KQ4RMP-X`: prefix, year and month, 7 signs, check sign.

    The signs come from the row's id and not from a counter: a missing number means nothing, so nobody has to ask
    where a matter went. About 35 bits: the column is unique, and a clash (one in 30 thousand million) is refused there.
    `prefix` is one or more letters without I, L, O and U, which are read as digits further on (ValueError).
    """
    if not prefix or not set(prefix) <= _LETTERS:
        raise ValueError(f"{prefix!r} is no prefix of a receipt number")
    month = clock.local(at).strftime("%y%m")
    for turn in count():
        number = int.from_bytes(blake2b(row.bytes + bytes([turn]), digest_size=8).digest(), "big")
        signs = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(LENGTH))
        # Of the 37 check signs 5 are no good to read out (I, L, O, U and the standard's *): then the next signs.
        if (check := check_sign(prefix + month + signs)) in ALPHABET:
            return f"{prefix}-{month}-{signs}-{check}"
    raise AssertionError("unreachable")


def check_sign(text: str) -> str:
    """The check sign of ISO/IEC 7064, MOD 37-2: wrong after any one misread sign and any swap of neighbours.

    37 is prime and the weights are powers of 2, so a difference of one sign, or of two neighbours, never adds up to a
    multiple of 37. `text` holds digits and capital letters only (ValueError).
    """
    total = 0
    for sign in text:
        total = (total + _SIGNS.index(sign)) * 2 % 37
    return _SIGNS[(1 - total) % 37]


def receipt_number_is_valid(text: str) -> bool:
    parts = normalise_receipt(text).split("-")
    if len(parts) != 4 or not parts[0] or len(parts[1]) != 4 or len(parts[2]) != LENGTH:
        return False
    if not (set(parts[0]) <= _LETTERS and set(parts[1]) <= set(_SIGNS[:10]) and set(parts[2]) <= set(ALPHABET)):
        return False
    return check_sign("".join(parts[:3])) == parts[3]


def normalise_receipt(text: str) -> str:
    """What a person typed, as it is stored: capitals, no spaces, O read as 0, I and L as 1 after the prefix."""
    parts = text.strip().upper().replace(" ", "").split("-")
    return "-".join([parts[0], *(part.translate(str.maketrans("OIL", "011")) for part in parts[1:])])
