"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.bodies.queries import names_by_code
from dure.core.refused import Refused
from dure.places.queries import names_of
from dure.resources.models import Resource


def attempt(form: forms.Form, act: Callable[[], Any], *, may_fix: bool = True, **rename: str) -> Any:
    """Run an action; a refusal becomes an error of the form, on the field it names. None when refused.

    `rename` maps a field of the action to a field of the form. Without `may_fix`, who is not allowed is told so on a
    page of its own: nothing typed would change it.
    """
    try:
        return act()
    except Refused as refused:
        if refused.code in ("not_found", "not_signed_in") or (refused.code == "not_allowed" and not may_fix):
            raise
        field = rename.get(refused.field or "", refused.field)
        form.add_error(field if field in form.fields else None, str(refused.message))
        return None


def area_name(code: str) -> str:
    """The name of an area in the reader's language, with its province where a body answers for it."""
    return (names_of([code]) | names_by_code([code])).get(code, code) if code else ""


def day(request: HttpRequest, name: str) -> date | None:
    """A day from the query (also a month, as its first day) in the years that calendars show; None for anything
    else."""
    text = request.GET.get(name, "")
    try:
        found = date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
    except ValueError:
        return None
    return found if 2006 <= found.year <= 2049 else None


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("자원"), reverse("resources:list")), *more]


def price_of(price: int, per: str) -> str:
    """The price in words: 무료, or so much for each hour, day or use."""
    if not price:
        return _("무료")
    return _("%(per)s에 %(won)s원") % {"per": Resource.Per(per).label, "won": f"{price:,}"}
