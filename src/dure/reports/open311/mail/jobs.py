"""Reading the mailbox each minute, and forgetting old letters each day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from dure.core import clock, jobs
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports.models import IncomingMail
from dure.reports.open311.mail import actions
from dure.reports.open311.mail.mailbox import ImapBox, Mailbox

FETCH = "reports.mail"
FORGET = "reports.mail_forget"


@jobs.titled(gettext_lazy("전자우편으로 온 신고 읽기"))
def fetch(context: jobs.Context) -> dict[str, Any]:
    """One look into the mailbox; then the next look is queued. The house starts a new chain of looks each hour, so that
    one that broke off is taken up again; looks of one minute are one job."""
    result = {"left": actions.read_left()}
    if not settings.REPORT_IMAP_URL:
        return result
    _next_look()
    with ImapBox(settings.REPORT_IMAP_URL) as box:
        return {**result, **empty(box, context)}


def empty(box: Mailbox, context: jobs.Context | None = None) -> dict[str, int]:
    """Keep and read what is new in the mailbox; how many letters, and how many of them were too large."""
    count = large = 0
    for name, raw in box.letters(largest=actions.LARGEST):
        try:
            if raw is None:
                raise Refused("invalid", "")
            actions.mail_take(raw)
        except Refused:
            # Too large or empty: it stays where it is, flagged for whoever looks after the mailbox.
            box.done(name, flag=True)
            large += 1
        else:
            box.done(name)
        count += 1
        if context is not None:
            context.progress(count)
    return {"letters": count, "flagged": large}


def _next_look() -> None:
    at = (clock.now() + timedelta(minutes=1)).replace(second=0, microsecond=0)
    key = f"{FETCH}@{at:%Y-%m-%dT%H:%M}"
    jobs.enqueue(by=Viewer.anonymous(), kind=FETCH, args={}, unique_key=key, due_at=at)


@jobs.titled(gettext_lazy("지난 편지 지우기"))
def forget(context: jobs.Context) -> dict[str, int]:
    return {"letters": actions.forget_old(), "waiting": IncomingMail.objects.filter(state="failed").count()}
