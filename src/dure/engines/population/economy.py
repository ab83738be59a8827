"""Tenure, income, assets and disability: tables of chances, fitted to what is published.

Each table says how likely each outcome is for a kind of household; between tables only what they share ties them (so
income knows the age of the head and the size of the household, but not the municipality: no such table is published
here). Chances are kept as thresholds in 32 bits, amounts as whole won: drawing from them needs whole numbers only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .margins import ZONES, Margins
from .raking import Regions, rake, rake_regions
from .templates import HEAD_AGES, Pool

Array = np.ndarray[Any, Any]

TENURES = ("own", "jeonse", "monthly_rent", "free")
PROFILES = ("employee", "self_employed", "transfer", "property")
DISABILITIES = ("none", "mild", "severe")
SIZES = 4
DECADES = 10
KNOTS = 64
"""Pieces of the tail above the last limit."""


@dataclass(frozen=True)
class Economy:
    """Thresholds (…, outcomes − 1) in 32 bits: the outcome is the number of thresholds a draw reaches.

    `tenure` by zone, head's age, size, income band; `income` by province, head's age, size; `profile` by head's age,
    income band; `net` by tenure, income band, head's age; `disability` by sex, decade of age; `oldest` by sex. Limits
    and tails in won: amounts lie between limits, and above the last one at it plus the tail.
    """

    tenure: Array
    income: Array
    profile: Array
    net: Array
    disability: Array
    oldest: Array
    income_limits: Array
    income_tail: Array
    net_limits: Array
    net_tail: Array
    components: Array
    debt_permille: int
    financial_permille: Array


def kind_of_size(size: Array) -> Array:
    return np.minimum(size, SIZES) - 1


def economy(margins: Margins, kinds: Pool, weights: Array) -> Economy:
    """Of all regions together, from the fitted `weights` (R, kinds). `raking.NotMet` for what cannot be met."""
    cells = _cells(margins, kinds, weights)
    limits = np.array(margins.published("income_bands", "limits"), dtype=np.int64)
    mean = margins.published("income_means", "won")["total"]
    shares = _band_shares(margins)
    income_tail, income_mean = _tail(limits, shares, mean)
    income = _income(margins, cells, shares, income_mean)
    profile, components = _profiles(margins, income.sum(axis=(0, 2)), income_mean)
    tenure = _tenure(margins, income)
    net_limits = np.array(margins.published("net_asset_bands", "limits"), dtype=np.int64)
    net = _net(margins, tenure.sum(axis=(0, 2)))
    means = margins.published("asset_means", "won")
    net_share = net.sum(axis=(0, 1, 2)) / net.sum()
    net_tail, net_mean = _tail(net_limits, net_share, means["net"])
    holders = margins.assumption("debt", "holders_permille")
    debt = round(means["debt"] * 1000 * 1000 / (mean * holders))
    per_tenure = (net * net_mean).sum(axis=(1, 2, 3))
    owed = (tenure * income_mean[:, None]).sum(axis=(0, 1, 2, 3)) * means["debt"] / mean
    financial = _financial(margins, (per_tenure + owed) / tenure.sum(), means["financial"])
    return Economy(
        tenure=_thresholds(tenure),
        income=_thresholds(income),
        profile=_thresholds(profile),
        net=_thresholds(net),
        disability=_thresholds(_disability(margins)),
        oldest=_thresholds(margins.ages[:, 17:]),
        income_limits=limits,
        income_tail=income_tail,
        net_limits=net_limits,
        net_tail=net_tail,
        components=components,
        debt_permille=debt,
        financial_permille=financial,
    )


def _thresholds(table: Array) -> Array:
    total = table.sum(axis=-1, keepdims=True)
    even = np.full_like(table, 1.0 / table.shape[-1], dtype=float)
    chance = np.divide(table, total, out=even, where=total > 0)
    return np.rint(np.cumsum(chance, axis=-1)[..., :-1] * 2**32).astype(np.int64)


def _cells(margins: Margins, kinds: Pool, weights: Array) -> Array:
    """Households by province, head's age, size: (P, 5, 4)."""
    names = margins.provinces
    found = np.zeros((len(names), len(HEAD_AGES), SIZES))
    places = np.array([names.index(region.province) for region in margins.regions])
    for place in range(len(names)):
        here = weights[places == place].sum(axis=0)
        np.add.at(found[place], (kinds.head_age, kind_of_size(kinds.size)), here)
    return found


def _band_shares(margins: Margins) -> Array:
    shares = list(margins.published("income_bands"))
    for band, share in margins.assumption("income_bands_unseen").items():
        shares[band] = share
    return np.array(shares) / sum(shares)


def _rows(what: str, prior: Array, totals: Array, kind: Array, common: list[Array], shared: list[float]) -> Array:
    """A table (rows, outcomes) whose rows add up to `totals` and whose sums of `common[kind of row]` (outcomes, k) over
    all rows are `shared` (k,)."""
    ones = [np.ones((prior.shape[1], 1))] * len(common)
    names = [f"{what}, kinds of households", *(f"{what}, total {at}" for at in range(len(shared)))]
    return rake_regions(Regions(prior, ones, kind, totals[:, None], common, np.array(shared)), names=names)


