"""The product's own benefits, households in which everything that is asked is known, and the same rules for OpenFisca.

The OpenFisca system is written from the same graph that our columns are computed from, so both do the same: one
variable for each named value, condition, amount and sum over members, whatever several benefits share being one
variable; money as its float, figures of the law as constants (so without looking parameters up).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dure.engines.rules import Day, RuleSet, ir
from dure.engines.rules.catalogue import FactKind
from dure.engines.rules.columns import Columns
from dure.engines.rules.columns.reading import FIRST_DAY
from dure.engines.rules.columns.vectors import days_of, months_between
from dure.engines.rules.lower import NOTHING

from ._rules_made import DAY, MONTH

DATA = Path(__file__).resolve().parents[1] / "data" / "benefits"
AREAS = (11110, 11680, 26110, 41111, 41131, 41820, 44200, 46710, 46860, 48170)
Array = np.ndarray[Any, Any]


def day() -> Day:
    files = {path.name: path.read_text() for path in sorted((DATA / "rules").glob("*.yaml"))}
    return RuleSet.load(files, (DATA / "facts.yaml").read_text(), (DATA / "parameters.yaml").read_text()).on(DAY)


def draw(columns: Columns, count: int, seed: int = 7) -> tuple[dict[str, Array], dict[str, Array]]:
    """Values of households and of persons as whole numbers (choices by place). What can be worked out is not said."""
    rng = np.random.default_rng(seed)
    members = rng.choice([1, 2, 3, 4, 5, 6], count, p=[0.35, 0.28, 0.19, 0.13, 0.04, 0.01])
    owner = np.repeat(np.arange(count), members)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(members) - members, members)
    ages = np.where(place < 2, rng.integers(19, 95, len(owner)), rng.integers(0, 25, len(owner)))
    kinds = columns.reader.kinds
    home = {one.code: _values(one, count, rng) for one in kinds["household"] if _asked(one)}
    own = {one.code: _values(one, len(owner), rng) for one in kinds["member"] if _asked(one)}
    for one in kinds["member"]:
        if one.type == "date":
            born = np.datetime64("2026-03-01") - (ages * 365.25 + rng.integers(1, 366, len(owner))).astype(
                "timedelta64[D]"
            )
            own[one.code] = born.astype("datetime64[D]")
    return {"household": np.arange(count), **home}, {"household": owner, **own}


def _asked(kind: FactKind) -> bool:
    """Whether it must be said: what is worked out only of some (`모름` of the others) must be, too."""
    return kind.derive is None or NOTHING in repr(kind.derive)


def _values(kind: FactKind, count: int, rng: Any) -> Array:
    match kind.type:
        case "bool":
            return rng.random(count) < 0.3
        case "enum":
            return rng.integers(0, len(kind.choices), count).astype(np.int16)
        case "area":
            return np.array(AREAS)[rng.integers(0, len(AREAS), count)]
        case "won":
            middle = 16.5 if "asset" in kind.code or "value" in kind.code else 14.2
            some = (np.exp(rng.normal(middle, 1.0, count)) / 1000).astype(np.int64) * 1000
            return np.clip(np.where(rng.random(count) < 0.25, 0, some), kind.low, kind.high)
        case "date":
            return np.datetime64("2020-01-01") + rng.integers(0, 2000, count).astype("timedelta64[D]")
    return rng.integers(kind.low, min(kind.high, max(kind.low + 1, 90 if kind.type == "years" else 8)) + 1, count)


def tables(columns: Columns, values: tuple[dict[str, Array], dict[str, Array]]) -> tuple[Any, Any]:
    """The values as Arrow batches."""
    import pyarrow as pa

    found = []
    for scope, some in zip(("household", "member"), values, strict=True):
        kinds = {one.code: one for one in columns.reader.kinds[scope]}
        arrays = {}
        for code, column in some.items():
            kind = kinds.get(code)
            if kind is not None and kind.type == "enum":
                words = pa.array([one.code for one in kind.choices])
                arrays[code] = pa.DictionaryArray.from_arrays(pa.array(column), words)
            elif kind is not None and kind.type == "area":
                places = np.searchsorted(AREAS, column).astype(np.int16)
                arrays[code] = pa.DictionaryArray.from_arrays(pa.array(places), pa.array([str(one) for one in AREAS]))
            else:
                arrays[code] = pa.array(column)
        found.append(pa.RecordBatch.from_pydict(arrays))
    return found[0], found[1]


class Fisca:
    """The graph of our columns as an OpenFisca system. `eligible` and `amounts` name its variables by benefit."""

    def __init__(self, columns: Columns, given: tuple[dict[str, Array], dict[str, Array]]) -> None:
        from openfisca_core.entities import build_entity
        from openfisca_core.taxbenefitsystems import TaxBenefitSystem

        self.columns, self.steps, self.given = columns, columns.graph.steps, {*given[0], *given[1]}
        self.person = build_entity(key="person", plural="persons", label="person", is_person=True)
        self.household = build_entity(
            key="household", plural="households", label="household", roles=[{"key": "member", "plural": "members"}]
        )
        self.system = TaxBenefitSystem([self.person, self.household])
        self.names: dict[int, str] = {}
        self.tables: dict[str, Any] = {"np": np, "months_between": months_between, "days_of": days_of}
        self.kinds = {one.code: one for some in columns.reader.kinds.values() for one in some}
        for scope, some in zip((False, True), given, strict=True):
            for code in some:
                if code != "household":
                    self.add(code, scope, float if self.kinds[code].type == "won" else _types(self.kinds[code]), None)
        roots = {
            at for one in columns.graph.asked for at in (one.eligible, *(n for _, _, n in one.amounts if n is not None))
        }
        for step in self.steps:
            if isinstance(step.node, ir.Over):
                roots |= {at for at in step.args[:2] if self.steps[at].member}
        named = roots | set(columns.graph.named) | {step.at for step in self.steps if isinstance(step.node, ir.Over)}
        for step in self.steps:
            if step.at in named and step.users and not isinstance(step.node, ir.Fact | ir.Const | ir.Unset):
                self.names[step.at] = f"v{step.at}"
                wide = step.bounds is None or max(map(abs, step.bounds)) >= 2**31
                kind = bool if step.kind == "bool" else float if step.kind == "int" and wide else int
                self.add(f"v{step.at}", step.member, kind, self.formula(step))

        self.wanted: list[tuple[str, str]] = []
        """What is asked of each benefit, by the name of our result: the variable it is in."""
        for number, one in enumerate(columns.graph.asked):
            test = self.write(one.eligible, one.person)
            self.result(f"{one.benefit}/yes", f"eligible_{number}", one.person, bool, test)
            for id, _, at in one.amounts:
                if at is not None:
                    text = f"({test}) * ({self.write(at, one.person)})"
                    self.result(f"{one.benefit}/amount/{id}", f"amount_{number}_{id}", one.person, float, text)

    def result(self, what: str, name: str, member: bool, kind: type, text: str) -> None:
        self.add(name, member, kind, self.made(text, kind))
        self.wanted.append((what, name))

    def add(self, name: str, member: bool, kind: type, formula: Callable[..., Any] | None) -> None:
        from openfisca_core.periods import MONTH as EACH_MONTH
        from openfisca_core.variables import Variable

        fields: dict[str, Any] = {
            "value_type": kind, "entity": self.person if member else self.household, "definition_period": EACH_MONTH,
            "label": name,
        }  # fmt: skip
        if formula is not None:
            fields["formula"] = formula
        self.system.add_variable(type(name, (Variable,), fields))

    def formula(self, step: Any) -> Callable[..., Any]:
        return self.made(self.write(step.at, step.member, top=True), bool if step.kind == "bool" else float)

    def made(self, text: str, kind: type) -> Callable[..., Any]:
        space = dict(self.tables)
        whole = f"({text}) | unit.filled_array(False)" if kind is bool else f"{text} + unit.filled_array(0)"
        exec(f"def formula(unit, period, parameters):\n    return {whole}", space)  # the text is written above
        return space["formula"]

    def write(self, at: int, member: bool, top: bool = False) -> str:
        """The expression of a node, in a formula of a person or of a household."""
        step = self.steps[at]
        node = step.node
        reader = "unit.household" if member and not step.member else "unit"
        if not top and at in self.names:
            return f'{reader}("{self.names[at]}", period)'
        if isinstance(node, ir.Fact):
            return f'{reader}("{node.code}", period)' if node.code in self.given else "0"
        if isinstance(node, ir.Const):
            return repr(self.columns.evaluator.codes.number(node.value) if isinstance(node.value, str) else node.value)
        if isinstance(node, ir.Unset):
            return "False" if step.kind == "bool" else "0"
        if isinstance(node, ir.Over):
            return self.over(step)
        args = [self.write(one, member) for one in step.args]
        match node:
            case ir.Coalesce():
                first = self.steps[step.args[0]].node
                return args[0] if isinstance(first, ir.Fact) and first.code in self.given else args[1]
            case ir.Not():
                return f"np.logical_not({args[0]})"
            case ir.And() | ir.Or():
                return "(" + (" & " if isinstance(node, ir.And) else " | ").join(f"({one})" for one in args) + ")"
            case ir.Compare(op):
                return f"({args[0]} {'==' if op == '=' else op} {args[1]})"
            case ir.In(_, among):
                codes = self.columns.evaluator.codes
                return f"np.isin({args[0]}, {[codes.number(one) if isinstance(one, str) else one for one in among]})"
            case ir.Within(_, areas):
                tests = [f"({args[0]} // {10 ** (5 - len(one))} == {int(one)})" for one in areas if len(one) <= 5]
                return "(" + " | ".join(tests or [f"({args[0]} < 0)"]) + ")"
            case ir.Sum():
                return "(" + " + ".join(args) + ")"
            case ir.Minus():
                return f"({args[0]} - {args[1]})"
            case ir.Times():
                return f"({args[0]} * 1.0 * {args[1]})"
            case ir.Least() | ir.Most():
                how = "minimum" if isinstance(node, ir.Least) else "maximum"
                text = args[0]
                for one in args[1:]:
                    text = f"np.{how}({text}, {one})"
                return text
            case ir.If():
                return f"np.where({args[0]}, {args[1]}, {args[2]})"
            case ir.Lookup(table):
                return self.lookup(table, args)
            case ir.Round(mode, _, _, unit):
                size = f"({args[1]} * {unit})"
                inner = {
                    "down": f"np.trunc({args[0]} / {size})", "up": f"np.ceil({args[0]} / {size})",
                    "half": f"np.floor({args[0]} / {size} + 0.5)", "even": f"np.rint({args[0]} / {size})",
                }  # fmt: skip
                return f"({inner[mode]} * {unit})"
            case ir.Age():
                return f"(({args[1]} - {args[0]}) // 10000)"
            case ir.Months():
                return f"months_between({args[0]}, {args[1]})"
            case ir.Days():
                return f"(days_of({args[1]}) - days_of({args[0]}))"
            case ir.Part(_, which):
                return f"({args[0]} // 10000)" if which == "year" else f"({args[0]} // 100 % 100)"
        raise TypeError(node)

    def lookup(self, table: ir.Table, keys: list[str]) -> str:
        name = f"T{len(self.tables)}"
        codes = self.columns.evaluator.codes
        self.tables[name] = np.array([cell or 0 for cell in table.cells], np.float64)
        row, past = "0", ""
        for number, (axis, key) in enumerate(zip(table.axes, keys, strict=True)):
            size = len(axis.codes) or axis.size
            if axis.codes:
                places = np.full(len(codes.texts) + 1, max(axis.other, 0))
                for place, code in enumerate(axis.codes):
                    if code in codes.numbers:
                        places[codes.numbers[code]] = place
                self.tables[f"{name}_{number}"] = places
                place_of = f"{name}_{number}[np.asarray({key}).astype(int)]"
            else:
                place_of = f"np.clip(np.asarray({key}).astype(int) - {axis.first}, 0, {size - 1})"
                if axis.beyond == "step":
                    past = f" + {table.steps[0] or 0} * np.maximum({key} - {axis.first + size - 1}, 0)"
            row = f"({row} * {size} + {place_of})"
        return f"({name}[{row}]{past})"

    def over(self, step: Any) -> str:
        def of(at: int) -> str:
            node = self.steps[at].node
            if isinstance(node, ir.Const):
                return f"unit.members.filled_array({node.value!r})"
            if isinstance(node, ir.Fact):
                return (
                    f'unit.members("{node.code}", period)'
                    if node.code in self.given
                    else "unit.members.filled_array(0)"
                )
            inside = "unit.members" if self.steps[at].member else "unit.members.household"
            return f'{inside}("{self.names[at]}", period)' if at in self.names else self.write(at, False)

        node = step.node
        value = of(step.args[0])
        where = of(step.args[1]) if node.where is not None else None
        if node.how in {"any", "all"}:
            return f"unit.{node.how}({value})"
        if node.how in {"count", "sum"}:
            return f"unit.sum({value}{'' if where is None else f' * {where}'})"
        edge = -1e18 if node.how == "max" else 1e18
        chosen = value if where is None else f"np.where({where}, {value}, {edge})"
        best = f"unit.{node.how}({chosen})"
        if where is None:
            return best
        return f"np.where(unit.any({where}), {best}, {self.write(step.args[-1], False)})"

    def simulation(self, given: tuple[dict[str, Array], dict[str, Array]]) -> Any:
        """The households and persons put in, as its documents say for many; choices and dates by the tables that our
        reading uses."""
        from openfisca_core.simulation_builder import SimulationBuilder

        builder = SimulationBuilder()
        builder.create_entities(self.system)
        owner = given[1]["household"]
        builder.declare_person_entity("person", np.arange(len(owner)))
        household = builder.declare_entity("household", np.arange(len(given[0]["household"])))
        builder.join_with_persons(household, owner, np.array(["member"] * len(owner)))
        simulation = builder.build(self.system)
        codes = self.columns.evaluator.codes
        for some in given:
            for code, values in some.items():
                if code == "household":
                    continue
                kind = self.kinds[code]
                if kind.type == "enum":
                    values = np.array([codes.number(one.code) for one in kind.choices])[values]
                elif kind.type == "date":
                    values = self.columns.reader.days[values.astype(np.int64) - FIRST_DAY]
                simulation.set_input(code, MONTH, values)
        return simulation


def _types(kind: FactKind) -> type:
    return bool if kind.type == "bool" else int
