"""Paperwork: a small tree of a document → PDF and HWPX, the same bytes for the same input.

Public functions: `to_pdf`, `to_hwpx`. A `Paper` holds plain text only; nothing in it is ever read as markup.
"""

from dure.engines.paperwork.hwpx import to_hwpx
from dure.engines.paperwork.paper import Block, Clause, Heading, Paper, Paragraph, Signatures, Table
from dure.engines.paperwork.pdf import to_pdf

__all__ = [
    "Block",
    "Clause",
    "Heading",
    "Paper",
    "Paragraph",
    "Signatures",
    "Table",
    "to_hwpx",
    "to_pdf",
]
