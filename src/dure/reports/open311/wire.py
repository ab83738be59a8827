"""How GeoReport v2 is written: XML and JSON of the same content, moments with their offset, faults in its own form."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.refused import Refused

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
    "photos": "photo",
    "laws": "law",
}
"""What an entry of a list is called in XML; in JSON it has no name (the Spark convention)."""
STATUS = {"not_signed_in": 403, "not_allowed": 403, "not_found": 404, "too_many": 429, "conflict": 409}
# XML 1.0 §2.2: what is no Char cannot be written at all, not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(form: str, root: str, content: Any, *, status: int = 200) -> HttpResponse:
    """The content as the caller asked for it. `root` is the name of the outermost element in XML."""
    text = as_xml(root, content) if form == "xml" else as_json(content)
    response = HttpResponse(text, content_type=TYPES.get(form, TYPES["xml"]), status=status)
    # Nothing here depends on cookies, so any page may read what is public.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-cache" if status == 200 else "no-store"
    return response


def fault(form: str, status: int, words: str) -> HttpResponse:
    return answer(form, "errors", [{"code": status, "description": words}], status=status)


def refusal(form: str, refused: Refused) -> HttpResponse:
    """A refusal with its status of the spec; the field at fault stands before the words, in the spec's own name."""
    words = f"{refused.field}: {refused.message}" if refused.field else str(refused.message)
    response = fault(form, STATUS.get(refused.code, 400), words)
    if refused.code == "too_many":
        response.headers["Retry-After"] = str(60 - clock.now().second)
    return response


def as_json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, default=str).encode("utf-8", "replace")


def as_xml(root: str, content: Any) -> bytes:
    element = ElementTree.Element(root)
    _fill(element, root, content)
    text = ElementTree.tostring(element, encoding="unicode", short_empty_elements=True)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode("utf-8", "replace")


def _fill(element: ElementTree.Element, name: str, content: Any) -> None:
    if isinstance(content, Mapping):
        for key, value in content.items():
            _fill(ElementTree.SubElement(element, key), key, value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for one in content:
            _fill(ElementTree.SubElement(element, ITEMS[name]), ITEMS[name], one)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None and content != "":
        element.text = _NOT_XML.sub("", str(content))


def moment(at: datetime | None) -> str | None:
    """On the clock in Seoul with its offset (W3C note on dates and times): `2026-11-25T14:03:00+09:00`."""
    return clock.local(at).isoformat(timespec="seconds") if at else None


def moment_of(text: str, field: str) -> datetime | None:
    """A moment that was sent; without an offset it is taken as Seoul time. None for ''; Refused `invalid`."""
    # A plus sign that was not escaped arrives as a blank.
    text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text.strip())
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=clock.SEOUL)
        # The offset must not lead out of the calendar, and no database knows years before the first.
        at = at.astimezone(clock.SEOUL)
    except (ValueError, OverflowError) as error:
        words = _("날짜와 시각은 2026-11-25T14:03:00+09:00처럼 적어 주세요.")
        raise Refused("invalid", words, field) from error
    if not 1900 <= at.year <= 2200:
        raise Refused("invalid", _("날짜를 다시 확인해 주세요."), field)
    return at


def number_of(text: str, field: str, least: float, most: float) -> float | None:
    """A decimal number between two bounds; None for ''; Refused `invalid`."""
    text = text.strip()
    if not text:
        return None
    if not re.fullmatch(r"[+-]?\d{1,9}(\.\d{0,20})?", text, re.ASCII):
        raise Refused("invalid", _("숫자로 적어 주세요."), field)
    value = float(text)
    if not least <= value <= most:
        raise Refused("invalid", _("%(least)g에서 %(most)g까지여야 합니다.") % {"least": least, "most": most}, field)
    return value
