"""One named official for a company, and the company's own word about who cares for it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Body, Membership
from dure.core import clock
from dure.core.events import record
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports.company import policy as rules
from dure.reports.company.actions.common import company_of, public
from dure.reports.models import CareApproval, CompanyCare

State = CareApproval.State


def care_take(*, by: Viewer, company_id: UUID) -> CompanyCare:
    """An official takes a company that nobody of the own body cares for. Refused `conflict` when somebody does."""
    body_id = rules.must_act(by)
    if by.person_id is None:
        raise Refused("invalid", _("사람만 맡을 수 있습니다. 담당자를 정해 주세요."), "officer")
    with transaction.atomic():
        company = company_of(company_id, lock=True)
        rules.must_care(body_id, company.pk)
        now = _now(company, body_id)
        if now and _serves(now):
            raise Refused("conflict", _("이미 우리 기관의 담당자가 있는 회사입니다."), "company")
        return _give(by, company, body_id, by.person_id, now)


def care_assign(*, by: Viewer, company_id: UUID, officer_id: UUID) -> CompanyCare:
    """Name the one official of the own body who cares for a company, or hand over to another; by the body's head.

    What was before stays on record. Refused `not_found`, `not_allowed`, `invalid` at `officer`, `conflict`.
    """
    body_id = rules.must_lead(by)
    with transaction.atomic():
        # The company's row guards 'one at a time' before the first row of care exists.
        company = company_of(company_id, lock=True)
        rules.must_care(body_id, company.pk)
        if officer_id not in officers(body_id):
            raise Refused("invalid", _("우리 기관의 담당자 가운데에서 골라 주세요."), "officer")
        now = _now(company, body_id)
        if now and now.officer_id == officer_id:
            return now
        return _give(by, company, body_id, officer_id, now)


def care_end(*, by: Viewer, company_id: UUID) -> CompanyCare:
    """Nobody of the own body cares for the company from now on; by the body's head."""
    body_id = rules.must_lead(by)
    with transaction.atomic():
        company = company_of(company_id, lock=True)
        now = _now(company, body_id)
        if now is None:
            raise Refused("conflict", _("우리 기관의 담당자가 없는 회사입니다."), "company")
        _end(by, company, now)
    return now


def cares_end(*, body_id: UUID, person_id: UUID) -> list[CompanyCare]:
    """Whoever is no official of the body any more cares for no company in its name; called when a membership ended or
    changed. The rows stay, the companies are without an official and shown so."""
    with transaction.atomic():
        if person_id in officers(body_id):
            return []
        rows = CompanyCare.objects.select_for_update(of=("self",)).select_related("company")
        left = list(rows.filter(body_id=body_id, officer_id=person_id, until=None))
        for care in left:
            _end(Viewer.anonymous(), care.company, care)
    return left


def approval_ask(*, by: Viewer, id: UUID, company_id: UUID, reason: str) -> CareApproval:
    """Ask a company whether it lets the own body care for it. The same `id` again gives the row that is there."""
    body_id = rules.must_act(by)
    why = public(reason, longest=500, field="reason", needed=_("왜 돌보려는지 적어 주세요. 회사가 읽습니다."))
    with transaction.atomic():
        company = company_of(company_id, lock=True)
        known = CareApproval.objects.filter(pk=id).first()
        if known:
            rules.must_own(by, known.body_id)
            return known
        if _waiting(company.pk, body_id):
            raise Refused("conflict", _("이미 여쭈었습니다. 회사의 답을 기다려 주세요."), "company")
        if rules.may_care(body_id, company.pk):
            raise Refused("conflict", _("여쭙지 않아도 담당자를 정할 수 있는 회사입니다."), "company")
        row = CareApproval.objects.create(
            pk=id, company=company, body_id=body_id, state=State.ASKED, reason=why, asked_at=clock.now()
        )
        _told(by, row)
    return row


def approval_answer(*, by: Viewer, body_id: UUID, accept: bool) -> CareApproval:
    """The company accepts a public body or not, asked or of its own accord. Refusing after accepting ends the care."""
    company_id = rules.must_speak_for_company(by)
    if not rules.is_public(body_id):
        raise Refused("invalid", _("공공기관만 회사를 돌볼 수 있습니다."), "body")
    with transaction.atomic():
        company = company_of(company_id, lock=True)
        row = CareApproval.objects.filter(
            company=company, body_id=body_id, state__in=[State.ASKED, State.ACCEPTED]
        ).first()
        if row is None:
            row = CareApproval(company=company, body_id=body_id, decided_at=clock.now())
        elif accept and row.state == State.ACCEPTED:
            return row
        row.state = State.ACCEPTED if accept else State.ENDED if row.state == State.ACCEPTED else State.REFUSED
        row.decided_at = clock.now()
        row.save()
        now = _now(company, body_id)
        if now and not accept and body_id not in rules.seats_of(company.pk):
            _end(by, company, now)
        _told(by, row)
    return row


def officers(body_id: UUID) -> set[UUID]:
    """Who can care for companies in the body's name today."""
    rows = Membership.objects.valid_on(clock.today()).filter(body_id=body_id, role__in=["head", "officer"])
    return set(rows.values_list("person_id", flat=True))


def _now(company: Body, body_id: UUID) -> CompanyCare | None:
    return CompanyCare.objects.filter(company=company, body_id=body_id, until=None).first()


def _serves(care: CompanyCare) -> bool:
    return care.officer_id in officers(care.body_id)


def _give(by: Viewer, company: Body, body_id: UUID, officer_id: UUID, before: CompanyCare | None) -> CompanyCare:
    at = clock.now()
    if before:
        before.until = at
        before.save(update_fields=["until"])
    care = CompanyCare.objects.create(company=company, body_id=body_id, officer_id=officer_id, since=at)
    record(
        by=by,
        type="reports.company.care_assigned",
        subject=company.urn,
        data={"care": str(care.pk), "before": str(before.pk) if before else "", "person": str(officer_id)},
    )
    return care


def _end(by: Viewer, company: Body, care: CompanyCare) -> None:
    care.until = clock.now()
    care.save(update_fields=["until"])
    record(by=by, type="reports.company.care_ended", subject=company.urn, data={"care": str(care.pk)})


def _waiting(company_id: UUID, body_id: UUID) -> bool:
    return CareApproval.objects.filter(company_id=company_id, body_id=body_id, state=State.ASKED).exists()


def _told(by: Viewer, row: CareApproval) -> None:
    record(
        by=by,
        type="reports.company.approval",
        subject=row.company.urn,
        data={"state": str(row.state), "body": str(row.body_id)},
    )
