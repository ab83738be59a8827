"""Parameters: figures of the law by date, each with its source. A figure nobody knows is null and stays unknown.

    parameters:
      - code: median_income
        ko: 기준중위소득                     # the word in expressions: 기준중위소득[가구원수]
        names: {ko: 기준 중위소득, en: …}
        type: won                           # won number ratio years months days bool
        dims: [household_size]              # none, or for each place of the index a code of an enumeration or of a fact
        law: [국민기초생활 보장법 제6조의2]
        values:
          - from: 2026-01-01                # first and last day, both inside; `to: null` has no end yet
            to: 2026-12-31
            value: {1: 2564238, 2: 4199292, …, 7: 9515150}
            more: 959198                    # for each number past the last
            confidence: seen                # seen | known | unknown
            sources: […]

One figure, or a mapping nested once for each dimension. Numbers as keys: `3`, `1-2`, `4+` (holds on for all
above). Choices of an enumeration as keys: their codes or Korean words; `그 밖` for all the rest. Ratios: `32%`,
`0.32`, `320‰`, `2/3`. With two dimensions of which the last is a number, `more` may be a mapping by the first.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import lcm

from dure.engines.rules.catalogue import CODE, MOST, TYPES, Catalogue, check_word
from dure.engines.rules.faults import meant, shown
from dure.engines.rules.ir import Axis, Table
from dure.engines.rules.yamlfile import Form, Many, Map, Node, Notes, Scalar, exact, read, whole

KEY = re.compile(r"(-?[0-9]{1,6})(?:(\+)|\s*[-~]\s*([0-9]{1,6}))?\Z")
MOST_CELLS = 20_000
OTHER = {"그 밖", "그밖", "default", "other_all"}


@dataclass(frozen=True, slots=True)
class Dimension:
    """One place of an index: numbers (`of` the fact's code), or an enumeration (`of` its code)."""

    of: str
    enum: bool
    unit: str
    high: int = 0
    """The largest number it may be."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A table that holds from `first` to `last` (both inside; None: no end). Its cells are over `scale`."""

    first: date
    last: date | None
    table: Table
    scale: int
    confidence: str
    sources: object = field(hash=False)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Parameter:
    code: str
    ko: str
    type: str
    dims: tuple[Dimension, ...]
    names: Mapping[str, str] = field(hash=False)
    law: tuple[str, ...]
    dated: tuple[Dated, ...]

    def on(self, day: date) -> Dated | None:
        """What holds on a day, or None where nothing is known of it."""
        place = bisect_right([one.first for one in self.dated], day) - 1
        if place < 0:
            return None
        found = self.dated[place]
        return found if found.last is None or day <= found.last else None


@dataclass(frozen=True)
class Parameters:
    by_code: Mapping[str, Parameter]
    text: str
    by_word: Mapping[str, Parameter] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, catalogue: Catalogue, *, file: str = "parameters.yaml") -> Parameters:
        """The parameters from their file. Faults where anything is wrong: whole or not at all."""
        notes = Notes(file)
        form = Form(read(text, file=file), notes, "매개변수 목록")
        codes: dict[str, Parameter] = {}
        words: dict[str, Parameter] = {}
        for node in form.list("parameters"):
            found = _parameter(node, catalogue, notes)
            if found is None:
                continue
            if found.code in codes or found.ko in words:
                notes.add(
                    node,
                    "twice",
                    f"매개변수 「{found.ko}」({found.code})이(가) 두 번 적혔습니다.",
                    "하나만 남겨 주세요.",
                )
            if found.ko in catalogue.by_word:
                notes.add(node, "twice", f"「{found.ko}」은(는) 이미 사실의 이름입니다.", "다른 이름을 써 주세요.")
            codes[found.code] = words[found.ko] = found
        form.get("meta")
        form.done()
        notes.stop()
        return cls(codes, text, words)

    def days(self, codes: set[str]) -> tuple[date, ...]:
        """The days on which one of these parameters changes, ends included, in order."""
        found: set[date] = set()
        for code in codes & set(self.by_code):
            for one in self.by_code[code].dated:
                found.add(one.first)
                if one.last is not None:
                    found.add(one.last + timedelta(days=1))
        return tuple(sorted(found))


