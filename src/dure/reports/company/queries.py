"""What the pages of the company desk read; always narrowed to the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from dure.bodies.models import Body, Membership
from dure.core import clock
from dure.core.links import Link
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.reports import queries
from dure.reports.models import CompanyCare, Report, RuleChange, Visit

MOST = 100


def own(viewer: Viewer) -> list[Report]:
    """What the viewer's company handed in, or the person alone; also what is withheld from others: it is theirs."""
    if viewer.body_id and viewer.reads_for(viewer.body_id):
        mine = Q(sender_id=viewer.body_id)
    elif viewer.person_id:
        mine = Q(person_id=viewer.person_id)
    else:
        return []
    rows = Report.objects.filter(mine, kind="company").select_related("body").order_by("-created_at")
    return list(rows[:MOST])


def open_matters(viewer: Viewer, body_id: UUID) -> list[Report]:
    """Companies' matters that the body has, by deadline."""
    rows = queries.visible(viewer).filter(kind="company", body_id=body_id).exclude(state=Report.State.CLOSED)
    return list(rows.select_related("sender").order_by(F("due_at").asc(nulls_last=True), "pk")[:MOST])


def cares(body_id: UUID) -> list[CompanyCare]:
    rows = CompanyCare.objects.filter(body_id=body_id, until=None).select_related("company", "officer")
    return list(rows.order_by("company__name_ko")[:MOST])


def visits_of(viewer: Viewer, body_id: UUID) -> tuple[list[Visit], list[Withheld]]:
    """The visits of a body's officials, newest first, and what stands in the place of those that are withheld."""
    rows = Visit.objects.filter(body_id=body_id).select_related("company").order_by("-on", "-pk")
    closed = [row.withheld for row in rows.withheld_from(viewer)[:MOST] if row.withheld]
    return list(rows.visible_to(viewer)[:MOST]), closed


def officers(body_id: UUID) -> list[tuple[str, str]]:
    rows = Membership.objects.valid_on(clock.today()).filter(body_id=body_id, role__in=["head", "officer"])
    return [(str(row.person_id), row.person.name) for row in rows.select_related("person").order_by("person__name")]


def company_named(name: str) -> Body:
    """The company of exactly this name; Refused `invalid` at `company` for none or several."""
    found = list(Body.objects.filter(kind=Body.Kind.COMPANY, name_ko=name.strip())[:2])
    if len(found) != 1:
        raise Refused("invalid", _("등록된 회사의 이름을 그대로 적어 주세요."), "company")
    return found[0]


def rules(viewer: Viewer, state: str = "", body: str = "") -> QuerySet[Any]:
    rows = RuleChange.objects.visible_to(viewer).select_related("body", "sent_to")
    if state:
        rows = rows.filter(state=state)
    return rows.filter(body__slug=body) if body else rows


def rule(viewer: Viewer, id: UUID) -> RuleChange:
    found: RuleChange | None = rules(viewer).filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 제안입니다."))
    return found


def report_of(viewer: Viewer, rule: RuleChange) -> Report | None:
    """The report a proposal comes from, where the viewer may read it."""
    found: Report | None = queries.visible(viewer).filter(pk=rule.report_id).first() if rule.report_id else None
    return found


def of_report(viewer: Viewer, report: Report) -> dict[str, Any]:
    """For the report's page: who cares for the company, visits about the matter, and rules that should change.

    The holder of the status link reads the visits of the own report.
    """
    care = None
    if report.sender_id and report.body_id:
        here = CompanyCare.objects.filter(company_id=report.sender_id, body_id=report.body_id, until=None)
        care = here.select_related("officer").first()
    rows = Visit.objects.filter(report=report)
    visits = rows if viewer.link_urn == report.urn else rows.visible_to(viewer)
    return {
        "care": care,
        "phone": report.body.contact_phone if report.body else "",
        "visits": list(visits.order_by("-on")[:MOST]),
        "rules": list(rules(viewer).filter(report=report)[:MOST]),
    }


def resolve_visits(ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, Link]:
    rows = Visit.objects.visible_to(viewer).filter(pk__in=ids).select_related("company", "body", "report")
    return {
        row.pk: Link(
            row.urn,
            _("회사를 찾아간 기록"),
            row.report.get_absolute_url() if row.report else row.body.get_absolute_url(),
            row.company.name,
        )
        for row in rows
    }


def resolve_rules(ids: Sequence[UUID], viewer: Viewer) -> dict[UUID, Link]:
    rows = rules(viewer).filter(pk__in=ids)
    return {row.pk: Link(row.urn, row.title, row.get_absolute_url(), row.get_state_display()) for row in rows}
