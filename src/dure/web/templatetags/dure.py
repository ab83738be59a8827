"""Filters and tags of every page: how dates, money, names and form fields are written. Built in everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from asgiref.local import Local
from django import template
from django.core.paginator import Page
from django.core.signals import request_finished, request_started
from django.dispatch import receiver
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dure.core import clock
from dure.web import fields as field_kinds

register = template.Library()

WEEKDAYS = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE, HOUR, DAY = 60, 3600, 86400


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon from the sprite. Without a label it is decoration and hidden from screen readers."""
    url = f"{static('dure/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, url)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', url)


@register.filter
def date_ko(value: date | datetime | None) -> str:
    """`2026. 11. 21. (토)`; in English `Sat 21 Nov 2026`; Seoul time; empty for None."""
    if not value:
        return ""
    day = localtime(value).date() if isinstance(value, datetime) else value
    language = (get_language() or "ko")[:2]
    if language == "ko":
        return f"{day.year}. {day.month}. {day.day}. ({WEEKDAYS['ko'][day.weekday()]})"
    if language == "en":
        return f"{WEEKDAYS['en'][day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"
    return date_format(day, "DATE_FORMAT")


@register.filter
def datetime_ko(value: datetime | date | None) -> str:
    """`2026. 11. 21. (토) 14:05`; in English `Sat 21 Nov 2026, 14:05`; a date alone has no time; empty for None."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        return date_ko(value)
    comma = "" if (get_language() or "ko").startswith("ko") else ","
    return f"{date_ko(value)}{comma} {localtime(value):%H:%M}"


@register.filter
def since(value: datetime | None) -> str:
    """How long ago or how far ahead, in one unit: `3시간 전`, `2일 뒤`. Stands beside the absolute time."""
    if not value:
        return ""
    seconds = int((clock.now() - value).total_seconds())
    ahead, size = seconds < 0, abs(seconds)
    if size < MINUTE:
        return _("곧") if ahead else _("방금")
    if size < HOUR:
        n = size // MINUTE
        text = ngettext("%(n)d분 뒤", "%(n)d분 뒤", n) if ahead else ngettext("%(n)d분 전", "%(n)d분 전", n)
    elif size < DAY:
        n = size // HOUR
        text = ngettext("%(n)d시간 뒤", "%(n)d시간 뒤", n) if ahead else ngettext("%(n)d시간 전", "%(n)d시간 전", n)
    elif size < 60 * DAY:
        n = size // DAY
        text = ngettext("%(n)d일 뒤", "%(n)d일 뒤", n) if ahead else ngettext("%(n)d일 전", "%(n)d일 전", n)
    else:
        n = size // (30 * DAY)
        text = ngettext("%(n)d개월 뒤", "%(n)d개월 뒤", n) if ahead else ngettext("%(n)d개월 전", "%(n)d개월 전", n)
    return text % {"n": n}


def _days_left(value: date | datetime) -> int:
    day = localtime(value).date() if isinstance(value, datetime) else value
    return (day - clock.today()) // timedelta(days=1)


@register.filter
def left(value: date | datetime | None) -> str:
    """A deadline from today: `오늘까지`, `내일까지`, `3일 남음`, `2일 지남`; empty for None."""
    if not value:
        return ""
    n = _days_left(value)
    if n == 0:
        return _("오늘까지")
    if n == 1:
        return _("내일까지")
    if n > 0:
        return ngettext("%(n)d일 남음", "%(n)d일 남음", n) % {"n": n}
    return ngettext("%(n)d일 지남", "%(n)d일 지남", -n) % {"n": -n}


@register.filter
def left_kind(value: date | datetime | None) -> str:
    """The tag kind for a deadline: `bad` today or past, `warn` tomorrow, else empty."""
    if not value:
        return ""
    n = _days_left(value)
    return "bad" if n <= 0 else "warn" if n == 1 else ""


@register.filter
def number(value: float | None) -> str:
    """`1234567` as `1,234,567`; a fraction keeps its digits; empty for None."""
    return "" if value is None or value == "" else f"{value:,}"


@register.filter
def won(value: int | None) -> str:
    """Whole won: `1,234,000원`; in English `KRW 1,234,000`; empty for None."""
    if value is None or value == "":
        return ""
    return _("%(amount)s원") % {"amount": f"{int(value):,}"}


@register.filter
def phone(value: str | None) -> str:
    """A Korean telephone number with its hyphens: `02-123-4567`, `010-1234-5678`, `1588-1234`; others as they are."""
    if str(value or "").lstrip().startswith("+"):
        return str(value)
    digits = "".join(c for c in str(value or "") if c.isdigit())
    if len(digits) == 8 and digits[0] == "1":
        return f"{digits[:4]}-{digits[4:]}"
    head = 2 if digits.startswith("02") else 4 if digits.startswith("050") and len(digits) == 12 else 3
    if digits.startswith("0") and 7 <= len(digits) - head <= 8:
        return f"{digits[:head]}-{digits[head:-4]}-{digits[-4:]}"
    return str(value or "")


_names = Local()
"""`of`, while a request is answered: names of bodies by id and language, so that a list of things withheld by the same
bodies asks for each once."""


@receiver(request_started)
def _remember_names(**_more: Any) -> None:
    _names.of = {}


@receiver(request_finished)
def _forget_names(**_more: Any) -> None:
    _names.of = None


def _name_of(id: UUID) -> str:
    from dure.core.links import resolve, urn
    from dure.core.viewer import Viewer

    name = urn("body", id)
    link = resolve([name], Viewer.anonymous()).get(name)
    return link.title if link else _("이름을 찾지 못한 기관")


@register.filter
def body_name(value: Any) -> str:
    """A body's name, whole: from the body itself, or from its id through core.links; empty for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, UUID):
        key = (value, get_language())
        known = getattr(_names, "of", None)
        if known is None:
            return _name_of(value)
        if key not in known:
            known[key] = _name_of(value)
        return str(known[key])
    return str(getattr(value, "name", value))


