"""What a person may type about bodies. The rules are the actions'; here is only shape."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.bodies.actions.registration import PARTNER_KINDS, Particulars
from dure.bodies.models import ApiKey, Body, Registration
from dure.bodies.models.membership import Role
from dure.core import clock

ROLE_HINTS = _("책임자는 사람과 열쇠를 맡고, 담당자는 기관의 이름으로 일하며, 열람자는 보기만 합니다.")


def area_choices() -> list[tuple[str, Any]]:
    """Provinces as groups, each with itself and its municipalities that exist today."""
    rows = Body.objects.filter(kind__in=["sido", "sigungu"]).valid_on(clock.today())
    groups: dict[Any, list[tuple[str, str]]] = {}
    names: dict[Any, str] = {}
    for body in rows.order_by("full_name_ko"):
        province = body.pk if body.kind == Body.Kind.SIDO else body.province_id
        if body.kind == Body.Kind.SIDO:
            names[body.pk] = body.name
            groups.setdefault(province, []).insert(0, (str(body.pk), body.name))
        else:
            groups.setdefault(province, []).append((str(body.pk), body.name))
    return [("", _("골라 주세요")), *((names[pk], group) for pk, group in groups.items() if pk in names)]


class RegistrationForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("어떤 곳인가요"),
        choices=[(kind.value, kind.label) for kind in PARTNER_KINDS],
        widget=forms.RadioSelect,
    )
    name_ko = forms.CharField(
        label=_("이름"), max_length=120, help_text=_("간판이나 등록증에 적힌 그대로 적어 주세요.")
    )
    name_en = forms.CharField(label=_("영어 이름"), max_length=160, required=False)
    area = forms.TypedChoiceField(label=_("주로 활동하는 지역"), coerce=str)
    number = forms.CharField(
        label=_("사업자등록번호·고유번호·법인등록번호"),
        max_length=20,
        required=False,
        help_text=_("있으면 적어 주세요. 확인이 빨라집니다. 공개하지 않습니다."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    position = forms.CharField(
        label=_("그곳에서 맡은 일"),
        max_length=80,
        required=False,
        help_text=_("예: 대표, 총무. 확인하는 공무원만 봅니다."),
    )
    statement = forms.CharField(
        label=_("무엇을 하는 곳이고, 무엇을 함께하고 싶은가요"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("확인하는 공무원이 읽습니다. 공개하지 않습니다."),
    )
    about = forms.CharField(
        label=_("기관 소개"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("확인된 뒤 기관의 쪽에 공개됩니다."),
    )
    web_page = forms.URLField(label=_("누리집"), max_length=300, required=False, assume_scheme="https")
    contact_email = forms.EmailField(
        label=_("대표 전자우편"), required=False, help_text=_("공개됩니다. 개인 주소 말고 기관의 주소를 적어 주세요.")
    )
    contact_phone = forms.CharField(label=_("대표 전화"), max_length=20, required=False, help_text=_("공개됩니다."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = area_choices()

    def particulars(self) -> Particulars:
        data = dict(self.cleaned_data)
        return Particulars(area_id=data.pop("area"), **data)

    @staticmethod
    def initial_of(registration: Registration) -> dict[str, Any]:
        body = registration.body
        return {
            "kind": body.kind,
            "name_ko": body.name_ko,
            "name_en": body.name_en,
            "area": str(registration.area_id or ""),
            "number": registration.number,
            "position": registration.position,
            "statement": registration.statement,
            "about": body.about,
            "web_page": body.web_page,
            "contact_email": body.contact_email,
            "contact_phone": body.contact_phone,
        }


class ProfileForm(forms.Form):
    about = forms.CharField(
        label=_("기관 소개"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    web_page = forms.URLField(label=_("누리집"), max_length=300, required=False, assume_scheme="https")
    contact_email = forms.EmailField(
        label=_("대표 전자우편"), required=False, help_text=_("공개됩니다. 개인 주소 말고 기관의 주소를 적어 주세요.")
    )
    contact_phone = forms.CharField(label=_("대표 전화"), max_length=20, required=False, help_text=_("공개됩니다."))


class JoinForm(forms.Form):
    role = forms.ChoiceField(
        label=_("맡은 역할"), choices=Role.choices, initial=Role.OFFICER, widget=forms.RadioSelect, help_text=ROLE_HINTS
    )
    unit = forms.CharField(label=_("부서"), max_length=80, required=False)
    statement = forms.CharField(
        label=_("덧붙일 말"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("초대할 전자우편"))
    role = forms.ChoiceField(
        label=_("역할"), choices=Role.choices, initial=Role.OFFICER, widget=forms.RadioSelect, help_text=ROLE_HINTS
    )
    unit = forms.CharField(label=_("부서"), max_length=80, required=False)


class MemberForm(forms.Form):
    role = forms.ChoiceField(label=_("역할"), choices=Role.choices, widget=forms.RadioSelect, help_text=ROLE_HINTS)
    unit = forms.CharField(label=_("부서"), max_length=80, required=False)


class LeaveForm(forms.Form):
    """`confirmed_last` is asked only of the last head."""

    confirmed_last = forms.BooleanField(
        label=_("책임자 없이 남겨 두고 나갑니다"),
        required=False,
        help_text=_("다음 책임자는 상급 기관이나 설치 운영자가 정하게 됩니다."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("확인하지 않는 까닭"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("신청한 분이 그대로 읽습니다."),
    )


class KeyForm(forms.Form):
    purpose = forms.CharField(
        label=_("어디에 쓰나요"), max_length=120, help_text=_("예: 새올 연계 시험. 나중에 알아볼 수 있게 적어 주세요.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("할 수 있는 일"),
        choices=ApiKey.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[ApiKey.Scope.READ],
    )
    expires_on = forms.DateField(
        label=_("쓸 수 있는 마지막 날"), help_text=_("1년 안으로 정해 주세요."), widget=forms.DateInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = clock.today() + timedelta(days=180)
