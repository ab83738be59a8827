"""Visits that a viewer may read, and what stands in the place of those withheld."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.reports.models import CompanyCare, Visit

SOON = timedelta(days=3)
STATES = ("", "planned", "made", "owed", "dropped")
RELATED = ("company", "body", "report", "person")


def of_body(viewer: Viewer, body_id: UUID, state: str = "", *, mine: bool = False) -> QuerySet[Any]:
    """The body's visits that the viewer may read, newest first."""
    rows = Visit.objects.visible_to(viewer).filter(body_id=body_id)
    if state == "owed":
        rows = rows.filter(answer_due__isnull=False, answered_at=None)
    elif state:
        rows = rows.filter(state=state)
    if mine:
        rows = rows.filter(_mine(viewer, body_id))
    return rows.select_related(*RELATED).order_by("-on", "-pk")


def of_company(viewer: Viewer, company_id: UUID) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Visits at the company: those the viewer may read, and those withheld from the viewer. Newest first."""
    rows = Visit.objects.filter(company_id=company_id).exclude(state=Visit.State.DROPPED)
    rows = rows.select_related(*RELATED).order_by("-on", "-pk")
    return rows.visible_to(viewer), rows.withheld_from(viewer)


def visit(viewer: Viewer, id: UUID) -> tuple[Visit | None, Withheld | None]:
    """The visit, or what stands in its place. Refused `not_found`."""
    rows = Visit.objects.filter(pk=id).select_related(*RELATED)
    found: Visit | None = rows.visible_to(viewer).first()
    if found:
        return found, None
    hidden = rows.withheld_from(viewer).first()
    if hidden is None:
        raise Refused("not_found", _("없는 방문이거나 볼 수 없는 방문입니다."))
    return None, hidden.withheld


def waiting(viewer: Viewer, body_id: UUID) -> list[Visit]:
    """Visits coming up or not written down, and answers owed, of those that the viewer looks after; soonest first."""
    until = clock.today() + SOON
    planned = Q(state=Visit.State.PLANNED, on__lte=until)
    owed = Q(answer_due__lte=until, answered_at=None)
    rows = Visit.objects.visible_to(viewer).filter(planned | owed, _mine(viewer, body_id), body_id=body_id)
    return list(rows.select_related("company", "body").order_by("on", "pk")[:10])


def _mine(viewer: Viewer, body_id: UUID) -> Q:
    cares = CompanyCare.objects.filter(body_id=body_id, until=None, officer_id=viewer.person_id)
    return Q(person_id=viewer.person_id) | Q(company__in=cares.values("company"))


def knowable(viewer: Viewer, body: Body | None, company: Body | None) -> QuerySet[Any]:
    """Visits that the viewer may read or know to be withheld."""
    rows = Visit.objects.knowable_to(viewer).select_related("report")
    if body:
        rows = rows.filter(body=body)
    return rows.filter(company=company) if company else rows


def seen(viewer: Viewer, ids: list[UUID]) -> set[UUID]:
    """Those of these that the viewer may read."""
    return set(Visit.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))
