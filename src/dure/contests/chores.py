"""What the room does by itself every day: nothing that was selected is forgotten."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from dure.contests.models import Support, YearReport
from dure.core import clock
from dure.core.events import record
from dure.core.jobs import Context, titled
from dure.core.models import Event
from dure.core.viewer import Viewer

BEFORE = (30, 7)
"""Days before a report is due on which its bodies are reminded."""
EVERY = 30
"""After its day, on the next one and then every so many days."""


@titled(gettext_lazy("지원 보고의 날짜 알리기"))
def reports_due(context: Context) -> dict[str, int]:
    """Record `contests.report.due` and `contests.report.missed`, each once for a report, its day and a mark."""
    told = 0
    rows = YearReport.objects.filter(state__in=[YearReport.State.DUE, YearReport.State.RETURNED])
    rows = rows.exclude(support__state__in=[Support.State.STOPPED, Support.State.DONE])
    for pk in list(rows.values_list("pk", flat=True)):
        told += remind(pk)
        context.progress(told)
    return {"told": told}


def remind(report_id: UUID) -> bool:
    """Whether something was told of this report now."""
    with transaction.atomic():
        report = YearReport.objects.select_for_update(of=("self",)).filter(pk=report_id).first()
        if report is None or report.state not in (YearReport.State.DUE, YearReport.State.RETURNED):
            return False
        left = (report.due_on - clock.today()).days
        late = left < 0
        marks = [mark for mark in BEFORE if left <= mark]
        if not late and not marks:
            return False
        mark = -((-left - 1) // EVERY) - 1 if late else min(marks)
        data = {"on": str(report.due_on), "mark": mark}
        if Event.objects.filter(thing=report.urn, data__on=data["on"], data__mark=mark).exists():
            return False
        record(
            by=Viewer.anonymous(),
            type="contests.report.missed" if late else "contests.report.due",
            subject=report.about,
            thing=report.urn,
            data=data,
        )
    return True
