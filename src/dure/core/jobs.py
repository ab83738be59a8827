"""Jobs: background work with progress that a person can see, a result or an error they can read, and safe restart.

A room registers `Room.jobs = {kind: handler}`; `handler(context)` does the work and returns what can be kept as JSON.
A worker that dies in the middle (also by `kill -9`) is missed after `STALE`; the job then starts again with the last
checkpoint it saved. Work that must not be done twice belongs into one transaction with its `context.save()`.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.events import record
from dure.core.links import urn
from dure.core.models import Job
from dure.core.refused import Refused
from dure.core.rooms import job_handlers, rooms
from dure.core.viewer import Viewer
from dure.core.wake import wake

log = logging.getLogger(__name__)

BEAT = 3.0
"""Seconds between two signs of life of a running job."""
STALE = timedelta(seconds=30)
MAX_ATTEMPTS = 3
"""Tries since the last checkpoint; a job that gets on may be broken off as often as it likes."""
PROGRESS_EVERY = 0.5
"""Seconds between two writes of the progress."""

Handler = Callable[["Context"], Any]


class Stopped(Exception):
    """Raised out of `Context` to end a handler: it was cancelled, the worker stops, or another worker has the job."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def titled(title: Any) -> Callable[[Handler], Handler]:
    """Give a handler the (translatable) name under which people see its jobs."""

    def give(handler: Handler) -> Handler:
        handler.title = title  # type: ignore[attr-defined]
        return handler

    return give


def title_of(job: Job) -> str:
    return str(getattr(job_handlers().get(job.kind), "title", job.kind))


class Context:
    """What a handler gets: `args`, the `checkpoint` it may change and `save()`, and `progress()` for people to see.

    `progress` and `save` raise `Stopped` when the job is to end early; a handler lets it through.
    """

    def __init__(self, job: Job, stopping: Callable[[], bool]) -> None:
        self.job = job
        self.args: Mapping[str, Any] = job.args
        self.checkpoint: dict[str, Any] = dict(job.checkpoint)
        self._stopping = stopping
        self._written = 0.0
        self._leaving = False
        self.missed = threading.Event()
        """Set by the heartbeat when the job is no longer this worker's."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """How far it is: `done` of `total` (None where unknown), and what is going on, without personal data."""
        job = self.job
        job.done, job.total, job.note = done, total, note[:200]
        if time.monotonic() - self._written >= PROGRESS_EVERY or done == total:
            self._write(done=job.done, total=job.total, note=job.note)
        self._end_early()

    def save(self) -> None:
        """Keep the checkpoint, in the running transaction if there is one."""
        job = self.job
        job.checkpoint, job.attempts = self.checkpoint, 0
        self._write(checkpoint=job.checkpoint, attempts=0, done=job.done, total=job.total, note=job.note)
        self._end_early(saved=True)

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked for the end of this job. `progress` and `save` look by themselves."""
        return bool(mine(self.job).filter(cancel_asked=True).exists())

    def _write(self, **values: Any) -> None:
        if not mine(self.job).update(beat_at=clock.now(), **values):
            raise Stopped("lost")
        self._written = time.monotonic()
        if self.cancelled:
            raise Stopped("cancelled")

    def _end_early(self, *, saved: bool = False) -> None:
        if self.missed.is_set():
            raise Stopped("lost")
        if not self._stopping():
            return
        # Inside the handler's transaction that would undo the step it is just finishing: then at the next call.
        if self._leaving or not connection.in_atomic_block:
            raise Stopped("stopping")
        self._leaving = saved


def mine(job: Job) -> models.QuerySet[Job]:
    """The job's row as long as the worker that claimed it still has it."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, worker=job.worker)


def enqueue(
    *, by: Viewer, kind: str, args: Mapping[str, Any], unique_key: str | None = None, due_at: Any = None
) -> Job:
    """Put work in the queue, in the running transaction if there is one.

    `args` must be JSON. With a `unique_key` there is at most one such job ever: a second call returns the first one,
    whatever became of it. ValueError for a kind that no room handles.
    """
    if kind not in job_handlers():
        raise ValueError(f"no room handles jobs of kind {kind!r}")
    values = {
        "kind": kind,
        "args": json.loads(json.dumps(dict(args))),
        "person_id": by.person_id,
        "body_id": by.body_id,
        "due_at": due_at or clock.now(),
    }
    if unique_key is None:
        job = Job.objects.create(**values)
    else:
        job, _made = Job.objects.get_or_create(unique_key=unique_key, defaults=values)
    wake()
    return job


def jobs_visible_to(viewer: Viewer) -> models.QuerySet[Job]:
    """One's own jobs, those of the body one reads for, and all for operators. Newest first."""
    rows = Job.objects.order_by("-id")
    if viewer.operator:
        return rows
    seen = Q(pk__in=[])
    if viewer.person_id:
        seen |= Q(person_id=viewer.person_id)
    if viewer.body_id and viewer.reads_for(viewer.body_id):
        seen |= Q(body_id=viewer.body_id)
    return rows.filter(seen)


