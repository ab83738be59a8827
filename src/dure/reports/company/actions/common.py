"""What the verbs of the company desk share."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core.models import Audience
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.core.visibility import Visible
from dure.engines.masking import mask
from dure.reports import policy
from dure.reports.company.policy import COMPANY_KINDS
from dure.reports.models import Report

LEVEL = "partners"
"""What is withheld here is read by the body that has it and by the company it is about."""


def public(text: Any, *, longest: int, field: str, needed: str = "", one_line: bool = False) -> str:
    """Typed for others to read: tidied, with personal numbers masked. Refused `invalid` at `field`."""
    said = tidy(text, longest=longest, field=field, needed=needed, one_line=one_line)
    return mask(said).text[:longest]


def company_of(id: UUID, *, lock: bool = False) -> Body:
    """The company; its row guards what there may be one of."""
    rows = Body.objects.select_for_update(of=("self",)) if lock else Body.objects
    found = rows.filter(pk=id, kind__in=COMPANY_KINDS, state=Body.State.CONFIRMED).first()
    if found is None:
        raise Refused("not_found", _("없는 회사입니다."))
    return found


def own_report(by: Viewer, receipt: Any) -> Report | None:
    """The report of a company with this receipt, which the own body has; None for ''."""
    text = str(receipt or "").strip().upper()
    if not text:
        return None
    found = Report.objects.filter(receipt=text, kind="company").first()
    if found is None or not policy.may_work(by, found):
        raise Refused("invalid", _("우리 기관이 맡은 기업 신고의 접수번호를 적어 주세요."), "report")
    report: Report = found
    return report


def concerns(thing: Visible, company_id: UUID) -> None:
    """Let the company read this thing also while it is withheld."""
    Audience.objects.get_or_create(subject=thing.pk, kind="partner", body_id=company_id, person_id=None)


def day(value: Any) -> date | None:
    return value if isinstance(value, date) else None
