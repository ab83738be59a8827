"""Reading the rules: everybody may know by which rules reports are sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines.routing.rules import Rule
from dure.reports.models import RuleText
from dure.reports.rules.reading import parse, shipped

State = RuleText.State


def texts(viewer: Viewer) -> QuerySet[RuleText]:
    """Texts that hold or held, newest first; drafts for those who run the installation."""
    rows = RuleText.objects.all() if viewer.operator else RuleText.objects.filter(state__in=[State.LIVE, State.PAST])
    return rows.select_related("person").order_by("-created_at")


def text(viewer: Viewer, id: UUID) -> RuleText:
    found = texts(viewer).filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 규칙입니다."))
    return found


def holding() -> tuple[RuleText | None, tuple[Rule, ...]]:
    """The text that holds (None: the one of the product) and its rules in their order."""
    row = RuleText.objects.filter(state=State.LIVE).first()
    return row, parse(row.text if row else shipped()).rules


def differing(row: RuleText) -> list[dict[str, Any]]:
    """What the comparison found, with the names of the bodies."""
    found = row.compared.get("differ", [])
    codes = {one[key] for one in found for key in ("before", "after") if one[key]}
    names = {body.code: body.name for body in Body.objects.filter(code__in=codes)}
    nobody = _("아무도 없음")
    return [
        {**one, **{f"{key}_name": names.get(one[key], one[key]) or nobody for key in ("before", "after")}}
        for one in found
    ]
