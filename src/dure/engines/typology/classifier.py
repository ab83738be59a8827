"""Classifying a collaboration: signals weighed by what the study's definitions say and by what its assigned cases show.

The weight of a signal for a subtype is the logarithm of how often it is true there. That rate starts from the
definitions (`NAMED` where the subtype's definition names the signal, `UNNAMED` elsewhere, both worth `PRIOR_CASES`
cases) and is corrected by the assigned cases that are given to `fit`. An unknown signal weighs nothing in either
direction. This is a naive Bayes classifier with an informed beta prior (Gelman et al., Bayesian Data Analysis, 3rd ed.,
2.4), chosen because every part of its answer can be said in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dure.engines.typology import study
from dure.engines.typology.evidence import SIGNAL, SIGNALS, observe
from dure.engines.typology.frame import Attributes
from dure.engines.typology.said import Said, and_en, and_ko

NAMED = 0.6
UNNAMED = 0.2
PRIOR_CASES = 4.0
TEMPERATURES = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)


@dataclass(frozen=True)
class Example:
    """A case whose subtype somebody has assigned. `subtype_option2` only for the administrative model."""

    attributes: Attributes
    subtype: str
    subtype_option2: str | None = None


@dataclass(frozen=True)
class Weights:
    """What `fit` learnt. `rate[(signal, subtype)]` and `share[subtype]` are probabilities in (0, 1)."""

    rate: Mapping[tuple[str, str], float]
    share: Mapping[str, float]
    temperature: float
    """Divides the scores before they become shares; the one of TEMPERATURES that least surprises on held-out cases"""
    cases: int


@dataclass(frozen=True)
class Evidence:
    signal: str
    weight: float
    """How much it speaks for the choice against the runner-up, in natural-log units; negative speaks against"""
    said: Said


@dataclass(frozen=True)
class Choice:
    subtype: str
    score: float
    share: float
    """0 to 1; the shares of all subtypes of a division add up to 1"""


@dataclass(frozen=True)
class Classification:
    model: study.Model
    subtype: study.Subtype
    subtype_option2: study.Subtype | None
    """The study's second division, only for the administrative model"""
    reason: Said
    evidence: tuple[Evidence, ...]
    """Signals that were true, strongest first"""
    considerations: tuple[study.Consideration, ...]
    runner_up: study.Subtype
    ranking: tuple[Choice, ...]
    confidence: float
    """0 to 1: the share of the first choice"""
    level: str
    """high (0.7 or more, at most a third of the frame unknown), middle, or low (below 0.4, more than half of the frame
    unknown, or nothing speaks for it)"""
    unknown: tuple[str, ...]
    """Names of attributes that were not known"""


def fit(examples: Sequence[Example], *, calibrate: bool = True) -> Weights:
    """Weights from assigned cases; with none, the definitions alone. The order of the examples has no effect.

    Raises KeyError for a subtype that the study does not have.
    """
    rate: dict[tuple[str, str], float] = {}
    share: dict[str, float] = {}
    for option, subtypes in ((1, study.OPTION1), (2, study.OPTION2)):
        of = {key: [e.attributes for e in examples if _label(e, option) == key] for key in subtypes}
        total = sum(map(len, of.values()))
        for subtype, members in of.items():
            share[subtype] = (len(members) + 1) / (total + len(subtypes))
            answers = [observe(attributes, option) for attributes in members]
            for signal in SIGNALS:
                if option not in signal.option:
                    continue
                known = [answer[signal.key] for answer in answers if answer[signal.key] is not None]
                start = NAMED if subtype in signal.subtypes else UNNAMED
                rate[signal.key, subtype] = (sum(map(bool, known)) + PRIOR_CASES * start) / (len(known) + PRIOR_CASES)
    weights = Weights(rate, share, 1.0, len(examples))
    if not calibrate or len(examples) < 2:
        return weights
    return Weights(rate, share, _temperature(examples), len(examples))


def _label(example: Example, option: int) -> str | None:
    label = example.subtype if option == 1 else example.subtype_option2
    if label is not None and study.SUBTYPES[label].option != option:
        raise KeyError(label)
    return label


def _temperature(examples: Sequence[Example]) -> float:
    held_out = []
    for index, example in enumerate(examples):
        rest = fit([*examples[:index], *examples[index + 1 :]], calibrate=False)
        held_out.append((_scores(example.attributes, rest, 1), example.subtype))

    def surprise(temperature: float) -> float:
        return math.fsum(-math.log(max(_shares(scores, temperature)[label], 1e-12)) for scores, label in held_out)

    return min(TEMPERATURES, key=lambda temperature: (round(surprise(temperature), 9), temperature))


