"""What the clock does with open proposals, every hour."""

from __future__ import annotations

import logging

from django.utils.translation import gettext_lazy

from dure.collaboration.decisions.actions import look_after
from dure.collaboration.decisions.models import Proposal
from dure.core.jobs import Context, titled

log = logging.getLogger(__name__)

WATCH = "collaboration.decisions"


@titled(gettext_lazy("안건의 기한 살피기"))
def watch(context: Context) -> dict[str, int]:
    """Remind, decide and prolong where it is time; each proposal in a transaction of its own. One that fails keeps no
    other back, but fails the job."""
    due = list(
        Proposal.objects.filter(state=Proposal.State.OPEN).order_by("deadline", "pk").values_list("pk", flat=True)
    )
    failed = 0
    for done, id in enumerate(due, start=1):
        try:
            look_after(id)
        except Exception:
            # What one proposal does must not keep the others from being decided.
            log.exception("the proposal %s could not be looked after", id)
            failed += 1
        context.progress(done, len(due))
    if failed:
        raise RuntimeError(f"{failed} proposals could not be looked after")
    return {"looked_at": len(due)}
