"""How well a drawn population meets its margins, and what in it is assumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from .drawing import Batch, Population
from .economy import TENURES
from .margins import AGES, GROUPS, SEXES, ZONES
from .schema import WORDS, codes
from .templates import RELATIONS, TYPES

Array = np.ndarray[Any, Any]

_FINE = 2**16


@dataclass(frozen=True)
class Line:
    """One figure. `role`: `met` by raking, `drawn` with a fitted chance (so it scatters with the sample), `check` where
    it is only held beside a published figure. `unit`: persons, households, permille, won."""

    margin: str
    category: str
    observed: float
    target: float
    unit: str
    role: str

    @property
    def relative(self) -> float | None:
        """(observed − target) ÷ target; None where the target is 0."""
        return (self.observed - self.target) / self.target if self.target else None


@dataclass(frozen=True)
class Summary:
    """A margin: number of figures, largest and mean |relative difference|, where the largest is, and the sum of
    |differences| as a share of the sum of targets, which small cells cannot blow up."""

    margin: str
    role: str
    figures: int
    largest: float
    mean: float
    at: str
    share: float
    year: int | None
    confidence: str
    source: str


@dataclass(frozen=True)
class FitReport:
    """`effective` sample size after Kish, (Σw)² ÷ Σw²; `assumed` name → why; `notes` further sentences in Korean."""

    lines: tuple[Line, ...]
    summaries: tuple[Summary, ...]
    rows: int
    households: int
    persons: int
    effective: float
    assumed: dict[str, str]
    notes: tuple[str, ...]
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "lines": [{**asdict(line), "relative": line.relative} for line in self.lines]}


def fit_report(population: Population, batches: Iterable[Batch] | None = None) -> FitReport:
    """One pass over the population (or over `batches`, where they are at hand) in constant memory. Of a population of
    some regions only their residents are held beside targets: the rest was published for the nation."""
    tally = _Tally(population)
    for batch in population.batches() if batches is None else batches:
        tally.add(batch)
    lines = tuple(replace(line, observed=float(line.observed), target=float(line.target)) for line in tally.lines())
    margins = population.fitted.margins
    return FitReport(
        lines=lines,
        summaries=tuple(_summaries(lines, margins.known, margins.assumed)),
        rows=population.households,
        households=population.stands_for,
        persons=int(tally.people.sum()),
        effective=tally.sums["weight"] ** 2 / tally.squares,
        assumed={name: entry["why"] for name, entry in margins.assumed.items()},
        notes=margins.notes,
        seed=population.seed,
    )


def _summaries(lines: Iterable[Line], known: Any, assumed: Any) -> Iterable[Summary]:
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.margin, line.role), []).append(line)
    for (margin, role), members in groups.items():
        off = [(abs(line.relative), line.category) for line in members if line.relative is not None]
        largest, at = max(off, default=(0.0, ""))
        name = _SOURCES.get(margin, margin)
        entry = known[name] if name in known else {"confidence": "assumed", "source": assumed[name]["why"]}
        yield Summary(
            margin=margin,
            role=role,
            figures=len(members),
            largest=largest,
            mean=sum(size for size, _ in off) / max(len(off), 1),
            at=at,
            share=sum(abs(line.observed - line.target) for line in members)
            / max(sum(line.target for line in members), 1),
            year=entry.get("year"),
            confidence=entry["confidence"],
            source=entry["source"],
        )


_SOURCES = {
    "residents_by_region": "residents_by_age",
    "residents_by_age": "residents_by_age",
    "residents_by_region_and_age": "residents_by_age",
}


class _Tally:
    def __init__(self, population: Population) -> None:
        self.population = population
        margins = population.fitted.margins
        self.margins = margins
        self.codes = [region.code for region in margins.regions]
        self.zone = np.array([ZONES.index(region.zone) for region in margins.regions])
        count = len(self.codes)
        self.people = np.zeros((count, 2, len(AGES)))
        self.households = np.zeros(count)
        self.size = np.zeros(9)
        self.type = np.zeros(len(TYPES))
        self.alone = np.zeros((count, 2, 12))
        self.parents = np.zeros((2, 2))
        self.year = np.zeros(count)
        self.tenure = np.zeros((3, 4))
        self.income = np.zeros((4, 6))
        self.net = np.zeros(5)
        self.disability = np.zeros((2, 10, 3))
        self.sums: dict[str, float] = {"weight": 0.0}
        self.fine = np.zeros((4, _FINE))
        self.squares = 0.0

    def add(self, batch: Batch) -> None:
        rows, members = batch.households, batch.persons
        weight = rows["weight"].to_numpy().astype(float)
        region = codes(rows["region"], self.codes)
        age = rows["head_age"].to_numpy()
        size = rows["household_size"].to_numpy()
        money = {
            name: rows[name].to_numpy()
            for name in rows.schema.names
            if rows.schema.field(name).type == "int64" and name != "household"
        }
        self.squares += float((weight**2).sum())
        self.sums["weight"] += float(weight.sum())
        for name in money.keys() - {"weight"}:
            self.sums[name] = self.sums.get(name, 0.0) + float((money[name] * weight).sum())
        np.add.at(self.households, region, weight)
        np.add.at(self.year, region, weight * money["total_income_year"])
        np.add.at(self.size, np.minimum(size, 8), weight)
        np.add.at(self.type, codes(rows["household_type"], TYPES), weight)
        one = size == 1
        sex = codes(rows["head_sex"], SEXES)
        np.add.at(self.alone, (region[one], sex[one], np.minimum(age[one] // 10, 11)), weight[one])
        np.add.at(self.tenure, (self.zone[region], codes(rows["tenure"], TENURES)), weight)
        year = money["total_income_year"]
        limits = self.population.fitted.economy.income_limits
        # A year's income is twelve whole months, so that up to eleven won are missing at a limit.
        band = np.searchsorted(limits, year + 11, side="right") - 1
        np.add.at(self.income, (np.clip(age // 10, 3, 6) - 3, band), weight)
        net = money["assets"] - money["debt"]
        np.add.at(self.net, np.searchsorted(self.population.fitted.economy.net_limits, net, side="right") - 1, weight)
        place = np.minimum((np.maximum(year, 1).astype(float).view(np.int64) >> 42) - (1023 << 10), _FINE - 1)
        for at, amount in enumerate((np.ones(len(year)), year, money["assets"], money["debt"])):
            np.add.at(self.fine[at], place, weight * amount)
        owner = members["household"].to_numpy() - rows["household"][0].as_py()
        age = members["age"].to_numpy()
        child = codes(members["relation"], RELATIONS) == RELATIONS.index("child")
        single = (codes(rows["household_type"], TYPES) == TYPES.index("single_parent")).astype(np.int64)
        heads = rows["head_age"].to_numpy() >= 40
        for older, mine in enumerate((child, child & (age < 15))):
            with_child = (np.bincount(owner[mine], minlength=len(rows)) > 0) & (heads == bool(older))
            np.add.at(self.parents[older], single[with_child], weight[with_child])
        self._members(members, region[owner])

    def _members(self, members: Any, region: Array) -> None:
        weight = members["weight"].to_numpy().astype(float)
        age, sex = members["age"].to_numpy(), codes(members["sex"], SEXES)
        np.add.at(self.people, (region, sex, np.minimum(age // 5, 20)), weight)
        degree = codes(members["disability"], WORDS["disability"])
        np.add.at(self.disability, (sex, np.minimum(age // 10, 9), degree), weight)

    def lines(self) -> Iterable[Line]:
        yield from self._residents()
        if self.population.regions is not None:
            return
        yield from self._households()
        yield from self._economy()
        yield from self._checks()

    def _residents(self) -> Iterable[Line]:
        margins = self.margins
        here = [(at, r) for at, r in enumerate(margins.regions) if self.households[at] > 0]
        for at, region in here:
            yield Line("residents_by_region", region.code, self.people[at].sum(), region.residents, "persons", "met")
        people, wanted = _grouped(self.people.sum(axis=0)), _grouped(margins.ages)
        for sex in range(2) if self.population.regions is None else ():
            for group, name in enumerate(GROUPS):
                yield Line(
                    "residents_by_age", f"{SEXES[sex]} {name}", people[sex, group], wanted[sex, group], "persons", "met"
                )
        if margins.ages_by_region:
            for at, region in here:
                assert region.ages is not None
                got, want = _grouped(self.people[at]), _grouped(region.ages)
                for sex in range(2):
                    for group, name in enumerate(GROUPS):
                        yield Line(
                            "residents_by_region_and_age",
                            f"{region.code} {SEXES[sex]} {name}",
                            got[sex, group],
                            want[sex, group],
                            "persons",
                            "met",
                        )

    def _households(self) -> Iterable[Line]:
        total = self.size.sum()
        for size, share in self.margins.published("household_size").items():
            got = self.size[size] if size < 5 else self.size[5:].sum()
            yield Line("household_size", str(size), got / total * 1000, share, "permille", "met")
        for name, share in self.margins.published("household_type").items():
            got = self.type[TYPES.index(name)]
            yield Line("household_type", name, got / total * 1000, share, "permille", "met")
        alone = self.alone.sum(axis=0)
        bands = {"under_30": slice(0, 3), "30s": slice(3, 4), "60s": slice(6, 7)}
        for name, share in self.margins.published("one_person_age").items():
            got = alone[:, bands[name]].sum() / alone.sum()
            yield Line("one_person_age", name, got * 1000, share, "permille", "met")
        for name, share in self.margins.published("one_person_age_by_sex").items():
            sex, band = name.split("_", 1)
            mine = alone[SEXES.index(sex)]
            yield Line(
                "one_person_age_by_sex", name, mine[bands[band]].sum() / mine.sum() * 1000, share, "permille", "met"
            )
        for code, share in self.margins.published("one_person_by_province").items():
            here = [at for at, region in enumerate(self.margins.regions) if region.province == code]
            if here:
                got = self.alone[here].sum() / self.households[here].sum()
                yield Line("one_person_by_province", code, got * 1000, share, "permille", "met")

        for older, name in enumerate(("single_parent_under_40", "single_parent_from_40")):
            share = self.margins.assumption(name) if older else self.margins.published(name)
            got = self.parents[older, 1] / self.parents[older].sum()
            yield Line(name, "all", got * 1000, share, "permille", "met")

    def _economy(self) -> Iterable[Line]:
        margins = self.margins
        for zone, name in enumerate(ZONES):
            if (total := self.tenure[zone].sum()) > 0:
                shares = margins.published("tenure_by_zone")[name]
                rented = self.tenure[zone, 1:3].sum()
                got = {"own": self.tenure[zone, 0], "rent": rented, "free": self.tenure[zone, 3]}
                for kind, share in shares.items():
                    yield Line("tenure_by_zone", f"{name} {kind}", got[kind] / total * 1000, share, "permille", "drawn")
        kinds = margins.published("rent_kind")
        rented = self.tenure[:, 1:3].sum()
        for at, name in ((1, "jeonse"), (2, "monthly_rent")):
            share = kinds[name] / sum(kinds.values()) * 1000
            yield Line("rent_kind", name, self.tenure[:, at].sum() / rented * 1000, share, "permille", "drawn")
        bands = self.income.sum(axis=0) / self.income.sum() * 1000
        for at, share in enumerate(margins.published("income_bands")):
            if share is not None:
                yield Line("income_bands", str(at), bands[at], share, "permille", "drawn")
        ages = {"under_40": 0, "40s": 1, "50s": 2, "60_over": 3}
        for cell in margins.published("income_band_by_age", "cells"):
            mine = self.income[ages[cell["age"]]]
            got = mine[cell["band"]] / mine.sum() * 1000
            yield Line(
                "income_band_by_age", f"{cell['age']} {cell['band']}", got, cell["permille"], "permille", "drawn"
            )
        count = self.sums["weight"]
        own = {
            "earned": "earned_income_month",
            "business": "business_income_month",
            "property": "property_income_month",
        }
        for name, won in margins.published("income_means", "won").items():
            year = self.sums["total_income_year"] if name == "total" else self.sums[own[name]] * 12
            yield Line("income_means", name, year / count, won, "won", "drawn")
        entry = margins.known["income_mean_by_province"]
        for code, won in entry["won"].items():
            here = [at for at, region in enumerate(margins.regions) if region.province == code]
            if here and set(margins.provinces) - set(entry["won"]):
                wanted = won * margins.published("income_means", "won")["total"] / entry["nation"]
                got = self.year[here].sum() / self.households[here].sum()
                yield Line("income_mean_by_province", code, got, wanted, "won", "drawn")
        for at, share in enumerate(margins.published("net_asset_bands")):
            yield Line("net_asset_bands", str(at), self.net[at] / self.net.sum() * 1000, share, "permille", "drawn")
        sums = self.sums
        held = {
            "assets": sums["assets"],
            "net": sums["assets"] - sums["debt"],
            "financial": sums["financial_assets"] + sums["deposit"],
            "debt": sums["debt"],
        }
        for name, won in margins.published("asset_means", "won").items():
            yield Line("asset_means", name, held[name] / count, won, "won", "drawn")
        people = self.disability[:, :, 1:]
        found = {
            "total": people.sum(),
            "severe": people[:, :, 1].sum(),
            "mild": people[:, :, 0].sum(),
            "male": people[0].sum(),
            "female": people[1].sum(),
            "60s": people[:, 6].sum(),
            "70s": people[:, 7].sum(),
            "80s": people[:, 8].sum(),
            "90_over": people[:, 9].sum(),
        }
        for name, wanted in margins.published("disability", "persons").items():
            yield Line("disability", name, found[name], wanted, "persons", "drawn")

    def _checks(self) -> Iterable[Line]:
        margins, total = self.margins, self.size.sum()
        nation = sum(region.residents for region in margins.regions) == int(
            sum(sum(margins.known["residents_by_age"][sex]) for sex in SEXES)
        )
        if nation:
            yield Line(
                "households_total", "all", total, margins.published("households_total", "value"), "households", "check"
            )
        mean = self.people.sum() / total
        wanted = margins.published("mean_household_size", "hundredths") / 100
        yield Line("mean_household_size", "all", mean, wanted, "persons", "check")
        low, high = self._fifths()
        for quintile, won in margins.published("income_quintile_means", "won").items():
            part = low if quintile == 1 else high
            yield Line("income_quintile_means", str(quintile), part[1] / part[0], won, "won", "check")
        parts = {"assets_5": high[2], "assets_1": low[2], "debt_5": high[3], "debt_1": low[3]}
        for name, share in margins.published("asset_share_of_quintile").items():
            whole = self.fine[2 if name.startswith("assets") else 3].sum()
            yield Line("asset_share_of_quintile", name, parts[name] / whole * 1000, share, "permille", "check")

    def _fifths(self) -> tuple[Array, Array]:
        """Sums of the lowest and the highest fifth by income, from classes 0.1 % wide, cut within a class evenly."""
        weight = self.fine[0]
        before = np.cumsum(weight) - weight
        total = weight.sum()
        share = np.divide(total / 5 - before, weight, out=np.zeros_like(weight), where=weight > 0)
        low = (self.fine * np.clip(share, 0, 1)).sum(axis=1)
        share = np.divide(total * 4 / 5 - before, weight, out=np.zeros_like(weight), where=weight > 0)
        return low, (self.fine * (1 - np.clip(share, 0, 1))).sum(axis=1)


def _grouped(ages: Array) -> Array:
    return np.hstack([ages[:, :17], ages[:, 17:].sum(axis=1, keepdims=True)])
