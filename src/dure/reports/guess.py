"""What kind of matter words speak of: the one door to the text model (`dure.engines.labels`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from dure.engines.labels import Labeller, shared_labeller
from dure.reports import categories

MOST = 3


@dataclass(frozen=True)
class Guess:
    """`labels` are (category id, probability 0 to 1), likeliest first; `words` those that spoke for the first. Not
    `sure`: ask the person."""

    labels: tuple[tuple[str, float], ...] = ()
    sure: bool = False
    words: tuple[str, ...] = ()


def labeller() -> Labeller:
    """The labeller of this process, from what was learnt when the data was loaded."""
    return shared_labeller(Path(settings.DATA_DIR) / "labels")


def guess(text: str) -> Guess:
    """Suggest a category; nothing and unsure for an empty text."""
    if not text.strip():
        return Guess()
    found = labeller().suggest(text)
    labels = tuple((id, float(p)) for id, p in found.labels if categories.category(id))[:MOST]
    words = tuple(str(getattr(word, "word", word)) for word in found.words)
    return Guess(labels, bool(found.sure and labels), words)
