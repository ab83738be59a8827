"""An approximation of the recognised income of the National Basic Living Security Act, art. 6-3, in whole won.

Income valued and property converted into income; cars, further deductions by age or disability and support by family
are left out (`recognized_income_approximate` in assumptions.yaml). For scenarios only, never for a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .margins import CLASSES

Array = np.ndarray[Any, Any]


def recognized_income(facts: Mapping[str, Array], property_region: Array, rules: Mapping[str, Any]) -> Array:
    """Won a month (n,). `facts` are columns as in the table of households; `property_region` (n,) codes of CLASSES."""
    work = facts["earned_income_month"] + facts["business_income_month"]
    valued = work - work * rules["earned_deduction_permille"] // 1000
    valued = valued + facts["property_income_month"] + facts["public_transfer_month"] + facts["private_transfer_month"]
    limit = np.array([rules["housing_limit"][name] for name in CLASSES])[property_region]
    spared = np.array([rules["exemption"][name] for name in CLASSES])[property_region] + facts["debt"]
    lived_in = facts["home_value"] + facts["deposit"] * rules["deposit_permille"] // 1000
    housing = np.minimum(lived_in, limit)
    general = facts["real_assets"] - facts["home_value"] + lived_in - housing
    financial = np.maximum(facts["financial_assets"] - rules["financial_free"], 0)
    converted = np.zeros(len(work), dtype=np.int64)
    for kind, property_ in (("housing", housing), ("general", general), ("financial", financial)):
        used = np.minimum(property_, spared)
        spared = spared - used
        converted += (property_ - used) * rules["conversion_per_10000"][kind] // 10_000
    return valued + converted
