"""Attachments: files on a subject. Bytes are kept once under their SHA-256; pictures lose their hidden data first.

Taking in (`take_in`) reads, checks and stores the bytes; `attach` hangs them on a subject in one transaction. A blob's
row is there before its bytes and goes after them, so that a process killed in between leaves nothing unaccounted for.
"""

from __future__ import annotations

import hashlib
import logging
import re
import tempfile
import unicodedata
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.core import clock, filetypes
from dure.core.events import Line, record
from dure.core.links import Link, parse, resolve, resolve_one, urn
from dure.core.models import Attachment, Blob, Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level, Withheld

log = logging.getLogger(__name__)

UNHELD = timedelta(days=1)
"""How long bytes stay that no attachment holds, so that a file being handed in is not swept away under it."""
IN_MEMORY = 2 << 20
MAX_PIXELS = 50_000_000
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Taken:
    """Bytes that are stored and checked, and the name they came with, cleaned."""

    sha256: str
    name: str
    media_type: str
    size: int


def largest() -> int:
    """The cap on one file, in bytes (setting FILE_MAX_BYTES, 20 MiB where it is not set)."""
    return int(getattr(settings, "FILE_MAX_BYTES", 20 << 20))


def take_in(uploaded: UploadedFile) -> Taken:
    """Read, check and store an uploaded file. Refused `invalid`: empty, too large, damaged, of a kind not taken.

    Best called before the transaction begins: it may take as long as the file is large.
    """
    name = clean_name(uploaded.name or "")
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        size = 0
        for chunk in uploaded.chunks(_CHUNK):
            size += len(chunk)
            if size > largest():
                words = _("파일이 너무 큽니다. %s MB까지 올릴 수 있습니다.") % (largest() >> 20)
                raise Refused("invalid", words, "file")
            spool.write(chunk)
        if not size:
            raise Refused("invalid", _("빈 파일입니다."), "file")
        type = filetypes.sniff(spool, name)
        if type.picture:
            with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as clean:
                _redraw(spool, clean)
                return _store(clean, name, type.media_type)
        return _store(spool, name, type.media_type)


def attach(
    *,
    by: Viewer,
    subject: str,
    circle: UUID,
    uploaded: UploadedFile | Taken,
    body_id: UUID | None = None,
    note: str = "",
) -> Attachment:
    """Hang a file on a subject. The caller (a room's action) has checked that `by` may.

    `circle` is the UUID whose Audience are the partners of the subject; `body_id` the body that answers for the file.
    """
    taken = uploaded if isinstance(uploaded, Taken) else take_in(uploaded)
    with transaction.atomic():
        row = Attachment.objects.create(
            subject=subject,
            circle=circle,
            blob_id=taken.sha256,
            name=taken.name,
            note=note[:300],
            person_id=by.person_id,
            body_id=body_id,
        )
        record(by=by, type="core.attachment.added", subject=subject, thing=row.urn, data={"size": taken.size})
    return row


def remove(*, by: Viewer, attachment: Attachment) -> None:
    """Take a file off its subject: whoever put it there, or acts for its body. Its bytes go with the last holder."""
    own = attachment.person_id is not None and attachment.person_id == by.person_id
    if not (own or by.may_act_for(attachment.body_id)):
        raise Refused("not_allowed", _("이 파일을 뗄 수 없습니다."))
    with transaction.atomic():
        rows = Attachment.objects.filter(pk=attachment.pk, removed_at=None)
        if not rows.update(removed_at=clock.now()):
            raise Refused("conflict", _("이미 뗀 파일입니다."))
        record(by=by, type="core.attachment.removed", subject=attachment.subject, thing=attachment.urn)


def hand_over(*, subjects: Sequence[str], to: UUID | None) -> None:
    """From now on body `to` answers for the files of these subjects, reads those kept to the body, and owes the look
    at them again. For an action that gives the subject itself to another body, inside its transaction; its event says
    so."""
    rows = Attachment.objects.filter(subject__in=subjects)
    rows.exclude(visibility=Level.PUBLIC).update(withheld_by_body=to)
    rows.update(body_id=to)


def attachment_of(viewer: Viewer, id: UUID) -> Attachment:
    """The file this viewer may read. Refused `not_found`, also where it is withheld."""
    row = Attachment.objects.visible_to(viewer).select_related("blob").filter(pk=id).first()
    if row is None or resolve_one(row.subject, viewer) is None:
        raise Refused("not_found", _("이런 파일이 없습니다."))
    return row


def list_for(subject: str, viewer: Viewer) -> tuple[list[Attachment], list[Withheld]]:
    """The files on a subject that this viewer may read, oldest first, and what stands in the place of the others.

    Refused `not_found` when the viewer may not see the subject.
    """
    if resolve_one(subject, viewer) is None:
        raise Refused("not_found", "")
    rows = Attachment.objects.filter(subject=subject).order_by("created_at", "id")
    hidden = [row.withheld for row in rows.withheld_from(viewer)]
    return list(rows.visible_to(viewer).select_related("blob")), [withheld for withheld in hidden if withheld]


def address_of(row: Attachment) -> str:
    return reverse("core:file", args=[row.pk, row.name])


def open_blob(row: Attachment) -> IO[bytes]:
    return default_storage.open(path_of(row.blob_id))


def path_of(sha256: str) -> str:
    return f"blobs/{sha256[:2]}/{sha256}"


