"""The rule language as written: a tree with places, before any name is looked up, and the hand-written Pratt parser.

    선정기준 = 반올림(기준중위소득[가구원수] * 32%, 1원)
    18세 <= 나이 < 65세 그리고 아님 (직역연금수급 또는 거주지 in ('11', '41'))
    구간(총급여액, 400만원 미만: 총급여액 * 165/400, 900만원 미만: 165만원, 그 밖: 0원)

Binding, loosest first: 또는 · 그리고 · 아님 · comparisons (may be chained) · + - · * / · sign · index and call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dure.engines.rules.faults import Wrong, shown
from dure.engines.rules.lexer import Token, lex

MOST_DEPTH = 60
MOST_PARTS = 800
MOST_TREE = 100
"""Levels of the tree: everything after may go down it by calling itself."""

COMPARISONS = ("<=", ">=", "!=", "<", ">", "=")


@dataclass(frozen=True, slots=True)
class Syntax:
    start: int


@dataclass(frozen=True, slots=True)
class Number(Syntax):
    value: Fraction
    unit: str
    """원, 년, 개월, 일, % (a ratio, as ‰ is) or nothing."""


@dataclass(frozen=True, slots=True)
class Day(Syntax):
    value: date


@dataclass(frozen=True, slots=True)
class Truth(Syntax):
    value: bool


@dataclass(frozen=True, slots=True)
class Name(Syntax):
    word: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Index(Syntax):
    name: Name
    keys: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Call(Syntax):
    word: str
    args: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Sign(Syntax):
    """`not` or `-` before something."""

    word: str
    of: Syntax


@dataclass(frozen=True, slots=True)
class Pair(Syntax):
    """Something between two: and, or, + - * /, or a comparison."""

    word: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Among(Syntax):
    of: Syntax
    choices: tuple[Syntax, ...]
    inside: bool
    """False for `!= (…) 중 하나`."""


@dataclass(frozen=True, slots=True)
class Over(Syntax):
    """Over the members: any, all, count, sum, max, min."""

    word: str
    args: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Steps(Syntax):
    """`구간(x, 400만원 미만: a, …, 그 밖: z)`; a step is (bound, whether the bound itself is inside, result)."""

    of: Syntax
    steps: tuple[tuple[Syntax, bool, Syntax], ...]
    otherwise: Syntax


@dataclass(frozen=True, slots=True)
class Choose(Syntax):
    """`선택(지역, 서울: a, 경기: b, 그 밖: c)`."""

    of: Syntax
    cases: tuple[tuple[Syntax, Syntax], ...]
    otherwise: Syntax | None


def parse(text: str) -> Syntax:
    """The tree of one expression. Wrong, with the character, for anything that is none."""
    reader = _Parser(lex(text))
    found = reader.expression(0)
    if reader.now.kind != "end":
        raise reader.unexpected("식이 끝나야 할 자리입니다")
    level: list[object] = [found]
    for _ in range(MOST_TREE):
        level = [part for one in level for part in _under(one)]
        if not level:
            return found
    raise Wrong(0, "too-deep", "식이 너무 깊거나 깁니다.", "`define`에 이름을 붙여 나누어 주세요.")


def _under(tree: object) -> tuple[object, ...]:
    if isinstance(tree, Syntax):
        found = tuple(getattr(tree, slot) for slot in type(tree).__slots__)
        return tuple(one for one in found if isinstance(one, Syntax | tuple))
    return tuple(one for one in tree if isinstance(one, Syntax | tuple)) if isinstance(tree, tuple) else ()


def names(tree: Syntax) -> tuple[Name, ...]:
    """Every name in a tree, indexed ones included, in the order of the text."""
    found: list[Name] = []
    todo: list[object] = [tree]
    while todo:
        one = todo.pop()
        if isinstance(one, Name):
            found.append(one)
        elif isinstance(one, tuple):
            todo.extend(one)
        elif isinstance(one, Syntax):
            todo.extend(getattr(one, slot) for slot in type(one).__slots__)
    return tuple(sorted(found, key=lambda name: name.start))


class _Parser:
    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        if len(tokens) > MOST_PARTS:
            raise Wrong(
                tokens[MOST_PARTS].start, "too-long", "식이 너무 깁니다.", "`define`에 이름을 붙여 나누어 주세요."
            )

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.now
        if token.kind != "end":
            self.at += 1
        return token

    def sign(self, text: str) -> bool:
        if self.now.kind == "sign" and self.now.text == text:
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.sign(text):
            raise self.unexpected(f"`{text}`이(가) 와야 합니다")

    def unexpected(self, words: str) -> Wrong:
        token = self.now
        what = "식이 여기서 끝났습니다" if token.kind == "end" else f"「{shown(token.text)}」이(가) 왔습니다"
        remedy = "괄호와 쉼표의 짝을 살펴 주세요."
        if token.kind == "sign" and token.text == "%":
            remedy = "%는 수 바로 뒤에 붙여 주세요."
        return Wrong(token.start, "syntax", f"{words}. {what}.", remedy)

    def expression(self, floor: int) -> Syntax:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Wrong(self.now.start, "too-deep", "괄호가 너무 깊습니다.", "`define`에 이름을 붙여 나누어 주세요.")
        left = self.first()
        while True:
            strength, word = self.strength()
            if strength <= floor:
                break
            left = self.comparison(left) if strength == 4 else self.pair(left, word, strength)
        self.depth -= 1
        return left

    def strength(self) -> tuple[int, str]:
        token = self.now
        if token.kind in {"or", "and"}:
            return (1 if token.kind == "or" else 2), token.kind
        if token.kind == "in":
            return 4, "in"
        if token.kind == "sign":
            if token.text in COMPARISONS:
                return 4, token.text
            return {"+": 5, "-": 5, "*": 6, "/": 6}.get(token.text, 0), token.text
        return 0, ""

    def pair(self, left: Syntax, word: str, strength: int) -> Syntax:
        start = self.take().start
        return Pair(start, word, left, self.expression(strength))

    def comparison(self, left: Syntax) -> Syntax:
        """One comparison, or a chain of them: `18세 <= 나이 < 65세` is both."""
        found: Syntax | None = None
        while True:
            strength, word = self.strength()
            if strength != 4:
                break
            start = self.take().start
            if word == "in":
                one: Syntax = Among(start, left, self.choices(), True)
            elif word in {"=", "!="} and self.list_ahead():
                choices = self.choices()
                self.take()
                one = Among(start, left, choices, word == "=")
            else:
                right = self.expression(4)
                one = Pair(start, word, left, right)
                left = right
            found = one if found is None else Pair(start, "and", found, one)
        assert found is not None
        return found

    def list_ahead(self) -> bool:
        """Whether `(…) 중 하나` follows."""
        if not (self.now.kind == "sign" and self.now.text == "("):
            return False
        depth = 0
        for number in range(self.at, len(self.tokens)):
            token = self.tokens[number]
            if token.kind == "sign" and token.text in "()":
                depth += 1 if token.text == "(" else -1
                if depth == 0:
                    return self.tokens[number + 1].kind == "among"
        return False

    def choices(self) -> tuple[Syntax, ...]:
        self.need("(")
        found = [self.expression(4)]
        while self.sign(","):
            found.append(self.expression(4))
        self.need(")")
        return tuple(found)

    def first(self) -> Syntax:
        token = self.take()
        match token.kind:
            case "number":
                assert isinstance(token.value, Fraction)
                return Number(token.start, token.value, token.unit)
            case "date":
                assert isinstance(token.value, date)
                return Day(token.start, token.value)
            case "true" | "false":
                return Truth(token.start, token.kind == "true")
            case "not":
                return Sign(token.start, "not", self.expression(3))
            case "over":
                return Over(token.start, token.text, self.arguments())
            case "quoted":
                return Name(token.start, token.text, True)
            case "word":
                return self.word(token)
        if token.kind == "sign" and token.text == "-":
            return Sign(token.start, "-", self.expression(6))
        if token.kind == "sign" and token.text == "(":
            found = self.expression(0)
            self.need(")")
            return found
        self.at -= token.kind != "end"
        raise self.unexpected("값이 와야 합니다")

    def arguments(self) -> tuple[Syntax, ...]:
        self.need("(")
        found: list[Syntax] = []
        if self.sign(")"):
            return ()
        while True:
            found.append(self.expression(0))
            if self.sign(")"):
                return tuple(found)
            self.need(",")

    def word(self, token: Token) -> Syntax:
        name = Name(token.start, token.text)
        if self.now.kind == "sign" and self.now.text == ".":
            if token.text != "본인":
                raise Wrong(self.now.start, "syntax", "점(.)은 「본인.」 뒤에서만 씁니다.", "이름만 적어 주세요.")
            self.take()
            inner = self.take()
            if inner.kind != "word":
                raise Wrong(inner.start, "syntax", "「본인.」 뒤에는 이름이 와야 합니다.", "본인.나이처럼 적어 주세요.")
            return Name(inner.start, inner.text)
        if self.sign("["):
            keys = [self.expression(0)]
            while self.sign(","):
                keys.append(self.expression(0))
            self.need("]")
            return Index(token.start, name, tuple(keys))
        if self.now.kind == "sign" and self.now.text == "(":
            if token.text == "구간":
                return self.steps(token.start)
            if token.text == "선택":
                return self.choose(token.start)
            return Call(token.start, token.text, self.arguments())
        return name

    def steps(self, start: int) -> Syntax:
        self.need("(")
        of = self.expression(0)
        found: list[tuple[Syntax, bool, Syntax]] = []
        while self.sign(","):
            if self.now.kind == "else":
                return Steps(start, of, tuple(found), self.last())
            inside = self.sign("<=")
            before = inside or self.sign("<")
            bound = self.expression(4)
            if not before:
                word = self.take()
                if word.kind not in {"to", "below"}:
                    self.at -= word.kind != "end"
                    raise self.unexpected("구간의 끝에는 「미만」이나 「이하」가 와야 합니다")
                inside = word.kind == "to"
            self.need(":")
            found.append((bound, inside, self.expression(0)))
        raise self.unexpected("구간은 「그 밖: 값」으로 끝나야 합니다")

    def choose(self, start: int) -> Syntax:
        self.need("(")
        of = self.expression(0)
        found: list[tuple[Syntax, Syntax]] = []
        while self.sign(","):
            if self.now.kind == "else":
                return Choose(start, of, tuple(found), self.last())
            case = self.expression(4)
            self.need(":")
            found.append((case, self.expression(0)))
        self.need(")")
        return Choose(start, of, tuple(found), None)

    def last(self) -> Syntax:
        self.take()
        self.need(":")
        found = self.expression(0)
        self.need(")")
        return found


__all__ = [
    "Among", "Call", "Choose", "Day", "Index", "Name", "Number", "Over", "Pair", "Sign", "Steps", "Syntax", "Truth",
    "names", "parse",
]  # fmt: skip
