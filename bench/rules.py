"""Benefits computed for many households and for one: our columns and our reasons, beside OpenFisca with the same rules.

Both get the same households as columns in memory and give what is paid in all. OpenFisca's building of its population
is counted, as is ours reading and checking its tables; the notes show it apart. Compiling the rules is not counted, nor
the peer's making of its system. The peer's rules of the real benefits are written from our own intermediate form
(bench/_rules_real.py), its sums compared with ours benefit by benefit.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import _rules_made as made
from bench._measure import apart, latencies, percentiles, row

TITLE = "benefits: many households and one, beside OpenFisca on the same rules; 24 million on all cores"
PEERS = ["openfisca-core==46.0.1"]

PEER = "openfisca-core 46.0.1"
SIZES = {False: (100_000, 1_000_000), True: (20_000,)}
NATION = {False: 24_000_000, True: 40_000}
PART = {False: 500_000, True: 20_000}
NATION_BENEFITS = 30
SINGLE = {False: 200, True: 40}
PEER_SINGLE = {False: 30, True: 5}


def run(*, quick: bool) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    ratios: dict[str, float] = {}
    notes = [f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; compare CPU seconds, not wall time"]
    for name, ours, theirs in (("100 made-up", made_ours, made_theirs), ("real", real_ours, real_theirs)):
        for size in SIZES[quick]:
            case = f"{name} benefits, sums"
            case += f", {size:,} households"
            us, them = apart(ours, size), apart(theirs, size)
            rows.append(line(case, "dure", size, us, us.value))
            rows.append(line(case, PEER, size, them, them.value, us.value))
            ratios[case] = them.value["cpu_s"] / us.value["cpu_s"]
            build, compute = them.value["build_s"], them.value["compute_s"]
            notes.append(f"{case}: OpenFisca {build:.2f} s to build and {compute:.2f} s to compute")
            notes += different(case, us.value, them.value)
    case = "one household, 100 benefits, with all reasons"
    us, them = apart(one_ours, SINGLE[quick]), apart(one_theirs, PEER_SINGLE[quick])
    for system, found in (("dure", us), (PEER, them)):
        p50, p99 = found.value["latency"]
        rows.append(
            row(case, system, found.value["n"], p50_ms=p50, p99_ms=p99, quality={"reasons": found.value["reasons"]})
        )
    ratios[case] = them.value["latency"][0] / us.value["latency"][0]
    rows.append(nation(quick, notes))
    return {"rows": rows, "ratios": ratios, "notes": notes}


def line(case: str, system: str, size: int, measured: Any, value: dict[str, Any], ours: Any = None) -> dict[str, Any]:
    wrong = 0
    if ours is not None:
        wrong = sum(value["sums"][name] != ours["sums"][name] for name in comparable(ours))
    extra = round(measured.peak_mib - value["before_mib"])
    return row(
        case,
        system,
        size,
        cpu_s=value["cpu_s"],
        wall_s=value["wall_s"],
        peak_mib=measured.peak_mib,
        quality={"extra_mib": extra, "wrong_sums": wrong},
    )


def comparable(ours: dict[str, Any]) -> list[str]:
    """Sums in which nothing is unknown: what is not known the peer takes as 0 or no."""
    return [name for name in ours["sums"] if name not in ours["unknown"]]


def different(case: str, ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    found = [
        f"{name} {theirs['sums'][name] - ours['sums'][name]:+,.0f} won"
        for name in comparable(ours)
        if theirs["sums"][name] != ours["sums"][name]
    ]
    said = [f"{case}: OpenFisca's floats are off by {', '.join(found)}"] if found else []
    if ours["unknown"]:
        said.append(
            f"{case}: {len(ours['unknown'])} sums left out, in which figures of the law are not known (OpenFisca: 0)"
        )
    return said


class Clock:
    """CPU and wall seconds since it was made, and the memory taken before."""

    def __init__(self) -> None:
        import resource

        self.before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def lap(self) -> float:
        return time.process_time() - self.cpu

    def done(self, **more: Any) -> dict[str, Any]:
        return {"cpu_s": self.lap(), "wall_s": time.perf_counter() - self.wall, "before_mib": self.before, **more}


def sums_of(columns: Any, tables: tuple[Any, Any]) -> dict[str, Any]:
    columns.evaluator.prepare()
    clock = Clock()
    table = columns.totals([tables]).table()
    found = clock.done()
    values = table.to_pylist()[0]
    sums = {name: value for name, value in values.items() if name.endswith("/yes") or "/amount/" in name}
    unsure = {name.split("/")[0] for name, value in values.items() if name.endswith("/unknown") and value}
    unknown = [
        name
        for name in sums
        if name.split("/")[0] in unsure or (values.get(name.replace("/amount/", "/open/"), 0) and "/amount/" in name)
    ]
    return {**found, "sums": sums, "unknown": unknown}


def made_ours(size: int) -> dict[str, Any]:
    from dure.engines.rules import RuleSet
    from dure.engines.rules.columns import compiled

    columns = compiled(RuleSet.load(*made.texts(made.made(100))).on(made.DAY))
    return sums_of(columns, (made.table(made.households(size)), None))


def made_theirs(size: int) -> dict[str, Any]:
    from openfisca_core.simulation_builder import SimulationBuilder

    some = made.made(100)
    system, values = made.system(some), made.households(size)
    clock = Clock()
    simulation = SimulationBuilder().build_default_simulation(system, count=size)
    for name, column in values.items():
        simulation.set_input(name, made.MONTH, column)
    build = clock.lap()
    sums: dict[str, float] = {}
    for at in range(len(some)):
        paid = simulation.calculate(f"made_{at}", made.MONTH)
        sums[f"made-{at}/amount/month"] = float(paid.sum(dtype=float))
    found = clock.done()
    for at in range(len(some)):
        sums[f"made-{at}/yes"] = float("nan")
    return {**found, "build_s": build, "compute_s": found["cpu_s"] - build, "sums": _Any(sums)}


class _Any(dict[str, float]):
    """Sums of the peer; one that it has not is equal to ours."""

    def __getitem__(self, name: str) -> Any:
        value = self.get(name)
        return _Same() if value is None or value != value else value


class _Same:
    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 0


def real_ours(size: int) -> dict[str, Any]:
    from bench import _rules_real as real
    from dure.engines.rules.columns import compiled

    columns = compiled(real.day())
    return sums_of(columns, real.tables(columns, real.draw(columns, size)))


def real_theirs(size: int) -> dict[str, Any]:
    from bench import _rules_real as real
    from dure.engines.rules.columns import compiled

    columns = compiled(real.day())
    given = real.draw(columns, size)
    fisca = real.Fisca(columns, given)
    clock = Clock()
    simulation = fisca.simulation(given)
    build = clock.lap()
    sums = {what: float(simulation.calculate(name, made.MONTH).sum(dtype=float)) for what, name in fisca.wanted}
    found = clock.done()
    return {**found, "build_s": build, "compute_s": found["cpu_s"] - build, "sums": sums}


ALONE = {"head_age": 34, "household_size": 3, "province": "p4", "children": 1, "income": 2_100_000}


def one_ours(times: int) -> dict[str, Any]:
    from dure.engines.rules import Household, RuleSet

    day = RuleSet.load(*made.texts(made.made(100))).on(made.DAY)
    household = Household((), ALONE, made.DAY)
    day.explain(household)
    seconds = latencies(day.explain, [household] * times)
    reasons = sum(len(one.reasons) for one in day.explain(household))
    return {"n": times, "latency": percentiles(seconds), "reasons": reasons}


def one_theirs(times: int) -> dict[str, Any]:
    from openfisca_core.simulation_builder import SimulationBuilder

    system = made.system(made.made(100))
    body = {
        "households": {"a": {name: {made.MONTH: 4 if name == "province" else value} for name, value in ALONE.items()}}
    }

    def explain(_: Any) -> None:
        simulation = SimulationBuilder().build_from_entities(system, body)
        simulation.trace = True
        for at in range(100):
            simulation.calculate(f"made_{at}", made.MONTH)

    explain(None)
    return {"n": times, "latency": percentiles(latencies(explain, range(times))), "reasons": "a trace"}


def nation(quick: bool, notes: list[str]) -> dict[str, Any]:
    """The country from Parquet: one process a core, sums by region."""
    with tempfile.TemporaryDirectory(prefix="dure-nation-") as folder:
        written = apart(write, folder, NATION[quick], PART[quick])
        measured = apart(read, folder, quick)
    value = measured.value
    persons, mib, size = written.value["persons"], written.value["mib"], NATION[quick]
    notes.append(
        f"{size:,} households and {persons:,} persons in {mib:,.0f} MiB of Parquet, made of {PART[quick]:,} different "
        f"ones; peak is of all processes together; load {value['load']:.1f}"
    )
    return row(
        f"{size:,} households × {value['benefits']} real benefits",
        "dure",
        size,
        cpu_s=value["cpu_s"],
        wall_s=value["wall_s"],
        peak_mib=value["peak_mib"],
        quality={"processes": value["processes"]},
    )


def _nation_columns() -> Any:
    from bench import _rules_real as real
    from dure.engines.rules.columns import compiled

    day = real.day()
    return compiled(day, list(day.plans)[:NATION_BENEFITS])


def write(folder: str, size: int, part: int) -> dict[str, Any]:
    """Two files of row groups of `part` households, each the same but for its numbers."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from bench import _rules_real as real

    columns = _nation_columns()
    homes, persons = real.tables(columns, real.draw(columns, part))
    regions = pa.array(np.random.default_rng(3).integers(0, 17, part).astype(np.int16))
    homes = homes.append_column("region", pa.DictionaryArray.from_arrays(regions, pa.array(made.PROVINCES)))
    paths = [Path(folder) / "homes.parquet", Path(folder) / "persons.parquet"]
    for path, table in zip(paths, (homes, persons), strict=True):
        numbers = table.column("household").to_numpy()
        with pq.ParquetWriter(path, table.schema) as writer:
            for first in range(0, size, part):
                moved = table.set_column(table.schema.names.index("household"), "household", pa.array(numbers + first))
                writer.write_batch(moved, row_group_size=table.num_rows)
    return {"persons": persons.num_rows * (size // part), "mib": sum(path.stat().st_size for path in paths) / 2**20}


def read(folder: str, quick: bool) -> dict[str, Any]:
    import resource

    from dure.engines.rules.columns import over_parquet

    columns = _nation_columns()
    load = os.getloadavg()[0]
    began, processes = time.perf_counter(), 1 if quick else os.cpu_count() or 1
    homes, persons = (Path(folder) / f"{name}.parquet" for name in ("homes", "persons"))
    totals = over_parquet(columns, households=homes, persons=persons, by=["region"], processes=processes)
    assert totals is not None
    wall = time.perf_counter() - began
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "wall_s": wall,
        "cpu_s": own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime,
        "peak_mib": own.ru_maxrss / 1024 + processes * others.ru_maxrss / 1024,
        "processes": processes, "load": load, "benefits": len(columns.graph.asked),
    }  # fmt: skip
