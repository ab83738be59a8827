"""Files: what is taken in, what is stripped, who may have it, and what becomes of the bytes."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dure.core import attachments, clock, filetypes
from dure.core.events import timeline
from dure.core.links import resolve_one
from dure.core.models import Attachment, Audience, Blob, Person
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import withhold

BODY, PARTNER, STRANGER = uuid4(), uuid4(), uuid4()


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def archive(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in files:
            made.writestr(name, content)
    return out.getvalue()


def compound(*streams: str) -> bytes:
    """A compound file (MS-CFB) with one FAT sector and as many directory sectors as the names need."""
    entries = b""
    for name in ("Root Entry", *streams):
        raw = (name + "\0").encode("utf-16-le")
        entries += raw.ljust(64, b"\0") + struct.pack("<H", len(raw)) + bytes(62)
    entries += bytes(-len(entries) % 512)
    sectors = len(entries) // 512
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    fat = b"".join(struct.pack("<I", n) for n in chain).ljust(512, b"\xff")
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, 1, 1)
    header[76:512] = struct.pack("<I", 0) + b"\xff" * 432
    return bytes(header) + fat + entries


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **save: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **save)
    return out.getvalue()


def office(part: str) -> bytes:
    return archive(("[Content_Types].xml", b"<Types/>"), (part, b"<x/>"))


TAKEN = [
    ("a.pdf", b"%PDF-1.7\n...", filetypes.PDF),
    ("a.jpg", picture("JPEG"), filetypes.JPEG),
    ("a.JPEG", picture("JPEG"), filetypes.JPEG),
    ("a.png", picture("PNG"), filetypes.PNG),
    ("a.gif", picture("GIF"), filetypes.GIF),
    ("a.webp", picture("WEBP"), filetypes.WEBP),
    ("계획.hwp", compound("FileHeader", "DocInfo", "BodyText", "\x05HwpSummaryInformation"), filetypes.HWP),
    ("a.doc", compound("WordDocument", "1Table"), filetypes.DOC),
    ("a.xls", compound("a", "b", "c", "d", "e", "Workbook"), filetypes.XLS),
    ("a.ppt", compound("PowerPoint Document"), filetypes.PPT),
    ("a.hwpx", archive(("mimetype", b"application/hwp+zip"), ("Contents/section0.xml", b"")), filetypes.HWPX),
    ("a.odt", archive(("mimetype", b"application/vnd.oasis.opendocument.text")), filetypes.ODT),
    ("a.docx", office("word/document.xml"), filetypes.DOCX),
    ("a.xlsx", office("xl/workbook.xml"), filetypes.XLSX),
    ("a.pptx", office("ppt/presentation.xml"), filetypes.PPTX),
    ("a.zip", archive(("readme.txt", b"hello")), filetypes.ZIP),
    ("a.csv", "이름,수\n골목,3\n".encode(), filetypes.CSV),
    ("a.csv", "이름,수\n골목,3\n".encode("cp949"), filetypes.CSV),
    ("a.txt", "\ufeff안녕하세요".encode(), filetypes.TEXT),
    ("a.txt", "안녕하세요".encode("utf-16"), filetypes.TEXT),
]


@pytest.mark.parametrize(("name", "content", "expected"), TAKEN, ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_on_the_list_is_known_by_its_bytes(name: str, content: bytes, expected: filetypes.FileType) -> None:
    assert filetypes.sniff(io.BytesIO(content), name) == expected


NOT_TAKEN = [
    ("a.exe", b"MZ\x90\x00\x03\x00\x00\x00"),
    ("a.pdf", b"MZ\x90\x00\x03\x00\x00\x00"),
    ("a.sh", b"#!/bin/sh\nrm -rf /\n"),
    ("a.txt", b"#!/bin/sh\nrm -rf /\n"),
    ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ("a.txt", b'  <?xml version="1.0"?><svg/>'),
    ("a.html", b"<!doctype html><p>"),
    ("a.txt", b"\n<HTML><script>alert(1)</script>"),
    ("a.csv", b"hello <script>alert(1)</script>"),
    ("a.jpg", picture("PNG")),
    ("a.txt", picture("PNG")),
    ("a.docx", office("xl/workbook.xml")),
    ("a.docx", archive(("[Content_Types].xml", b""), ("word/document.xml", b""), ("word/vbaProject.bin", b""))),
    ("a.docm", office("word/document.xml")),
    ("a.zip", office("word/document.xml")),
    ("a.xls", compound("Workbook", "_VBA_PROJECT_CUR")),
    ("a.hwp", compound("Something")),
    ("a.zip", b"PK\x03\x04 broken"),
    ("a.hwp", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("a.bin", bytes(range(256))),
    ("noextension", b"%PDF-1.7"),
    ("a.txt", b"text with a \x00 in it"),
]


@pytest.mark.parametrize(("name", "content"), NOT_TAKEN, ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_on_no_list_or_called_something_else_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Refused) as no:
        filetypes.sniff(io.BytesIO(content), name)
    assert (no.value.code, no.value.field) == ("invalid", "file")


@given(st.binary(max_size=3000), st.sampled_from([b"", *[content[:600] for _, content, _ in TAKEN]]))
def test_no_bytes_break_the_look(rest: bytes, start: bytes) -> None:
    with contextlib.suppress(Refused):
        filetypes.sniff(io.BytesIO(start + rest), "a.txt")


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\계획.hwp", "계획.hwp"),
        ("사진\u202egpj.exe", "사진gpj.exe"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ("...hidden.pdf", "hidden.pdf"),
        ("<b>.pdf", "_b_.pdf"),
        (".pdf", "pdf"),
        ("a" * 500 + ".pdf", "a" * 150 + ".pdf"),
        ("계획.pdf", "계획.pdf"),
    ],
)
def test_names_are_made_harmless(given_name: str, clean: str) -> None:
    assert attachments.clean_name(given_name) == clean


@given(st.text(max_size=80))
def test_no_name_is_harmful(name: str) -> None:
    clean = attachments.clean_name(name)
    assert clean
    assert not set(clean) & set('/\\\r\n\0<>"')
    assert not clean.startswith(".")
    assert len(clean) <= 161
    assert attachments.clean_name(clean) == clean


def stored(row: Attachment) -> bytes:
    with attachments.open_blob(row) as file:
        return file.read()


def hang(
    viewer: Viewer, subject: str, name: str = "계획.txt", content: bytes = "골목".encode(), **more: Any
) -> Attachment:
    return attachments.attach(by=viewer, subject=subject, circle=uuid4(), uploaded=upload(name, content), **more)


def test_a_picture_loses_where_it_was_taken_and_stands_upright(viewer: Viewer, house: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90°
    exif[0x010F] = "maker of cameras"
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 59.0)
    content = picture("JPEG", exif=exif, comment=b"taken at home")
    assert b"maker of cameras" in content
    row = hang(viewer, house.add(), "현장.jpg", content)
    kept = stored(row)
    assert b"maker of cameras" not in kept
    assert b"taken at home" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (20, 40)
        assert not dict(image.getexif())


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_other_pictures_lose_their_hidden_data_too(kind: str, viewer: Viewer, house: Any) -> None:
    from PIL.PngImagePlugin import PngInfo

    exif = Image.Exif()
    exif[0x010F] = "maker of cameras"
    text = PngInfo()
    text.add_text("Where", "taken at home")
    options: dict[str, Any] = {"PNG": {"exif": exif, "pnginfo": text}, "WEBP": {"exif": exif}, "GIF": {}}[kind]
    if kind == "GIF":
        options = {"comment": b"taken at home"}
    content = picture(kind, **options)
    assert b"maker of cameras" in content or b"taken at home" in content
    kept = stored(hang(viewer, house.add(), f"a.{kind.lower()}", content))
    assert b"maker of cameras" not in kept
    assert b"taken at home" not in kept


def test_a_moving_picture_still_moves(viewer: Viewer, house: Any) -> None:
    frames = [Image.new("RGB", (30, 30), (n * 60, 0, 0)) for n in range(4)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    with Image.open(io.BytesIO(stored(hang(viewer, house.add(), "a.gif", out.getvalue())))) as image:
        assert image.n_frames == 4


def test_damaged_huge_empty_and_too_large(viewer: Viewer, house: Any, settings: Any, monkeypatch: Any) -> None:
    settings.FILE_MAX_BYTES = 5000
    monkeypatch.setattr(attachments, "MAX_PIXELS", 1000)
    for name, content in [
        ("a.jpg", picture("JPEG", (10, 10))[:200]),
        ("a.png", picture("PNG", (100, 11))),
        ("a.txt", b""),
        ("a.txt", b"x" * 5001),
    ]:
        with pytest.raises(Refused) as no:
            hang(viewer, house.add(), name, content)
        assert no.value.field == "file"
    assert not Blob.objects.exists()
    assert not Attachment.objects.exists()


def test_the_same_bytes_are_kept_once(viewer: Viewer, house: Any) -> None:
    first, second = hang(viewer, house.add(), "a.txt"), hang(viewer, house.add(), "b.txt")
    assert first.blob_id == second.blob_id
    assert Blob.objects.get().size == len("골목".encode())
    assert default_storage.listdir(f"blobs/{first.blob_id[:2]}")[1] == [first.blob_id]


def test_bytes_cut_off_by_a_crash_are_written_again(viewer: Viewer, house: Any) -> None:
    first = hang(viewer, house.add())
    Path(default_storage.path(attachments.path_of(first.blob_id))).write_bytes(b"cut")
    assert stored(hang(viewer, house.add())) == "골목".encode()


def withheld_file(person: Person, house: Any, level: str = "partners") -> Attachment:
    """A file of BODY on a public subject with PARTNER, withheld."""
    circle = uuid4()
    Audience.objects.create(subject=circle, kind="partner", body_id=PARTNER)
    by = Viewer.person(person.pk, BODY, "officer")
    with transaction.atomic():
        row = attachments.attach(
            by=by, subject=house.add(), circle=circle, uploaded=upload("비밀 계획.txt", b"secret"), body_id=BODY
        )
        withhold(by=by, thing=row, level=level, reason="deliberation", review_on=clock.today() + timedelta(days=30))
    return row


def test_a_withheld_file_is_nowhere_for_an_outsider(person: Person, other: Person, house: Any, client: Client) -> None:
    row = withheld_file(person, house)
    address = attachments.address_of(row)
    inside = [
        Viewer.person(person.pk),
        Viewer.person(other.pk, BODY, "reader"),
        Viewer.person(other.pk, PARTNER, "officer"),
    ]
    for viewer in inside:
        assert attachments.attachment_of(viewer, row.pk).pk == row.pk
        assert resolve_one(row.urn, viewer) is not None
        assert attachments.list_for(row.subject, viewer)[0] == [row]
    for viewer in (Viewer(), Viewer.person(other.pk), Viewer.person(other.pk, STRANGER, "head")):
        with pytest.raises(Refused) as no:
            attachments.attachment_of(viewer, row.pk)
        assert no.value.code == "not_found"
        assert resolve_one(row.urn, viewer) is None
        visible, hidden = attachments.list_for(row.subject, viewer)
        assert (visible, len(hidden)) == ([], 1)
        assert hidden[0].reason == "deliberation"
        assert not any("비밀" in str(line) for line in timeline(row.subject, viewer))
    assert client.get(address).status_code == 404
    client.force_login(other)
    assert client.get(address).status_code == 404
    client.force_login(person)
    assert client.get(address).status_code == 200


def test_a_file_goes_with_its_subject(person: Person, viewer: Viewer, house: Any) -> None:
    row = hang(viewer, house.add())
    assert resolve_one(row.urn, Viewer()) is not None
    house.only(row.subject)
    with pytest.raises(Refused):
        attachments.attachment_of(Viewer(), row.pk)
    with pytest.raises(Refused):
        attachments.list_for(row.subject, Viewer())
    assert resolve_one(row.urn, Viewer()) is None


def test_how_a_file_is_handed_out(viewer: Viewer, house: Any, client: Client) -> None:
    text = hang(viewer, house.add(), "골목 계획.txt", b"<b>hello</b>")
    answer = client.get(attachments.address_of(text))
    assert b"".join(answer) == b"<b>hello</b>"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    image = hang(viewer, house.add(), "a.png", picture("PNG"))
    answer = client.get(attachments.address_of(image))
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")
    again = client.get(attachments.address_of(image), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    house.only(image.subject)
    assert client.get(attachments.address_of(image), headers={"If-None-Match": answer["ETag"]}).status_code == 404


def test_taken_off_by_whoever_may_and_shown_no_more(
    person: Person, other: Person, viewer: Viewer, house: Any, client: Client
) -> None:
    row = hang(viewer, house.add(), body_id=BODY)
    for stranger in (Viewer(), Viewer.person(other.pk), Viewer.person(other.pk, BODY, "reader")):
        with pytest.raises(Refused) as no:
            attachments.remove(by=stranger, attachment=row)
        assert no.value.code == "not_allowed"
    attachments.remove(by=Viewer.person(other.pk, BODY, "officer"), attachment=row)
    with pytest.raises(Refused) as no:
        attachments.remove(by=viewer, attachment=row)
    assert no.value.code == "conflict"
    assert attachments.list_for(row.subject, viewer) == ([], [])
    assert client.get(attachments.address_of(row)).status_code == 404
    assert [line.type for line in timeline(row.subject, Viewer())] == [
        "core.attachment.removed",
        "core.attachment.added",
    ]
    assert "계획.txt" not in str(timeline(row.subject, Viewer()))


def test_bytes_go_with_their_last_holder_and_not_before(viewer: Viewer, house: Any, later: Any) -> None:
    first, second = hang(viewer, house.add()), hang(viewer, house.add())
    path = attachments.path_of(first.blob_id)
    attachments.remove(by=viewer, attachment=first)
    later.shift(days=2)
    attachments.clean()
    assert default_storage.exists(path)
    attachments.remove(by=viewer, attachment=second)
    attachments.clean()
    assert default_storage.exists(path), "young removals can still be looked into"
    later.shift(days=2)
    assert attachments.clean() == 1
    assert not default_storage.exists(path)
    assert not Blob.objects.exists()
    assert stored(hang(viewer, house.add())) == "골목".encode()


def test_bytes_of_an_upload_that_came_to_nothing_are_swept(viewer: Viewer, house: Any, later: Any) -> None:
    def hand_in() -> None:
        with transaction.atomic():
            hang(viewer, house.add())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        hand_in()
    assert not Blob.objects.exists()
    [folder] = default_storage.listdir("blobs")[0]
    assert attachments.clean() == 0
    assert len(default_storage.listdir(f"blobs/{folder}")[1]) == 1
    later.shift(days=2)
    assert attachments.clean() == 1
    assert default_storage.listdir(f"blobs/{folder}")[1] == []
