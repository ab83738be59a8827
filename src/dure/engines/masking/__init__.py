"""Personal numbers in Korean text: found, and replaced by the word for what stood there. Pure.

    masked = mask("차주 번호는 010-1234-5678, 12가3456입니다")
    masked.text                                    # '차주 번호는 [전화번호], [차량번호]입니다'
    [(one.kind, one.start, one.end) for one in masked.found]    # places in the text as given

What cannot be told from its form (a name, a home address, a birthday) is not found: absence of findings is no proof.
Numbers that belong to nobody in person (business and receipt numbers, 1588-…) are recognised and stay. Time is linear
in the length of the text. `./dure bench masking` prints recall and precision; `docs/masking.md` lists what is missed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from dure.engines.masking import numbers
from dure.engines.masking.accounts import PUBLIC, accounts, public
from dure.engines.masking.checks import business_check, luhn, resident_check
from dure.engines.masking.found import CERTAIN, POSSIBLE, Found
from dure.engines.masking.reading import LABELS, normal

__all__ = [
    "CERTAIN",
    "LABELS",
    "POSSIBLE",
    "PUBLIC",
    "Found",
    "Masked",
    "business_check",
    "find",
    "luhn",
    "mask",
    "recognise",
    "resident_check",
]

_FINDERS = (
    numbers.emails,
    numbers.resident,
    numbers.drivers,
    numbers.cards,
    numbers.phones,
    numbers.plates,
    numbers.passports,
    accounts,
)
_PASSES = 6
"""A number that is masked brings its neighbours closer to the words around. So that masking again finds nothing, the
text is read again as it will stand; it settles at the second reading but for made-up chains."""


@dataclass(frozen=True)
class Masked:
    """`text`: with each number replaced. `found`: what was replaced, in the order of the text as given."""

    text: str
    found: tuple[Found, ...]


def find(text: str) -> list[Found]:
    """Personal numbers in `text`, ordered by position, without overlaps. Time is linear in the length of the text."""
    found: list[Found] = []
    origin = list(range(len(text)))
    for _ in range(_PASSES):
        new = _once(text)
        if not new:
            break
        found += [Found(one.kind, origin[one.start], origin[one.end - 1] + 1, one.certainty) for one in new]
        pieces: list[str] = []
        places: list[int] = []
        last = 0
        for one in new:
            mark = f"[{LABELS[one.kind]}]"
            pieces += [text[last : one.start], mark]
            places += [*origin[last : one.start], *[origin[one.start]] * len(mark)]
            last = one.end
        origin = [*places, *origin[last:]]
        text = "".join(pieces) + text[last:]
    return sorted(found, key=lambda one: one.start)


def recognise(text: str) -> list[Found]:
    """Numbers that are public, by the kinds of PUBLIC: they are never masked."""
    plain, positions = normal(text)
    return [_placed(one, positions) for one in _joined(public(plain))]


def mask(text: str, *, keep: Collection[str] = (), possible: bool = True) -> Masked:
    """The text with each personal number replaced by its name in brackets ('[전화번호]').

    `keep`: kinds that stay, such as the plate in a report about parking. `possible=False` leaves unsure ones.
    """
    found = tuple(one for one in find(text) if one.kind not in keep and (possible or one.certainty == CERTAIN))
    pieces: list[str] = []
    last = 0
    for one in found:
        pieces += [text[last : one.start], f"[{LABELS[one.kind]}]"]
        last = one.end
    return Masked("".join(pieces) + text[last:], found)


def _once(text: str) -> list[Found]:
    plain, positions = normal(text)
    stays = bytearray(len(plain))
    for one in public(plain):
        stays[one.start : one.end] = b"\x01" * (one.end - one.start)
    found = [one for finder in _FINDERS for one in finder(plain) if not any(stays[one.start : one.end])]
    return [_placed(one, positions) for one in _joined(found)]


def _joined(found: Iterable[Found]) -> list[Found]:
    """Findings that overlap made one, so that nothing of either is left: from the first sign to the last, of the kind
    of the certain one, then the longer, then the more telling (the order of the finders)."""
    ranked = sorted(
        ((one.certainty != CERTAIN, one.start - one.end, order, one) for order, one in enumerate(found)),
        key=lambda entry: entry[3].start,
    )
    kept: list[Found] = []
    end = 0
    cluster: list[tuple[bool, int, int, Found]] = []
    for entry in [*ranked, None]:
        if cluster and (entry is None or entry[3].start >= end):
            best = min(cluster, key=lambda one: one[:3])[3]
            kept.append(Found(best.kind, cluster[0][3].start, end, best.certainty))
            cluster = []
        if entry is not None:
            cluster.append(entry)
            end = max(end, entry[3].end) if len(cluster) > 1 else entry[3].end
    return kept


def _placed(one: Found, positions: list[int]) -> Found:
    return Found(one.kind, positions[one.start], positions[one.end - 1] + 1, one.certainty)