def _scores(attributes: Attributes, weights: Weights, option: int) -> dict[str, float]:
    subtypes = study.OPTION1 if option == 1 else study.OPTION2
    answers = observe(attributes, option)
    return {
        subtype: math.log(weights.share[subtype])
        + math.fsum(
            math.log(weights.rate[key, subtype] if answer else 1 - weights.rate[key, subtype])
            for key, answer in answers.items()
            if answer is not None
        )
        for subtype in subtypes
    }


def _shares(scores: Mapping[str, float], temperature: float) -> dict[str, float]:
    top = max(scores.values())
    raised = {key: math.exp((score - top) / temperature) for key, score in scores.items()}
    total = math.fsum(raised.values())
    return {key: value / total for key, value in raised.items()}


def _ranked(attributes: Attributes, weights: Weights, option: int) -> tuple[Choice, ...]:
    scores = _scores(attributes, weights, option)
    shares = _shares(scores, weights.temperature)
    order = study.OPTION1 if option == 1 else study.OPTION2
    keys = sorted(scores, key=lambda key: (-round(scores[key], 9), order.index(key)))
    return tuple(Choice(key, scores[key], shares[key]) for key in keys)


def classify(attributes: Attributes, weights: Weights) -> Classification:
    """The model and subtype that fit best, with the reason in one sentence and what follows from it.

    Deterministic; the order of participants, effects and targets has no effect.
    """
    ranking = _ranked(attributes, weights, 1)
    first, second = ranking[0], ranking[1]
    subtype, runner_up = study.SUBTYPES[first.subtype], study.SUBTYPES[second.subtype]
    model = study.MODELS[subtype.model]
    evidence = _evidence(attributes, weights, 1, first.subtype, second.subtype)
    option2 = None
    if model.key == "admin":
        option2 = study.SUBTYPES[_ranked(attributes, weights, 2)[0].subtype]
    speaks_for = [item for item in evidence if item.weight > 0]
    return Classification(
        model=model,
        subtype=subtype,
        subtype_option2=option2,
        reason=_reason(model, subtype, speaks_for),
        evidence=evidence,
        considerations=model.considerations,
        runner_up=runner_up,
        ranking=ranking,
        confidence=first.share,
        level=_level(first.share, attributes, bool(speaks_for)),
        unknown=attributes.unknown,
    )


def _evidence(a: Attributes, weights: Weights, option: int, chosen: str, other: str) -> tuple[Evidence, ...]:
    found = [
        Evidence(key, math.log(weights.rate[key, chosen] / weights.rate[key, other]), SIGNAL[key].say(a))
        for key, answer in observe(a, option).items()
        if answer
    ]
    return tuple(sorted(found, key=lambda item: (-round(item.weight, 9), item.signal)))


def _reason(model: study.Model, subtype: study.Subtype, speaks_for: Sequence[Evidence]) -> Said:
    named = [item for item in speaks_for if subtype.key in SIGNAL[item.signal].subtypes]
    said = [item.said for item in (named + [item for item in speaks_for if item not in named])[:2]]
    if not said:
        return Said(
            f"알려진 속성만으로는 뚜렷한 근거가 없지만 ‘{model.name.ko} › {subtype.name.ko}’에 가장 가깝습니다.",
            f"Nothing known speaks clearly for one type; “{model.name.en}: {subtype.name.en}” comes nearest.",
        )
    return Said(
        f"{and_ko(part.ko for part in said)}에서 ‘{model.name.ko} › {subtype.name.ko}’에 가깝습니다.",
        f"It is nearest to “{model.name.en}: {subtype.name.en}” because of {and_en(part.en for part in said)}.",
    )


def _level(share: float, attributes: Attributes, supported: bool) -> str:
    unknown = sum(getattr(attributes, name) is None for name in FRAME) / len(FRAME)
    if share < 0.4 or unknown > 0.5 or not supported:
        return "low"
    return "high" if share >= 0.7 and unknown <= 1 / 3 else "middle"


FRAME: tuple[str, ...] = tuple(
    dict.fromkeys(name for signal in SIGNALS if 1 in signal.option for name in signal.reads if name != "period")
)


