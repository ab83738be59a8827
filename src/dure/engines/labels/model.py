"""Which label a text belongs to: regularised least squares over words and pieces of letters.

One regression per label against +1/0 (Rifkin, Yeo & Poggio, *Regularized Least-Squares Classification*, 2003), solved
in its dual form: as many unknowns as training texts. Weights are tf-idf with logarithmic counts, each block of features
at length one. What a text scores when its whole group of paraphrases is left out comes from the same solution without
fitting again (ibid. §4, for groups: Pahikkala et al., *Efficient cross-validation for kernelized least-squares
regression*, 2012). From these left-out scores come the two numbers that turn scores into probabilities, by least
negative log-likelihood, and the bound above which a suggestion counts as sure. A score of this regression is itself an
estimate of a probability, so its power is taken, not the softmax of a temperature (Guo et al., ICML 2017), which was
tried: calibration error 0.09 against 0.02.

The model is linear: what each word of a text adds to a label's score can be told exactly. Nothing is drawn by lot.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dure.engines.labels.features import Seen, see, see_many, spoken
from dure.engines.retrieval import Analyser, shared_analyser

Floats = NDArray[np.floating]
Vector = dict[int, float]

BLOCKS = {"w": 1.0, "s": 0.7, "j": 0.7, "e": 0.5}
RIDGE = 0.3
SURE_PRECISION = 0.93
"""Of the left-out suggestions that count as sure, this share must be right."""

SHOWN_WORDS = 6


@dataclass(frozen=True)
class Example:
    """One text with its label. Texts of one `group` say nearly the same: they are left out together."""

    text: str
    label: str
    group: str


@dataclass(frozen=True)
class SpokenWord:
    """A word of the text (`start`, `end` in the text as read) and what it adds to the first label's score, above what
    it adds to labels on average. Negative: it speaks against it."""

    word: str
    start: int
    end: int
    contribution: float


@dataclass(frozen=True)
class Suggestion:
    """`labels`: (label, probability) from likeliest to least; over all labels the probabilities sum to 1. `words`:
    those that spoke for the first, strongest first. `sure`: whether the first may stand without asking."""

    labels: tuple[tuple[str, float], ...]
    words: tuple[SpokenWord, ...]
    sure: bool

    @property
    def label(self) -> str:
        return self.labels[0][0]


class Labeller:
    """Learns from examples when made (seconds: some 3 of processor for 3,000 texts); then answers."""

    def __init__(self, examples: Sequence[Example], *, analyser: Analyser | None = None) -> None:
        if len({example.label for example in examples}) < 2:
            raise ValueError("a labeller needs examples of two labels at least")
        self._analyser = analyser or shared_analyser()
        self.labels = tuple(sorted({example.label for example in examples}))
        at = {label: place for place, label in enumerate(self.labels)}
        truth = np.array([at[example.label] for example in examples])
        seen = list(see_many((example.text for example in examples), self._analyser))
        self._learn_weights(seen)
        vectors = [self._vector(one) for one in seen]
        kernel = _kernel(vectors, len(self._features))
        wanted = np.full((len(examples), len(self.labels)), -1.0 / len(self.labels))
        wanted[np.arange(len(examples)), truth] += 1.0
        inverse = np.linalg.inv(kernel + RIDGE * np.eye(len(examples)))
        dual = inverse @ wanted
        self._coefficients = np.zeros((len(self._features), len(self.labels)), dtype=np.float32)
        for vector, row in zip(vectors, dual, strict=True):
            self._coefficients[list(vector)] += np.outer(list(vector.values()), row)
        left_out = _left_out(inverse, dual, wanted, [example.group for example in examples])
        self.link = _link(left_out, truth)
        self.bound = _bound(self.link(left_out), truth)

    def save(self, folder: Path, mark: str) -> None:
        """Keep what was learnt in a folder of its own, for `read`; `mark` tells of which texts and of which code."""
        folder.mkdir(parents=True, exist_ok=True)
        whole = {
            "mark": mark,
            "labels": self.labels,
            "features": list(self._features),
            "rarity": self._rarity,
            "unknown": self._unknown,
            "link": [self.link.floor, self.link.sharpness],
            "bound": self.bound,
        }
        # Each file whole under another name first: a process killed in between leaves nothing half.
        for name, write in (
            ("coefficients.npy", lambda file: np.save(file, self._coefficients)),
            ("model.json", lambda file: file.write(json.dumps(whole, ensure_ascii=False).encode())),
        ):
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                write(file)
            Path(file.name).replace(folder / name)

    @classmethod
    def read(cls, folder: Path, mark: str, *, analyser: Analyser | None = None) -> Labeller | None:
        """What `save` kept under that mark; None where there is nothing, or something else. The coefficients are
        mapped from the file, so that processes share them."""
        try:
            whole = json.loads((folder / "model.json").read_bytes())
            coefficients = np.load(folder / "coefficients.npy", mmap_mode="r")
        except (OSError, ValueError):
            return None
        if whole.get("mark") != mark or coefficients.shape != (len(whole["features"]), len(whole["labels"])):
            return None
        made = cls.__new__(cls)
        made._analyser = analyser or shared_analyser()
        made.labels, made.bound = tuple(whole["labels"]), whole["bound"]
        made._features = {feature: place for place, feature in enumerate(whole["features"])}
        made._rarity, made._unknown = whole["rarity"], whole["unknown"]
        made._coefficients, made.link = coefficients, Link(*whole["link"])
        return made

    def _learn_weights(self, seen: Sequence[Seen]) -> None:
        held: dict[str, int] = defaultdict(int)
        for one in seen:
            for feature in one.places:
                held[feature] += 1
        self._features = {feature: place for place, feature in enumerate(held)}
        self._rarity = [math.log((1 + len(seen)) / (1 + count)) + 1 for count in held.values()]
        self._unknown = math.log(1 + len(seen)) + 1

    def _vector(self, seen: Seen) -> Vector:
        """The known features of a text. Unknown ones count in its length only: they say that it is about something else
        in part."""
        values: dict[str, float] = {}
        lengths = dict.fromkeys(BLOCKS, 0.0)
        for feature, places in seen.places.items():
            place = self._features.get(feature)
            rarity = self._unknown if place is None else self._rarity[place]
            values[feature] = (1 + math.log(len(places))) * rarity
            lengths[feature[0]] += values[feature] ** 2
        whole = math.sqrt(sum(BLOCKS[block] ** 2 for block, length in lengths.items() if length))
        return {
            place: value * BLOCKS[feature[0]] / math.sqrt(lengths[feature[0]]) / whole
            for feature, value in values.items()
            if (place := self._features.get(feature)) is not None
        }

    def suggest(self, text: str, *, top: int = 5) -> Suggestion:
        """The `top` likeliest labels of a text and why. A text without any known word is never sure."""
        seen = see(text, self._analyser)
        vector = self._vector(seen)
        rows = self._coefficients[list(vector)]
        values = np.array(list(vector.values()))
        probabilities = self.link((values @ rows)[None, :])[0]
        order = np.lexsort((np.arange(len(probabilities)), -probabilities))
        first = int(order[0])
        told = dict(zip(vector, (values * (rows[:, first] - rows.mean(axis=1))).tolist(), strict=True))
        return Suggestion(
            tuple((self.labels[place], float(probabilities[place])) for place in order[:top]),
            self._spoken(seen, told),
            bool(vector)
            and any(w in self._features for w in seen.places if w[0] == "w")
            and float(probabilities[first]) >= self.bound,
        )

    def _spoken(self, seen: Seen, told: Vector) -> tuple[SpokenWord, ...]:
        """Each feature's part, shared between the places where it begins, summed over the words of the text."""
        share: dict[int, float] = defaultdict(float)
        for feature, places in seen.places.items():
            if (part := told.get(self._features.get(feature, -1))) is not None:
                for place in places:
                    share[place] += part / len(places)
        found = [
            SpokenWord(word, start, end, sum((share[place] for place in range(start, end) if place in share), 0.0))
            for word, start, end in spoken(seen.text)
        ]
        return tuple(sorted(found, key=lambda one: (-one.contribution, one.start))[:SHOWN_WORDS])