def _dimensions(form: Form, catalogue: Catalogue, notes: Notes) -> tuple[Dimension, ...] | None:
    found: list[Dimension] = []
    node = form.get("dims")
    if isinstance(node, Scalar) and node.text == "none":
        return ()
    items = node.items if isinstance(node, Many) else () if node is None else (node,)
    for one in items:
        code = one.text if isinstance(one, Scalar) else ""
        fact = catalogue.facts.get(catalogue.code_of(code) or "")
        if code in catalogue.enumerations:
            found.append(Dimension(code, True, "enum"))
        elif fact is not None and fact.type == "enum":
            found.append(Dimension(fact.of, True, "enum"))
        elif fact is not None and fact.type in {"number", "years", "months", "days"}:
            found.append(Dimension(fact.code, False, TYPES[fact.type], fact.high))
        else:
            words = f"차원 「{shown(code)}」은(는) 분류도 수로 된 사실도 아닙니다."
            notes.add(one, "unknown-name", words, meant(code, [*catalogue.enumerations, *catalogue.facts]))
            return None
    if len(found) > 3:
        notes.add(form.node, "dims", "차원은 셋까지입니다.")
        return None
    return tuple(found)


def _parameter(node: Node, catalogue: Catalogue, notes: Notes) -> Parameter | None:
    form = Form(node, notes, "매개변수")
    place, word = form.scalar("code", needed=True), form.scalar("ko", needed=True)
    if place is None or word is None:
        return None
    form.what = f"매개변수 「{shown(word.text)}」"
    if not CODE.match(place.text):
        notes.add(
            place,
            "code",
            f"코드 「{shown(place.text)}」을(를) 쓸 수 없습니다.",
            "영문 소문자, 숫자, 밑줄로 적어 주세요.",
        )
    check_word(word, word.text, notes)
    form.get("type", needed=True)
    type = form.one_of("type", ("won", "number", "ratio", "years", "months", "days", "bool"), "won")
    dims = _dimensions(form, catalogue, notes)
    called = form.said("names") if form.has("names") else {"ko": word.text}
    law = form.texts("law")
    dated: list[Dated] = []
    if not form.list("values"):
        notes.add(
            node, "missing", f"{form.what}에 값이 없습니다.", "values: [{from: …, to: …, value: …}]를 적어 주세요."
        )
    for one in form.list("values"):
        inner = Form(one, notes, f"{form.what}의 값")
        first, last = inner.date("from"), inner.date("to")
        if first is None:
            inner.get("from", needed=True)
        confidence = inner.one_of("confidence", ("seen", "known", "unknown"), "known")
        sources = inner.plain("sources") or inner.plain("source")
        inner.asked |= {"source", "sources", "value", "more"}
        value = inner.entries.get("value")
        if value is None:
            inner.get("value", needed=True)
        if first is None or value is None or dims is None:
            continue
        if last is not None and last < first:
            notes.add(one, "dates", "끝나는 날이 시작하는 날보다 앞섭니다.", "from과 to를 살펴 주세요.")
            continue
        table, scale = _Cells(place.text, type, dims, catalogue, notes).table(value[1], inner.get("more"))
        inner.done()
        dated.append(Dated(first, last, table, scale, confidence, sources, one.line))
    for key in ("unit", "per", "rounding"):
        form.plain(key)
    form.done()
    dated.sort(key=lambda one: one.first)
    for before, after in pairwise(dated):
        if before.last is None or before.last >= after.first:
            words = f"{form.what}의 기간이 겹칩니다: {after.first}부터의 값"
            notes.add(
                (after.line, 1), "dates", words, f"앞 값의 to를 {after.first - timedelta(days=1)}까지로 적어 주세요."
            )
    if dims is None:
        return None
    return Parameter(place.text, word.text, type, dims, called, law, tuple(dated))


