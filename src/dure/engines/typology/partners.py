"""First suggestions of partners: what a request lacks against what bodies offer and did, how near they are, their kind.

Every suggestion carries one sentence saying why and the ids of what it rests on. A body for which nothing speaks is not
suggested; a part that cannot be judged (no place known, nothing said to be lacking) is None and adds nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dure.engines.typology.frame import Attributes
from dure.engines.typology.said import Said, and_en
from dure.engines.typology.similar import Index, Tokenise

DID, OFFERS, NEAR, KIND = "did", "offers", "near", "kind"
WEIGHTS: Mapping[str, float] = {DID: 0.5, OFFERS: 0.25, NEAR: 0.15, KIND: 0.1}
LASTING: Mapping[str | None, float] = {"yes": 1.0, "partial": 0.95, "no": 0.85, None: 0.85}
ALIKE = 0.15
"""Similarity below this is not worth a mention"""
LOOKED_AT = 20
"""How many of the most similar cases say which kinds of body take part in such work"""
KIND_NAMES: Mapping[str, Said] = {
    "local": Said("지방자치단체가", "a local government"),
    "central": Said("중앙행정기관이", "a central body"),
    "private": Said("민간이", "a private partner"),
    "other": Said("공공기관이나 단체가", "another public or civic body"),
}


@dataclass(frozen=True)
class Need:
    """What a request says. `lacks` is what it has not and looks for; `place` the keys of the places it is about."""

    attributes: Attributes
    lacks: str = ""
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A body that could be asked. `offers` are its resources in words with the id of each."""

    key: str
    name: Said
    kind: str
    """local, central, private or other"""
    places: frozenset[str] = frozenset()
    offers: tuple[tuple[str, str], ...] = ()
    """(id, words)"""


@dataclass(frozen=True)
class Deed:
    """A case and the bodies that took part in it."""

    key: str
    title: str
    attributes: Attributes
    bodies: frozenset[str]
    """Keys of candidates"""
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reason:
    part: str
    score: float | None
    """0 to 1, None where it cannot be judged"""
    evidence: tuple[str, ...]
    said: Said | None


@dataclass(frozen=True)
class Suggestion:
    key: str
    score: float
    """0 to 1"""
    reason: Said
    evidence: tuple[str, ...]
    parts: tuple[Reason, ...]


def suggest(
    need: Need,
    candidates: Iterable[Candidate],
    deeds: Sequence[Deed],
    tokenise: Tokenise,
    *,
    neighbours: Mapping[str, Collection[str]] | None = None,
    leave_out: Collection[str] = (),
    k: int = 8,
    index: Index | None = None,
) -> list[Suggestion]:
    """The `k` best candidates, best first, ties by key.

    `neighbours` maps a place to the places that border it (None: not known). `leave_out`: keys never suggested, such as
    the asking body. `index` must hold exactly the deeds; it is made when not given.
    """
    by_key = {deed.key: deed for deed in deeds}
    index = index or Index(((deed.key, deed.attributes) for deed in deeds), tokenise)
    alike = [s for s in index.near(need.attributes, len(deeds)) if s.key in by_key]
    did: dict[str, list[tuple[Deed, float]]] = {}
    for similar in alike:
        if similar.score >= ALIKE and similar.on_topic:
            deed = by_key[similar.key]
            for body in deed.bodies:
                did.setdefault(body, []).append((deed, similar.score * LASTING[deed.attributes.sustainable]))
    kinds = [by_key[s.key] for s in alike[:LOOKED_AT] if by_key[s.key].kinds]
    usual = _usual(deeds)
    borders = None if neighbours is None else {n for place in need.places for n in neighbours.get(place, ())}
    lacking = frozenset(tokenise(need.lacks))
    found = []
    for candidate in candidates:
        if candidate.key in leave_out:
            continue
        parts = (
            _did(did.get(candidate.key, [])),
            _offers(candidate, lacking, tokenise),
            _near(candidate, need.places, borders),
            _kind(candidate, kinds, usual),
        )
        if any(part.score for part in parts if part.part != KIND):
            found.append(_suggestion(candidate, parts))
    return sorted(found, key=lambda s: (-round(s.score, 9), s.key))[:k]


