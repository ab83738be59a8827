"""The order of candidates: BM25F over title and body, with nearness and title bonuses.

BM25F: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.6. Nearness: a
pair of neighbouring concepts counts the more the closer they stand, as in Rasolofo & Savoy (2003). Average lengths
are constants, so that a score does not move when somebody else writes something. Figures were tuned on one half of
`bench retrieval`'s queries.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dure.engines.retrieval.query import Alternative, Concept


@dataclass(frozen=True, slots=True)
class Weights:
    """The knobs of the ranking. Lengths in words; b in 0..1 (0: length does not matter)."""

    k1: float = 1.2
    title: float = 2.5
    title_b: float = 0.4
    title_length: float = 6.0
    body_b: float = 0.6
    body_length: float = 40.0
    nearness: float = 0.35
    window: int = 6
    title_share: float = 0.6
    coverage: float = 1.0
    local: float = 0.15


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document to be ranked: its words in order, as the analyser gave them, joined by blanks.

    `key` breaks ties, ascending. `layer`: 0 for texts of the nation (or where layers play no part), 1 of a province, 2
    of a municipality.
    """

    row: int
    key: str
    title: str
    body: str
    layer: int = 0


@dataclass(frozen=True, slots=True)
class Why:
    """Which words of the query were found where; each as typed, in the order typed.

    `meant`: (typed, found) where a synonym or a longer noun matched instead of the word itself. `missing`: found
    nowhere.
    """

    title: tuple[str, ...]
    body: tuple[str, ...]
    meant: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    score: float
    why: Why
    forms: frozenset[str]


def rarity(documents: int, found: int) -> float:
    """Inverse document frequency (never negative): ln(1 + (N - n + 0.5) / (n + 0.5))."""
    found = min(found, documents)
    return math.log(1 + (documents - found + 0.5) / (found + 0.5))


class _Field:
    """Where the wanted words stand in one field; everything else in it is only counted."""

    __slots__ = ("length", "places", "text", "words")

    def __init__(self, text: str, wanted: frozenset[str]) -> None:
        self.text = text
        self.words = text.split()
        self.length = len(self.words)
        self.places: dict[str, list[int]] = {}
        for at, word in enumerate(self.words):
            if word in wanted:
                self.places.setdefault(word, []).append(at)

    def find(self, way: Alternative) -> tuple[list[int], list[str]]:
        """Where an alternative stands (the places of its rarest form here) and the forms that matched."""
        if way.how == "part":
            part = way.forms[0]
            if part not in self.text:
                return [], []
            hits = [at for at, word in enumerate(self.words) if part in word and word != part]
            return hits[:1], [self.words[at] for at in hits]
        found = [self.places.get(form) for form in way.forms]
        if any(places is None for places in found):
            return [], []
        return min((places for places in found if places is not None), key=len), list(way.forms)


def score(concepts: Sequence[Concept], rarities: Sequence[float], candidate: Candidate, weights: Weights) -> Ranked:
    """One candidate's score and what matched. `rarities` runs beside `concepts`."""
    wanted = frozenset(form for concept in concepts for way in concept.alternatives for form in way.forms)
    fields = (
        (_Field(candidate.title, wanted), weights.title, weights.title_b, weights.title_length),
        (_Field(candidate.body, wanted), 1.0, weights.body_b, weights.body_length),
    )
    total = 0.0
    possible = 0.0
    reached = 0.0
    in_title: list[str] = []
    in_body: list[str] = []
    meant: list[tuple[str, str]] = []
    missing: list[str] = []
    forms: set[str] = set()
    title_words: set[str] = set()
    places: list[tuple[list[int], list[int]]] = []
    for concept, rare in zip(concepts, rarities, strict=True):
        frequency = 0.0
        best: Alternative | None = None
        best_found: list[str] = []
        spots: tuple[list[int], list[int]] = ([], [])
        for way in concept.alternatives:
            if way.how == "part" and best is not None and best.how == "word":
                continue
            here = 0.0
            matched: list[str] = []
            for number, (field, boost, b, usual) in enumerate(fields):
                at, found = field.find(way)
                if at:
                    here += boost * len(at) / (1 - b + b * field.length / usual)
                    matched += found
                    forms.update(found)
                    spots[number].extend(at)
                    if number == 0:
                        title_words.update(found)
            if here:
                frequency += way.weight * here
                if best is None or way.weight > best.weight:
                    best, best_found = way, matched
        places.append(spots)
        value = concept.weight * rare
        if concept.needed:
            possible += value
        if best is None:
            if concept.needed:
                missing.append(concept.typed)
            continue
        total += value * frequency * (weights.k1 + 1) / (weights.k1 + frequency)
        if concept.needed:
            reached += value * min(1.0, best.weight + 0.3)
        if not concept.needed and concept.weight < 1.0:
            continue
        (in_title if spots[0] else in_body).append(concept.typed)
        if best.how not in {"word", "joined"}:
            meant.append((concept.typed, " ".join(dict.fromkeys(best_found))))
    total += weights.nearness * sum(
        _near(places[at][number], places[at + 1][number], weights.window) * min(rarities[at], rarities[at + 1])
        for at in range(len(places) - 1)
        for number in (0, 1)
    )
    if candidate.title:
        title = set(candidate.title.split())
        total *= 1 + weights.title_share * len(title_words & title) / len(title)
    total *= 1 + weights.local * candidate.layer
    if possible:
        total *= (reached / possible) ** weights.coverage
    why = Why(tuple(dict.fromkeys(in_title)), tuple(dict.fromkeys(in_body)), tuple(meant), tuple(missing))
    return Ranked(candidate, round(total, 6), why, frozenset(forms))


def _near(first: list[int], second: list[int], window: int) -> float:
    """1 for neighbours in any order, less with distance, 0 beyond the window."""
    best = window + 1
    for one in first[:8]:
        for other in second[:8]:
            if one != other:
                best = min(best, abs(one - other))
    return 1 / best if best <= window else 0.0
