"""What GeoReport v2 clients send, made into a report: form fields, attributes and pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from dure.core import attachments, ports
from dure.core.attachments import Taken
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer
from dure.reports import categories
from dure.reports.actions import Said, report_hand_in
from dure.reports.actions.hand_in import MOST_FILES
from dure.reports.models import Report
from dure.reports.open311.actions import own_id
from dure.reports.open311.wire import moment_of, number_of

LONGEST_KEY = 200
_ATTRIBUTE = re.compile(r"attribute\[([A-Za-z0-9_-]{1,60})\](?:\[\])?")
# What our own definitions call them; FixMyStreet and others send attributes of their own besides.
_OWN_KEYS = ("client_id", "fixmystreet_id")


@dataclass(frozen=True)
class Taking:
    """A report that was taken in, and what of the form was left out, in words for whoever sent it."""

    report: Report
    left_out: tuple[str, ...]


def attributes(form: Mapping[str, Any]) -> dict[str, str]:
    """`attribute[code]=value` by code; of several values of one code the last."""
    return {match[1]: str(form[name]) for name in form if (match := _ATTRIBUTE.fullmatch(name))}


def said_of(form: Mapping[str, Any], by: Viewer) -> Said:
    """The form as a report. Refused `invalid` with the name of the field as GeoReport v2 calls it."""
    given = attributes(form)

    def field(name: str) -> str:
        return str(form.get(name, "") or "").strip()

    category = categories.category(field("service_code"))
    if category is None:
        words = _("service_code에는 services 목록의 값을 적어 주세요.")
        raise Refused("invalid", words, "service_code")
    lat = number_of(field("lat"), "lat", -90, 90)
    lon = number_of(field("long"), "long", -180, 180)
    if (lat is None) != (lon is None):
        raise Refused("invalid", _("lat와 long을 모두 적어 주세요."), "lat" if lat is None else "long")
    address = tidy(field("address_string"), longest=200, field="address_string", one_line=True)
    road_class, road_no = given.get("road_class", "").strip(), given.get("road_no", "").strip()
    if lat is None and not address and not road_no:
        raise Refused("invalid", _("자리가 없습니다. lat와 long, 또는 address_string을 적어 주세요."), "lat")
    email, phone = field("email"), field("phone")
    by_phone = not email and phone and "sms" in ports.channels()
    return Said(
        words=tidy(field("description"), longest=4000, field="description"),
        category=category.id,
        category_by="partner" if by.body_id else "person",
        lon=lon,
        lat=lat,
        accuracy_m=number_of(given.get("accuracy", ""), "attribute[accuracy]", 0, 100_000),
        heading=number_of(given.get("heading", ""), "attribute[heading]", 0, 360),
        address=address,
        road_class=road_class,
        road_no=tidy(road_no, longest=20, field="attribute[road_no]", one_line=True),
        road_km=number_of(given.get("road_km", ""), "attribute[road_km]", 0, 1000),
        happened_at=moment_of(given.get("happened_at", ""), "attribute[happened_at]"),
        source="open311",
        channel="email" if email else "phone" if by_phone else "",
        address_of=email or (phone if by_phone else ""),
        name=tidy(f"{field('first_name')} {field('last_name')}".strip(), longest=60, field="first_name", one_line=True),
        sender_id=by.body_id,
    )


def pictures(files: Sequence[UploadedFile]) -> tuple[Taken, ...]:
    """Checked and stored; Refused `invalid` for too many, and for what is no picture."""
    if len(files) > MOST_FILES:
        raise Refused("invalid", _("사진은 %(n)s장까지 올릴 수 있습니다.") % {"n": MOST_FILES}, "media")
    taken = tuple(attachments.take_in(one) for one in files)
    if any(not one.media_type.startswith("image/") for one in taken):
        raise Refused("invalid", _("사진만 올릴 수 있습니다."), "media")
    return taken


def take(
    *, by: Viewer, form: Mapping[str, Any], files: Sequence[UploadedFile], key: str = "", client: str = ""
) -> Taking:
    """Hand in what a client sent. A client with a key may name its report (`attribute[client_id]`, FixMyStreet's
    `attribute[fixmystreet_id]`, or `key` from the header Idempotency-Key): sent again, it makes no second one.
    """
    said = said_of(form, by)
    left_out = []
    if any(name == "media_url" or name.startswith("media_url[") for name in form if form[name]):
        left_out.append(_("media_url의 사진은 가져오지 않습니다. 사진은 media로 함께 올려 주세요."))
    if form.get("phone") and said.channel != "phone" and said.channel != "email":
        left_out.append(_("이곳에서는 문자를 보낼 수 없어 전화번호를 받지 않았습니다."))
    said = replace(said, files=pictures(files))
    given = attributes(form)
    name = key or next((f"{one}={given[one]}" for one in _OWN_KEYS if given.get(one)), "")
    id: UUID | None = own_id(by.body_id, "report", name[:LONGEST_KEY]) if by.body_id and name else None
    report, heard = hand_in(by=by, said=said, id=id, client=client)
    return Taking(report, (*left_out, *heard))


def hand_in(*, by: Viewer, said: Said, id: UUID | None = None, client: str = "") -> tuple[Report, tuple[str, ...]]:
    """As the action, but a report is never lost because its sender was asked to confirm an address too often: then it
    is taken in without the address, and the words say so."""
    try:
        return report_hand_in(by=by, said=said, id=id, client=client), ()
    except Refused as refused:
        if refused.code != "too_many" or not said.address_of:
            raise
    report = report_hand_in(by=by, said=replace(said, channel="", address_of=""), id=id, client=client)
    return report, (_("이 주소로는 확인 편지를 너무 많이 보내, 연락처 없이 접수했습니다."),)
