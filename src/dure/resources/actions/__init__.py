from dure.resources.actions.booking import (
    booking_ask,
    booking_cancel,
    booking_confirm,
    booking_extend,
    booking_lapse,
    booking_refuse,
    booking_withhold,
)
from dure.resources.actions.holds import offer_confirm, offer_free, offer_hold, offer_shown
from dure.resources.actions.lending import (
    booking_lend,
    booking_no_show,
    booking_object,
    booking_return,
    objection_seen,
)
from dure.resources.actions.registry import photo_add, photo_remove, resource_save, resource_state, resource_withhold

__all__ = [
    "booking_ask",
    "booking_cancel",
    "booking_confirm",
    "booking_extend",
    "booking_lapse",
    "booking_lend",
    "booking_no_show",
    "booking_object",
    "booking_refuse",
    "booking_return",
    "booking_withhold",
    "objection_seen",
    "offer_confirm",
    "offer_free",
    "offer_hold",
    "offer_shown",
    "photo_add",
    "photo_remove",
    "resource_save",
    "resource_state",
    "resource_withhold",
]
