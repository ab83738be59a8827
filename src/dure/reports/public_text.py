"""What of a report may be found by search: only what everybody may read at this moment."""

from __future__ import annotations

from dure.core.links import parse
from dure.core.models import Event
from dure.core.rooms import Progress
from dure.core.search import index_document, remove_document
from dure.core.visibility import Level
from dure.reports.models import Report

KIND = "report"


def index(report: Report) -> None:
    """Write or remove the search document of a report, in the running transaction."""
    if report.visibility != Level.PUBLIC or report.outcome == Report.Outcome.ABUSE:
        remove_document(report.urn)
        return
    index_document(report.urn, KIND, report.title, f"{report.words}\n{report.address}", area=report.area_code[:5])


def refresh(event: Event) -> None:
    """After anything that happened to a report: in the worker, because words take longer than taking a report in."""
    kind, id = parse(event.subject)
    report = Report.objects.filter(pk=id).first() if kind == "report" else None
    if report is not None:
        index(report)


def rebuild(progress: Progress) -> None:
    """Write the search documents of all reports anew."""
    rows = Report.objects.order_by("pk")
    total = rows.count()
    for done, row in enumerate(rows.iterator(), start=1):
        index(row)
        progress(done, total, "")
