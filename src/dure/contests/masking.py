"""Covering who is behind a text: every known name of the bodies that hand it in, and personal data.

It is mechanical: a place, a hospital or a person can give a body away without any of its names. So the organiser reads
and clears each entry before judges do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from dure.bodies.models import Body, BodyAlias
from dure.bodies.names import normal
from dure.core.privacy import mask as mask_personal

COVER = "○○"
_GAP = r"[\s·ㆍ‧.\-,()]*"
_BRACKET = re.compile(r"\s*\([^)]*\)")
# What stands at the end of a municipality's or province's name and is often left out.
_ENDS = ("특별자치도", "특별자치시", "특별시", "광역시", "도", "시", "군", "구")


def names_of(bodies: Iterable[Body]) -> dict[UUID, list[str]]:
    """Everything each of these bodies is called: names in both languages, former and short ones, and the name of a
    municipality without its ending ('가평군' → '가평')."""
    rows = list(bodies)
    found: dict[UUID, set[str]] = {}
    for body in rows:
        said = {body.name_ko, body.full_name_ko, body.name_en, body.full_name_en}
        said |= {_BRACKET.sub("", name) for name in said}
        if body.kind in (Body.Kind.SIGUNGU, Body.Kind.SIDO, Body.Kind.DISTRICT):
            said |= {_stem(_BRACKET.sub("", body.name_ko))}
        found[body.pk] = said
    aliases = BodyAlias.objects.filter(body__in=rows).exclude(kind=BodyAlias.Kind.CODE)
    for body_id, value in aliases.values_list("body_id", "value"):
        found[body_id].add(value)
    return {pk: sorted(name for name in said if len(normal(name)) > 1) for pk, said in found.items()}


def _stem(name: str) -> str:
    for end in _ENDS:
        if name.endswith(end) and len(name) - len(end) >= 2:
            return name.removesuffix(end)
    return ""


def mask(text: str, names: Iterable[str]) -> str:
    """The text with each name covered, however it is spaced, and personal data replaced by what it is."""
    said = [_pattern(name) for name in sorted(set(names), key=lambda name: (-len(name), name)) if len(normal(name)) > 1]
    if said:
        text = re.sub("|".join(said), COVER, text, flags=re.IGNORECASE)
    return mask_personal(text)


def _pattern(name: str) -> str:
    signs = [re.escape(sign) for sign in normal(name)]
    # A name of two letters is covered only as it is written: apart they are in many other words.
    as_written = "|".join({"".join(signs), re.escape(name.strip())})
    found = _GAP.join(signs) if len(signs) > 2 else as_written
    if name.rstrip().endswith(")"):
        found += r"\)?"  # normal() leaves brackets out, and the closing one is no gap
    # Not \b: a Korean particle follows a Latin name without a gap.
    return rf"(?<![A-Za-z])(?:{found})(?![A-Za-z])" if name.isascii() else found
