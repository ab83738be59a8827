from __future__ import annotations

from django.utils.translation import gettext as _

from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.thanks.models import Thanks


def must_be_a_person(by: Viewer) -> None:
    if not by.is_person:
        raise Refused("not_signed_in", _("고마운 말을 남기려면 로그인해 주세요."))


def must_answer_for(by: Viewer, thanks: Thanks) -> None:
    by.must_act_for(thanks.body_id, _("그 기관의 담당자만 정할 수 있습니다."))
