"""The functions of the language, the loops over members, steps and choices, typed and lowered."""

from __future__ import annotations

from dataclasses import replace

from dure.engines.rules import ir
from dure.engines.rules.dates import days_between, months_between, years_between
from dure.engines.rules.faults import Wrong, meant, shown
from dure.engines.rules.lower import Base, rounded
from dure.engines.rules.syntax import Call, Choose, Over, Steps
from dure.engines.rules.typed import Typed, const, need_number, need_rounded, need_same, scaled, truth

FUNCTIONS = {
    "만약": "if", "if": "if", "최대": "max", "max": "max", "최소": "min", "min": "min",
    "반올림": "half", "버림": "down", "올림": "up", "짝수반올림": "even",
    "만나이": "age", "age": "age", "개월": "months", "개월수": "months", "일수": "days", "연도": "year", "월": "month",
}  # fmt: skip


class Lowering(Base):
    """The whole language."""

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
        days = [day for arg in args if (day := const(arg.expr)) is not None]
        if how in {"year", "month"}:
            part = ir.Const(days[0] // 10000 if how == "year" else days[0] // 100 % 100) if days else None
            return Typed("", part or ir.Part(args[0].expr, how), member=member)
        maker, unit = {"age": (ir.Age, "년"), "months": (ir.Months, "개월"), "days": (ir.Days, "일")}[how]
        if len(days) == 2:
            between = {"age": years_between, "months": months_between, "days": days_between}[how]
            return Typed(unit, ir.Const(between(*days)))
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


__all__ = ["FUNCTIONS", "Lowering"]
