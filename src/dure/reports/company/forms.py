"""What a person may type at the company desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.reports.models import RuleChange

LINES = {"rows": 4}
SECRET = _("영업상 비밀이라 맡은 기관에만 보입니다")


class CompanyForm(forms.Form):
    company = forms.CharField(label=_("회사 이름"))
    difficulty = forms.CharField(label=_("무엇이 어려운가요"), widget=forms.Textarea(attrs=LINES))
    rule = forms.CharField(label=_("걸림돌이 되는 규정"), required=False)
    wish = forms.CharField(label=_("바라는 것"), required=False, widget=forms.Textarea(attrs=LINES))
    address = forms.CharField(label=_("회사가 있는 곳"), help_text=_("시·군·구까지 적어 주세요. 맡을 기관을 찾습니다."))
    email = forms.EmailField(label=_("답을 받을 전자우편"), required=False)
    secret = forms.BooleanField(label=SECRET, required=False)

    def __init__(self, *args: Any, for_body: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_body:
            del self.fields["company"]


class CareForm(forms.Form):
    company = forms.CharField(label=_("회사 이름"))
    officer = forms.ChoiceField(label=_("담당자"))

    def __init__(self, *args: Any, officers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].choices = officers  # type: ignore[attr-defined]


class VisitForm(forms.Form):
    company = forms.CharField(label=_("회사 이름"))
    on = forms.DateField(label=_("찾아간 날"), widget=forms.DateInput)
    place = forms.CharField(label=_("곳"), required=False)
    who = forms.CharField(label=_("누가 있었나요"), help_text=_("이름 없이 직책만. 예: 공장장, 기업지원팀장"))
    heard = forms.CharField(label=_("들은 것"), widget=forms.Textarea(attrs=LINES))
    promised = forms.CharField(label=_("약속한 것"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    next = forms.CharField(label=_("다음에 할 일"), required=False)
    report = forms.CharField(label=_("관련 신고의 접수번호"), required=False)
    secret = forms.BooleanField(label=SECRET, required=False)


class RuleForm(forms.Form):
    title = forms.CharField(label=_("제목"))
    law = forms.CharField(label=_("법령·조례의 조항"))
    problem = forms.CharField(label=_("무엇이 문제인가요"), widget=forms.Textarea(attrs=LINES))
    wording = forms.CharField(label=_("이렇게 고치면"), required=False, widget=forms.Textarea(attrs=LINES))
    report = forms.CharField(label=_("관련 신고의 접수번호"), required=False)


class SendForm(forms.Form):
    to = forms.CharField(label=_("소관 기관"))


class DecideForm(forms.Form):
    state = forms.ChoiceField(
        label=_("결과"),
        choices=[choice for choice in RuleChange.State.choices if choice[0] in ("accepted", "changed", "refused")],
    )
    on = forms.DateField(label=_("정해진 날"), widget=forms.DateInput)
    reason = forms.CharField(label=_("까닭"), widget=forms.Textarea(attrs={"rows": 2}))
