"""What a file is, told from its bytes and not from its name. Only kinds on the list are taken in.

`sniff` knows the kinds that people hand to a public office: pictures, PDF, HWP and HWPX, office documents, text,
tables and zip. What a browser or a computer would run (programs, scripts, HTML, SVG, macros) is on no list.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from dure.core.refused import Refused


@dataclass(frozen=True, slots=True)
class FileType:
    """`media_type` is what it is served as; `extensions` those that agree with it, the usual one first."""

    media_type: str
    extensions: tuple[str, ...]
    picture: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
JPEG = FileType("image/jpeg", ("jpg", "jpeg"), picture=True)
PNG = FileType("image/png", ("png",), picture=True)
GIF = FileType("image/gif", ("gif",), picture=True)
WEBP = FileType("image/webp", ("webp",), picture=True)
PDF = FileType("application/pdf", ("pdf",))
HWP = FileType("application/x-hwp", ("hwp",))
HWPX = FileType("application/hwp+zip", ("hwpx",))
DOCX = FileType(f"{_OOXML}wordprocessingml.document", ("docx",))
XLSX = FileType(f"{_OOXML}spreadsheetml.sheet", ("xlsx",))
PPTX = FileType(f"{_OOXML}presentationml.presentation", ("pptx",))
ODT = FileType(f"{_ODF}text", ("odt",))
ODS = FileType(f"{_ODF}spreadsheet", ("ods",))
ODP = FileType(f"{_ODF}presentation", ("odp",))
DOC = FileType("application/msword", ("doc",))
XLS = FileType("application/vnd.ms-excel", ("xls",))
PPT = FileType("application/vnd.ms-powerpoint", ("ppt",))
ZIP = FileType("application/zip", ("zip",))
CSV = FileType("text/csv", ("csv",))
TEXT = FileType("text/plain", ("txt", "md", "log"))

ALL = (JPEG, PNG, GIF, WEBP, PDF, HWP, HWPX, DOCX, XLSX, PPTX, ODT, ODS, ODP, DOC, XLS, PPT, ZIP, CSV, TEXT)
EXTENSIONS = tuple(extension for type in ALL for extension in type.extensions)
PICTURES = frozenset(type.media_type for type in ALL if type.picture)

_HEAD = 8192
_TEXT_LOOK = 1 << 20
# Compound File Binary, MS-CFB 2.2; entries of its directory are named in UTF-16.
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CFB_STREAMS: Mapping[str, FileType] = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}
_ZIP_MARKERS: Mapping[str, FileType] = {
    "word/document.xml": DOCX,
    "xl/workbook.xml": XLSX,
    "ppt/presentation.xml": PPTX,
}


def sniff(file: IO[bytes], name: str) -> FileType:
    """The type of `file` (seekable; left at its start). Refused `invalid` when it is on no list or `name` says another.

    A text file may carry any of the extensions for text and tables, as nothing in its bytes tells them apart.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    found = _look(file)
    file.seek(0)
    if found is None:
        raise Refused("invalid", _("받을 수 없는 종류의 파일입니다. 받는 것: %s") % ", ".join(EXTENSIONS), "file")
    agreeing = (*CSV.extensions, *TEXT.extensions) if found in (CSV, TEXT) else found.extensions
    if extension not in agreeing:
        words = _("파일의 내용(%(kind)s)과 이름 끝(.%(extension)s)이 서로 다릅니다. 이름을 바로잡아 다시 올려 주세요.")
        raise Refused("invalid", words % {"kind": found.extensions[0], "extension": extension[:12]}, "file")
    return CSV if found is TEXT and extension in CSV.extensions else found


def _look(file: IO[bytes]) -> FileType | None:
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(_CFB):
        return _compound(file)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(file)
    return TEXT if _is_text(file) else None


def _compound(file: IO[bytes]) -> FileType | None:
    names = _directory(file)
    if "FileHeader" in names and "DocInfo" in names:
        return HWP
    if {"VBA", "_VBA_PROJECT_CUR", "Macros"} & names:
        return None
    return next((type for stream, type in _CFB_STREAMS.items() if stream in names), None)


def _directory(file: IO[bytes]) -> set[str]:
    """Names in a compound file's directory, following its chain of sectors (MS-CFB 2.2, 2.3, 2.6)."""
    file.seek(0)
    header = file.read(512)
    size = {9: 512, 12: 4096}.get(int.from_bytes(header[30:32], "little"))
    if size is None:
        return set()
    fat_sectors = [int.from_bytes(header[i : i + 4], "little") for i in range(76, 512, 4)]
    names: set[str] = set()
    sector, seen = int.from_bytes(header[48:52], "little"), set[int]()
    while sector < 0xFFFFFFFA and sector not in seen and len(seen) < 4096:
        seen.add(sector)
        file.seek((sector + 1) * size)
        block = file.read(size)
        for start in range(0, len(block) - 127, 128):
            length = int.from_bytes(block[start + 64 : start + 66], "little")
            if 2 <= length <= 64:
                names.add(block[start : start + length - 2].decode("utf-16-le", "replace"))
        table, place = divmod(sector, size // 4)
        if table >= len(fat_sectors) or fat_sectors[table] >= 0xFFFFFFFA:
            break
        file.seek((fat_sectors[table] + 1) * size + place * 4)
        sector = int.from_bytes(file.read(4), "little")
    return names


def _zipped(file: IO[bytes]) -> FileType | None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            stated = b""
            if "mimetype" in names and archive.getinfo("mimetype").file_size <= 128:
                stated = archive.read("mimetype").strip()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    for type in (HWPX, ODT, ODS, ODP):
        if stated == type.media_type.encode():
            return type
    if "[Content_Types].xml" in names:
        return next((type for marker, type in _ZIP_MARKERS.items() if marker in names), None)
    return ZIP


def _is_text(file: IO[bytes]) -> bool:
    """Whether the beginning reads as text in UTF-8, UTF-16 with a mark, or CP949, and is neither HTML nor a script."""
    file.seek(0)
    start = file.read(_TEXT_LOOK)
    if not start:
        return False
    text = None
    for encoding in ("utf-16",) if start.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp949"):
        # The look may end in the middle of a character.
        for cut in range(4) if len(start) == _TEXT_LOOK else (0,):
            try:
                text = start[: len(start) - cut].decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        if text is not None:
            break
    if text is None or any(ord(c) < 32 and c not in "\t\n\r\f" for c in text):
        return False
    beginning = text.lstrip("\ufeff \t\r\n").lower()[:4096]
    markup = ("<!doctype", "<html", "<svg", "<script", "<?xml", "<?php", "#!", "<head", "<body", "<iframe")
    return not beginning.startswith(markup) and "<script" not in beginning and "<svg" not in beginning
