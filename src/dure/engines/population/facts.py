"""A drawn population as facts of the catalogue of benefits (data/benefits/facts.yaml): the same codes, words and units.

What the population does not know is left out or null, so that it stays unknown for the rules; what is taken as usual is
said in `facts_of_households` and `public_pension_of_transfers` of assumptions.yaml. Values that rules work out
themselves (recognised income, counts of minors) are not given: a scenario may change how they are worked out.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from .drawing import Batch
from .margins import CITIES, CLASSES, Margins
from .schema import WORD, WORDS, codes, words
from .templates import RELATIONS, TYPES

Array = np.ndarray[Any, Any]

_WON, _SMALL, _YES = pa.int64(), pa.int16(), pa.bool_()

HOUSEHOLD_FACTS = pa.schema(
    [
        ("household", _WON),
        ("weight", _WON),
        ("residence", WORD),
        ("household_size", _SMALL),
        ("household_income", _WON),
        ("household_assets", _WON),
        ("financial_assets", _WON),
        ("home_value", _WON),
        ("deposit", _WON),
        ("general_assets", _WON),
        ("car_value", _WON),
        ("debt", _WON),
        ("other_income", _WON),
        ("property_region", WORD),
        ("city_class", WORD),
        ("rent_zone", WORD),
        ("allowance_region", WORD),
        ("tenure", WORD),
        ("lives_in_home", _YES),
        ("actual_rent", _WON),
        ("single_parent_family", _YES),
        ("single_parent_kind", WORD),
        ("youth_parent", _YES),
        ("earner_household", WORD),
        ("total_income_year", _WON),
        ("assets_june1", _WON),
        ("has_work_income", _YES),
        ("dependent_children", _SMALL),
        ("children", _SMALL),
    ]
)
PERSON_FACTS = pa.schema(
    [
        ("household", _WON),
        ("person", _SMALL),
        ("weight", _WON),
        ("birth_date", pa.date32()),
        ("age", _SMALL),
        ("nationality", WORD),
        ("disability", WORD),
        ("earned_income", _WON),
        ("employed", _YES),
        ("married", _YES),
        ("owns_home", _YES),
        ("lives_apart", _YES),
        ("rent", _WON),
        ("preschool", _YES),
        ("school_level", WORD),
        ("birth_order", _SMALL),
        ("pension_household", WORD),
        ("spouse_earned_income", _WON),
        ("couple_other_income", _WON),
        ("couple_assets", _WON),
        ("couple_financial", _WON),
        ("couple_debt", _WON),
    ]
)
"""Money of the couple is given for head and spouse only: what others in the household own is not known."""

ZONE = ("zone1", "zone2", "zone3", "zone4")
SCHOOL = ("none", "elementary", "middle", "high")
EARNERS = ("single", "one_earner", "two_earner")
FACT_WORDS: dict[str, tuple[str, ...]] = {
    "property_region": CLASSES,
    "city_class": CITIES,
    "rent_zone": ZONE,
    "allowance_region": ("capital_area", "non_capital", "depopulation_preferred", "depopulation_special"),
    "tenure": ("rent", "own", "other"),
    "single_parent_kind": ("general", "unmarried", "grandparent"),
    "earner_household": EARNERS,
    "nationality": ("korean", "refugee", "foreign"),
    "school_level": (*SCHOOL, "university"),
    "pension_household": ("single", "couple"),
}
"""All words of the catalogue for these facts, those too that are never drawn."""
_WHOLE = 2**32
TWO_EARNER_YEAR = 3_000_000
"""Won a year from which a spouse counts as earning (Restriction of Special Taxation Act, art. 100-3(5))."""

_HEAD, _SPOUSE, _CHILD, _PARENT, _GRANDCHILD = (
    RELATIONS.index(name) for name in ("head", "spouse", "child", "parent", "grandchild")
)


class Facts:
    """Turns batches of one population's margins into facts; `batch` may be any of its blocks."""

    def __init__(self, margins: Margins) -> None:
        self.on: date = margins.on
        self.pension = margins.assumption("public_pension_of_transfers")
        regions = margins.regions
        self.codes = [region.code for region in regions]
        self.cities = np.array([_ends(region.cities) for region in regions], dtype=np.int64)
        self.zone = np.array([_rent_zone(region.property_region, region.code) for region in regions])
        self.capital = np.array([region.zone == "capital" for region in regions])

    def batch(self, batch: Batch) -> Batch:
        """Households by HOUSEHOLD_FACTS, persons by PERSON_FACTS, rows as they were."""
        rows, members = batch.households, batch.persons
        money = {n: rows[n].to_numpy() for n in rows.schema.names if rows.schema.field(n).type == _WON}
        money["other"] = (
            money["property_income_month"]
            + money["private_transfer_month"]
            + money["public_transfer_month"] * self.pension // 1000
        )
        people = self._people(rows, members)
        return Batch(self._households(rows, money, people), self._persons(members, money, people))

    def city(self, place: Array, household: Array) -> Array:
        """Places in CITIES, −1 where it is open. In a province as many of each as live there, whoever they are: by the
        household's number, multiplied by 2654435761 to spread it (Knuth, The Art of Computer Programming 3, 6.4)."""
        ends = self.cities[place]
        spread = (household.astype(np.uint64) * np.uint64(2654435761) % np.uint64(_WHOLE)).astype(np.int64)
        found = (spread[:, None] >= ends[:, :-1]).sum(axis=1)
        return np.where(ends[:, -1] > 0, found, -1)

    def _people(self, rows: pa.RecordBatch, members: pa.RecordBatch) -> dict[str, Array]:
        owner = members["household"].to_numpy() - rows["household"][0].as_py()
        relation = codes(members["relation"], RELATIONS)
        count = len(rows)
        spouse = np.bincount(owner[relation == _SPOUSE], minlength=count) > 0
        return {
            "owner": owner,
            "relation": relation,
            "age": members["age"].to_numpy().astype(np.int64),
            "birth": members["birth_date"].cast(pa.int32()).to_numpy().astype("datetime64[D]"),
            "work": members["earned_income_month"].to_numpy() + members["business_income_month"].to_numpy(),
            "start": np.flatnonzero(members["person"].to_numpy() == 0),
            "coupled": spouse,
            "with_parent": np.bincount(owner[relation == _PARENT], minlength=count) > 0,
            "tenure": codes(rows["tenure"], WORDS["tenure"]),
            "rent": rows["monthly_rent"].to_numpy(),
        }

    def _households(self, rows: pa.RecordBatch, money: dict[str, Array], people: dict[str, Array]) -> pa.RecordBatch:
        place = codes(rows["region"], self.codes)
        kind = codes(rows["household_type"], TYPES)
        owner, age, relation, count = people["owner"], people["age"], people["relation"], len(rows)
        minors = np.bincount(owner[age < 18], minlength=count)
        young = np.bincount(owner[np.isin(relation, (_CHILD, _GRANDCHILD))], minlength=count)
        alone = np.isin(kind, (TYPES.index("single_parent"), TYPES.index("grandparent"))) & (minors > 0)
        grand = kind == TYPES.index("grandparent")
        head_age = rows["head_age"].to_numpy()
        work = money["earned_income_month"] + money["business_income_month"]
        spouse = np.zeros(count, dtype=np.int64)
        at = relation == _SPOUSE
        spouse[owner[at]] = people["work"][at]
        own = people["work"][people["start"]]
        elders = np.bincount(owner[(age >= 70) & (relation == _PARENT)], minlength=count) > 0
        both = people["coupled"] & (np.minimum(own, spouse) * 12 >= TWO_EARNER_YEAR)
        one = people["coupled"] | (minors > 0) | elders
        tenure = people["tenure"]
        values: dict[str, Any] = {
            "household": rows["household"],
            "weight": rows["weight"],
            "residence": rows["region"],
            "household_size": rows["household_size"],
            "household_income": money["income_month"],
            "household_assets": money["real_assets"] + money["deposit"],
            "financial_assets": money["financial_assets"],
            "home_value": money["home_value"],
            "deposit": money["deposit"],
            "general_assets": money["real_assets"] - money["home_value"],
            "car_value": np.zeros(count, dtype=np.int64),
            "debt": money["debt"],
            "other_income": money["other"],
            "property_region": rows["property_region"],
            "city_class": _some(self.city(place, rows["household"].to_numpy()), CITIES),
            "rent_zone": words(self.zone[place], ZONE),
            "allowance_region": _some(np.where(self.capital[place], 0, -1), ("capital_area",)),
            "tenure": words(np.array([1, 0, 0, 2])[tenure], ("rent", "own", "other")),
            "lives_in_home": tenure == 0,
            "actual_rent": people["rent"],
            "single_parent_family": alone,
            "single_parent_kind": _some(np.where(alone & grand, 0, -1), ("grandparent",)),
            "youth_parent": alone & ~grand & (head_age >= 25) & (head_age <= 34),
            "earner_household": words(np.where(both, 2, np.where(one, 1, 0)), EARNERS),
            "total_income_year": (work + money["property_income_month"]) * 12,
            "assets_june1": money["assets"],
            "has_work_income": work > 0,
            "dependent_children": minors,
            "children": young,
        }
        return _batch(values, HOUSEHOLD_FACTS)

    def _persons(self, members: pa.RecordBatch, money: dict[str, Array], people: dict[str, Array]) -> pa.RecordBatch:
        owner, age, relation = people["owner"], people["age"], people["relation"]
        head, pair = relation == _HEAD, np.isin(relation, (_HEAD, _SPOUSE))
        coupled = pair & people["coupled"][owner]
        known = coupled | (age < 19)
        apart = pair & ~people["with_parent"][owner]
        partner = np.zeros(len(owner), dtype=np.int64)
        partner[coupled] = np.bincount(owner[coupled], weights=people["work"][coupled])[owner[coupled]]
        partner[coupled] -= people["work"][coupled]
        year = self.on.year - (people["birth"].astype("datetime64[Y]").astype(np.int64) + 1970)
        level = np.select([year < 7, year < 13, year < 16, year < 19], [0, 1, 2, 3], -1)
        child = relation == _CHILD
        values: dict[str, Any] = {
            "household": members["household"],
            "person": members["person"],
            "weight": members["weight"],
            "birth_date": members["birth_date"],
            "age": members["age"],
            "nationality": words(np.zeros(len(owner), dtype=np.int64), ("korean",)),
            "disability": members["disability"],
            "earned_income": people["work"],
            "employed": members["employed"],
            "married": pa.array(coupled, mask=~known),
            "owns_home": head & (people["tenure"][owner] == 0),
            "lives_apart": pa.array(apart, mask=~(apart | child)),
            "rent": np.where(head, people["rent"][owner], 0),
            "preschool": year < 7,
            "school_level": _some(level, SCHOOL),
            "birth_order": pa.array(_order(owner, people["birth"], child).astype(np.int16), mask=~child),
            "pension_household": _some(np.where(coupled, 1, np.where(head, 0, -1)), ("single", "couple")),
            "spouse_earned_income": pa.array(partner, mask=~pair),
        }
        assets = money["real_assets"] + money["deposit"]
        for name, amount in (
            ("couple_other_income", money["other"]),
            ("couple_assets", assets),
            ("couple_financial", money["financial_assets"]),
            ("couple_debt", money["debt"]),
        ):
            values[name] = pa.array(amount[owner], mask=~pair)
        return _batch(values, PERSON_FACTS)


