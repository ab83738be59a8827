"""A scenario as what is computed: figures as people type them, rules under changes, and everything a run rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from pyarrow import RecordBatch

from dure.benefits.reading import Library, library
from dure.core.refused import Refused
from dure.engines.rules.catalogue import MOST
from dure.engines.rules.faults import Faults
from dure.engines.rules.households import HouseholdFault, value_of
from dure.engines.rules.parameters import Parameter
from dure.engines.rules.ruleset import RuleSet
from dure.engines.rules.scenario import ParameterChange, changed, replaced
from dure.engines.rules.scenario import Scenario as Change
from dure.engines.rules.words import UNITS, percent, whole
from dure.engines.rules.yamlfile import exact, plain, read
from dure.engines.rules.yamlfile import whole as whole_number
from dure.engines.scenario import Plan, digest
from dure.simulation import populations
from dure.simulation.models import Scenario

FORM = 1
MOST_BENEFITS = 12
MOST_POINTS = 9
MOST_CELLS = 400
ASSUMED_LIKE = "도시구분 = 중소도시"
"""What an assumption looks like."""
CALCULATION = 1
"""Of how figures come about: part of the inputs, so that a run before a change of the engine is told apart."""


def lang() -> str:
    from django.utils.translation import get_language

    return "ko" if (get_language() or "ko").startswith("ko") else "en"


def text_of(value: int | Fraction | None, type: str) -> str:
    """A figure as it is typed: `320000`, `35%`, `2/3`. '' for one nobody knows."""
    if value is None:
        return ""
    if type != "ratio":
        return str(int(value))
    said = percent(Fraction(value), "ko")
    return said if exact(said) == value else f"{Fraction(value).numerator}/{Fraction(value).denominator}"


def shown(text: str, type: str) -> str:
    """A typed figure with separators of thousands and its unit."""
    if type == "ratio" or not text.lstrip("-").isdigit():
        return text
    unit = {"won": "원", "years": "년", "months": "개월", "days": "일"}.get(type, "")
    return UNITS[unit][lang()].format(whole(int(text), lang()))


def value_from(text: str, type: str) -> int | Fraction:
    """What was typed. ValueError where it is no such figure."""
    text = text.strip()
    found = exact(text) if type == "ratio" else whole_number(text.removesuffix("원").strip())
    if found is None:
        raise ValueError(text)
    return found


@dataclass(frozen=True)
class Cell:
    """One place of a figure: `key` names it in a form, `now` is today's value as typed, `value` the scenario's."""

    key: str
    dims: tuple[int | str, ...]
    label: str
    now: str
    value: str
    now_shown: str
    error: str = ""

    @property
    def id(self) -> str:
        return self.key.replace("/", "-")

    @property
    def changed(self) -> bool:
        return self.value != self.now


@dataclass(frozen=True)
class Figure:
    """A figure of the law with its cells on a day."""

    code: str
    name: str
    type: str
    law: str
    source: str
    url: str
    checked: bool
    cells: tuple[Cell, ...]
    shared: bool

    @property
    def changed(self) -> bool:
        return any(cell.changed for cell in self.cells)


def key_of(code: str, dims: Iterable[int | str]) -> str:
    return "/".join([code, *(str(one) for one in dims)])


def _spots(parameter: Parameter, day: date) -> list[tuple[tuple[int | str, ...], Fraction | None]]:
    dated = parameter.on(day)
    if dated is None:
        return []
    spots: list[tuple[int | str, ...]] = [()]
    for axis in dated.table.axes:
        keys: Iterable[int | str] = axis.codes or range(axis.first, axis.first + axis.size)
        spots = [(*spot, key) for spot in spots for key in keys]
    values = [None if cell is None else Fraction(cell, dated.scale) for cell in dated.table.cells]
    return [(spot, value) for spot, value in zip(spots, values, strict=True) if "" not in spot]


def used(lib: Library, ids: Iterable[str], texts: Mapping[str, str | None]) -> list[tuple[Parameter, bool]]:
    """The figures that rules of these benefits name, and (True) those by which facts are worked out."""
    benefits = lib.rules.benefits
    whole_text = "\n".join(texts.get(id) or (benefits[id].text if id in benefits else "") for id in ids)
    found = []
    for one in lib.rules.parameters.by_code.values():
        if one.ko in whole_text:
            found.append((one, False))
        elif one.ko in lib.rules.catalogue.text:
            found.append((one, True))
    return sorted(found, key=lambda pair: pair[1])


@lru_cache(maxsize=256)
def names_in(text: str) -> dict[str, str]:
    """How a rule text calls its benefit, by language; nothing where that cannot be read."""
    try:
        found = plain(read(text)) if text else None
    except Faults:
        return {}
    names = found.get("names") if isinstance(found, dict) else None
    return {str(key): str(value) for key, value in names.items() if value} if isinstance(names, dict) else {}


def added(scenario: Scenario) -> list[str]:
    """Benefits that the scenario adds: texts of its own of which there is no live rule."""
    live = library().rules.benefits
    return [id for id, text in scenario.texts.items() if text and id not in live]


def figures(scenario: Scenario, typed: Mapping[str, str] | None = None) -> list[Figure]:
    """Every figure the chosen benefits use on the scenario's day; `typed` stands in for what is kept."""
    lib = library()
    kept = {key_of(one["code"], one["dims"]): one["value"] for one in scenario.changes}
    found: list[Figure] = []
    for parameter, shared in used(lib, scenario.benefits, scenario.texts):
        dated = parameter.on(scenario.day)
        cells = []
        for dims, value in _spots(parameter, scenario.day):
            if value is None:
                continue
            key, now = key_of(parameter.code, dims), text_of(value, parameter.type)
            said = (typed or kept).get(key, kept.get(key, now))
            cells.append(Cell(key, dims, place(lib, parameter, dims), now, said, shown(now, parameter.type)))
        if not cells or dated is None:
            continue
        first = _first_source(dated.sources)
        names = parameter.names
        found.append(
            Figure(
                parameter.code,
                names.get(lang()) or names.get("ko") or parameter.ko,
                parameter.type,
                ", ".join(parameter.law),
                first[0],
                first[1],
                dated.confidence == "seen",
                tuple(cells),
                shared,
            )
        )
    return found


