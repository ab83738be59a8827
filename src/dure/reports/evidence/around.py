"""What the common map shows: matters counted by area, or gathered by a grid at their places."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Min, Q, Value
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import Floor

from dure.core import clock
from dure.core.viewer import Viewer
from dure.reports.evidence import areas, queries
from dure.reports.evidence.drawing import CELLS, View, cell_size
from dure.reports.evidence.wanted import Wanted
from dure.reports.models import Report

SHOWN = 30
OPEN_LATE = ~Q(state=Report.State.CLOSED)


@dataclass(frozen=True, slots=True)
class Tally:
    """Matters of one area: how many, and how many of them are past their deadline and still open."""

    code: str
    count: int
    overdue: int


def by_area(viewer: Viewer, wanted: Wanted) -> dict[str, Tally]:
    """By province (keys of two digits) or, within one, by municipality (ten); '' where the place is not known."""
    length = 10 if wanted.area else 2
    rows = queries.matching(viewer, wanted).select_related(None).order_by()
    late = Count("pk", filter=OPEN_LATE & Q(due_at__lt=clock.now()))
    found = rows.values_list("area_code").annotate(n=Count("pk"), late=late)
    olds = areas.present_codes()
    counts: Counter[str] = Counter()
    overdue: Counter[str] = Counter()
    for code, n, n_late in found:
        key = olds.get(code, code)[:length]
        counts[key] += n
        overdue[key] += n_late
    return {code: Tally(code, counts[code], overdue[code]) for code in counts}


def gathered(viewer: Viewer, wanted: Wanted, view: View) -> list[dict[str, Any]]:
    """The matters in the piece by cells of its grid: column and row from the south-west, count, overdue, the middle of
    their places, and the receipt of one of them."""
    wide, high = cell_size(view)
    west, south, _east, _north = view.box
    number = FloatField()
    rows = queries.matching(viewer, wanted.but(box=view.box)).select_related(None).order_by()
    column = Floor(ExpressionWrapper((F("lon") - Value(west)) / Value(wide), output_field=number))
    row = Floor(ExpressionWrapper((F("lat") - Value(south)) / Value(high), output_field=number))
    found = (
        rows.annotate(column=column, row=row)
        .values("column", "row")
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=OPEN_LATE & Q(due_at__lt=clock.now())),
            middle_lon=Avg("lon"),
            middle_lat=Avg("lat"),
            one=Min("receipt"),
        )
    )
    cells: dict[tuple[int, int], dict[str, Any]] = {}
    for each in found:
        # The eastern and northern edges belong to the last cell.
        key = (min(int(each["column"]), CELLS - 1), min(int(each["row"]), CELLS - 1))
        if key in cells:
            cells[key]["n"] += each["n"]
            cells[key]["late"] += each["late"]
        else:
            cells[key] = {**each, "column": key[0], "row": key[1]}
    return [cells[key] for key in sorted(cells)]


def first_due(viewer: Viewer, wanted: Wanted, view: View) -> list[Any]:
    """The matters in the piece whose deadline comes first, for the table beside the map."""
    rows = queries.matching(viewer, wanted.but(box=view.box))
    return list(rows.defer("original").order_by(F("due_at").asc(nulls_last=True), "pk")[:SHOWN])
