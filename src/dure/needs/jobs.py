"""What happens by itself every day: reminders, closing, and saying that a promised day went by."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from dure.core import clock
from dure.core.events import record
from dure.core.jobs import Context, titled
from dure.core.viewer import Viewer
from dure.needs.actions.survey import _begin_sorting
from dure.needs.models import AskedBody, NeedsAnswer, NeedsSurvey

REMIND = timedelta(days=3)
"""So long before the last day who has not answered is reminded, once."""
State = NeedsSurvey.State


@titled(gettext_lazy("수요조사 마감과 알림"))
def daily(context: Context) -> dict[str, int]:
    """Remind, close and tell of overdue answers; each once for each survey, however often it runs."""
    counts = {"reminded": 0, "closed": 0, "overdue": 0}
    ids = list(NeedsSurvey.objects.filter(state__in=[State.OPEN, State.SORTING]).values_list("pk", flat=True))
    for done, id in enumerate(ids, start=1):
        for name in _tend(id):
            counts[name] += 1
        context.progress(done, len(ids))
    return counts


def _tend(id: UUID) -> list[str]:
    today, done = clock.today(), []
    with transaction.atomic():
        survey = NeedsSurvey.objects.select_for_update().get(pk=id)
        assert survey.until
        by = Viewer.anonymous()
        if survey.state == State.OPEN and survey.until < today:
            _begin_sorting(survey)
            record(by=by, type="needs.survey.sorting", subject=survey.urn)
            done.append("closed")
        elif survey.state == State.OPEN and survey.until - today <= REMIND:
            answered = NeedsAnswer.objects.filter(survey=survey).values("body_id")
            waiting = AskedBody.objects.filter(survey=survey, reminded_on=None).exclude(body_id__in=answered)
            if waiting.update(reminded_on=today):
                record(by=by, type="needs.survey.reminded", subject=survey.urn, data={"until": survey.until})
                done.append("reminded")
        if survey.is_overdue and not survey.overdue_told:
            survey.overdue_told = True
            survey.save(update_fields=["overdue_told"])
            record(by=by, type="needs.survey.overdue", subject=survey.urn)
            done.append("overdue")
    return done
