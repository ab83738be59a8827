"""Draws households and persons from a fitted population, block by block.

Each block of BLOCK households has random numbers of its own (Philox, keyed by seed and block), used as raw bits and
with whole-number arithmetic only: a block is the same whether it is drawn alone, in a stream or on another machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from .economy import SIZES, kind_of_size
from .fitting import Fitted, fit
from .margins import CLASSES, ZONES, Margins
from .raking import whole_parts
from .recognition import recognized_income
from .schema import HOUSEHOLDS, MONEY, PERSONS, WORDS, words
from .templates import ELDEST, LARGEST, TYPES

Array = np.ndarray[Any, Any]

BLOCK = 65_536


@dataclass(frozen=True)
class Batch:
    """Households and all of their members."""

    households: pa.RecordBatch
    persons: pa.RecordBatch


@dataclass(frozen=True)
class Population:
    """A synthetic population of `households` rows that stand for all households of the margins.

    `drawn` (strata,) rows and `offset` (strata,) the start of the systematic draw in each stratum; `regions` codes
    where only some were asked for.
    """

    fitted: Fitted
    seed: int
    households: int
    drawn: Array
    offset: Array
    regions: frozenset[str] | None = None

    @property
    def stands_for(self) -> int:
        """Households that the weights add up to."""
        return int(self.fitted.stratum_households[self.drawn > 0].sum())

    @property
    def blocks(self) -> int:
        return -(-self.households // BLOCK)

    def block(self, number: int) -> Batch:
        """Households `number * BLOCK` and following. IndexError outside."""
        if not 0 <= number < self.blocks:
            raise IndexError(f"block {number} of {self.blocks}")
        return _Drawing(self, number).batch()

    def batches(self) -> Iterator[Batch]:
        """All, one block in memory at a time."""
        return (self.block(number) for number in range(self.blocks))

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """Households and persons whole, for samples that fit into memory."""
        parts = list(self.batches())
        return (
            pa.Table.from_batches([part.households for part in parts], HOUSEHOLDS),
            pa.Table.from_batches([part.persons for part in parts], PERSONS),
        )


def generate(
    margins: Margins | Fitted, *, seed: int, households: int | None = None, regions: Collection[str] | None = None
) -> Population:
    """A population of that many rows (None: one for each household, weight 1). Weights are whole and add up to all
    households and, times size, to all residents of each region, exactly.

    The same margins, seed and number give the same bytes (`digest`). Hand in what `fit` gave to draw many seeds from
    one fit. `regions` (codes of municipalities or provinces) draws these alone from the fit of the whole, so that a
    county can have all of its households. ValueError for a region that is none, and where there are fewer rows than
    region × size strata, or more than households.
    """
    fitted = margins if isinstance(margins, Fitted) else fit(margins)
    strata = _of(fitted, regions)
    total = int(strata.sum())
    wanted = total if households is None else households
    least = (strata > 0).astype(np.int64)
    if not int(least.sum()) <= wanted <= total:
        raise ValueError(f"between {int(least.sum()):,} and {total:,} households can be drawn, not {wanted:,}")
    if not 0 <= seed < 2**63:
        raise ValueError("the seed is a whole number from 0 to 2^63 − 1")
    drawn = whole_parts(strata.astype(float), wanted, least=least, most=strata)
    bits = np.random.Philox(key=np.array([seed, 2**64 - 1], dtype=np.uint64)).random_raw(len(strata)) >> np.uint64(11)
    ends = fitted.cumulated.reshape(len(fitted.margins.regions), -1)[:, fitted.kind_start[1:] - 1].ravel()
    whole = np.diff(ends, prepend=0)
    offset = (bits.astype(np.float64) / 2**53 * whole).astype(np.int64)
    some = None if regions is None else frozenset(regions)
    return Population(fitted, seed, wanted, drawn, np.minimum(offset, whole - 1), some)


def _of(fitted: Fitted, regions: Collection[str] | None) -> Array:
    """Households by stratum, none outside of `regions`."""
    if regions is None:
        return fitted.stratum_households
    places = fitted.margins.regions
    if strange := set(regions) - {r.code for r in places} - {r.province for r in places}:
        raise ValueError(f"no such region: {', '.join(sorted(strange))}")
    inside = np.array([r.code in regions or r.province in regions for r in places])
    return np.where(np.repeat(inside, LARGEST), fitted.stratum_households, 0)


def digest(batches: Iterable[Batch]) -> str:
    """SHA-256 over names, types and values of all columns in order: the same for the same rows however parted."""
    sums: dict[str, Any] = {}
    for batch in batches:
        for kind, part in (("households", batch.households), ("persons", batch.persons)):
            for name, column in zip(part.schema.names, part.columns, strict=True):
                key = f"{kind}.{name}:{column.type}"
                sums.setdefault(key, hashlib.sha256()).update(_plain(column))
    whole = hashlib.sha256()
    for key, value in sums.items():
        whole.update(f"{key}={value.hexdigest()}\n".encode())
    return whole.hexdigest()


def _plain(column: pa.Array) -> bytes:
    if pa.types.is_dictionary(column.type):
        values = column.dictionary.to_pylist()
        width = max(map(len, values))
        return np.array(values, dtype=f"S{width}")[column.indices.to_numpy(zero_copy_only=False)].tobytes()
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    if column.null_count:
        column = column.fill_null(-1)
    return column.to_numpy(zero_copy_only=False).astype(column.type.to_pandas_dtype()).tobytes()


class _Drawing:
    """One block: which kinds, then who, then what they have."""

    def __init__(self, population: Population, number: int) -> None:
        self.fitted, self.number = population.fitted, number
        self.first = number * BLOCK
        self.count = min(BLOCK, population.households - self.first)
        self.random = np.random.Philox(key=np.array([population.seed, number], dtype=np.uint64))
        self._kinds(population)

    def _bits(self, count: int) -> Array:
        """Whole numbers below 2^32."""
        return (self.random.random_raw(count) >> np.uint64(32)).astype(np.int64)

    def _pick(self, thresholds: Array) -> Array:
        """Outcome per row of `thresholds` (rows, outcomes − 1)."""
        return (self._bits(len(thresholds))[:, None] >= thresholds).sum(axis=1)

    def _amount(self, band: Array, limits: Array, tail: Array) -> Array:
        """Won within each band: evenly between limits, above the last along the tail."""
        draw = self._bits(len(band)) >> 4
        last = band == len(limits) - 1
        upper = np.append(limits[1:], limits[-1])
        amount = limits[band] + ((upper - limits[:])[band] * draw >> 28)
        pieces = len(tail) - 1
        place = draw * pieces
        knot, rest = place >> 28, place & (2**28 - 1)
        above = tail[knot] + ((tail[knot + 1] - tail[knot]) * rest >> 28)
        return np.where(last, limits[-1] + above, amount)

    def _kinds(self, population: Population) -> None:
        drawn, fitted = population.drawn, self.fitted
        ends = np.cumsum(drawn)
        rows = np.arange(self.first, self.first + self.count)
        stratum = np.searchsorted(ends, rows, side="right")
        within = rows - (ends - drawn)[stratum]
        total, mine = fitted.stratum_households[stratum], drawn[stratum]
        self.weight = (within + 1) * total // mine - within * total // mine
        self.region, size = np.divmod(stratum, LARGEST)
        kinds = len(fitted.pool.size)
        low = self.region * kinds + fitted.kind_start[size]
        high = self.region * kinds + fitted.kind_start[size + 1]
        before = np.where(low > 0, fitted.cumulated[low - 1], 0)
        span = fitted.cumulated[high - 1] - before
        target = before + (within * span + population.offset[stratum]) // mine
        self.kind = np.searchsorted(fitted.cumulated, target, side="right") - self.region * kinds
        self.size = size + 1

    def batch(self) -> Batch:
        people = self._people()
        things = self._things(people)
        index = np.arange(self.first, self.first + self.count)
        regions = self.fitted.margins.regions
        codes = [region.code for region in regions]
        provinces = self.fitted.margins.provinces
        of = {
            "province": np.array([provinces.index(r.province) for r in regions]),
            "zone": np.array([ZONES.index(r.zone) for r in regions]),
            "property_region": np.array([CLASSES.index(r.property_region) for r in regions]),
        }
        pool = self.fitted.pool
        columns: dict[str, Any] = {
            "household": index,
            "weight": self.weight,
            "region": words(self.region, codes),
            "province": words(of["province"][self.region], provinces),
            "zone": words(of["zone"][self.region], ZONES),
            "property_region": words(of["property_region"][self.region], CLASSES),
            "household_size": self.size,
            "household_type": words(pool.type[self.kind], TYPES),
            "head_age": people["age"][people["start"]],
            "head_sex": words(people["sex"][people["start"]], WORDS["head_sex"]),
            "tenure": words(things["tenure"], WORDS["tenure"]),
            **{name: things[name] for name in MONEY},
            **self._members(people),
        }
        owner = people["owner"]
        member: dict[str, Any] = {
            "household": index[owner],
            "person": people["place"],
            "weight": self.weight[owner],
            "relation": words(people["relation"], WORDS["relation"]),
            "sex": words(people["sex"], WORDS["sex"]),
            "age": people["age"],
            "birth_date": people["birth"],
            "disability": words(people["disability"], WORDS["disability"]),
            "employed": people["earned"] + people["business"] > 0,
            "earned_income_month": people["earned"],
            "business_income_month": people["business"],
        }
        return Batch(_filled(columns, HOUSEHOLDS), _filled(member, PERSONS))

    def _people(self) -> dict[str, Array]:
        pool, economy = self.fitted.pool, self.fitted.economy
        owner = np.repeat(np.arange(self.count), self.size)
        start = np.cumsum(self.size) - self.size
        place = np.arange(len(owner)) - start[owner]
        at = pool.start[self.kind][owner] + place
        sex, group = pool.sex[at], pool.group[at]
        old = self._pick(economy.oldest[sex])
        years = self._bits(len(owner)) * 5 >> 32
        age = np.where(group == ELDEST, group + old, group) * 5 + years
        on = np.datetime64(self.fitted.margins.on, "D")
        days = _birthdays(on, int(age.max(initial=0)))
        birth = days[age] - (self._bits(len(owner)) * 365 >> 32)
        disability = self._pick(economy.disability[sex, np.minimum(age // 10, 9)])
        return {
            "owner": owner,
            "start": start,
            "place": place,
            "relation": pool.relation[at],
            "sex": sex,
            "age": age,
            "birth": birth,
            "disability": disability,
        }

    def _things(self, people: dict[str, Array]) -> dict[str, Array]:
        economy, margins, pool = self.fitted.economy, self.fitted.margins, self.fitted.pool
        head, size = pool.head_age[self.kind], kind_of_size(self.size)
        assert int(size.max(initial=0)) < SIZES
        zone = np.array([ZONES.index(region.zone) for region in margins.regions])[self.region]
        places = margins.provinces
        place = np.array([places.index(region.province) for region in margins.regions])[self.region]
        band = self._pick(economy.income[place, head, size])
        year = self._amount(band, economy.income_limits, economy.income_tail)
        profile = self._pick(economy.profile[head, band])
        tenure = self._pick(economy.tenure[zone, head, size, band])
        net = self._amount(self._pick(economy.net[tenure, band, head]), economy.net_limits, economy.net_tail)
        parts = economy.components[profile]
        month = year // 12
        earned, business, owned = (month * parts[:, at] // 1000 for at in range(3))
        transfer = month - earned - business - owned
        public = transfer * margins.assumption("income_source", "public_transfer_permille") // 1000
        owing = self._bits(self.count) * 1000 >> 32 < margins.assumption("debt", "holders_permille")
        debt = np.where(owing, month * 12 * economy.debt_permille // 1000, 0)
        assets = net + debt
        financial = assets * economy.financial_permille[tenure] // 1000
        part = np.array([margins.assumption("financial_share", "deposit_of_financial")[t] for t in WORDS["tenure"]])
        deposit = financial * part[tenure] // 1000
        real = assets - financial
        home = np.where(tenure == 0, real * margins.assumption("home_value") // 1000, 0)
        rules = margins.assumed["monthly_rent"]
        rent = month * margins.published("rent_to_income") // 1000 // 10_000 * 10_000
        rent = np.where(tenure == 2, np.clip(rent, rules["low"], rules["high"]), 0)
        self._earners(people, earned, business)
        found = {
            "tenure": tenure,
            "deposit": deposit,
            "monthly_rent": rent,
            "income_month": month,
            "earned_income_month": earned,
            "business_income_month": business,
            "property_income_month": owned,
            "public_transfer_month": public,
            "private_transfer_month": transfer - public,
            "total_income_year": month * 12,
            "home_value": home,
            "real_assets": real,
            "financial_assets": financial - deposit,
            "assets": assets,
            "debt": debt,
        }
        place = np.array([CLASSES.index(region.property_region) for region in margins.regions])[self.region]
        return found | {"recognized_income": recognized_income(found, place, margins.known["recognition"])}

    def _earners(self, people: dict[str, Array], earned: Array, business: Array) -> None:
        """Parts what a household earns among its head and, in some, the head's spouse; to the won."""
        rules = self.fitted.margins.assumed["second_earner"]
        both = self._bits(self.count) * 1000 >> 32 < rules["permille"]
        spouse = (people["relation"] == 1) & (people["age"] < 65)
        second = np.full(self.count, -1)
        second[people["owner"][spouse]] = np.flatnonzero(spouse)
        both &= (second >= 0) & (people["age"][people["start"]] < 65)
        for name, amount in (("earned", earned), ("business", business)):
            own = np.where(both, amount * rules["first_permille"] // 1000, amount)
            people[name] = np.zeros(len(people["owner"]), dtype=np.int64)
            people[name][people["start"]] = own
            people[name][second[both]] = (amount - own)[both]

    def _members(self, people: dict[str, Array]) -> dict[str, Any]:
        owner, age = people["owner"], people["age"]

        def count(which: Array) -> Array:
            return np.bincount(owner[which], minlength=self.count)

        minor = age < 18
        children = count(minor)
        youngest = np.full(self.count, 200)
        np.minimum.at(youngest, owner[minor], age[minor])
        single = TYPES.index("single_parent")
        return {
            "children": children,
            "youngest_child_age": pa.array(np.minimum(youngest, 99).astype(np.int16), mask=children == 0),
            "single_parent": (self.fitted.pool.type[self.kind] == single) & (children > 0),
            "elderly": count(age >= 65),
            "disabled_members": count(people["disability"] > 0),
            "severely_disabled_members": count(people["disability"] == 2),
        }


def _birthdays(on: np.datetime64, oldest: int) -> Array:
    """The day on which one turns each age exactly: a day within the year before it gives that age on `on`."""
    day = on.astype(object)
    found = []
    for age in range(oldest + 1):
        last = 28 if (day.month, day.day) == (2, 29) else day.day
        found.append(np.datetime64(day.replace(year=day.year - age, day=last), "D"))
    return np.array(found)


def _filled(columns: dict[str, Any], schema: pa.Schema) -> pa.RecordBatch:
    arrays = []
    for field in schema:
        value = columns[field.name]
        arrays.append(value if isinstance(value, pa.Array) else pa.array(value).cast(field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
