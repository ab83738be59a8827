"""Proposals to change a rule, with their steps. All are public."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import queries
from dure.reports.models import Report, RuleChange, RuleStep

RELATED = ("body", "with_body", "company")


def rules(viewer: Viewer, state: str = "", body: str = "", q: str = "") -> QuerySet[Any]:
    """Newest first by `-at`, `-pk`. `state` one of the states or `followed`; `body` a short address."""
    rows = RuleChange.objects.visible_to(viewer).select_related(*RELATED)
    if state == "followed":
        rows = rows.filter(state__in=[s for s in RuleChange.State.values if s not in ("changed", "refused")])
    elif state:
        rows = rows.filter(state=state)
    if body:
        rows = rows.filter(body__slug=body)
    for word in q.split()[:5]:
        rows = rows.filter(Q(title__icontains=word) | Q(law__icontains=word) | Q(problem__icontains=word))
    return rows


def rule(viewer: Viewer, id: UUID) -> RuleChange:
    """Refused `not_found`."""
    found: RuleChange | None = rules(viewer).filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 제안입니다."))
    return found


def steps(rule: RuleChange) -> list[RuleStep]:
    return list(rule.steps.select_related("to").order_by("number"))


def report_of(viewer: Viewer, rule: RuleChange) -> Report | None:
    """The report a proposal comes from, where the viewer may read it."""
    found: Report | None = queries.visible(viewer).filter(pk=rule.report_id).first() if rule.report_id else None
    return found


def waiting(viewer: Viewer, body_id: UUID) -> list[RuleChange]:
    """Those to ask about again, of the viewer; a head's are all of the body's."""
    rows = RuleChange.objects.visible_to(viewer).filter(body_id=body_id, look_on__lte=clock.today())
    if viewer.role != "head":
        rows = rows.filter(person_id=viewer.person_id)
    return list(rows.order_by("look_on", "pk")[:5])
