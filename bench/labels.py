"""Categories suggested from words: right at once, right among three, calibrated, sure; beside simple ways; time.

A run without --quick writes its figures into docs/labels.md.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bench._measure import apart, latencies, percentiles, row
from dure.engines.labels import TEXTS, Example, Labeller, examples, load
from dure.engines.retrieval import shared_analyser

TITLE = "Categories suggested from words: right, among three, calibrated, sure, time"
PEERS = []

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "labels.md"
FOLDS = {False: 10, True: 2}
BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
SHORT = 12
"""Letters without blanks: below, a text is a catchword rather than a sentence."""

Answer = tuple[list[tuple[str, float]], bool]
"""Labels with probabilities, likeliest first; whether the first counts as sure."""


def languages() -> list[str]:
    with TEXTS.open(encoding="utf-8", newline="") as file:
        return [line["lang"] for line in csv.DictReader(file)]


def fold_of(group: str, folds: int) -> int:
    """Paraphrases share their fold; the same in every run."""
    return int.from_bytes(blake2b(group.encode(), digest_size=4).digest(), "big") % folds


def cross_validated(make: Callable[[Sequence[Example]], Callable[[str], Answer]], folds: int) -> list[Answer]:
    """Each text answered by what never saw its group: features, weights, calibration and bound are all learnt anew."""
    texts = examples()
    answers: list[Answer] = [([], False)] * len(texts)
    for fold in range(folds):
        ask = make([one for one in texts if fold_of(one.group, folds) != fold])
        for at, one in enumerate(texts):
            if fold_of(one.group, folds) == fold:
                answers[at] = ask(one.text)
    return answers


def dure(learnt: Sequence[Example]) -> Callable[[str], Answer]:
    labeller = Labeller(learnt)

    def ask(text: str) -> Answer:
        said = labeller.suggest(text, top=len(labeller.labels))
        return list(said.labels), said.sure

    return ask


def majority(learnt: Sequence[Example]) -> Callable[[str], Answer]:
    """The commonest labels, whatever the text."""
    common = [(label, count / len(learnt)) for label, count in Counter(one.label for one in learnt).most_common()]
    return lambda text: (common, False)


def nearest(learnt: Sequence[Example]) -> Callable[[str], Answer]:
    """The labels of the nearest texts by BM25 (k1 1.2, b 0.75) over the same content words."""
    analyser = shared_analyser()
    bags = [Counter(analysis.forms()) for analysis in analyser.analyse_many(one.text for one in learnt)]
    held = Counter(word for bag in bags for word in bag)
    mean = sum(bag.total() for bag in bags) / len(bags)
    posts: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, bag in enumerate(bags):
        for word, count in bag.items():
            rarity = math.log(1 + (len(bags) - held[word] + 0.5) / (held[word] + 0.5))
            posts[word].append((at, rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * bag.total() / mean))))

    def ask(text: str) -> Answer:
        scores: dict[int, float] = defaultdict(float)
        for word in set(analyser.analyse(text).forms()):
            for at, score in posts.get(word, ()):
                scores[at] += score
        best: dict[str, float] = {}
        for at, score in sorted(scores.items(), key=lambda one: (-one[1], one[0])):
            best.setdefault(learnt[at].label, score)
        return list(best.items()), False

    return ask


def phrases(learnt: Sequence[Example]) -> Callable[[str], Answer]:
    """The nearest by BM25 among the phrases of categories.yaml alone: what was there without training texts."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        known = {line["text"] for line in csv.DictReader(file) if line["origin"].startswith("phrase")}
    return nearest([one for one in learnt if one.text in known])


def quality(answers: Sequence[Answer], truth: Sequence[str]) -> dict[str, float | int | str | None]:
    """`top1`, `top3`; for what gives probabilities also `calibration_error` (expected, ten equal bins), `sure` (share)
    and `sure_right` (of those)."""
    first = [labels[0][0] == right if labels else False for (labels, _), right in zip(answers, truth, strict=True)]
    among = [right in [label for label, _ in labels[:3]] for (labels, _), right in zip(answers, truth, strict=True)]
    figures: dict[str, float | int | str | None] = {
        "top1": round(sum(first) / len(truth), 3),
        "top3": round(sum(among) / len(truth), 3),
    }
    sure = [right for (_, is_sure), right in zip(answers, first, strict=True) if is_sure]
    if sure:
        bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for (labels, _), right in zip(answers, first, strict=True):
            bins[min(9, int(labels[0][1] * 10))].append((labels[0][1], right))
        figures["calibration_error"] = round(
            sum(abs(sum(p for p, _ in held) - sum(r for _, r in held)) for held in bins.values()) / len(truth), 3
        )
        figures["sure"] = round(len(sure) / len(truth), 3)
        figures["sure_right"] = round(sum(sure) / len(sure), 3)
    return figures


