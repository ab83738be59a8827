"""What a report is about, suggested from its words by a local model that can say why.

    labeller = shared_labeller()                   # learns data/services/labelled.csv once per process, some seconds
    suggestion = labeller.suggest("국도에 고라니가 죽어 있어요")
    suggestion.label, suggestion.sure              # 'roads.roadkill', True
    suggestion.words[0].word                       # '고라니가'

Pure: no database, clock or network. There is no file of the trained model: learning takes about as long as the analyser
takes to load, and a model that is not stored cannot be older than its texts. `docs/labels.md` has the figures.
"""

from __future__ import annotations

import csv
import threading
from functools import lru_cache
from pathlib import Path

from dure.engines.labels.model import Example, Labeller, SpokenWord, Suggestion

__all__ = ["Example", "Labeller", "SpokenWord", "Suggestion", "examples", "load", "shared_labeller"]

TEXTS = Path(__file__).resolve().parents[4] / "data" / "services" / "labelled.csv"
_lock = threading.Lock()


def examples(path: Path = TEXTS) -> list[Example]:
    """The labelled texts of a file with the columns text, category, lang, group, origin."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Example(row["text"], row["category"], row["group"]) for row in csv.DictReader(file)]


def load(path: Path = TEXTS) -> Labeller:
    """A labeller that has learnt the texts of a file."""
    return Labeller(examples(path))


def shared_labeller() -> Labeller:
    """The labeller of this process; the first call learns, behind a lock."""
    with _lock:
        return _shared()


@lru_cache(maxsize=1)
def _shared() -> Labeller:
    return load()
