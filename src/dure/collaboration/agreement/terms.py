"""The days of an agreement: warnings before its term ends, renewal by itself, and what lapses. Done once a day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from dure.collaboration.actions.call import _locked
from dure.collaboration.agreement.actions import _agreement, _record, next_term
from dure.collaboration.agreement.models import Agreement, TermWarning
from dure.collaboration.models import TOGETHER
from dure.core import clock
from dure.core.jobs import Context
from dure.core.viewer import Viewer

WARN = (30, 90, 180)
"""Days before the end at which the parties are told."""


def look_at_terms(context: Context) -> dict[str, Any]:
    """The daily job `collaboration.agreement_terms`; doing it twice, or a day late, changes nothing more."""
    today = clock.today()
    last = date.fromordinal(today.toordinal() + max(WARN))
    rows = Agreement.objects.filter(
        state=Agreement.State.IN_FORCE, ends_on__lte=last, collaboration__stage__in=TOGETHER
    )
    ids = list(rows.order_by("ends_on", "pk").values_list("collaboration", flat=True))
    done = {"warned": 0, "renewed": 0, "lapsed": 0}
    for number, id in enumerate(ids, start=1):
        happened = _look(id, today)
        if happened:
            done[happened] += 1
        context.progress(number, len(ids))
    return done


def _look(collaboration_id: UUID, today: date) -> str:
    with transaction.atomic():
        collaboration = _locked(collaboration_id)
        agreement = _agreement(collaboration)
        if agreement.state != Agreement.State.IN_FORCE or collaboration.stage not in TOGETHER:
            return ""
        assert agreement.in_force
        assert agreement.starts_on
        assert agreement.ends_on
        nobody = Viewer()
        if agreement.ends_on < today:
            renews = agreement.in_force.plain["renewal"] == "automatic" and agreement.renewal_refused_by_id is None
            if renews:
                while agreement.ends_on < today:
                    agreement.starts_on, agreement.ends_on = next_term(agreement.starts_on, agreement.ends_on)
                    agreement.renewals += 1
            else:
                agreement.state = Agreement.State.LAPSED
                agreement.ended_at = clock.now()
            agreement.changed_at = clock.now()
            agreement.save()
            happened = "renewed" if renews else "lapsed"
            _record(nobody, happened, agreement, agreement.in_force, ends_on=agreement.ends_on)
            return happened
        left = (agreement.ends_on - today).days
        due = next((days for days in WARN if left <= days), None)
        if due is None:
            return ""
        _row, new = TermWarning.objects.get_or_create(agreement=agreement, ends_on=agreement.ends_on, days=due)
        if new:
            _record(nobody, "ending", agreement, agreement.in_force, days=left, ends_on=agreement.ends_on)
        return "warned" if new else ""
