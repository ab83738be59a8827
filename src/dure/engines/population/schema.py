"""Columns of the tables of households and persons: codes as in the catalogue of facts, money in whole won (int64)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from .economy import DISABILITIES, TENURES
from .margins import CLASSES, SEXES, ZONES
from .templates import RELATIONS, TYPES

Array = np.ndarray[Any, Any]

WORD = pa.dictionary(pa.int16(), pa.string())

WORDS: dict[str, tuple[str, ...]] = {
    "household_type": TYPES,
    "tenure": TENURES,
    "zone": ZONES,
    "property_region": CLASSES,
    "head_sex": SEXES,
    "sex": SEXES,
    "relation": RELATIONS,
    "disability": DISABILITIES,
}
"""Values of enumerations, in the order of their codes; region and province are ten digits."""

MONEY = (
    "deposit",
    "monthly_rent",
    "income_month",
    "earned_income_month",
    "business_income_month",
    "property_income_month",
    "public_transfer_month",
    "private_transfer_month",
    "total_income_year",
    "home_value",
    "real_assets",
    "financial_assets",
    "assets",
    "debt",
    "recognized_income",
)

HOUSEHOLDS = pa.schema(
    [
        pa.field("household", pa.int64(), nullable=False),
        pa.field("weight", pa.int64(), nullable=False),
        pa.field("region", WORD, nullable=False),
        pa.field("province", WORD, nullable=False),
        pa.field("zone", WORD, nullable=False),
        pa.field("property_region", WORD, nullable=False),
        pa.field("household_size", pa.int16(), nullable=False),
        pa.field("household_type", WORD, nullable=False),
        pa.field("head_age", pa.int16(), nullable=False),
        pa.field("head_sex", WORD, nullable=False),
        pa.field("tenure", WORD, nullable=False),
        *(pa.field(name, pa.int64(), nullable=False) for name in MONEY),
        pa.field("children", pa.int16(), nullable=False),
        pa.field("youngest_child_age", pa.int16()),
        pa.field("single_parent", pa.bool_(), nullable=False),
        pa.field("elderly", pa.int16(), nullable=False),
        pa.field("disabled_members", pa.int16(), nullable=False),
        pa.field("severely_disabled_members", pa.int16(), nullable=False),
    ]
)
"""`children` are members under 18; `financial_assets` are without the deposit, `assets` with it; `recognized_income` is
an approximation, a month."""

PERSONS = pa.schema(
    [
        pa.field("household", pa.int64(), nullable=False),
        pa.field("person", pa.int16(), nullable=False),
        pa.field("weight", pa.int64(), nullable=False),
        pa.field("relation", WORD, nullable=False),
        pa.field("sex", WORD, nullable=False),
        pa.field("age", pa.int16(), nullable=False),
        pa.field("birth_date", pa.date32(), nullable=False),
        pa.field("disability", WORD, nullable=False),
        pa.field("employed", pa.bool_(), nullable=False),
        pa.field("earned_income_month", pa.int64(), nullable=False),
        pa.field("business_income_month", pa.int64(), nullable=False),
    ]
)
"""`person` counts from 0, the head, within the household; age in full years on the population's day."""


def words(codes: Array, values: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int16)), pa.array(list(values), pa.string()))


def codes(column: Any, values: Sequence[str]) -> Array:
    """Codes of a column of words, whatever its own dictionary; −1 for what is not among `values`."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    order = {value: at for at, value in enumerate(values)}
    own = np.array([order.get(value, -1) for value in column.dictionary.to_pylist()] + [-1], dtype=np.int64)
    return own[column.indices.fill_null(len(own) - 1).to_numpy(zero_copy_only=False)]