def _scores(steps: dict[Any, int], keys: Any) -> Array:
    return np.array([float(steps[key]) for key in keys])


def _income(margins: Margins, cells: Array, shares: Array, means: Array) -> Array:
    """(P, 5, 4, 6) households by province, head's age, size, income band. `means` (6,) won of each band."""
    rules = margins.assumed["income_by_kind"]
    score = _scores(rules["age_step"], HEAD_AGES)[:, None] + _scores(rules["size_step"], (1, 2, 3, 4))[None, :]
    nearness = np.exp(-((score[:, :, None] - np.arange(6) * 2.0) ** 2) / 18)
    prior = nearness[None] * np.maximum(cells, 1e-9)[..., None]
    total = cells.sum()
    groups = {"under_40": [0], "40s": [1], "50s": [2], "60_over": [3, 4]}
    seen = margins.published("income_band_by_age", "cells")
    provinces = _province_means(margins)
    width = 5 + len(seen) + len(provinces)
    totals = list(total * shares[:5])
    common = np.zeros((len(cells), len(HEAD_AGES), 6, width))
    common[:, :, :5, :5] = np.eye(5)
    for at, cell in enumerate(seen, start=5):
        for age in groups[cell["age"]]:
            common[:, age, cell["band"], at] = 1.0
        totals.append(cells[:, groups[cell["age"]]].sum() * cell["permille"] / 1000)
    for at, (place, mean) in enumerate(provinces.items(), start=5 + len(seen)):
        common[place, :, :, at] = means / means[-1]
        totals.append(cells[place].sum() * mean / means[-1])
    kinds = np.repeat(np.arange(len(cells) * len(HEAD_AGES)), SIZES)
    matrices = list(common.reshape(-1, 6, width))
    return _rows("income", prior.reshape(-1, 6), cells.ravel(), kinds, matrices, totals).reshape(prior.shape)


def _province_means(margins: Margins) -> dict[int, float]:
    """Mean income to be met by place of province: the published ratio to the nation's, times the nation's mean now.
    None where no province is left that could make up for the difference."""
    entry, names = margins.known["income_mean_by_province"], margins.provinces
    if not set(names) - set(entry["won"]):
        return {}
    scale = margins.published("income_means", "won")["total"] / entry["nation"]
    return {names.index(code): won * scale for code, won in entry["won"].items() if code in names}


def _tail(limits: Array, shares: Array, mean: int) -> tuple[Array, Array]:
    """Whole won above the last limit at KNOTS + 1 even quantiles, so that all together have this mean when each band is
    even; and the mean of each band."""
    middles = (limits[:-1] + limits[1:]) / 2
    above = (mean - (middles * shares[:-1]).sum()) / shares[-1] - limits[-1]
    if above <= 0:
        raise ValueError(
            f"a mean of {mean:,} won does not go with the shares of bands: the tail would be below its limit"
        )
    knots = -np.log1p(-np.arange(KNOTS) / KNOTS)
    knots = np.append(knots, np.log(KNOTS * 4.0))
    trapezoid = (knots[:-1] + knots[1:]).sum() / (2 * KNOTS)
    return np.rint(knots * (above / trapezoid)).astype(np.int64), np.append(middles, limits[-1] + above)


def _profiles(margins: Margins, households: Array, mean: Array) -> tuple[Array, Array]:
    """(5, 6, 4) money by head's age, income band, main source, met by source of income; and the parts in permille of
    each main source: earned, business, property, transfers."""
    rules = margins.assumed["income_source"]
    names = ("earned", "business", "property", "transfer")
    parts = np.array([[rules["profiles"][p][n] for n in names] for p in PROFILES], dtype=np.int64)
    if (parts.sum(axis=1) != 1000).any():
        raise ValueError("assumptions.yaml: the parts of each profile of income_source must add up to 1000")
    money = households * mean
    start = np.array([[rules["weights"][a][p] for p in PROFILES] for a in HEAD_AGES], dtype=float)
    prior = money[:, :, None] * (start / start.sum(axis=1, keepdims=True))[:, None, :]
    won = margins.published("income_means", "won")
    totals = [money.sum() * won[name] / won["total"] for name in names[:3]]
    rows = prior.reshape(-1, len(PROFILES))
    found = _rows(
        "sources of income", rows, money.ravel(), np.zeros(len(rows), dtype=int), [parts[:, :3] / 1000], totals
    )
    return found.reshape(prior.shape), parts


