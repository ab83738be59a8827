"""What a report is about, suggested from its words by a local model that can say why.

    labeller = shared_labeller()                   # learns data/services/labelled.csv once per process, some seconds
    suggestion = labeller.suggest("국도에 고라니가 죽어 있어요")
    suggestion.label, suggestion.sure              # 'roads.roadkill', True
    suggestion.words[0].word                       # '고라니가'

Pure: no database, clock or network. What was learnt can be kept in a folder (`shared_labeller(folder)`) under a mark of
the texts and of the code, so that it is never older than either. `docs/labels.md` has the figures.
"""

from __future__ import annotations

import csv
import threading
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from dure.engines.labels.model import Example, Labeller, SpokenWord, Suggestion

__all__ = ["Example", "Labeller", "SpokenWord", "Suggestion", "examples", "load", "mark_of", "shared_labeller"]

TEXTS = Path(__file__).resolve().parents[4] / "data" / "services" / "labelled.csv"
_lock = threading.Lock()


def examples(path: Path = TEXTS) -> list[Example]:
    """The labelled texts of a file with the columns text, category, lang, group, origin."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Example(row["text"], row["category"], row["group"]) for row in csv.DictReader(file)]


def load(path: Path = TEXTS) -> Labeller:
    """A labeller that has learnt the texts of a file."""
    return Labeller(examples(path))


def mark_of(path: Path = TEXTS) -> str:
    """Of the texts, and of the code that learns from them."""
    here = Path(__file__).parent
    parts = [path, *(here / name for name in ("features.py", "model.py"))]
    return sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def shared_labeller(folder: Path | None = None) -> Labeller:
    """The labeller of this process. The first call reads what was kept in `folder`, or else learns (seconds) and keeps
    it there; without a folder it learns."""
    with _lock:
        return _shared(folder)


@lru_cache(maxsize=1)
def _shared(folder: Path | None) -> Labeller:
    if folder is None:
        return load()
    mark = mark_of()
    found = Labeller.read(folder, mark)
    if found is None:
        found = load()
        found.save(folder, mark)
    return found
