"""Offering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration import policy
from dure.collaboration.actions.call import _locked
from dure.collaboration.models import Collaboration, Invitation, Offer, OfferRevision, ResourceKind, Stage
from dure.core import clock
from dure.core.events import record
from dure.core.ids import uuid7
from dure.core.links import own
from dure.core.models import Audience
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import open_up, withhold

TEXTS = {"what": 2000, "how_much": 200, "available": 200, "conditions": 1000}
NEEDED = {"what", "how_much", "available"}


def offer_make(
    *, by: Viewer, id: UUID, fields: Mapping[str, Any], answers: Iterable[UUID] = (), offer_id: UUID | None = None
) -> Offer:
    """Offer in the name of the body one acts for: `fields` resource, what, how_much, available, conditions; and where
    it puts in a registered resource of its own, resource_urn, uses_from, uses_until (moments) and uses_quantity.

    `answers` are the ids of the lacks it meets. With `offer_id` a doubled request makes one offer.
    """
    with transaction.atomic():
        collaboration = _locked(id)
        if collaboration.stage == Stage.DRAFT:
            raise Refused("not_found", _("없는 협업입니다."))
        policy.must_offer_for(by, collaboration)
        known = Offer.objects.filter(pk=offer_id, body_id=by.body_id).first() if offer_id else None
        if known:
            return known
        offer = Offer(pk=offer_id or uuid7(), collaboration=collaboration, body_id=by.body_id, person_id=by.person_id)
        _fill(offer, fields)
        _use(by, offer, fields)
        offer.save(force_insert=True)
        offer.answers.set(_lacks(collaboration, answers))
        Invitation.objects.filter(collaboration=collaboration, body_id=by.body_id).update(
            state=Invitation.State.OFFERED, answered_at=clock.now()
        )
        record(
            by=by,
            type="collaboration.offer.made",
            subject=collaboration.urn,
            thing=offer.urn,
            data=what_is_used(offer),
        )
    return offer


def offer_change(*, by: Viewer, id: UUID, fields: Mapping[str, Any], answers: Iterable[UUID] = ()) -> Offer:
    """Change one's offer; what it said before is kept."""
    with transaction.atomic():
        offer = _locked_offer(id)
        policy.must_hold_offer(by, offer)
        policy.must_be_open(offer.collaboration)
        before = {name: getattr(offer, name) for name in (*TEXTS, "resource")}
        _fill(offer, fields)
        used = what_is_used(offer)
        _use(by, offer, fields)
        offer.answers.set(_lacks(offer.collaboration, answers))
        if before != {name: getattr(offer, name) for name in before} or used != what_is_used(offer):
            offer.changed_at = clock.now()
            offer.save()
            OfferRevision.objects.create(offer=offer, person_id=by.person_id, before=before)
            record(
                by=by,
                type="collaboration.offer.changed",
                subject=offer.about,
                thing=offer.urn,
                data=what_is_used(offer),
            )
    return offer


def offer_withdraw(*, by: Viewer, id: UUID, reason: str) -> Offer:
    """Take one's offer back; the reason is public."""
    with transaction.atomic():
        offer = _locked_offer(id)
        policy.must_hold_offer(by, offer)
        if not reason.strip():
            raise Refused("invalid", _("거두는 까닭을 적어 주세요."), "reason")
        offer.state, offer.withdrawn_reason = Offer.State.WITHDRAWN, reason.strip()[:500]
        offer.changed_at = clock.now()
        offer.save()
        record(
            by=by,
            type="collaboration.offer.withdrawn",
            subject=offer.about,
            thing=offer.urn,
            data=what_is_used(offer),
        )
    return offer


def offer_withhold(*, by: Viewer, id: UUID, level: str, reason: str = "", review_on: date | None = None) -> Offer:
    """Show one's offer to fewer, or (`level` public) to everybody again. The asking body always reads it."""
    with transaction.atomic():
        offer = _locked_offer(id)
        policy.must_hold_offer(by, offer)
        if level == "public":
            open_up(by=by, thing=offer)
        elif level == "partners":
            Audience.objects.get_or_create(
                subject=offer.collaboration_id, kind="partner", body_id=offer.collaboration.body_id
            )
            withhold(by=by, thing=offer, level=level, reason=reason, review_on=review_on)
        else:
            raise Refused("invalid", _("제안은 요청한 기관에는 보여야 합니다."), "visibility")
    return offer


def _locked_offer(id: UUID) -> Offer:
    offer = Offer.objects.select_for_update(of=("self",)).select_related("collaboration").filter(pk=id).first()
    if offer is None:
        raise Refused("not_found", _("없는 제안입니다."))
    return offer


def _fill(offer: Offer, fields: Mapping[str, Any]) -> None:
    resource = fields.get("resource", "")
    if resource not in ResourceKind.values:
        raise Refused("invalid", _("무엇으로 돕는지 골라 주세요."), "resource")
    offer.resource = resource
    for name, longest in TEXTS.items():
        text = str(fields.get(name, "")).strip()
        if name in NEEDED and not text:
            raise Refused("invalid", _("이 칸을 채워 주세요."), name)
        if len(text) > longest:
            raise Refused("invalid", _("%(n)d자까지 쓸 수 있습니다.") % {"n": longest}, name)
        setattr(offer, name, text)


def _use(by: Viewer, offer: Offer, fields: Mapping[str, Any]) -> None:
    """A registered resource that the offer puts in, from when until when and how many of it; all or nothing."""
    urn = str(fields.get("resource_urn") or "")
    offer.resource_urn = urn
    if not urn:
        offer.uses_from = offer.uses_until = offer.uses_quantity = None
        return
    if urn not in {link.urn for link in own("resource", by)}:
        raise Refused("invalid", _("우리 기관이 등록한 자원에서 골라 주세요."), "resource_urn")
    start, end, quantity = fields.get("uses_from"), fields.get("uses_until"), fields.get("uses_quantity")
    if start is None:
        raise Refused("invalid", _("언제부터 쓰는지 정해 주세요."), "uses_from")
    if end is None or end <= start:
        raise Refused("invalid", _("쓰기 시작한 뒤의 때를 정해 주세요."), "uses_until")
    if not isinstance(quantity, int) or quantity < 1:
        raise Refused("invalid", _("몇 개를 쓰는지 1부터 적어 주세요."), "uses_quantity")
    offer.uses_from, offer.uses_until, offer.uses_quantity = start, end, quantity


def what_is_used(offer: Offer) -> dict[str, object]:
    """What another room must know to hold, book or free the registered resource of an offer; for the events' data."""
    if not offer.resource_urn:
        return {}
    assert offer.uses_from
    assert offer.uses_until
    return {
        "resource": offer.resource_urn,
        "from": offer.uses_from.isoformat(),
        "until": offer.uses_until.isoformat(),
        "quantity": offer.uses_quantity,
        "body": str(offer.body_id),
    }


def _lacks(collaboration: Collaboration, ids: Iterable[UUID]) -> list[Any]:
    wanted = set(ids)
    found = [item for item in collaboration.call.lacks if item.pk in wanted]
    if len(found) != len(wanted):
        raise Refused("invalid", _("모자란 것에서 골라 주세요."), "answers")
    return found
