"""Partners register; an official of a public body confirms or refuses with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dure.bodies import names, policy, queries
from dure.bodies.loader import search_text
from dure.bodies.models import PUBLIC_KINDS, Body, Membership, Registration
from dure.core import clock
from dure.core.events import record
from dure.core.ids import receipt_number, uuid7
from dure.core.refused import Refused
from dure.core.viewer import Viewer

PARTNER_KINDS = tuple(kind for kind in Body.Kind if kind not in PUBLIC_KINDS)
OPEN_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Particulars:
    """What an applicant says of a partner. `number` is a business or corporate registration number or ''."""

    kind: str
    name_ko: str
    name_en: str = ""
    number: str = ""
    area_id: UUID | None = None
    position: str = ""
    statement: str = ""
    about: str = ""
    web_page: str = ""
    contact_email: str = ""
    contact_phone: str = ""


def register_body(*, by: Viewer, particulars: Particulars) -> Body:
    """Hand in a partner for confirmation. Until then only the applicant and officials see it.

    Refused: `not_signed_in`; `invalid` for a wrong kind, number or area; `conflict` where the number, or the name in
    the same area, is there already; `too_many` with three undecided ones.
    """
    applicant = _person(by)
    checked = _checked(particulars)
    with transaction.atomic():
        waiting = Registration.objects.filter(applicant_id=applicant, decided_at__isnull=True).count()
        if waiting >= OPEN_AT_ONCE:
            raise Refused("too_many", _("확인을 기다리는 등록이 이미 세 건 있습니다. 먼저 그 결과를 기다려 주세요."))
        _not_there_yet(checked)
        row = uuid7()
        body = Body(id=row, slug=f"r-{row.hex[:8]}{row.hex[-6:]}", state=Body.State.REGISTERED)
        _write(body, checked)
        body.save(force_insert=True)
        registration = Registration(
            body=body, receipt=receipt_number("B", row, clock.now()), applicant_id=applicant, handed_in_at=clock.now()
        )
        _write_registration(registration, checked)
        record(by=by, type="bodies.registration.handed_in", subject=body.urn, data=_facts(body))
    return body


def amend_registration(*, by: Viewer, body_id: UUID, particulars: Particulars) -> Body:
    """Correct what was handed in, also after a refusal, and hand it in again. The applicant only."""
    _person(by)
    checked = _checked(particulars)
    with transaction.atomic():
        body = _locked(body_id, by)
        _is_applicant(by, body)
        if body.state not in (Body.State.REGISTERED, Body.State.REFUSED):
            raise Refused("conflict", _("이미 확인된 등록은 고칠 수 없습니다."))
        _not_there_yet(checked, but=body.pk)
        _write(body, checked)
        body.state = Body.State.REGISTERED
        body.save()
        registration = body.registration
        registration.decided_at = registration.decided_by = registration.decided_for = None
        registration.refused, registration.reason = False, ""
        registration.handed_in_at = clock.now()
        _write_registration(registration, checked)
        record(by=by, type="bodies.registration.amended", subject=body.urn, data=_facts(body))
    return body


def withdraw_registration(*, by: Viewer, body_id: UUID) -> None:
    """Take back a registration that was not confirmed. The applicant only; nothing of it is kept but the event."""
    with transaction.atomic():
        body = _locked(body_id, by)
        _is_applicant(by, body)
        if body.state not in (Body.State.REGISTERED, Body.State.REFUSED):
            raise Refused("conflict", _("이미 확인된 등록은 거둘 수 없습니다."))
        record(by=by, type="bodies.registration.withdrawn", subject=body.urn, data=_facts(body))
        body.delete()


def confirm_registration(*, by: Viewer, body_id: UUID) -> Body:
    """The body is real: it may act here from today, and its applicant is its first head."""
    with transaction.atomic():
        body = _undecided(by, body_id)
        body.state = Body.State.CONFIRMED
        body.valid_from = clock.today()
        body.save()
        _decide(by, body.registration, reason="", refused=False)
        membership = Membership.objects.create(
            person_id=body.registration.applicant_id,
            body=body,
            role=Membership.Role.HEAD,
            unit=body.registration.position,
            granted_by_id=by.person_id,
        )
        record(by=by, type="bodies.registration.confirmed", subject=body.urn, data=_facts(body))
        record(
            by=by,
            type="bodies.membership.granted",
            subject=body.urn,
            data={"membership": membership.pk, "person": membership.person_id, "role": membership.role},
        )
    return body


def refuse_registration(*, by: Viewer, body_id: UUID, reason: str) -> Body:
    """Say why it was not confirmed. The applicant reads the reason and may hand in again."""
    if not reason.strip():
        raise Refused("invalid", _("확인하지 않은 까닭을 적어 주세요. 신청한 분이 읽습니다."), "reason")
    with transaction.atomic():
        body = _undecided(by, body_id)
        body.state = Body.State.REFUSED
        body.save()
        _decide(by, body.registration, reason=reason.strip(), refused=True)
        record(by=by, type="bodies.registration.refused", subject=body.urn, data=_facts(body))
    return body


def end_body(*, by: Viewer, body_id: UUID) -> Body:
    """A partner stops being one: nobody acts for it any more, its page and what it did stay. Its head only."""
    with transaction.atomic():
        body = _locked(body_id, by)
        if body.code or not (policy.is_head(by, body.pk) or by.operator):
            raise Refused("not_allowed", _("등록한 기관의 책임자만 활동을 마칠 수 있습니다."))
        if body.state != Body.State.CONFIRMED:
            raise Refused("conflict", _("활동 중인 기관이 아닙니다."))
        body.state = Body.State.ENDED
        body.valid_to = clock.today()
        body.save()
        body.memberships.filter(ended_at__isnull=True).update(ended_at=clock.now(), ended_by_id=by.person_id)
        body.api_keys.filter(revoked_at__isnull=True).update(revoked_at=clock.now(), revoked_by_id=by.person_id)
        record(by=by, type="bodies.body.ended", subject=body.urn)
    return body


def describe_body(
    *, by: Viewer, body_id: UUID, about: str, web_page: str, contact_email: str, contact_phone: str
) -> Body:
    """What the body says of itself and how to reach it. Its head or officer."""
    with transaction.atomic():
        body = _locked(body_id, by)
        by.must_act_for(body.pk, _("이 기관의 책임자나 담당자만 고칠 수 있습니다."))
        body.about, body.web_page = about.strip(), web_page
        body.contact_email, body.contact_phone = contact_email, contact_phone
        body.save(update_fields=["about", "web_page", "contact_email", "contact_phone"])
        record(by=by, type="bodies.body.described", subject=body.urn)
    return body


def _person(by: Viewer) -> UUID:
    if by.person_id is None:
        raise Refused("not_signed_in", _("로그인한 뒤에 등록할 수 있습니다."))
    return by.person_id


def _locked(body_id: UUID, by: Viewer) -> Body:
    """The body's row, held for this transaction (PostgreSQL; SQLite holds the whole file). Refused `not_found`."""
    queries.get(body_id, by)
    return Body.objects.select_for_update(of=("self",)).get(pk=body_id)


