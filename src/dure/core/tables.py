"""A list as a file: CSV with a byte-order mark for Excel, and XLSX, both written row by row."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.refused import Refused

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is read as a formula by spreadsheets (OWASP, CSV Injection)"""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_response(
    name: str, kind: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int] = ()
) -> StreamingHttpResponse | FileResponse:
    """The file `dure-<name>-<today>.<kind>` of these rows. Refused `not_found` for a kind that is not in TYPES.

    `widths` of the columns in a workbook, in letters.
    """
    if kind not in TYPES:
        raise Refused("not_found", _("그런 형식의 파일은 만들지 않습니다. csv나 xlsx를 골라 주세요."))
    file_name = f"dure-{name}-{clock.today():%Y%m%d}.{kind}"
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(head, rows), content_type=TYPES[kind])
        response["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return response
    book = xlsx_file(head, rows, widths)
    return FileResponse(book, as_attachment=True, filename=file_name, content_type=TYPES[kind])


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


class _Line:
    def write(self, text: str) -> str:
        return text


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of the file, one at a time; the first begins with the byte-order mark by which Excel knows UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([safe(text) for text in head])
    for row in rows:
        yield writer.writerow([safe(text) for text in row])


def xlsx_file(head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int] = ()) -> IO[bytes]:
    """The workbook in a temporary file, at its beginning. Every cell is text, so nothing can be a formula."""
    import xlsxwriter

    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for column, text in enumerate(head):
        sheet.write_string(0, column, text, bold)
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    book.close()
    file.seek(0)
    return file
