"""What evidence comes with an answer or a measurement: a link that can be opened, a file of the collaboration."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from dure.collaboration.models import Collaboration
from dure.core.attachments import Taken, attach, take_in
from dure.core.models import Attachment
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

_is_address = URLValidator(schemes=["http", "https"])


def link_of(text: object) -> str:
    """An address of the web, or ''. Refused `invalid` at `link`."""
    link = tidy(text, longest=500, field="link", one_line=True)
    if link:
        try:
            _is_address(link)
        except ValidationError as error:
            raise Refused("invalid", _("http나 https로 시작하는 주소를 적어 주세요."), "link") from error
    return link


def taken(uploaded: Any) -> Taken | None:
    """The bytes stored and checked, before the transaction begins."""
    return take_in(uploaded) if uploaded else None


def hang(by: Viewer, collaboration: Collaboration, file: Taken | None, note: str) -> Attachment | None:
    """Hang the file on the collaboration, where it stands among its files, too."""
    if file is None:
        return None
    return attach(
        by=by, subject=collaboration.urn, circle=collaboration.pk, uploaded=file, body_id=by.body_id, note=note
    )
