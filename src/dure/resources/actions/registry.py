"""Registering, changing, resting and retiring resources; their photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.core import attachments, clock
from dure.core.events import record
from dure.core.models import Attachment, Audience
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level, open_up, withhold
from dure.engines.availability import DAY, Rules, most_taken
from dure.places.queries import area as area_of
from dure.resources import policy
from dure.resources.models import HOLDING, Booking, Resource, ResourceKind
from dure.resources.models.resource import DEAREST, MOST, STEPS
from dure.resources.public_text import refresh
from dure.resources.when import FARTHEST, taken_by
from dure.resources.words import public_words

TEXTS = {"title": 120, "description": 4000, "place": 300, "conditions": 2000, "contact": 120, "unit": 10}
ONE_LINE = {"title", "place", "contact", "unit"}
MOST_CLOSED = 400
MOST_NAMED = 100
MOST_PHOTOS = 12


def resource_save(*, by: Viewer, id: UUID, fields: Mapping[str, Any], named: Sequence[UUID] = ()) -> Resource:
    """Register a resource of the body one acts for under `id`, or change it.

    `fields`: kind, title, description, quantity, unit, place, area, conditions, price, price_per, step, hours,
    closed_days, closed_on_holidays, lead_hours, longest, who, needs_approval, contact. `named` are the bodies that may
    book where `who` is named. Bookings that stand keep standing; the quantity cannot fall below what they take.
    """
    policy.must_act(by)
    with transaction.atomic():
        resource = _locked(id)
        new = resource is None
        if resource is None:
            resource = Resource(pk=id, body_id=by.body_id, person_id=by.person_id)
        policy.must_own(by, resource)
        if resource.state == Resource.State.RETIRED:
            raise Refused("conflict", _("그만둔 자원은 고칠 수 없습니다. 먼저 되돌려 주세요."))
        before = None if new else _said(resource)
        _fill(resource, fields)
        bodies = _named(resource, named)
        if not new:
            _must_hold_bookings(resource)
            if before == _said(resource) and resource.named_ids == set(bodies):
                return resource
        resource.changed_at = clock.now()
        resource.save(force_insert=new)
        resource.named.set(bodies)
        circle = Audience.objects.filter(subject=resource.pk, kind="partner")
        circle.exclude(body_id__in=bodies).exclude(body_id__in=resource.bookings.values("body_id")).delete()
        for body_id in bodies:
            Audience.objects.get_or_create(subject=resource.pk, kind="partner", body_id=body_id)
        refresh(resource)
        record(by=by, type="resources.registered" if new else "resources.changed", subject=resource.urn)
    return resource


def resource_state(*, by: Viewer, id: UUID, state: str, reason: str = "") -> Resource:
    """Let a resource rest, retire it, or lend it out again (which undoes both). Refused `conflict` for retiring while
    bookings are open; `reason` is public and needed unless it is lent out again."""
    with transaction.atomic():
        resource = _locked(id)
        if resource is None:
            raise Refused("not_found", _("없는 자원입니다."))
        policy.must_own(by, resource)
        if state not in Resource.State.values:
            raise Refused("invalid", _("상태를 골라 주세요."), "state")
        if resource.state == state:
            return resource
        asked = _("까닭을 적어 주세요. 빌리려던 기관이 봅니다.") if state != Resource.State.ACTIVE else ""
        why = public_words(reason, longest=300, field="reason", needed=asked, one_line=True)
        if state == Resource.State.RETIRED and _open_bookings(resource).exists():
            raise Refused("conflict", _("끝나지 않은 예약이 있습니다. 예약을 먼저 마무리하거나, 쉬게 해 주세요."))
        resource.state, resource.changed_at = state, clock.now()
        resource.state_reason = "" if state == Resource.State.ACTIVE else why
        resource.save()
        refresh(resource)
        record(by=by, type="resources.state", subject=resource.urn, data={"state": state})
    return resource


def resource_withhold(*, by: Viewer, id: UUID, level: str, reason: str = "", review_on: date | None = None) -> Resource:
    """Show a resource to the bodies that may or did book it only (`level` partners), or to everybody (public)."""
    with transaction.atomic():
        resource = _locked(id)
        if resource is None:
            raise Refused("not_found", _("없는 자원입니다."))
        policy.must_own(by, resource)
        if level == Level.PUBLIC:
            open_up(by=by, thing=resource)
        elif level == Level.PARTNERS:
            withhold(by=by, thing=resource, level=level, reason=reason, review_on=review_on)
        else:
            raise Refused("invalid", _("예약한 기관에는 보여야 합니다."), "visibility")
        refresh(resource)
    return resource


def photo_add(*, by: Viewer, id: UUID, uploaded: UploadedFile, note: str) -> Attachment:
    """Put a photo of the resource on its page; hidden data of the picture is removed. `note` says what is on it."""
    resource = Resource.objects.visible_to(by).filter(pk=id).first()
    if resource is None:
        raise Refused("not_found", _("없는 자원입니다."))
    policy.must_own(by, resource)
    words = public_words(note, longest=300, field="note", needed=_("사진에 무엇이 있는지 적어 주세요."), one_line=True)
    taken = picture(uploaded)
    if Attachment.objects.filter(subject=resource.urn, removed_at=None).count() >= MOST_PHOTOS:
        raise Refused("conflict", _("사진은 %(n)d장까지 올릴 수 있습니다.") % {"n": MOST_PHOTOS}, "file")
    return attachments.attach(
        by=by, subject=resource.urn, circle=resource.pk, uploaded=taken, body_id=resource.body_id, note=words
    )


def photo_remove(*, by: Viewer, id: UUID, photo_id: UUID) -> None:
    """Take a photo off the resource's page."""
    resource = Resource.objects.visible_to(by).filter(pk=id).first()
    if resource is None:
        raise Refused("not_found", _("없는 자원입니다."))
    policy.must_own(by, resource)
    row = Attachment.objects.visible_to(by).filter(pk=photo_id, subject=resource.urn).first()
    if row is None:
        raise Refused("not_found", _("이런 파일이 없습니다."))
    attachments.remove(by=by, attachment=row)


