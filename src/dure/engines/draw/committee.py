"""Who may sit, and who sits: the committee from the drawn order, with enough different fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FIELDS_NEEDED = 3
"""No bias to one field (the study, table 5-2): at least so many of the five fields in a committee"""


@dataclass(frozen=True)
class Candidate:
    """Somebody on the roster. `member_of` are bodies the person belongs to or belonged to within the year before,
    `interests` bodies of a declared interest, `refused` a ground of its own (a code) for not being drawn."""

    id: str
    field: str
    member_of: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()
    refused: str = ""


@dataclass(frozen=True)
class Excluded:
    """Who is not drawn from. `reason`: `member`, `interest`, or the candidate's own ground; `bodies` those at fault."""

    id: str
    reason: str
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shortage:
    """Why no committee can be formed: how many people and how many fields are missing."""

    people: int
    fields: int


def eligible(candidates: Iterable[Candidate], parties: Iterable[str]) -> tuple[list[Candidate], list[Excluded]]:
    """Those who may be drawn, and the others with the reason; both in the order of their ids."""
    bodies, may, excluded = frozenset(parties), [], []
    for candidate in sorted(candidates, key=lambda one: one.id):
        member, interest = candidate.member_of & bodies, candidate.interests & bodies
        if member:
            excluded.append(Excluded(candidate.id, "member", tuple(sorted(member))))
        elif interest:
            excluded.append(Excluded(candidate.id, "interest", tuple(sorted(interest))))
        elif candidate.refused:
            excluded.append(Excluded(candidate.id, candidate.refused))
        else:
            may.append(candidate)
    return may, excluded


def seats(
    order: Sequence[str], field_of: Mapping[str, str], size: int, *, kept: Sequence[str] = (), gone: Iterable[str] = ()
) -> list[str] | Shortage:
    """The `size` people who sit: those `kept` and, from the drawn order, whoever comes next and leaves enough places
    for the fields still missing. `gone` are passed over. At least FIELDS_NEEDED fields, or a Shortage.
    """
    out = {*gone, *kept}
    seated = list(kept)
    free = [id for id in order if id not in out]
    fields = {field_of[id] for id in seated}
    there = fields | {field_of[id] for id in free}
    short = Shortage(max(size - len(seated) - len(free), 0), max(FIELDS_NEEDED - len(there), 0))
    if len(fields) + size - len(seated) < FIELDS_NEEDED:
        short = Shortage(short.people, FIELDS_NEEDED - len(fields) - (size - len(seated)))
    if short.people or short.fields:
        return short
    for id in free:
        places = size - len(seated)
        if not places:
            break
        with_it = fields | {field_of[id]}
        if max(FIELDS_NEEDED - len(with_it), 0) <= places - 1:
            seated.append(id)
            fields = with_it
    return seated
