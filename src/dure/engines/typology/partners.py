"""Which bodies to ask: what a request lacks against what bodies offer, own or did, how near they are, what they do.

Eight parts speak for a body, each from 0 to 1, each with one sentence and the ids of what it rests on. A part that
cannot be judged (no place known, nothing said to be lacking) is None and adds nothing; a body for which only its kind
speaks is not suggested. Load speaks against: who is in much already is asked a little later, and the sentence says so.
The weights were set by hand before the library was measured (`bench/partners.py`); they are not fitted to it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dure.engines.typology.frame import Attributes
from dure.engines.typology.said import Said, and_en
from dure.engines.typology.similar import Index, Similar, Tokenise

DID, OFFERS, NEAR, KIND, TOGETHER, MEANT, OFTEN = "did", "offers", "near", "kind", "together", "meant", "often"
LOAD = "load"
WEIGHTS: Mapping[str, float] = {
    NEAR: 0.25, OFFERS: 0.2, MEANT: 0.2, DID: 0.15, TOGETHER: 0.1, KIND: 0.05, OFTEN: 0.05,
}  # fmt: skip
HEAVIEST_LOAD = 0.3
"""At most this share of the score goes away for who is busy."""
BUSY_AT = 6
"""Running collaborations at which a body counts as fully busy."""
LASTING: Mapping[str | None, float] = {"yes": 1.0, "partial": 0.95, "no": 0.85, None: 0.85}
ALIKE = 0.15
"""Similarity below this is not worth a mention"""
LOOKED_AT = 20
"""How many of the most similar cases say which kinds of body take part in such work"""
COMMON_DUTY = 0.08
"""A word in more than this share of all bodies' names and duties ('한국', '관리') tells nothing."""
NOT_WANTED = 0.5
"""What is left of the score of a body of another kind than the asker wants"""
KIND_NAMES: Mapping[str, Said] = {
    "local": Said("지방자치단체가", "a local government"),
    "central": Said("중앙행정기관이", "a central body"),
    "private": Said("민간이", "a private partner"),
    "other": Said("공공기관이나 단체가", "another public or civic body"),
}


@dataclass(frozen=True)
class Need:
    """What a request says. `lacks` is what it has not and looks for; `places` the keys of the places it is about;
    `kinds` the kinds of body wanted (empty: any); `known` the keys of the bodies that are in it already, the asker
    first; `words` all that was said of the matter, where `attributes` do not hold it."""

    attributes: Attributes
    lacks: str = ""
    places: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    known: tuple[str, ...] = ()
    words: str = ""


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
    duties: str = ""
    """What it is there for, in words (by law, where that is known)"""
    running: int = 0
    """Collaborations it is a party of now"""


@dataclass(frozen=True)
class Deed:
    """A case or a collaboration and the bodies that took part in it."""

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


@dataclass(frozen=True)
class Borders:
    """Places and what lies beside and around them, by key: `beside[place]` borders it, `around[place]` holds it."""

    beside: Mapping[str, Collection[str]]
    around: Mapping[str, str]


def suggest(
    need: Need,
    candidates: Iterable[Candidate],
    deeds: Sequence[Deed],
    tokenise: Tokenise,
    *,
    borders: Borders | None = None,
    leave_out: Collection[str] = (),
    k: int = 8,
    index: Index | None = None,
) -> list[Suggestion]:
    """The `k` best candidates, best first, ties by key.

    `borders` None: not known. `leave_out`: keys never suggested, beside those of `need.known`. `index` must hold at
    least the deeds; it is made when not given.
    """
    pool = list(candidates)
    by_key = {deed.key: deed for deed in deeds}
    index = index or Index(((deed.key, deed.attributes) for deed in deeds), tokenise)
    alike = [s for s in index.near(need.attributes, len(index.cases)) if s.key in by_key]
    known = [candidate for candidate in pool if candidate.key in need.known]
    sides = (
        _Did(alike, by_key),
        _Offers(need, tokenise),
        _Near(need, known, borders),
        _Kind(need, alike, by_key, deeds),
        _Together(need, deeds),
        _Meant(need, pool, tokenise),
        _Often(deeds),
    )
    found = []
    for candidate in pool:
        if candidate.key in leave_out or candidate.key in need.known:
            continue
        parts = [side.of(candidate) for side in sides]
        if any(part.score for part in parts if part.part not in (KIND, OFTEN)):
            wanted = not need.kinds or candidate.kind in need.kinds
            found.append(_suggestion(candidate, (*parts, _load(candidate)), 1.0 if wanted else NOT_WANTED))
    return sorted(found, key=lambda s: (-round(s.score, 9), s.key))[:k]


