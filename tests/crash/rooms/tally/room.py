"""tally: a room only for tests/crash. It keeps what it is told, tells of it by an event, and counts in a job."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from dure.core import jobs
from dure.core.models import Event
from dure.core.rooms import Room, Subscriber

STEPS = 5

# A broken-off job is missed after seconds instead of half a minute, so that the test need not wait.
jobs.STALE = timedelta(seconds=3)
jobs.BEAT = 0.5
# A job that is broken off three times before its first checkpoint is given up: it may be what kills the worker. Here
# it never is.
jobs.MAX_ATTEMPTS = 10_000


def carried(event: Event) -> None:
    from dure.tally.models import Effect

    Effect.objects.create(seq=event.seq, subject=event.subject)
    time.sleep(0.003)
    with (Path(os.environ["DURE_DATA"]) / f"carried-{os.getpid()}").open("ab") as sign:
        sign.write(b".")


def count(context: jobs.Context) -> dict[str, Any]:
    from dure.tally.models import Step

    for number in range(context.checkpoint.get("next", 0), STEPS):
        time.sleep(0.02)
        with transaction.atomic():
            Step.objects.create(job=context.job.pk, number=number)
            context.checkpoint["next"] = number + 1
            context.save()
    return {"steps": STEPS}


ROOM = Room(
    name="tally",
    floor=2,
    question="",
    about="",
    events_out={"tally.added": "added"},
    subscribers=(Subscriber("tally.carried", ("tally.*",), carried),),
    jobs={"tally.count": count},
)
