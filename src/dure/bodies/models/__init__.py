from dure.bodies.models.body import PUBLIC_KINDS, Body, BodyAlias, BodySuccession, Registration
from dure.bodies.models.key import ApiKey
from dure.bodies.models.membership import Invitation, JoinRequest, Membership

__all__ = [
    "PUBLIC_KINDS",
    "ApiKey",
    "Body",
    "BodyAlias",
    "BodySuccession",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Registration",
]
