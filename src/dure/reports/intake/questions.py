"""What has still to be asked before a report is sent: as little as possible, and only what decides something."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dure.core.viewer import Viewer
from dure.reports import categories
from dure.reports.actions import Said
from dure.reports.categories import Category
from dure.reports.guess import Guess, guess
from dure.reports.intake import queries
from dure.reports.intake.queries import Near
from dure.reports.models import Report


@dataclass(frozen=True)
class Questions:
    """`kind`: the category is not known; `guesses` are the likeliest, `spoke` the words that speak for the first.
    `near`: reports that may be the same. `photos`: nobody said that faces are masked."""

    kind: bool = False
    guesses: tuple[tuple[Category, int], ...] = ()
    spoke: tuple[str, ...] = ()
    near: tuple[Near, ...] = field(default=())
    photos: bool = False

    def __bool__(self) -> bool:
        return self.kind or bool(self.near) or self.photos


def settle(said: Said) -> tuple[Said, Guess]:
    """The category from the words where none was chosen and the words are clear."""
    if said.category or not said.words:
        return said, Guess()
    found = guess(said.words)
    if not found.sure:
        return said, found
    return replace(said, category=found.labels[0][0], category_by=Report.CategoryBy.WORDS), found


def questions(viewer: Viewer, said: Said, found: Guess, *, photos_looked: bool) -> Questions:
    """What to ask about this report before it is sent; nothing where it says nothing yet."""
    if not said.words and said.lon is None and not said.address:
        return Questions()
    pairs = ((categories.category(id), round(100 * p)) for id, p in found.labels)
    near = queries.near(
        viewer,
        words=said.words,
        category=said.category,
        lon=said.lon,
        lat=said.lat,
        accuracy_m=said.accuracy_m,
        address=said.address,
    )
    return Questions(
        kind=not said.category,
        guesses=tuple((one, share) for one, share in pairs if one and not said.category),
        spoke=found.words,
        near=tuple(near),
        photos=bool(said.files) and not photos_looked,
    )
