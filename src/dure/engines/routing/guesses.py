"""What a report may mean: where it lies, on which road, and what follows of each combination."""

from __future__ import annotations

from dataclasses import dataclass

from dure.engines.routing.deciding import Decision
from dure.engines.routing.ground import Cell


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell the report may lie in, how likely, and how that is known: map, border, split, text, coast, nowhere."""

    cell: Cell
    weight: float
    how: str


@dataclass(frozen=True, slots=True)
class RoadGuess:
    """A road the report may lie on. `how`: given, said, network, prior, none."""

    road_class: str
    weight: float
    how: str
    overlap: bool = False
    private: bool = False
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    spot: Spot
    road: RoadGuess
    town: str
    weight: float
    decision: Decision