def _ends(residents: tuple[int, ...]) -> list[int]:
    """Running shares of _WHOLE; all 0 where nobody is counted."""
    whole = sum(residents)
    return [_WHOLE * sum(residents[: at + 1]) // whole if whole else 0 for at in range(len(residents))]


def _rent_zone(property_region: str, code: str) -> int:
    if property_region == "seoul":
        return 0
    if property_region == "gyeonggi" or code[:2] == "28":
        return 1
    return 2 if property_region == "metropolitan_sejong_changwon" else 3


def _order(owner: Array, birth: Array, child: Array) -> Array:
    """Place by age among the children of a household, the eldest 1; 0 for others."""
    found = np.zeros(len(owner), dtype=np.int64)
    at = np.flatnonzero(child)
    at = at[np.lexsort((at, birth[at], owner[at]))]
    if len(at):
        new = np.append(True, owner[at][1:] != owner[at][:-1])
        first = np.maximum.accumulate(np.where(new, np.arange(len(at)), 0))
        found[at] = np.arange(len(at)) - first + 1
    return found


def _some(numbers: Array, values: tuple[str, ...]) -> pa.DictionaryArray:
    """Words, null where the number is below 0."""
    index = pa.array(np.maximum(numbers, 0).astype(np.int16), mask=numbers < 0)
    return pa.DictionaryArray.from_arrays(index, pa.array(list(values), pa.string()))


def _batch(values: dict[str, Any], schema: pa.Schema) -> pa.RecordBatch:
    arrays = [v if isinstance(v := values[part.name], pa.Array) else pa.array(v).cast(part.type) for part in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
