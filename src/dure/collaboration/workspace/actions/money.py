"""Budget lines and what was spent of them. Money is whole won."""

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
from dure.collaboration.workspace.actions.common import begin, day, keep, known, locked, milestone_of, narrow, won
from dure.collaboration.workspace.models import BudgetLine, Spending
from dure.core import attachments, clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer


def budget_line_add(
    *, by: Viewer, id: UUID, line_id: UUID, fields: Mapping[str, Any], visibility: Mapping[str, Any] | None = None
) -> BudgetLine:
    """Plan money: `fields` what, payer (body id of a party), planned (won), milestone (id or None).

    The same `line_id` again changes nothing. Refused: not_allowed, conflict, invalid (with the field).
    """
    with transaction.atomic():
        collaboration = begin(by, id)
        made = known(BudgetLine, by, collaboration, line_id)
        if made:
            return made
        assert by.body_id
        line = BudgetLine(pk=line_id, collaboration=collaboration, body_id=by.body_id, person_id=by.person_id)
        _fill(by, collaboration, line, fields)
        line.save(force_insert=True)
        narrow(by, line, visibility)
        record(by=by, type="collaboration.budget.added", subject=line.about, thing=line.urn)
    return line


def budget_line_change(*, by: Viewer, id: UUID, fields: Mapping[str, Any], version: int | None = None) -> BudgetLine:
    """Change a line's plan. Refused `conflict` where somebody changed it since `version`."""
    with transaction.atomic():
        line = locked(BudgetLine, by, id, version)
        before = (line.what, line.payer_id, line.planned, line.milestone_id)
        _fill(by, line.collaboration, line, fields, left_as_is=True)
        if before != (line.what, line.payer_id, line.planned, line.milestone_id):
            keep(line)
            record(by=by, type="collaboration.budget.changed", subject=line.about, thing=line.urn)
    return line


def spending_add(
    *,
    by: Viewer,
    id: UUID,
    spending_id: UUID,
    spent_on: date,
    amount: int,
    note: str = "",
    uploaded: Any = None,
    file_visibility: Mapping[str, Any] | None = None,
) -> Spending:
    """Enter money spent of the line `id`, with its evidence (`uploaded`). More than planned is taken, and shown so.

    The evidence of a withheld line is withheld as the line is. The same `spending_id` again changes nothing.
    """
    # Checked and stored before the transaction: a large file must not hold a lock.
    taken = attachments.take_in(uploaded) if uploaded else None
    with transaction.atomic():
        line = locked(BudgetLine, by, id)
        made = Spending.objects.filter(pk=spending_id).first()
        if made:
            if (made.line_id, made.body_id) != (line.pk, by.body_id):
                raise Refused("conflict", _("이미 쓰인 번호입니다. 처음부터 다시 해 주세요."))
            return made
        spent = day(spent_on, "spent_on", needed=_("언제 썼는지 정해 주세요."))
        assert spent
        if spent > clock.today():
            raise Refused("invalid", _("아직 오지 않은 날입니다."), "spent_on")
        row = Spending(
            pk=spending_id,
            line=line,
            spent_on=spent,
            won=won(amount, "amount", least=1),
            note=tidy(note, longest=300, field="note", one_line=True),
            body_id=by.body_id,
            person_id=by.person_id,
        )
        if taken is not None:
            row.file = _evidence(by, line, taken, file_visibility)
        row.save(force_insert=True)
        data = {"spending": str(row.pk)}
        record(by=by, type="collaboration.spending.added", subject=line.about, thing=line.urn, data=data)
    return row


def spending_strike(*, by: Viewer, id: UUID, reason: str) -> Spending:
    """Strike out an entry that is wrong: it counts no more and stays readable, with the reason."""
    with transaction.atomic():
        found = Spending.objects.filter(pk=id).first()
        if found is None:
            raise Refused("not_found", _("없는 기록입니다."))
        line = locked(BudgetLine, by, found.line_id)
        row = Spending.objects.select_for_update(of=("self",)).get(pk=id)
        if row.struck_at is not None:
            raise Refused("conflict", _("이미 지운 기록입니다."))
        row.struck_reason = tidy(
            reason, longest=300, field="reason", needed=_("지우는 까닭을 적어 주세요."), one_line=True
        )
        row.struck_at = clock.now()
        row.save(update_fields=["struck_at", "struck_reason"])
        data = {"spending": str(row.pk)}
        record(by=by, type="collaboration.spending.struck", subject=line.about, thing=line.urn, data=data)
    return row


def _evidence(by: Viewer, line: BudgetLine, taken: Any, visibility: Mapping[str, Any] | None) -> Any:
    if line.withheld:
        visibility = {"level": line.visibility, "reason": line.withheld_reason, "review_on": line.review_on}
        if line.review_on is not None and line.review_on <= clock.today():
            raise Refused("conflict", _("이 항목의 공개 범위를 다시 볼 날이 지났습니다. 먼저 다시 정해 주세요."))
    note = _("증빙: %(what)s") % {"what": line.what} if not line.withheld else _("증빙")
    return together.file_add(by=by, id=line.collaboration_id, uploaded=taken, note=note, visibility=visibility)


def _fill(
    by: Viewer, collaboration: Collaboration, line: BudgetLine, fields: Mapping[str, Any], *, left_as_is: bool = False
) -> None:
    line.what = tidy(
        fields.get("what"), longest=200, field="what", needed=_("무엇에 쓰는지 적어 주세요."), one_line=True
    )
    payer = fields.get("payer")
    if not (left_as_is and payer == line.payer_id):
        policy.must_be_a_party(collaboration, payer, "payer")
    assert payer
    line.payer_id = payer
    line.planned = won(fields.get("planned"), "planned")
    milestone = fields.get("milestone")
    if not (left_as_is and milestone == line.milestone_id):
        line.milestone = milestone_of(by, collaboration, milestone)
