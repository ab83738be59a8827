"""The short code of a status link, for messages: `/s/<code>/` leads to `/r/<token>/`.

Why it may be short. Twelve signs of Crockford's alphabet (no I, L, O, U; 0/O and 1/I/L are read alike) hold 60 bits.
The token behind it has 256 and cannot be guessed; the code can only be guessed by asking the site, and each client may
miss 20 times in ten minutes, after which also right codes are not answered. With 600,000 links a year alive at once,
one guess hits with probability 600,000 / 2^60 = 5 in 10^13: ten thousand clients that use up their misses all year
(10^10 guesses) find one with a chance of about 1 in 200. Ten signs (50 bits) would let them find five. There is no
limit for the house as a whole: it would let one guesser lock all reporters out.

In the database stands the code's HMAC under the installation's secret, not a plain hash, which 60 bits would not
protect from somebody who has the table. The code itself is derived from the report, so that each later message can
carry the same one. It ends with the report's closing and a month.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.crypto import salted_hmac

from dure.core import privacy

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIGNS = 12
MOST_TURNS = 50
_READ = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, ".": None})


def code_of(report: UUID, turn: int = 0) -> str:
    """The code of a report; another for each `turn`, for the rare case that one is taken or looks like a number that
    belongs to somebody."""
    digest = salted_hmac("dure.status.code", f"{report}:{turn}", algorithm="sha256").digest()
    bits = int.from_bytes(digest[:8], "big") >> 4
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(SIGNS)))


def usable(code: str) -> bool:
    """Not a code that reads like a telephone or resident number: messages may not carry it."""
    return not code.isdigit() and not privacy.has_personal_data(code)


def normalise(typed: str) -> str:
    """What somebody typed off a message, as a code: capitals, without hyphens and blanks, look-alikes mended; '' where
    it can be none."""
    code = typed.upper().translate(_READ)
    return code if len(code) == SIGNS and set(code) <= set(ALPHABET) else ""


def hash_of(code: str) -> str:
    """What is stored for a code."""
    return salted_hmac("dure.status.code.stored", code, algorithm="sha256").hexdigest()
