"""Typology of collaborations: the study's frame → model and subtype with the reason, similar cases, partners to ask.

Public functions: `fit`, `classify`, `evaluate`, `similar` (and `Index` for many questions), `suggest`. All take and
return plain data, read no clock and no file, and give the same answer whatever the order of their inputs.
"""

from dure.engines.typology.classifier import Classification, Evaluation, Example, Weights, classify, evaluate, fit
from dure.engines.typology.frame import Attributes, Participant, from_depth
from dure.engines.typology.partners import Borders, Candidate, Deed, Need, Suggestion, suggest
from dure.engines.typology.said import Said
from dure.engines.typology.similar import Index, Similar, similar

__all__ = [
    "Attributes",
    "Borders",
    "Candidate",
    "Classification",
    "Deed",
    "Evaluation",
    "Example",
    "Index",
    "Need",
    "Participant",
    "Said",
    "Similar",
    "Suggestion",
    "Weights",
    "classify",
    "evaluate",
    "fit",
    "from_depth",
    "similar",
    "suggest",
]
