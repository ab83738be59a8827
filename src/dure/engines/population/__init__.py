"""A synthetic population for scenarios, checks of one's own, deciles, and how many will receive something next years.

    margins = read_margins(folder, residents, ages)      # published figures, and what is assumed
    fitted = fit(margins)                                 # raking; once, then many seeds
    population = generate(fitted, seed=1, households=100_000)
    for batch in population.batches(): …                  # Arrow: households and persons, one block in memory
    Facts(margins).batch(batch)                           # the same as facts of the catalogue of benefits
    fit_report(population)                                # observed beside target, and the assumptions
    read_own(path, persons)                               # a Parquet file of one's own, checked
    for batch in own_batches(path, persons): …            # and read, households and members side by side
    income_deciles(population.batches), keys(…)           # groups for results
    read_provinces(files, provinces=…, year=…)            # the official table of residents by age, checked and summed
    forecast(before, after, recipients, base=…, years=…)  # residents moved forward × share who receive

docs/population.md tells method, sources and limits. Pure: no clock, no database; files only where their path is given.
"""

from __future__ import annotations

from .drawing import BLOCK, Batch, Population, digest, generate
from .facts import HOUSEHOLD_FACTS, PERSON_FACTS, Facts
from .fitting import Fitted, fit
from .forecast import BackTest, Forecast, back_test, counted, forecast, forward, matched, ratios, take_up, usual_error
from .groups import AGE_BANDS, Deciles, age_band, deciles, equivalised, income_deciles, keys
from .margins import AGES, GROUPS, Margins, Region, read_ages, read_margins
from .own import Checked, Column, Fault, read_own
from .own_batches import own_batches
from .own_rules import HOUSEHOLD_RULES, PERSON_RULES, Rule
from .raking import NotMet, rake, rake_regions, whole_parts
from .report import FitReport, Line, Summary, fit_report
from .residents import AgeFault, Ages, read_provinces
from .schema import HOUSEHOLDS, PERSONS, WORDS

__all__ = [
    "AGES",
    "AGE_BANDS",
    "BLOCK",
    "GROUPS",
    "HOUSEHOLDS",
    "HOUSEHOLD_FACTS",
    "HOUSEHOLD_RULES",
    "PERSONS",
    "PERSON_FACTS",
    "PERSON_RULES",
    "WORDS",
    "AgeFault",
    "Ages",
    "BackTest",
    "Batch",
    "Checked",
    "Column",
    "Deciles",
    "Facts",
    "Fault",
    "FitReport",
    "Fitted",
    "Forecast",
    "Line",
    "Margins",
    "NotMet",
    "Population",
    "Region",
    "Rule",
    "Summary",
    "age_band",
    "back_test",
    "counted",
    "deciles",
    "digest",
    "equivalised",
    "fit",
    "fit_report",
    "forecast",
    "forward",
    "generate",
    "income_deciles",
    "keys",
    "matched",
    "own_batches",
    "rake",
    "rake_regions",
    "ratios",
    "read_ages",
    "read_margins",
    "read_own",
    "read_provinces",
    "take_up",
    "usual_error",
    "whole_parts",
]
