"""How many will receive a benefit in the next years, by province: the engine's forecast on what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from dure.benefits.reading import library
from dure.engines.population import (
    AGES,
    BackTest,
    Facts,
    Forecast,
    Region,
    back_test,
    counted,
    forecast,
    generate,
    usual_error,
)
from dure.engines.scenario import Plan, filled
from dure.simulation import populations, queries, spec

SAMPLE, SEED, YEARS = 20_000, 1, 5


@dataclass(frozen=True)
class Foreseen:
    """`forecast` by province; `tests` the back-test of residents of the `ages` that receive it, from the `known` years
    of the table named `source`, `error` what 9 of 10 of them stay within; `open` persons or households by region of
    whom the rules of `day` cannot tell, for want of the facts `missing`."""

    forecast: Forecast
    tests: list[BackTest]
    known: tuple[int, ...]
    source: str
    error: float
    recipients: int
    open: tuple[int, ...]
    missing: tuple[str, ...]
    assumed: tuple[tuple[str, Any], ...]
    ages: str
    day: date

    @property
    def unknown(self) -> int:
        return sum(self.open)


class NoResidents(Exception):
    """Nobody brought the table of residents by age yet."""


@dataclass(frozen=True)
class _Table:
    """`names` of the files it came from."""

    names: str
    years: dict[int, tuple[Region, ...]]


@lru_cache(maxsize=2)
def _table(mark: str) -> _Table:
    row = queries.age_table(mark)
    names = populations.region_names()

    def regions(of: dict[str, Any]) -> tuple[Region, ...]:
        tables = {code: np.array(ages, dtype=float) for code, ages in sorted(of.items())}
        return tuple(Region(code, names.get(code, code), int(ages.sum()), ages) for code, ages in tables.items())

    years = {int(year): regions(of) for year, of in sorted(row.years.items())}
    return _Table(row.names, years)


def needed_year() -> int:
    """The year of the population, which a table must have."""
    return populations.margins().on.year


def _mark() -> str:
    """Of the table that can be used; '' where there is none, or none yet of a newer population's year."""
    mark = queries.age_table_mark()
    return mark if mark and needed_year() in _table(mark).years else ""


def there() -> bool:
    """Whether there is what a forecast needs."""
    return bool(_mark())


def foresee(benefit: str, day: date, assumed: Mapping[str, Any] | None = None) -> Foreseen:
    """Recipients of a benefit by the rules of a day, and in the years after the last one whose residents are known.
    `assumed`: values by code of a fact, as in a scenario. NoResidents; KeyError for a benefit that is not in force."""
    mark = _mark()
    if not mark:
        raise NoResidents
    return _foresee(
        benefit, day, tuple(sorted((assumed or {}).items())), mark, library().rules.version, populations.version()
    )


@lru_cache(maxsize=64)
def _foresee(
    benefit: str, day: date, assumed: tuple[tuple[str, Any], ...], mark: str, rules: str, data: str
) -> Foreseen:
    del rules, data
    tables = _table(mark).years
    known = list(tables)[-3:]
    codes = [region.code for region in tables[known[-1]]]
    total, open_, missing = _counted(benefit, day, dict(assumed), codes)
    ages = span(total.sum(axis=(0, 1)))
    tests = back_test(*(tables[year] for year in known), ages=ages)
    error = usual_error(tests)
    total = _moved(total, tables[needed_year()], tables[known[-1]])
    found = forecast(tables[known[-2]], tables[known[-1]], total, base=known[-1], years=YEARS, error=error)
    words = f"{AGES[ages.start].split('~')[0]}~{AGES[ages.stop - 1].split('~')[-1]}"
    return Foreseen(
        found, tests, tuple(known), _table(mark).names, error, int(total.sum()), open_, missing, assumed, words, day
    )


def _counted(
    benefit: str, day: date, assumed: Mapping[str, Any], codes: list[str]
) -> tuple[Any, tuple[int, ...], tuple[str, ...]]:
    """Recipients by province, sex and age in a drawn population, how many of each province cannot be told, and for want
    of what."""
    lib, fitted = library(), populations.fitted("").moved_to(day)
    plan = Plan.of(lib.rules.on(day), lib.rules.on(day), [benefit], usual={**lib.spoken.usual, **assumed})
    facts = Facts(fitted.margins)
    total: Any = np.zeros((len(codes), 2, len(AGES)))
    open_: Any = np.zeros((len(codes), 2, len(AGES)))
    missing: tuple[str, ...] = ()
    for batch in generate(fitted, seed=SEED, households=SAMPLE).batches():
        said = facts.batch(batch)
        missing = tuple(spec.missing(plan, said.households, said.persons))
        results = plan.after.columns.run(
            filled(said.households, plan, "household"), filled(said.persons, plan, "member")
        )
        person = plan.units[benefit] == "person"
        state = (results.persons if person else results.households).column(f"{benefit}/eligible").combine_chunks()
        yes, doubt = (
            of.to_numpy(zero_copy_only=False) if person else _heads(batch, of.to_numpy(zero_copy_only=False))
            for of in (state.fill_null(False), state.is_null())
        )
        total += counted(batch, yes, codes)
        open_ += counted(batch, doubt, codes)
    return total, tuple(int(of) for of in open_.sum(axis=(1, 2))), missing


def _moved(recipients: Any, before: tuple[Region, ...], after: tuple[Region, ...]) -> Any:
    """Recipients of the population's year among the residents of the last known one: the same share of each cell."""
    old, new = (np.array([region.ages for region in regions]) for regions in (before, after))
    return recipients * np.divide(new, old, out=np.ones_like(new), where=old > 0)


def span(by_age: Any) -> slice:
    """The age groups without the outermost hundredth of recipients on either side; all where there are none."""
    whole = by_age.sum()
    if not whole:
        return slice(0, len(AGES))
    up = np.cumsum(by_age)
    return slice(int(np.searchsorted(up, whole * 0.01)), int(np.searchsorted(up, whole * 0.99)) + 1)


def _heads(batch: Any, yes: Any) -> Any:
    """The heads of the chosen households."""
    owner = np.searchsorted(
        batch.households.column("household").to_numpy(), batch.persons.column("household").to_numpy()
    )
    return yes[owner] & (batch.persons.column("person").to_numpy() == 0)
