from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.core.viewer import Viewer


def must_have_an_account(by: Viewer) -> UUID:
    if by.person_id is None:
        raise Refused("not_signed_in", _("적으신 것을 저장하려면 로그인해 주세요."))
    return by.person_id


def must_serve_at_a_counter(by: Viewer) -> tuple[UUID, UUID]:
    """(body, person) of an official who may act for a body. A key of a system is no one at a counter."""
    if by.kind == "anonymous" or by.kind == "link" or by.kind == "system":
        raise Refused("not_signed_in", _("창구 화면은 기관의 담당자가 로그인해 씁니다."))
    if by.body_id is None or by.person_id is None or not by.may_act_for(by.body_id):
        raise Refused("not_allowed", _("창구 화면은 기관의 책임자와 담당자만 쓸 수 있습니다."))
    return by.body_id, by.person_id
