"""Who may read a thing of the workspace, its files, and the personal calendar address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration import actions as together
from dure.collaboration.models import Collaboration
from dure.collaboration.workspace import policy
from dure.collaboration.workspace.actions.common import begin, locked
from dure.collaboration.workspace.models import CalendarKey, Work
from dure.core import attachments, clock, tokens
from dure.core.events import record
from dure.core.ids import uuid7
from dure.core.links import urn
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level, open_up, withhold


def work_open(*, by: Viewer, model: type[Work], id: UUID) -> Work:
    """Show a withheld thing to everybody again: the party that made it."""
    with transaction.atomic():
        thing = locked(model, by, id)
        policy.must_have_made(by, thing)
        if thing.withheld is None:
            raise Refused("conflict", _("이미 모두에게 공개된 것입니다."))
        open_up(by=by, thing=thing)
    return thing


def work_keep_withheld(*, by: Viewer, model: type[Work], id: UUID, reason: str, review_on: date | None) -> Work:
    """Look at a withheld thing again and keep it withheld until another day. What is public stays public: closing it
    would need all parties."""
    with transaction.atomic():
        thing = locked(model, by, id)
        policy.must_have_made(by, thing)
        if thing.withheld is None:
            raise Refused("conflict", _("공개된 것을 한 기관이 닫을 수는 없습니다."))
        withhold(by=by, thing=thing, level=Level.PARTNERS, reason=reason, review_on=review_on)
    return thing


def workspace_file_add(
    *, by: Viewer, id: UUID, uploaded: Any, note: str = "", visibility: Mapping[str, Any] | None = None
) -> Any:
    """Add a file of the common work. One of the same name is its next version; the earlier ones stay."""
    taken = attachments.take_in(uploaded)
    with transaction.atomic():
        begin(by, id)
        if visibility and visibility.get("level") != Level.PARTNERS:
            raise Refused("invalid", _("함께하는 기관에는 모두 보여야 합니다."), "visibility")
        return together.file_add(by=by, id=id, uploaded=taken, note=note, visibility=visibility)


def calendar_key_make(*, by: Viewer, id: UUID) -> tuple[CalendarKey, str]:
    """The person's secret calendar address of a collaboration, and its token; the old one, where there is one, ends."""
    with transaction.atomic():
        collaboration = _party(by, id)
        CalendarKey.objects.filter(
            collaboration=collaboration, body_id=by.body_id, person_id=by.person_id, ended_at=None
        ).update(ended_at=clock.now())
        key_id = uuid7()
        token = tokens.token_of("calendar", key_id)
        row = CalendarKey.objects.create(
            pk=key_id,
            collaboration=collaboration,
            body_id=by.body_id,
            person_id=by.person_id,
            token_hash=tokens.token_hash(token),
        )
        record(by=by, type="collaboration.calendar.opened", subject=urn("collaboration", id))
    return row, token


def calendar_key_end(*, by: Viewer, id: UUID) -> None:
    """End one's secret calendar address; nothing happens where there is none."""
    with transaction.atomic():
        collaboration = _party(by, id)
        rows = CalendarKey.objects.filter(
            collaboration=collaboration, body_id=by.body_id, person_id=by.person_id, ended_at=None
        )
        if rows.update(ended_at=clock.now()):
            record(by=by, type="collaboration.calendar.closed", subject=urn("collaboration", id))


def _party(by: Viewer, id: UUID) -> Collaboration:
    collaboration = Collaboration.objects.select_for_update().filter(pk=id).first()
    if collaboration is None:
        raise Refused("not_found", _("없는 협업입니다."))
    policy.must_read_as_party(by, collaboration)
    return collaboration
