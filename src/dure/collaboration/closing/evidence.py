"""What evidence comes with an answer or a measurement: a link that can be opened, a file of the collaboration."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.attachments import Taken, attach, take_in
from dure.core.models import Attachment
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.core.visibility import Visible, withhold

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


def hang(
    by: Viewer, collaboration: Collaboration, file: Taken | None, note: str, of: Visible | None = None
) -> Attachment | None:
    """Hang the file on the collaboration, where it stands among its files, too. Evidence of a withheld thing (`of`) is
    withheld as that is; Refused `conflict` where the day to look at that again has passed."""
    if file is None:
        return None
    if of is not None and of.withheld and of.withheld.review_on <= clock.today():
        raise Refused("conflict", _("이 항목의 공개 범위를 다시 볼 날이 지났습니다. 먼저 다시 정해 주세요."))
    row = attach(
        by=by, subject=collaboration.urn, circle=collaboration.pk, uploaded=file, body_id=by.body_id, note=note
    )
    if of is not None and of.withheld:
        withhold(by=by, thing=row, level=of.visibility, reason=of.withheld_reason, review_on=of.review_on)
    return row
