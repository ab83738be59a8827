"""Who belongs to a body: invited, let in on request, given another role, gone."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from dure.bodies import policy, queries
from dure.bodies.models import Body, Invitation, JoinRequest, Membership
from dure.bodies.models.membership import MembershipQuerySet, Role
from dure.core import clock, outbox
from dure.core.events import record
from dure.core.models import Person
from dure.core.refused import Refused
from dure.core.viewer import Viewer

INVITATION_RUNS = timedelta(days=14)
REQUESTS_AT_ONCE = 5
INVITATIONS_AT_ONCE = 50


def token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def invite(*, by: Viewer, body_id: UUID, email: str, role: str, unit: str = "", language: str = "ko") -> Invitation:
    """Send a link to an address; whoever opens it signed in with that address joins. The head (or an operator) only.

    An earlier open invitation to the same address is withdrawn. The link runs for two weeks.
    """
    with transaction.atomic():
        body = _active(body_id, by)
        if not policy.may_manage_members(by, body.pk) or by.person_id is None:
            raise Refused("not_allowed", _("기관의 책임자만 초대할 수 있습니다."))
        _known_role(role)
        address = email.strip().lower()
        open_ones = body.invitations.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
        if open_ones.exclude(email=address).filter(expires_at__gt=clock.now()).count() >= INVITATIONS_AT_ONCE:
            raise Refused("too_many", _("답을 기다리는 초대가 너무 많습니다. 먼저 보낸 초대를 거두어 주세요."))
        if _running(body).filter(person__email=address).exists():
            raise Refused("conflict", _("이미 이 기관에 속한 사람입니다."), "email")
        open_ones.filter(email=address).update(withdrawn_at=clock.now())
        token = secrets.token_urlsafe(32)
        invitation = Invitation.objects.create(
            body=body,
            email=address,
            role=role,
            unit=unit.strip(),
            token_hash=token_hash(token),
            invited_by_id=by.person_id,
            expires_at=clock.now() + INVITATION_RUNS,
        )
        _send(invitation, settings.SITE_URL + reverse("bodies:invitation", args=[token]), language)
        record(
            by=by,
            type="bodies.invitation.sent",
            subject=body.urn,
            data={"invitation": invitation.pk, "role": role},
        )
    return invitation


def withdraw_invitation(*, by: Viewer, invitation_id: UUID) -> Invitation:
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
        if invitation is None or not (by.reads_for(invitation.body_id) or by.operator):
            raise Refused("not_found", _("그런 초대가 없습니다."))
        if not policy.may_manage_members(by, invitation.body_id):
            raise Refused("not_allowed", _("기관의 책임자만 초대를 거둘 수 있습니다."))
        if invitation.accepted_at is not None:
            raise Refused("conflict", _("이미 받아들인 초대입니다."))
        if invitation.withdrawn_at is None:
            invitation.withdrawn_at = clock.now()
            invitation.save(update_fields=["withdrawn_at"])
            urn = f"dure:body:{invitation.body_id}"
            record(by=by, type="bodies.invitation.withdrawn", subject=urn, data={"invitation": invitation.pk})
    return invitation


def accept_invitation(*, by: Viewer, token: str) -> Membership:
    """Join by the link of a letter. Only the person whose confirmed address it was sent to; once."""
    if by.person_id is None:
        raise Refused("not_signed_in", _("초대를 받은 주소로 로그인해 주세요."))
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("body")
            .filter(token_hash=token_hash(token))
            .first()
        )
        queries.check_invitation(invitation, by)
        assert invitation is not None
        body = _active(invitation.body_id, by)
        membership = _admit(
            by=by,
            body=body,
            person_id=by.person_id,
            role=invitation.role,
            unit=invitation.unit,
            granted_by=invitation.invited_by_id,
        )
        invitation.accepted_at, invitation.accepted_by_id = clock.now(), by.person_id
        invitation.save(update_fields=["accepted_at", "accepted_by"])
    return membership


def ask_to_join(*, by: Viewer, body_id: UUID, role: str, unit: str = "", statement: str = "") -> JoinRequest:
    """Ask a body to be let in. Its head or officer decides; while it has no head, the body above it does."""
    if by.person_id is None:
        raise Refused("not_signed_in", _("로그인한 뒤에 소속을 요청할 수 있습니다."))
    with transaction.atomic():
        body = _active(body_id, by)
        _known_role(role)
        if _running(body).filter(person_id=by.person_id).exists():
            raise Refused("conflict", _("이미 이 기관에 속해 있습니다."))
        mine = JoinRequest.objects.filter(person_id=by.person_id, state=JoinRequest.State.OPEN)
        if mine.filter(body=body).exists():
            raise Refused("conflict", _("이미 요청했습니다. 기관의 확인을 기다려 주세요."))
        if mine.count() >= REQUESTS_AT_ONCE:
            raise Refused("too_many", _("확인을 기다리는 소속 요청이 다섯 건 있습니다. 먼저 그 결과를 기다려 주세요."))
        request = JoinRequest.objects.create(
            body=body, person_id=by.person_id, role=role, unit=unit.strip(), statement=statement.strip()
        )
        record(by=by, type="bodies.joining.asked", subject=body.urn, data=_facts(request))
    return request


def withdraw_join_request(*, by: Viewer, request_id: UUID) -> JoinRequest:
    with transaction.atomic():
        request = _open_request(request_id)
        if by.person_id is None or request.person_id != by.person_id:
            raise Refused("not_found", _("그런 소속 요청이 없습니다."))
        request.state, request.decided_at = JoinRequest.State.WITHDRAWN, clock.now()
        request.save(update_fields=["state", "decided_at"])
        record(by=by, type="bodies.joining.withdrawn", subject=request.body.urn, data=_facts(request))
    return request


def decide_join_request(
    *, by: Viewer, request_id: UUID, accept: bool, role: str | None = None, reason: str = ""
) -> JoinRequest:
    """Let somebody in (in the asked or another role), or refuse with a reason that they read."""
    with transaction.atomic():
        request = _open_request(request_id)
        body = request.body
        if not policy.may_decide_joining(by, body):
            raise Refused("not_found", _("그런 소속 요청이 없습니다."))
        if request.person_id == by.person_id and not by.operator:
            raise Refused("not_allowed", _("자기 요청은 스스로 정할 수 없습니다."))
        if accept:
            given = role or request.role
            _known_role(given)
            if not policy.may_grant(by, body, given):
                raise Refused("not_allowed", _("책임자 역할은 책임자만 줄 수 있습니다."), "role")
            _active(body.pk, by)
            _admit(by=by, body=body, person_id=request.person_id, role=given, unit=request.unit)
            request.state = JoinRequest.State.ACCEPTED
        else:
            if not reason.strip():
                raise Refused("invalid", _("받아들이지 않는 까닭을 적어 주세요. 요청한 분이 읽습니다."), "reason")
            request.state, request.reason = JoinRequest.State.REFUSED, reason.strip()
        request.decided_at, request.decided_by_id = clock.now(), by.person_id
        request.save()
        record(
            by=by,
            type="bodies.joining.accepted" if accept else "bodies.joining.refused",
            subject=body.urn,
            data=_facts(request),
        )
    return request


def appoint(
    *, by: Viewer, body_id: UUID, person_id: UUID, role: str, unit: str = "", until: date | None = None
) -> Membership:
    """Make somebody a member without their asking: an operator in a staff session, for a body's first head."""
    if not by.operator:
        raise Refused("not_allowed", _("설치 운영자가 운영 지원 시간 안에서만 할 수 있습니다."))
    with transaction.atomic():
        body = _active(body_id, by)
        _known_role(role)
        return _admit(by=by, body=body, person_id=person_id, role=role, unit=unit, until=until)


