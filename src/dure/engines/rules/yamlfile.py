"""YAML of a rule file with places, and nothing clever: no tags, no aliases, no double keys, no guessing of types.

Scalars stay text (so that `0.32` is never a float and `no` never false); `Form` reads them as what is expected and
collects a Fault for everything that is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import yaml

from dure.engines.rules.faults import Fault, Faults, meant, shown

MOST_CHARACTERS = 400_000
MOST_DEPTH = 12
MOST_NODES = 60_000
MOST_FAULTS = 50
LANGUAGES = ("ko", "en", "zh", "vi", "ja")


PROBLEMS = {
    "mapping values are not allowed in this context": "쌍점(:)이 올 수 없는 자리이거나 들여쓰기가 어긋났습니다.",
    "did not find expected key": "이름이 와야 할 자리입니다. 윗줄의 따옴표나 괄호가 닫히지 않았을 수 있습니다.",
    "did not find expected '-' indicator": "목록의 `-`가 와야 할 자리입니다. 들여쓰기가 어긋났을 수 있습니다.",
    "did not find expected ',' or ']'": "목록의 쉼표나 `]`가 와야 할 자리입니다.",
    "did not find expected ',' or '}'": "묶음의 쉼표나 `}`가 와야 할 자리입니다.",
    "did not find expected node content": "값이 와야 할 자리입니다.",
    "could not find expected ':'": "이름 뒤에 쌍점(:)이 없습니다.",
    "found unexpected end of stream": "따옴표가 닫히지 않은 채 파일이 끝났습니다.",
    "found character that cannot start any token": "값이 될 수 없는 글자로 시작합니다.",
    "found unexpected ':'": "쌍점(:)이 있는 글은 따옴표로 감싸야 합니다.",
}
"""What the parser says, as far as officials meet it."""


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    line: int
    column: int
    style: str = ""
    """`''` plain, `'` or `"` quoted, `|` or `>` a block."""
    indent: int = 0
    """Columns before the first line of a block."""

    @property
    def nothing(self) -> bool:
        return self.style == "" and self.text in {"", "null", "~", "Null", "NULL"}

    def place(self, start: int) -> tuple[int, int]:
        """Line and column in the file of character `start` of the text."""
        if self.style in {"|", ">"}:
            before = self.text[:start]
            lines = before.count("\n")
            return self.line + 1 + lines, self.indent + 1 + len(before) - (before.rfind("\n") + 1)
        return self.line, self.column + start + (1 if self.style else 0)


@dataclass(frozen=True, slots=True)
class Many:
    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Map:
    entries: Mapping[str, tuple[Scalar, Node]]
    line: int
    column: int


Node = Scalar | Many | Map


def read(text: str, *, file: str = "", most: int = MOST_CHARACTERS) -> Node:
    """The file as nodes. Faults for whatever YAML, or this house, does not take."""
    if len(text) > most:
        raise Faults([Fault(0, 0, "too-long", f"파일이 {most:,}자를 넘습니다.", "나누어 주세요.", file)])
    text = unicodedata.normalize("NFC", text)
    for number, row in enumerate(text.split("\n"), 1):
        for at, character in enumerate(row, 1):
            if character < " " and character not in "\t\r":
                words = f"YAML로 읽을 수 없습니다: 보이지 않는 문자(U+{ord(character):04X})가 있습니다."
                raise Faults([Fault(number, at, "yaml", words, "지워 주세요.", file)])
            if character > "~" and (unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}):
                if number == 1 and at == 1 and character == "\ufeff":
                    continue
                name = f"U+{ord(character):04X}"
                raise Faults(
                    [Fault(number, at, "character", f"보이지 않는 문자({name})가 있습니다.", "지워 주세요.", file)]
                )
    try:
        return _Reader(text.removeprefix("\ufeff"), file).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = str(error.problem or error.context or "")
        words = "YAML로 읽을 수 없습니다: " + PROBLEMS.get(problem, shown(problem))
        remedy = "들여쓰기, 따옴표, 쌍점을 살펴 주세요."
        rows = text.split("\n")
        row = rows[line - 1] if 0 < line <= len(rows) else ""
        if "\t" in row[: len(row) - len(row.lstrip())]:
            words, remedy = "YAML로 읽을 수 없습니다: 줄 앞에 탭이 있습니다.", "탭을 빈칸으로 바꾸어 주세요."
        raise Faults([Fault(line, column, "yaml", words, remedy, file)]) from None
    except yaml.YAMLError as error:
        raise Faults([Fault(0, 0, "yaml", "YAML로 읽을 수 없습니다: " + shown(str(error)), "", file)]) from None
    except (ValueError, OverflowError, RecursionError) as error:
        raise Faults([Fault(0, 0, "yaml", "YAML로 읽을 수 없습니다: " + shown(str(error)), "", file)]) from None


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (0, 0) if mark is None else (mark.line + 1, mark.column + 1)


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.lines = text.split("\n")
        self.file = file
        self.events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        self.count = 0

    def fail(self, event: yaml.Event, code: str, words: str, remedy: str = "") -> Faults:
        return Faults([Fault(*_place(event), code, words, remedy, self.file)])

    def document(self) -> Node:
        found: Node = Scalar("", 1, 1)
        seen = False
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    raise self.fail(event, "documents", "한 파일에 문서가 둘 이상입니다.", "파일을 나누어 주세요.")
                seen = True
                found = self.node(next(self.events), 1)
        return found

    def node(self, event: yaml.Event, depth: int) -> Node:
        self.count += 1
        if self.count > MOST_NODES or depth > MOST_DEPTH:
            raise self.fail(event, "too-deep", "파일이 너무 깊거나 항목이 너무 많습니다.", "나누어 주세요.")
        line, column = _place(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self.fail(event, "alias", "YAML의 별칭(&, *)은 쓰지 않습니다.", "값을 그대로 적어 주세요.")
        if getattr(event, "tag", None) is not None:
            raise self.fail(event, "tag", "YAML의 태그(!)는 쓰지 않습니다.", "지워 주세요.")
        if isinstance(event, yaml.ScalarEvent):
            style = event.style or ""
            indent = 0
            if style in {"|", ">"} and line < len(self.lines):
                below = next((one for one in self.lines[line:] if one.strip()), "")
                indent = len(below) - len(below.lstrip(" "))
            return Scalar(event.value, line, column, style, indent)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            for inner in self.events:
                if isinstance(inner, yaml.SequenceEndEvent):
                    break
                items.append(self.node(inner, depth + 1))
            return Many(tuple(items), line, column)
        entries: dict[str, tuple[Scalar, Node]] = {}
        for inner in self.events:
            if isinstance(inner, yaml.MappingEndEvent):
                break
            key = self.node(inner, depth + 1)
            if not isinstance(key, Scalar):
                raise self.fail(inner, "key", "이름 자리에 목록이나 묶음이 있습니다.")
            if key.text in entries:
                raise self.fail(inner, "twice", f"「{shown(key.text)}」이(가) 두 번 적혔습니다.", "하나만 남겨 주세요.")
            entries[key.text] = (key, self.node(next(self.events), depth + 1))
        return Map(entries, line, column)


WHOLE = re.compile(r"-?[0-9][0-9_,]{0,24}\Z")
EXACT = re.compile(r"(-?[0-9][0-9_,]{0,17}(?:\.[0-9]{1,12})?)\s*(%|‰)?\Z")
SPLIT = re.compile(r"([0-9]{1,12})\s*/\s*([1-9][0-9]{0,11})\Z")


def whole(text: str) -> int | None:
    return int(text.replace(",", "").replace("_", "")) if WHOLE.match(text) and text.isascii() else None


def exact(text: str) -> Fraction | None:
    """`32%`, `4.17 %`, `320‰`, `0.32`, `2/3` as exact; nothing for anything else."""
    text = text.strip()
    if found := EXACT.match(text):
        return Fraction(found[1].replace(",", "").replace("_", "")) / {"%": 100, "‰": 1000}.get(found[2] or "", 1)
    if found := SPLIT.match(text):
        return Fraction(int(found[1]), int(found[2]))
    return None


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


@dataclass
class Notes:
    """Faults of one file as they are found."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def add(self, node: Node | tuple[int, int], code: str, words: str, remedy: str = "") -> None:
        line, column = node if isinstance(node, tuple) else (node.line, node.column)
        if len(self.found) < MOST_FAULTS:
            self.found.append(Fault(line, column, code, words, remedy, self.file))

    def stop(self) -> None:
        """Raises what was found, if anything."""
        if self.found:
            raise Faults(self.found)


