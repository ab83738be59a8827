"""What core does by itself every day: dates for another look, and forgetting what need not be kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from dure.core import attachments, clock, confirmations, outbox
from dure.core.events import record
from dure.core.jobs import Context, titled
from dure.core.models import Event, Heartbeat, Job
from dure.core.viewer import Viewer
from dure.core.visibility import Visible, visible_models

KEEP_JOBS = timedelta(days=90)


@titled(gettext_lazy("다시 볼 날이 된 비공개 찾기"))
def reviews(context: Context) -> dict[str, int]:
    """Record `core.review.due` for everything withheld whose date has come, once for each thing and date."""
    today, told = clock.today(), 0
    for model in visible_models():
        for pk in model._default_manager.filter(review_on__lte=today).values_list("pk", flat=True):
            told += _tell(model, pk, today)
            context.progress(told)
    return {"told": told}


def _tell(model: type[Visible], pk: Any, today: date) -> bool:
    with transaction.atomic():
        thing = model._default_manager.select_for_update().filter(pk=pk, review_on__lte=today).first()
        if thing is None:
            return False
        on = str(thing.review_on)
        if Event.objects.filter(type="core.review.due", thing=thing.urn, data__review_on=on).exists():
            return False
        decided = {"body": thing.withheld_by_body, "person": thing.withheld_by_person}
        record(
            by=Viewer.anonymous(),
            type="core.review.due",
            subject=thing.about,
            thing=thing.urn,
            data={"review_on": on, **{who: id for who, id in decided.items() if id}},
        )
    return True


@titled(gettext_lazy("오래된 것 지우기"))
def tidy(context: Context) -> dict[str, int]:
    """Clear addresses, unconfirmed addresses, files nobody holds, ended jobs and silent workers."""
    now = clock.now()
    steps = {
        "letters": outbox.clear_old,
        "confirmations": confirmations.forget_old,
        "files": attachments.clean,
        "jobs": lambda: Job.objects.filter(ended_at__lt=now - KEEP_JOBS).delete()[0],
        "workers": lambda: Heartbeat.objects.filter(beat_at__lt=now - timedelta(days=1)).delete()[0],
    }
    counts = {}
    for number, (name, step) in enumerate(steps.items(), start=1):
        counts[name] = step()
        context.progress(number, len(steps))
    return counts
