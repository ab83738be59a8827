"""What stands beside the form of asking: similar cases, the type, partners to invite, and the guideline's hint."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from dure.collaboration.frame import attributes_of, said
from dure.collaboration.library import typology as library
from dure.collaboration.models import Case, Collaboration
from dure.collaboration.partnering import Partner, partners
from dure.engines.typology import Attributes
from dure.engines.typology.study import CONSIDERATION_NAMES

ENOUGH_WORDS = 6
LOOKED_AT, SHOWN = 40, 4


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
class Beside:
    """`enough` is false while too little was typed for anything to be said."""

    enough: bool
    similar: tuple[SimilarCase, ...] = ()
    typology: TypeView | None = None
    partners: tuple[Partner, ...] = ()
    hints: tuple[str, ...] = ()


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


def hints_for(step: int) -> tuple[str, ...]:
    """The study's guideline (표 5-1 and what it found to be missing) for one step of asking."""
    entry = _hints().get(str(step), {})
    language = "en" if get_language() == "en" else "ko"
    return tuple(entry.get(language, ()))


@cache
def _hints() -> dict[str, Any]:
    return json.loads((settings.BASE_DIR / "data" / "guideline" / "hints.json").read_text())