@dataclass(frozen=True)
class Row:
    """One line of the evaluation: what the study assigned, what comes out with and without the case in the fit."""

    key: str
    assigned: str | None
    assigned_option2: str | None
    fitted: Classification
    left_out: Classification
    """The same with weights refitted without this case; for an unassigned case, equal to `fitted`"""

    @property
    def agrees(self) -> bool | None:
        return None if self.assigned is None else self.fitted.subtype.key == self.assigned

    @property
    def agrees_left_out(self) -> bool | None:
        return None if self.assigned is None else self.left_out.subtype.key == self.assigned

    @property
    def agrees_option2(self) -> bool | None:
        if self.assigned_option2 is None:
            return None
        found = self.fitted.subtype_option2
        return found is not None and found.key == self.assigned_option2

    @property
    def why_missed(self) -> Said | None:
        """For a miss: what speaks for the engine's choice and what for the study's, in one sentence."""
        if self.assigned is None or self.agrees:
            return None
        theirs = study.SUBTYPES[self.assigned]
        against = [item.said for item in self.fitted.evidence if self.assigned in SIGNAL[item.signal].subtypes]
        if not against:
            return Said(
                f"{self.fitted.reason.ko} 연구가 배정한 ‘{theirs.name.ko}’의 정의가 말하는 것은 "
                "틀의 속성에서 찾지 못했습니다.",
                f"{self.fitted.reason.en} Nothing in the frame's attributes names what defines “{theirs.name.en}”, "
                "which the study assigned.",
            )
        return Said(
            f"{self.fitted.reason.ko} 연구가 배정한 ‘{theirs.name.ko}’ 쪽에는 "
            f"{and_ko(said.ko for said in against[:2])}이 있으나 더 약했습니다.",
            f"{self.fitted.reason.en} For “{theirs.name.en}”, which the study assigned, speaks "
            f"{and_en(said.en for said in against[:2])}, but less.",
        )


@dataclass(frozen=True)
class Evaluation:
    rows: tuple[Row, ...]
    assigned: int
    agreed: int
    agreed_model: int
    agreed_option2: int
    assigned_option2: int
    left_out: int
    """Agreement when each case is classified by weights refitted without it"""
    left_out_model: int
    definitions_only: int
    """Agreement with no case at all in the fit"""
    largest_class: int
    """What always answering the most frequent subtype would get: the floor"""


def evaluate(cases: Iterable[tuple[str, Attributes, str | None, str | None]]) -> Evaluation:
    """Agreement with assigned cases: (key for display, attributes, subtype or None, option-2 subtype or None) each.

    Leave-one-out: for each assigned case the weights (and the temperature) are fitted again from all the others, and
    the case is classified by those. The word lists and the signals themselves are not refitted: whoever wrote them had
    read the study, so the figure is still on the hopeful side.
    """
    listed = sorted(cases, key=lambda case: case[0])
    examples = {key: Example(a, subtype, option2) for key, a, subtype, option2 in listed if subtype is not None}
    everything = fit(list(examples.values()))
    definitions = fit([])
    rows = []
    for key, attributes, subtype, option2 in listed:
        fitted = classify(attributes, everything)
        rest = [example for other, example in examples.items() if other != key]
        left_out = classify(attributes, fit(rest)) if subtype is not None else fitted
        rows.append(Row(key, subtype, option2, fitted, left_out))
    assigned = [row for row in rows if row.assigned is not None]
    counts: dict[str, int] = {}
    for row in assigned:
        counts[row.assigned or ""] = counts.get(row.assigned or "", 0) + 1
    model_of = {key: subtype.model for key, subtype in study.SUBTYPES.items()}
    return Evaluation(
        rows=tuple(rows),
        assigned=len(assigned),
        agreed=sum(bool(row.agrees) for row in assigned),
        agreed_model=sum(row.fitted.model.key == model_of[row.assigned or ""] for row in assigned),
        agreed_option2=sum(bool(row.agrees_option2) for row in rows),
        assigned_option2=sum(row.assigned_option2 is not None for row in rows),
        left_out=sum(bool(row.agrees_left_out) for row in assigned),
        left_out_model=sum(row.left_out.model.key == model_of[row.assigned or ""] for row in assigned),
        definitions_only=sum(
            classify(examples[row.key].attributes, definitions).subtype.key == row.assigned for row in assigned
        ),
        largest_class=max(counts.values(), default=0),
    )
