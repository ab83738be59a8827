from __future__ import annotations

from dure.collaboration.parts import Part

PART = Part("decisions")