class _Did:
    """It took part in similar work."""

    def __init__(self, alike: Sequence[Similar], by_key: Mapping[str, Deed]) -> None:
        self.did: dict[str, list[tuple[Deed, float]]] = {}
        for similar in alike:
            if similar.score >= ALIKE and similar.on_topic:
                deed = by_key[similar.key]
                for body in deed.bodies:
                    self.did.setdefault(body, []).append((deed, similar.score * LASTING[deed.attributes.sustainable]))

    def of(self, candidate: Candidate) -> Reason:
        ranked = sorted(self.did.get(candidate.key, []), key=lambda item: (-round(item[1], 9), item[0].key))
        if not ranked:
            return Reason(DID, 0.0, (), None)
        best, score = ranked[0]
        more = min(0.2, 0.1 * math.log2(len(ranked)))
        if len(ranked) == 1:
            said = Said(
                f"비슷한 일(‘{best.title}’)을 한 적이 있습니다", f"it took part in similar work, “{best.title}”"
            )
        else:
            said = Said(
                f"‘{best.title}’ 등 비슷한 일을 {len(ranked)}번 한 적이 있습니다",
                f"it took part in similar work {len(ranked)} times, “{best.title}” the nearest",
            )
        return Reason(DID, min(1.0, score + more), tuple(deed.key for deed, _ in ranked[:3]), said)


class _Offers:
    """It offers or owns what is lacking."""

    def __init__(self, need: Need, tokenise: Tokenise) -> None:
        self.lacking, self.tokenise = frozenset(tokenise(need.lacks)), tokenise

    def of(self, candidate: Candidate) -> Reason:
        if not self.lacking or not candidate.offers:
            return Reason(OFFERS, None, (), None)
        met: set[str] = set()
        evidence = []
        for key, words in sorted(candidate.offers):
            common = self.lacking & frozenset(self.tokenise(words))
            if common:
                met |= common
                evidence.append(key)
        if not met:
            return Reason(OFFERS, 0.0, (), None)
        words = ", ".join(sorted(met)[:3])
        said = Said(f"모자란 것 가운데 ‘{words}’에 맞는 자원을 내놓았습니다", f"it offers what is lacking ({words})")
        return Reason(OFFERS, len(met) / len(self.lacking), tuple(evidence), said)


