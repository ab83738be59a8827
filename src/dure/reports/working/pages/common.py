"""What the pages of this part share."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.core import attachments
from dure.core.attachments import Taken
from dure.core.refused import Refused


def taken(files: list[UploadedFile]) -> tuple[Taken, ...]:
    """The pictures, read and stored before the transaction begins. Refused `invalid` (field `files`)."""
    try:
        return tuple(attachments.take_in(file) for file in files)
    except Refused as refused:
        raise Refused(refused.code, refused.message, "files") from refused


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("신고 처리"), reverse("reports:working_list")), *more]
