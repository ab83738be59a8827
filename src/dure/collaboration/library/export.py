"""The filtered list as a file: CSV with a byte-order mark for Excel, and XLSX written row by row."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from django.utils.translation import gettext as _

from dure.collaboration.library.wording import FIELD, MARKS, subtype_name
from dure.collaboration.models import Case

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is read as a formula by spreadsheets (OWASP, CSV Injection)"""
CHUNK = 500
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def head() -> list[str]:
    return [
        _("번호"),
        _("사업명"),
        _("사업명 상태"),
        _("인쇄된 사업명"),
        _("기관"),
        _("기관명 상태"),
        _("기관 단계"),
        _("시도(당시 이름)"),
        _("시군구(당시 이름)"),
        _("주체유형"),
        _("서비스 분야"),
        _("과학기술 적용"),
        _("과학기술 적용 가능성"),
        _("자원공유"),
        _("지속가능성"),
        _("심층사례 번호"),
        _("두레의 분류"),
        _("읽어 들인 이의 메모"),
    ]


def line(case: Case) -> list[str]:
    return [
        case.no,
        case.title,
        str(case.get_title_state_display()),
        case.title_printed,
        case.government,
        str(case.get_norm_confidence_display()),
        str(case.get_level_display()),
        "; ".join(case.sidos),
        "; ".join(case.sigungus),
        str(case.get_partner_type_display()),
        str(FIELD.get(case.service_field, case.service_field)),
        MARKS[case.tech_applied],
        MARKS[case.tech_applicable],
        MARKS[case.resource_shared],
        MARKS[case.sustainable],
        "" if case.depth_no is None else str(case.depth_no),
        subtype_name(case.subtype),
        case.ocr_note,
    ]


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


class _Line:
    def write(self, text: str) -> str:
        return text


def csv_lines(cases: Iterable[Case]) -> Iterator[str]:
    """The lines of the file, one at a time; the first begins with the byte-order mark by which Excel knows UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([safe(text) for text in head()])
    for case in cases:
        yield writer.writerow([safe(text) for text in line(case)])


def xlsx_file(cases: Iterable[Case]) -> IO[bytes]:
    """The workbook in a temporary file, at its beginning. Every cell is text, so nothing can be a formula."""
    import xlsxwriter

    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("사례"))
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 2)
    for column, width in enumerate((7, 36, 12, 36, 18, 12, 8, 14, 12, 14, 12, 8, 8, 8, 8, 8, 16, 40)):
        sheet.set_column(column, column, width)
    for column, text in enumerate(head()):
        sheet.write_string(0, column, text, bold)
    for row, case in enumerate(cases, start=1):
        for column, text in enumerate(line(case)):
            sheet.write_string(row, column, text)
    book.close()
    file.seek(0)
    return file
