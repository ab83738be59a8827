"""What a carried proposal does with an agreement by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.collaboration.agreement.actions import agreement_terminate
from dure.collaboration.agreement.models import Agreement
from dure.collaboration.models import Collaboration
from dure.collaboration.parts import Effect
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.core.viewer import Viewer


class TerminateForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("해지하는 까닭"), max_length=2000, widget=forms.Textarea)
    terms = forms.CharField(
        label=gettext_lazy("마무리"),
        help_text=gettext_lazy("남은 돈, 넘겨줄 일, 데이터를 지우는 것처럼 끝내면서 지킬 것"),
        max_length=4000,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, collaboration: Collaboration | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


def _check(collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    tidy(data.get("reason", ""), longest=2000, field="reason", needed=_("해지하는 까닭을 적어 주세요."))
    tidy(data.get("terms", ""), longest=4000, field="terms")
    if not Agreement.objects.filter(collaboration=collaboration, state=Agreement.State.IN_FORCE).exists():
        raise Refused("conflict", _("효력이 있는 협약이 아닙니다."))


def _apply(by: Viewer, collaboration: Collaboration, data: Mapping[str, Any]) -> None:
    agreement_terminate(by=by, id=collaboration.pk, reason=data["reason"], terms=data.get("terms", ""))


TERMINATE = Effect(
    kind="terminate",
    label=gettext_lazy("협약 해지"),
    words=lambda data: _("협약을 해지합니다: %(reason)s") % {"reason": data["reason"]},
    apply=_apply,
    check=_check,
    form=TerminateForm,
)