def _is_applicant(by: Viewer, body: Body) -> None:
    if not Registration.objects.filter(body=body, applicant_id=by.person_id).exists() or by.person_id is None:
        raise Refused("not_allowed", _("등록을 신청한 사람만 할 수 있습니다."))


def _undecided(by: Viewer, body_id: UUID) -> Body:
    body = _locked(body_id, by)
    registration = Registration.objects.filter(body=body).first()
    if registration is None or not policy.may_decide_registration(by, body):
        raise Refused(
            "not_allowed", _("공공기관의 책임자나 담당자가 확인하며, 스스로 신청한 등록은 확인할 수 없습니다.")
        )
    if body.state != Body.State.REGISTERED:
        raise Refused("conflict", _("이미 다른 사람이 정한 등록입니다."))
    return body


def _facts(body: Body) -> dict[str, object]:
    return {"kind": body.kind, "person": body.registration.applicant_id}


def _decide(by: Viewer, registration: Registration, *, reason: str, refused: bool) -> None:
    registration.decided_at = clock.now()
    registration.decided_by_id = by.person_id
    registration.decided_for_id = by.body_id
    registration.reason, registration.refused = reason, refused
    registration.save()


def _checked(given: Particulars) -> Particulars:
    """The same, trimmed and with its number in the usual writing; Refused `invalid` with the field."""
    name = " ".join(given.name_ko.split())
    if given.kind not in PARTNER_KINDS:
        raise Refused("invalid", _("기관의 종류를 골라 주세요."), "kind")
    if len(names.normal(name)) < 2:
        raise Refused("invalid", _("기관 이름을 두 글자 넘게 적어 주세요."), "name_ko")
    number = ""
    if given.number.strip():
        number = names.registration_number(given.number) or ""
        if not number:
            raise Refused(
                "invalid",
                _("번호가 맞지 않습니다. 사업자등록번호 10자리나 법인등록번호 13자리를 다시 봐 주세요."),
                "number",
            )
    if given.area_id is None:
        raise Refused("invalid", _("주로 활동하는 지역을 골라 주세요."), "area")
    area = Body.objects.valid_on(clock.today()).filter(pk=given.area_id, kind__in=["sido", "sigungu", "district"])
    if not area.exists():
        raise Refused("invalid", _("지금 있는 시도나 시군구를 골라 주세요."), "area")
    if not given.statement.strip():
        raise Refused("invalid", _("무엇을 하는 곳인지, 왜 함께하려는지 적어 주세요."), "statement")
    return Particulars(
        kind=given.kind,
        name_ko=name,
        name_en=" ".join(given.name_en.split()),
        number=number,
        area_id=given.area_id,
        position=given.position.strip(),
        statement=given.statement.strip(),
        about=given.about.strip(),
        web_page=given.web_page.strip(),
        contact_email=given.contact_email.strip().lower(),
        contact_phone=given.contact_phone.strip(),
    )


