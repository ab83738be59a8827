"""Filters of the library's pages."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dure.collaboration.library import wording
from dure.collaboration.library.figures import Bar
from dure.collaboration.models.case import PartnerType, Verdict
from dure.engines.typology import Said

register = template.Library()


@register.filter
def field_name(key: str) -> str:
    """A service field in the reader's language."""
    return str(wording.FIELD.get(key, key))


@register.filter
def partner_type_name(key: str) -> str:
    """A partner type in the reader's language."""
    return str(PartnerType(key).label)


@register.filter
def say(said: Said) -> str:
    return wording.say(said)


@register.filter
def mark(verdict: str) -> SafeString:
    """○, △ or ✕, read out as a word."""
    label = Verdict(verdict).label
    return format_html('<span title="{}" role="img" aria-label="{}">{}</span>', label, label, wording.MARKS[verdict])


@register.filter
def with_width(bars: Iterable[Bar]) -> list[dict[str, object]]:
    """Bars with their length in per cent of the longest."""
    bars = list(bars)
    most = max((bar.number for bar in bars), default=0) or 1
    return [
        {
            "key": bar.key,
            "label": bar.label,
            "number": bar.number,
            "lasting": bar.lasting,
            "width": f"{100 * bar.number / most:.1f}",
        }
        for bar in bars
    ]
