"""The catalogue of facts: what a household may be asked, under which Korean word, in which type and range.

enumerations:
  region_class:
    names: {ko: 지역 구분, en: Region class}
    choices:
      - {code: seoul, names: {ko: 서울, en: Seoul, …}}
facts:
  - code: recognized_income           # in JSON, columns, addresses
    ko: 소득인정액                      # the word in expressions
    type: won                         # won number ratio years months days date bool enum area
    scope: household                  # household | member
    range: [-10억, 100억]              # needed for won, number, ratio; widths of integers are proved from it
    unit: 원                           # only shown
    names: {ko: 소득인정액, en: …}       # shown; ko by default
    question: {ko: …, en: …, zh: …, vi: …, ja: …}
    help: {ko: …}
    cost: 5                           # cheap ones are asked first (10 where not said; 100: never, if derived)
    aliases: [income_recognized]      # other codes taken in JSON
    of: region_class                  # enum only
    scale: 1000                       # ratio only: kept in whole 1/scale
    derive: "가구원 수(예)"             # its value where it is not said
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from dure.engines.rules.faults import Wrong, meant, shown
from dure.engines.rules.lexer import KEYWORDS, lex
from dure.engines.rules.syntax import Syntax, names, parse
from dure.engines.rules.yamlfile import Form, Node, Notes, Scalar, day, exact, read

TYPES = {
    "won": "원", "number": "", "ratio": "%", "years": "년", "months": "개월", "days": "일",
    "date": "date", "bool": "bool", "enum": "enum", "area": "area",
}  # fmt: skip
"""Type as written → unit in the language (a ratio is a plain number that is not whole)."""
MOST = 10**15
RANGES = {"years": (0, 150), "months": (0, 1800), "days": (0, 60000), "date": (18700101, 22001231)}
CODE = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
WORD = re.compile(r"[A-Za-z가-힣_][A-Za-z0-9가-힣_·]{0,59}\Z")
TAKEN = {"기준일", "기준연도", "기준월", "본인", "가구원", "모름", *KEYWORDS}


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    ko: str
    names: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Enumeration:
    code: str
    names: Mapping[str, str] = field(hash=False)
    choices: tuple[Choice, ...]

    def code_of(self, word: str) -> str | None:
        """The code of a choice by its Korean word or its code."""
        return next((one.code for one in self.choices if word in {one.ko, one.code}), None)


@dataclass(frozen=True, slots=True)
class FactKind:
    """One fact. `low`, `high` are ints: won, whole numbers, yyyymmdd for dates, numerators over `scale` for ratios."""

    code: str
    ko: str
    type: str
    scope: str
    low: int
    high: int
    unit: str
    of: str
    scale: int
    cost: int
    place: int
    """Where it stands in the catalogue, from 0: breaks ties."""
    names: Mapping[str, str] = field(hash=False)
    question: Mapping[str, str] = field(hash=False)
    help: Mapping[str, str] = field(hash=False)
    aliases: tuple[str, ...]
    derive: Syntax | None = field(hash=False)
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Catalogue:
    facts: Mapping[str, FactKind]
    """By code."""
    enumerations: Mapping[str, Enumeration]
    text: str
    by_word: Mapping[str, FactKind] = field(default_factory=dict)
    by_alias: Mapping[str, str] = field(default_factory=dict)
    derived: tuple[str, ...] = ()
    """Codes of facts with `derive`, in an order in which each rests only on earlier ones."""

    @classmethod
    def read(cls, text: str, *, file: str = "facts.yaml") -> Catalogue:
        """The catalogue from its file. Faults where anything is wrong: it is loaded whole or not at all."""
        notes = Notes(file)
        form = Form(read(text, file=file), notes, "사실 목록")
        enumerations: dict[str, Enumeration] = {}
        listed = form.form("enumerations")
        for code, (place, node) in (listed.entries if listed else {}).items():
            _code(place, notes, "분류")
            enumerations[code] = _enumeration(code, node, notes)
        facts: dict[str, FactKind] = {}
        words: dict[str, FactKind] = {}
        aliases: dict[str, str] = {}
        scalars: dict[str, Scalar] = {}
        for number, node in enumerate(form.list("facts")):
            fact, derive = _fact(node, number, enumerations, notes)
            if fact is None:
                continue
            if fact.code in facts or fact.ko in words:
                notes.add(
                    node, "twice", f"사실 「{fact.ko}」({fact.code})이(가) 두 번 적혔습니다.", "하나만 남겨 주세요."
                )
            facts[fact.code] = words[fact.ko] = fact
            if derive is not None:
                scalars[fact.code] = derive
            for alias in fact.aliases:
                if alias in aliases:
                    notes.add(node, "twice", f"별칭 「{shown(alias)}」이(가) 두 번 적혔습니다.", "하나만 남겨 주세요.")
                aliases[alias] = fact.code
        for alias in aliases:
            if alias in facts:
                notes.add(
                    form.node, "twice", f"별칭 「{shown(alias)}」은(는) 이미 다른 사실의 코드입니다.", "바꾸어 주세요."
                )
        form.done()
        order: tuple[str, ...] = ()
        if not notes.found:
            order = _derived(words, scalars, notes)
        notes.stop()
        return cls(facts, enumerations, text, words, aliases, order)

    def code_of(self, word: str) -> str | None:
        """The code of a fact by its code, one of its aliases or its Korean word."""
        if word in self.facts:
            return word
        if word in self.by_alias:
            return self.by_alias[word]
        return self.by_word[word].code if word in self.by_word else None


def _code(place: Scalar, notes: Notes, what: str) -> None:
    if not CODE.match(place.text):
        words = f"{what}의 코드 「{shown(place.text)}」을(를) 쓸 수 없습니다."
        notes.add(place, "code", words, "영문 소문자, 숫자, 밑줄로 64자까지 적어 주세요.")


def check_word(place: Node, word: str, notes: Notes) -> None:
    """Notes a fault where a word cannot be a name in the language."""
    if not WORD.match(word) or word in TAKEN:
        words = f"「{shown(word)}」은(는) 식의 이름으로 쓸 수 없습니다."
        notes.add(place, "word", words, "한글이나 영문으로 시작하고 띄어쓰기가 없는 다른 이름을 써 주세요.")


def _enumeration(code: str, node: Node, notes: Notes) -> Enumeration:
    form = Form(node, notes, f"분류 `{code}`")
    said = form.said("names") if form.has("names") else {"ko": code}
    choices: list[Choice] = []
    for one in form.list("choices"):
        inner = Form(one, notes, f"분류 `{code}`의 항목")
        place = inner.scalar("code", needed=True)
        if place is not None and (not place.text or len(place.text) > 64):
            notes.add(place, "code", "항목의 코드는 1~64자여야 합니다.")
        called = inner.said("names", needed=True)
        inner.done()
        if place is not None and called:
            choices.append(Choice(place.text, called.get("ko", place.text), called))
    for what in ("code", "ko"):
        seen = [getattr(one, what) for one in choices]
        for twice in {one for one in seen if seen.count(one) > 1}:
            notes.add(node, "twice", f"분류 `{code}`에 「{shown(twice)}」이(가) 두 번 있습니다.", "하나만 남겨 주세요.")
    if not choices:
        notes.add(
            node, "missing", f"분류 `{code}`에 항목이 없습니다.", "choices: [{code: …, names: {ko: …}}]를 적어 주세요."
        )
    form.done()
    return Enumeration(code, said, tuple(choices))


def _figure(node: Node, type: str, scale: int, notes: Notes) -> int | None:
    """One end of a range: digits, or a number of the language such as `100억`."""
    if isinstance(node, Scalar):
        text = node.text.strip()
        if type == "date":
            found_day = day(text)
            if found_day is not None:
                return found_day.year * 10000 + found_day.month * 100 + found_day.day
        elif type == "ratio":
            found = exact(text)
            if found is not None and (found * scale).denominator == 1:
                return int(found * scale)
        else:
            sign = -1 if text.startswith("-") else 1
            try:
                tokens = lex(text.removeprefix("-"))
            except Wrong:
                tokens = ()
            if len(tokens) == 2 and isinstance(tokens[0].value, Fraction) and tokens[0].value.denominator == 1:
                return sign * int(tokens[0].value)
    notes.add(node, "range", "범위의 끝을 읽을 수 없습니다.", "range: [0, 100억]처럼 정수 둘을 적어 주세요.")
    return None


def _range(form: Form, type: str, scale: int, notes: Notes) -> tuple[int, int]:
    if type in {"bool", "enum", "area"}:
        return (0, 1)
    if not form.has("range") and type in RANGES:
        return RANGES[type]
    ends = form.list("range")
    if len(ends) != 2:
        notes.add(
            form.node, "range", f"{form.what}에 범위가 없습니다.", "range: [가장 작은 값, 가장 큰 값]을 적어 주세요."
        )
        return (0, 1)
    low, high = (_figure(end, type, scale, notes) for end in ends)
    if low is None or high is None:
        return (0, 1)
    if not -MOST <= low <= high <= MOST:
        notes.add(ends[0], "range", "범위가 거꾸로이거나 너무 넓습니다.", f"±{MOST:,} 안에서 작은 값부터 적어 주세요.")
        return (0, 1)
    return low, high


def _fact(
    node: Node, number: int, enumerations: Mapping[str, Enumeration], notes: Notes
) -> tuple[FactKind | None, Scalar | None]:
    form = Form(node, notes, "사실")
    place, word = form.scalar("code", needed=True), form.scalar("ko", needed=True)
    if place is None or word is None:
        form.text("type")
        return None, None
    form.what = f"사실 「{shown(word.text)}」"
    _code(place, notes, "사실")
    check_word(word, word.text, notes)
    form.get("type", needed=True)
    type = form.one_of("type", TYPES, "bool")
    scope = form.one_of("scope", ("household", "member"), "household")
    scale = form.whole("scale") or 1000
    if not 1 <= scale <= 10**6:
        notes.add(form.node, "range", "scale은 1과 1,000,000 사이여야 합니다.")
        scale = 1000
    low, high = _range(form, type, scale, notes)
    of = ""
    choices: tuple[Choice, ...] = ()
    if type == "enum":
        said = form.scalar("of", needed=True)
        if said is not None and said.text not in enumerations:
            words = f"모르는 분류입니다: 「{shown(said.text)}」"
            notes.add(said, "unknown-name", words, meant(said.text, enumerations) or "enumerations에 적어 주세요.")
        elif said is not None:
            of, choices = said.text, enumerations[said.text].choices
    derive = form.scalar("derive")
    tree: Syntax | None = None
    if derive is not None:
        try:
            tree = parse(derive.text)
        except Wrong as wrong:
            notes.add(derive.place(wrong.start), wrong.code, wrong.words, wrong.remedy)
    called = form.said("names") if form.has("names") else {"ko": word.text}
    fact = FactKind(
        place.text, word.text, type, scope, low, high, form.text("unit"), of, scale if type == "ratio" else 1,
        10 if (cost := form.whole("cost")) is None else cost, number, called, form.said("question"), form.said("help"),
        form.texts("aliases"), tree, choices,
    )  # fmt: skip
    form.done()
    return fact, derive


def _derived(words: Mapping[str, FactKind], scalars: Mapping[str, Scalar], notes: Notes) -> tuple[str, ...]:
    rests: dict[str, list[str]] = {}
    for fact in words.values():
        if fact.derive is None:
            continue
        rests[fact.code] = []
        for name in names(fact.derive):
            other = words.get(name.word)
            if other is not None and not name.quoted:
                rests[fact.code].append(other.code)
    order, cycle = ordered(rests)
    if cycle:
        by_code = {fact.code: fact.ko for fact in words.values()}
        path = " → ".join(by_code[code] for code in cycle)
        notes.add(scalars[cycle[0]], "cycle", f"서로를 거쳐 자기 자신을 가리킵니다: {path}", "고리를 끊어 주세요.")
    return order


def area_code(text: str) -> str:
    """An area as short as it can be said: a code of ten digits without the parts that say nothing (2, 5, 8 or
    10 digits).
    """
    if len(text) != 10:
        return text
    for end, nothing in ((8, "00"), (5, "000"), (2, "000")):
        if not text.endswith(nothing):
            break
        text = text[:end]
    return text


def area_start(text: str) -> str:
    """What codes inside an area start with. The districts of a city count as inside it: 41111 lies in 41110."""
    short = area_code(text)
    return short[:4] if len(short) == 5 and short.endswith("0") else short


def ordered(rests: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys so that each comes after those it rests on, and, where that cannot be, one cycle (its first name
    again last).
    """
    order: list[str] = []
    done: set[str] = set()
    for root in rests:
        path: list[str] = []
        todo: list[tuple[str, bool]] = [(root, False)]
        while todo:
            name, left = todo.pop()
            if left:
                path.pop()
                done.add(name)
                order.append(name)
            elif name in path:
                return (), (*path[path.index(name) :], name)
            elif name not in done:
                path.append(name)
                todo.append((name, True))
                todo.extend((other, False) for other in reversed(tuple(rests[name])) if other in rests)
    return tuple(order), ()


__all__ = ["Catalogue", "Choice", "Enumeration", "FactKind", "area_code", "area_start", "check_word", "ordered"]
