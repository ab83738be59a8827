"""Typed values while a rule is lowered: kinds, units, exact fractions as numerator and denominator, and what
may be done to them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd, lcm

from dure.engines.rules import ir
from dure.engines.rules.faults import Wrong

ONE = ir.Const(1)
UNIT_WORDS = {
    "원": "원", "": "수", "년": "년(나이)", "개월": "개월", "일": "일", "date": "날짜", "bool": "예/아니오",
    "enum": "분류", "area": "지역",
}  # fmt: skip
EXAMPLE = {"원": "0원", "": "3", "년": "18세", "개월": "24개월", "일": "30일"}


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression with its type. Its value is `expr` / `by`; `exact` False: a fraction that has not been rounded.

    `unit`: 원, 년, 개월, 일 or nothing (plain numbers) for numbers; date, bool, enum, area otherwise. `of`: the
    enumeration. `member`: it differs by member. `where`: where in the text it became a fraction.
    """

    unit: str
    expr: ir.Expr
    by: ir.Expr = ONE
    exact: bool = True
    member: bool = False
    of: str = ""
    where: int = 0

    @property
    def number(self) -> bool:
        return self.unit in {"원", "", "년", "개월", "일"}

    @property
    def called(self) -> str:
        if self.number and not self.exact:
            return "비율" if self.unit == "" else f"반올림하지 않은 {UNIT_WORDS[self.unit]}"
        return f"분류({self.of})" if self.unit == "enum" else UNIT_WORDS[self.unit]


def const(node: ir.Expr) -> int | None:
    if isinstance(node, ir.Const) and isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value
    return None


