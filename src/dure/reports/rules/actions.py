"""Changing the rules of routing: written as a draft, compared with past reports, then made to hold."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.events import record
from dure.core.jobs import enqueue
from dure.core.models import Job
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.reports.models import RuleText
from dure.reports.rules.reading import parse

COMPARE = "reports.rules.compare"
State = RuleText.State


def must_keep_rules(by: Viewer) -> None:
    """Rules hold for all bodies of the installation: who runs it changes them, in a staff session."""
    if not by.operator:
        code = "not_signed_in" if by.kind == "anonymous" else "not_allowed"
        raise Refused(code, _("규칙은 이 설치를 운영하는 사람이 운영 시간을 열고 고칩니다."))


def rules_save(*, by: Viewer, id: UUID, text: str, note: str) -> RuleText:
    """Keep a draft. Refused `invalid` at `text` with the line that cannot be read, and at `note` where it is empty."""
    must_keep_rules(by)
    note = tidy(note, longest=500, field="note", needed=_("무엇을 왜 바꾸는지 적어 주세요."), one_line=True)
    if len(text) > 400_000:
        raise Refused("invalid", _("규칙 글이 너무 깁니다."), "text")
    parse(text)
    with transaction.atomic():
        row = RuleText.objects.select_for_update().filter(pk=id).first() or RuleText(pk=id, person_id=by.person_id)
        if row.state != State.DRAFT:
            raise Refused("conflict", _("이미 쓰인 규칙은 고칠 수 없습니다. 새로 써 주세요."))
        row.text, row.note, row.changed_at = text.replace("\r\n", "\n"), note, clock.now()
        row.save()
        record(by=by, type="reports.rules.drafted", subject=row.urn)
    return row


def rules_compare(*, by: Viewer, id: UUID, days: int = 730) -> Job:
    """Ask past reports of so many days again under a draft; the answer stands on its page when the job is done."""
    must_keep_rules(by)
    if not 1 <= days <= 3660:
        raise Refused("invalid", _("1일부터 3,660일까지 견줄 수 있습니다."), "days")
    with transaction.atomic():
        _draft(id)
        return enqueue(by=by, kind=COMPARE, args={"id": str(id), "days": days})


def rules_publish(*, by: Viewer, id: UUID) -> RuleText:
    """Make a draft hold from now on. Refused `conflict` before it was compared as it stands."""
    must_keep_rules(by)
    with transaction.atomic():
        row = _draft(id)
        if not row.fresh:
            raise Refused("conflict", _("지난 신고와 견주어 본 뒤에 쓸 수 있습니다."))
        RuleText.objects.select_for_update().filter(state=State.LIVE).update(state=State.PAST)
        row.state, row.live_at = State.LIVE, clock.now()
        row.save()
        record(
            by=by, type="reports.rules.published", subject=row.urn, data={"differ": len(row.compared.get("differ", []))}
        )
    return row


def rules_drop(*, by: Viewer, id: UUID) -> RuleText:
    """Put a draft away."""
    must_keep_rules(by)
    with transaction.atomic():
        row = _draft(id)
        row.state = State.DROPPED
        row.save()
        record(by=by, type="reports.rules.dropped", subject=row.urn)
    return row


def _draft(id: UUID) -> RuleText:
    row = RuleText.objects.select_for_update().filter(pk=id).first()
    if row is None:
        raise Refused("not_found", _("없는 규칙입니다."))
    if row.state != State.DRAFT:
        raise Refused("conflict", _("쓰는 중인 규칙에서만 할 수 있습니다."))
    return row
