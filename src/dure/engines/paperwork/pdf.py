"""PDF with Typst: tagged, with the font in it."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import typst

from dure.engines.paperwork.glyphs import signs_of
from dure.engines.paperwork.paper import Block, Paper

TEMPLATE = Path(__file__).with_name("paper.typ").read_bytes()
FONT = "NanumGothic"
STANDARD: Literal["ua-1"] = "ua-1"
"""ISO 14289-1 (PDF/UA-1), which the compiler checks while it writes."""


def to_pdf(paper: Paper, *, font_paths: Sequence[Path]) -> bytes:
    """The document as PDF. `font_paths` are folders with Nanum Gothic and with the paper's own fonts.

    The text reaches the template as JSON data, never as source: whatever people wrote stays text. No clock, no system
    fonts, no files of the machine: the compiler sees a folder with the template alone. A sign that no font has, such
    as an emoji, is written as its number, `[U+1F3E5]`: PDF/UA allows no empty boxes.
    """
    regular = (found for path in font_paths for found in path.rglob("*Regular*.ttf"))
    has = frozenset().union(*map(signs_of, regular))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "paper.typ")
        source.write_bytes(TEMPLATE)
        return typst.compile(
            source,
            root=Path(folder),
            font_paths=list(font_paths),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"paper": json.dumps(_shown(_plain(paper), has), ensure_ascii=False)},
            pdf_standards=[STANDARD],
            timestamp=0,
        )


def _plain(paper: Paper) -> Mapping[str, Any]:
    return {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "footer": paper.footer,
        "language": paper.language,
        "fonts": [*paper.fonts, FONT],
        "blocks": [_block(block) for block in paper.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    return {"kind": type(block).__name__.lower(), **asdict(block)}


def _shown(value: Any, has: frozenset[int]) -> Any:
    """The same data with every text written in signs of the font."""
    if isinstance(value, str):
        return "".join(_sign(sign, has) for sign in value.replace("\t", "    "))
    if isinstance(value, Mapping):
        return {name: _shown(item, has) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item, has) for item in value]
    return value


def _sign(sign: str, has: frozenset[int]) -> str:
    if sign == "\n" or ord(sign) in has:
        return sign
    # Joiners and variation selectors have no look of their own.
    return "" if unicodedata.category(sign) in {"Cf", "Mn", "Cc"} else f"[U+{ord(sign):04X}]"
