"""open311: machine doors to reports, by Open311, by the API and by e-mail."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core.models import Confirmation, Event
from dure.core.rooms import Noun, Periodic, Purpose
from dure.reports.models import IncomingMail
from dure.reports.open311.mail import actions, jobs
from dure.reports.parts import Part


def _letter_page(confirmation: Confirmation) -> str:
    """Whoever confirmed a letter goes to the status link of the report it answers."""
    row = IncomingMail.objects.filter(confirmation=confirmation).select_related("report").first()
    return row.report.status_path if row and row.report else "/reports/"


def _word_added(event: Event) -> str:
    if event.data.get("from_reporter"):
        return _("신고하신 분이 말을 더했습니다.")
    return _("맡은 기관이 알려 왔습니다.")


PART = Part(
    name="open311",
    nouns=(Noun("들어온 편지", "incoming mail", "IncomingMail"),),
    verbs=("word_add", "mail_take", "mail_read"),
    events_out={"reports.word_added": gettext_lazy("신고에 말을 더함")},
    jobs={jobs.FETCH: jobs.fetch, jobs.FORGET: jobs.forget},
    periodic=(Periodic(jobs.FETCH, "hour"), Periodic(jobs.FORGET, "day")),
    confirmations={
        actions.PURPOSE: Purpose(
            ask=gettext_lazy("신고에 답하신 편지가 맞는지 확인해 주세요."),
            done=actions.mail_confirmed,
            page=_letter_page,
        )
    },
    settings=("DURE_REPORT_IMAP_URL",),
    lines={"reports.word_added": _word_added},
)
