from dure.collaboration.models.case import Case, CaseParty

__all__ = ["Case", "CaseParty"]
