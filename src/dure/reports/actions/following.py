"""What belongs to a report goes with it to another body."""

from __future__ import annotations

from uuid import UUID

from dure.core import attachments
from dure.core.links import urn
from dure.core.visibility import Level
from dure.reports.models import Report


def follow(report: Report, before: UUID | None) -> None:
    """Pictures on the report and on what was said about it, and the duty to look again at what is withheld, follow
    from the body `before` to the one that has it now. In the transaction of the move; the caller saves the report."""
    if report.body_id == before:
        return
    words = report.words_said.values_list("pk", flat=True)
    attachments.hand_over(subjects=[report.urn, *(urn("report_word", id) for id in words)], to=report.body_id)
    report.words_said.exclude(visibility=Level.PUBLIC).update(withheld_by_body=report.body_id)
    if report.visibility != Level.PUBLIC:
        report.withheld_by_body = report.body_id
