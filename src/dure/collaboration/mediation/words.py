"""Words of a mediation that several files need."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dure.core.rooms import Words

PARTS: dict[str, Words] = {
    "agreement": _("협약과 예산 나누기"),
    "decisions": _("함께 정하기"),
    "workspace": _("함께 일하기"),
    "closing": _("평가와 마치기"),
}
"""What can be contested and then rests: the parts of a collaboration's life, without mediation itself."""

WHY_OUT: dict[str, Words] = {
    "member": _("당사자 기관에 지금 또는 1년 안에 속함"),
    "interest": _("당사자 기관과 이해관계가 있다고 밝힘"),
    "asked": _("이 조정에서 앞서 맡지 않음"),
}

WHY_CLOSED: dict[str, Words] = {
    "rejected": _("조정안을 받아들이지 않은 당사자가 있습니다."),
    "unanswered": _("기한까지 답하지 않은 당사자가 있습니다."),
    "no_proposal": _("기한까지 조정안이 나오지 않았습니다."),
}
