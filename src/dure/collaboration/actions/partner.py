"""Choosing partners: the asker takes offers up or declines them, then settles with whom it goes on."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.collaboration import parties, policy
from dure.collaboration.actions.call import _locked
from dure.collaboration.actions.offer import _locked_offer, what_is_used
from dure.collaboration.models import Collaboration, Offer, Party, Stage
from dure.core import clock
from dure.core.events import record
from dure.core.models import Withholding
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Level


def offer_take(*, by: Viewer, id: UUID, answer: str = "") -> Party:
    """Take an offer up: its body is a party from now on. Refused: not_allowed, conflict where it is answered already
    or the partners are settled."""
    with transaction.atomic():
        offer = _answerable(by, id)
        offer.state, offer.answer, offer.answered_at = Offer.State.TAKEN, answer.strip()[:500], clock.now()
        offer.save(update_fields=["state", "answer", "answered_at"])
        party = parties.join(offer.collaboration, offer.body_id, Party.Role.PARTNER, offer)
        record(by=by, type="collaboration.offer.taken", subject=offer.about, thing=offer.urn, data=what_is_used(offer))
    return party


def offer_decline(*, by: Viewer, id: UUID, answer: str) -> Offer:
    """Decline an offer, with a reason that everybody can read."""
    with transaction.atomic():
        offer = _answerable(by, id)
        if not answer.strip():
            raise Refused("invalid", _("함께하지 않는 까닭을 적어 주세요."), "answer")
        offer.state, offer.answer, offer.answered_at = Offer.State.DECLINED, answer.strip()[:500], clock.now()
        offer.save(update_fields=["state", "answer", "answered_at"])
        record(
            by=by, type="collaboration.offer.declined", subject=offer.about, thing=offer.urn, data=what_is_used(offer)
        )
    return offer


def partners_settle(*, by: Viewer, id: UUID) -> Collaboration:
    """Go on with the parties there are: no more offers; from now on they decide together.

    Refused `conflict` without a partner, while an offer waits for its answer (nobody is left without one), or while a
    part of the call is withheld from the partners themselves.
    """
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_own(by, collaboration)
        policy.must_be_open(collaboration)
        members = parties.party_bodies(collaboration)
        if len(members) < 2:
            raise Refused("conflict", _("함께할 기관을 한 곳 이상 정해 주세요."))
        if collaboration.offers.filter(state=Offer.State.MADE).exists():
            raise Refused("conflict", _("답을 기다리는 제안이 있습니다. 모든 제안에 먼저 답해 주세요."))
        if Withholding.objects.filter(subject=collaboration.pk, visibility__in=[Level.BODY, Level.NAMED]).exists():
            message = _("함께할 기관도 볼 수 없는 항목이 요청에 있습니다. 함께하는 기관까지 볼 수 있게 넓혀 주세요.")
            raise Refused("conflict", message)
        parties.narrow_circle(collaboration, members)
        collaboration.stage, collaboration.settled_at = Stage.AGREEING, clock.now()
        collaboration.changed_at = collaboration.settled_at
        collaboration.save(update_fields=["stage", "settled_at", "changed_at"])
        record(by=by, type="collaboration.partners.settled", subject=collaboration.urn, data={"parties": len(members)})
    return collaboration


def _answerable(by: Viewer, id: UUID) -> Offer:
    offer = _locked_offer(id)
    policy.must_own(by, offer.collaboration)
    policy.must_be_open(offer.collaboration)
    if offer.state != Offer.State.MADE:
        raise Refused("conflict", _("이미 답했거나 거둔 제안입니다."))
    return offer