class Form:
    """One mapping of the file read key by key. Wrong types are noted, not raised; `done` notes keys nobody
    asked for.
    """

    def __init__(self, node: Node, notes: Notes, what: str) -> None:
        self.notes, self.what, self.node = notes, what, node
        self.asked: set[str] = {"note", "notes"}
        self.entries: Mapping[str, tuple[Scalar, Node]] = {}
        if isinstance(node, Map):
            self.entries = node.entries
        else:
            notes.add(node, "shape", f"{what}에는 이름과 값의 묶음이 와야 합니다.", "`이름: 값`으로 적어 주세요.")

    def has(self, key: str) -> bool:
        self.asked.add(key)
        entry = self.entries.get(key)
        return entry is not None and not (isinstance(entry[1], Scalar) and entry[1].nothing)

    def get(self, key: str, *, needed: bool = False) -> Node | None:
        if self.has(key):
            return self.entries[key][1]
        if needed and isinstance(self.node, Map):
            self.notes.add(self.node, "missing", f"{self.what}에 `{key}`가 없습니다.", f"`{key}: …`를 적어 주세요.")
        return None

    def scalar(self, key: str, *, needed: bool = False) -> Scalar | None:
        node = self.get(key, needed=needed)
        if node is None or isinstance(node, Scalar):
            return node
        self.notes.add(node, "shape", f"`{key}`에는 값 하나가 와야 합니다.")
        return None

    def text(self, key: str, *, needed: bool = False, most: int = 2000) -> str:
        node = self.scalar(key, needed=needed)
        if node is None:
            return ""
        if len(node.text) > most:
            self.notes.add(node, "too-long", f"`{key}`이(가) {most:,}자를 넘습니다.", "줄여 주세요.")
        return node.text.strip()[:most]

    def one_of(self, key: str, known: Iterable[str], default: str) -> str:
        known = tuple(known)
        node = self.scalar(key)
        if node is None:
            return default
        if node.text not in known:
            words = f"`{key}`의 값 「{shown(node.text)}」은(는) 쓰지 않습니다."
            self.notes.add(node, "value", words, meant(node.text, known) or "쓸 수 있는 값: " + ", ".join(known))
            return default
        return node.text

    def whole(self, key: str) -> int | None:
        node = self.scalar(key)
        if node is None:
            return None
        number = whole(node.text)
        if number is None:
            self.notes.add(node, "number", f"`{key}`에는 정수가 와야 합니다: 「{shown(node.text)}」")
        return number

    def flag(self, key: str, default: bool = False) -> bool:
        return self.one_of(key, ("true", "false", "예", "아니오"), "true" if default else "false") in {"true", "예"}

    def date(self, key: str) -> date | None:
        node = self.scalar(key)
        if node is None:
            return None
        found = day(node.text)
        if found is None:
            words = f"`{key}`의 날짜를 읽을 수 없습니다: 「{shown(node.text)}」"
            self.notes.add(node, "date", words, "2026-01-31처럼 적어 주세요.")
        return found

    def list(self, key: str) -> tuple[Node, ...]:
        node = self.get(key)
        if node is None:
            return ()
        if isinstance(node, Many):
            return node.items
        self.notes.add(node, "shape", f"`{key}`에는 목록이 와야 합니다.", "`- `로 시작하는 줄로 적어 주세요.")
        return ()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text."""
        node = self.get(key)
        if isinstance(node, Scalar):
            return (node.text.strip(),)
        found = []
        for one in self.list(key):
            if isinstance(one, Scalar):
                found.append(one.text.strip())
            else:
                self.notes.add(one, "shape", f"`{key}`의 각 항목은 글이어야 합니다.")
        return tuple(found)

    def said(self, key: str, *, needed: bool = False) -> dict[str, str]:
        """A text in languages. A bare text is Korean. Korean is always needed where there is one."""
        node = self.get(key, needed=needed)
        return {} if node is None else languages(node, self.notes, key)

    def form(self, key: str) -> Form | None:
        node = self.get(key)
        return None if node is None else Form(node, self.notes, f"`{key}`")

    def plain(self, key: str) -> object:
        """What no rule reads (documents, sources …) as plain lists, mappings and texts."""
        node = self.get(key)
        return None if node is None else plain(node)

    def done(self) -> None:
        for key, (place, _) in self.entries.items():
            if key not in self.asked:
                words = f"{self.what}에서 모르는 이름입니다: 「{shown(key)}」"
                self.notes.add(place, "unknown-key", words, meant(key, self.asked) or "지우거나 `note:`에 적어 주세요.")


def languages(node: Node, notes: Notes, what: str) -> dict[str, str]:
    if isinstance(node, Scalar):
        return {"ko": node.text.strip()}
    if not isinstance(node, Map):
        notes.add(node, "shape", f"`{what}`에는 언어별 글이 와야 합니다.", "{ko: …, en: …}로 적어 주세요.")
        return {}
    found: dict[str, str] = {}
    for key, (place, value) in node.entries.items():
        if key not in LANGUAGES:
            notes.add(
                place, "language", f"모르는 언어입니다: 「{shown(key)}」", "쓸 수 있는 언어: " + ", ".join(LANGUAGES)
            )
        elif not isinstance(value, Scalar):
            notes.add(value, "shape", f"`{what}.{key}`에는 글이 와야 합니다.")
        elif not value.nothing:
            found[key] = value.text.strip()
    if "ko" not in found:
        notes.add(node, "language", f"`{what}`에 한국어(ko)가 없습니다.", "ko: …를 적어 주세요.")
    return found


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return None if node.nothing else node.text
    if isinstance(node, Many):
        return [plain(one) for one in node.items]
    return {key: plain(value) for key, (_, value) in node.entries.items()}


__all__ = [
    "LANGUAGES",
    "Form",
    "Many",
    "Map",
    "Node",
    "Notes",
    "Scalar",
    "day",
    "exact",
    "languages",
    "plain",
    "read",
    "whole",
]
