"""What is no mistake in a rule file and yet is rarely meant: said beside "it is good", and refused nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dure.engines.rules import ir
from dure.engines.rules.benefit import Amount, Benefit, Formula
from dure.engines.rules.contradictions import impossible, plain
from dure.engines.rules.faults import Fault, shown
from dure.engines.rules.program import Lowered
from dure.engines.rules.ranges import Bounds
from dure.engines.rules.syntax import names
from dure.engines.rules.yamlfile import LANGUAGES


def notices(benefit: Benefit, days: Sequence[Lowered]) -> tuple[Fault, ...]:
    """In the order of the file. `days`: the benefit on each day it is checked for; what hangs on figures is said where
    it is so on all of them."""

    def note(place: tuple[int, int], code: str, words: str, remedy: str = "") -> Fault:
        return Fault(*place, code, words, remedy, benefit.file)

    found: list[Fault] = []
    if not benefit.examples:
        remedy = "계산해 본 집 하나를 examples에 적으면 규칙을 고칠 때마다 확인됩니다."
        found.append(note((1, 1), "no-examples", "보기(examples)가 없습니다.", remedy))
    used = {name.word for _key, one in _formulas(benefit) for name in names(one.tree)}
    for word, one in benefit.defines.items():
        if word not in used:
            words = f"「{shown(word)}」을(를) 아무 데서도 쓰지 않습니다."
            found.append(note(one.scalar.place(one.shift), "unused", words, "쓰거나 지워 주세요."))
    for condition in benefit.each_condition():
        place = condition.test.scalar.place(condition.test.shift)
        if not condition.words.texts:
            words = f"조건 `{shown(condition.id)}`에 시민에게 보일 말(words)이 없어 식이 그대로 보입니다."
            found.append(note(place, "no-words", words, "words: {ko: …}를 적어 주세요."))
        if not condition.law:
            found.append(note(place, "no-law", f"조건 `{shown(condition.id)}`에 근거(law)가 없습니다."))
        if all(_always(condition.id, condition.excluding, one) for one in days):
            words = f"조건 `{shown(condition.id)}`는 언제나 {'아니오' if condition.excluding else '예'}입니다."
            found.append(note(place, "always", words, "견주는 값을 살피거나 지워 주세요."))
    for said in {one.id: one for day in days for one in _below_nothing(benefit, day)}.values():
        place = said.value.scalar.place(said.value.shift) if said.value else (1, 1)
        words = f"금액 `{shown(said.id)}`이(가) 0원보다 적어질 수 있습니다."
        found.append(note(place, "negative", words, "그럴 수 있으면 최대(0원, …)로 감싸 주세요."))
    dead = [set(_dead(benefit, one)) for one in days]
    formulas = dict(_formulas(benefit))
    for key, number in sorted(set.intersection(*dead)) if dead else []:
        one = formulas[key]
        words = f"이르지 못하는 갈래가 있습니다: 이 식의 {number}번째 갈래에 맞는 경우는 앞의 갈래가 먼저 가져갑니다."
        found.append(note(one.scalar.place(one.shift), "unreachable", words, "갈래의 차례와 값을 살펴 주세요."))
    texts = [("names", benefit.names), *((one.id, one.words.texts) for one in benefit.each_condition())]
    texts += [(one.id, one.words.texts) for one in benefit.amounts]
    lacking = {lang for _key, said in texts for lang in LANGUAGES if said and lang not in said}
    if lacking:
        langs = ", ".join(lang for lang in LANGUAGES if lang in lacking)
        words = f"이 말로 적지 않은 글이 있습니다: {langs}."
        found.append(note((1, 1), "languages", words, "적지 않은 말로는 한국어가 보입니다."))
    return tuple(sorted(found, key=lambda one: (one.line, one.column, one.code)))


def _below_nothing(benefit: Benefit, lowered: Lowered) -> Iterator[Amount]:
    """The amounts of which some household of the catalogue could be paid less than nothing."""
    bounds = Bounds(lowered.program.lets)
    for said, amount in zip(benefit.amounts, lowered.program.amounts, strict=True):
        within = None if amount.expr is None else bounds.of(amount.expr)
        if within is not None and within[0] < 0:
            yield said


def _formulas(benefit: Benefit) -> Iterator[tuple[str, Formula]]:
    yield from benefit.defines.items()
    for condition in benefit.each_condition():
        yield f"?{condition.id}", condition.test
        yield from ((f"{condition.id}{{{hole}", one) for hole, one in condition.words.holes.items())
    for amount in benefit.amounts:
        if amount.value is not None:
            yield f"#{amount.id}", amount.value
        if amount.times is not None:
            yield f"{amount.id}_times", amount.times
        yield from ((f"{amount.id}{{{hole}", one) for hole, one in amount.words.holes.items())
    yield from ((f"={key}", one) for key, one in benefit.outputs.items())


def _always(id: str, excluding: bool, lowered: Lowered) -> bool:
    exprs = {let.name: let.expr for let in lowered.program.lets}
    wanted = (0, 0) if excluding else (1, 1)
    return Bounds(lowered.program.lets).of(plain(exprs[f"?{id}"], exprs)) == wanted


def _dead(benefit: Benefit, lowered: Lowered) -> Iterator[tuple[str, int]]:
    """(formula, number of the branch in it from 1) of branches that earlier ones leave nothing for."""
    exprs = {let.name: let.expr for let in lowered.program.lets}
    keys = [*benefit.defines, *(f"?{one.id}" for one in benefit.each_condition())]
    roots = {key: exprs[key] for key in keys if key in exprs}
    roots |= {f"#{one.id}": one.expr for one in lowered.program.amounts if one.expr is not None}
    roots |= {f"={one.name}": one.expr for one in lowered.program.outputs if one.name in benefit.outputs}
    for key, root in roots.items():
        yield from ((key, number) for number in _branches(root, exprs))


def _branches(node: ir.Expr, exprs: Mapping[str, ir.Expr]) -> Iterator[int]:
    """Numbers of the dead branches of a chain of cases that stands at the top of an expression."""
    before: list[ir.Expr] = []
    number = 1
    while isinstance(node, ir.If):
        if before and impossible([*before, node.test], exprs):
            yield number
        before.append(ir.Not(node.test))
        node = node.other
        number += 1


__all__ = ["notices"]
