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
        present = wanted.intersection(self.words)
        if present:
            for at, word in enumerate(self.words):
                if word in present:
                    self.places.setdefault(word, []).append(at)

    def find(self, way: Alternative) -> tuple[list[int], Sequence[str]]:
        """Where an alternative stands (the places of its rarest form here) and the forms that matched."""
        if way.how == "part":
            part = way.forms[0]
            if part not in self.text:
                return [], ()
            hits = [at for at, word in enumerate(self.words) if part in word and word != part]
            return hits[:1], [self.words[at] for at in hits]
        rarest: list[int] = []
        for form in way.forms:
            places = self.places.get(form)
            if places is None:
                return [], ()
            if not rarest or len(places) < len(rarest):
                rarest = places
        return rarest, way.forms


@dataclass(slots=True)
class _Match:
    """How one concept was met in one document: by its best way, where in title and body."""

    frequency: float = 0.0
    best: Alternative | None = None
    found: tuple[str, ...] = ()
    title: Sequence[int] = ()
    body: Sequence[int] = ()


class Ranker:
    """Scores documents for one query. `rarities` runs beside `concepts`."""

    def __init__(self, concepts: Sequence[Concept], rarities: Sequence[float], weights: Weights) -> None:
        self._concepts = concepts
        self._rarities = rarities
        self._weights = weights
        self._wanted = frozenset(form for c in concepts for way in c.alternatives for form in way.forms)
        self._possible = sum(c.weight * rare for c, rare in zip(concepts, rarities, strict=True) if c.needed)

    def score(self, candidate: Candidate) -> Ranked:
        weights = self._weights
        title, body = _Field(candidate.title, self._wanted), _Field(candidate.body, self._wanted)
        title_norm = weights.title / (1 - weights.title_b + weights.title_b * title.length / weights.title_length)
        body_norm = 1 / (1 - weights.body_b + weights.body_b * body.length / weights.body_length)
        total = reached = 0.0
        forms: set[str] = set()
        matches = []
        for concept, rare in zip(self._concepts, self._rarities, strict=True):
            match = _match(concept, title, body, title_norm, body_norm, forms)
            matches.append(match)
            if match.best is not None:
                value = concept.weight * rare
                total += value * match.frequency * (weights.k1 + 1) / (weights.k1 + match.frequency)
                if concept.needed:
                    reached += value * min(1.0, match.best.weight + 0.3)
        for one, two, first, second in zip(matches, matches[1:], self._rarities, self._rarities[1:], strict=False):
            near = _near(one.title, two.title, weights.window) + _near(one.body, two.body, weights.window)
            total += weights.nearness * near * min(first, second)
        if title.length:
            words = set(title.words)
            total *= 1 + weights.title_share * len(forms & words) / len(words)
        total *= 1 + weights.local * candidate.layer
        if self._possible:
            total *= (reached / self._possible) ** weights.coverage
        return Ranked(candidate, round(total, 6), self._why(matches), frozenset(forms))

    def _why(self, matches: Sequence[_Match]) -> Why:
        in_title: list[str] = []
        in_body: list[str] = []
        meant: list[tuple[str, str]] = []
        missing: list[str] = []
        for concept, match in zip(self._concepts, matches, strict=True):
            if match.best is None:
                if concept.needed:
                    missing.append(concept.typed)
            elif concept.needed or concept.weight == 1.0:
                (in_title if match.title else in_body).append(concept.typed)
                if match.best.how not in {"word", "joined"}:
                    meant.append((concept.typed, " ".join(dict.fromkeys(match.found))))
        return Why(tuple(dict.fromkeys(in_title)), tuple(dict.fromkeys(in_body)), tuple(meant), tuple(missing))


def _match(
    concept: Concept, title: _Field, body: _Field, title_norm: float, body_norm: float, forms: set[str]
) -> _Match:
    match = _Match()
    for way in concept.alternatives:
        if way.how == "part" and match.best is not None and match.best.how == "word":
            continue
        title_at, title_found = title.find(way)
        body_at, body_found = body.find(way)
        if not title_at and not body_at:
            continue
        match.frequency += way.weight * (len(title_at) * title_norm + len(body_at) * body_norm)
        match.title, match.body = [*match.title, *title_at], [*match.body, *body_at]
        forms.update(title_found, body_found)
        if match.best is None or way.weight > match.best.weight:
            match.best, match.found = way, (*title_found, *body_found)
    return match


def _near(first: Sequence[int], second: Sequence[int], window: int) -> float:
    """1 for neighbours in any order, less with distance, 0 beyond the window."""
    if not first or not second:
        return 0.0
    best = window + 1
    for one in first[:8]:
        for other in second[:8]:
            if one != other:
                best = min(best, abs(one - other))
    return 1 / best if best <= window else 0.0
