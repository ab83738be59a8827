"""Jobs: queued, run, watched, broken off, started again, exactly where they were."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from tests.core.conftest import Clock, Started

from dure.core import clock, jobs, rooms
from dure.core.models import Event, Heartbeat, Job, Notice, Person
from dure.core.refused import Refused
from dure.core.rooms import Periodic
from dure.core.viewer import Viewer

BODY = uuid4()
NOBODY = Viewer()
Handle = Callable[[str, Any], None]


def queue(viewer: Viewer = NOBODY, kind: str = "test.kind", **args: Any) -> Job:
    return jobs.enqueue(by=viewer, kind=kind, args=args)


def test_a_job_runs_and_keeps_its_result(viewer: Viewer, handle: Handle) -> None:
    def work(context: jobs.Context) -> dict[str, int]:
        context.progress(2, 4, "반쯤")
        return {"sum": context.args["a"] + 1}

    handle("test.kind", work)
    job = queue(viewer, a=1)
    assert job.state == "queued"
    assert jobs.run_due("w1") == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.total, job.note) == ("done", {"sum": 2}, 4, 4, "반쯤")
    assert job.ended_at is not None
    assert jobs.run_due("w1") == 0


def test_the_one_who_asked_hears_that_it_ended(viewer: Viewer, person: Person, handle: Handle) -> None:
    from dure.core.events import deliver_due

    handle("test.kind", lambda context: None)
    job = queue(viewer)
    jobs.run_due("w1")
    deliver_due()
    notice = Notice.objects.get(person=person)
    assert notice.event.type == "core.job.done"
    assert notice.event.subject == f"dure:job:{job.pk}"


def test_a_job_of_the_house_records_nothing(db: None, handle: Handle) -> None:
    handle("test.kind", lambda context: None)
    queue()
    jobs.run_due("w1")
    assert not Event.objects.exists()


def test_an_unknown_kind_is_not_queued(db: None) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        queue(kind="nowhere.kind")


def test_a_unique_job_is_queued_once_ever(db: None, handle: Handle) -> None:
    handle("test.kind", lambda context: None)
    first = jobs.enqueue(by=Viewer(), kind="test.kind", args={}, unique_key="one")
    jobs.run_due("w1")
    again = jobs.enqueue(by=Viewer(), kind="test.kind", args={"other": 1}, unique_key="one")
    assert again.pk == first.pk
    assert again.state == "done"


def test_not_before_it_is_due(db: None, handle: Handle, later: Clock) -> None:
    handle("test.kind", lambda context: None)
    due = clock.now()
    later.shift(minutes=-5)
    jobs.enqueue(by=Viewer(), kind="test.kind", args={}, due_at=due)
    assert jobs.run_due("w1") == 0
    later.shift(minutes=6)
    assert jobs.run_due("w1") == 1


def test_an_error_is_tried_again_and_then_readable_for_people_and_operators(
    viewer: Viewer, handle: Handle, later: Clock
) -> None:
    def work(context: jobs.Context) -> None:
        raise KeyError("what somebody wrote")

    handle("test.kind", work)
    job = queue(viewer)
    for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
        assert jobs.run_due("w1") == 1
        job.refresh_from_db()
        assert job.attempts == attempt
        assert jobs.run_due("w1") == 0, "not again before its wait is over"
        later.shift(minutes=10)
    assert job.state == "failed"
    assert "KeyError" in job.trace
    assert "KeyError" not in job.error
    assert "운영자" in job.error


def test_a_refusal_is_the_persons_to_read_and_not_tried_again(viewer: Viewer, handle: Handle) -> None:
    def work(context: jobs.Context) -> None:
        raise Refused("invalid", "표에 줄이 없습니다.")

    handle("test.kind", work)
    job = queue(viewer)
    jobs.run_due("w1")
    job.refresh_from_db()
    assert (job.state, job.error, job.trace) == ("failed", "표에 줄이 없습니다.", "")


def test_a_waiting_job_is_cancelled_and_started_again(viewer: Viewer, handle: Handle) -> None:
    handle("test.kind", lambda context: None)
    job = queue(viewer)
    jobs.job_cancel(by=viewer, job_id=job.pk)
    assert jobs.run_due("w1") == 0
    jobs.job_retry(by=viewer, job_id=job.pk)
    assert jobs.run_due("w1") == 1
    with pytest.raises(Refused) as no:
        jobs.job_cancel(by=viewer, job_id=job.pk)
    assert no.value.code == "conflict"
    with pytest.raises(Refused) as no:
        jobs.job_retry(by=viewer, job_id=job.pk)
    assert no.value.code == "conflict"


def test_a_running_job_ends_when_it_is_cancelled(viewer: Viewer, handle: Handle) -> None:
    def work(context: jobs.Context) -> None:
        context.progress(1, 3)
        jobs.job_cancel(by=viewer, job_id=context.job.pk)
        context.checkpoint["at"] = 1
        context.save()
        raise AssertionError("it should have ended")

    handle("test.kind", work)
    job = queue(viewer)
    jobs.run_due("w1")
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert job.error == ""


def test_the_own_ones_the_bodys_and_all_for_operators(person: Person, other: Person, handle: Handle) -> None:
    handle("test.kind", lambda context: None)
    mine = queue(Viewer.person(person.pk))
    bodys = queue(Viewer.person(person.pk, BODY, "officer"))
    house = queue()
    operator = Viewer.person(other.pk, staff_session_id=uuid4())
    reader = Viewer.person(other.pk, BODY, "reader")
    seen = {
        Viewer(): set(),
        Viewer.person(person.pk): {mine.pk, bodys.pk},
        Viewer.person(other.pk): set(),
        reader: {bodys.pk},
        Viewer.system(BODY, frozenset({"read"}), uuid4()): {bodys.pk},
        Viewer.system(BODY, frozenset({"write"}), uuid4()): set(),
        operator: {mine.pk, bodys.pk, house.pk},
    }
    for viewer, expected in seen.items():
        assert set(jobs.jobs_visible_to(viewer).values_list("pk", flat=True)) == expected, viewer
    with pytest.raises(Refused) as no:
        jobs.job_cancel(by=reader, job_id=bodys.pk)
    assert no.value.code == "not_allowed"
    with pytest.raises(Refused) as no:
        jobs.job_cancel(by=Viewer.person(other.pk), job_id=mine.pk)
    assert no.value.code == "not_found"


def test_a_silent_job_is_taken_back_with_its_checkpoint(db: None, handle: Handle, later: Clock) -> None:
    seen = []

    def work(context: jobs.Context) -> None:
        seen.append(dict(context.checkpoint))

    handle("test.kind", work)
    job = queue()
    Job.objects.filter(pk=job.pk).update(
        state="running", worker="gone", beat_at=clock.now(), attempts=1, checkpoint={"next": 7}
    )
    later.shift(seconds=29)
    assert jobs.requeue_stale() == 0
    later.shift(seconds=2)
    assert jobs.requeue_stale() == 1
    assert jobs.run_due("w2") == 1
    assert seen == [{"next": 7}]


def test_a_job_that_never_gets_on_is_given_up(db: None, handle: Handle, later: Clock) -> None:
    handle("test.kind", lambda context: None)
    job = queue()
    Job.objects.filter(pk=job.pk).update(
        state="running", worker="gone", beat_at=clock.now(), attempts=jobs.MAX_ATTEMPTS
    )
    later.shift(minutes=1)
    jobs.requeue_stale()
    job.refresh_from_db()
    assert job.state == "failed"


def test_a_worker_that_lost_its_job_writes_nothing_more(db: None, handle: Handle) -> None:
    def work(context: jobs.Context) -> dict[str, int]:
        Job.objects.filter(pk=context.job.pk).update(worker="another")
        context.checkpoint["mine"] = 1
        context.save()
        raise AssertionError("it should have ended")

    handle("test.kind", work)
    job = queue()
    jobs.run_due("w1")
    job.refresh_from_db()
    assert (job.state, job.worker, job.checkpoint) == ("running", "another", {})


@pytest.mark.django_db(transaction=True)
def test_a_stopping_worker_puts_a_long_job_back_at_its_checkpoint(handle: Handle) -> None:
    stop = threading.Event()

    def work(context: jobs.Context) -> str:
        for number in range(context.checkpoint.get("next", 0), 4):
            context.checkpoint["next"] = number + 1
            if number == 1:
                stop.set()
            context.save()
        return "whole"

    handle("test.kind", work)
    job = queue()
    jobs.run_due("w1", stop.is_set)
    job.refresh_from_db()
    assert (job.state, job.checkpoint, job.attempts) == ("queued", {"next": 2}, 0)
    jobs.run_due("w2")
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", "whole")


def test_periodic_jobs_come_once_an_hour_and_once_a_day_in_seoul(
    db: None, handle: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle("test.hourly", lambda context: None)
    handle("test.daily", lambda context: None)
    real = {room.name: room.periodic for room in rooms.rooms()}
    ours = (Periodic("test.hourly", "hour"), Periodic("test.daily", "day"))
    for room in rooms.rooms():
        object.__setattr__(room, "periodic", ours if room.name == "core" else ())
    try:
        # 14:59 UTC is 23:59 in Seoul.
        monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 21, 14, 59, tzinfo=UTC))
        assert jobs.enqueue_periodic() == 2
        assert jobs.enqueue_periodic() == 0
        monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 21, 15, 0, tzinfo=UTC))
        assert jobs.enqueue_periodic() == 2
        monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 21, 16, 0, tzinfo=UTC))
        assert jobs.enqueue_periodic() == 1
    finally:
        for room in rooms.rooms():
            object.__setattr__(room, "periodic", real[room.name])
    assert set(Job.objects.values_list("unique_key", flat=True)) == {
        "test.hourly@2026-11-21T23",
        "test.daily@2026-11-21",
        "test.hourly@2026-11-22T00",
        "test.daily@2026-11-22",
        "test.hourly@2026-11-22T01",
    }


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_the_same_job(handle: Handle) -> None:
    ran: list[str] = []
    handle("test.kind", lambda context: ran.append(str(context.job.pk)))
    queued = {str(queue(number=number).pk) for number in range(30)}

    def work(name: str) -> None:
        try:
            while jobs.run_due(name):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while jobs.run_due("last"):
        pass
    assert sorted(ran) == sorted(queued)


@pytest.mark.slow
@pytest.mark.everywhere
def test_a_worker_killed_in_the_middle_goes_on_at_its_checkpoint(
    start: Callable[..., Started], until: Callable[..., Any], later: Clock, handle: Handle
) -> None:
    handle("test.count", lambda context: None)
    job = jobs.enqueue(by=Viewer(), kind="test.count", args={"total": 40, "pause": 0.05})
    killed = start("-m", "tests.core.worker_process")
    until(lambda: Job.objects.get(pk=job.pk).checkpoint.get("next", 0) >= 5)
    killed.kill()
    assert Job.objects.get(pk=job.pk).state == "running"
    later.shift(seconds=31)
    assert jobs.requeue_stale() == 1
    later.shift(seconds=-31)
    Job.objects.filter(pk=job.pk).update(due_at=clock.now())
    connections.close_all()
    second = start("-m", "tests.core.worker_process")
    until(lambda: Job.objects.get(pk=job.pk).state == "done")
    # Each number was written once: a second writing would break the unique address and fail the job.
    assert Person.objects.count() == 40
    assert Heartbeat.objects.count() >= 1
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=60) == 0
    assert "stopped" in second.said


@pytest.mark.slow
@pytest.mark.everywhere
def test_once_does_what_is_due_and_ends(start: Callable[..., Started], handle: Handle) -> None:
    handle("test.count", lambda context: None)
    job = jobs.enqueue(by=Viewer(), kind="test.count", args={"total": 3})
    process = start("-m", "tests.core.worker_process", "--once")
    assert process.wait(timeout=120) == 0, process.said
    assert Job.objects.get(pk=job.pk).state == "done"
    assert Job.objects.filter(kind="core.tidy", state="done").exists()
