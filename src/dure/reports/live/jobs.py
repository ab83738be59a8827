"""Ending what nobody ended: sharing that went on too long or fell silent, and positions that should not be there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy

from dure.core import clock
from dure.core.events import record
from dure.core.jobs import Context, enqueue, titled
from dure.core.links import parse
from dure.core.models import Event
from dure.core.viewer import Viewer
from dure.reports.live.actions.common import end_sharing, locked, settle_state
from dure.reports.live.actions.crew import WATCH, stop, too_long
from dure.reports.models import CrewPosition, Dispatch, Report

PURGE = "reports.crew_purge"


@titled(gettext_lazy("출동조의 위치 나누기 지켜보기"))
def watch(context: Context) -> None:
    """Queued when sharing begins, for when it could first be silent; queues itself again while it is shared."""
    end_stale(UUID(context.args["dispatch"]))


@titled(gettext_lazy("남은 위치 지우기"))
def purge(context: Context) -> dict[str, int]:
    """Once an hour, should a watch have been lost: stale sharing ends, and positions of dispatches that share nothing
    are deleted."""
    ended = 0
    for id in Dispatch.objects.filter(sharing_since__isnull=False, frozen=False).values_list("pk", flat=True):
        ended += end_stale(id, again=False)
    left, _kinds = CrewPosition.objects.filter(dispatch__sharing_since=None).delete()
    return {"ended": ended, "positions": left}


def end_stale(id: UUID, *, again: bool = True) -> bool:
    """End sharing that is too long or silent; whether it did. Else look `again` when it could be next."""
    with transaction.atomic():
        if not Dispatch.objects.filter(pk=id, sharing_since__isnull=False, frozen=False).exists():
            return False
        dispatch, report = locked(id)
        if dispatch.sharing_since is None:
            return False
        now = clock.now()
        last = heard(dispatch)
        silent = timedelta(minutes=settings.CREW_SILENT_MINUTES)
        if too_long(dispatch, now):
            stop(Viewer.anonymous(), dispatch, report.urn, Dispatch.Stopped.TIME)
            return True
        if last + silent <= now:
            stop(Viewer.anonymous(), dispatch, report.urn, Dispatch.Stopped.SILENT)
            return True
        if again:
            enqueue(by=Viewer.anonymous(), kind=WATCH, args={"dispatch": str(id)}, due_at=last + silent)
    return False


def heard(dispatch: Dispatch) -> datetime:
    """When the crew's page was last heard of: its newest position, or its newest press."""
    newest = CrewPosition.objects.filter(dispatch=dispatch).aggregate(at=Max("at"))["at"]
    known = [at for at in (newest, dispatch.heard_at, dispatch.sharing_since) if at is not None]
    return max(known)


def closed(event: Event) -> None:
    """Subscriber: when a report was closed, whoever is still out for it is called back, and no position is kept."""
    kind, id = parse(event.subject)
    if kind != "report" or not Dispatch.objects.filter(report_id=id, state__in=Dispatch.OPEN).exists():
        return
    with transaction.atomic():
        report = Report.objects.select_for_update().filter(pk=id).first()
        if report is None or report.open:
            return
        for dispatch in Dispatch.objects.select_for_update().filter(report=report, state__in=Dispatch.OPEN):
            end_sharing(dispatch, Dispatch.Stopped.ENDED)
            reached = dispatch.state == Dispatch.State.ARRIVED
            dispatch.state = Dispatch.State.DONE if reached else Dispatch.State.CANCELLED
            dispatch.ended_at = clock.now()
            dispatch.save()
            record(by=Viewer.anonymous(), type="reports.dispatch.ended", subject=report.urn, thing=dispatch.urn)
        settle_state(report)


def handlers() -> dict[str, Any]:
    return {WATCH: watch, PURGE: purge}