def place(lib: Library, parameter: Parameter, dims: Iterable[int | str]) -> str:
    """What stands at a place of a table, in words."""
    words = []
    for dim, key in zip(parameter.dims, dims, strict=True):
        if dim.enum:
            choices = lib.rules.catalogue.enumerations[dim.of].choices
            found = next((one for one in choices if one.code == key), None)
            words.append(str(key) if found is None else found.names.get(lang()) or found.ko)
        else:
            fact = lib.rules.catalogue.facts.get(dim.of)
            words.append(f"{fact.names.get(lang()) or fact.ko if fact else dim.of} {key}")
    return " · ".join(words)


def _first_source(sources: Any) -> tuple[str, str]:
    one = sources[0] if isinstance(sources, list | tuple) and sources else sources
    if isinstance(one, Mapping):
        url = str(one.get("url", ""))
        return str(one.get("title", "")), url if url.startswith("https://") else ""
    return (str(one) if one else ""), ""


def changes_typed(scenario: Scenario, typed: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """What differs from today in what was typed, and what is wrong by key. What is left empty stays as today."""
    wrong: dict[str, str] = {}
    changed: list[dict[str, Any]] = []
    for figure in figures(scenario):
        for cell in figure.cells:
            said = str(typed.get(cell.key, cell.value))[:60].strip()
            if not said:
                continue
            try:
                value = value_from(said, figure.type)
            except ValueError:
                wrong[cell.key] = (
                    _("비율은 32%%, 0.32, 2/3처럼 적어 주세요.") % {}
                    if figure.type == "ratio"
                    else _("정수로 적어 주세요. 쉼표는 써도 됩니다.")
                )
                continue
            if value < 0:
                wrong[cell.key] = _("0보다 작을 수 없습니다.")
            elif value > MOST:
                wrong[cell.key] = _("너무 큽니다.")
            elif text_of(value, figure.type) != cell.now:
                changed.append({"code": figure.code, "dims": list(cell.dims), "value": text_of(value, figure.type)})
    return changed, wrong


def change_of(lib: Library, day: date, changes: Iterable[Mapping[str, Any]], texts: Mapping[str, str | None]) -> Change:
    made = []
    for one in changes:
        parameter = lib.rules.parameters.by_code.get(one["code"])
        type = parameter.type if parameter else "number"
        made.append(ParameterChange(one["code"], tuple(one["dims"]), day, value_from(one["value"], type)))
    return Change(tuple(made), dict(texts))


def with_point(changes: Iterable[Mapping[str, Any]], curve: Mapping[str, Any], value: str) -> list[dict[str, Any]]:
    """The changes with one value of the curve put in last."""
    one = {"code": curve["code"], "dims": curve["dims"], "value": value}
    return [*(dict(old) for old in changes if (old["code"], old["dims"]) != (one["code"], one["dims"])), one]


def rules_under(
    lib: Library, scenario: Scenario | Mapping[str, Any], changes: Iterable[Mapping[str, Any]], texts: Mapping[str, Any]
) -> RuleSet:
    """The scenario's benefits under the changes, checked anew; live where there are none. `scenario`: one, or the
    inputs of a run. Faults where rules cannot be made."""
    if isinstance(scenario, Scenario):
        day, ids = scenario.day, scenario.benefits
    else:
        day, ids = date.fromisoformat(scenario["day"]), scenario["benefits"]
    rules = lib.rules
    chosen = RuleSet({id: rules.benefits[id] for id in ids if id in rules.benefits}, rules.catalogue, rules.parameters)
    change = change_of(lib, day, changes, texts)
    if not change.changes and not change.texts:
        return chosen
    figures = changed(rules.parameters, change.changes)
    made = replaced(chosen.benefits, change, rules.catalogue, figures)
    return RuleSet({one.id: one for one in sorted(made, key=lambda one: one.id)}, rules.catalogue, figures, base=chosen)


def must_hold(scenario: Scenario, changes: list[dict[str, Any]], texts: Mapping[str, str | None]) -> RuleSet:
    """Refused `invalid` with the first faults where rules cannot be made."""
    try:
        return rules_under(library(), scenario, changes, texts)
    except Faults as faults:
        words = " ".join(str(one) for one in list(faults.faults)[:3])
        raise Refused("invalid", _("이렇게 바꾸면 규칙이 서지 않습니다: %s") % words) from None


def assumed_typed(text: str) -> dict[str, Any]:
    """Lines `fact = value` (Korean words or codes). Refused `invalid` at `assumed` with what cannot be understood."""
    catalogue = library().rules.catalogue
    found: dict[str, Any] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        word, sign, raw = (part.strip() for part in line.partition("="))
        code = catalogue.code_of(word)
        if not sign or code is None:
            words = _("‘사실 = 값’으로 한 줄에 하나씩 적어 주세요: %s") % line[:60]
            raise Refused("invalid", words, "assumed")
        fact = catalogue.facts[code]
        if fact.derive is not None or fact.type == "date":
            raise Refused("invalid", _("이 사실은 가정할 수 없습니다: %s") % fact.ko, "assumed")
        number = whole_number(raw.removesuffix("원").strip())
        try:
            value = value_of(fact, number if number is not None and fact.type not in {"enum", "area"} else raw)
        except HouseholdFault as fault:
            raise Refused("invalid", f"{fact.ko}: {fault}", "assumed") from None
        if value is None:
            raise Refused("invalid", _("값을 적어 주세요: %s") % fact.ko, "assumed")
        found[code] = value
    return dict(sorted(found.items()))


def assumed_text(values: Mapping[str, Any]) -> str:
    catalogue = library().rules.catalogue
    return "\n".join(f"{catalogue.facts[code].ko} = {_said(value)}" for code, value in values.items())


def _said(value: Any) -> str:
    return ("예" if value else "아니오") if isinstance(value, bool) else str(value)


def inputs_of(scenario: Scenario) -> dict[str, Any]:
    """All that a run of this scenario rests on now."""
    population: dict[str, Any]
    if scenario.own is not None:
        population = {"own": str(scenario.own_id), "data": scenario.own.sha256}
    else:
        population = {
            "data": populations.version(),
            "area": scenario.area,
            "households": scenario.sample,
            "seeds": list(range(1, scenario.seeds + 1)),
        }
    return {
        "form": FORM,
        "calculation": CALCULATION,
        "rules": library().rules.version,
        "day": scenario.day.isoformat(),
        "benefits": list(scenario.benefits),
        "changes": list(scenario.changes),
        "texts": dict(scenario.texts),
        "assumed": dict(scenario.assumed),
        "population": population,
        "curve": dict(scenario.curve),
    }


def inputs_hash(inputs: Mapping[str, Any]) -> str:
    return digest(dict(inputs))


def plan_of(lib: Library, inputs: Mapping[str, Any], after: RuleSet) -> Plan:
    """KeyError for a benefit that is not in force on the day on either side."""
    day = date.fromisoformat(inputs["day"])
    usual = {**lib.spoken.usual, **inputs["assumed"]}
    return Plan.of(lib.rules.on(day), after.on(day), inputs["benefits"], usual=usual)


def missing(plan: Plan, households: RecordBatch, members: RecordBatch) -> list[str]:
    """Facts that the rules look at and a population does not tell, or not of everybody, and nothing stands in for."""
    tables = {"household": households, "member": members}
    found: set[str] = set()
    for scope, wanted in plan.reads.items():
        table = tables[scope]
        told = {name for name in table.schema.names if not table.column(name).null_count}
        found |= wanted - told - set(plan.usual)
    return sorted(code for code in found if plan.kinds[code].derive is None)