def _tenure(margins: Margins, income: Array) -> Array:
    """(3, 5, 4, 6, 4) households by zone, head's age, size, income band, tenure."""
    rules = margins.assumed["tenure_by_kind"]
    base = np.zeros((len(ZONES), *income.shape[1:]))
    zone_of = {region.province: ZONES.index(region.zone) for region in margins.regions}
    for place, name in enumerate(margins.provinces):
        base[zone_of[name]] += income[place]
    step = rules["own_income_step"] / 1000 * (np.arange(6) - 2.5)
    own = np.clip(_scores(rules["own_age"], HEAD_AGES)[:, None] / 1000 + step, 0.05, 0.95)
    kinds = margins.published("rent_kind")
    rent = kinds["jeonse"] / (kinds["jeonse"] + kinds["monthly_rent"])
    odds = np.stack([own, (1 - own) * rent, (1 - own) * (1 - rent), (1 - own) * 0.1], axis=-1)
    lean = np.array([1.0, 1.0, 1.0, 1.0])[None, None, :] * np.stack(
        [np.ones(6), np.linspace(0.4, 1.6, 6), np.linspace(1.6, 0.4, 6), np.ones(6)], axis=-1
    )
    odds = odds * lean
    odds = odds / odds.sum(axis=-1, keepdims=True)
    prior = base[..., None] * odds[None, :, None, :, :]
    published = margins.published("tenure_by_zone")
    common = [np.zeros((4, 7)) for _ in ZONES]
    totals = [0.0] * 7
    for z, name in enumerate(ZONES):
        common[z][:, 6] = 0.0, 1 - rent, -rent, 0.0
        if base[z].sum() > 0:
            common[z][0, 2 * z], common[z][3, 2 * z + 1] = 1.0, 1.0
            totals[2 * z] = base[z].sum() * published[name]["own"] / 1000
            totals[2 * z + 1] = base[z].sum() * published[name]["free"] / 1000
    zones = np.repeat(np.arange(len(ZONES)), base[0].size)
    kept = base.ravel() > 0
    found = np.zeros((base.size, 4))
    found[kept] = _rows("tenure", prior.reshape(-1, 4)[kept], base.ravel()[kept], zones[kept], common, totals)
    return found.reshape(prior.shape)


def _net(margins: Margins, cells: Array) -> Array:
    """(4, 6, 5, 5) households by tenure, income band, head's age, band of net assets; `cells` (5, 6, 4)."""
    rules = margins.assumed["assets_by_kind"]
    by = cells.transpose(2, 1, 0)
    step = rules["income_step_tenths"] / 10
    score = _scores(rules["tenure_step"], TENURES)[:, None, None] + step * np.arange(6)[None, :, None]
    score = score + _scores(rules["age_step"], HEAD_AGES)[None, None, :]
    prior = np.exp(-((4 * score[..., None] / score.max() - np.arange(5)) ** 2) / 2) * np.maximum(by, 1e-9)[..., None]
    shares = margins.published("net_asset_bands")
    totals = [by.sum() * share / sum(shares) for share in shares[:4]]
    rows = prior.reshape(-1, 5)
    found = _rows("net assets", rows, by.ravel(), np.zeros(len(rows), dtype=int), [np.eye(5)[:, :4]], totals)
    return found.reshape(prior.shape)


def _financial(margins: Margins, assets: Array, mean: int) -> Array:
    """Permille of assets that are financial, by tenure, so that their mean is the published one; `assets` (4,) is what
    each tenure has, as part of the mean of all."""
    start = _scores(margins.assumption("financial_share"), TENURES) / 1000
    low, high = 1e-3, 1e3
    for _ in range(100):
        middle = (low * high) ** 0.5
        share = start * middle / (1 - start + start * middle)
        low, high = (middle, high) if (share * assets).sum() < mean else (low, middle)
    return np.rint(share * 1000).astype(np.int64)


def _disability(margins: Margins) -> Array:
    """(2, 10, 3) persons by sex, decade of age, degree."""
    people = np.stack([margins.ages[:, 2 * d : 2 * d + 2].sum(axis=1) for d in range(DECADES)], axis=1)
    people[:, 9] += margins.ages[:, 20]
    rules = margins.assumed["disability_by_age"]
    rate, severe = np.array(rules["permille"]) / 1000, np.array(rules["severe_permille"]) / 1000
    prior = people[:, :, None] * rate[None, :, None] * np.stack([1 - severe, severe], axis=-1)[None]
    sex, decade, degree = (a.ravel() for a in np.indices(prior.shape))
    counts = margins.published("disability", "persons")
    wanted = {
        "male": sex == 0,
        "female": sex == 1,
        "severe": degree == 1,
        "60s": decade == 6,
        "70s": decade == 7,
        "80s": decade == 8,
        "90_over": decade == 9,
    }
    scale = counts["total"] / (counts["male"] + counts["female"])
    columns = np.column_stack(list(wanted.values())).astype(float)
    totals = np.array([counts[name] * (scale if name in {"male", "female"} else 1) for name in wanted])
    found = rake(prior.ravel(), columns, totals).reshape(prior.shape)
    rest = np.maximum(people - found.sum(axis=2), 0)
    return np.concatenate([rest[:, :, None], found], axis=2)
