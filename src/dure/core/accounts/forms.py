from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dure.core import privacy
from dure.core.models import Person


def clean_name(name: str) -> str:
    """A name without personal data in it: everybody sees it."""
    name = " ".join(name.split())
    if privacy.has_personal_data(name):
        raise forms.ValidationError(_("이름은 누구나 볼 수 있습니다. 전화번호나 전자우편 주소는 빼 주세요."))
    return name


class NameForm(forms.Form):
    """What sign-up asks besides address and password."""

    name = forms.CharField(
        label=_("이름"),
        max_length=60,
        help_text=_("다른 사람에게 보이는 이름입니다. 전자우편 주소는 누구에게도 보이지 않습니다."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def signup(self, request: HttpRequest, user: Person) -> None:
        user.name = self.cleaned_data["name"]
        user.language = getattr(request, "LANGUAGE_CODE", user.language)
        user.save(update_fields=["name", "language"])


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["name", "language"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        help_texts = {"language": _("알림과 전자우편을 이 언어로 보냅니다.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from django.conf import settings

        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=self.fields["language"].label,
            choices=settings.LANGUAGES,
            help_text=self.fields["language"].help_text,
        )

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])


class StaffSessionForm(forms.Form):
    reason = forms.CharField(
        label=_("까닭"),
        min_length=5,
        max_length=300,
        help_text=_("무엇을 위해 여는지 적어 주세요. 예: 접수번호 C-2611-7KQ4-X 첨부 파일이 열리지 않는다는 문의 확인"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    minutes = forms.TypedChoiceField(
        label=_("시간"), coerce=int, initial=30, choices=[(15, _("15분")), (30, _("30분")), (60, _("60분"))]
    )