def change_role(*, by: Viewer, membership_id: UUID, role: str, unit: str | None = None) -> Membership:
    """Another role or unit from now on. The head only, and never so that the body is left without a head."""
    with transaction.atomic():
        old = _held(membership_id, by)
        if not policy.may_manage_members(by, old.body_id):
            raise Refused("not_allowed", _("기관의 책임자만 역할을 바꿀 수 있습니다."))
        _known_role(role)
        unit = old.unit if unit is None else unit.strip()
        if role == old.role and unit == old.unit:
            return old
        if role != Role.HEAD:
            _another_head(old)
        _end(old, by)
        return _admit(
            by=by, body=old.body, person_id=old.person_id, role=role, unit=unit, until=old.valid_to, changed=True
        )


def end_membership(*, by: Viewer, membership_id: UUID, confirmed_last: bool = False) -> Membership:
    """Leave a body, or be taken off by its head. Acting for it ends at once, also in sessions that are open.

    The last head cannot leave silently: `conflict`, unless that person says so (`confirmed_last`); the body then has
    no head until the body above or an operator lets one in, and its members are told by the event.
    """
    with transaction.atomic():
        membership = _held(membership_id, by)
        own = by.person_id == membership.person_id
        if not own and not policy.may_manage_members(by, membership.body_id):
            raise Refused("not_allowed", _("기관의 책임자만 다른 사람의 소속을 끝낼 수 있습니다."))
        last = queries.is_last_head(membership)
        if last and not (confirmed_last and (own or by.operator)):
            raise Refused("conflict", _last_head(), "confirmed_last")
        _end(membership, by)
        urn = membership.body.urn
        data = {"membership": membership.pk, "person": membership.person_id, "own": own}
        record(by=by, type="bodies.membership.ended", subject=urn, data=data)
        if last:
            record(by=by, type="bodies.body.without_head", subject=urn)
    return membership


