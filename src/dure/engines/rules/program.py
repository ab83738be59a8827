"""A benefit on a day as a program: everything in its file looked up, typed and lowered (see `ir`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from dure.engines.rules import ir
from dure.engines.rules.benefit import Benefit, Condition, Formula, Group
from dure.engines.rules.catalogue import Catalogue, area_start
from dure.engines.rules.faults import Fault, Wrong
from dure.engines.rules.functions import Lowering
from dure.engines.rules.parameters import Parameters
from dure.engines.rules.syntax import Name
from dure.engines.rules.typed import Typed, both, need_rounded


@dataclass(frozen=True)
class Lowered:
    """A program with what explaining needs beside it: for each formula of the file its typed expression."""

    program: ir.Program
    defines: Mapping[str, Typed]
    conditions: Mapping[str, Typed]
    holes: Mapping[str, Typed]
    """Holes of sayings by what stands between their braces."""
    used: frozenset[str]
    """Codes of the parameters that were read."""
    units: Mapping[ir.Expr, str]
    """Units of the sides of comparisons of whole numbers."""


def program(
    benefit: Benefit, catalogue: Catalogue, parameters: Parameters, day: date, fault: Callable[[Fault], None]
) -> Lowered | None:
    """The benefit on a day. Every fault is handed to `fault`; None where there was one."""
    trees = {word: one.tree for word, one in benefit.defines.items()}
    lowering = Lowering(catalogue, parameters, day, trees, benefit.unit)
    well = True

    def take(one: Formula, make: Callable[[], Typed]) -> Typed | None:
        nonlocal well
        try:
            return make()
        except Wrong as wrong:
            well = False
            if wrong.code != "broken-name":
                fault(one.fault(wrong, benefit.file))
            return None

    for word, one in benefit.defines.items():
        for known, what in ((catalogue.by_word, "사실"), (parameters.by_word, "매개변수")):
            if word in known:
                well = False
                wrong = Wrong(0, "twice", f"「{word}」은(는) 이미 {what}의 이름입니다.", "다른 이름을 써 주세요.")
                fault(one.fault(wrong, benefit.file))
        take(one, lambda word=word, one=one: lowering.name(word, one.tree))  # type: ignore[misc]

    conditions: dict[str, Typed] = {}
    for condition in benefit.each_condition():
        found = take(condition.test, lambda c=condition: _test(lowering, c, benefit.unit))  # type: ignore[misc]
        if found is not None:
            conditions[condition.id] = found
    area = _area(benefit, catalogue, lowering, fault) if benefit.areas else None
    well = well and (area is not None or not benefit.areas)
    amounts: list[ir.Amount] = []
    outputs: list[ir.Let] = []
    for amount in benefit.amounts:
        expr: ir.Expr | None = None
        if amount.value is not None:
            value = take(amount.value, lambda a=amount.value: _result(lowering, a, benefit.unit, "원"))  # type: ignore[misc]
            expr = value.expr if value else None
        amounts.append(ir.Amount(amount.id, amount.per, expr))
        if amount.times is not None:
            value = take(amount.times, lambda a=amount.times: _result(lowering, a, benefit.unit, ""))  # type: ignore[misc]
            if value is not None:
                outputs.append(_output(f"{amount.id}_times", value))
    for key, output in benefit.outputs.items():
        value = take(output, lambda o=output: _result(lowering, o, benefit.unit, None))  # type: ignore[misc]
        if value is not None:
            outputs.append(_output(key, value))
    holes: dict[str, Typed] = {}
    for said in [c.words for c in benefit.each_condition()] + [a.words for a in benefit.amounts]:
        for text, hole in said.holes.items():
            value = take(hole, lambda h=hole: lowering.whole(h.tree))  # type: ignore[misc]
            if value is not None:
                holes[text] = value
    if not well:
        return None
    eligible = _tree(benefit.conditions, conditions)
    if area is not None:
        eligible = both((area, eligible), ir.And)
    lets = tuple(lowering.lets.values())
    done = ir.Program(benefit.id, benefit.unit, lets, eligible, tuple(amounts), tuple(outputs))
    return Lowered(done, dict(lowering.typed), conditions, holes, frozenset(lowering.used), lowering.units)


def _test(lowering: Lowering, condition: Condition, unit: str) -> Typed:
    lowering.whole(condition.test.tree)
    value = lowering.truth(condition.test.tree, "조건")
    if value.member and unit == "household":  # pragma: no cover - lower refuses it before
        raise Wrong(0, "scope", "가구 단위 급여의 조건은 가구원마다 다를 수 없습니다.")
    name = f"?{condition.id}"
    lowering.lets[name] = ir.Let(name, value.expr, "bool", "bool", value.member)
    return value


def _result(lowering: Lowering, one: Formula, unit: str, want: str | None) -> Typed:
    value = lowering.whole(one.tree)
    need_rounded(value, "결과")
    if want is not None and value.unit != want:
        what = "금액은 원이어야" if want == "원" else "횟수는 단위 없는 수여야"
        raise Wrong(0, "type", f"{what} 하는데 {value.called}입니다.", "단위를 살펴 주세요.")
    if not isinstance(value.by, ir.Const):
        raise Wrong(value.where, "division", "나눈 값을 결과로 쓸 수 없습니다.", "반올림(…)으로 감싸 주세요.")
    return value


def _output(key: str, value: Typed) -> ir.Let:
    scale = value.by.value if isinstance(value.by, ir.Const) else 1
    unit = value.of if value.unit == "enum" else value.unit
    return ir.Let(key, value.expr, ir.kind(value.expr), unit, value.member, int(scale))


def _area(benefit: Benefit, catalogue: Catalogue, lowering: Lowering, fault: Callable[[Fault], None]) -> ir.Expr | None:
    """The condition that one lives where a local benefit holds: the catalogue's first fact of type area."""
    home = next((one for one in catalogue.facts.values() if one.type == "area"), None)
    try:
        if home is None:
            raise Wrong(
                0,
                "area",
                "사실 목록에 사는 곳(type: area)이 없어 areas를 쓸 수 없습니다.",
                "사실 목록에 더하거나 areas를 지워 주세요.",
            )
        value = lowering.lower(Name(0, home.ko))
    except Wrong as wrong:
        fault(Fault(1, 1, wrong.code, wrong.words, wrong.remedy, benefit.file))
        return None
    node = ir.Within(value.expr, tuple(map(area_start, benefit.areas)))
    lowering.lets["?area"] = ir.Let("?area", node, "bool", "bool", value.member)
    return ir.Ref("?area", "bool")


def _tree(group: Group, conditions: Mapping[str, Typed]) -> ir.Expr:
    parts = tuple(
        ir.Ref(f"?{one.id}", "bool") if isinstance(one, Condition) else _tree(one, conditions) for one in group.of
    )
    if group.how == "none":
        return both(tuple(ir.Not(one) for one in parts), ir.And)
    return both(parts, ir.Or if group.how == "any" else ir.And)


__all__ = ["Lowered", "program"]
