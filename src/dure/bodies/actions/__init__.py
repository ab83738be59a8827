from dure.bodies.actions.keys import create_key, revoke_key
from dure.bodies.actions.membership import (
    accept_invitation,
    appoint,
    ask_to_join,
    change_role,
    decide_join_request,
    end_membership,
    invite,
    withdraw_invitation,
    withdraw_join_request,
)
from dure.bodies.actions.registration import (
    amend_registration,
    confirm_registration,
    describe_body,
    end_body,
    refuse_registration,
    register_body,
    withdraw_registration,
)

__all__ = [
    "accept_invitation",
    "amend_registration",
    "appoint",
    "ask_to_join",
    "change_role",
    "confirm_registration",
    "create_key",
    "decide_join_request",
    "describe_body",
    "end_body",
    "end_membership",
    "invite",
    "refuse_registration",
    "register_body",
    "revoke_key",
    "withdraw_invitation",
    "withdraw_join_request",
    "withdraw_registration",
]
