"""Staff sessions: an operator acts for support only for a limited time, with a reason, and with everything logged."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.accounts.factors import has_second_factor
from dure.core.events import record
from dure.core.links import urn
from dure.core.models import Person, StaffSession
from dure.core.refused import Refused
from dure.core.viewer import Viewer

LONGEST = timedelta(minutes=60)


def running(person_id: UUID, session_id: UUID | str) -> StaffSession | None:
    """That staff session if it is this operator's and runs now."""
    rows = StaffSession.objects.filter(
        person_id=person_id, person__is_operator=True, person__is_active=True, ended_at=None, expires_at__gt=clock.now()
    )
    try:
        return rows.filter(pk=session_id).first()
    except (ValidationError, ValueError):
        return None


@transaction.atomic
def staff_session_open(*, by: Viewer, reason: str, minutes: int) -> StaffSession:
    """Open a staff session of up to 60 minutes. Refused `not_allowed` for others than operators with a second factor,
    `invalid` without a reason (5 to 300 characters) or for another length, `conflict` while one of the operator's own
    runs."""
    person = Person.objects.select_for_update().filter(pk=by.person_id, is_operator=True, is_active=True).first()
    if by.kind != "person" or person is None:
        raise Refused("not_allowed", _("설치 운영자만 할 수 있습니다."))
    if not has_second_factor(person.pk):
        raise Refused("not_allowed", _("2단계 인증을 먼저 설정해 주세요."))
    reason = " ".join(reason.split())
    if not 5 <= len(reason) <= 300:
        raise Refused("invalid", _("까닭을 5자에서 300자 사이로 적어 주세요."), "reason")
    if not timedelta(0) < timedelta(minutes=minutes) <= LONGEST:
        raise Refused("invalid", _("60분까지 열 수 있습니다."), "minutes")
    now = clock.now()
    if StaffSession.objects.filter(person=person, ended_at=None, expires_at__gt=now).exists():
        raise Refused("conflict", _("이미 열려 있는 운영 지원 시간이 있습니다."))
    session = StaffSession.objects.create(
        person=person, reason=reason, started_at=now, expires_at=now + timedelta(minutes=minutes)
    )
    record(by=by, type="core.staff.opened", subject=urn("staff_session", session.pk), data={"minutes": minutes})
    return session


@transaction.atomic
def staff_session_end(*, by: Viewer, session_id: UUID) -> StaffSession:
    """End one's own staff session, or, inside one, another operator's. Refused `not_found`, or `conflict` if it is
    over."""
    session = StaffSession.objects.select_for_update().filter(pk=session_id).first()
    if session is None or not (by.operator or (by.kind == "person" and session.person_id == by.person_id)):
        raise Refused("not_found", _("그런 운영 지원 시간이 없습니다."))
    if session.ended_at or session.expires_at <= clock.now():
        raise Refused("conflict", _("이미 끝났습니다."))
    session.ended_at = clock.now()
    session.save(update_fields=["ended_at"])
    record(by=by, type="core.staff.ended", subject=urn("staff_session", session.pk))
    return session


def record_admin_write(*, by: Viewer, action: str, model: str, key: str, fields: list[str]) -> None:
    """Log one write made on an admin page: which model (`core.person`), row and fields, never their values."""
    if by.staff_session_id is None:
        raise Refused("not_allowed", _("운영 지원 시간을 먼저 열어 주세요."))
    record(
        by=by,
        type=f"core.admin.{action}",
        subject=urn("staff_session", by.staff_session_id),
        data={"model": model, "row": key, "fields": fields},
    )