class _Near:
    """It is in the place, next door to it and to who is in already, around it, or in the same province."""

    def __init__(self, need: Need, known: Sequence[Candidate], borders: Borders | None) -> None:
        self.places = need.places | frozenset(place for one in known for place in one.places)
        self.asked, self.borders = need.places, borders
        self.beside: Counter[str] = Counter()
        self.around: set[str] = set()
        if borders:
            for place in self.places:
                self.beside.update(set(borders.beside.get(place, ())))
                if place in borders.around:
                    self.around.add(borders.around[place])

    def of(self, candidate: Candidate) -> Reason:
        if not self.places or not candidate.places:
            return Reason(NEAR, None, (), None)
        same = sorted(self.asked & candidate.places)
        if same:
            return Reason(NEAR, 1.0, tuple(same), Said("같은 지역에 있습니다", "it is in the same place"))
        if self.borders is None:
            return Reason(NEAR, None, (), None)
        touching = {place: self.beside[place] for place in candidate.places if self.beside[place]}
        if touching:
            most = max(touching.values())
            if most > 1:
                said = Said(f"함께하는 지역 {most}곳과 맞닿아 있습니다", f"it borders {most} of the places in it")
            else:
                said = Said("맞닿은 지역에 있습니다", "it is next door")
            return Reason(NEAR, min(1.0, 0.7 + 0.1 * (most - 1)), tuple(sorted(touching)), said)
        if holding := sorted(candidate.places & self.around):
            said = Said("그 지역을 맡은 광역자치단체입니다", "it is the province of that place")
            return Reason(NEAR, 0.6, tuple(holding), said)
        held = sorted(place for place in candidate.places if self.borders.around.get(place) in self.places)
        if held:
            return Reason(NEAR, 0.6, tuple(held), Said("그 지역 안에 있습니다", "it is within that place"))
        home = sorted(place for place in candidate.places if self.borders.around.get(place) in self.around)
        if home:
            return Reason(NEAR, 0.35, tuple(home), Said("같은 시·도에 있습니다", "it is in the same province"))
        return Reason(NEAR, 0.0, (), None)


class _Kind:
    """The asker wants its kind; or its kind takes part in such work more often than usual."""

    def __init__(self, need: Need, alike: Sequence[Similar], by_key: Mapping[str, Deed], deeds: Sequence[Deed]) -> None:
        self.wanted = need.kinds
        self.alike = [by_key[s.key] for s in alike[:LOOKED_AT] if by_key[s.key].kinds]
        known = [deed for deed in deeds if deed.kinds]
        self.usual = (
            {kind: sum(kind in deed.kinds for deed in known) / len(known) for kind in KIND_NAMES} if known else {}
        )

    def of(self, candidate: Candidate) -> Reason:
        if self.wanted:
            if candidate.kind not in self.wanted:
                return Reason(KIND, 0.0, (), None)
            return Reason(KIND, 1.0, (), Said("함께하고 싶다고 한 곳입니다", "it is of a kind that is wanted"))
        if not self.alike:
            return Reason(KIND, None, (), None)
        joined = [deed for deed in self.alike if candidate.kind in deed.kinds]
        base = self.usual[candidate.kind]
        score = (len(joined) / len(self.alike) - base) / (1 - base) if base < 1 else 0.0
        if score <= 0:
            return Reason(KIND, 0.0, (), None)
        kind = KIND_NAMES[candidate.kind]
        said = Said(
            f"비슷한 사례 {len(self.alike)}건 가운데 {len(joined)}건에 {kind.ko} 함께했습니다",
            f"{kind.en} took part in {len(joined)} of {len(self.alike)} similar cases",
        )
        return Reason(KIND, score, tuple(deed.key for deed in joined[:3]), said)


class _Together:
    """It worked with the asker, or with another who is in already, before."""

    def __init__(self, need: Need, deeds: Sequence[Deed]) -> None:
        self.shared: dict[str, list[Deed]] = {}
        known = frozenset(need.known)
        self.known = bool(known)
        for deed in deeds:
            if deed.bodies & known:
                for body in deed.bodies - known:
                    self.shared.setdefault(body, []).append(deed)

    def of(self, candidate: Candidate) -> Reason:
        if not self.known:
            return Reason(TOGETHER, None, (), None)
        deeds = sorted(self.shared.get(candidate.key, []), key=lambda deed: deed.key)
        if not deeds:
            return Reason(TOGETHER, 0.0, (), None)
        said = Said(
            f"앞서 {len(deeds)}번 함께 일했습니다(‘{deeds[0].title}’)",
            f"worked together {len(deeds)} times before (“{deeds[0].title}”)"
            if len(deeds) > 1
            else f"worked together before (“{deeds[0].title}”)",
        )
        return Reason(TOGETHER, min(1.0, 0.6 + 0.2 * (len(deeds) - 1)), tuple(deed.key for deed in deeds[:3]), said)


