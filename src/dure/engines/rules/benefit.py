"""One benefit as its file says it: words for people kept as they are, expressions parsed with their places.

`read_benefit` takes a file apart and notes every fault of form; what the expressions mean is found out by `program`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from dure.engines.rules.catalogue import check_word, ordered
from dure.engines.rules.faults import Fault, Wrong, shown
from dure.engines.rules.syntax import Syntax, names, parse
from dure.engines.rules.yamlfile import Form, Many, Map, Node, Notes, Scalar, languages, plain

ID = re.compile(r"[a-z][a-z0-9-]{1,63}\Z")
KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z")
LEVELS = ("national", "province", "municipality")
UNITS = ("household", "person")
PERS = ("month", "quarter", "year", "once", "in_kind")
KINDS = (
    "counts_as_income", "not_counted", "excludes", "offset", "reduces", "choose_one", "passports", "independent",
    "allowed_with", "full_amount_for", "deduction", "better_rate", "terminates", "to_check",
)  # fmt: skip
"""Kinds of interaction. `excludes`, `choose_one`, `offset` and `reduces` change totals (see `combine`); the
rest is said.
"""
HOLE = re.compile(r"\{([^{}\n]{1,400})\}")
MOST_NAMES = 200
MOST_CONDITIONS = 100
MOST_NESTED = 6


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression of the file: its tree and where each character of it stands."""

    tree: Syntax = field(hash=False)
    scalar: Scalar
    shift: int = 0

    @property
    def text(self) -> str:
        return self.scalar.text

    def fault(self, wrong: Wrong, file: str) -> Fault:
        line, column = self.scalar.place(wrong.start + self.shift)
        return Fault(line, column, wrong.code, wrong.words, wrong.remedy, file)


@dataclass(frozen=True, slots=True)
class Saying:
    """A text in languages with holes `{선정기준}`; `holes` are their expressions by what stands between the braces."""

    texts: Mapping[str, str] = field(hash=False)
    holes: Mapping[str, Formula] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Condition:
    id: str
    test: Formula
    words: Saying
    law: str
    excluding: bool
    """It stands under `none`: one has to say no to it."""
    line: int