@register.filter
def html_attrs(attrs: Mapping[str, Any]) -> SafeString:
    """What a component was given beyond its own attributes, escaped. Cotton's own `{{ attrs }}` does not escape."""
    given = attrs.attrs_dict() if hasattr(attrs, "attrs_dict") else attrs
    pieces: list[str] = []
    for name, value in given.items():
        if value is False or value is None:
            continue
        if value is True or value == "":
            pieces.append(conditional_escape(name))
        else:
            # Text that is already safe HTML may still hold a quotation mark, which would end the attribute.
            pieces.append(f'{conditional_escape(name)}="{conditional_escape(value).replace(chr(34), "&quot;")}"')
    return mark_safe(" ".join(pieces))


@register.simple_tag
def field_parts(
    field: Any, attrs: Mapping[str, Any] | None = None, hint: str = "", label: str = ""
) -> field_kinds.FieldParts:
    """A bound form field taken apart for `<c-field>`: see dure.web.fields."""
    given = attrs.attrs_dict() if attrs is not None and hasattr(attrs, "attrs_dict") else dict(attrs or {})
    return field_kinds.parts(field, given, hint=hint, label=label)


@register.filter
def form_errors(form: Any) -> list[tuple[str, str, str]]:
    """Every error of a bound form as (id of the input or empty, label or empty, message), in the form's order."""
    return field_kinds.errors(form)


@register.filter
def elided(page: Page[Any]) -> Iterable[int | str]:
    """Page numbers around the current one, with `…` where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.simple_tag
def bar_steps(at: int, steps: int, label: str = "") -> SafeString:
    """The small form of <c-steps>: `steps` short bars, the first `at` filled, said in words to screen readers."""
    said = _("%(steps)d단계 가운데 %(at)d단계") % {"steps": steps, "at": at}
    bars = mark_safe("".join(f"<i{' class=on' if place < at else ''}></i>" for place in range(steps)))
    if label:
        said = f"{said}: {label}"
    return format_html('<div class="steps-bar" role="img" aria-label="{}">{}</div>', said, bars)


@register.filter
def bar_rows(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows (label, value[, url]) with the bar's length in per cent of the greatest; a hair at least where above 0."""
    rows = [tuple(row) for row in rows]
    top = max((row[1] or 0 for row in rows), default=0)
    return [
        {
            "label": row[0],
            "value": row[1],
            "url": row[2] if len(row) > 2 else "",
            "width": max(round(100 * row[1] / top, 1), 0.5) if top and row[1] else 0,
        }
        for row in rows
    ]


@register.simple_tag
def hidden_query(query: QueryDict, *left_out: str) -> SafeString:
    """The page's query as hidden inputs, so that a search box keeps the filters; `left_out` are set elsewhere."""
    pairs = [(k, v) for k, values in query.lists() for v in values if k not in left_out]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)
