"""Who may do what at the company desk. Each function refuses with the reason, or returns."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from dure.bodies.models import PUBLIC_KINDS, Body
from dure.core.refused import Refused
from dure.core.viewer import Viewer


def must_speak_for_company(by: Viewer) -> None:
    by.must_act_for(by.body_id, _("회사의 담당자만 회사 이름으로 알릴 수 있습니다."))
    if not Body.objects.filter(pk=by.body_id, kind=Body.Kind.COMPANY).exists():
        raise Refused("not_allowed", _("회사를 대신하는 분만 회사 이름으로 알릴 수 있습니다."))


def must_act(by: Viewer) -> UUID:
    """An official of a public body; its id."""
    by.must_act_for(by.body_id, _("기업을 돌보는 기관의 담당자만 할 수 있습니다."))
    if not by.body_id or not Body.objects.filter(pk=by.body_id, kind__in=PUBLIC_KINDS).exists():
        code = "not_allowed" if by.kind != "anonymous" else "not_signed_in"
        raise Refused(code, _("기업을 돌보는 기관의 담당자만 할 수 있습니다."))
    return by.body_id


def must_lead(by: Viewer) -> UUID:
    body_id = must_act(by)
    if by.role != "head":
        raise Refused("not_allowed", _("기관의 책임자만 담당자를 정할 수 있습니다."))
    return body_id


def must_read(by: Viewer) -> UUID:
    """Any member of a public body; its id."""
    if not by.body_id or not by.reads_for(by.body_id):
        code = "not_allowed" if by.kind != "anonymous" else "not_signed_in"
        raise Refused(code, _("기관의 담당자로 로그인해 주세요."))
    return by.body_id


def must_own(by: Viewer, body_id: UUID | None) -> None:
    by.must_act_for(body_id, _("이것을 적은 기관의 담당자만 할 수 있습니다."))
