"""Inviting partners."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration import policy
from dure.collaboration.actions.call import _locked
from dure.collaboration.models import Invitation
from dure.core import clock
from dure.core.events import record
from dure.core.models import Audience
from dure.core.refused import Refused
from dure.core.viewer import Viewer


def partner_invite(*, by: Viewer, id: UUID, body_id: UUID, reason: str) -> Invitation:
    """Invite a body, with the sentence it will read. Inviting it again changes nothing."""
    with transaction.atomic():
        collaboration = _locked(id)
        policy.must_own(by, collaboration)
        policy.must_be_open(collaboration)
        if body_id == collaboration.body_id:
            raise Refused("invalid", _("우리 기관은 초대할 수 없습니다."), "body")
        if not _is_there(body_id):
            raise Refused("invalid", _("지금 있는 기관을 골라 주세요."), "body")
        if not reason.strip():
            raise Refused("invalid", _("초대하는 까닭을 한 문장 적어 주세요."), "reason")
        invitation, made = Invitation.objects.get_or_create(
            collaboration=collaboration,
            body_id=body_id,
            defaults={"person_id": by.person_id, "reason": reason.strip()[:300]},
        )
        if made:
            Audience.objects.get_or_create(subject=collaboration.pk, kind="partner", body_id=body_id)
            record(by=by, type="collaboration.partner.invited", subject=collaboration.urn, thing=invitation.urn)
    return invitation


def invitation_decline(*, by: Viewer, id: UUID, answer: str, suggests: UUID | None = None) -> Invitation:
    """Say no, with a reason that everybody can read, and name a body that fits better if one is known.

    The body leaves the circle of those who see partners' parts. Refused: invalid (`answer`, `suggests`), conflict.
    """
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(pk=id).first()
        if invitation is None:
            raise Refused("not_found", _("없는 초대입니다."))
        policy.must_be_invited(by, invitation)
        if invitation.state != Invitation.State.SENT:
            raise Refused("conflict", _("이미 답한 초대입니다."))
        if not answer.strip():
            raise Refused("invalid", _("사양하는 까닭을 적어 주세요."), "answer")
        if suggests is not None:
            _must_be_another(invitation, suggests)
            invitation.suggests_id = suggests
        invitation.state, invitation.answer = Invitation.State.DECLINED, answer.strip()[:500]
        invitation.answered_at = clock.now()
        invitation.save()
        Audience.objects.filter(
            subject=invitation.collaboration_id, kind="partner", body_id=invitation.body_id
        ).delete()
        record(by=by, type="collaboration.invitation.declined", subject=invitation.about, thing=invitation.urn)
    return invitation


def _is_there(body_id: UUID) -> bool:
    return Body.objects.valid_on(clock.today()).filter(pk=body_id, state=Body.State.CONFIRMED).exists()


def _must_be_another(invitation: Invitation, body_id: UUID) -> None:
    if body_id in (invitation.body_id, invitation.collaboration.body_id) or not _is_there(body_id):
        raise Refused("invalid", _("더 어울리는 다른 기관을 골라 주세요."), "suggests")