def picture(uploaded: UploadedFile) -> attachments.Taken:
    """The uploaded file as a checked picture; Refused `invalid` (`file`) where its bytes are anything else."""
    taken = attachments.take_in(uploaded)
    if not taken.media_type.startswith("image/"):
        raise Refused("invalid", _("사진 파일이 아닙니다. JPG, PNG, GIF, WEBP 사진을 올려 주세요."), "file")
    return taken


def _locked(id: UUID) -> Resource | None:
    return Resource.objects.select_for_update(of=("self",)).select_related("body").filter(pk=id).first()


def _said(resource: Resource) -> dict[str, Any]:
    return {field.attname: getattr(resource, field.attname) for field in Resource._meta.concrete_fields}


def _open_bookings(resource: Resource) -> Any:
    rows = Booking.objects.filter(resource=resource, state__in=HOLDING)
    return rows.exclude(state__in=[Booking.State.ASKED, Booking.State.CONFIRMED], ends_at__lte=clock.now())


def _must_hold_bookings(resource: Resource) -> None:
    needed = most_taken(taken_by(_open_bookings(resource)))
    if resource.quantity < needed:
        words = _("이미 한때에 %(n)s개까지 예약되어 있어 그보다 줄일 수 없습니다.") % {"n": f"{needed:,}"}
        raise Refused("conflict", words, "quantity")