def _kernel(vectors: Sequence[Vector], features: int) -> Floats:
    """All inner products. Summed feature by feature: the matrix of texts and features is nearly empty."""
    rows: list[list[int]] = [[] for _ in range(features)]
    values: list[list[float]] = [[] for _ in range(features)]
    for at, vector in enumerate(vectors):
        for place, value in vector.items():
            rows[place].append(at)
            values[place].append(value)
    kernel = np.zeros((len(vectors), len(vectors)))
    for held, weights in zip(rows, values, strict=True):
        if len(held) > 1:
            kernel[np.ix_(held, held)] += np.outer(weights, weights)
    # With every block at length one and all of them together too, a text's product with itself is 1.
    np.fill_diagonal(kernel, [1.0 if vector else 0.0 for vector in vectors])
    return kernel


def _left_out(inverse: Floats, dual: Floats, wanted: Floats, groups: Iterable[str]) -> Floats:
    """What each text scores by the solution that never saw its group."""
    members: dict[str, list[int]] = defaultdict(list)
    for at, group in enumerate(groups):
        members[group].append(at)
    scores = np.empty_like(wanted)
    for held in members.values():
        scores[held] = wanted[held] - np.linalg.solve(inverse[np.ix_(held, held)], dual[held])
    return scores


@dataclass(frozen=True)
class Link:
    """Scores to probabilities: each is (score, at least 0, plus `floor`) to the power of `sharpness`, together 1."""

    floor: float
    sharpness: float

    def __call__(self, scores: Floats) -> Floats:
        powers = (np.maximum(scores, 0.0) + self.floor) ** self.sharpness
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _link(scores: Floats, truth: NDArray[np.int_]) -> Link:
    """The link with the least loss on a fixed lattice."""

    def loss(link: Link) -> float:
        return float(-np.log(link(scores)[np.arange(len(truth)), truth]).mean())

    lattice = [
        Link(floor, power) for floor in (0.01, 0.02, 0.03, 0.05, 0.1, 0.2) for power in (2.0, 2.5, 3.0, 4.0, 6.0)
    ]
    return min(lattice, key=loss)


def _bound(probabilities: Floats, truth: NDArray[np.int_]) -> float:
    """The lowest probability from which on upwards `SURE_PRECISION` of the first labels are right; 1.0 if there is
    none."""
    best = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    order = np.argsort(-best, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= SURE_PRECISION)
    # Fewer than 30 texts above a bound say nothing about it.
    return float(best[order[enough[-1]]]) if len(enough) and enough[-1] >= 30 else 1.0
