"""By when a report must be answered: the kind of petition decides, in working hours or working days."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from dure.core import workdays
from dure.reports import categories
from dure.reports.models import Report


def set_due(report: Report) -> None:
    """Fill in `due_at` and `due_law` from when it came in (민원 처리에 관한 법률 제19조). A kind of petition whose term
    stands in another law, or that is not known yet, counts as a complaint (고충민원), as the table of categories says.
    """
    found = categories.category(report.category)
    kind = found.petition if found and found.petition in workdays.PETITION_TERMS else "grievance"
    deadline = workdays.deadline(report.created_at, kind)
    report.due_at, report.due_law = deadline.at, deadline.law[:200]


@cache
def road_classes() -> dict[str, str]:
    """Kinds of road by id, as the table of road authorities names them in Korean."""
    table = yaml.safe_load((Path(settings.BASE_DIR) / "data/roads/authority.yaml").read_text(encoding="utf-8"))
    return {row["id"]: row["names"]["ko"] for row in table["road_types"]}


def is_road_class(id: str) -> bool:
    return id in road_classes()
