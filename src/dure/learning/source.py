"""The pieces and courses that come with the product: read from data files, checked to the line.

`courses()` reads `data/learning/*.yaml`, `pieces()` reads `data/guideline/pieces.yaml`, once for each process. A fault
raises `CourseError` with file, line and field, so that whoever writes a course finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import get_language

from dure.engines.quizzes import KINDS, Kind

STEPS = (
    *("ask-1", "ask-2", "ask-3", "ask-4", "ask-5", "offer", "choose", "agreement", "decisions", "workspace"),
    *("mediation", "sustaining", "evaluation", "closing", "contest", "needs", "resources"),
)
"""The steps that a piece can stand beside."""
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class CourseError(ValueError):
    """A data file says something that cannot be; the message holds file, line and field."""


@dataclass(frozen=True)
class Said:
    """A text in both languages; as text it is in the reader's."""

    ko: str
    en: str

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.ko


@dataclass(frozen=True)
class Piece:
    key: str
    step: str
    title: Said
    text: Said
    source: Said


@dataclass(frozen=True)
class Page:
    """A page of a course. A paragraph of `body` whose every line begins with '- ' is a list."""

    key: str
    title: Said
    body: Said
    source: Said

    def blocks(self) -> list[tuple[str, list[str]]]:
        """The text in the reader's language as ('p', [text]) and ('ul', items)."""
        found: list[tuple[str, list[str]]] = []
        for block in re.split(r"\n\s*\n", str(self.body).strip()):
            lines = [line.strip() for line in block.splitlines()]
            if all(line.startswith("- ") for line in lines):
                found.append(("ul", [line[2:] for line in lines]))
            else:
                found.append(("p", [" ".join(lines)]))
        return found


@dataclass(frozen=True)
class Option:
    key: str
    text: Said
    right: bool


@dataclass(frozen=True)
class Question:
    """Of `order` the options stand in the right order in the file."""

    key: str
    kind: Kind
    text: Said
    options: tuple[Option, ...]
    why: Said

    @property
    def right(self) -> list[str]:
        return [option.key for option in self.options if self.kind == "order" or option.right]

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True)
class Course:
    """`mark` is the pass mark in per cent; `minutes` about how long it takes."""

    slug: str
    version: int
    mark: int
    minutes: int
    title: Said
    about: Said
    pages: tuple[Page, ...]
    questions: tuple[Question, ...]

    def page(self, key: str) -> Page | None:
        return next((page for page in self.pages if page.key == key), None)

    def question(self, key: str) -> Question | None:
        return next((question for question in self.questions if question.key == key), None)


class _Map:
    """A mapping of the file with the line of each field, that knows which fields were asked for."""

    def __init__(self, file: str, node: yaml.Node, where: str) -> None:
        self.file, self.where, self.line = file, where, node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise self.fault("", "must have fields (name: value)")
        self.fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value in self.fields:
                raise CourseError(f"{file}:{key.start_mark.line + 1}: {self.path(key.value)}: stands twice")
            self.fields[key.value] = value
        self.asked: set[str] = set()

    def path(self, name: str) -> str:
        return ".".join(part for part in (self.where, name) if part)

    def fault(self, name: str, words: str) -> CourseError:
        node = getattr(self, "fields", {}).get(name)
        line = node.start_mark.line + 1 if node is not None else self.line
        return CourseError(f"{self.file}:{line}: {self.path(name) or 'file'}: {words}")

    def node(self, name: str) -> yaml.Node:
        self.asked.add(name)
        if name not in self.fields:
            raise self.fault(name, "is missing")
        return self.fields[name]

    def text(self, name: str) -> str:
        node = self.node(name)
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip() or node.tag.endswith(":null"):
            raise self.fault(name, "must be a text")
        return str(node.value).strip()

    def key(self, name: str) -> str:
        text = self.text(name)
        if not _KEY.fullmatch(text):
            raise self.fault(name, f"{text!r} is no key: small letters, digits and hyphens")
        return text

    def number(self, name: str, least: int, most: int) -> int:
        text = self.text(name)
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise self.fault(name, f"must be a whole number from {least} to {most}, not {text!r}")
        return int(text)

    def flag(self, name: str) -> bool:
        if name not in self.fields:
            self.asked.add(name)
            return False
        text = self.text(name)
        if text not in ("true", "false"):
            raise self.fault(name, f"must be true or false, not {text!r}")
        return text == "true"

    def said(self, name: str) -> Said:
        inner = self.map(name)
        said = Said(inner.text("ko"), inner.text("en"))
        inner.done()
        return said

    def map(self, name: str) -> _Map:
        return _Map(self.file, self.node(name), self.path(name))

    def maps(self, name: str, least: int = 1) -> Iterator[_Map]:
        node = self.node(name)
        if not isinstance(node, yaml.SequenceNode) or len(node.value) < least:
            raise self.fault(name, f"must be a list of at least {least}")
        for number, one in enumerate(node.value, start=1):
            yield _Map(self.file, one, self.path(f"{name}[{number}]"))

    def done(self) -> None:
        """Refuse what nobody asked for: a field that was misspelt would else be lost in silence."""
        for name in self.fields.keys() - self.asked:
            raise self.fault(name, "is not a field here")


