"""The periodic job of mediation: what a passed deadline brings, and warnings before one."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dure.collaboration.mediation.actions.moves import move_on
from dure.collaboration.mediation.models import Dispute, Step
from dure.core.jobs import titled

log = logging.getLogger(__name__)


@titled(_("조정의 기한 살피기"))
def watch_deadlines(context: Any) -> dict[str, int]:
    """Move every open dispute whose deadline has passed. One that fails keeps no other back, but fails the job."""
    ids = list(Dispute.objects.exclude(step=Step.CLOSED).order_by("due", "pk").values_list("pk", flat=True))
    moved, failed = 0, []
    for done, id in enumerate(ids, start=1):
        try:
            with transaction.atomic():
                moved += move_on(id)
        except Exception:
            log.exception("the deadlines of dispute %s could not be seen to", id)
            failed.append(str(id))
        context.progress(done, len(ids))
    if failed:
        raise RuntimeError(f"deadlines of {len(failed)} disputes could not be seen to: {', '.join(failed[:5])}")
    return {"open": len(ids), "moved": moved}