def _fill(resource: Resource, fields: Mapping[str, Any]) -> None:
    needed = {
        "title": _("자원의 이름을 적어 주세요."),
        "contact": _("문의할 부서를 적어 주세요."),
        "unit": _("세는 말을 적어 주세요."),
    }
    for name, longest in TEXTS.items():
        text = public_words(
            fields.get(name), longest=longest, field=name, needed=needed.get(name, ""), one_line=name in ONE_LINE
        )
        setattr(resource, name, text)
    _choose(resource, "kind", fields, ResourceKind.values, _("종류를 골라 주세요."))
    _choose(resource, "who", fields, Resource.Who.values, _("누가 예약할 수 있는지 골라 주세요."))
    _choose(resource, "price_per", fields, Resource.Per.values, _("무엇마다 받는지 골라 주세요."))
    _choose(resource, "step", fields, [0, *STEPS], _("빌려주는 단위를 골라 주세요."))
    _count(resource, "quantity", fields, 1, MOST)
    _count(resource, "price", fields, 0, DEAREST)
    _count(resource, "lead_hours", fields, 0, 24 * 365)
    _count(resource, "longest", fields, 0, FARTHEST.days * (1 if resource.by_day else DAY))
    if resource.longest and resource.step and resource.longest % resource.step:
        raise Refused("invalid", _("가장 긴 시간을 빌려주는 단위에 맞추어 주세요."), "longest")
    resource.needs_approval = bool(fields.get("needs_approval", True))
    resource.closed_on_holidays = bool(fields.get("closed_on_holidays", True))
    _hours(resource, fields)
    code = str(fields.get("area") or "")
    resource.area = area_of(code).code if code else ""


def _hours(resource: Resource, fields: Mapping[str, Any]) -> None:
    weekly = [[[int(a), int(b)] for a, b in spans] for spans in fields.get("hours") or []]
    try:
        rules = Rules(tuple(tuple((a, b) for a, b in spans) for spans in weekly), step=resource.step)
    except ValueError as error:
        raise Refused("invalid", _("여는 시간을 다시 적어 주세요."), "hours") from error
    if not any(rules.weekly):
        raise Refused("invalid", _("일주일에 하루는 열어 주세요."), "hours")
    if resource.step and any(edge % resource.step for day in weekly for span in day for edge in span):
        raise Refused("invalid", _("여는 시간을 빌려주는 단위에 맞추어 주세요."), "hours")
    days = {day if isinstance(day, date) else date.fromisoformat(day) for day in fields.get("closed_days") or []}
    if len(days) > MOST_CLOSED:
        words = _("닫는 날은 %(n)d일까지 적을 수 있습니다.") % {"n": MOST_CLOSED}
        raise Refused("invalid", words, "closed_days")
    resource.hours, resource.closed_days = weekly, sorted(day.isoformat() for day in days)


def _named(resource: Resource, named: Sequence[UUID]) -> list[UUID]:
    if resource.who != Resource.Who.NAMED:
        return []
    wanted = set(named) - {resource.body_id}
    if not wanted:
        raise Refused("invalid", _("예약할 수 있는 기관을 한 곳 이상 적어 주세요."), "named")
    if len(wanted) > MOST_NAMED:
        raise Refused("invalid", _("기관은 %(n)d곳까지 정할 수 있습니다.") % {"n": MOST_NAMED}, "named")
    found = set(Body.objects.filter(pk__in=wanted, state=Body.State.CONFIRMED).values_list("pk", flat=True))
    if found != wanted:
        raise Refused("invalid", _("그런 기관이 없습니다."), "named")
    return sorted(found)


def _choose(resource: Resource, name: str, fields: Mapping[str, Any], values: Sequence[Any], words: str) -> None:
    value = fields.get(name)
    if value not in values:
        raise Refused("invalid", words, name)
    setattr(resource, name, value)


def _count(resource: Resource, name: str, fields: Mapping[str, Any], least: int, most: int) -> None:
    value = fields.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        words = _("%(a)s에서 %(b)s 사이의 수를 적어 주세요.") % {"a": f"{least:,}", "b": f"{most:,}"}
        raise Refused("invalid", words, name)
    setattr(resource, name, value)
