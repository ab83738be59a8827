"""What the verbs share: the locked dispatch, the end of sharing, the state of the report."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.refused import Refused
from dure.reports.models import CrewPosition, Dispatch, Report


def locked(id: UUID) -> tuple[Dispatch, Report]:
    """The dispatch and its report, both locked, the report first as everywhere. Refused `not_found`."""
    known = Dispatch.objects.filter(pk=id).values_list("report_id", flat=True).first()
    report = Report.objects.select_for_update().filter(pk=known).first() if known else None
    dispatch = Dispatch.objects.select_for_update(of=("self",)).select_related("crew").filter(pk=id).first()
    if dispatch is None or report is None:
        raise Refused("not_found", _("이런 출동이 없습니다."))
    return dispatch, report


def end_sharing(dispatch: Dispatch, why: str) -> None:
    """No position is shared any more, and none is kept. The caller saves."""
    if dispatch.sharing_since is not None:
        dispatch.sharing_since, dispatch.stopped_why = None, why
    dispatch.place_said = ""
    CrewPosition.objects.filter(dispatch=dispatch).delete()


def settle_state(report: Report) -> None:
    """The report is under way exactly while a crew is; closed ones stay closed, and a question to the reporter stays
    one. To be called after the dispatch was saved."""
    driving = Dispatch.objects.filter(report=report, state=Dispatch.State.UNDER_WAY).exists()
    if driving and report.state in (Report.State.RECEIVED, Report.State.TAKEN):
        report.state = Report.State.UNDER_WAY
    elif not driving and report.state == Report.State.UNDER_WAY:
        report.state = Report.State.TAKEN
    else:
        return
    if report.taken_at is None:
        report.taken_at = clock.now()
    report.save(update_fields=["state", "taken_at"])