def times(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    a, b = const(left), const(right)
    if a is not None and b is not None:
        return ir.Const(a * b)
    if b == 1:
        return left
    if a == 1:
        return right
    return ir.Times(left, right)


def total(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    a, b = const(left), const(right)
    if a is not None and b is not None:
        return ir.Const(a + b)
    parts = (*(left.args if isinstance(left, ir.Sum) else (left,)), right)
    return ir.Sum(parts)


def less(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    a, b = const(left), const(right)
    return ir.Const(a - b) if a is not None and b is not None else ir.Minus(left, right)


def truth(node: ir.Expr) -> bool | None:
    return node.value if isinstance(node, ir.Const) and isinstance(node.value, bool) else None


def both(args: tuple[ir.Expr, ...], how: type[ir.And] | type[ir.Or]) -> ir.Expr:
    """And/Or of several, flat and without constants."""
    found: list[ir.Expr] = []
    stops = how is ir.Or
    for arg in args:
        known = truth(arg)
        if known is stops:
            return ir.Const(stops)
        if known is None:
            found.extend(arg.args if isinstance(arg, (ir.And, ir.Or)) and isinstance(arg, how) else (arg,))
    if not found:
        return ir.Const(not stops)
    return found[0] if len(found) == 1 else how(tuple(found))


def need_number(value: Typed, start: int, what: str) -> Typed:
    if not value.number:
        raise Wrong(start, "type", f"{what}에는 수가 와야 하는데 {value.called}이(가) 왔습니다.")
    return value


def need_same(left: Typed, right: Typed, start: int, what: str) -> None:
    if left.unit != right.unit or left.of != right.of:
        remedy = (
            f"단위를 맞추어 주세요. 예: {EXAMPLE[left.unit]}"
            if left.unit in EXAMPLE
            else "양쪽의 종류를 맞추어 주세요."
        )
        raise Wrong(start, "type", f"{what}의 양쪽이 다릅니다: {left.called}, {right.called}.", remedy)


def need_rounded(value: Typed, what: str) -> None:
    """A sum of won (or years …) that is still a fraction may not be used as one."""
    if not value.exact and value.unit != "":
        words = f"{what}에 쓰기 전에 반올림하지 않았습니다: 여기서 {value.unit} 단위가 아닌 값이 될 수 있습니다."
        unit = {"원": "1원", "년": "1세", "개월": "1개월", "일": "1일"}[value.unit]
        raise Wrong(
            value.where,
            "unrounded",
            words,
            f"반올림(…, {unit}), 버림(…, {unit}), 올림(…, {unit}) 가운데 하나로 감싸 주세요.",
        )


def scaled(values: list[Typed], start: int, what: str) -> tuple[list[ir.Expr], int]:
    """Numerators over one common denominator."""
    dens = []
    for value in values:
        by = const(value.by)
        if by is None:
            raise Wrong(
                value.where, "division", f"{what} 안에서 나눈 값을 쓸 수 없습니다.", "먼저 반올림(…)으로 감싸 주세요."
            )
        dens.append(by)
    common = lcm(*dens)
    return [times(value.expr, ir.Const(common // by)) for value, by in zip(values, dens, strict=True)], common


def add(left: Typed, right: Typed, sign: str, start: int) -> Typed:
    need_number(left, start, f"`{sign}`")
    need_number(right, start, f"`{sign}`")
    need_same(left, right, start, f"`{sign}`")
    a, b = const(left.by), const(right.by)
    if a is not None and b is not None:
        (one, two), by = scaled([left, right], start, f"`{sign}`")
        den: ir.Expr = ir.Const(by)
    else:
        one, two = times(left.expr, right.by), times(right.expr, left.by)
        den = times(left.by, right.by)
    expr = total(one, two) if sign == "+" else less(one, two)
    return Typed(
        left.unit, expr, den, left.exact and right.exact, left.member or right.member, "", where(left, right, start)
    )


def where(left: Typed, right: Typed, start: int) -> int:
    return start if left.exact and right.exact else left.where if not left.exact else right.where


def multiply(left: Typed, right: Typed, start: int) -> Typed:
    need_number(left, start, "`*`")
    need_number(right, start, "`*`")
    if left.unit and right.unit:
        words = f"{left.called}과(와) {right.called}은(는) 서로 곱할 수 없습니다."
        raise Wrong(start, "type", words, "한쪽은 단위 없는 수나 비율이어야 합니다.")
    expr, by = reduced(times(left.expr, right.expr), times(left.by, right.by))
    exact = left.exact and right.exact
    unit = left.unit or right.unit
    money = left if left.unit else right
    place = where(left, right, start)
    if unit:
        place = start if money.exact else money.where
    return Typed(unit, expr, by, exact, left.member or right.member, "", place)


def divide(left: Typed, right: Typed, start: int) -> Typed:
    need_number(left, start, "`/`")
    need_number(right, start, "`/`")
    if right.unit and right.unit != left.unit:
        words = f"{left.called}을(를) {right.called}(으)로 나눌 수 없습니다."
        raise Wrong(start, "type", words, "같은 단위로 나누거나 단위 없는 수로 나누어 주세요.")
    divisor = const(right.expr)
    if divisor == 0:
        raise Wrong(start, "division", "0으로 나눕니다.", "나누는 값을 살펴 주세요.")
    top, bottom = times(left.expr, right.by), times(left.by, right.expr)
    if divisor is not None and divisor < 0:
        top, bottom = times(top, ir.Const(-1)), times(bottom, ir.Const(-1))
    expr, by = reduced(top, bottom)
    return Typed("" if right.unit else left.unit, expr, by, False, left.member or right.member, "", start)


def reduced(expr: ir.Expr, by: ir.Expr) -> tuple[ir.Expr, ir.Expr]:
    """Takes common factors of constants out: keeps products small."""
    den = const(by)
    if den is None or den <= 1:
        return expr, by
    number = const(expr)
    if number is not None:
        common = gcd(number, den)
        return ir.Const(number // common), ir.Const(den // common)
    if isinstance(expr, ir.Times) and (factor := const(expr.right)) is not None:
        common = gcd(factor, den)
        return times(expr.left, ir.Const(factor // common)), ir.Const(den // common)
    if isinstance(expr, ir.Times) and (factor := const(expr.left)) is not None:
        common = gcd(factor, den)
        return times(ir.Const(factor // common), expr.right), ir.Const(den // common)
    return expr, by


def as_ref(value: Typed, name: str) -> Typed:
    """The same type, its value read from a let."""
    return replace(value, expr=ir.Ref(name, ir.kind(value.expr)))
