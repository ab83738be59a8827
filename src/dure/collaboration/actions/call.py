"""Asking: a draft that saves itself, its publication, later changes, and withdrawal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dure.collaboration import parties, policy, public_text
from dure.collaboration.models import (
    Call,
    CallItem,
    CallRevision,
    Collaboration,
    PartnerKind,
    Party,
    ResourceKind,
    Stage,
)
from dure.core import clock
from dure.core.attachments import attach
from dure.core.events import record
from dure.core.ids import receipt_number
from dure.core.models import Withholding
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import open_up, withhold

PLAIN = (
    "title", "problem", "for_whom", "goal", "field", "target", "attribute", "technology", "place",
    "areas", "starts_on", "ends_on", "partner_kinds", "join_until",
)  # fmt: skip
ITEMS = ("brings", "lacks")
MOST_ITEMS = 20
LONGEST_OPEN = timedelta(days=366)


def call_save(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> Collaboration:
    """Save what was typed so far. Makes the draft on first use, so a doubled request changes nothing.

    `fields` holds any of PLAIN, and `brings`/`lacks` as sequences of {"text", "resource", "id"?}. After publication the
    call must stay complete, the earlier text is kept as a revision, and the change stands on the timeline.
    Refused: not_allowed, invalid (with the field), conflict.
    """
    policy.must_ask_for(by, by.body_id)
    with transaction.atomic():
        collaboration = _own_or_new(by, id)
        call = collaboration.call
        before = _values(call)
        for name in PLAIN:
            if name in fields:
                setattr(call, name, fields[name])
        _check_values(call)
        call.save()
        for kind in ITEMS:
            if kind in fields:
                _save_items(call, kind, fields[kind])
        call.refresh_from_db()
        after = _values(call)
        changed = [name for name in after if after[name] != before[name]]
        if changed:
            collaboration.changed_at = clock.now()
            collaboration.save(update_fields=["changed_at"])
        if changed and collaboration.stage != Stage.DRAFT:
            policy.must_be_open(collaboration)
            _check_complete(call)
            CallRevision.objects.create(
                collaboration=collaboration, person_id=by.person_id, before={name: before[name] for name in changed}
            )
            record(by=by, type="collaboration.call.changed", subject=collaboration.urn, data={"fields": changed})
            public_text.refresh(collaboration)
    return collaboration


def call_ask(*, by: Viewer, id: UUID, fields: Mapping[str, Any]) -> Collaboration:
    """Save a whole call and publish it in one step; asking again with the same id changes nothing."""
    with transaction.atomic():
        known = Collaboration.objects.filter(pk=id).exclude(stage=Stage.DRAFT).first()
        if known is not None:
            policy.must_own(by, known)
            return known
        call_save(by=by, id=id, fields=fields)
        return call_publish(by=by, id=id)


def call_publish(*, by: Viewer, id: UUID) -> Collaboration:
    """Open the call to everybody. Refused `invalid` with the first field that is missing."""
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_own(by, collaboration)
        if collaboration.stage != Stage.DRAFT:
            raise Refused("conflict", _("이미 올린 협업 요청입니다."))
        call = collaboration.call
        _check_values(call)
        _check_complete(call)
        assert call.join_until is not None
        today = clock.today()
        if not today <= call.join_until <= today + LONGEST_OPEN:
            raise Refused("invalid", _("제안 마감일을 오늘부터 1년 안으로 정해 주세요."), "join_until")
        collaboration.stage, collaboration.asked_at = Stage.ASKED, clock.now()
        collaboration.changed_at = collaboration.asked_at
        collaboration.save()
        parties.join(collaboration, collaboration.body_id, Party.Role.ASKER)
        record(by=by, type="collaboration.asked", subject=collaboration.urn)
        public_text.refresh(collaboration)
    return collaboration


def call_withdraw(*, by: Viewer, id: UUID, reason: str) -> Collaboration:
    """Take a published call back, for everybody to see why. Its page and history stay."""
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_own(by, collaboration)
        policy.must_be_open(collaboration)
        if not reason.strip():
            raise Refused("invalid", _("거두는 까닭을 적어 주세요."), "reason")
        collaboration.stage, collaboration.ended_at = Stage.WITHDRAWN, clock.now()
        collaboration.end_reason = reason.strip()[:500]
        collaboration.save()
        record(by=by, type="collaboration.withdrawn", subject=collaboration.urn)
        public_text.refresh(collaboration)
    return collaboration


def draft_delete(*, by: Viewer, id: UUID) -> None:
    """Throw a draft away. Only what was never published can be deleted."""
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_own(by, collaboration)
        if collaboration.stage != Stage.DRAFT:
            raise Refused("conflict", _("올린 요청은 지울 수 없습니다. 거둘 수는 있습니다."))
        record(by=by, type="collaboration.draft.deleted", subject=collaboration.urn)
        Withholding.objects.filter(subject=collaboration.pk).delete()
        collaboration.delete()


def call_field_withhold(
    *,
    by: Viewer,
    id: UUID,
    part: str,
    level: str,
    reason: str,
    review_on: date | None,
    named_bodies: Iterable[UUID] = (),
) -> Withholding:
    """Withhold one part of a call (a key of Call.PARTS) with a reason and a review date.

    Once the partners are settled no party does this alone (`conflict`): they decide it together.
    """
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_own(by, collaboration)
        policy.must_be_alone_yet(collaboration)
        return withhold_part(by, collaboration, part, level, reason, review_on, named_bodies)


def withhold_part(
    by: Viewer,
    collaboration: Collaboration,
    part: str,
    level: str,
    reason: str,
    review_on: date | None,
    named_bodies: Iterable[UUID] = (),
) -> Withholding:
    """The same without asking policy, for what the parties decided. Call it in the transaction of an action."""
    if part not in Call.PARTS:
        raise Refused("invalid", _("공개하지 않을 수 있는 항목이 아닙니다."), "part")
    row = Withholding.objects.filter(subject=collaboration.pk, field=part).first() or Withholding(
        subject=collaboration.pk, field=part, owner_body_id=collaboration.body_id, subject_urn=collaboration.urn
    )
    withhold(by=by, thing=row, level=level, reason=reason, review_on=review_on, named_bodies=named_bodies)
    public_text.refresh(collaboration)
    return row


def call_field_open(*, by: Viewer, id: UUID, part: str) -> None:
    """Make a withheld part of a call public. Refused `conflict` once the partners are settled."""
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_own(by, collaboration)
        policy.must_be_alone_yet(collaboration)
        open_part(by, collaboration, part)


def open_part(by: Viewer, collaboration: Collaboration, part: str) -> None:
    """The same without asking policy, for what the parties decided. Call it in the transaction of an action."""
    row = Withholding.objects.filter(subject=collaboration.pk, field=part).first()
    if row is None:
        raise Refused("not_found", _("이미 공개된 항목입니다."), "part")
    open_up(by=by, thing=row)
    row.delete()
    public_text.refresh(collaboration)


def _own_or_new(by: Viewer, id: UUID) -> Collaboration:
    found = Collaboration.objects.select_for_update().filter(pk=id).first()
    if found is not None:
        policy.must_own(by, found)
        return found
    assert by.body_id is not None
    at = clock.now()
    made = Collaboration.objects.create(
        pk=id, receipt=receipt_number("C", id, at), body_id=by.body_id, person_id=by.person_id, created_at=at
    )
    Call.objects.create(collaboration=made)
    return made


def _locked(id: UUID) -> Collaboration:
    found = Collaboration.objects.select_for_update().filter(pk=id).first()
    if found is None:
        raise Refused("not_found", _("없는 협업입니다."))
    return found


def _values(call: Call) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(call, name) for name in PLAIN}
    for name in ("starts_on", "ends_on", "join_until"):
        values[name] = values[name].isoformat() if values[name] else None
    items = list(call.items.all())
    for kind in ITEMS:
        values[kind] = [[item.resource, item.text] for item in items if item.kind == kind]
    return values


def _check_values(call: Call) -> None:
    for name in PLAIN:
        field = Call._meta.get_field(name)
        value = getattr(call, name)
        if isinstance(value, str):
            if field.max_length and len(value) > field.max_length:
                raise Refused("invalid", _("%(n)d자까지 쓸 수 있습니다.") % {"n": field.max_length}, name)
            if field.choices and value and value not in {choice for choice, _label in field.choices}:
                raise Refused("invalid", _("보기에서 골라 주세요."), name)
    if call.starts_on and call.ends_on and call.ends_on < call.starts_on:
        raise Refused("invalid", _("끝나는 날이 시작하는 날보다 빠릅니다."), "ends_on")
    if set(call.partner_kinds) - set(PartnerKind.values):
        raise Refused("invalid", _("보기에서 골라 주세요."), "partner_kinds")
    if len(call.areas) > 50 or not all(isinstance(code, str) and len(code) <= 10 for code in call.areas):
        raise Refused("invalid", _("지역을 다시 골라 주세요."), "areas")


def _check_complete(call: Call) -> None:
    needed = {
        "title": _("제목을 적어 주세요."),
        "problem": _("풀려는 문제를 적어 주세요."),
        "for_whom": _("누구를 위한 일인지 적어 주세요."),
        "goal": _("바라는 결과를 적어 주세요."),
        "field": _("서비스 분야를 골라 주세요."),
        "join_until": _("언제까지 제안을 받을지 정해 주세요."),
    }
    for name, message in needed.items():
        value = getattr(call, name)
        if not (value.strip() if isinstance(value, str) else value):
            raise Refused("invalid", message, name)
    if not call.items.filter(kind=CallItem.Kind.LACKS).exists():
        raise Refused("invalid", _("모자란 것을 한 가지 이상 적어 주세요."), "lacks")


def _save_items(call: Call, kind: str, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Make the rows of one kind be `wanted`. A line that was only reworded keeps its row: offers point at it."""
    entries = [_checked_item(entry, kind) for entry in wanted if str(entry.get("text", "")).strip()]
    if len(entries) > MOST_ITEMS:
        raise Refused("invalid", _("%(n)d가지까지 적을 수 있습니다.") % {"n": MOST_ITEMS}, kind)
    old = list(call.items.filter(kind=kind))
    kept = _matched(old, [text for _resource, text in entries])
    for item in old:
        if item not in kept and item.offers.exists():
            message = _("‘%(text)s’ 항목에는 제안이 달려 있어 지울 수 없습니다.") % {"text": item.text}
            raise Refused("conflict", message, kind)
    call.items.filter(kind=kind).exclude(pk__in=[item.pk for item in kept if item]).delete()
    call.items.filter(kind=kind).update(place=F("place") + 1000)
    for place, (item, (resource, text)) in enumerate(zip(kept, entries, strict=True)):
        row = item or CallItem(call=call, kind=kind)
        row.place, row.resource, row.text = place, resource, text
        row.save()