def _did(deeds: Iterable[tuple[Deed, float]]) -> Reason:
    ranked = sorted(deeds, key=lambda item: (-round(item[1], 9), item[0].key))
    if not ranked:
        return Reason(DID, 0.0, (), None)
    best, score = ranked[0]
    more = min(0.2, 0.1 * math.log2(len(ranked)))
    if len(ranked) == 1:
        said = Said(f"비슷한 일(‘{best.title}’)을 한 적이 있습니다", f"it took part in similar work, “{best.title}”")
    else:
        said = Said(
            f"‘{best.title}’ 등 비슷한 일을 {len(ranked)}번 한 적이 있습니다",
            f"it took part in similar work {len(ranked)} times, “{best.title}” the nearest",
        )
    return Reason(DID, min(1.0, score + more), tuple(deed.key for deed, _ in ranked[:3]), said)


def _offers(candidate: Candidate, lacking: frozenset[str], tokenise: Tokenise) -> Reason:
    if not lacking or not candidate.offers:
        return Reason(OFFERS, None, (), None)
    met: set[str] = set()
    evidence = []
    for key, words in sorted(candidate.offers):
        common = lacking & frozenset(tokenise(words))
        if common:
            met |= common
            evidence.append(key)
    if not met:
        return Reason(OFFERS, 0.0, (), None)
    words = ", ".join(sorted(met)[:3])
    said = Said(f"모자란 것 가운데 ‘{words}’에 맞는 자원을 내놓았습니다", f"it offers what is lacking ({words})")
    return Reason(OFFERS, len(met) / len(lacking), tuple(evidence), said)


def _near(candidate: Candidate, places: frozenset[str], borders: Collection[str] | None) -> Reason:
    if not places or not candidate.places:
        return Reason(NEAR, None, (), None)
    same = sorted(places & candidate.places)
    if same:
        return Reason(NEAR, 1.0, tuple(same), Said("같은 지역에 있습니다", "it is in the same place"))
    if borders is None:
        return Reason(NEAR, None, (), None)
    beside = sorted(candidate.places & set(borders))
    if beside:
        return Reason(NEAR, 0.8, tuple(beside), Said("맞닿은 지역에 있습니다", "it is next door"))
    return Reason(NEAR, 0.0, (), None)


def _usual(deeds: Sequence[Deed]) -> dict[str, float]:
    """In what share of all cases each kind of body takes part."""
    known = [deed for deed in deeds if deed.kinds]
    return {kind: sum(kind in deed.kinds for deed in known) / len(known) for kind in KIND_NAMES} if known else {}


def _kind(candidate: Candidate, alike: Sequence[Deed], usual: Mapping[str, float]) -> Reason:
    """How much more often than usual bodies of this kind take part in such work: a kind that is always there says 0."""
    if not alike:
        return Reason(KIND, None, (), None)
    joined = [deed for deed in alike if candidate.kind in deed.kinds]
    base = usual[candidate.kind]
    score = (len(joined) / len(alike) - base) / (1 - base) if base < 1 else 0.0
    if score <= 0:
        return Reason(KIND, 0.0, (), None)
    kind = KIND_NAMES[candidate.kind]
    said = Said(
        f"비슷한 사례 {len(alike)}건 가운데 {len(joined)}건에 {kind.ko} 함께했습니다",
        f"{kind.en} took part in {len(joined)} of {len(alike)} similar cases",
    )
    return Reason(KIND, score, tuple(deed.key for deed in joined[:3]), said)


def _suggestion(candidate: Candidate, parts: tuple[Reason, ...]) -> Suggestion:
    score = math.fsum(WEIGHTS[part.part] * part.score for part in parts if part.score)
    told = sorted(
        (part for part in parts if part.score and part.said), key=lambda p: -WEIGHTS[p.part] * (p.score or 0.0)
    )[:2]
    said = [part.said for part in told if part.said]
    linked = [piece.ko.removesuffix("습니다") + "고" for piece in said[:-1]] + [piece.ko for piece in said[-1:]]
    en = and_en(piece.en for piece in said)
    reason = Said(", ".join(linked) + ".", en[:1].upper() + en[1:] + ".")
    evidence = tuple(dict.fromkeys(key for part in told for key in part.evidence))
    return Suggestion(candidate.key, min(1.0, score), reason, evidence, parts)
