"""Every write to a mediation. One function is one use case."""

from dure.collaboration.mediation.actions.committee import (
    chair_vote,
    committee_again,
    seat_accept,
    seat_decline,
    seat_leave,
)
from dure.collaboration.mediation.actions.narrowing import mediation_narrow
from dure.collaboration.mediation.actions.refer import (
    dispute_agree,
    dispute_refer,
    dispute_state,
    dispute_withdraw,
    dispute_word,
    evidence_add,
)
from dure.collaboration.mediation.actions.roster import (
    interest_declare,
    interest_end,
    mediator_accept,
    mediator_decline,
    mediator_register,
    mediator_resign,
)
from dure.collaboration.mediation.actions.work import (
    hearing_cancel,
    hearing_record,
    hearing_set,
    mediation_answer,
    mediation_approve,
    mediation_draft,
)

__all__ = [
    "chair_vote",
    "committee_again",
    "dispute_agree",
    "dispute_refer",
    "dispute_state",
    "dispute_withdraw",
    "dispute_word",
    "evidence_add",
    "hearing_cancel",
    "hearing_record",
    "hearing_set",
    "interest_declare",
    "interest_end",
    "mediation_answer",
    "mediation_approve",
    "mediation_draft",
    "mediation_narrow",
    "mediator_accept",
    "mediator_decline",
    "mediator_register",
    "mediator_resign",
    "seat_accept",
    "seat_decline",
    "seat_leave",
]
