"""What core does by itself every day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from dure.core import attachments, clock, housekeeping, jobs
from dure.core.events import timeline
from dure.core.models import Attachment, Blob, Event, Heartbeat, Job, Person
from dure.core.viewer import Viewer
from dure.core.visibility import withhold

BODY = uuid4()


@pytest.fixture
def file(person: Person, house: Any) -> Attachment:
    blob = Blob.objects.create(sha256="0" * 64, size=1, media_type="text/plain")
    row = Attachment.objects.create(
        subject=house.add(), circle=uuid4(), blob=blob, name="비밀.txt", person=person, body_id=BODY
    )
    hide(row, days=10)
    return row


def hide(row: Attachment, days: int) -> None:
    by = Viewer.person(row.person_id, BODY, "officer")
    with transaction.atomic():
        review_on = clock.today() + timedelta(days=days)
        withhold(by=by, thing=row, level="body", reason="deliberation", review_on=review_on)


def look() -> None:
    """One day's job, as the worker runs it."""
    jobs.enqueue(by=Viewer(), kind="core.reviews", args={})
    while jobs.run_due("w1"):
        pass
    assert not Job.objects.exclude(state="done").exists()


def due() -> Any:
    return Event.objects.filter(type="core.review.due")


def test_a_review_date_is_told_once(file: Attachment, later: Any) -> None:
    look()
    assert not due().exists()
    later.shift(days=10)
    look()
    look()
    event = due().get()
    assert (event.subject, event.thing, event.data["body"]) == (file.subject, file.urn, str(BODY))
    lines = timeline(file.subject, Viewer())
    assert lines[0].type == "core.review.due"
    assert "비밀" not in str(lines)
    hide(file, days=5)
    later.shift(days=5)
    look()
    assert due().count() == 2


def test_what_need_not_be_kept_is_cleared(db: None, later: Any) -> None:
    Heartbeat.objects.create(worker="gone", beat_at=clock.now())
    jobs.enqueue(by=Viewer(), kind="core.reviews", args={})
    jobs.run_due("w1")
    later.shift(days=91)
    attachments.clean()  # what other tests left
    job = jobs.enqueue(by=Viewer(), kind="core.tidy", args={})
    jobs.run_due("w1")
    job.refresh_from_db()
    assert job.result == {"letters": 0, "confirmations": 0, "files": 0, "jobs": 1, "workers": 1}
    assert Job.objects.count() == 1
    assert timedelta(days=90) == housekeeping.KEEP_JOBS
