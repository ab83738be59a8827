"""From margins to a fitted population: how many households of each kind live in each region, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from .economy import Economy, economy
from .margins import GROUPS, Margins
from .raking import Regions, rake_regions, whole_parts
from .templates import LARGEST, TYPES, Pool, pool

Array = np.ndarray[Any, Any]

FINE = 12
"""Weights of kinds are kept in units of 2^-12 households: what differs in the last bits between machines is gone."""


@dataclass(frozen=True)
class Fitted:
    """A population ready to be drawn from. Strata are region × size, in that order.

    `stratum_households` (R × 7) whole households of each; with sizes they give the residents of each region to the
    person. `cumulated` (R × kinds) running sum of fine weights, in order of strata.
    """

    margins: Margins
    pool: Pool
    weights: Array
    stratum_households: Array
    cumulated: Array
    kind_start: Array
    economy: Economy

    def moved_to(self, day: date) -> Fitted:
        """The same people, as old as they are in the statistics, living on another day: birth dates follow it."""
        return replace(self, margins=replace(self.margins, on=day))

    @property
    def households(self) -> int:
        return int(self.stratum_households.sum())

    @property
    def persons(self) -> int:
        sizes = np.tile(np.arange(1, LARGEST + 1), len(self.margins.regions))
        return int((self.stratum_households * sizes).sum())


def fit(margins: Margins) -> Fitted:
    """Rakes kinds of households to residents (by sex and age where known), sizes, types and one-person households, and
    the tables of tenure, income and assets. Takes seconds for the municipalities. `raking.NotMet` where margins
    contradict each other."""
    kinds = pool(margins.known, margins.assumed)
    weights = _weights(margins, kinds) if margins.ages_by_region else _parted(margins, kinds)
    strata = np.concatenate([_whole(weights[at], kinds, r.residents) for at, r in enumerate(margins.regions)])
    fine = np.maximum(np.rint(weights * 2**FINE).astype(np.int64), 0)
    starts = np.searchsorted(kinds.size, np.arange(1, LARGEST + 2))
    for size in range(LARGEST):
        lost = fine[:, starts[size] : starts[size + 1]].sum(axis=1) == 0
        fine[lost, starts[size]] = 1
    return Fitted(
        margins=margins,
        pool=kinds,
        weights=weights,
        stratum_households=strata,
        cumulated=np.cumsum(fine.ravel()),
        kind_start=starts,
        economy=economy(margins, kinds, weights),
    )


def _weights(margins: Margins, kinds: Pool) -> Array:
    regions = margins.regions
    by_age = margins.ages_by_region
    people = kinds.persons()
    shared, wanted = _shared(margins, kinds)
    one = (kinds.size == 1).astype(float)
    provinces = {code: share / 1000 for code, share in margins.published("one_person_by_province").items()}
    present = [code for code in provinces if any(region.province == code for region in regions)]
    if not by_age:
        shared.append(people)
        wanted.append(np.asarray(_grouped(margins.ages), dtype=float).ravel())
    local = people if by_age else people.sum(axis=1, keepdims=True)
    base = np.hstack(shared)
    commons, codes = [], ["", *present]
    for code in codes:
        own = np.zeros((len(one), len(present)))
        if code:
            own[:, present.index(code)] = one - provinces[code]
        commons.append(np.hstack([base, own]))
    kind = np.array([codes.index(region.province) if region.province in present else 0 for region in regions])
    totals = np.array([_grouped(r.ages).ravel() if r.ages is not None and by_age else [r.residents] for r in regions])
    mean = float((kinds.prior * kinds.size).sum())
    prior = np.array([kinds.prior * (region.residents / mean) for region in regions])
    names = _names(margins, by_age, present)
    targets = np.concatenate([*wanted, np.zeros(len(present))])
    return rake_regions(Regions(prior, [local] * len(codes), kind, totals, commons, targets), names=names)


def _parted(margins: Margins, kinds: Pool) -> Array:
    """Where a region is known by its residents alone, raking gives it the mix of its province: so provinces are raked
    and parted, which is the same and quicker."""
    whole = margins.by_province()
    weights = _weights(whole, kinds)
    at = {region.code: (row, region.residents) for row, region in enumerate(whole.regions)}
    return np.array([weights[at[r.province][0]] * (r.residents / at[r.province][1]) for r in margins.regions])


def _shared(margins: Margins, kinds: Pool) -> tuple[list[Array], list[Array]]:
    """Columns whose weighted sum over all regions is zero: a share is met whatever the number of households."""
    one, columns = kinds.size == 1, []
    for size in (1, 2, 3, 4):
        columns.append((kinds.size == size) - margins.published("household_size")[size] / 1000)
    for name, share in margins.published("household_type").items():
        columns.append((kinds.type == TYPES.index(name)) - share / 1000)
    head = kinds.group[kinds.start[:-1]]
    sex = kinds.sex[kinds.start[:-1]]
    bands = {"under_30": head < 6, "30s": (head == 6) | (head == 7), "60s": (head == 12) | (head == 13)}
    for name, share in margins.published("one_person_age").items():
        columns.append(one * (bands[name] - share / 1000))
    for name, share in margins.published("one_person_age_by_sex").items():
        of, band = name.split("_", 1)
        mine = one & (sex == ("male", "female").index(of))
        columns.append(mine * (bands[band] - share / 1000))
    young, older = kinds.parents()
    single = kinds.type == TYPES.index("single_parent")
    columns.append(young * (single - margins.published("single_parent_under_40") / 1000))
    columns.append(older * (single - margins.assumption("single_parent_from_40") / 1000))
    return [np.column_stack(columns)], [np.zeros(len(columns))]


def _names(margins: Margins, by_age: bool, provinces: list[str]) -> list[str]:
    ages = [f"{sex} {group}" for sex in ("male", "female") for group in GROUPS]
    names = ages if by_age else ["residents"]
    names = names + [f"size {size}" for size in (1, 2, 3, 4)] + list(margins.published("household_type"))
    names += [f"one person {name}" for name in margins.published("one_person_age")]
    names += [f"one person {name}" for name in margins.published("one_person_age_by_sex")]
    names += ["single parents under 40", "single parents from 40"]
    return names + ([] if by_age else ages) + [f"one person in {code}" for code in provinces]


def _grouped(ages: Array | None) -> Array:
    """Five-year groups (2, 21) with all from 85 on together (2, 18)."""
    assert ages is not None
    return np.hstack([ages[:, :17], ages[:, 17:].sum(axis=1, keepdims=True)])


def _whole(weights: Array, kinds: Pool, residents: int) -> Array:
    """Whole households by size, so that their members are the residents to the person."""
    sizes = np.arange(1, LARGEST + 1)
    exact = np.array([weights[kinds.size == size].sum() for size in sizes])
    found = whole_parts(exact, round(float(exact.sum())))
    off = residents - int((found * sizes).sum())
    while off:
        step = 1 if off > 0 else -1
        gain = exact - found
        moves = [(gain[i + step] - gain[i], i) for i in range(LARGEST) if 0 <= i + step < LARGEST and found[i] > 0]
        if not moves:
            found[0] += off
            break
        _, i = max(moves)
        found[i] -= 1
        found[i + step] += 1
        off -= step
    return found
