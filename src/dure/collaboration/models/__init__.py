from importlib import import_module

from dure.collaboration.models.case import Case, CaseParty
from dure.collaboration.models.collaboration import (
    TOGETHER,
    Attribute,
    Call,
    CallItem,
    CallRevision,
    Collaboration,
    Invitation,
    Outcome,
    PartnerKind,
    ResourceKind,
    ServiceField,
    Stage,
    Target,
    Technology,
)
from dure.collaboration.models.offer import Offer, OfferRevision
from dure.collaboration.models.opinion import Opinion, OpinionFlag, OpinionRevision
from dure.collaboration.models.party import Party
from dure.collaboration.parts import NAMES

__all__ = [
    "TOGETHER",
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
    "Outcome",
    "PartnerKind",
    "Party",
    "ResourceKind",
    "ServiceField",
    "Stage",
    "Target",
    "Technology",
]

# Each part keeps its nouns in its own folder; Django has to meet them here.
for _name in NAMES:
    import_module(f"dure.collaboration.{_name}.models")
