"""The tree of a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """`level` from 1."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Line breaks in the text stay."""

    text: str


@dataclass(frozen=True)
class Clause:
    """A numbered clause: its title, its text, and tables that belong to it. `number` is written as given."""

    number: str
    title: str
    text: str
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Table:
    """Every row has as many cells as the head. `right` are the columns (from 0) of figures."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True)
class Signatures:
    """Who signed: (name, what is said of its signature). `title` stands above."""

    title: str
    lines: tuple[tuple[str, str], ...]


Block = Heading | Paragraph | Clause | Table | Signatures


@dataclass(frozen=True)
class Paper:
    """`footer` stands at the foot of every page; `language` is a code such as `ko`. `fonts`: families whose signs are
    taken before those of Nanum Gothic."""

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    footer: str = ""
    language: str = "ko"
    fonts: tuple[str, ...] = ()