def _admit(
    *,
    by: Viewer,
    body: Body,
    person_id: UUID,
    role: str,
    unit: str,
    until: date | None = None,
    granted_by: UUID | None = None,
    changed: bool = False,
) -> Membership:
    running = body.memberships.filter(person_id=person_id, ended_at__isnull=True)
    if running.valid_on(clock.today()).exists():
        raise Refused("conflict", _("이미 이 기관에 속한 사람입니다."))
    running.update(ended_at=clock.now())
    membership = Membership.objects.create(
        person_id=person_id,
        body=body,
        role=role,
        unit=unit.strip(),
        valid_from=clock.today(),
        valid_to=until,
        granted_by_id=granted_by or by.person_id,
    )
    JoinRequest.objects.filter(body=body, person_id=person_id, state=JoinRequest.State.OPEN).update(
        state=JoinRequest.State.ACCEPTED, decided_at=clock.now(), decided_by_id=by.person_id
    )
    record(
        by=by,
        type="bodies.membership.changed" if changed else "bodies.membership.granted",
        subject=body.urn,
        data={"membership": membership.pk, "person": person_id, "role": role},
    )
    return membership


def _end(membership: Membership, by: Viewer) -> None:
    membership.ended_at, membership.ended_by_id = clock.now(), by.person_id
    membership.save(update_fields=["ended_at", "ended_by"])


def _active(body_id: UUID, by: Viewer) -> Body:
    """The body, held for this transaction so that two heads cannot both be the last to go."""
    queries.get(body_id, by)
    body = Body.objects.select_for_update(of=("self",)).get(pk=body_id)
    if not body.is_active():
        raise Refused("conflict", _("지금 활동하는 기관이 아닙니다."))
    return body


def _running(body: Body) -> MembershipQuerySet:
    return body.memberships.valid_on(clock.today())


def _held(membership_id: UUID, by: Viewer) -> Membership:
    membership = Membership.objects.filter(pk=membership_id, ended_at__isnull=True).first()
    seen = membership and (by.person_id == membership.person_id or by.reads_for(membership.body_id) or by.operator)
    if membership is None or not seen:
        raise Refused("not_found", _("그런 소속이 없거나 이미 끝났습니다."))
    Body.objects.select_for_update(of=("self",)).get(pk=membership.body_id)
    fresh = Membership.objects.select_related("body").filter(pk=membership_id, ended_at__isnull=True).first()
    if fresh is None:
        raise Refused("not_found", _("그런 소속이 없거나 이미 끝났습니다."))
    return fresh


def _facts(request: JoinRequest) -> dict[str, object]:
    return {"request": request.pk, "person": request.person_id, "role": request.role}


def _open_request(request_id: UUID) -> JoinRequest:
    rows = JoinRequest.objects.select_for_update(of=("self",)).select_related("body", "person")
    request = rows.filter(pk=request_id).first()
    if request is None:
        raise Refused("not_found", _("그런 소속 요청이 없습니다."))
    if request.state != JoinRequest.State.OPEN:
        raise Refused("conflict", _("이미 정해졌거나 거둔 요청입니다."))
    return request


def _another_head(membership: Membership) -> None:
    if queries.is_last_head(membership):
        raise Refused("conflict", _last_head(), "role")


def _last_head() -> str:
    return _("마지막 책임자입니다. 먼저 다른 사람을 책임자로 정해 주세요.")


def _known_role(role: str) -> None:
    if role not in Role.values:
        raise Refused("invalid", _("역할을 골라 주세요."), "role")


def _send(invitation: Invitation, link: str, language: str) -> None:
    person = Person.objects.filter(email=invitation.email).first()
    with override(person.language if person else language):
        body = invitation.body.name
        outbox.queue(
            channel="email",
            address=invitation.email,
            subject=_("%(body)s에서 두레에 초대했습니다") % {"body": body},
            text=_(
                "%(body)s에서 %(role)s 역할로 함께하자고 초대했습니다.\n\n"
                "아래 링크를 열고 이 주소로 로그인한 뒤 받아들이면 됩니다. 링크는 14일 동안 쓸 수 있습니다.\n\n"
                "%(link)s\n\n모르는 초대라면 무시하셔도 됩니다. 아무 일도 일어나지 않습니다.\n"
            )
            % {"body": body, "role": invitation.get_role_display(), "link": link},
            once_key=f"bodies.invitation:{invitation.pk}",
        )
