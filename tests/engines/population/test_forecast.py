"""Residents moved forward and the share who receive: by hand, in general, and held beside the year that came."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engines.population import (
    GROUPS,
    Fitted,
    Region,
    back_test,
    counted,
    fit,
    fit_report,
    forecast,
    forward,
    generate,
    matched,
    ratios,
    read_ages,
    read_margins,
    take_up,
    usual_error,
)
from dure.engines.population.forecast import today

ROOT = Path(__file__).resolve().parents[3]
TABLE = Path("population") / "population_age5_by_sgg_2022_2024.csv"
SHARED = next((d for up in (0, 1) if (d := ROOT.parents[up] / "shared" / "data" / TABLE).exists()), None)


def region(code: str, ages: np.ndarray) -> Region:
    return Region(code, code, int(ages.sum()), ages.astype(float))


def random_ages(seed: int, count: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).integers(50, 900, (count, 2, 21)).astype(float)


def test_a_fifth_of_each_group_moves_up() -> None:
    ages = np.zeros((1, 2, 21))
    ages[0, 0, 4], ages[0, 1, 20] = 100, 50
    found = forward(ages, ratios(ages, ages), 0)
    assert (found[0] == ages).all()
    before = np.full((1, 2, 21), 100.0)
    after = before * 0.9
    by = ratios(before, after)
    assert by.cohort[0, 0, 5] == pytest.approx(0.9)
    assert by.cohort[0, 0, 20] == pytest.approx(0.75), "the last group keeps its own and gets a fifth more"
    assert by.births[0, 0] == pytest.approx((90 - 80) / 450)
    moved = forward(after, by, 1)[1]
    assert moved[0, 0, 5] == pytest.approx(81)
    assert moved[0, 0, 0] == pytest.approx(90 * 0.8 + 81 * 5 * (10 / 450))


@given(st.integers(0, 2**32 - 1))
def test_the_second_observed_year_comes_out_of_the_first(seed: int) -> None:
    before = random_ages(seed)
    after = before * np.random.default_rng(seed + 1).uniform(0.95, 1.05, before.shape)
    by = ratios(before, after)
    again = forward(before, by, 1)[1]
    held = by.held == 0
    assert not held or np.allclose(again[:, :, 1:], after[:, :, 1:])


def test_new_towns_are_held_within_bounds() -> None:
    before = np.full((1, 2, 21), 100.0)
    by = ratios(before, before * 5)
    assert by.cohort.max() == 1.6
    assert by.held == 2 * 20
    with pytest.raises(ValueError, match="same in both"):
        ratios(before, before[:, :1])


def test_shares_of_few_people_lean_to_the_nation() -> None:
    residents, recipients = np.full((2, 2, 21), 1000.0), np.full((2, 2, 21), 100.0)
    residents[1], recipients[1] = 1.0, 1.0
    share = take_up(recipients, residents)
    assert share[0, 0, 0] == pytest.approx(0.1, rel=0.01)
    assert 0.1 < share[1, 0, 0] < 0.15
    assert share.max() <= 1


def test_recipients_begin_with_what_was_counted_and_are_whole() -> None:
    first, second = random_ages(1), random_ages(1) * 1.02
    before = [region(f"11{n}0000000", a) for n, a in enumerate(first, 1)]
    after = [region(f"11{n}0000000", a) for n, a in enumerate(second, 1)]
    recipients = np.zeros((3, 2, 21))
    recipients[:, :, 13:] = np.floor(second[:, :, 13:] * 0.7)
    found = forecast(before, after, recipients, base=2024, years=3, error=0.02)
    assert found.years == (2024, 2025, 2026, 2027)
    assert found.recipients.dtype == np.int64
    assert (found.recipients[0] == recipients.sum(axis=(1, 2))).all()
    assert (found.low <= found.recipients).all()
    assert (found.recipients <= found.high).all()
    assert (found.low[0] == found.high[0]).all()
    assert (found.provinces()["1100000000"] == found.recipients.sum(axis=1)).all()
    with pytest.raises(ValueError, match="1 regions have no residents"):
        forecast(before[:2], after, recipients, base=2024, years=1)
    with pytest.raises(ValueError, match="back"):
        forward(second, ratios(first, second), -1)


def test_recipients_are_counted_from_a_population(fitted: Fitted) -> None:
    population = generate(fitted, seed=2, households=70_000)
    regions = [region.code for region in fitted.margins.regions]
    parts = [counted(b, b.persons["age"].to_numpy() >= 65, regions) for b in population.batches()]
    found = np.sum(parts, axis=0)
    assert len(parts) == 2
    assert found[:, :, :13].sum() == 0
    wanted = fitted.margins.ages[:, 13:].sum()
    assert found.sum() == pytest.approx(wanted, rel=0.01)
    with pytest.raises(ValueError, match="not among"):
        counted(population.block(0), np.zeros(0, dtype=bool), regions[1:])


def test_codes_that_changed_are_followed() -> None:
    assert today("4772000000") == "2772000000"
    assert today("4211000000") == "5111000000"
    assert today("4511100000") == "5211100000"
    ages = random_ages(2, 1)[0]
    one, two, codes = matched([region("4211000000", ages)], [region("5111000000", ages)])
    assert codes == ["5111000000"]
    assert (one == two).all()


def test_no_back_test_no_error() -> None:
    with pytest.raises(ValueError, match="no regions"):
        usual_error([])


@pytest.mark.shared
@pytest.mark.skipif(SHARED is None, reason="no residents by age beside the project")
def test_2024_foreseen_from_2022_and_2023(capsys: pytest.CaptureFixture[str]) -> None:
    """Prints the error of each municipality: residents of 65 and over, foreseen, came, error, error of no change."""
    assert SHARED is not None
    years = read_ages(SHARED)
    assert {year: len(regions) for year, regions in years.items()} == {2022: 229, 2023: 229, 2024: 229}
    old = back_test(years[2022], years[2023], years[2024], ages=slice(13, None))
    for test in old:
        print(f"{test.region} {test.foreseen:12,.0f} {test.came:12,.0f} {test.error:+8.2%} {test.still:+8.2%}")
    everybody = back_test(years[2022], years[2023], years[2024])
    assert len(old) == len(everybody) == 229
    assert usual_error(old) < 0.02
    assert usual_error(everybody) < 0.025
    mean = float(np.mean([abs(test.error) for test in old]))
    assert mean < 0.25 * float(np.mean([abs(test.still) for test in old]))
    foreseen, came = sum(test.foreseen for test in old), sum(test.came for test in old)
    assert abs(foreseen / came - 1) < 0.01
    assert len(capsys.readouterr().out.splitlines()) == 229


@pytest.mark.shared
@pytest.mark.skipif(SHARED is None, reason="no residents by age beside the project")
def test_ages_of_every_province_are_met() -> None:
    margins = read_margins(ROOT / "data" / "population", ROOT / "data" / "places" / "residents.csv", SHARED)
    assert len(margins.regions) == 229
    fitted = fit(margins.by_province())
    report = fit_report(generate(fitted, seed=1, households=200_000))
    summary = {s.margin: s for s in report.summaries}
    assert report.persons == margins.residents == 50_983_646
    assert summary["residents_by_region"].largest == 0
    assert summary["residents_by_region_and_age"].figures == 17 * len(GROUPS) * 2
    assert summary["residents_by_region_and_age"].share < 0.02
