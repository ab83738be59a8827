"""From what is written to what is compiled: names looked up, types checked, parameters of the day put in.

One `Lowering` serves one benefit on one day. Every method raises `Wrong` with the character in the expression.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from dure.engines.rules import ir
from dure.engines.rules.catalogue import TYPES, Catalogue, FactKind
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
    less,
    multiply,
    need_number,
    need_rounded,
    need_same,
    scaled,
    times,
    truth,
)  # fmt: skip

FUNCTIONS = {
    "만약": "if", "if": "if", "최대": "max", "max": "max", "최소": "min", "min": "min",
    "반올림": "half", "버림": "down", "올림": "up", "짝수반올림": "even",
    "만나이": "age", "age": "age", "개월": "months", "개월수": "months", "일수": "days", "연도": "year", "월": "month",
}  # fmt: skip
BUILTINS = ("기준일", "기준연도", "기준월")
MOST_INLINED = 20_000


def number_of(day: date) -> int:
    """The int of a date: yyyymmdd."""
    return day.year * 10000 + day.month * 100 + day.day


class Lowering:
    """`defines`: the named values of the benefit, as trees. `unit` person lets facts of members stand alone."""

    def __init__(
        self, catalogue: Catalogue, parameters: Parameters, day: date, defines: Mapping[str, Syntax], unit: str
    ) -> None:
        self.catalogue, self.parameters, self.day, self.defines = catalogue, parameters, day, defines
        self.person = unit == "person"
        self.over = False
        self.lets: dict[str, ir.Let] = {}
        self.typed: dict[str, Typed] = {}
        self.inlined: dict[str, Typed] = {}
        self.used: set[str] = set()
        """Codes of parameters that were read."""

    def name(self, name: str, tree: Syntax) -> Typed:
        """Lowers a named value and keeps it as a let. Those it refers to must have been named before."""
        value = self.lower(tree)
        need_rounded(value, f"「{name}」")
        self.typed[name] = self.keep(name, value)
        return self.typed[name]

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
        if expect and (found := self.catalogue.enumerations[expect].code_of(word)) is not None:
            return Typed("enum", ir.Const(found), of=expect)
        if tree.quoted:
            if expect:
                choices = [one.ko for one in self.catalogue.enumerations[expect].choices]
                words = f"분류 `{expect}`에 「{shown(word)}」이(가) 없습니다."
                raise Wrong(
                    tree.start,
                    "unknown-name",
                    words,
                    meant(word, choices) or "쓸 수 있는 값: " + ", ".join(choices[:12]),
                )
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
        if word not in self.inlined:
            self.inlined[word] = found = self.lower(self.defines[word])
            for number, _ in enumerate(ir.walk(found.expr)):
                if number > MOST_INLINED:
                    raise Wrong(
                        tree.start, "too-deep", f"「{word}」을(를) 가구원마다 펼치면 너무 깁니다.", "식을 줄여 주세요."
                    )
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
        found = self.lower(fact.derive, fact.of)
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
                words = f"「{parameter.ko}」의 차원 `{dim.of}`에는 {want.called}이(가) 와야 하는데 {value.called}이(가) 왔습니다."
                raise Wrong(key.start, "type", words, "")
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
        digits = tree.word.rstrip("0") if len(tree.word) == 10 else tree.word
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
        return Typed("bool", ir.Compare(op, one, two), member=member)

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

    # Functions

    def call(self, tree: Call, expect: str) -> Typed:
        how = FUNCTIONS.get(tree.word)
        if how is None:
            if tree.word in self.parameters.by_word:
                raise Wrong(
                    tree.start, "index", f"「{tree.word}」은(는) 표입니다.", "둥근 괄호를 대괄호 […]로 바꾸어 주세요."
                )
            known = [
                *FUNCTIONS,
                "구간",
                "선택",
                "가구원 중 하나라도",
                "가구원 모두",
                "가구원 수",
                "가구원 합",
                "가구원 최대",
                "가구원 최소",
            ]
            words = f"모르는 함수입니다: 「{shown(tree.word)}」"
            raise Wrong(
                tree.start, "unknown-name", words, meant(tree.word, known) or "쓸 수 있는 함수: " + ", ".join(known)
            )
        if how == "if":
            return self.branches(tree, expect)
        if how in {"max", "min"}:
            return self.extreme(tree, how, expect)
        if how in {"half", "down", "up", "even"}:
            return self.rounded(tree, how)
        wanted = {"age": "생년월일, 기준일", "months": "앞 날짜, 뒤 날짜", "days": "앞 날짜, 뒤 날짜"}.get(how, "날짜")
        args = [self.lower(arg) for arg in tree.args]
        if len(args) != len(wanted.split(",")) or any(arg.unit != "date" for arg in args):
            raise Wrong(
                tree.start,
                "arguments",
                f"「{tree.word}」에는 날짜가 와야 합니다.",
                f"{tree.word}({wanted})로 적어 주세요.",
            )
        member = any(arg.member for arg in args)
        if how in {"year", "month"}:
            return Typed("", ir.Part(args[0].expr, how), member=member)
        maker, unit = {"age": (ir.Age, "년"), "months": (ir.Months, "개월"), "days": (ir.Days, "일")}[how]
        return Typed(unit, maker(args[0].expr, args[1].expr), member=member)

    def branches(self, tree: Call, expect: str) -> Typed:
        if len(tree.args) < 3 or len(tree.args) % 2 == 0:
            raise Wrong(
                tree.start,
                "arguments",
                "「만약」에는 조건과 값의 짝, 그리고 나머지 값이 와야 합니다.",
                "만약(조건, 값, 아니면 값)",
            )
        tests = [self.truth(arg, "「만약」의 조건") for arg in tree.args[:-1:2]]
        values = [self.lower(arg, expect) for arg in (*tree.args[1:-1:2], tree.args[-1])]
        return self.joined(tests, values, tree.start, "「만약」")

    def joined(self, tests: list[Typed], values: list[Typed], start: int, what: str) -> Typed:
        for value in values[1:]:
            need_same(values[0], value, start, what + "의 값")
        exprs = [value.expr for value in values]
        by = 1
        if values[0].number:
            exprs, by = scaled(values, start, what)
        found = exprs[-1]
        for test, expr in zip(reversed(tests), reversed(exprs[:-1]), strict=True):
            known = truth(test.expr)
            found = ir.If(test.expr, expr, found) if known is None else expr if known else found
        inexact = next((value for value in values if not value.exact), None)
        member = any(value.member for value in [*values, *tests])
        place = inexact.where if inexact else start
        return Typed(values[0].unit, found, ir.Const(by), inexact is None, member, values[0].of, place)

    def extreme(self, tree: Call, how: str, expect: str) -> Typed:
        if len(tree.args) < 2:
            raise Wrong(
                tree.start, "arguments", f"「{tree.word}」에는 값이 둘 이상 와야 합니다.", f"{tree.word}(0원, …)"
            )
        values = [need_number(self.lower(arg), arg.start, f"「{tree.word}」") for arg in tree.args]
        for value in values[1:]:
            need_same(values[0], value, tree.start, f"「{tree.word}」의 값")
        exprs, by = scaled(values, tree.start, f"「{tree.word}」")
        known = [number for expr in exprs if (number := const(expr)) is not None]
        if len(known) == len(exprs):
            expr: ir.Expr = ir.Const(max(known) if how == "max" else min(known))
        else:
            expr = ir.Most(tuple(exprs)) if how == "max" else ir.Least(tuple(exprs))
        inexact = next((value for value in values if not value.exact), None)
        place = inexact.where if inexact else tree.start
        return Typed(values[0].unit, expr, ir.Const(by), inexact is None, any(v.member for v in values), "", place)

    def rounded(self, tree: Call, mode: str) -> Typed:
        if len(tree.args) != 2:
            raise Wrong(
                tree.start, "arguments", f"「{tree.word}」에는 값과 단위가 와야 합니다.", f"{tree.word}(값, 1원)"
            )
        value = need_number(self.lower(tree.args[0]), tree.args[0].start, f"「{tree.word}」")
        unit = self.lower(tree.args[1])
        size = const(unit.expr)
        if not unit.exact or size is None or size < 1 or unit.unit != value.unit:
            words = f"「{tree.word}」의 단위는 {value.called}와(과) 같은 종류의 정해진 양수여야 합니다."
            example = {"원": "1원, 10원, 100원", "": "1"}.get(value.unit, f"1{value.unit}")
            raise Wrong(tree.args[1].start, "rounding", words, f"예: {example}")
        if const(value.by) == 1 and size == 1:
            return replace(value, exact=True)
        top, by = const(value.expr), const(value.by)
        node: ir.Expr = ir.Round(mode, value.expr, value.by, size)
        if top is not None and by is not None:
            node = ir.Const(rounded(mode, top, by, size))
        return Typed(value.unit, node, member=value.member, where=tree.start)

    # Members

    def members(self, tree: Over) -> Typed:
        if self.over:
            raise Wrong(
                tree.start,
                "scope",
                "가구원을 세는 식 안에서 다시 가구원을 셀 수 없습니다.",
                "`define`에 따로 이름을 붙여 주세요.",
            )
        fewest, most = {"sum": (1, 2), "max": (3, 3), "min": (3, 3)}.get(tree.word, (1, 1))
        if not fewest <= len(tree.args) <= most:
            how = {
                "sum": "가구원 합(값, 조건)",
                "max": "가구원 최대(값, 조건, 아무도 없을 때의 값)",
                "min": "가구원 최소(값, 조건, 아무도 없을 때의 값)",
            }
            raise Wrong(
                tree.start,
                "arguments",
                "괄호 안의 개수가 맞지 않습니다.",
                how.get(tree.word, "조건 하나를 적어 주세요."),
            )
        self.over = True
        try:
            if len(tree.args) == 1 and tree.word != "sum":
                value = self.truth(tree.args[0], "가구원에 대한 조건")
                where = None
            else:
                value = need_number(self.lower(tree.args[0]), tree.args[0].start, "가구원의 값")
                need_rounded(value, "가구원의 값")
                where = self.truth(tree.args[1], "가구원에 대한 조건").expr if len(tree.args) > 1 else None
        finally:
            self.over = False
        empty: ir.Expr | None = None
        if len(tree.args) == 3:
            nobody = self.lower(tree.args[2])
            need_same(value, nobody, tree.args[2].start, "가구원의 값과 아무도 없을 때의 값")
            need_rounded(nobody, "아무도 없을 때의 값")
            if nobody.member:
                raise Wrong(tree.args[2].start, "scope", "아무도 없을 때의 값은 가구원마다 다를 수 없습니다.")
            (first, empty), by = scaled([value, nobody], tree.start, "가구원의 값")
            value = replace(value, expr=first, by=ir.Const(by), exact=value.exact and nobody.exact)
        node = ir.Over(tree.word, value.expr, where, empty)
        if tree.word in {"any", "all"}:
            return Typed("bool", node)
        return Typed("", node) if tree.word == "count" else replace(value, expr=node, member=False, where=tree.start)

    def steps(self, tree: Steps) -> Typed:
        of = need_number(self.lower(tree.of), tree.of.start, "「구간」")
        tests: list[Typed] = []
        values: list[Typed] = []
        before: tuple[int, bool] | None = None
        for bound, inside, result in tree.steps:
            end = self.lower(bound)
            need_same(of, end, bound.start, "구간의 끝")
            (_, high), _ = scaled([of, end], bound.start, "구간")
            place = const(high)
            if place is None and not isinstance(high, ir.Unset):
                raise Wrong(bound.start, "steps", "구간의 끝은 정해진 값이어야 합니다.", "수나 매개변수를 적어 주세요.")
            if place is not None:
                if before is not None and (place, inside) <= before:
                    raise Wrong(
                        bound.start,
                        "steps",
                        "구간의 끝이 앞 구간보다 크지 않습니다.",
                        "작은 것부터 차례로 적어 주세요.",
                    )
                before = (place, inside)
            tests.append(self.compared("<=" if inside else "<", of, end, bound.start))
            values.append(self.lower(result))
        return self.joined(tests, [*values, self.lower(tree.otherwise)], tree.start, "「구간」")

    def choose(self, tree: Choose, expect: str) -> Typed:
        of = self.lower(tree.of)
        if of.unit != "enum":
            raise Wrong(
                tree.of.start,
                "type",
                f"「선택」에는 분류가 와야 하는데 {of.called}이(가) 왔습니다.",
                "조건으로 나누려면 만약(…)을 쓰세요.",
            )
        left = {one.code: one.ko for one in self.catalogue.enumerations[of.of].choices}
        tests: list[Typed] = []
        values: list[Typed] = []
        for case, result in tree.cases:
            one = self.lower(case, of.of)
            need_same(of, one, case.start, "「선택」")
            code = one.expr.value if isinstance(one.expr, ir.Const) else None
            if code not in left:
                raise Wrong(
                    case.start, "choices", "이미 적었거나 정해지지 않은 항목입니다.", "각 항목을 한 번씩 적어 주세요."
                )
            del left[str(code)]
            tests.append(self.compared("=", of, one, case.start))
            values.append(self.lower(result, expect))
        if tree.otherwise is not None:
            values.append(self.lower(tree.otherwise, expect))
        elif left:
            raise Wrong(
                tree.start,
                "choices",
                "빠진 항목이 있습니다: " + ", ".join(list(left.values())[:8]),
                "마저 적거나 「그 밖: 값」을 적어 주세요.",
            )
        else:
            tests.pop()
        if not values:
            raise Wrong(tree.start, "choices", "「선택」에 항목이 없습니다.", "선택(분류, 항목: 값, 그 밖: 값)")
        return self.joined(tests, values, tree.start, "「선택」")


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


__all__ = ["FUNCTIONS", "Lowering", "less", "number_of", "rounded"]