def clean_name(name: str) -> str:
    """A file name that is safe to show and to hand back: no path, no control or direction signs, at most 150 signs."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    name = re.sub(r'[<>:"|?*%#&;]', "_", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    stem, extension = stem.strip(" .")[:150] or _("파일"), extension[:10]
    return f"{stem}.{extension}" if dot else stem


def _redraw(source: IO[bytes], target: IO[bytes]) -> None:
    """The picture drawn anew: upright, without position, camera or any other hidden data; its colours stay."""
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    source.seek(0)
    try:
        with warnings.catch_warnings():
            # We count the pixels ourselves; Pillow's own bound is above ours.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(source, formats=["JPEG", "PNG", "GIF", "WEBP"])
            frames = min(getattr(picture, "n_frames", 1), 500)
            if picture.width * picture.height * frames > MAX_PIXELS:
                raise Refused("invalid", _("사진이 너무 큽니다. 크기를 줄여 올려 주세요."), "file")
            kind = picture.format or ""
            options: dict[str, Any] = {"JPEG": {"quality": 90}, "WEBP": {"quality": 90}}.get(kind, {})
            if colours := picture.info.get("icc_profile"):
                options["icc_profile"] = colours
            if frames > 1:
                drawn = [_bare(frame.convert("RGBA")) for frame in ImageSequence.Iterator(picture)][:frames]
                options |= {"save_all": True, "append_images": drawn[1:], "loop": picture.info.get("loop", 0)}
                options["duration"] = picture.info.get("duration", 100)
                first = drawn[0]
            else:
                first = _bare(ImageOps.exif_transpose(picture))
                if kind == "JPEG" and first.mode not in {"RGB", "L", "CMYK"}:
                    first = first.convert("RGB")
            first.save(target, format=kind, **options)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refused("invalid", _("사진을 읽을 수 없습니다. 파일이 상했는지 보아 주세요."), "file") from error
    target.seek(0)


def _bare(picture: Any) -> Any:
    """A copy with the pixels (and the palette and transparency they need) and nothing else."""
    bare = picture.copy()
    bare.info = {key: picture.info[key] for key in ("transparency",) if key in picture.info}
    bare.getexif().clear()
    return bare


def _store(spool: IO[bytes], name: str, media_type: str) -> Taken:
    spool.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := spool.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    sha256 = digest.hexdigest()
    # The row first, and as young as now: `clean` leaves young blobs alone.
    Blob.objects.update_or_create(
        sha256=sha256, defaults={"created_at": clock.now()}, create_defaults={"size": size, "media_type": media_type}
    )
    path = path_of(sha256)
    if not (default_storage.exists(path) and default_storage.size(path) == size):
        if default_storage.exists(path):
            default_storage.delete(path)
        spool.seek(0)
        stored = default_storage.save(path, File(spool))
        if stored != path:
            # Somebody else stored the same bytes a moment ago.
            default_storage.delete(stored)
    return Taken(sha256, name, media_type, size)


def clean() -> int:
    """Delete bytes that nothing has held for `UNHELD`: of attachments taken off, and of uploads that came to nothing;
    returns how many files."""
    edge = clock.now() - UNHELD
    gone = Attachment.objects.filter(removed_at__lt=edge)
    for row in gone.exclude(blob=None).only("pk"):
        Attachment.objects.filter(pk=row.pk).update(blob=None)
    count = 0
    for sha256 in list(Blob.objects.filter(created_at__lt=edge, attachment=None).values_list("pk", flat=True)):
        with transaction.atomic():
            row = Blob.objects.select_for_update().filter(pk=sha256, created_at__lt=edge).first()
            if row is not None and not row.attachment_set.exists():
                default_storage.delete(path_of(sha256))
                row.delete()
                count += 1
    return count + _sweep(edge)


def _sweep(edge: Any) -> int:
    """Delete old files without a row: their transaction was undone."""
    count = 0
    folders = default_storage.listdir("blobs")[0] if default_storage.exists("blobs") else []
    for folder in folders:
        names = set(default_storage.listdir(f"blobs/{folder}")[1])
        known = set(Blob.objects.filter(pk__in=names).values_list("pk", flat=True))
        for name in names - known:
            path = f"blobs/{folder}/{name}"
            if default_storage.get_modified_time(path) < edge:
                count += _sweep_one(name, path)
    return count


def _sweep_one(name: str, path: str) -> int:
    try:
        with transaction.atomic():
            # Holds the place, so that the same bytes cannot be taken in while they are being deleted.
            row = Blob.objects.create(sha256=name[:64], size=0, media_type="")
            default_storage.delete(path)
            row.delete()
    except IntegrityError:
        return 0
    return 1


def resolve_attachments(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = list(Attachment.objects.visible_to(viewer).filter(pk__in=ids))
    subjects = resolve([row.subject for row in rows], viewer)
    return {row.pk: Link(row.urn, row.name, address_of(row), row.note) for row in rows if row.subject in subjects}


def describe(events: Sequence[Event], viewer: Viewer, bodies: Mapping[str, Link]) -> dict[int, Line]:
    """Lines for `core.attachment.*`: with the file's name for those who may read it."""
    mine = [event for event in events if event.type.startswith("core.attachment.")]
    ids = [parse(event.thing)[1] for event in mine]
    links = resolve([event.thing for event in mine], viewer)
    placed = Attachment.objects.filter(pk__in=ids)
    withheld = {row.urn: row.withheld for row in placed.withheld_from(viewer)}
    lines = {}
    for event in mine:
        actor = bodies.get(urn("body", event.actor_body_id)) if event.actor_body_id else None
        link = links.get(event.thing)
        if event.type == "core.attachment.removed":
            text = _("파일을 뗐습니다.")
        elif link:
            text = _("파일을 붙였습니다: %(name)s") % {"name": link.title}
        else:
            text = _("파일을 붙였습니다.")
        lines[event.seq] = Line(
            event.seq,
            event.at,
            text,
            actor.title if actor else "",
            link.url if link else "",
            event.type,
            withheld.get(event.thing),
        )
    return lines
