"""What this part adds to a report's page and to its status link."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dure.core.viewer import Viewer
from dure.reports import policy
from dure.reports.intake import queries
from dure.reports.models import Report
from dure.reports.parts import Section


def sections(where: str, report: Report, viewer: Viewer) -> Iterable[Section]:
    if where == "status":
        from dure.reports.intake.pages.after import state_of

        yield Section(_("바로잡기와 더 알리기"), "reports/intake/on_status.html", state_of(report, viewer), 20)
        return
    joined = queries.joined_counts([report.pk]).get(report.pk, 0)
    works = policy.may_work(viewer, report)
    row = queries.intake_of(report) if works or policy.may_read_original(viewer, report) else None
    if row and row.waiting:
        yield Section(_("살펴볼 것"), "reports/intake/look.html", {"report": report, "intake": row, "works": works}, 5)
    near = queries.near_report(viewer, report) if works and report.open else []
    near = [one for one in near if one.report.body_id == report.body_id]
    if joined or report.joined_to_id or near:
        context = {"report": report, "joined": joined, "near": near, "works": works}
        yield Section(_("같은 일을 알린 신고"), "reports/intake/same.html", context, 40, side=True)