def job_of(viewer: Viewer, id: UUID) -> Job:
    """Refused `not_found` when there is none that this viewer may see."""
    job = jobs_visible_to(viewer).filter(pk=id).first()
    if job is None:
        raise Refused("not_found", _("이런 일감이 없습니다."))
    return job


def may_change(viewer: Viewer, job: Job) -> bool:
    own = job.person_id is not None and job.person_id == viewer.person_id
    return viewer.operator or own or viewer.may_act_for(job.body_id)


def job_cancel(*, by: Viewer, job_id: UUID) -> Job:
    """Do not start a waiting job; ask a running one to end. Refused `conflict` when it has ended."""
    with transaction.atomic():
        job = _to_change(by, job_id)
        if job.state not in (Job.State.QUEUED, Job.State.RUNNING):
            raise Refused("conflict", _("이미 끝난 일감입니다."))
        job.cancel_asked = True
        if job.state == Job.State.QUEUED:
            job.state, job.ended_at = Job.State.CANCELLED, clock.now()
        job.save(update_fields=["cancel_asked", "state", "ended_at"])
        record(by=by, type="core.job.cancelled", subject=urn("job", job.pk))
    return job


def job_retry(*, by: Viewer, job_id: UUID) -> Job:
    """Start a failed or cancelled job again from its last checkpoint. Refused `conflict` otherwise."""
    with transaction.atomic():
        job = _to_change(by, job_id)
        if job.state not in (Job.State.FAILED, Job.State.CANCELLED):
            raise Refused("conflict", _("실패했거나 취소한 일감만 다시 할 수 있습니다."))
        job.state, job.attempts, job.cancel_asked = Job.State.QUEUED, 0, False
        job.error = job.trace = ""
        job.due_at, job.ended_at = clock.now(), None
        job.save()
        record(by=by, type="core.job.retried", subject=urn("job", job.pk))
    return job


def _to_change(by: Viewer, job_id: UUID) -> Job:
    job = jobs_visible_to(by).select_for_update().filter(pk=job_id).first()
    if job is None:
        raise Refused("not_found", _("이런 일감이 없습니다."))
    if not may_change(by, job):
        raise Refused("not_allowed", _("이 일감을 바꿀 수 없습니다."))
    return job


def enqueue_periodic() -> int:
    """Queue what every room wants done in this hour or on this day in Seoul; returns how many jobs are new."""
    local = clock.local(clock.now())
    stamps = {"hour": local.strftime("%Y-%m-%dT%H"), "day": local.strftime("%Y-%m-%d")}
    keys = {f"{p.kind}@{stamps[p.every]}": p.kind for room in rooms() for p in room.periodic}
    there = set(Job.objects.filter(unique_key__in=keys).values_list("unique_key", flat=True))
    missing = {key: kind for key, kind in keys.items() if key not in there}
    for key, kind in missing.items():
        enqueue(by=Viewer.anonymous(), kind=kind, args={}, unique_key=key)
    return len(missing)


def requeue_stale() -> int:
    """Take back running jobs that have given no sign of life for `STALE`; returns how many."""
    silent = Job.objects.filter(state=Job.State.RUNNING, beat_at__lt=clock.now() - STALE)
    count = 0
    for job in silent:
        with transaction.atomic():
            row = mine(job).filter(beat_at__lt=clock.now() - STALE).select_for_update().first()
            if row is None:
                continue
            log.warning("job %s (%s): no sign of life from %s, taken back", row.pk, row.kind, row.worker)
            if row.cancel_asked:
                _end(row, Job.State.CANCELLED)
            elif row.attempts >= MAX_ATTEMPTS:
                words = _("여러 번 시작했지만 매번 도중에 끊겼습니다.")
                _end(row, Job.State.FAILED, error=words, trace="no sign of life")
            else:
                mine(row).update(state=Job.State.QUEUED, worker="", due_at=clock.now())
            count += 1
    return count


