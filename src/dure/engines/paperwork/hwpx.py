"""HWPX (KS X 6101) with python-hwpx: what public bodies open in Hangul."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from dure.engines.paperwork.paper import Block, Clause, Heading, Paper, Paragraph, Signatures, Table

if TYPE_CHECKING:
    from hwpx import HwpxDocument

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The one time that every part of the archive carries."""
_TAG = re.compile(rb"<[^<>]*>")
_ID = re.compile(rb'((?:\b|:)(?:id|idRef|instId|instid))="(\d{4,})"')
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_hwpx(paper: Paper) -> bytes:
    """The document as HWPX, with the footer on every page."""
    # Slow to import, and no process that serves pages needs it before somebody asks for a document.
    from hwpx import HwpxDocument

    document = HwpxDocument.new()
    bold = document.styles.ensure_run(bold=True)
    large = document.styles.ensure_run(bold=True, size=18)
    document.add_paragraph(_text(paper.title), char_pr_id_ref=large, inherit_style=False)
    if paper.subtitle:
        _lines(document, paper.subtitle)
    for block in paper.blocks:
        _block(document, block, bold)
    if paper.footer:
        document.page.set_footer(text=_text(paper.footer))
    return _timeless(document.to_bytes())


def _block(document: HwpxDocument, block: Block, bold: str) -> None:
    if isinstance(block, Heading):
        document.add_paragraph(_text(block.text), char_pr_id_ref=bold, inherit_style=False)
    elif isinstance(block, Paragraph):
        _lines(document, block.text)
    elif isinstance(block, Clause):
        title = f"{block.number} {block.title}".strip()
        document.add_paragraph(_text(title), char_pr_id_ref=bold, inherit_style=False)
        _lines(document, block.text)
        for table in block.tables:
            _table(document, table)
    elif isinstance(block, Table):
        _table(document, block)
    elif isinstance(block, Signatures):
        document.add_paragraph(_text(block.title), char_pr_id_ref=bold, inherit_style=False)
        for name, words in block.lines:
            document.add_paragraph(_text(name), char_pr_id_ref=bold, inherit_style=False)
            _lines(document, words)


def _lines(document: HwpxDocument, text: str) -> None:
    for line in text.split("\n") if text else []:
        document.add_paragraph(_text(line), inherit_style=False)


def _table(document: HwpxDocument, table: Table) -> None:
    if table.caption:
        document.add_paragraph(_text(table.caption), inherit_style=False)
    made = document.add_table(len(table.rows) + 1, len(table.head))
    for row, cells in enumerate([table.head, *table.rows]):
        for column, cell in enumerate(cells):
            made.set_cell_text(row, column, _text(cell))


def _text(text: str) -> str:
    """Without the signs that XML cannot hold."""
    return _NOT_XML.sub("", text)


def _timeless(data: bytes) -> bytes:
    """The same archive with one time for all its parts, and with ids by order where the library drew lots; `mimetype`
    stays first and unpacked, as the format asks."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            entry = zipfile.ZipInfo(item.filename, EARLIEST)
            entry.compress_type, entry.external_attr = item.compress_type, item.external_attr
            content = old.read(item.filename)
            new.writestr(entry, _ordered(content) if item.filename.startswith("Contents/section") else content)
    return out.getvalue()


def _ordered(content: bytes) -> bytes:
    known: dict[bytes, bytes] = {}

    def number(found: re.Match[bytes]) -> bytes:
        new = known.setdefault(found[2], b"%d" % (1_000_000_000 + len(known)))
        return b'%s="%s"' % (found[1], new)

    return _TAG.sub(lambda tag: _ID.sub(number, tag[0]), content)
