from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dure.engines.population import Fitted, Margins, Region, fit, read_margins

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def margins() -> Margins:
    """What is in the repository: municipalities by their residents, ages for the nation."""
    return read_margins(ROOT / "data" / "population", ROOT / "data" / "places" / "residents.csv")


@pytest.fixture(scope="session")
def fitted(margins: Margins) -> Fitted:
    return fit(margins.by_province())


@pytest.fixture(scope="session")
def aged(margins: Margins) -> Margins:
    """Three provinces with ages of their own: made up, so that one is older and one younger than the nation."""
    tilt = np.linspace(-0.3, 0.3, 21)
    regions = []
    for code, lean in (("1100000000", 0.0), ("3100000000", -1.0), ("4300000000", 1.0)):
        ages = np.rint(margins.ages * 0.02 * (1 + lean * tilt))
        regions.append(Region(code, code, int(ages.sum()), ages))
    nation = np.sum([region.ages for region in regions if region.ages is not None], axis=0)
    known = {**margins.known, "disability": margins.only("4400000000").known["disability"]}
    return Margins(tuple(regions), nation, known, margins.assumed, margins.on)
