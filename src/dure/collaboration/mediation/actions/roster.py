"""The roster (조정위원 명부): who may be drawn, for how long, in which field, and with whom they have an interest."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration.mediation import policy
from dure.collaboration.mediation.models import Expertise, Mediator, MediatorInterest
from dure.core import clock
from dure.core.events import record
from dure.core.models import Person
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer

LONGEST_TERM = timedelta(days=3 * 366)
MOST_INTERESTS = 100
EARLIEST = timedelta(days=366)


def mediator_register(
    *,
    by: Viewer,
    id: UUID,
    email: str,
    name: str,
    field: str,
    starts_on: date,
    ends_on: date,
    affiliation_id: UUID | None = None,
) -> Mediator:
    """Put somebody who has an account here on the roster; they count once they accept. A doubled `id` makes one.

    `email` is how the person signs in; it is not kept or shown here. Refused: not_allowed, invalid (with the field),
    conflict where the person stands on it already.
    """
    policy.must_keep_roster(by)
    with transaction.atomic():
        known = Mediator.objects.filter(pk=id).first()
        if known:
            if known.registered_by_id != by.person_id:
                raise Refused("conflict", _("이미 쓴 번호입니다. 쪽을 다시 열어 주세요."))
            return known
        name = tidy(name, longest=60, field="name", needed=_("보일 이름을 적어 주세요."), one_line=True)
        if field not in Expertise.values:
            raise Refused("invalid", _("분야를 골라 주세요."), "field")
        if not starts_on < ends_on <= starts_on + LONGEST_TERM:
            raise Refused("invalid", _("위촉 기간은 시작한 날 뒤로 3년 안입니다."), "ends_on")
        if ends_on < clock.today() or starts_on < clock.today() - EARLIEST:
            raise Refused("invalid", _("이미 지난 기간입니다."), "starts_on")
        if affiliation_id is not None and not Body.objects.filter(pk=affiliation_id).exists():
            raise Refused("invalid", _("이런 이름의 기관이 없습니다."), "affiliation")
        address = tidy(email, longest=254, field="email", needed=_("전자우편 주소를 적어 주세요."), one_line=True)
        person = Person.objects.select_for_update().filter(email=address.lower(), is_active=True).first()
        if person is None:
            words = _("이 주소로 들어오는 사람이 없습니다. 먼저 계정을 만들도록 알려 주세요.")
            raise Refused("invalid", words, "email")
        rows = Mediator.objects.filter(person=person, state__in=[Mediator.State.ASKED, Mediator.State.ACTIVE])
        if rows.exists():
            raise Refused("conflict", _("이미 명부에 있거나 수락을 기다리는 사람입니다."), "email")
        made = Mediator.objects.create(
            pk=id,
            person=person,
            name=name,
            field=field,
            affiliation_id=affiliation_id,
            starts_on=starts_on,
            ends_on=ends_on,
            registered_by_body=by.body_id,
            registered_by_id=by.person_id,
        )
        record(by=by, type="collaboration.mediator.registered", subject=made.urn, data={"field": field})
    return made


def mediator_accept(*, by: Viewer, id: UUID) -> Mediator:
    """Accept by oneself: from now on one can be drawn, and name and field are public."""
    by = policy.alone(by)
    with transaction.atomic():
        row = _locked(by, id)
        _must_be(row, Mediator.State.ASKED)
        row.state, row.accepted_at = Mediator.State.ACTIVE, clock.now()
        row.save(update_fields=["state", "accepted_at"])
        record(by=by, type="collaboration.mediator.accepted", subject=row.urn)
    return row


def mediator_decline(*, by: Viewer, id: UUID) -> Mediator:
    by = policy.alone(by)
    with transaction.atomic():
        row = _locked(by, id)
        _must_be(row, Mediator.State.ASKED)
        row.state, row.ended_at = Mediator.State.DECLINED, clock.now()
        row.save(update_fields=["state", "ended_at"])
        record(by=by, type="collaboration.mediator.declined", subject=row.urn)
    return row


def mediator_resign(*, by: Viewer, id: UUID, reason: str = "") -> Mediator:
    """Leave the roster. Seats that are taken stay until one leaves them, too; new ones are not given."""
    by = policy.alone(by)
    with transaction.atomic():
        row = _locked(by, id)
        _must_be(row, Mediator.State.ACTIVE)
        row.state, row.ended_at = Mediator.State.RESIGNED, clock.now()
        row.end_reason = tidy(reason, longest=300, field="reason", one_line=True)
        row.save(update_fields=["state", "ended_at", "end_reason"])
        record(by=by, type="collaboration.mediator.resigned", subject=row.urn)
    return row


def interest_declare(*, by: Viewer, id: UUID, body_id: UUID, what: str) -> MediatorInterest:
    """Declare an interest with a body: one is not drawn where it is a party. Declaring again changes the words."""
    by = policy.alone(by)
    with transaction.atomic():
        row = _locked(by, id)
        if row.state not in (Mediator.State.ASKED, Mediator.State.ACTIVE):
            raise Refused("conflict", _("명부에서 물러났습니다."))
        if not Body.objects.filter(pk=body_id).exists():
            raise Refused("invalid", _("이런 이름의 기관이 없습니다."), "body")
        what = tidy(what, longest=200, field="what", needed=_("어떤 이해관계인지 적어 주세요."), one_line=True)
        if row.interests.exclude(body_id=body_id).count() >= MOST_INTERESTS:
            raise Refused("conflict", _("이해관계는 %(n)d곳까지 적을 수 있습니다.") % {"n": MOST_INTERESTS})
        made, _new = MediatorInterest.objects.update_or_create(
            mediator=row, body_id=body_id, defaults={"what": what, "declared_at": clock.now()}
        )
        data = {"body": body_id}
        record(by=by, type="collaboration.mediator.interest", subject=row.urn, data=data)
    return made


def interest_end(*, by: Viewer, id: UUID, body_id: UUID) -> None:
    """An interest is none any more."""
    by = policy.alone(by)
    with transaction.atomic():
        row = _locked(by, id)
        if not MediatorInterest.objects.filter(mediator=row, body_id=body_id).delete()[0]:
            raise Refused("not_found", _("적어 둔 이해관계가 아닙니다."))
        record(by=by, type="collaboration.mediator.interest_ended", subject=row.urn, data={"body": body_id})


def _locked(by: Viewer, id: UUID) -> Mediator:
    row = Mediator.objects.select_for_update().filter(pk=id).first()
    if row is None or not Mediator.objects.visible_to(by).filter(pk=id).exists():
        raise Refused("not_found", _("명부에 없는 사람입니다."))
    policy.must_be_self(by, row)
    return row


def _must_be(row: Mediator, state: str) -> None:
    if row.state != state:
        raise Refused("conflict", _("이미 답했거나 물러났습니다."))
