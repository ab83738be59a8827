"""Verbs of staying alive, looking back and ending."""

from dure.collaboration.closing.actions.cases import case_edit
from dure.collaboration.closing.actions.indicators import (
    indicator_change,
    indicator_drop,
    indicator_propose,
    indicators_confirm,
)
from dure.collaboration.closing.actions.lasting import (
    checklist_answer,
    handover_accept,
    handover_ask,
    handover_decline,
    handover_withdraw,
    rechecks_tell,
)
from dure.collaboration.closing.actions.measurements import measurement_correct, measurement_record
from dure.collaboration.closing.actions.ratings import (
    citizen_rate,
    citizen_rating_flag,
    citizen_rating_hide,
    citizen_rating_publish_confirmed,
    citizen_rating_remove,
    citizen_rating_restore,
    partner_rate,
)

__all__ = [
    "case_edit",
    "checklist_answer",
    "citizen_rate",
    "citizen_rating_flag",
    "citizen_rating_hide",
    "citizen_rating_publish_confirmed",
    "citizen_rating_remove",
    "citizen_rating_restore",
    "handover_accept",
    "handover_ask",
    "handover_decline",
    "handover_withdraw",
    "indicator_change",
    "indicator_drop",
    "indicator_propose",
    "indicators_confirm",
    "measurement_correct",
    "measurement_record",
    "partner_rate",
    "rechecks_tell",
]
