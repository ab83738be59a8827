"""The search itself, over any store that can count, find and load by boolean expressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from dure.engines.retrieval.query import AllOf, AnyOf, Concept, Expression, Plan, stages
from dure.engines.retrieval.ranking import Candidate, Ranked, Ranker, Weights, rarity

COUNT_CAP = 3_000
CANDIDATES = 200
ENOUGH = 40


class Store(Protocol):
    """What a database must be able to do. All three must be bounded by their arguments, and the same on every
    backend.
    """

    def size(self) -> int:
        """About how many documents there are (only its logarithm matters)."""
        ...

    def counts(self, expressions: Sequence[Expression], cap: int) -> list[int]:
        """How many documents match each expression, counting no further than `cap`."""
        ...

    def find(self, expression: Expression, limit: int) -> list[int]:
        """The rows that match, newest (highest row) first, no more than `limit`."""
        ...

    def load(self, rows: Sequence[int]) -> list[Candidate]:
        """The words of these rows, in any order."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """Ranked hits, best first, and what a page should say about the search.

    `unknown`: words of the query that occur in no document. `bounded`: more documents matched than were ranked, so
    hits far down the list may lack some; the best are there because titles and rare words come in first.
    """

    hits: tuple[Ranked, ...]
    unknown: tuple[str, ...] = ()
    bounded: bool = False
    clipped: bool = False
    stages: tuple[str, ...] = field(default=())


def search(plan: Plan, store: Store, *, weights: Weights | None = None, candidates: int = CANDIDATES) -> Found:
    """Finds and ranks at most `candidates` documents: all concepts first, then fewer, until about forty are at hand.

    Cost is bounded: at most four stages of two lookups with `candidates` rows each, and that many documents to rank.
    Equal scores are ordered by the candidate's key.
    """
    if plan.empty:
        return Found((), clipped=plan.clipped)
    size = max(store.size(), 1)
    counts = store.counts([concept.in_words() for concept in plan.concepts], COUNT_CAP)
    unseen = [at for at, count in enumerate(counts) if not count]
    inside = store.counts([plan.concepts[at].expression() for at in unseen], COUNT_CAP) if unseen else []
    for at, count in zip(unseen, inside, strict=True):
        counts[at] = count
    known = [
        (count, at, concept) for at, (concept, count) in enumerate(zip(plan.concepts, counts, strict=True)) if count
    ]
    unknown = tuple(c.typed for c, count in zip(plan.concepts, counts, strict=True) if not count and c.needed)
    needed = [concept for _, _, concept in sorted(known, key=lambda item: item[:2]) if concept.needed]
    if not needed:
        needed = [concept for _, _, concept in sorted(known, key=lambda item: item[:2])]
    rows: dict[int, None] = {}
    bounded = False
    for stage in stages(needed):
        room = candidates - len(rows)
        if room <= 0:
            break
        found = store.find(stage, candidates + 1)
        if len(found) > candidates:
            bounded = True
            for row in store.find(AllOf((stage, _title(needed))), room):
                rows.setdefault(row)
        for row in found:
            if len(rows) >= candidates:
                bounded = bounded or row not in rows
                break
            rows.setdefault(row)
        if len(rows) >= ENOUGH:
            break
    others = [concept.expression() for _, _, concept in sorted(known, key=lambda item: item[:2]) if not concept.needed]
    if others and len(rows) < ENOUGH:
        for row in store.find(AnyOf(tuple(others[:3])), candidates - len(rows)):
            rows.setdefault(row)
    rarities = [rarity(size, count) if count else rarity(size, 0) for count in counts]
    ranker = Ranker(plan.concepts, rarities, weights or Weights())
    ranked = [hit for hit in map(ranker.score, store.load(list(rows))) if hit.score > 0]
    ranked.sort(key=lambda hit: (-hit.score, hit.candidate.key))
    return Found(tuple(ranked), unknown, bounded, plan.clipped)


def _title(concepts: Sequence[Concept]) -> Expression:
    """A title that speaks of any of the rarest three."""
    items = tuple(dict.fromkeys(concept.in_title() for concept in concepts[:3]))
    return items[0] if len(items) == 1 else AnyOf(items)
