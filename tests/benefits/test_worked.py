"""Households worked out by hand from the articles and the published yearly tables: at limits, birthdays and changes.

Each figure stands for itself: none is made by our rules. Where nobody published the figure, the answer is unknown.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dure.benefits.answers import answers
from dure.benefits.reading import Library, folder, load

SEVERE = {"age": 40, "disability": "severe"}
RENT = {"lives_apart": True, "own_household_income": 0, "own_household_assets": 0, "rent": 300000}


@pytest.fixture(scope="module")
def live() -> Library:
    return load(folder())


def result(live: Library, benefit: str, on: str, said: dict[str, Any]) -> dict[str, Any]:
    """The short form, which is the same whether facts are said flat or as facts."""
    day = date.fromisoformat(on)
    (flat,) = answers(live, said, day, only=benefit)
    (nested,) = answers(live, {"facts": said}, day, only=benefit)
    assert flat == nested
    short: dict[str, Any] = flat["result"]
    return short


def couple(income: int, **more: Any) -> dict[str, Any]:
    return {"household": "couple", "age": 70, "recognized_income": income, "national_pension": 0} | more


def single(income: int, **more: Any) -> dict[str, Any]:
    return {"household": "single", "age": 70, "recognized_income": income, "national_pension": 0} | more


@pytest.mark.parametrize(
    ("on", "said", "expect"),
    [
        # Published sums for couples: 267,840 × 2 and so on. What is under 10 won is not paid (Act, article 24).
        ("2023-01-01", couple(0, both_receive=True), {"amount_month": 258540, "amount_month_couple": 517080}),
        ("2024-12-31", couple(0, both_receive=True), {"amount_month": 267840, "amount_month_couple": 535680}),
        ("2025-01-01", couple(0, both_receive=True), {"amount_month": 274000, "amount_month_couple": 548000}),
        ("2026-01-01", couple(3500000, both_receive=True), {"amount_month": 226000, "amount_month_couple": 452000}),
        ("2026-01-01", couple(3950000, both_receive=True), {"amount_month": 34970, "amount_month_couple": 69940}),
        # Decree, article 11: what is left up to the limit, at least a tenth.
        ("2026-01-01", single(2120300), {"amount_month": 349700}),
        ("2026-01-01", single(2120301), {"amount_month": 349690}),
        ("2026-01-01", single(2470000), {"eligible": True, "amount_month": 34970}),
        ("2026-01-01", single(2470001), {"eligible": False, "amount_month": 0}),
        ("2026-01-01", single(2470000, national_pension=None), {"amount_month": 34970}),
        ("2026-01-01", single(2300000, national_pension=None), {"amount_month": None}),
        ("2025-12-31", single(2280000), {"eligible": True, "amount_month": 34250}),
        # Act, article 6: 150% and 200% of the full amount.
        ("2026-01-01", single(0, national_pension=524550, redistributive_pension=400000), {"amount_month": 349700}),
        ("2026-01-01", single(0, national_pension=524551, redistributive_pension=400000), {"amount_month": 349690}),
        ("2026-01-01", single(0, national_pension=699400, redistributive_pension=600000), {"amount_month": 174850}),
        ("2026-01-01", single(0, national_pension=800000, redistributive_pension=300000), {"amount_month": 324550}),
        # The full amount as it changed; the floor of those years is not needed where nothing is cut.
        ("2015-03-31", single(0), {"amount_month": 200000}),
        ("2015-04-01", single(0), {"amount_month": 202600}),
        ("2018-08-31", single(0), {"amount_month": 209960}),
        ("2018-09-01", single(0), {"amount_month": 250000}),
        ("2018-09-01", single(1310000), {"eligible": True, "amount_month": None}),
        # Article 5-2: 300,000 won for low incomes, below a limit nobody found.
        ("2019-06-01", single(0), {"eligible": True, "amount_month": None, "full_amount": 253750}),
        ("2020-12-31", single(0), {"amount_month": None}),
        ("2021-01-01", single(0), {"amount_month": 300000}),
        ("2027-01-01", single(0), {"eligible": None, "amount_month": None}),
    ],
)
def test_basic_pension(live: Library, on: str, said: dict[str, Any], expect: dict[str, Any]) -> None:
    assert expect.items() <= result(live, "basic-pension", on, said).items()


@pytest.mark.parametrize(
    ("benefit", "on", "said", "expect"),
    [
        ("disability-pension", "2025-01-01", {"household": "couple", "both_receive": True, "recognized_income": 0,
            "income_class": "above_near_poor"}, {"basic": 274000, "amount_month": 304000}),
        ("disability-pension", "2026-01-01", {"household": "single", "recognized_income": 1380000,
            "income_class": "above_near_poor"}, {"basic": 20000}),
        ("disability-pension", "2026-01-01", {"household": "single", "recognized_income": 1379999,
            "income_class": "above_near_poor"}, {"basic": 40000}),
        ("disability-pension", "2026-01-01", {"household": "single", "recognized_income": 1400001},
            {"eligible": False}),
    ],
)  # fmt: skip
def test_disability_pension(live: Library, benefit: str, on: str, said: dict[str, Any], expect: dict[str, Any]) -> None:
    assert expect.items() <= result(live, benefit, on, SEVERE | said).items()


@pytest.mark.parametrize(
    ("benefit", "on", "said", "expect"),
    [
        # Act on the child allowance, article 10(1): up to the month before the one of the birthday.
        ("child-allowance", "2022-04-30", {"birth_date": "2014-05-20"}, {"eligible": True}),
        ("child-allowance", "2022-05-10", {"birth_date": "2014-05-20"}, {"eligible": False}),
        ("child-allowance", "2022-05-20", {"birth_date": "2014-05-20"}, {"eligible": False}),
        ("child-allowance", "2022-05-10", {"birth_date": "2015-05-01"}, {"eligible": True}),
        ("child-allowance", "2029-12-31", {"birth_date": "2017-01-15"}, {"eligible": True}),
        ("child-allowance", "2030-01-01", {"birth_date": "2017-01-15"}, {"eligible": False}),
        ("child-allowance", "2026-01-01", {"age": 8, "region_class": "비수도권"}, {"eligible": True,
            "amount_month": 105000}),
        # Its supplement of 2021, article 4: children born from 2022 on.
        ("parent-benefit", "2022-06-15", {"birth_date": "2022-01-01", "care": "home"}, {"amount_month": 300000}),
        ("parent-benefit", "2022-06-15", {"birth_date": "2021-12-31", "care": "home"}, {"eligible": False}),
        ("parent-benefit", "2023-02-01", {"child_age_months": 18, "care": "home"}, {"eligible": False}),
        ("parent-benefit", "2023-06-01", {"child_age_months": 13, "care": "home"}, {"amount_month": 350000}),
        ("parent-benefit", "2026-01-01", {"child_age_months": 6, "care": "daycare"}, {"cash_month": 416000}),
        ("first-meeting-voucher", "2024-06-01", {"birth_order": 2, "birth_date": "2023-12-31"},
            {"amount_once": 2000000}),
        ("first-meeting-voucher", "2024-06-01", {"birth_order": 2, "birth_date": "2024-01-01"},
            {"amount_once": 3000000}),
        ("first-meeting-voucher", "2022-06-01", {"birth_order": 1, "birth_date": "2021-12-31"}, {"eligible": False}),
        ("first-meeting-voucher", "2026-01-01", {"birth_order": 2}, {"amount_once": 3000000}),
        ("disabled-child-allowance", "2026-01-01", {"age": 10, "disability": "mild", "status": "생계",
            "in_facility": True}, {"eligible": True, "amount_month": None}),
        ("youth-rent-support", "2022-09-01", RENT | {"age": 30}, {"amount_month": 200000, "months": 12}),
        ("youth-rent-support", "2026-09-01", RENT | {"age": 35}, {"eligible": False}),
        # Restriction of Special Taxation Act, article 100-5: slopes, the half by property, the late claim.
        ("eitc", "2026-05-01", {"household": "단독", "total_income_year": 15000000, "assets": 0},
            {"amount_year": 888462}),
        ("eitc", "2026-05-01", {"household": "단독", "total_income_year": 6000000, "assets": 170000000},
            {"amount_year": 825000}),
        ("eitc", "2025-01-01", {"household": "맞벌이", "total_income_year": 38000000, "assets": 0},
            {"eligible": True, "amount_year": 733333}),
        ("eitc", "2024-12-31", {"household": "맞벌이", "total_income_year": 38000000, "assets": 0},
            {"eligible": False, "amount_year": 0}),
        ("eitc", "2017-06-01", {"household": "단독", "total_income_year": 3000000, "assets": 0},
            {"eligible": None, "amount_year": None}),
        ("ctc", "2026-05-01", {"household": "홑벌이", "children": 1, "total_income_year": 45500000,
            "assets": 170000000}, {"amount_year": 375000}),
        # The notices of the median income: from the eighth member the step from the sixth to the seventh.
        ("livelihood-benefit", "2026-01-01", {"household_size": 9, "recognized_income": 3658734},
            {"threshold": 3658734, "eligible": True, "amount_month": 0}),
        ("livelihood-benefit", "2026-01-01", {"household_size": 1, "recognized_income": 820557},
            {"eligible": False, "amount_month": 0}),
        ("livelihood-benefit", "2016-12-31", {"household_size": 1}, {"threshold": 471201}),
        ("housing-benefit-rent", "2026-01-01", {"household_size": 8, "recognized_income": 0, "tenure": "rent",
            "actual_rent": 900000, "zone": "zone3"}, {"eligible": True, "amount_month": None}),
        ("asan-guard-subsidy", "2017-01-01", {"guard_age": 62, "case": "신규", "guards": 1}, {"amount_month": 360000}),
        ("seoul-youth-allowance", "2026-01-01", {"age": 26, "sido": "서울", "employed": False, "graduated": True,
            "income_ratio_of_median": 1}, {"eligible": True, "amount_month": 500000}),
        ("seoul-youth-allowance", "2027-01-01", {"age": 26, "sido": "서울", "employed": False, "graduated": True,
            "income_ratio_of_median": 1}, {"eligible": None}),
        ("energy-voucher", "2025-10-01", {"household_size": 3, "eligible": True},
            {"eligible": True, "amount_year": 532700}),
    ],
)  # fmt: skip
def test_others(live: Library, benefit: str, on: str, said: dict[str, Any], expect: dict[str, Any]) -> None:
    assert expect.items() <= result(live, benefit, on, said).items()


def test_before_the_rules_that_are_known(live: Library) -> None:
    """A benefit that was there in a way nobody wrote down is unknown; one that was not there is left out."""
    old = date(2015, 3, 1)
    found = {one["benefit"]: one for one in answers(live, {"household_size": 1, "age": 30}, old)}
    assert "job-seeker-support-1" not in found
    tv = found["tv-fee-exemption"]
    assert (tv["state"], tv["eligible"], tv["result"]) == ("unknown", None, {"eligible": None, "amount_month": None})
    assert "2026-01-01" in tv["to_check"][0]["words"]
    assert found["disability-pension"]["member"] == 0
    (one,) = answers(live, {"household_size": 4, "recognized_income": 0}, date(2015, 6, 30), only="livelihood-benefit")
    assert one["result"]["threshold"] is None
    (one,) = answers(live, {"household_size": 4}, date(2015, 7, 1), only="livelihood-benefit")
    assert one["result"]["threshold"] == 1182309