def queries() -> list[tuple[str, set[str]]]:
    """Search queries about categories, labelled for `bench retrieval` before this model was thought of."""
    lines = (ROOT / "bench/data/retrieval_queries.csv").read_text(encoding="utf-8").splitlines()
    found = []
    for line in csv.DictReader(line for line in lines if not line.startswith("#")):
        graded = [(name, int(grade)) for name, grade in re.findall(r"k:([\w.-]+)=(\d)", line["relevant"])]
        if graded:
            best = max(grade for _, grade in graded)
            found.append((line["query"], {name for name, grade in graded if grade == best}))
    return found


def off_topic() -> list[str]:
    lines = (ROOT / "bench/data/labels_offtopic.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def learning(_: int) -> float:
    shared_analyser().warm_up()
    return len(load().labels)


def run(*, quick: bool = False) -> dict[str, Any]:
    texts, spoken, folds = examples(), languages(), FOLDS[quick]
    truth = [one.label for one in texts]
    long = [len(re.sub(r"\s", "", one.text)) >= SHORT for one in texts]
    parts = {
        "Korean": [at for at, lang in enumerate(spoken) if lang == "ko"],
        "Korean sentences": [at for at, lang in enumerate(spoken) if lang == "ko" and long[at]],
        "Korean catchwords": [at for at, lang in enumerate(spoken) if lang == "ko" and not long[at]],
        "English": [at for at, lang in enumerate(spoken) if lang == "en"],
    }
    rows: list[dict[str, Any]] = []
    systems = {"dure": dure, "BM25, nearest text": nearest, "BM25, nearest phrase": phrases, "majority": majority}
    for name, make in systems.items():
        answers = cross_validated(make, folds)
        for part, places in parts.items():
            good = quality([answers[at] for at in places], [truth[at] for at in places])
            rows.append(row(part, name, len(places), quality=good))
    labeller = load()
    asked = queries()
    said = [labeller.suggest(text) for text, _ in asked]
    sure = [labels & {one.label} != set() for (_, labels), one in zip(asked, said, strict=True) if one.sure]
    good = {
        "top1": round(sum(one.label in labels for (_, labels), one in zip(asked, said, strict=True)) / len(asked), 3),
        "top3": round(
            sum(
                bool(labels & {name for name, _ in one.labels[:3]})
                for (_, labels), one in zip(asked, said, strict=True)
            )
            / len(asked),
            3,
        ),
        "sure": round(len(sure) / len(asked), 3),
        "sure_right": round(sum(sure) / len(sure), 3) if sure else None,
    }
    rows.append(row("search queries", "dure", len(asked), quality={**good}))
    beside = off_topic()
    wrongly = sum(labeller.suggest(text).sure for text in beside)
    rows.append(row("off topic", "dure", len(beside), quality={"sure": round(wrongly / len(beside), 3)}))
    inputs = [one.text for one in texts][:: 10 if quick else 1]
    p50, p99 = percentiles(latencies(partial(labeller.suggest), inputs))
    rows.append(row("one suggestion", "dure", len(inputs), p50_ms=round(p50, 2), p99_ms=round(p99, 2)))
    learnt = apart(learning, 0)
    rows.append(
        row(
            "analyser and learning",
            "dure",
            len(texts),
            cpu_s=round(learnt.cpu_s, 1),
            wall_s=round(learnt.wall_s, 1),
            peak_mib=round(learnt.peak_mib),
        )
    )
    if not quick:
        write(rows)
    return {"rows": rows, "ratios": {}, "notes": _NOTES}


_NOTES = [
    "every text was written by one author, also those that are tested: what other people write is farther from the "
    "training texts than these are from each other. A test that leaves one writer out is impossible with one writer",
    "grouped folds: what says nearly the same (written as paraphrases, or sharing half of its words) is in one fold",
    "search queries were labelled earlier, for another bench; they are catchwords, and some resemble training texts",
]


def write(rows: Sequence[dict[str, Any]]) -> None:
    """The figures as a table into docs/labels.md, between its marks."""
    heads = ("top1", "top3", "calibration_error", "sure", "sure_right")
    lines = ["| texts | system | n | " + " | ".join(heads) + " |", "|---|---|" + "--:|" * (1 + len(heads))]
    for line in rows:
        if line["quality"]:
            figures = (line["quality"].get(head) for head in heads)
            cells = ["–" if value is None else f"{value:.3f}" for value in figures]
            lines.append(f"| {line['case']} | {line['system']} | {line['n']:,} | " + " | ".join(cells) + " |")
    by = {line["case"]: line for line in rows}
    one, learnt = by["one suggestion"], by["analyser and learning"]
    lines += [
        "",
        f"One suggestion takes {one['p50_ms']} ms (p50) and {one['p99_ms']} ms (p99). Loading the "
        f"analyser and learning take {learnt['wall_s']} s by the clock, {learnt['cpu_s']} s of "
        f"processor, once per process, and at most {learnt['peak_mib']} MiB.",
    ]
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")