@dataclass(frozen=True, slots=True)
class Group:
    """`how`: all, any or none of the conditions and groups in it."""

    how: str
    of: tuple[Condition | Group, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    id: str
    per: str
    value: Formula | None
    words: Saying
    times: Formula | None
    """How many payments there are at most (months, quarters …), where that is bounded. Becomes output `<id>_times`."""


@dataclass(frozen=True, slots=True)
class Interaction:
    kind: str
    with_: tuple[str, ...]
    rule: Mapping[str, str] = field(hash=False)
    place: tuple[int, int] = (1, 1)
    """Line and column in the file."""


@dataclass(frozen=True, slots=True)
class Example:
    """A test of the file. `given` and `expect` are the JSON of `eval`; `within` is the difference in won that
    is forgiven.
    """

    id: str
    on: date
    given: object = field(hash=False)
    expect: Mapping[str, object] = field(hash=False)
    within: int
    origin: str
    source: object = field(hash=False)
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Check:
    """What is not sure: its words in languages, and as of when (a date, a month or a year as it is said)."""

    texts: Mapping[str, str] = field(hash=False)
    as_of: str = ""


@dataclass(frozen=True)
class Benefit:
    id: str
    names: Mapping[str, str]
    body: str
    through: str
    level: str
    areas: tuple[str, ...]
    unit: str
    category: str
    law: tuple[str, ...]
    first: date | None
    last: date | None
    before: str
    """`unknown`: it was there before `first`, in a way the file does not know. Else `none`."""
    defines: Mapping[str, Formula]
    """In an order in which each refers only to earlier ones."""
    conditions: Group
    amounts: tuple[Amount, ...]
    outputs: Mapping[str, Formula]
    interactions: tuple[Interaction, ...]
    examples: tuple[Example, ...]
    confidence: str
    to_check: tuple[Check, ...]
    about: Mapping[str, object]
    """apply, period, deadline, documents, sources, category … as plain values: no rule reads them."""
    text: str
    file: str

    def in_force(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def unknown_on(self, day: date) -> bool:
        """Whether it was there on a day, in a way the file does not know."""
        return self.before == "unknown" and self.first is not None and day < self.first

    def each_condition(self) -> Iterator[Condition]:
        """Its conditions in the order of the file."""
        yield from _conditions(self.conditions)


def _conditions(group: Group) -> Iterator[Condition]:
    for one in group.of:
        if isinstance(one, Condition):
            yield one
        else:
            yield from _conditions(one)


def formula(node: Node | None, notes: Notes, what: str) -> Formula | None:
    if node is None:
        return None
    if not isinstance(node, Scalar):
        notes.add(node, "shape", f"{what}에는 식 하나가 와야 합니다.", "따옴표로 감싼 식을 적어 주세요.")
        return None
    try:
        return Formula(parse(node.text), node)
    except Wrong as wrong:
        notes.add(node.place(wrong.start), wrong.code, wrong.words, wrong.remedy)
        return None


def saying(form: Form, key: str, notes: Notes) -> Saying:
    texts = form.said(key) if form.has(key) else {}
    node = form.get(key)
    scalars: dict[str, Scalar] = {}
    if isinstance(node, Scalar):
        scalars["ko"] = node
    elif isinstance(node, Map):
        scalars = {lang: value for lang, (_, value) in node.entries.items() if isinstance(value, Scalar)}
    holes: dict[str, Formula] = {}
    for scalar in scalars.values():
        for hole in HOLE.finditer(scalar.text):
            try:
                holes.setdefault(hole[1], Formula(parse(hole[1]), scalar, hole.start(1)))
            except Wrong as wrong:
                notes.add(scalar.place(hole.start(1) + wrong.start), wrong.code, wrong.words, wrong.remedy)
        left = HOLE.sub(lambda hole: "·" * len(hole[0]), scalar.text)
        if (lone := re.search(r"[{}]", left)) is not None:
            words = "중괄호의 짝이 맞지 않습니다."
            notes.add(scalar.place(lone.start()), "syntax", words, "{이름}처럼 여닫거나 지워 주세요.")
    return Saying(texts, holes)


def read_benefit(node: Node, text: str, notes: Notes) -> Benefit | None:
    """The benefit, or None with the reasons noted. Nothing is looked up yet."""
    form = Form(node, notes, "급여 파일")
    place = form.scalar("benefit", needed=True)
    if place is not None and not ID.match(place.text):
        notes.add(
            place,
            "code",
            f"급여의 id 「{shown(place.text)}」을(를) 쓸 수 없습니다.",
            "영문 소문자, 숫자, 붙임표로 적어 주세요.",
        )
    called = form.said("names", needed=True)
    provider = form.form("provider")
    body = provider.text("body", needed=True) if provider else ""
    through = provider.text("through") if provider else ""
    if provider:
        provider.done()
    else:
        form.get("provider", needed=True)
    level = form.one_of("level", LEVELS, "national")
    unit = form.one_of("unit", UNITS, "household")
    form.get("unit", needed=True)
    force = form.form("in_force")
    first, last = (force.date("from"), force.date("to")) if force else (None, None)
    before = "none"
    if force:
        before = force.one_of("before", ("none", "unknown"), "none")
        force.done()
    if first and last and last < first:
        notes.add(form.node, "dates", "in_force의 끝나는 날이 시작하는 날보다 앞섭니다.", "from과 to를 살펴 주세요.")
    areas = form.texts("areas")
    for area in areas:
        if not re.fullmatch(r"[0-9]{2,10}", area):
            notes.add(
                form.entries["areas"][1],
                "area",
                f"지역 코드가 아닙니다: 「{shown(area)}」",
                "법정동코드의 앞자리를 적어 주세요.",
            )
    defines = _defines(form, notes)
    conditions = _top(form, notes)
    amounts = tuple(one for node in form.list("amounts") if (one := _amount(node, notes)) is not None)
    outputs = _outputs(form, notes)
    if not list(_conditions(conditions)) and not amounts and not outputs:
        notes.add(form.node, "missing", "조건(conditions)도 금액(amounts)도 결과(outputs)도 없습니다.")
    seen: set[str] = set()
    for key in [one.id for one in amounts] + list(outputs) + [f"{one.id}_times" for one in amounts if one.times]:
        if key in seen:
            notes.add(form.node, "twice", f"금액이나 결과 `{shown(key)}`가 두 번 적혔습니다.", "id를 바꾸어 주세요.")
        seen.add(key)
    relations = [_interaction(one, notes) for one in form.list("interactions")]
    interactions = tuple(one for one in relations if one is not None)
    tests = [_example(one, notes) for one in form.list("examples")]
    examples = tuple(one for one in tests if one is not None)
    for number, example in enumerate(examples):
        if any(example.id == other.id for other in examples[:number]):
            words = f"보기 `{shown(example.id)}`가 두 번 적혔습니다."
            notes.add((example.line, example.column), "twice", words, "id를 바꾸어 주세요.")
    confidence = form.one_of("confidence", ("seen", "known"), "known")
    to_check = tuple(_check(one, notes) for one in form.list("to_check"))
    category, law = form.said("category").get("ko", ""), form.texts("law")
    about = {
        key: form.plain(key)
        for key in ("apply", "period", "deadline", "documents", "sources", "source", "contact", "summary", "category")
    }
    form.done()
    if notes.found or place is None:
        return None
    return Benefit(
        place.text, called, body, through, level, areas, unit, category, law, first, last, before, defines, conditions,
        amounts, outputs, interactions, examples, confidence, to_check, about, text, notes.file,
    )  # fmt: skip


def _check(node: Node, notes: Notes) -> Check:
    """One entry of `to_check`: a text, or texts in languages with `as_of`."""
    if not isinstance(node, Map):
        return Check(languages(node, notes, "to_check"))
    as_of = node.entries.get("as_of")
    words = {key: entry for key, entry in node.entries.items() if key != "as_of"}
    said = languages(Map(words, node.line, node.column), notes, "to_check")
    return Check(said, as_of[1].text if as_of and isinstance(as_of[1], Scalar) else "")


def _defines(form: Form, notes: Notes) -> dict[str, Formula]:
    inner = form.form("define")
    found: dict[str, Formula] = {}
    for word, (place, node) in (inner.entries if inner else {}).items():
        check_word(place, word, notes)
        one = formula(node, notes, f"「{shown(word)}」")
        if one is not None:
            found[word] = one
    if len(found) > MOST_NAMES:
        notes.add(form.node, "too-long", f"define이 {MOST_NAMES}개를 넘습니다.", "나누어 주세요.")
        return {}
    rests = {word: [name.word for name in names(one.tree) if not name.quoted] for word, one in found.items()}
    order, cycle = ordered(rests)
    if cycle:
        path = " → ".join(cycle)
        second = next(name for name in names(found[cycle[0]].tree) if name.word == cycle[1])
        where = found[cycle[0]].scalar.place(second.start)
        notes.add(
            where,
            "cycle",
            f"이름이 돌고 돌아 자기 자신을 가리킵니다: {path}",
            "이 가운데 한 식에서 고리를 끊어 주세요.",
        )
        return {}
    return {word: found[word] for word in order}


def _top(form: Form, notes: Notes) -> Group:
    node = form.get("conditions")
    if node is None:
        return Group("all", ())
    count: dict[str, int] = {}
    if isinstance(node, Many):
        found = [_branch(one, notes, False, 1, count) for one in node.items]
        return Group("all", tuple(one for one in found if one is not None))
    return Group("all", tuple(_groups(node, notes, False, 1, count)))


def _groups(
    node: Node, notes: Notes, excluding: bool, depth: int, count: dict[str, int]
) -> Iterator[Condition | Group]:
    form = Form(node, notes, "조건의 묶음")
    if depth > MOST_NESTED:
        notes.add(node, "too-deep", f"조건이 {MOST_NESTED}겹을 넘습니다.", "줄여 주세요.")
        return
    some = False
    for how in ("all", "any", "none"):
        items = form.list(how)
        if not items and form.has(how):
            notes.add(form.node, "missing", f"`{how}`에 조건이 없습니다.", "조건을 적거나 지워 주세요.")
        if items:
            some = True
            out = excluding != (how == "none")
            found = [_branch(one, notes, out, depth + 1, count) for one in items]
            yield Group(how, tuple(one for one in found if one is not None))
    form.done()
    if not some and isinstance(node, Map):
        notes.add(node, "missing", "조건의 묶음에 all, any, none이 없습니다.", "all: 아래에 조건을 적어 주세요.")


def _branch(node: Node, notes: Notes, excluding: bool, depth: int, count: dict[str, int]) -> Condition | Group | None:
    if isinstance(node, Map) and not {"if", "id"} & set(node.entries):
        inner = tuple(_groups(node, notes, excluding, depth, count))
        return inner[0] if len(inner) == 1 else Group("all", inner)
    form = Form(node, notes, "조건")
    place = form.scalar("id", needed=True)
    test = formula(form.get("if", needed=True), notes, "조건의 `if`")
    words = saying(form, "words", notes)
    law = form.text("law")
    form.done()
    if place is None or test is None:
        return None
    if not KEY.match(place.text):
        notes.add(
            place,
            "code",
            f"조건의 id 「{shown(place.text)}」을(를) 쓸 수 없습니다.",
            "영문 소문자, 숫자, 밑줄로 적어 주세요.",
        )
    count[place.text] = count.get(place.text, 0) + 1
    if count[place.text] == 2:
        notes.add(place, "twice", f"조건 `{place.text}`가 두 번 적혔습니다.", "id를 바꾸어 주세요.")
    if len(count) == MOST_CONDITIONS + 1:
        notes.add(place, "too-long", f"조건이 {MOST_CONDITIONS}개를 넘습니다.", "나누어 주세요.")
    return Condition(place.text, test, words, law, excluding, place.line)


def _amount(node: Node, notes: Notes) -> Amount | None:
    form = Form(node, notes, "금액")
    place = form.scalar("id", needed=True)
    form.get("per", needed=True)
    per = form.one_of("per", PERS, "month")
    value = formula(form.get("value", needed=per != "in_kind"), notes, "금액의 `value`")
    times = formula(form.get("times"), notes, "금액의 `times`")
    words = saying(form, "words", notes)
    form.plain("law")
    form.done()
    if place is None:
        return None
    if not KEY.match(place.text):
        notes.add(
            place,
            "code",
            f"금액의 id 「{shown(place.text)}」을(를) 쓸 수 없습니다.",
            "영문 소문자, 숫자, 밑줄로 적어 주세요.",
        )
    return Amount(place.text, per, value, words, times)


def _outputs(form: Form, notes: Notes) -> dict[str, Formula]:
    inner = form.form("outputs")
    found: dict[str, Formula] = {}
    for key, (place, node) in (inner.entries if inner else {}).items():
        if not KEY.match(key):
            notes.add(
                place,
                "code",
                f"결과의 이름 「{shown(key)}」을(를) 쓸 수 없습니다.",
                "영문 소문자, 숫자, 밑줄로 적어 주세요.",
            )
        one = formula(node, notes, f"결과 `{shown(key)}`")
        if one is not None:
            found[key] = one
    return found


def _interaction(node: Node, notes: Notes) -> Interaction | None:
    form = Form(node, notes, "다른 급여와의 관계")
    form.get("kind", needed=True)
    kind = form.one_of("kind", KINDS, "independent")
    form.get("with", needed=True)
    others = tuple(part.strip() for one in form.texts("with") for part in one.split(",") if part.strip())
    for other in others:
        if not ID.match(other):
            notes.add(
                node, "code", f"급여의 id가 아닙니다: 「{shown(other)}」", "영문 소문자, 숫자, 붙임표로 적어 주세요."
            )
    rule = form.said("rule") if form.has("rule") else {}
    form.plain("law")
    form.done()
    return Interaction(kind, others, rule, (node.line, node.column))


def _example(node: Node, notes: Notes) -> Example | None:
    form = Form(node, notes, "보기")
    id, on = form.text("id", needed=True), form.date("on")
    if on is None:
        form.get("on", needed=True)
    given, expect = form.get("given", needed=True), form.get("expect", needed=True)
    within = form.whole("within") or 0
    origin = form.text("origin")
    source = form.plain("source") or form.plain("sources")
    form.asked |= {"source", "sources", "confidence", "verified"}
    form.done()
    if on is None or given is None or expect is None:
        return None
    said = plain(expect)
    if not isinstance(said, dict) or not isinstance(given, Map):
        notes.add(node, "shape", "given과 expect에는 이름과 값의 묶음이 와야 합니다.")
        return None
    if not set(said) - {"member"}:
        notes.add(expect, "missing", "expect에 아무것도 적지 않았습니다.", "eligible: true처럼 결과를 적어 주세요.")
    return Example(id, on, plain(given), said, within, origin, source, node.line, node.column)


__all__ = [
    "Amount",
    "Benefit",
    "Check",
    "Condition",
    "Example",
    "Formula",
    "Group",
    "Interaction",
    "Saying",
    "read_benefit",
]
