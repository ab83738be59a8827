"""What the pages of this part share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.core import attachments
from dure.core.attachments import Taken
from dure.core.refused import Refused


def attempt(form: forms.Form, act: Callable[[], Any], **rename: str) -> Any:
    """Run an action; a refusal becomes an error of the form, on the field it names. None when refused."""
    try:
        return act()
    except Refused as refused:
        if refused.code in ("not_found", "not_signed_in", "not_allowed"):
            raise
        field = rename.get(refused.field or "", refused.field)
        form.add_error(field if field in form.fields else None, str(refused.message))
        return None


def taken(files: list[UploadedFile]) -> tuple[Taken, ...]:
    """The pictures, read and stored before the transaction begins. Refused `invalid` (field `files`)."""
    try:
        return tuple(attachments.take_in(file) for file in files)
    except Refused as refused:
        raise Refused(refused.code, refused.message, "files") from refused


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("신고 처리"), reverse("reports:working_list")), *more]
