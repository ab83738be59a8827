"""What stands beside the form of asking: similar cases, the type, partners to invite, and the guideline's hint."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from dure.bodies.models import Body
from dure.collaboration.library import typology as library
from dure.collaboration.models import Case, Collaboration, PartnerKind, Target
from dure.core import clock
from dure.core.refused import Refused
from dure.engines.typology import Attributes, Candidate, Need, Said
from dure.engines.typology.study import CONSIDERATION_NAMES
from dure.places.queries import neighbours

ENOUGH_WORDS = 6
LOOKED_AT, SHOWN = 40, 4
LONG = timedelta(days=2 * 365)


@dataclass(frozen=True)
class SimilarCase:
    """`lasted`: what the study says made it last (or not); empty for cases that it did not look at in depth."""

    case: Case
    reason: str
    lasted: str = ""


@dataclass(frozen=True)
class TypeView:
    """A classification in the reader's words. `considerations`: (what about, advice)."""

    model: str
    subtype: str
    reason: str
    runner_up: str
    level: str
    considerations: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Partner:
    body: Body
    reason: str
    evidence: tuple[str, ...]
    invited: bool


@dataclass(frozen=True)
class Beside:
    """`enough` is false while too little was typed for anything to be said."""

    enough: bool
    similar: tuple[SimilarCase, ...] = ()
    typology: TypeView | None = None
    partners: tuple[Partner, ...] = ()
    hints: tuple[str, ...] = ()


def said(both: Said) -> str:
    return both.en if get_language() == "en" else both.ko


def attributes_of(collaboration: Collaboration) -> Attributes:
    """A call in the study's frame. What was not said stays unknown."""
    call = collaboration.call
    long = None
    if call.starts_on and call.ends_on:
        long = "long" if call.ends_on - call.starts_on >= LONG else "short"
    external = {Target.EXTERNAL: (call.for_whom,), Target.BOTH: (call.for_whom,), Target.INTERNAL: ()}
    internal = {Target.EXTERNAL: (), Target.BOTH: (call.for_whom,), Target.INTERNAL: (call.for_whom,)}
    return Attributes(
        title=call.title or None,
        theme=" ".join(text for text in (call.problem, call.goal) if text) or None,
        partner_type=_partner_type(call.partner_kinds),
        attribute=call.attribute or None,
        service_field=call.field or None,
        target_external=external.get(call.target),
        target_internal=internal.get(call.target),
        tech_applied=call.technology or None,
        period=long,
    )


def _partner_type(kinds: Sequence[str]) -> str | None:
    wanted = set(kinds)
    if PartnerKind.CENTRAL in wanted:
        return "지자체-중앙-민간" if PartnerKind.PRIVATE in wanted else "지자체-중앙"
    for kind, name in (
        (PartnerKind.LOCAL, "지자체-지자체"),
        (PartnerKind.PRIVATE, "지자체-민간"),
        (PartnerKind.OTHER, "지자체-기타"),
    ):
        if kind in wanted:
            return name
    return None


def beside(collaboration: Collaboration, step: int) -> Beside:
    call = collaboration.call
    hints = hints_for(step)
    if len(f"{call.title} {call.problem} {call.goal}".strip()) < ENOUGH_WORDS:
        return Beside(enough=False, hints=hints)
    asked = attributes_of(collaboration)
    return Beside(
        enough=True,
        similar=_similar(asked),
        typology=type_of(asked),
        partners=partners(collaboration, asked),
        hints=hints,
    )


def type_of(asked: Attributes) -> TypeView:
    """Model and subtype of the study for what was said so far."""
    found = library.classify(asked)
    return TypeView(
        model=said(found.model.name),
        subtype=said(found.subtype.name),
        reason=said(found.reason),
        runner_up=said(found.runner_up.name),
        level=found.level,
        considerations=tuple((said(CONSIDERATION_NAMES[one.key]), said(one.summary)) for one in found.considerations),
    )


def _similar(asked: Attributes) -> tuple[SimilarCase, ...]:
    alike = library.similar(asked, LOOKED_AT)
    found = ([one for one in alike if one.on_topic] or alike)[:SHOWN]
    cases = Case.objects.in_bulk([one.key for one in found], field_name="no")
    return tuple(
        SimilarCase(cases[one.key], said(one.reason), _lasted(cases[one.key])) for one in found if one.key in cases
    )


def _lasted(case: Case) -> str:
    return ((case.depth or {}).get("sustainability") or {}).get("note", "")


def partners(collaboration: Collaboration, asked: Attributes | None = None, k: int = 5) -> tuple[Partner, ...]:
    """Bodies worth inviting, each with its reason; those already invited are marked."""
    call = collaboration.call
    places = frozenset(call.areas or ([collaboration.body.code] if collaboration.body.code_scheme == "mois-10" else []))
    need = Need(asked or attributes_of(collaboration), lacks=" ".join(item.text for item in call.lacks), places=places)
    found = library.partners(
        need,
        neighbours=_neighbours(places),
        leave_out=[collaboration.body_id],
        others=_local_governments(),
        k=k,
    )
    rows = Body.objects.filter(pk__in=[one.key for one in found]).select_related("parent", "province")
    bodies = {str(body.pk): body for body in rows}
    invited = {str(pk) for pk in collaboration.invitations.values_list("body_id", flat=True)}
    return tuple(
        Partner(bodies[one.key], said(one.reason), one.evidence, one.key in invited)
        for one in found
        if one.key in bodies
    )


def _neighbours(places: Iterable[str]) -> dict[str, list[str]]:
    """Bordering areas of each place whose area is known; the others are left out, as not known."""
    found = {}
    for code in places:
        try:
            found[code] = [beside.area.code for beside in neighbours(code)]
        except Refused:
            continue
    return found


def _local_governments() -> list[Candidate]:
    """Every municipality and province of today, so that a neighbour without a case can be suggested, too."""
    rows = Body.objects.valid_on(clock.today()).filter(kind__in=[Body.Kind.SIDO, Body.Kind.SIGUNGU])
    return [
        Candidate(
            str(body.pk),
            Said(body.full_name_ko, body.full_name_en or body.full_name_ko),
            "local",
            frozenset([body.code]),
        )
        for body in rows
    ]


def hints_for(step: int) -> tuple[str, ...]:
    """The study's guideline (표 5-1 and what it found to be missing) for one step of asking."""
    entry = _hints().get(str(step), {})
    language = "en" if get_language() == "en" else "ko"
    return tuple(entry.get(language, ()))


@cache
def _hints() -> dict[str, Any]:
    return json.loads((settings.BASE_DIR / "data" / "guideline" / "hints.json").read_text())
