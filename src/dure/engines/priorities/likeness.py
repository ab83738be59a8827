"""Which texts say much the same: pairs by the words they share, the rarer the word the more it counts.

Words are content words as `engines.retrieval` makes them. The likeness is the cosine of the two sets of words, each
weighted by 1 + ln(texts ÷ texts with the word) (inverse document frequency, K. Spärck Jones 1972).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
LEAST, FEWEST, MOST = 0.2, 2, 50
"""Likeness and shared words that make a suggestion, and how many are made at most."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two texts, how alike they are (0 to 1), and the words they share, the most telling first."""

    one: Hashable
    other: Hashable
    likeness: float
    words: tuple[str, ...]


def alike(
    texts: Mapping[Key, Iterable[str]], *, least: float = LEAST, fewest: int = FEWEST, most: int = MOST
) -> list[Alike]:
    """Pairs that share at least `fewest` words and are at least `least` alike, the most alike first, at most `most`.

    Two texts of one word each that are the same count too. Equal pairs stand in the order in which they were given.
    """
    sets = {key: frozenset(words) for key, words in texts.items()}
    found_in = Counter(word for words in sets.values() for word in words)
    weight = {word: 1 + math.log(len(sets) / count) for word, count in found_in.items()}
    length = {key: math.sqrt(math.fsum(weight[word] ** 2 for word in words)) for key, words in sets.items()}
    holders: dict[str, list[Key]] = {}
    order = {key: number for number, key in enumerate(sets)}
    for key, words in sets.items():
        for word in words:
            holders.setdefault(word, []).append(key)
    pairs = {(one, other) for keys in holders.values() for place, one in enumerate(keys) for other in keys[place + 1 :]}
    found = []
    for one, other in sorted(pairs, key=lambda pair: (order[pair[0]], order[pair[1]])):
        shared = sets[one] & sets[other]
        if len(shared) < fewest and sets[one] != sets[other]:
            continue
        product = math.fsum(weight[word] ** 2 for word in shared)
        likeness = min(product / (length[one] * length[other]), 1.0)
        if likeness >= least:
            words_ = tuple(sorted(shared, key=lambda word: (-weight[word], word)))
            found.append(Alike(one, other, round(likeness, 4), words_))
    found.sort(key=lambda pair: -pair.likeness)
    return found[:most]
