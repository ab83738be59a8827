"""Every write to a collaboration. One function is one use case."""

from dure.collaboration.actions.call import (
    call_ask,
    call_field_open,
    call_field_withhold,
    call_publish,
    call_save,
    call_withdraw,
    draft_delete,
    file_add,
)
from dure.collaboration.actions.invitation import invitation_decline, partner_invite
from dure.collaboration.actions.offer import offer_change, offer_make, offer_withdraw, offer_withhold
from dure.collaboration.actions.opinion import (
    opinion_change,
    opinion_flag,
    opinion_hide,
    opinion_publish_confirmed,
    opinion_remove,
    opinion_restore,
    opinion_say,
    opinion_withhold,
)
from dure.collaboration.actions.partner import offer_decline, offer_take, partners_settle

__all__ = [
    "call_ask",
    "call_field_open",
    "call_field_withhold",
    "call_publish",
    "call_save",
    "call_withdraw",
    "draft_delete",
    "file_add",
    "invitation_decline",
    "offer_change",
    "offer_decline",
    "offer_make",
    "offer_take",
    "offer_withdraw",
    "offer_withhold",
    "opinion_change",
    "opinion_flag",
    "opinion_hide",
    "opinion_publish_confirmed",
    "opinion_remove",
    "opinion_restore",
    "opinion_say",
    "opinion_withhold",
    "partner_invite",
    "partners_settle",
]
