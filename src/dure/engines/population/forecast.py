"""How many people will receive something in the next years: residents moved forward, times the share who receive it.

**Residents** by the method of Hamilton and Perry (1962, Social Forces 41:163–170): from two observed years follows, for
each region, sex and age group, how many are there for each who could have grown into it; this ratio of survival and
migration together is applied again. Years lie one apart and groups are five years wide, so each year a fifth of a
group moves up (evenly within the group, as Smith, Tayman and Swanson, State and Local Population Projections, 2001,
do for unequal steps). Children under five come from what remains of them and births for each woman from 20 to 44.

**Recipients**: share of receivers of the base year by age, sex and region (shrunk towards the nation's share where few
live) × residents of the coming year: nothing but the population is assumed to change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .drawing import Batch
from .margins import AGES, SEXES, Region
from .schema import codes

Array = np.ndarray[Any, Any]

STEP = 1 / 5
LOW, HIGH = 0.6, 1.6
"""Ratios are held within: beyond it is a change of borders or a new town, not a habit to carry on."""
_MOTHERS = slice(4, 9)


@dataclass(frozen=True)
class Ratios:
    """`cohort` (R, 2, 21) residents now for each who could have grown into the group, `births` (R, 2) under-fives who
    joined for each woman from 20 to 44; `held` how many ratios were held within LOW and HIGH."""

    cohort: Array
    births: Array
    held: int


def ratios(before: Array, after: Array) -> Ratios:
    """From residents (R, 2, 21) of two successive years. A group that could not be there (0 before) has ratio 1."""
    if before.shape != after.shape or before.shape[1:] != (2, len(AGES)):
        raise ValueError(f"residents are (regions, 2, {len(AGES)}), the same in both years")
    grown = _grown(before)
    exact = np.divide(after, grown, out=np.ones_like(grown), where=grown > 0)
    cohort = np.clip(exact, LOW, HIGH)
    women = np.maximum(after[:, 1, _MOTHERS].sum(axis=1), 1.0)
    births = np.maximum(after[:, :, 0] - grown[:, :, 0], 0.0) / women[:, None]
    cohort[:, :, 0] = 1.0
    return Ratios(cohort, births, int((exact != cohort)[:, :, 1:].sum()))


def forward(residents: Array, by: Ratios, years: int) -> Array:
    """Residents (years + 1, R, 2, 21), this year first; fractions of persons are kept."""
    if years < 0:
        raise ValueError("years forward, not back")
    found = [residents.astype(float)]
    for _ in range(years):
        moved = _grown(found[-1]) * by.cohort
        moved[:, :, 0] += moved[:, 1, _MOTHERS].sum(axis=1)[:, None] * by.births
        found.append(moved)
    return np.stack(found)


def _grown(residents: Array) -> Array:
    """A fifth of each group moves up, the last one keeps all of its own."""
    moved = residents * (1 - STEP)
    moved[:, :, 1:] += residents[:, :, :-1] * STEP
    moved[:, :, -1] += residents[:, :, -1] * STEP
    return moved


def take_up(recipients: Array, residents: Array, *, prior: float = 50.0) -> Array:
    """Share of receivers (R, 2, 21), at most 1: recipients ÷ residents, with `prior` persons of the nation's share
    added to each cell, so that a handful of people does not make a share of its own."""
    if recipients.shape != residents.shape:
        raise ValueError("recipients and residents are of one shape")
    whole = residents.sum(axis=0)
    nation = np.divide(recipients.sum(axis=0), whole, out=np.zeros_like(whole, dtype=float), where=whole > 0)
    return np.minimum((recipients + prior * nation) / (residents + prior), 1.0)


def counted(batch: Batch, chosen: Array, regions: Sequence[str]) -> Array:
    """Weights of the `chosen` rows of `batch.persons` (bool) by region, sex and age, (R, 2, 21): added up over batches,
    the recipients that `forecast` takes. For a benefit of households choose their heads."""
    rows, members = batch.households, batch.persons
    place = np.searchsorted(rows["household"].to_numpy(), members["household"].to_numpy())
    region = codes(rows["region"], regions)[place]
    sex, age = codes(members["sex"], SEXES), np.minimum(members["age"].to_numpy() // 5, len(AGES) - 1)
    if (region < 0).any():
        raise ValueError("the batch has regions that are not among those asked for")
    found = np.zeros((len(regions), 2, len(AGES)))
    np.add.at(found, (region[chosen], sex[chosen], age[chosen]), members["weight"].to_numpy()[chosen])
    return found


@dataclass(frozen=True)
class Forecast:
    """Per year and region, whole persons: `recipients` (Y, R) with `low` and `high`, `residents` (Y, R). `years` as
    numbers, the base year first; `regions` codes."""

    years: tuple[int, ...]
    regions: tuple[str, ...]
    recipients: Array
    low: Array
    high: Array
    residents: Array

    def provinces(self) -> dict[str, Array]:
        """Recipients per year (Y,) by province."""
        found: dict[str, Array] = {}
        for at, code in enumerate(self.regions):
            province = code[:2] + "00000000"
            found[province] = found.get(province, np.zeros(len(self.years), dtype=np.int64)) + self.recipients[:, at]
        return found


def forecast(
    before: Sequence[Region], after: Sequence[Region], recipients: Array, *, base: int, years: int, error: float = 0.0
) -> Forecast:
    """Recipients (R, 2, 21) of year `base`, in the order of `after` (the residents of that year; `before` those of the
    year before), for `years` more. `error` is the relative error of one year that a back-test found: bounds widen by
    it each year. ValueError where a region has no residents by age or is not in both years."""
    first, second, places = matched(before, after)
    if len(places) != len(after):
        raise ValueError(f"{len(after) - len(places)} regions have no residents by age in both years")
    people = forward(second, ratios(first, second), years)
    share = take_up(recipients, second)
    exact = (people * share).sum(axis=(2, 3))
    # The base year is what was counted; later years keep its ratio to the shrunk share.
    counted = recipients.sum(axis=(1, 2))
    exact *= np.divide(counted, exact[0], out=np.ones_like(exact[0]), where=exact[0] > 0)
    width = error * np.arange(years + 1)[:, None]
    return Forecast(
        years=tuple(range(base, base + years + 1)),
        regions=tuple(places),
        recipients=_whole(exact),
        low=_whole(exact * np.maximum(1 - width, 0)),
        high=_whole(exact * (1 + width)),
        residents=_whole(people.sum(axis=(2, 3))),
    )


def _whole(values: Array) -> Array:
    return np.floor(values + 0.5).astype(np.int64)


RENAMED: Mapping[str, str] = {"42": "51", "45": "52"}
"""Provinces that got a new number: Gangwon on 2023-06-11, Jeonbuk on 2024-01-18."""
MOVED: Mapping[str, str] = {"4772000000": "2772000000"}
"""Gunwi went from Gyeongbuk to Daegu on 2023-07-01."""


def today(code: str) -> str:
    """The code that a municipality of 2022 has at the end of 2024."""
    return MOVED.get(code, RENAMED.get(code[:2], code[:2]) + code[2:])


def matched(*years: Sequence[Region]) -> tuple[Any, ...]:
    """Residents (R, 2, 21) of each year, of regions that are in all, as the last is ordered; and their codes."""
    tables = [{today(r.code): r.ages for r in regions if r.ages is not None} for regions in years]
    places = [today(r.code) for r in years[-1] if all(today(r.code) in table for table in tables)]
    return (*(np.array([table[code] for code in places]) for table in tables), places)


@dataclass(frozen=True)
class BackTest:
    """One region: what was foreseen and what came of residents of the `ages` asked for; `still` is the error of saying
    that nothing changes."""

    region: str
    foreseen: float
    came: float
    error: float
    still: float


def back_test(
    first: Sequence[Region], second: Sequence[Region], third: Sequence[Region], *, ages: slice = slice(0, None)
) -> list[BackTest]:
    """Ratios from the first to the second year, applied to the second, held beside the third. `ages` are places in
    AGES, `slice(13, None)` from 65 on. Ordered as the third year's regions."""
    one, two, three, places = matched(first, second, third)
    seen = forward(two, ratios(one, two), 1)[1]
    found = []
    for at, code in enumerate(places):
        foreseen, came, was = (float(table[at, :, ages].sum()) for table in (seen, three, two))
        found.append(BackTest(code, foreseen, came, foreseen / came - 1, was / came - 1))
    return found


def usual_error(tests: Sequence[BackTest], share: float = 0.9) -> float:
    """The |error| that this share of regions does not exceed: what `forecast` takes as `error`."""
    if not tests:
        raise ValueError("no regions in the back-test")
    return float(np.quantile([abs(test.error) for test in tests], share))
