"""A collaboration in the study's frame, and the engine's sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import get_language

from dure.collaboration.models import Collaboration, PartnerKind, Target
from dure.engines.typology import Attributes, Said

LONG = timedelta(days=2 * 365)


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
