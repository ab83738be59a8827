"""What the page of components shows: one of each, with what it is for. The tests of accessibility run over it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core import clock
from dure.core.events import Line
from dure.core.visibility import Reason, Withheld


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label=gettext_lazy("이름"), help_text=gettext_lazy("읽는 사람이 알아볼 이름"), max_length=40)
    mail = forms.EmailField(label=gettext_lazy("전자우편"), required=False)
    amount = forms.IntegerField(label=gettext_lazy("금액(원)"), required=False, min_value=0)
    day = forms.DateField(label=gettext_lazy("시작하는 날"), widget=forms.DateInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("분야"),
        choices=[("", "—"), ("life", gettext_lazy("생활")), ("safety", gettext_lazy("안전"))],
    )
    who = forms.ChoiceField(
        label=gettext_lazy("누가 함께할 수 있나요"),
        widget=forms.RadioSelect,
        choices=[("public", gettext_lazy("공공기관만")), ("all", gettext_lazy("누구나"))],
    )
    bring = forms.MultipleChoiceField(
        label=gettext_lazy("가진 것"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("people", gettext_lazy("사람")), ("place", gettext_lazy("공간")), ("money", gettext_lazy("예산"))],
    )
    text = forms.CharField(label=gettext_lazy("무엇을 풀려고 하나요"), widget=forms.Textarea, max_length=500)
    file = forms.FileField(label=gettext_lazy("파일"), required=False)
    # dure.web.fields reads it.
    who.hints = {  # type: ignore[attr-defined]
        "public": gettext_lazy("지자체와 중앙부처, 공공기관"),
        "all": gettext_lazy("기업, 대학, 주민 모임도"),
    }
    agree = forms.BooleanField(label=gettext_lazy("모두에게 공개되는 것을 알고 있습니다"))


def context(request: HttpRequest) -> dict[str, Any]:
    """Samples for every component. Nothing here comes from the database."""
    now = clock.now()
    held = Withheld(
        level="partners",
        reason=Reason.DELIBERATION,
        review_on=clock.today() + timedelta(days=60),
        decided_by=None,
        decided_on=clock.today(),
    )
    lines = [
        Line(3, now - timedelta(hours=2), _("참여를 제안했습니다."), _("보기군"), "/about/"),
        Line(2, now - timedelta(days=1), _("파일 1개"), "", "", "", held),
        Line(1, now - timedelta(days=3), _("협업을 요청했습니다."), _("보기시")),
    ]
    return {
        "crumbs": [(_("두레는"), "/about/"), (_("부품"), "")],
        "form": SampleForm(prefix="a"),
        "broken": SampleForm({"b-name": _("남은 이름"), "b-who": "nobody", "b-mail": _("주소 아님")}, prefix="b"),
        "held": held,
        "lines": lines,
        "steps": [_("요청"), _("제안"), _("협약"), _("실행"), _("마무리")],
        "facts": [("601", _("사례")), ("23", _("깊이 본 사례")), ("17", _("시도"))],
        "tabs": [
            {"label": _("모두"), "url": "/about/components/", "current": True, "count": 12},
            {"label": _("내 일"), "url": "/about/components/?mine=1", "count": 3},
        ],
        "terms": [(_("기간"), _("2년")), (_("비용"), _("절반씩"))],
        "bars": [(_("생활"), 142), (_("안전"), 88), (_("교육"), 31), (_("문화"), 0)],
        "page": Paginator(range(200), 10).page(5),
        "now": now,
        "tomorrow": clock.today() + timedelta(days=1),
        "nobody": UUID(int=0),
    }
