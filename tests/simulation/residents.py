"""A made-up table of residents by age: of each province as many as live there, by the ages of the nation."""

from __future__ import annotations

import numpy as np

from dure.places.policy import command_line
from dure.simulation import actions, populations
from dure.simulation.models import AgeTable
from tests.engines.population.age_tables import Rows, tidy


def made_up(years: tuple[int, ...] = (2022, 2023, 2024)) -> bytes:
    whole = populations.margins().by_province()
    share = whole.ages / whole.ages.sum()
    rows: Rows = {
        (year, one.code): (one.name, np.floor(share * one.residents * 0.99**step).astype(np.int64))
        for step, year in enumerate(years)
        for one in whole.regions
    }
    return tidy(rows, both=False)


def load(data: bytes | None = None) -> AgeTable:
    made, _found, _new = actions.residents_load(by=command_line(), files=[("made-up.csv", data or made_up())])
    return made
