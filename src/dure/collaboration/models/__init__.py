from dure.collaboration.models.case import Case, CaseParty
from dure.collaboration.models.collaboration import (
    Attribute,
    Call,
    CallItem,
    CallRevision,
    Collaboration,
    Invitation,
    PartnerKind,
    ResourceKind,
    ServiceField,
    Stage,
    Target,
    Technology,
)
from dure.collaboration.models.offer import Offer, OfferRevision
from dure.collaboration.models.opinion import Opinion, OpinionFlag, OpinionRevision

__all__ = [
    "Attribute",
    "Call",
    "CallItem",
    "CallRevision",
    "Case",
    "CaseParty",
    "Collaboration",
    "Invitation",
    "Offer",
    "OfferRevision",
    "Opinion",
    "OpinionFlag",
    "OpinionRevision",
    "PartnerKind",
    "ResourceKind",
    "ServiceField",
    "Stage",
    "Target",
    "Technology",
]
