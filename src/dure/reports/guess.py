"""What kind of matter words speak of: the one door to the text model (`dure.engines.labels`)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from dure.reports import categories

MOST = 3


@dataclass(frozen=True)
class Guess:
    """`labels` are (category id, probability 0 to 1), likeliest first; `words` those that spoke for the first. Not
    `sure`: ask the person."""

    labels: tuple[tuple[str, float], ...] = ()
    sure: bool = False
    words: tuple[str, ...] = ()


def guess(text: str) -> Guess:
    """Suggest a category; nothing and unsure for an empty text, or where the model is not installed."""
    if not text.strip() or find_spec("dure.engines.labels") is None:
        return Guess()
    found = import_module("dure.engines.labels").shared_labeller().suggest(text)
    labels = tuple((id, float(p)) for id, p in found.labels if categories.category(id))[:MOST]
    words = tuple(str(getattr(word, "word", word)) for word in found.words)
    return Guess(labels, bool(found.sure and labels), words)
