"""Answers that a body wrote beforehand."""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Membership
from dure.core import clock
from dure.core.events import record
from dure.core.links import urn
from dure.core.privacy import has_personal_data
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.reports import categories
from dure.reports.models import AnswerTemplate, Report
from dure.reports.working import policy as rules

PLACEHOLDERS = ("receipt", "category", "place", "unit")
_GAP = re.compile(r"\{([^{}\n]{0,40})\}")


def template_save(*, by: Viewer, id: UUID, title: str, text: str, category: str = "") -> AnswerTemplate:
    """Write an answer for the officers of one's body, or change it. Refused `invalid`: an unknown {placeholder},
    personal data, a title that another one has."""
    rules.must_know_the_officers(by)
    title = tidy(title, longest=80, field="title", needed=_("이름을 적어 주세요."), one_line=True)
    text = tidy(text, longest=4000, field="text", needed=_("답을 적어 주세요."))
    if unknown := [name for name in _GAP.findall(text) if name not in PLACEHOLDERS]:
        raise Refused("invalid", _("모르는 빈칸입니다: %(name)s") % {"name": "{" + unknown[0] + "}"}, "text")
    if has_personal_data(text):
        raise Refused("invalid", _("전화번호 같은 개인정보는 빼 주세요."), "text")
    if category and categories.category(category) is None:
        raise Refused("invalid", _("없는 종류입니다. 다시 골라 주세요."), "category")
    with transaction.atomic():
        row = AnswerTemplate.objects.select_for_update(of=("self",)).filter(pk=id).first()
        if row is not None and (row.body_id != by.body_id or row.removed_at is not None):
            raise Refused("not_found", _("없는 답 틀입니다."))
        same = AnswerTemplate.objects.filter(body_id=by.body_id, title=title, removed_at=None).exclude(pk=id)
        if same.exists():
            raise Refused("invalid", _("같은 이름의 답 틀이 있습니다."), "title")
        row = row or AnswerTemplate(pk=id, body_id=by.body_id)
        row.title, row.text, row.category = title, text, category
        row.person_id, row.changed_at = by.person_id, clock.now()
        row.save()
        record(by=by, type="reports.template.saved", subject=urn("body", row.body_id), data={"template": str(row.pk)})
    return row


def template_remove(*, by: Viewer, id: UUID) -> None:
    """Offer it no longer. What was answered with it stays."""
    rules.must_know_the_officers(by)
    with transaction.atomic():
        row = AnswerTemplate.objects.select_for_update(of=("self",)).filter(pk=id, body_id=by.body_id).first()
        if row is None or row.removed_at is not None:
            raise Refused("not_found", _("없는 답 틀입니다."))
        row.removed_at = clock.now()
        row.save(update_fields=["removed_at"])
        record(by=by, type="reports.template.removed", subject=urn("body", row.body_id), data={"template": str(id)})


def filled(by: Viewer, id: UUID, report: Report) -> str:
    """The template's text for that report."""
    row = AnswerTemplate.objects.filter(pk=id, body_id=by.body_id, removed_at=None).first()
    if row is None:
        raise Refused("invalid", _("답 틀을 골라 주세요."), "template")
    return fill(row.text, report, unit_of(by) or report.unit)


def fill(text: str, report: Report, unit: str) -> str:
    values = {
        "receipt": report.receipt,
        "category": categories.name_of(report.category) or _("신고"),
        "place": report.address or _("알려 주신 자리"),
        "unit": unit or (report.body.name if report.body else ""),
    }
    return _GAP.sub(lambda found: values.get(found[1], found[0]), text)


def unit_of(by: Viewer) -> str:
    """The unit in which the person works for the body."""
    rows = Membership.objects.valid_on(clock.today()).filter(person=by.person_id, body=by.body_id)
    return str(rows.values_list("unit", flat=True).first() or "")
