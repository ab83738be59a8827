"""Forms and actions: what an action refuses is said on the form that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from dure.core.refused import Refused


def attempt(form: forms.Form, act: Callable[[], Any], **rename: str) -> Any:
    """Run an action; a refusal becomes an error of the form, on the field it names. None when refused.

    `rename` maps a field of the action to a field of the form.
    """
    try:
        return act()
    except Refused as refused:
        if refused.code in ("not_found", "not_signed_in", "not_allowed"):
            raise
        field = rename.get(refused.field or "", refused.field)
        form.add_error(field if field in form.fields else None, str(refused.message))
        return None
