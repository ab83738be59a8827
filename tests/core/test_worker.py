"""The worker and the page of a job: it outlives a lost database, and people can watch what it does."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from tests.core.conftest import Started

from dure.core import jobs, outbox
from dure.core.management.commands import worker
from dure.core.models import Heartbeat, Job, Message, Person
from dure.core.viewer import Viewer

Start = Callable[..., Started]
Handle = Callable[[str, Any], None]


def test_everything_due_is_done_in_one_round(person: Person, handle: Handle) -> None:
    handle("test.kind", lambda context: None)
    jobs.enqueue(by=Viewer.person(person.pk), kind="test.kind", args={})
    outbox.queue(channel="email", address="a@example.net", subject="s", text="t")
    assert worker.once("w1") > 0
    assert worker.once("w1") == 0
    assert not Job.objects.exclude(state="done").exists()
    assert not Message.objects.exclude(state="sent").exists()
    assert len(mail.outbox) == 1


@pytest.mark.slow
@pytest.mark.everywhere
def test_a_long_job_keeps_no_letter_waiting_and_the_stop_waits_for_the_checkpoint_only(
    start: Start, until: Callable[..., Any], handle: Handle
) -> None:
    handle("test.count", lambda context: None)
    job = jobs.enqueue(by=Viewer(), kind="test.count", args={"total": 100_000, "pause": 0.05})
    process = start("-m", "tests.core.worker_process", DURE_HOSTS="localhost")
    until(lambda: Job.objects.get(pk=job.pk).checkpoint.get("next", 0) >= 2)
    letter = outbox.queue(channel="email", address="a@example.net", subject="s", text="t")
    until(lambda: Message.objects.get(pk=letter.pk).state == "sent")
    assert Heartbeat.objects.exists()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0, process.said
    job.refresh_from_db()
    assert (job.state, job.worker, job.cancel_asked) == ("queued", "", False)
    assert job.checkpoint["next"] == Person.objects.count()
    assert not Heartbeat.objects.exists(), "a worker that stopped is not missed"


@pytest.mark.slow
@pytest.mark.everywhere
def test_cancelled_while_it_runs(start: Start, until: Callable[..., Any], handle: Handle, person: Person) -> None:
    handle("test.count", lambda context: None)
    by = Viewer.person(person.pk)
    job = jobs.enqueue(by=by, kind="test.count", args={"total": 100_000, "pause": 0.05})
    start("-m", "tests.core.worker_process")
    until(lambda: Job.objects.get(pk=job.pk).checkpoint.get("next", 0) >= 2)
    jobs.job_cancel(by=by, job_id=job.pk)
    until(lambda: Job.objects.get(pk=job.pk).state == "cancelled")


@pytest.mark.postgres
def test_a_worker_outlives_its_lost_connections(start: Start, until: Callable[..., Any], handle: Handle) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is a file")
    handle("test.count", lambda context: None)
    process = start("-m", "tests.core.worker_process")
    until(lambda: Heartbeat.objects.exists())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    job = jobs.enqueue(by=Viewer(), kind="test.count", args={"total": 2})
    until(lambda: Job.objects.get(pk=job.pk).state == "done")
    until(lambda: "the database is back" in process.said)
    assert "Traceback" not in process.said
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0


def test_the_page_of_a_job(person: Person, other: Person, handle: Handle, client: Client) -> None:
    @jobs.titled("표 만들기")
    def work(context: jobs.Context) -> dict[str, Any]:
        context.progress(3, 12, "줄을 쓰는 중")
        return {"url": "/notices/", "rows": 12, "elsewhere": ["no"]}

    handle("test.kind", work)
    job = jobs.enqueue(by=Viewer.person(person.pk), kind="test.kind", args={})
    address = f"/jobs/{job.pk}/"
    assert client.get(address).status_code == 404
    client.force_login(other)
    assert client.get(address).status_code == 404
    client.force_login(person)
    waiting = client.get(address).content.decode()
    assert "표 만들기" in waiting
    assert '<meta http-equiv="refresh"' in waiting, "without JavaScript it looks again by itself"
    assert f'hx-get="{address}"' in waiting
    Job.objects.filter(pk=job.pk).update(state="running", worker="w", done=3, total=12, note="줄을 쓰는 중")
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'value="25"' in part
    assert "줄을 쓰는 중" in part
    Job.objects.filter(pk=job.pk).update(state="queued", worker="")
    jobs.run_due("w1")
    ended = client.get(address).content.decode()
    assert 'href="/notices/"' in ended
    assert "hx-get" not in ended
    assert "refresh" not in ended


def test_a_result_cannot_lead_to_another_site(person: Person, handle: Handle, client: Client) -> None:
    for url in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        handle("test.kind", lambda context, url=url: {"url": url})
        job = jobs.enqueue(by=Viewer.person(person.pk), kind="test.kind", args={})
        jobs.run_due("w1")
        client.force_login(person)
        assert url not in client.get(f"/jobs/{job.pk}/").content.decode()


def test_buttons_on_the_page(person: Person, handle: Handle, client: Client) -> None:
    handle("test.kind", lambda context: None)
    job = jobs.enqueue(by=Viewer.person(person.pk), kind="test.kind", args={})
    client.force_login(person)
    client.post(f"/jobs/{job.pk}/cancel")
    job.refresh_from_db()
    assert job.state == "cancelled"
    client.post(f"/jobs/{job.pk}/retry")
    job.refresh_from_db()
    assert job.state == "queued"
    assert client.get(f"/jobs/{job.pk}/cancel").status_code == 405
