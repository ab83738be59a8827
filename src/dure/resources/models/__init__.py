from dure.resources.models.booking import HOLDING, PERSISTING, Booking, Damage, Objection
from dure.resources.models.ledger import LedgerEntry
from dure.resources.models.resource import Resource, ResourceKind

__all__ = ["HOLDING", "PERSISTING", "Booking", "Damage", "LedgerEntry", "Objection", "Resource", "ResourceKind"]