def _open(path: Path) -> _Map:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise CourseError(f"{path.name}:{line}: file: cannot be read: {getattr(fault, 'problem', fault)}") from fault
    if node is None:
        raise CourseError(f"{path.name}:1: file: is empty")
    return _Map(path.name, node, "")


def read_course(path: Path) -> Course:
    """The course of one file. CourseError with file, line and field."""
    top = _open(path)
    course = Course(
        slug=top.key("slug"),
        version=top.number("version", 1, 999),
        mark=top.number("pass", 1, 100),
        minutes=top.number("minutes", 1, 600),
        title=top.said("title"),
        about=top.said("about"),
        pages=tuple(_page(one) for one in top.maps("pages")),
        questions=tuple(_question(one) for one in top.maps("questions")),
    )
    top.done()
    if course.slug != path.stem:
        raise top.fault("slug", f"must be the file's name, {path.stem!r}")
    for name, keys in (("pages", [p.key for p in course.pages]), ("questions", [q.key for q in course.questions])):
        _once(top, name, keys)
    return course


def _once(of: _Map, name: str, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise of.fault(name, f"the key {key!r} stands twice")


def _page(one: _Map) -> Page:
    page = Page(one.key("key"), one.said("title"), one.said("body"), one.said("source"))
    one.done()
    return page


def _question(one: _Map) -> Question:
    kind = one.text("kind")
    if kind not in KINDS:
        raise one.fault("kind", f"must be one of {', '.join(KINDS)}, not {kind!r}")
    options = []
    for each in one.maps("options", 2):
        options.append(Option(each.key("key"), Said(each.text("ko"), each.text("en")), each.flag("right")))
        each.done()
    question = Question(one.key("key"), kind, one.said("text"), tuple(options), one.said("why"))  # type: ignore[arg-type]
    one.done()
    _once(one, "options", [option.key for option in options])
    marked = sum(option.right for option in options)
    if kind == "order" and marked:
        raise one.fault("options", "of an order none is marked right: they stand in the right order")
    if kind == "one" and marked != 1:
        raise one.fault("options", f"exactly one must be right, not {marked}")
    if kind == "several" and not marked:
        raise one.fault("options", "at least one must be right")
    return question


def read_pieces(path: Path) -> tuple[Piece, ...]:
    """The pieces of the guideline in the order of the file. CourseError with file, line and field."""
    top = _open(path)
    found = []
    for one in top.maps("pieces"):
        step = one.text("step")
        if step not in STEPS:
            raise one.fault("step", f"{step!r} is no step: {', '.join(STEPS)}")
        found.append(Piece(one.key("key"), step, one.said("title"), one.said("text"), one.said("source")))
        one.done()
    top.done()
    _once(top, "pieces", [piece.key for piece in found])
    return tuple(found)


@cache
def courses() -> dict[str, Course]:
    """All courses by their slug: the first steps first, then by name."""
    folder: Any = settings.BASE_DIR / "data" / "learning"
    found = [read_course(path) for path in sorted(folder.glob("*.yaml"))]
    return {course.slug: course for course in sorted(found, key=lambda one: (one.slug != "first-steps", one.slug))}


@cache
def pieces() -> tuple[Piece, ...]:
    path: Any = settings.BASE_DIR / "data" / "guideline" / "pieces.yaml"
    return read_pieces(path)
