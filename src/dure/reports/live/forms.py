"""What people fill in: the right place, a dispatch, a crew, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.core.ids import uuid7
from dure.reports.models import Crew


class PlaceForm(forms.Form):
    """Where it really is. `id` makes a doubled sending one."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    accuracy_m = forms.FloatField(widget=forms.HiddenInput, required=False)
    address = forms.CharField(
        label=_("어디인지 말로 적기"),
        help_text=_("주소, 가게 이름, 길 이름과 방향, ‘○○교 지나 200 m’처럼 적어 주셔도 됩니다."),
        required=False,
        max_length=200,
    )
    note = forms.CharField(label=_("오는 분에게 한마디"), required=False, max_length=300)
    lat = forms.FloatField(label=_("위도"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    lon = forms.FloatField(label=_("경도"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"id": uuid7(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class DispatchForm(forms.Form):
    """Which crew goes, and what it should know."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    crew = forms.UUIDField(label=_("누가 가나요"), widget=forms.Select)
    note = forms.CharField(
        label=_("출동조에게 한마디"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    share_contact = forms.BooleanField(
        label=_("신고하신 분의 연락처를 출동조에게 보이기"),
        help_text=_("현장에서 찾지 못할 때 전화할 수 있습니다. 출동이 끝나면 더 보이지 않습니다."),
        required=False,
    )

    def __init__(self, crews: Sequence[Crew], *args: Any, contact: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = {"id": uuid7(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["crew"].widget.choices = [(crew.pk, crew.name) for crew in crews]
        if not contact:
            del self.fields["share_contact"]


class CrewForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("부르는 이름"), help_text=_("예: 도로보수 1조"), max_length=40)
    phone = forms.CharField(
        label=_("업무용 전화번호"),
        help_text=_("우리 기관의 담당자만 봅니다."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"id": uuid7(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class DoneForm(forms.Form):
    """What a crew did. Photos come beside it."""

    text = forms.CharField(
        label=_("무엇을 했나요"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class SaidForm(forms.Form):
    place = forms.CharField(label=_("지금 어디쯤인가요"), max_length=120)