def _checked_item(entry: Mapping[str, Any], kind: str) -> tuple[str, str]:
    text = str(entry["text"]).strip()
    if len(text) > 200:
        raise Refused("invalid", _("%(n)d자까지 쓸 수 있습니다.") % {"n": 200}, kind)
    resource = str(entry.get("resource") or ResourceKind.OTHER)
    if resource not in ResourceKind.values:
        raise Refused("invalid", _("보기에서 골라 주세요."), kind)
    return resource, text


def _matched(old: Sequence[CallItem], texts: Sequence[str]) -> list[CallItem | None]:
    """For each new line its old row: the one with the same words, else the one that stood in the same place."""
    free = list(old)
    found: list[CallItem | None] = []
    for text in texts:
        same = next((item for item in free if item.text == text), None)
        found.append(same)
        if same:
            free.remove(same)
    for place, row in enumerate(found):
        if row is None:
            found[place] = next((item for item in free if item.place == place), None)
            if found[place]:
                free.remove(found[place])  # type: ignore[arg-type]
    return found


def file_add(
    *, by: Viewer, id: UUID, uploaded: Any, note: str = "", visibility: Mapping[str, Any] | None = None
) -> Any:
    """Hang a file on a collaboration: its parties, or a body that offered.

    `visibility` holds level, reason and review_on where the file is not for everybody.
    """
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_add_files(by, collaboration)
        policy.must_show_to_parties(collaboration, (visibility or {}).get("level", "public"))
        attachment = attach(
            by=by, subject=collaboration.urn, circle=collaboration.pk, uploaded=uploaded, body_id=by.body_id, note=note
        )
        if visibility:
            withhold(by=by, thing=attachment, **visibility)
    return attachment
