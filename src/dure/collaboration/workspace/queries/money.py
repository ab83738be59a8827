"""Budget lines and their sums as one viewer may read them. The database adds up; money is whole won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from dure.collaboration.models import Collaboration
from dure.collaboration.workspace.models import BudgetLine, Milestone, Spending
from dure.core.models import Attachment
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld


@dataclass(frozen=True)
class Sums:
    planned: int
    spent: int

    @property
    def left(self) -> int:
        return self.planned - self.spent

    @property
    def over(self) -> int:
        """How much more than planned was spent; 0 where it was not."""
        return max(-self.left, 0)


@dataclass(frozen=True)
class LineView:
    row: BudgetLine
    sums: Sums
    milestone: Milestone | None


@dataclass(frozen=True)
class Budget:
    """The lines, the sums of each party and of all; what is withheld is in no sum, and counted."""

    lines: Sequence[LineView]
    parties: Sequence[tuple[Any, Sums]]
    all: Sums
    closed: Sequence[Withheld]


@dataclass(frozen=True)
class LinePage:
    view: LineView
    spendings: Sequence[Any]


def _rows(viewer: Viewer, collaboration: Collaboration) -> QuerySet[Any]:
    spent = Spending.objects.filter(line=OuterRef("pk"), struck_at=None).order_by().values("line")
    summed = Subquery(spent.annotate(n=Sum("won")).values("n"), output_field=BigIntegerField())
    rows = BudgetLine.objects.visible_to(viewer).filter(collaboration=collaboration)
    return rows.select_related("payer", "collaboration", "body").annotate(spent=Coalesce(summed, 0))


def budget(viewer: Viewer, collaboration: Collaboration, *, payer: UUID | None = None) -> Budget:
    """Sums are over all lines this viewer sees; `payer` narrows the lines that are listed only."""
    lines = _views(viewer, collaboration, _rows(viewer, collaboration).order_by("created_at", "pk"))
    visible = BudgetLine.objects.visible_to(viewer).filter(collaboration=collaboration)
    planned = dict(visible.order_by().values_list("payer").annotate(n=Sum("planned")))
    used = Spending.objects.filter(line__in=visible.values("pk"), struck_at=None).order_by()
    spent = dict(used.values_list("line__payer").annotate(n=Sum("won")))
    payers = {view.row.payer_id: view.row.payer for view in lines}
    totals = [(body, Sums(planned.get(id, 0), spent.get(id, 0))) for id, body in payers.items()]
    closed = BudgetLine.objects.filter(collaboration=collaboration).withheld_from(viewer)
    return Budget(
        [view for view in lines if payer is None or view.row.payer_id == payer],
        sorted(totals, key=lambda total: total[0].name),
        Sums(sum(planned.values()), sum(spent.values())),
        [row.withheld for row in closed],
    )


def _views(viewer: Viewer, collaboration: Collaboration, rows: QuerySet[Any]) -> list[LineView]:
    known = {row.pk: row for row in Milestone.objects.visible_to(viewer).filter(collaboration=collaboration)}
    return [LineView(row, Sums(row.planned, row.spent), known.get(row.milestone_id)) for row in rows]


def budget_line(viewer: Viewer, collaboration: Collaboration, id: UUID) -> LinePage | None:
    """A line with what was spent of it; evidence that this viewer may not read stands as `closed_file`."""
    views = _views(viewer, collaboration, _rows(viewer, collaboration).filter(pk=id))
    if not views:
        return None
    spendings = list(Spending.objects.filter(line=id).select_related("body").order_by("-spent_on", "-pk"))
    files = Attachment.objects.filter(pk__in=[row.file_id for row in spendings if row.file_id])
    seen = {row.pk: row for row in files.visible_to(viewer)}
    closed = {row.pk: row.withheld for row in files.withheld_from(viewer)}
    for row in spendings:
        row.shown_file, row.closed_file = seen.get(row.file_id), closed.get(row.file_id)  # type: ignore[attr-defined]
    return LinePage(views[0], spendings)
