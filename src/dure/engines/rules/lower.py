"""From what is written to what is compiled: names looked up, types checked, parameters of the day put in.

One `functions.Lowering` serves one benefit on one day. Every method raises `Wrong` with the character in the
expression.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from dure.engines.rules import ir
from dure.engines.rules.catalogue import TYPES, Catalogue, FactKind, area_start
from dure.engines.rules.faults import Wrong, meant, shown
from dure.engines.rules.parameters import Parameter, Parameters
from dure.engines.rules.syntax import (
    Among,
    Call,
    Choose,
    Day,
    Index,
    Name,
    Number,
    Over,
    Pair,
    Sign,
    Steps,
    Syntax,
    Truth,
)  # fmt: skip
from dure.engines.rules.typed import (
    Typed,
    add,
    as_ref,
    both,
    const,
    divide,
    multiply,
    need_number,
    need_rounded,
    need_same,
    scaled,
    times,
    truth,
)  # fmt: skip

NOTHING = "모름"
BUILTINS = ("기준일", "기준연도", "기준월")
MOST_INLINED = 20_000
MOST_DEEP = 120


def number_of(day: date) -> int:
    """The int of a date: yyyymmdd."""
    return day.year * 10000 + day.month * 100 + day.day


class Base:
    """Names and operators. `defines`: the named values of the benefit, as trees. `unit` person lets facts of
    members stand alone.
    """

    def __init__(
        self, catalogue: Catalogue, parameters: Parameters, day: date, defines: Mapping[str, Syntax], unit: str
    ) -> None:
        self.catalogue, self.parameters, self.day, self.defines = catalogue, parameters, day, defines
        self.person = unit == "person"
        self.over = False
        self.lets: dict[str, ir.Let] = {}
        self.typed: dict[str, Typed] = {}
        self.inlined: dict[str, Typed] = {}
        self.broken: dict[str, Wrong] = {}
        """Why a value cannot stand in a loop over members."""
        self.asked: Typed | None = None
        """The fact whose `derive` is being lowered: what 「모름」 is unknown of."""
        self.used: set[str] = set()
        """Codes of parameters that were read."""
        self.units: dict[ir.Expr, str] = {}
        """Unit of the two sides of a comparison of whole numbers."""

    def name(self, name: str, tree: Syntax) -> Typed:
        """Lowers a named value and keeps it as a let. Those it refers to must have been named before."""
        value = self.whole(tree)
        need_rounded(value, f"「{name}」")
        self.typed[name] = self.keep(name, value)
        if value.member:
            self.inline(name)
        return self.typed[name]

    def whole(self, tree: Syntax) -> Typed:
        """Lowers a whole formula. Wrong where it goes too deep."""
        value = self.lower(tree)
        if max(ir.depth(value.expr), ir.depth(value.by)) > MOST_DEEP:
            raise Wrong(tree.start, "too-deep", "식이 너무 깊습니다.", "`define`에 이름을 붙여 나누어 주세요.")
        return value

    def inline(self, name: str) -> None:
        """Writes a value that differs by member out as it stands in loops over members; what cannot be is left out."""
        over, self.over = self.over, True
        try:
            found = self.whole(self.defines[name])
        except Wrong as wrong:
            self.broken[name] = wrong
            return
        finally:
            self.over = over
        if any(number > MOST_INLINED for number, _ in enumerate(ir.walk(found.expr))):
            words = f"「{name}」을(를) 가구원마다 펼치면 너무 깁니다."
            self.broken[name] = Wrong(0, "too-deep", words, "식을 줄여 주세요.")
        else:
            self.inlined[name] = found

    def keep(self, name: str, value: Typed) -> Typed:
        """Puts a value into a let; what is a constant, or has a divisor that varies, stays where it is written."""
        scale = const(value.by)
        if scale is None or isinstance(value.expr, (ir.Const, ir.Unset)):
            return value
        unit = value.of if value.unit == "enum" else value.unit
        self.lets[name] = ir.Let(name, value.expr, ir.kind(value.expr), unit, value.member, scale)
        return as_ref(value, name)

    def lower(self, tree: Syntax, expect: str = "") -> Typed:
        """`expect`: the enumeration a bare word may be a choice of."""
        match tree:
            case Number():
                ratio = tree.unit in {"%", "‰"} or tree.value.denominator != 1
                unit = "" if tree.unit in {"%", "‰"} else tree.unit
                top, by = ir.Const(tree.value.numerator), ir.Const(tree.value.denominator)
                return Typed(unit, top, by, not ratio, where=tree.start)
            case Day():
                return Typed("date", ir.Const(number_of(tree.value)))
            case Truth():
                return Typed("bool", ir.Const(tree.value))
            case Name():
                return self.named(tree, expect)
            case Index():
                return self.index(tree)
            case Sign():
                return self.sign(tree)
            case Pair():
                return self.pair(tree)
            case Among():
                return self.among(tree)
            case Call():
                return self.call(tree, expect)
            case Over():
                return self.members(tree)
            case Steps():
                return self.steps(tree)
            case Choose():
                return self.choose(tree, expect)
        raise Wrong(tree.start, "syntax", "읽을 수 없는 식입니다.")

    # Names

    def known(self) -> list[str]:
        return [*self.defines, *self.catalogue.by_word, *self.parameters.by_word, *BUILTINS]

    def named(self, tree: Name, expect: str) -> Typed:
        word = tree.word
        if word == NOTHING and not tree.quoted:
            if self.asked is None:
                raise Wrong(tree.start, "type", f"「{NOTHING}」은 사실의 derive에서만 씁니다.", "값을 적어 주세요.")
            return replace(self.asked, expr=ir.Unset("", ir.kind(self.asked.expr)), member=False, where=tree.start)
        if expect and (found := self.catalogue.enumerations[expect].code_of(word)) is not None:
            return Typed("enum", ir.Const(found), of=expect)
        if tree.quoted:
            if expect:
                choices = [one.ko for one in self.catalogue.enumerations[expect].choices]
                words = f"분류 `{expect}`에 「{shown(word)}」이(가) 없습니다."
                remedy = f"{meant(word, choices)} 쓸 수 있는 값: {', '.join(choices[:12])}".strip()
                raise Wrong(tree.start, "unknown-name", words, remedy)
            words = f"따옴표로 감싼 「{shown(word)}」은(는) 분류와 비교할 때만 씁니다."
            raise Wrong(tree.start, "type", words, "분류 = '…'처럼 적어 주세요.")
        if word in self.defines:
            return self.define(tree)
        if word in self.catalogue.by_word:
            return self.fact(self.catalogue.by_word[word], tree.start)
        if word in self.parameters.by_word:
            parameter = self.parameters.by_word[word]
            if parameter.dims:
                dims = ", ".join(dim.of for dim in parameter.dims)
                raise Wrong(
                    tree.start, "index", f"「{word}」은(는) 표입니다.", f"{word}[…]처럼 차원({dims})을 적어 주세요."
                )
            return self.parameter(parameter, (), tree.start)
        if word in BUILTINS:
            value = {"기준일": number_of(self.day), "기준연도": self.day.year, "기준월": self.day.month}[word]
            return Typed("date" if word == "기준일" else "", ir.Const(value))
        choices = [one.ko for one in self.catalogue.enumerations[expect].choices] if expect else []
        words = f"모르는 이름입니다: 「{shown(word)}」"
        remedy = (
            meant(word, [*choices, *self.known()]) or "사실 목록(facts.yaml), 매개변수, define에 있는 이름을 써 주세요."
        )
        raise Wrong(tree.start, "unknown-name", words, remedy)

    def define(self, tree: Name) -> Typed:
        word = tree.word
        value = self.typed.get(word)
        if value is None:
            raise Wrong(
                tree.start, "broken-name", f"「{word}」에 잘못이 있어 쓸 수 없습니다.", "그 식부터 고쳐 주세요."
            )
        if not value.member or not self.over:
            return replace(value, where=tree.start)
        if word in self.broken:
            wrong = self.broken[word]
            words = f"「{word}」을(를) 가구원마다 볼 수 없습니다: {wrong}"
            raise Wrong(tree.start, wrong.code, words, wrong.remedy)
        return replace(self.inlined[word], where=tree.start)

    def fact(self, fact: FactKind, start: int) -> Typed:
        member = fact.scope == "member"
        if member and not (self.over or self.person):
            words = f"「{fact.ko}」은(는) 가구원마다 다른 값입니다."
            raise Wrong(
                start, "scope", words, f"가구원 중 하나라도({fact.ko} …), 가구원 수(…)처럼 누구의 값인지 적어 주세요."
            )
        kind = {"bool": "bool", "enum": "code", "area": "area"}.get(fact.type, "int")
        codes = tuple(one.code for one in fact.choices)
        node: ir.Expr = ir.Fact(fact.code, kind, fact.scope, fact.low, fact.high, codes)
        by = ir.Const(fact.scale)
        value = Typed(
            "" if fact.type == "ratio" else TYPES[fact.type], node, by, fact.type != "ratio", member, fact.of, start
        )
        if fact.derive is None:
            return value
        name = f"@{fact.code}"
        if member and self.over:
            if name not in self.inlined:
                self.inlined[name] = self.derived(fact, value)
            return self.inlined[name]
        if name not in self.typed:
            over, self.over = self.over, False
            person, self.person = self.person, self.person and member
            self.typed[name] = self.keep(name, self.derived(fact, value))
            self.over, self.person = over, person
        return replace(self.typed[name], where=start)

    def derived(self, fact: FactKind, value: Typed) -> Typed:
        assert fact.derive is not None
        before, self.asked = self.asked, value
        found = self.lower(fact.derive, fact.of)
        self.asked = before
        need_rounded(found, f"사실 「{fact.ko}」의 derive")
        need_same(value, found, 0, f"사실 「{fact.ko}」의 derive")
        if not value.exact or not found.exact:
            (first, second), by = scaled([value, found], 0, "derive")
            return replace(value, expr=ir.Coalesce(first, second), by=ir.Const(by))
        return replace(value, expr=ir.Coalesce(value.expr, found.expr))

    def parameter(self, parameter: Parameter, keys: tuple[ir.Expr, ...], start: int) -> Typed:
        self.used.add(parameter.code)
        truth_kind = parameter.type == "bool"
        unit = "" if parameter.type == "ratio" else TYPES[parameter.type]
        exact = parameter.type != "ratio"
        dated = parameter.on(self.day)
        if dated is None:
            return Typed(unit, ir.Unset(parameter.code, "bool" if truth_kind else "int"), exact=exact, where=start)
        node: ir.Expr
        values = tuple(key.value for key in keys if isinstance(key, ir.Const))
        if len(values) == len(keys):
            cell = dated.table.at(values)
            if cell is None:
                node = ir.Unset(parameter.code, "bool" if truth_kind else "int")
            else:
                node = ir.Const(bool(cell) if truth_kind else cell)
        else:
            node = ir.Lookup(dated.table, keys)
            if truth_kind:
                node = ir.Compare("!=", node, ir.Const(0))
        return Typed(unit, node, ir.Const(dated.scale), exact, where=start)

    def index(self, tree: Index) -> Typed:
        parameter = self.parameters.by_word.get(tree.name.word)
        if parameter is None:
            if tree.name.word in self.known():
                words = f"「{shown(tree.name.word)}」은(는) 표가 아닙니다."
                raise Wrong(tree.start, "index", words, "대괄호를 지워 주세요.")
            words = f"모르는 표입니다: 「{shown(tree.name.word)}」"
            raise Wrong(tree.start, "unknown-name", words, meant(tree.name.word, self.parameters.by_word))
        if len(tree.keys) != len(parameter.dims):
            words = f"「{parameter.ko}」의 차원은 {len(parameter.dims)}개인데 {len(tree.keys)}개를 적었습니다."
            raise Wrong(tree.start, "index", words, ", ".join(dim.of for dim in parameter.dims))
        keys: list[ir.Expr] = []
        member = False
        for dim, key in zip(parameter.dims, tree.keys, strict=True):
            value = self.lower(key, dim.of if dim.enum else "")
            want = Typed(dim.unit, value.expr, of=dim.of if dim.enum else "")
            if (
                not value.exact
                or value.unit not in {want.unit, "" if want.number else want.unit}
                or value.of != want.of
            ):
                words = f"「{parameter.ko}」의 차원 `{dim.of}`의 자리에 {value.called}이(가) 왔습니다."
                raise Wrong(key.start, "type", words, f"{want.called}을(를) 적어 주세요.")
            keys.append(value.expr)
            member = member or value.member
        return replace(self.parameter(parameter, tuple(keys), tree.start), member=member)

    # Operators

    def truth(self, tree: Syntax, what: str) -> Typed:
        value = self.lower(tree)
        if value.unit != "bool":
            raise Wrong(
                tree.start,
                "type",
                f"{what}에는 예/아니오가 와야 하는데 {value.called}이(가) 왔습니다.",
                "비교(<=, = …)를 적어 주세요.",
            )
        return value

    def sign(self, tree: Sign) -> Typed:
        if tree.word == "not":
            value = self.truth(tree.of, "「아님」 뒤")
            known = truth(value.expr)
            return replace(value, expr=ir.Not(value.expr) if known is None else ir.Const(not known))
        value = need_number(self.lower(tree.of), tree.start, "`-` 뒤")
        return replace(value, expr=times(value.expr, ir.Const(-1)))

    def pair(self, tree: Pair) -> Typed:
        word = tree.word
        if word in {"and", "or"}:
            what = "「그리고」의 양쪽" if word == "and" else "「또는」의 양쪽"
            left, right = self.truth(tree.left, what), self.truth(tree.right, what)
            joined = both((left.expr, right.expr), ir.And if word == "and" else ir.Or)
            return Typed("bool", joined, member=left.member or right.member)
        if word in {"+", "-", "*", "/"}:
            left, right = self.lower(tree.left), self.lower(tree.right)
            if word == "*":
                return multiply(left, right, tree.start)
            return divide(left, right, tree.start) if word == "/" else add(left, right, word, tree.start)
        left, right = self.sides(tree.left, tree.right)
        return self.compared(word, left, right, tree.start)

    def sides(self, one: Syntax, two: Syntax) -> tuple[Typed, Typed]:
        """Two sides of a comparison: a bare word on one may be a choice of the other's enumeration, or an area."""
        try:
            left = self.lower(one)
        except Wrong:
            if not isinstance(one, Name):
                raise
            right = self.lower(two)
            return (self.lower(one, right.of) if right.of else self.area(one, right)), right
        if left.unit == "area" and isinstance(two, Name) and two.quoted:
            return left, self.area(two, left)
        return left, self.lower(two, left.of)

    def area(self, tree: Name, other: Typed) -> Typed:
        if other.unit != "area" or not tree.quoted:
            return self.lower(tree)
        digits = area_start(tree.word)
        if not (digits.isascii() and digits.isdigit() and 2 <= len(digits) <= 10):
            raise Wrong(
                tree.start,
                "area",
                f"지역 코드가 아닙니다: 「{shown(tree.word)}」",
                "법정동코드의 앞자리(2~10자리 숫자)를 적어 주세요.",
            )
        return Typed("area", ir.Const(digits))

    def compared(self, op: str, left: Typed, right: Typed, start: int) -> Typed:
        need_same(left, right, start, f"`{op}`")
        need_rounded(left, f"`{op}`")
        need_rounded(right, f"`{op}`")
        member = left.member or right.member
        if left.unit == "area":
            if not isinstance(right.expr, ir.Const) or op not in {"=", "!="}:
                raise Wrong(start, "type", "지역은 = '코드', != '코드', in ('코드', …)로만 견줍니다.")
            inside: ir.Expr = ir.Within(left.expr, (str(right.expr.value),))
            return Typed("bool", inside if op == "=" else ir.Not(inside), member=member)
        if op not in {"=", "!="} and left.unit in {"bool", "enum"}:
            raise Wrong(start, "type", f"{left.called}은(는) = 와 != 로만 견줍니다.")
        one, two = left.expr, right.expr
        if left.number:
            (one, two), _ = scaled([left, right], start, f"`{op}`")
        if isinstance(one, ir.Const) and isinstance(two, ir.Const):
            a, b = one.value, two.value
            if isinstance(a, int) and isinstance(b, int):
                found = {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]
            else:
                found = (a == b) is (op == "=")
            return Typed("bool", ir.Const(found))
        node = ir.Compare(op, one, two)
        if left.exact and right.exact:
            self.units[node] = left.unit
        return Typed("bool", node, member=member)

    def among(self, tree: Among) -> Typed:
        value = self.lower(tree.of)
        chosen: list[ir.Value] = []
        for choice in tree.choices:
            one = (
                self.area(choice, value)
                if isinstance(choice, Name) and value.unit == "area"
                else self.lower(choice, value.of)
            )
            need_same(value, one, choice.start, "「중 하나」")
            if not isinstance(one.expr, ir.Const) or const(one.by) != const(value.by):
                raise Wrong(
                    choice.start,
                    "type",
                    "「중 하나」의 괄호 안에는 정해진 값만 적습니다.",
                    "식은 = 와 「또는」으로 적어 주세요.",
                )
            chosen.append(one.expr.value)
        inside: ir.Expr
        if value.unit == "area":
            inside = ir.Within(value.expr, tuple(map(str, chosen)))
        else:
            need_rounded(value, "「중 하나」")
            inside = ir.In(value.expr, tuple(dict.fromkeys(chosen)))
        return Typed("bool", inside if tree.inside else ir.Not(inside), member=value.member)

    # What the names of functions mean is in `functions`.

    def call(self, tree: Call, expect: str) -> Typed:
        raise NotImplementedError

    def members(self, tree: Over) -> Typed:
        raise NotImplementedError

    def steps(self, tree: Steps) -> Typed:
        raise NotImplementedError

    def choose(self, tree: Choose, expect: str) -> Typed:
        raise NotImplementedError


def rounded(mode: str, number: int, by: int, unit: int) -> int:
    """number / by to a multiple of unit, as `ir` says it. Whole numbers only, so always exact."""
    size = by * unit
    many, left = divmod(abs(number), size)
    if mode == "up":
        many += left > 0
    elif mode == "half":
        many += 2 * left >= size
    elif mode == "even":
        many += 2 * left > size or (2 * left == size and many % 2 == 1)
    return many * unit if number >= 0 else -many * unit


__all__ = ["Base", "number_of", "rounded"]
