"""Seed, shuffle and lot, from SHA-256 alone, so that any language can do the same.

Why no party can steer the seed. It is the hash of four things: the beacon (hash of the referral's event: fixed before
anybody could answer), the numbers of the statements' last events (given by the server as they come in), a word of each
party's choice, and a secret of the server. The server publishes the hash of its secret (`seal`) when the round begins,
before there is a word; each word is kept closed under a seal of its own until the draw opens all at once. A party that
wanted to choose the seed would have to know the secret and the other parties' words; the server could not change its
secret any more. So one who keeps to itself what is its own is enough, and a word left empty harms nobody.

What this does not keep out: an operator who reads the database and tells one party everything before the deadline. Such
a party could try words. The roster it could not change: only who had accepted before the round began is drawn from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

VERSION = "dure-draw-1"


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8")).digest()


def seal(secret: str, *parts: str) -> str:
    """The published hash (64 hex digits) of what is opened later: SHA-256 of secret and parts, joined by colons."""
    return _hash(":".join([secret, *parts])).hex()


def seed_of(
    *, dispute: str, round: int, beacon: str, secret: str, statements: Iterable[int], words: Mapping[str, str]
) -> str:
    """The seed (64 hex digits): SHA-256 of these lines, joined by line feeds.

    VERSION; dispute; round; beacon; secret; one line `statement N` for each number in ascending order; one line
    `word BODY HASH` for each word in the order of the bodies' ids, HASH being SHA-256 of the word in hex.
    """
    lines = [VERSION, dispute, str(round), beacon, secret]
    lines += [f"statement {number}" for number in sorted(statements)]
    lines += [f"word {body} {_hash(word).hex()}" for body, word in sorted(words.items())]
    return _hash("\n".join(lines)).hex()


def numbers(seed: str, label: str) -> Iterator[int]:
    """Endless 64-bit numbers: the first eight bytes (big-endian) of SHA-256 of `seed:label:0`, `seed:label:1`, …"""
    counter = 0
    while True:
        yield int.from_bytes(_hash(f"{seed}:{label}:{counter}")[:8], "big")
        counter += 1


def below(stream: Iterator[int], limit: int) -> int:
    """A number from 0 to `limit` - 1, each equally likely: numbers in the last, incomplete stretch are thrown away."""
    if limit < 1:
        raise ValueError("limit must be at least 1")
    edge = (1 << 64) - (1 << 64) % limit
    return next(number for number in stream if number < edge) % limit


def shuffled(items: Sequence[str], seed: str, label: str = "order") -> list[str]:
    """Fisher-Yates from the last place to the second: swap place i with a place from 0 to i."""
    stream, found = numbers(seed, label), list(items)
    for place in range(len(found) - 1, 0, -1):
        other = below(stream, place + 1)
        found[place], found[other] = found[other], found[place]
    return found


def order_of(ids: Iterable[str], seed: str) -> list[str]:
    """The drawn order of these ids; in whatever order they come in. ValueError where one stands twice."""
    known = sorted(ids)
    if len(set(known)) != len(known):
        raise ValueError("an id stands twice")
    return shuffled(known, seed)


def lot(ids: Iterable[str], seed: str, label: str) -> str:
    """One of these ids, decided by the seed. ValueError where there is none."""
    known = sorted(set(ids))
    if not known:
        raise ValueError("nobody to draw from")
    return known[below(numbers(seed, label), len(known))]
