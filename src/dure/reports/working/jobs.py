"""Once an hour: who must hear that a deadline comes near, has come, or is over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from dure.core import clock, workdays
from dure.core.events import record
from dure.core.jobs import Context, titled
from dure.core.notices import notify
from dure.core.viewer import Viewer
from dure.reports.models import DeadlineNotice, Report
from dure.reports.working.letters import people_of

Stage = DeadlineNotice.Stage
LADDER = (Stage.HALF, Stage.DAY_BEFORE, Stage.DUE, Stage.DAY_AFTER)
AT_ONCE = 200


@titled(gettext_lazy("신고의 기한 살피기"))
def look_at_deadlines(context: Context) -> dict[str, int]:
    """Tell of each deadline what is reached now; each stage once. What rests is left alone."""
    rows = Report.objects.exclude(state__in=[Report.State.CLOSED, Report.State.ASKED])
    rows = rows.filter(body__isnull=False, due_at__isnull=False).order_by("due_at", "pk")
    known = set(DeadlineNotice.objects.filter(report__in=rows).values_list("report", "stage", "due_at"))
    waiting = [
        id
        for id, came, again, due in rows.values_list("pk", "created_at", "second_look_at", "due_at")
        if (stage := stage_now(again or came, due, clock.now())) and (id, stage, due) not in known
    ]
    told = 0
    for done, id in enumerate(waiting, start=1):
        told += tell_of(id)
        if done % AT_ONCE == 0:
            context.progress(done, len(waiting))
    return {"told": told}


def stage_now(start: datetime, due: datetime, now: datetime) -> str:
    """The last stage of the ladder that is reached, '' before the first."""
    day = clock.local(due).date()
    before = datetime.combine(workdays.add_working_days(day, -1), clock.local(due).timetz())
    after = datetime.combine(workdays.add_working_days(day, 1), clock.local(due).timetz())
    reached = ""
    # A term of a few hours has no day before: that stage must not come before half of it is over.
    for stage, at in ((Stage.HALF, start + (due - start) / 2), (Stage.DAY_BEFORE, before), (Stage.DUE, due)):
        if now >= at and (stage != Stage.DAY_BEFORE or at > start):
            reached = stage
    return Stage.DAY_AFTER if now >= after else reached


def tell_of(id: UUID) -> bool:
    """Tell the officer, near the end also the heads; where nobody has it, everybody who could take it."""
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).filter(pk=id).first()
        if report is None or report.due_at is None or report.state in (Report.State.CLOSED, Report.State.ASKED):
            return False
        stage = stage_now(report.second_look_at or report.created_at, report.due_at, clock.now())
        if not stage:
            return False
        known = set(DeadlineNotice.objects.filter(report=report, due_at=report.due_at).values_list("stage", flat=True))
        if stage in known:
            return False
        passed = LADDER[: LADDER.index(Stage(stage)) + 1]
        DeadlineNotice.objects.bulk_create(
            [DeadlineNotice(report=report, stage=one, due_at=report.due_at) for one in passed if one not in known]
        )
        event = record(by=Viewer.anonymous(), type="reports.deadline", subject=report.urn, data={"stage": stage})
        people = [report.officer_id] if report.officer_id else people_of(report.body_id)
        if stage in (Stage.DUE, Stage.DAY_AFTER):
            people += people_of(report.body_id, ["head"])
        notify({id for id in people if id}, event)
    return True
