"""Companies' difficulties: those of a company, and those that a body has to answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import queries
from dure.reports.models import CompanyCare, Report, RuleChange, Visit

NOT_COUNTED = (Report.Outcome.JOINED, Report.Outcome.SPLIT, Report.Outcome.ABUSE)
FEW = 20


def own(viewer: Viewer) -> QuerySet[Any]:
    """What the viewer's company handed in, or the person alone; also what is withheld from others: it is theirs."""
    if viewer.body_id and viewer.reads_for(viewer.body_id):
        mine = Q(sender_id=viewer.body_id)
    elif viewer.person_id and viewer.body_id is None:
        mine = Q(person_id=viewer.person_id)
    else:
        return Report.objects.none()
    return Report.objects.filter(mine, kind="company").select_related("body").order_by("-created_at", "-pk")


def own_one(viewer: Viewer, id: UUID) -> Report:
    """One of those. Refused `not_found`."""
    found: Report | None = own(viewer).filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 신고입니다."))
    return found


def to_answer(viewer: Viewer, body_id: UUID, *, mine: bool = False) -> QuerySet[Any]:
    """Companies' open matters that the body has, by deadline; `mine`: of the companies that the viewer cares for."""
    rows = queries.visible(viewer).filter(kind="company", body_id=body_id).exclude(state=Report.State.CLOSED)
    if mine:
        cares = CompanyCare.objects.filter(body_id=body_id, until=None, officer_id=viewer.person_id)
        rows = rows.filter(Q(officer_id=viewer.person_id) | Q(officer=None, sender__in=cares.values("company")))
    return rows.select_related("sender", "officer").order_by(F("due_at").asc(nulls_last=True), "pk")


def of_company(viewer: Viewer, company_id: UUID) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """A company's difficulties that the viewer may read, newest first, and those withheld from the viewer."""
    all_of_it = Report.objects.filter(kind="company", sender_id=company_id)
    rows = queries.visible(viewer).filter(pk__in=all_of_it.values("pk")).order_by("-created_at", "-pk")
    hidden = all_of_it.exclude(outcome=Report.Outcome.ABUSE).withheld_from(viewer)
    return rows, hidden.order_by("-created_at", "-pk")


def of_report(viewer: Viewer, report: Report) -> dict[str, Any]:
    """For the report's page: who cares for the company, visits about the matter, and rules that should change.

    The holder of the status link reads the visits of the own report.
    """
    care = None
    if report.sender_id and report.body_id:
        here = CompanyCare.objects.filter(company_id=report.sender_id, body_id=report.body_id, until=None)
        care = here.select_related("officer").first()
    rows = Visit.objects.filter(report=report).select_related("company", "body").order_by("-on", "-pk")
    holder = viewer.link_urn == report.urn
    closed = [] if holder else [row.withheld for row in rows.withheld_from(viewer)[:FEW]]
    shown = list((rows if holder else rows.visible_to(viewer))[: FEW + 1])
    proposals = RuleChange.objects.visible_to(viewer).filter(report=report)
    return {
        "care": care,
        "company": report.sender if report.sender_id else None,
        "phone": report.body.contact_phone if report.body else "",
        "visits": shown[:FEW],
        "more": len(shown) > FEW,
        "closed": closed,
        "rules": list(proposals.order_by("-at")[:FEW]),
        "may_log": viewer.may_act_for(report.body_id),
    }