class _Cells:
    """Reads one value: fills cells by their keys, then lays them out as a table."""

    def __init__(self, code: str, type: str, dims: tuple[Dimension, ...], catalogue: Catalogue, notes: Notes) -> None:
        self.code, self.type, self.dims, self.catalogue, self.notes = code, type, dims, catalogue, notes
        self.found: dict[tuple[int | str, ...], Fraction | None] = {}

    def figure(self, node: Node) -> Fraction | None:
        if isinstance(node, Scalar):
            if node.nothing:
                return None
            if self.type == "ratio":
                value = exact(node.text)
            elif self.type == "bool":
                value = {"예": Fraction(1), "true": Fraction(1), "아니오": Fraction(0), "false": Fraction(0)}.get(
                    node.text
                )
            else:
                number = whole(node.text)
                value = None if number is None else Fraction(number)
            if value is not None and abs(value) <= MOST and value.denominator <= 10**9:
                return value
        what = {"ratio": "비율(32%, 0.32, 2/3)", "bool": "예나 아니오"}.get(self.type, "정수")
        said = shown(node.text) if isinstance(node, Scalar) else "묶음"
        self.notes.add(
            node, "value", f"{what}이(가) 와야 하는데 「{said}」이(가) 왔습니다.", "차원(dims)의 수와 값을 살펴 주세요."
        )
        return None

    def fill(self, node: Node, keys: tuple[int | str, ...]) -> None:
        if len(keys) == len(self.dims):
            if keys in self.found:
                said = ", ".join(str(key) or "그 밖" for key in keys)
                self.notes.add(node, "twice", f"칸 {said}이(가) 두 번 적혔습니다.", "범위가 겹치지 않게 적어 주세요.")
            self.found[keys] = self.figure(node)
            return
        dim = self.dims[len(keys)]
        if isinstance(node, Scalar) and node.nothing:
            return
        if not isinstance(node, Map):
            self.notes.add(node, "shape", f"차원 `{dim.of}`의 묶음이 와야 합니다.", "{1: …, 2: …}처럼 적어 주세요.")
            return
        for text, (place, value) in node.entries.items():
            for key in self.keys(text, place, len(keys)):
                if len(self.found) > MOST_CELLS:
                    self.notes.add(place, "too-long", f"표가 {MOST_CELLS:,}칸을 넘습니다.")
                    return
                self.fill(value, (*keys, key))

    def keys(self, text: str, place: Scalar, level: int) -> tuple[int | str, ...]:
        dim = self.dims[level]
        if dim.enum:
            enumeration = self.catalogue.enumerations[dim.of]
            if text in OTHER and enumeration.code_of(text) is None:
                return ("",)
            code = enumeration.code_of(text)
            if code is not None:
                return (code,)
            words = f"분류 `{dim.of}`에 「{shown(text)}」이(가) 없습니다."
            self.notes.add(place, "unknown-name", words, meant(text, [one.ko for one in enumeration.choices]))
            return ()
        match = KEY.match(text)
        if not match:
            self.notes.add(
                place,
                "number",
                f"수로 된 칸 이름이 아닙니다: 「{shown(text)}」",
                "3, 1-2, 4+ 가운데 하나로 적어 주세요.",
            )
            return ()
        first = int(match[1])
        last = int(match[3]) if match[3] else dim.high if match[2] else first
        if not first <= last <= first + 500:
            self.notes.add(
                place,
                "number",
                f"칸 이름 「{shown(text)}」의 범위가 거꾸로이거나 너무 넓습니다.",
                "작은 수부터 적어 주세요.",
            )
            return ()
        return tuple(range(first, last + 1))

    def table(self, node: Node, more: Node | None) -> tuple[Table, int]:
        self.fill(node, ())
        axes: list[Axis] = []
        for level, dim in enumerate(self.dims):
            used = {keys[level] for keys in self.found}
            if dim.enum:
                codes = tuple(one.code for one in self.catalogue.enumerations[dim.of].choices if one.code in used)
                axes.append(Axis(codes=(*codes, ""), other=len(codes) if "" in used else -1))
                continue
            numbers = sorted(int(key) for key in used) or [0]
            beyond = "step" if more is not None and level == len(self.dims) - 1 else "unknown"
            axes.append(Axis(numbers[0], min(numbers[-1] - numbers[0], MOST_CELLS) + 1, (), beyond))
        if more is not None and (not self.dims or self.dims[-1].enum):
            self.notes.add(more, "dims", "`more`는 마지막 차원이 수일 때만 씁니다.", "지워 주세요.")
            more = None
        spots: list[tuple[int | str, ...]] = [()]
        rows: list[tuple[int | str, ...]] = [()]
        for number, axis in enumerate(axes):
            rows = spots
            keys: Iterable[int | str] = axis.codes or range(axis.first, axis.first + axis.size)
            spots = [(*spot, key) for spot in spots for key in keys]
            if len(spots) > MOST_CELLS:
                self.notes.add(
                    node, "too-long", f"표가 {MOST_CELLS:,}칸을 넘습니다.", f"차원 {number + 1}의 범위를 줄여 주세요."
                )
                return Table(self.code, (), (None,)), 1
        values = [self.found.get(spot) for spot in spots]
        steps: list[Fraction | None] = []
        if more is not None:
            steps = self.steps(more, rows)
        scale = lcm(*(value.denominator for value in [*values, *steps] if value is not None), 1)
        cells = tuple(None if value is None else int(value * scale) for value in values)
        return Table(
            self.code, tuple(axes), cells, tuple(None if value is None else int(value * scale) for value in steps)
        ), scale

    def steps(self, more: Node, rows: list[tuple[int | str, ...]]) -> list[Fraction | None]:
        if isinstance(more, Scalar):
            return [self.figure(more)] * len(rows)
        inner = _Cells(self.code, self.type, self.dims[:-1], self.catalogue, self.notes)
        inner.fill(more, ())
        return [inner.found.get(row) for row in rows]


__all__ = ["Dated", "Dimension", "Parameter", "Parameters"]
