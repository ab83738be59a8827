"""Who may do what at the company desk. Each function refuses with the reason, or returns.

A company is cared for by a public body whose area holds the company's seat: that is the body's duty towards every
company there, and asking first would only leave new companies without anybody. Any other public body needs the
company's own word: the company accepted it, or has brought it a difficulty that it has now. So no body can name itself
the carer of a company that has nothing to do with it, and a company can still choose a ministry or an agency.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from dure.bodies.models import PUBLIC_KINDS, Body, Registration
from dure.bodies.queries import what_became_of
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports.models import CareApproval, Report

COMPANY_KINDS = (Body.Kind.COMPANY, Body.Kind.COOPERATIVE)


def is_company(body_id: UUID | None) -> bool:
    return body_id is not None and Body.objects.filter(pk=body_id, kind__in=COMPANY_KINDS).exists()


def is_public(body_id: UUID | None) -> bool:
    return body_id is not None and Body.objects.filter(pk=body_id, kind__in=PUBLIC_KINDS).exists()


def _refuse(by: Viewer, message: str) -> Refused:
    return Refused("not_signed_in" if by.kind == "anonymous" else "not_allowed", message)


def must_speak_for_company(by: Viewer) -> UUID:
    """Whoever acts for a company; its id."""
    words = _("회사의 담당자만 회사 이름으로 할 수 있습니다.")
    by.must_act_for(by.body_id, words)
    if by.body_id is None or not is_company(by.body_id):
        raise _refuse(by, words)
    return by.body_id


def must_act(by: Viewer) -> UUID:
    """An official of a public body, or its system; the body's id."""
    words = _("기업을 돌보는 기관의 담당자만 할 수 있습니다.")
    by.must_act_for(by.body_id, words)
    if by.body_id is None or not is_public(by.body_id):
        raise _refuse(by, words)
    return by.body_id


def must_lead(by: Viewer) -> UUID:
    body_id = must_act(by)
    if by.role != "head":
        raise Refused("not_allowed", _("기관의 책임자만 담당자를 정할 수 있습니다."))
    return body_id


def must_read(by: Viewer) -> UUID:
    """Any member of a public body; its id."""
    words = _("기업을 돌보는 기관에 속한 분만 볼 수 있습니다.")
    if by.body_id is None or not by.reads_for(by.body_id) or not is_public(by.body_id):
        raise _refuse(by, words)
    return by.body_id


def must_own(by: Viewer, body_id: UUID | None) -> None:
    by.must_act_for(body_id, _("이것을 적은 기관의 담당자만 할 수 있습니다."))


def seats_of(company_id: UUID) -> set[UUID]:
    """The bodies whose area holds the company's seat as it was registered: the place, what it lies in, its province;
    and what became of them."""
    found: set[UUID] = set()
    for row in Registration.objects.filter(body_id=company_id).values("area", "area__parent", "area__province"):
        found |= {id for id in row.values() if id}
    ended = [body for body in Body.objects.filter(pk__in=found) if not body.is_active()]
    for body in ended:
        found = (found - {body.pk}) | {later.pk for later in what_became_of(body)}
    return found


def may_care(body_id: UUID, company_id: UUID) -> bool:
    """Whether this public body may name an official for the company, and visit it in its own name."""
    if body_id in seats_of(company_id):
        return True
    words = CareApproval.objects.filter(company_id=company_id, body_id=body_id).order_by("-pk")
    last = words.values_list("state", flat=True).first()
    if last == CareApproval.State.ACCEPTED:
        return True
    if last in (CareApproval.State.REFUSED, CareApproval.State.ENDED):
        return False
    return Report.objects.filter(kind="company", sender_id=company_id, body_id=body_id).exists()


def must_care(body_id: UUID, company_id: UUID) -> None:
    if not may_care(body_id, company_id):
        words = _(
            "회사가 있는 곳의 기관이거나, 회사가 받아들였거나 어려움을 알려 온 기관만 할 수 있습니다. "
            "회사에 먼저 여쭈어 주세요."
        )
        raise Refused("conflict", words, "company")
