"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.bodies.queries import names_by_code
from dure.core.refused import Refused
from dure.places.queries import names_of


def attempt(form: forms.Form, act: Callable[[], Any], **rename: str) -> Any:
    """Run an action; a refusal becomes an error of the form, on the field it names. None when refused.

    `rename` maps a field of the action to a field of the form.
    """
    try:
        return act()
    except Refused as refused:
        if refused.code in ("not_found", "not_signed_in"):
            raise
        field = rename.get(refused.field or "", refused.field)
        form.add_error(field if field in form.fields else None, str(refused.message))
        return None


def area_names(codes: list[str]) -> dict[str, str]:
    """{code: name in the reader's language, with its province}; what is no body has its own name only."""
    return names_of(codes) | names_by_code(codes) if codes else {}


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def narrowing(cleaned: dict[str, Any]) -> dict[str, Any] | None:
    """Level, reason and review date of a form where something is not for all; None where it is."""
    level = cleaned.get("level") or ("partners" if cleaned.get("narrow") else "public")
    if level == "public":
        return None
    review_on: date | None = cleaned.get("review_on")
    return {"level": level, "reason": cleaned.get("reason") or "", "review_on": review_on}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("함께 푸는 일"), reverse("collaboration:list")), *more]
