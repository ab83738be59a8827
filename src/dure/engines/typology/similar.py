"""Similar cases: the frame and the words compared, each attribute's part of the score kept so that it can be said why.

Categories: agreeing on a value counts for what it tells, 1 minus the value's share among the cases (an attribute on
which all agree tells nothing and weighs nothing). Words: cosine of log-scaled TF-IDF vectors (Manning, Raghavan,
Schütze, Introduction to Information Retrieval, 6.2-6.4) over the tokens of the function that the caller passes in. The
score is the part reached of what the asked attributes could reach, so a case compared with itself has 1.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dure.engines.typology.frame import NAMES, PARTNER_TYPE_NAMES, SERVICE_FIELD_NAMES, Attributes
from dure.engines.typology.said import Said, and_en, and_ko

Tokenise = Callable[[str], Iterable[str]]

WORDS = "words"
WEIGHTS: Mapping[str, float] = {
    WORDS: 5.0,
    "service_field": 2.0,
    "partner_type": 1.5,
    "attribute": 1.0,
    "effect_kinds": 0.5,
    "target_internal": 1.0,
    "tech_applied": 0.7,
    "tech_applicable": 0.3,
    "resource_shared": 0.7,
    "sustainable": 0.5,
    "period": 0.5,
}
VALUE_NAMES: Mapping[str, Said] = {
    "hardware": Said("하드웨어", "hardware"),
    "software": Said("소프트웨어", "software"),
    "yes": Said("있음", "yes"),
    "partial": Said("일부", "partly"),
    "no": Said("없음", "no"),
    "service": Said("행정서비스 향상", "better service"),
    "process": Said("업무 프로세스 개선", "better process"),
    "short": Said("단기", "short"),
    "long": Said("중장기", "long"),
    "internal": Said("공무원도 대상", "officials too"),
    "external": Said("주민만 대상", "the public only"),
    **SERVICE_FIELD_NAMES,
    **PARTNER_TYPE_NAMES,
}


@dataclass(frozen=True)
class Part:
    attribute: str
    """A name in `WEIGHTS`"""
    score: float | None
    """0 to 1, or None where either side is not known"""
    weight: float
    """What this attribute could add at most, in the same unit for all parts"""
    said: Said


@dataclass(frozen=True)
class Similar:
    key: str
    score: float
    """0 (nothing in common) to 1 (the same in everything asked)"""
    parts: tuple[Part, ...]
    reason: Said

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(part.attribute for part in self.parts if part.score is None)

    @property
    def on_topic(self) -> bool:
        """The words have something in common, and not the frame alone; true where none were asked."""
        return all(bool(part.score) for part in self.parts if part.attribute == WORDS)


class Index:
    """Cases prepared for comparison. `cases`: (key, attributes), keys unique; their order has no effect.

    `terms` gives the tokens of cases that were tokenised before, by key. Raises ValueError when a key comes twice.
    """

    def __init__(
        self,
        cases: Iterable[tuple[str, Attributes]],
        tokenise: Tokenise,
        terms: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        listed = list(cases)
        self.cases = dict(sorted(listed, key=lambda case: case[0]))
        if len(self.cases) != len(listed):
            raise ValueError("a key comes twice among the cases")
        self._tokenise = tokenise
        self._terms = terms or {}
        self._values = {key: _values(a) for key, a in self.cases.items()}

    @cached_property
    def _shares(self) -> dict[str, dict[str, float]]:
        shares = {}
        for attribute in WEIGHTS:
            counts = Counter(value for v in self._values.values() if (value := v.get(attribute)) is not None)
            total = sum(counts.values())
            shares[attribute] = {value: count / total for value, count in counts.items()}
        return shares

    @cached_property
    def _vectors(self) -> dict[str, dict[str, float]]:
        terms = {
            key: Counter(self._terms[key] if key in self._terms else self._tokenise(a.words))
            for key, a in self.cases.items()
        }
        self._df: Counter[str] = Counter(term for counts in terms.values() for term in counts)
        return {key: self._vector(counts) for key, counts in terms.items()}

    def _vector(self, counts: Mapping[str, int]) -> dict[str, float]:
        weighted = {
            term: (1 + math.log(n)) * math.log(1 + len(self.cases) / self._df[term])
            for term, n in sorted(counts.items())
            if self._df[term]
        }
        length = math.sqrt(math.fsum(value * value for value in weighted.values()))
        return {term: value / length for term, value in weighted.items()} if length else {}

    def near(
        self,
        attributes: Attributes,
        k: int,
        *,
        leave_out: Collection[str] = (),
        terms: Sequence[str] | None = None,
    ) -> list[Similar]:
        """The `k` most similar cases, best first, ties by key; cases with nothing in common are not returned.

        `terms`: the tokens of `attributes.words`, where they are known already.
        """
        if k < 0:
            raise ValueError("k must not be negative")
        vectors = self._vectors
        asked_words = self._vector(Counter(self._tokenise(attributes.words) if terms is None else terms))
        asked = _values(attributes)
        found = (self._compare(key, asked, asked_words, vectors[key]) for key in self.cases if key not in leave_out)
        scored = [similar for similar in found if similar.score > 0]
        return sorted(scored, key=lambda similar: (-round(similar.score, 9), similar.key))[:k]

    def _compare(
        self, key: str, asked: Mapping[str, str | None], asked_words: Mapping[str, float], vector: Mapping[str, float]
    ) -> Similar:
        parts = []
        if asked_words:
            common = sorted(
                ((value * vector[term], term) for term, value in asked_words.items() if term in vector), reverse=True
            )
            cosine = min(1.0, math.fsum(value for value, _ in common))
            said = _words_said([term for _, term in common[:3]])
            parts.append(Part(WORDS, cosine if vector else None, WEIGHTS[WORDS], said))
        for attribute, weight in WEIGHTS.items():
            value = asked.get(attribute)
            if attribute == WORDS or value is None:
                continue
            tells = weight * (1 - self._shares[attribute].get(value, 0.0))
            other = self._values[key].get(attribute)
            parts.append(Part(attribute, _agreement(value, other), tells, _value_said(attribute, value)))
        possible = math.fsum(part.weight for part in parts)
        reached = math.fsum(part.weight * part.score for part in parts if part.score)
        score = min(1.0, reached / possible) if possible else 0.0
        return Similar(key, score, tuple(parts), _reason(parts))


def similar(case: Attributes, cases: Iterable[tuple[str, Attributes]], k: int, tokenise: Tokenise) -> list[Similar]:
    """The `k` of `cases` most similar to `case`. For many questions on the same cases keep an `Index`."""
    return Index(cases, tokenise).near(case, k)


def _values(a: Attributes) -> dict[str, str | None]:
    internal = None if a.target_internal is None else ("internal" if a.target_internal else "external")
    return {
        "service_field": a.service_field,
        "partner_type": a.partner_type,
        "attribute": a.attribute,
        "effect_kinds": None if a.effect_kinds is None else "+".join(sorted(a.effect_kinds)),
        "target_internal": internal,
        "tech_applied": a.tech_applied,
        "tech_applicable": a.tech_applicable,
        "resource_shared": a.resource_shared,
        "sustainable": a.sustainable,
        "period": a.period,
    }


def _agreement(one: str, other: str | None) -> float | None:
    if other is None:
        return None
    if one == other:
        return 1.0
    return 0.5 if "partial" in (one, other) else 0.0


def _words_said(terms: Sequence[str]) -> Said:
    return Said(f"함께 나오는 말({', '.join(terms)})", f"words in common ({', '.join(terms)})")


def _value_said(attribute: str, value: str) -> Said:
    names = [VALUE_NAMES.get(part, Said(part, part)) for part in value.split("+")]
    ko, en = ", ".join(name.ko for name in names), ", ".join(name.en for name in names)
    return Said(f"{NAMES[attribute].ko.split('(')[0]}({ko})", f"{NAMES[attribute].en} ({en})")


def _reason(parts: Iterable[Part]) -> Said:
    alike = sorted(
        (part for part in parts if part.score), key=lambda part: (-part.weight * (part.score or 0.0), part.attribute)
    )
    alike = [part for part in alike if part.weight * (part.score or 0.0) >= 0.1][:3]
    if not alike:
        return Said("뚜렷하게 같은 점은 적습니다.", "They have little clearly in common.")
    ko, en = and_ko(part.said.ko for part in alike), and_en(part.said.en for part in alike)
    return Said(f"{ko}에서 닮았습니다.", f"Alike in {en}.")