def run_due(worker: str, stopping: Callable[[], bool] = lambda: False) -> int:
    """Run the next waiting job to its end; returns how many were run (0 or 1).

    `worker` names this process and is never used again by another one. Safe in several workers at once.
    """
    job = _claim(worker)
    if job is None:
        return 0
    context = Context(job, stopping)
    beat = _Beat(context)
    beat.start()
    try:
        _run(context)
    finally:
        beat.end()
    return 1


def _claim(worker: str) -> Job | None:
    due = Job.objects.filter(state=Job.State.QUEUED, due_at__lte=clock.now()).order_by("due_at", "id")
    if not due.exists():
        return None
    with transaction.atomic():
        rows = due
        if connection.features.has_select_for_update_skip_locked:
            rows = due.select_for_update(skip_locked=True)
        job = rows.first()
        if job is None:
            return None
        now = clock.now()
        job.state, job.worker, job.beat_at = Job.State.RUNNING, worker, now
        job.started_at = job.started_at or now
        job.attempts += 1
        job.save(update_fields=["state", "worker", "beat_at", "started_at", "attempts"])
    return job


def _run(context: Context) -> None:
    job = context.job
    try:
        _end(job, Job.State.DONE, result=_handler(job)(context))
    except Stopped as stop:
        if stop.why == "cancelled":
            _end(job, Job.State.CANCELLED)
        elif stop.why == "stopping":
            mine(job).update(state=Job.State.QUEUED, worker="", attempts=max(0, job.attempts - 1), due_at=clock.now())
        else:
            log.warning("job %s (%s) is no longer ours, left", job.pk, job.kind)
    except Refused as no:
        _end(job, Job.State.FAILED, error=str(no.message))
    except Exception as error:
        _failed(job, error)


class NoHandler(Exception):
    """The room that queued the job is not here any more."""


def _handler(job: Job) -> Handler:
    handler = job_handlers().get(job.kind)
    if handler is None:
        raise NoHandler(job.kind)
    return handler


def _failed(job: Job, error: Exception) -> None:
    trace = traceback.format_exc(limit=-12)
    # The kind of error only: its message may hold what somebody wrote.
    log.warning("job %s (%s) failed with %s (try %s)", job.pk, job.kind, type(error).__name__, job.attempts)
    if isinstance(error, NoHandler) or job.attempts >= MAX_ATTEMPTS:
        words = _("일을 마치지 못했습니다. 까닭을 운영자가 볼 수 있게 남겨 두었습니다.")
        _end(job, Job.State.FAILED, error=words, trace=trace)
    else:
        wait = timedelta(seconds=5 * 4 ** max(0, job.attempts - 1))
        mine(job).update(state=Job.State.QUEUED, worker="", due_at=clock.now() + wait, trace=trace)


def _end(job: Job, state: str, *, result: Any = None, error: str = "", trace: str = "") -> None:
    """Close the job if it is still ours, and tell the person who asked for it."""
    values: dict[str, Any] = {"state": state, "result": result, "error": error, "trace": trace, "ended_at": clock.now()}
    if state == Job.State.DONE and job.total is not None:
        values["done"] = job.total
    with transaction.atomic():
        if not mine(job).update(**values):
            log.warning("job %s (%s) ended, but another worker has it", job.pk, job.kind)
            return
        if job.person_id and state in (Job.State.DONE, Job.State.FAILED):
            ended = "core.job.done" if state == Job.State.DONE else "core.job.failed"
            record(by=Viewer.anonymous(), type=ended, subject=urn("job", job.pk), data={"person": job.person_id})


class _Beat(threading.Thread):
    """Says every `BEAT` seconds, on a connection of its own, that the job is alive."""

    def __init__(self, context: Context) -> None:
        super().__init__(name="job-heartbeat", daemon=True)
        self._context = context
        self._over = threading.Event()

    def run(self) -> None:
        try:
            while not self._over.wait(BEAT):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            if not mine(self._context.job).update(beat_at=clock.now()) and not self._over.is_set():
                self._context.missed.set()
        except DatabaseError as error:
            connection.close()
            log.warning("job %s: sign of life not written (%s)", self._context.job.pk, type(error).__name__)

    def end(self) -> None:
        self._over.set()
        self.join(timeout=BEAT)
