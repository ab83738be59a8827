"""The same for many reports at once, with what was refused for each, and ten minutes to take it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.events import record
from dure.core.links import urn
from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import deadlines
from dure.reports.models import Move, Report, WorkBatch, WorkStep
from dure.reports.working import policy as rules
from dure.reports.working.actions.common import whole_follows
from dure.reports.working.actions.moves import report_pass_on
from dure.reports.working.actions.templates import filled
from dure.reports.working.actions.work import report_answer, report_assign, report_take

MOST = 200
KEPT = ("state", "outcome", "officer_id", "taken_at", "closed_at")


def work_many(*, by: Viewer, kind: str, ids: Sequence[UUID], batch_id: UUID, **how: Any) -> WorkBatch:
    """Take, assign (`person_id`), close (`template_id`, `outcome`) or pass on (`target_id`, `reason`) many reports.

    Each is done or refused by itself; `batch.steps` says which and why. The same `batch_id` again changes nothing.
    """
    rules.must_know_the_officers(by)
    if kind not in WorkBatch.Kind.values:
        raise ValueError(f"{kind!r} cannot be done to many")
    if not ids:
        raise Refused("invalid", _("신고를 하나 넘게 골라 주세요."), "ids")
    if len(ids) > MOST:
        raise Refused("invalid", _("한 번에 200건까지 할 수 있습니다."), "ids")
    with transaction.atomic():
        batch, made = WorkBatch.objects.get_or_create(
            pk=batch_id, defaults={"body_id": by.body_id, "person_id": by.person_id, "kind": kind}
        )
        if not made:
            if batch.body_id != by.body_id:
                raise Refused("not_found", _("없는 일입니다."))
            return batch
        act = _act(kind, by, how)
        known = {row.pk: row for row in Report.objects.filter(pk__in=ids, body_id=by.body_id)}
        for id in dict.fromkeys(ids):
            if id in known:
                _step(batch, known[id], act)
        done = batch.steps.filter(refused="").count()
        data = {"batch": str(batch.pk), "kind": kind, "done": done, "refused": batch.steps.count() - done}
        record(by=by, type="reports.batch.done", subject=urn("body", batch.body_id), data=data)
    return batch


def _act(kind: str, by: Viewer, how: dict[str, Any]) -> Callable[[Report], Any]:
    if kind == WorkBatch.Kind.TAKE:
        return lambda report: report_take(by=by, id=report.pk)
    if kind == WorkBatch.Kind.ASSIGN:
        return lambda report: report_assign(by=by, id=report.pk, person_id=how["person_id"])
    if kind == WorkBatch.Kind.CLOSE:
        return lambda report: report_answer(
            by=by, id=report.pk, outcome=how["outcome"], text=filled(by, how["template_id"], report)
        )
    return lambda report: report_pass_on(by=by, id=report.pk, target_id=how["target_id"], reason=how["reason"])


def _step(batch: WorkBatch, report: Report, act: Callable[[Report], Any]) -> None:
    before = {name: _plain(getattr(report, name)) for name in KEPT}
    refused = ""
    try:
        with transaction.atomic():
            act(report)
    except Refused as no:
        # What was said wrongly for all of them is said once, at the form.
        if no.code == "invalid":
            raise
        refused = str(no.message)[:300]
    WorkStep.objects.create(
        batch=batch, report=report, before=before, refused=refused, last_event=_last_event(report.urn)
    )


def work_undo(*, by: Viewer, id: UUID) -> tuple[int, int]:
    """Take a batch back within ten minutes: how many reports are as before, and how many were left because something
    else has happened to them since. What was said stays said; that it was taken back stands beside it."""
    with transaction.atomic():
        batch = WorkBatch.objects.select_for_update(of=("self",)).filter(pk=id).first()
        if batch is None:
            raise Refused("not_found", _("없는 일입니다."))
        by.must_act_for(batch.body_id, _("그 일을 한 기관의 담당자만 되돌릴 수 있습니다."))
        if batch.undone_at is not None:
            raise Refused("conflict", _("이미 되돌린 일입니다."))
        if not batch.may_be_undone:
            raise Refused("conflict", _("10분이 지나 되돌릴 수 없습니다."))
        done = left = 0
        for step in batch.steps.filter(refused=""):
            if _take_back(by, batch, step):
                done += 1
            else:
                left += 1
        batch.undone_at = clock.now()
        batch.save(update_fields=["undone_at"])
        data = {"batch": str(batch.pk), "kind": batch.kind, "done": done, "refused": left}
        record(by=by, type="reports.batch.undone", subject=urn("body", batch.body_id), data=data)
    return done, left


def _take_back(by: Viewer, batch: WorkBatch, step: WorkStep) -> bool:
    report = Report.objects.select_for_update(of=("self",)).get(pk=step.report_id)
    if report.body_id != batch.body_id or _last_event(report.urn) != step.last_event:
        return False
    if batch.kind == WorkBatch.Kind.PASS_ON:
        with translation.override("ko"):
            words = _("넘긴 기관이 거두었습니다.")
        moves = report.moves.filter(state=Move.State.OFFERED)
        moves.update(state=Move.State.RETURNED, answer=words, decided_at=clock.now())
    else:
        for name in KEPT:
            value = step.before[name]
            setattr(report, name, parse_datetime(value) if name.endswith("_at") and value else value)
        if report.state == Report.State.ASKED:
            # The question was given up when it was closed; it is not asked anew.
            report.state = Report.State.TAKEN if report.officer_id else Report.State.RECEIVED
        deadlines.set_due(report)
        report.save()
        whole_follows(report)
    record(by=by, type="reports.undone", subject=report.urn, data={"kind": batch.kind})
    return True


def _last_event(subject: str) -> int:
    return int(Event.objects.filter(subject=subject).aggregate(last=Max("seq"))["last"] or 0)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