class _Meant:
    """It is there for such matters: words of the request among its duties and in its name, those of few bodies only."""

    def __init__(self, need: Need, pool: Sequence[Candidate], tokenise: Tokenise) -> None:
        asked = " ".join([need.attributes.words, need.words, need.lacks])
        self.names = {
            one.key: frozenset(tokenise(f"{one.name.ko} {one.duties}")) for one in pool if one.kind != "local"
        }
        frequency = Counter(word for words in self.names.values() for word in words)
        self.most = max(2, round(COMMON_DUTY * len(self.names)))
        self.telling = {word for word in tokenise(asked) if len(word) > 1 and 0 < frequency[word] <= self.most}
        self.frequency = frequency

    def of(self, candidate: Candidate) -> Reason:
        if candidate.kind == "local":
            return Reason(MEANT, None, (), None)
        common = sorted(self.telling & self.names.get(candidate.key, frozenset()), key=lambda w: (self.frequency[w], w))
        if not common:
            return Reason(MEANT, 0.0, (), None)
        score = min(1.0, 0.4 + 0.3 * math.fsum(1 / self.frequency[word] for word in common))
        words = ", ".join(common[:3])
        said = Said(f"이런 일(‘{words}’)을 맡은 기관입니다", f"it is there for such matters ({words})")
        return Reason(MEANT, score, (), said)


class _Often:
    """It often takes part in collaborations at all."""

    def __init__(self, deeds: Sequence[Deed]) -> None:
        self.count = Counter(body for deed in deeds for body in deed.bodies)
        self.most = max(self.count.values(), default=0)

    def of(self, candidate: Candidate) -> Reason:
        count = self.count[candidate.key]
        if count < 2:
            return Reason(OFTEN, 0.0, (), None)
        said = Said(f"협업을 {count}번 해 보았습니다", f"it took part in {count} collaborations")
        return Reason(OFTEN, math.log1p(count) / math.log1p(self.most), (), said)


def _load(candidate: Candidate) -> Reason:
    """How busy it is, from 0 to 1: what speaks for it loses up to HEAVIEST_LOAD of its weight."""
    busy = min(1.0, candidate.running / BUSY_AT)
    said = Said(f"지금 {candidate.running}건을 함께 하고 있습니다", f"it is in {candidate.running} collaborations now")
    return Reason(LOAD, busy, (), said if candidate.running > 1 else None)


def _suggestion(candidate: Candidate, parts: tuple[Reason, ...], left: float) -> Suggestion:
    speaking = [part for part in parts if part.part != LOAD]
    load = next(part for part in parts if part.part == LOAD)
    score = math.fsum(WEIGHTS[part.part] * part.score for part in speaking if part.score)
    score *= left * (1 - HEAVIEST_LOAD * (load.score or 0.0))
    told = sorted(
        (part for part in speaking if part.score and part.said), key=lambda p: -WEIGHTS[p.part] * (p.score or 0.0)
    )[:2]
    said = [part.said for part in [*told, load] if part.said]
    linked = [*(_goes_on(piece.ko) for piece in said[:-1]), *(piece.ko for piece in said[-1:])]
    en = and_en(piece.en for piece in said)
    reason = Said(", ".join(linked) + ".", en[:1].upper() + en[1:] + ".")
    evidence = tuple(dict.fromkeys(key for part in told for key in part.evidence))
    return Suggestion(candidate.key, min(1.0, score), reason, evidence, parts)


def _goes_on(sentence: str) -> str:
    """A sentence that another follows: 있습니다 → 있고, 곳입니다 → 곳이고."""
    if sentence.endswith("입니다"):
        return sentence.removesuffix("입니다") + "이고"
    return sentence.removesuffix("습니다") + "고"
