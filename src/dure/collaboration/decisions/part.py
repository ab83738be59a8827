from __future__ import annotations

from dure.collaboration.parts import Part
from dure.core.rooms import Noun

PART = Part("decisions", nouns=(Noun("정하는 방식", "decision rule", "DecisionRule"),))
