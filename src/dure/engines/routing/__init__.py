"""Who is responsible for what is reported at a place, on a road, of a category, on a day; and why.

Pure: areas, roads, bodies, categories and rules come in as plain data; nothing of Django's, no clock, no state that
anybody sees. Law sources stand with the data (`data/roads`).
"""

from dure.engines.routing.bodies import Bodies, Body
from dure.engines.routing.categories import Categories, Category
from dure.engines.routing.compare import compare
from dure.engines.routing.ground import Cell, Ground, Hit, Layer, town_kind
from dure.engines.routing.router import Router
from dure.engines.routing.rules import RuleError, RuleSet
from dure.engines.routing.said import Ask, Choice, Clarify, Other, Route

__all__ = [
    "Ask",
    "Bodies",
    "Body",
    "Categories",
    "Category",
    "Cell",
    "Choice",
    "Clarify",
    "Ground",
    "Hit",
    "Layer",
    "Other",
    "Route",
    "Router",
    "RuleError",
    "RuleSet",
    "compare",
    "town_kind",
]