def _not_there_yet(given: Particulars, but: UUID | None = None) -> None:
    numbers = Registration.objects.filter(number=given.number, refused=False).exclude(body_id=but)
    if given.number and numbers.exists():
        raise Refused("conflict", _("이 번호로 등록한 기관이 이미 있습니다. 그 기관에 소속을 요청해 주세요."), "number")
    alive = Body.objects.filter(state__in=[Body.State.REGISTERED, Body.State.CONFIRMED]).exclude(pk=but)
    near = alive.filter(search_text__contains=names.normal(given.name_ko), registration__area=given.area_id)
    if any(names.normal(body.name_ko) == names.normal(given.name_ko) for body in near):
        raise Refused(
            "conflict", _("같은 지역에 같은 이름의 기관이 이미 있습니다. 그 기관에 소속을 요청해 주세요."), "name_ko"
        )


def _write(body: Body, given: Particulars) -> None:
    area = Body.objects.select_related("province").get(pk=given.area_id)
    province = area if area.kind == Body.Kind.SIDO else area.province
    body.kind, body.province = given.kind, province
    body.name_ko = body.full_name_ko = given.name_ko
    body.name_en = body.full_name_en = given.name_en
    body.about, body.web_page = given.about, given.web_page
    body.contact_email, body.contact_phone = given.contact_email, given.contact_phone
    around = [area.full_name_ko]
    if province:
        around += [province.full_name_ko, *province.aliases.exclude(kind="code").values_list("value", flat=True)]
    body.search_text = search_text([given.name_ko, given.name_en, *around])


def _write_registration(registration: Registration, given: Particulars) -> None:
    registration.area_id = given.area_id
    registration.number, registration.position = given.number, given.position
    registration.statement = given.statement
    try:
        with transaction.atomic():
            registration.save()
    except IntegrityError as clash:
        raise Refused("conflict", _("이 번호로 등록한 기관이 이미 있습니다."), "number") from clash
