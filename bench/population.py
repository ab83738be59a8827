"""A synthetic population: fitting tables, fitting households and persons at once, and drawing 1e5 and 1e6 households.

Three comparisons, each on the same input. A table with two margins beside ipfn. Totals of persons and of households at
once, which ipfn cannot do, beside iterative proportional updating (Ye et al. 2009) written in NumPy. Drawing beside
what one writes by hand: choosing kinds at random with NumPy, all in memory, and only who lives where.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from bench._measure import apart, row

TITLE = "a synthetic population: fit and draw, beside ipfn and NumPy by hand"
PEERS = ["ipfn==1.4.4"]

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "population" / "population_age5_by_sgg_2022_2024.csv"
HOUSEHOLDS = {False: (100_000, 1_000_000), True: (2_000, 20_000)}
SEED = 20261125
CLOSE = 1e-4
TURNS = {False: 2_000, True: 100}

Array = np.ndarray[Any, Any]


def _margins() -> Any:
    from dure.engines.population import read_margins

    ages = REAL if REAL.exists() else None
    return read_margins(ROOT / "data" / "population", ROOT / "data" / "places" / "residents.csv", ages)


def table(places: int) -> tuple[Array, Array, Array]:
    """A table of places × 36 groups and the sums it shall have, one of which 4,000 times the other."""
    random = np.random.default_rng(SEED)
    prior = random.uniform(0.2, 5, (places, 36))
    truth = (
        prior
        * random.uniform(0.3, 3, (places, 1))
        * random.uniform(0.3, 3, 36)
        * np.geomspace(1, 4000, places)[:, None]
    )
    return prior, truth.sum(axis=1), truth.sum(axis=0)


def table_dure(places: int) -> Array:
    from dure.engines.population.raking import Regions, rake_regions

    prior, rows, columns = table(places)
    ones, groups = np.ones((36, 1)), np.eye(36)[:, :35]
    return rake_regions(Regions(prior, [ones], np.zeros(places, dtype=int), rows[:, None], [groups], columns[:35]))


def table_ipfn(places: int) -> Array:
    from ipfn.ipfn import ipfn

    prior, rows, columns = table(places)
    return ipfn(prior, [rows, columns], [[0], [1]], convergence_rate=1e-9, rate_tolerance=0).iteration()


def _problem() -> tuple[Array, Array, Array]:
    """Prior (R, kinds), columns (kinds, 41), totals (R, 41): persons by sex and age and households by size."""
    from dure.engines.population import fit

    fitted = fit(_margins().by_province())
    pool = fitted.pool
    columns = np.hstack(
        [pool.persons(), np.column_stack([pool.size == s for s in range(1, 5)]), (pool.size > 4)[:, None]]
    )
    return np.tile(pool.prior, (len(fitted.weights), 1)), columns.astype(float), fitted.weights @ columns


def both_dure(file: str) -> Array:
    from dure.engines.population.raking import rake

    with np.load(file) as kept:
        prior, columns, totals = kept["prior"], kept["columns"], kept["totals"]
    return np.array([rake(p * (t[-5:].sum() / p.sum()), columns, t) for p, t in zip(prior, totals, strict=True)])


def both_by_turns(file: str, turns: int) -> Array:
    with np.load(file) as kept:
        prior, columns, totals = kept["prior"], kept["columns"], kept["totals"]
    touched = [np.flatnonzero(column) for column in columns.T]
    found = []
    for weights, wanted in zip(prior, totals, strict=True):
        weights = weights * (wanted[-5:].sum() / weights.sum())
        for _ in range(turns):
            for at, mine in enumerate(touched):
                weights[mine] *= wanted[at] / (weights[mine] @ columns[mine, at])
            if np.abs(weights @ columns / wanted - 1).max() < CLOSE:
                break
        found.append(weights)
    return np.array(found)


def draw_dure(households: int) -> dict[str, float]:
    from dure.engines.population import fit, fit_report, generate

    report = fit_report(generate(fit(_margins()), seed=SEED, households=households))
    return _misplaced(report)


def draw_again(households: int) -> float:
    """Processor seconds of drawing alone, once the fit and the first block (with its imports) are there."""
    from time import process_time

    from dure.engines.population import fit, generate

    population = generate(fit(_margins()), seed=SEED, households=households)
    population.block(0)
    began = process_time()
    for _ in population.batches():
        pass
    return process_time() - began


def _misplaced(report: Any) -> dict[str, float]:
    by = {summary.margin: summary for summary in report.summaries}
    place = by.get("residents_by_region_and_age", by["residents_by_age"])
    return {"residents misplaced": round(place.share, 5), "worst size": round(by["household_size"].largest, 5)}


def draw_by_hand(households: int) -> dict[str, float]:
    """The same fit; kinds chosen at random; members of all households at once."""
    from time import process_time

    from dure.engines.population import fit

    margins = _margins()
    fitted = fit(margins)
    began = process_time()
    random = np.random.default_rng(SEED)
    pool, weights = fitted.pool, fitted.weights
    whole = weights.sum()
    chosen = random.choice(weights.size, households, p=(weights / whole).ravel())
    region, kind = np.divmod(chosen, len(pool.size))
    size = pool.size[kind]
    owner = np.repeat(np.arange(households), size)
    at = pool.start[kind][owner] + np.arange(len(owner)) - (np.cumsum(size) - size)[owner]
    age = pool.group[at] * 5 + random.integers(0, 5, len(owner))
    spent = process_time() - began
    weight = whole / households
    counts = np.zeros((len(weights), 2, 18))
    np.add.at(counts, (region[owner], pool.sex[at], np.minimum(age // 5, 17)), weight)
    wanted = (weights @ pool.persons()).reshape(counts.shape)
    if not margins.ages_by_region:
        counts, wanted = counts.sum(axis=0), wanted.sum(axis=0)
    shares = np.array([size.tolist().count(s) for s in range(1, 5)]) / households
    published = np.array([margins.published("household_size")[s] / 1000 for s in range(1, 5)])
    return {
        "residents misplaced": round(float(np.abs(counts - wanted).sum() / wanted.sum()), 5),
        "worst size": round(float(np.abs(shares / published - 1).max()), 5),
        "draw_cpu_s": spent,
    }


def run(*, quick: bool = False) -> dict[str, Any]:
    import tempfile

    rows: list[dict[str, Any]] = []
    ratios: dict[str, float] = {}
    places = 40 if quick else 229
    ours, theirs = apart(table_dure, places), apart(table_ipfn, places)
    _, wanted_rows, wanted_columns = table(places)
    case = f"fit a table of {places} × 36 to two margins"
    for system, one in (("dure", ours), ("ipfn 1.4.4", theirs)):
        off = max(
            float(np.abs(one.value.sum(axis=1) / wanted_rows - 1).max()),
            float(np.abs(one.value.sum(axis=0) / wanted_columns - 1).max()),
        )
        rows.append(_row(case, system, places * 36, one, {"worst": float(f"{off:.1e}")}))
    ratios[case] = round(theirs.cpu_s / ours.cpu_s, 2)

    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/problem.npz"
        prior, columns, totals = _problem()
        if quick:
            prior, totals = prior[:2], totals[:2]
        np.savez(file, prior=prior, columns=columns, totals=totals)
        ours, theirs = apart(both_dure, file), apart(both_by_turns, file, TURNS[quick])
    case = f"fit {len(prior)} provinces to persons and households at once"
    for system, one in (("dure", ours), ("NumPy, by turns", theirs)):
        off = float(np.abs(one.value @ columns / totals - 1).max())
        rows.append(_row(case, system, prior.size, one, {"worst": float(f"{off:.1e}")}))
    ratios[case] = round(theirs.cpu_s / ours.cpu_s, 2)

    for count in HOUSEHOLDS[quick]:
        case = f"draw {count:,} households"
        ours, again, theirs = apart(draw_dure, count), apart(draw_again, count), apart(draw_by_hand, count)
        rows.append(_row(f"{case}, with fit and report", "dure", count, ours, ours.value))
        rows.append(row(case, "dure", count, cpu_s=round(again.value, 4), peak_mib=round(again.peak_mib, 1)))
        spent = theirs.value.pop("draw_cpu_s")
        by_hand = {"cpu_s": round(spent, 4), "peak_mib": round(theirs.peak_mib, 1)}
        rows.append(row(case, "NumPy by hand", count, quality=theirs.value, **by_hand))
        ratios[case] = round(spent / again.value, 2)
    notes = [
        "Ratios: processor seconds; for fits with imports, which for ipfn are mostly those of pandas. 'worst' is the "
        "largest relative distance from a total; ipfn stops at 1e-9, the turns "
        f"at {CLOSE:g} or after {TURNS[quick]:,} rounds.",
        "By hand only who lives where, sex and age are drawn, in floating weights; dure draws all 43 columns (tenure, "
        "income, assets, disability …) with whole weights that add up.",
        "Residents misplaced: sum of |differences| by place, sex and age group as a share of all residents.",
    ]
    if not REAL.exists():
        notes.append("No table of residents by age beside the project: ages are those of the nation.")
    return {"rows": rows, "ratios": ratios, "notes": notes}


def _row(case: str, system: str, n: int, one: Any, quality: dict[str, Any]) -> dict[str, Any]:
    costs = {"cpu_s": round(one.cpu_s, 4), "wall_s": round(one.wall_s, 4), "peak_mib": round(one.peak_mib, 1)}
    return row(case, system, n, quality=quality, **costs)
