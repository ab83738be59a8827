"""What a person may type in a mediation. Lengths are checked by the actions, which say both numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.collaboration.forms import DateInput
from dure.collaboration.mediation.models import Expertise
from dure.collaboration.mediation.words import PARTS
from dure.core.visibility import Level, Reason


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class NarrowForm(forms.Form):
    """With the ticks by which something is kept to the parties and the committee."""

    narrow = forms.BooleanField(
        label=_("함께하는 기관과 조정위원에게만 보이기"),
        required=False,
        help_text=_("고르지 않으면 누구나 읽습니다. 고르면 비공개 사유와 다시 볼 날이 필요합니다."),
    )
    reason_code = forms.ChoiceField(
        label=_("비공개 사유"), required=False, choices=[("", _("골라 주세요")), *Reason.choices]
    )
    review_on = forms.DateField(label=_("다시 볼 날"), required=False, widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = ("narrow", "reason_code", "review_on")
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def narrowing(self) -> dict[str, Any] | None:
        data = self.cleaned_data
        if not data.get("narrow"):
            return None
        return {"level": Level.PARTNERS, "reason": data["reason_code"], "review_on": data["review_on"]}


class NarrowOnlyForm(NarrowForm):
    """Only who reads it."""


class ReferForm(forms.Form):
    title = forms.CharField(label=_("한 줄로 말하면"), help_text=_("예: 운영비를 어떻게 나눌지 뜻이 다릅니다"))
    text = forms.CharField(
        label=_("무엇이 문제인가요"),
        widget=_long(6),
        help_text=_("모두에게 보입니다. 공개하기 어려운 것은 좁혀 보일 수 있는 입장이나 자료에 적어 주세요."),
    )
    wish = forms.CharField(label=_("무엇을 바라나요"), widget=_long(3))
    parts = forms.MultipleChoiceField(
        label=_("무엇을 두고 갈등이 있나요"),
        choices=list(PARTS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("고른 일은 조정이 끝날 때까지 모두에게 멈춥니다."),
    )
    against = forms.MultipleChoiceField(label=_("누구와의 갈등인가요"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, others: Sequence[tuple[str, str]], contested: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["against"].choices = list(others)  # type: ignore[attr-defined]
        self.fields["parts"].choices = [  # type: ignore[attr-defined]
            (name, label) for name, label in PARTS.items() if name not in contested
        ]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "title": data["title"],
            "text": data["text"],
            "wish": data["wish"],
            "parts": data["parts"],
            "against": [UUID(text) for text in data["against"]],
        }


class StatementForm(NarrowForm):
    text = forms.CharField(
        label=_("우리 기관의 입장"), widget=_long(10), help_text=_("기한까지 고칠 수 있고, 앞의 글도 남습니다.")
    )
    final = forms.BooleanField(
        label=_("더 고치지 않겠습니다"),
        required=False,
        help_text=_("당사자가 모두 고르면 기한을 기다리지 않고 바로 위원을 뽑습니다."),
    )


class WordForm(forms.Form):
    word = forms.CharField(
        label=_("뽑기에 섞을 말"),
        help_text=_(
            "아무도 짐작하지 못할 말이면 무엇이든 좋습니다. 뽑을 때까지 누구에게도 보이지 않고, 뽑은 뒤에는 공개됩니다."
        ),
    )


class EvidenceForm(NarrowForm):
    file = forms.FileField(label=_("파일"))
    note = forms.CharField(label=_("무엇을 보여 주는 자료인가요"))


class DeclineForm(forms.Form):
    conflict = forms.ChoiceField(
        label=_("왜 맡지 않나요"),
        choices=[("yes", _("이해관계가 있습니다")), ("no", _("다른 까닭이 있습니다"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("까닭"), help_text=_("모두에게 보입니다."))


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("까닭"), help_text=_("모두에게 보입니다."))


class HearingForm(forms.Form):
    at = forms.DateTimeField(
        label=_("언제"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(label=_("어디서"), help_text=_("곳이나 영상회의 주소를 적어 주세요."))
    invited = forms.CharField(label=_("누구를 부르나요"), help_text=_("예: 두 군의 예산 담당자"))


class RecordForm(NarrowForm):
    text = forms.CharField(label=_("오간 이야기"), widget=_long(12))


class DraftForm(forms.Form):
    text = forms.CharField(label=_("조정안"), widget=_long(10))

    def __init__(self, *args: Any, bodies: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = list(bodies)
        for body in self.bodies:
            self.fields[f"duty_{body.pk}"] = forms.CharField(
                label=_("할 일: %(body)s") % {"body": body.name}, required=False, widget=_long(3)
            )

    def duties(self) -> dict[UUID, str]:
        return {body.pk: self.cleaned_data.get(f"duty_{body.pk}", "") for body in self.bodies}


class AnswerForm(forms.Form):
    accepts = forms.ChoiceField(
        label=_("조정안을 받아들이나요"),
        choices=[("yes", _("받아들입니다")), ("no", _("받아들이지 않습니다"))],
        widget=forms.RadioSelect,
        help_text=_("한 번 답하면 바꿀 수 없습니다."),
    )
    reason = forms.CharField(
        label=_("까닭"),
        required=False,
        widget=_long(3),
        help_text=_("받아들이지 않을 때는 꼭 적어 주세요. 모두에게 보입니다."),
    )


class AgreeForm(forms.Form):
    text = forms.CharField(
        label=_("당사자끼리 뜻을 모은 것"),
        widget=_long(5),
        help_text=_("다른 당사자가 모두 확인하면 조정을 마칩니다. 모두에게 보입니다."),
    )


class MediatorForm(forms.Form):
    email = forms.EmailField(
        label=_("들어올 때 쓰는 전자우편"), help_text=_("이미 계정이 있는 사람만 올릴 수 있고, 주소는 보이지 않습니다.")
    )
    name = forms.CharField(label=_("명부에 보일 이름"))
    field = forms.ChoiceField(label=_("분야"), choices=Expertise.choices, widget=forms.RadioSelect)
    affiliation = forms.CharField(
        label=_("소속 기관"), required=False, help_text=_("이 두레에 있는 기관일 때만 적어 주세요.")
    )
    starts_on = forms.DateField(label=_("위촉 시작"), widget=DateInput)
    ends_on = forms.DateField(label=_("위촉 끝"), widget=DateInput)


class InterestForm(forms.Form):
    body = forms.CharField(label=_("어느 기관과"), help_text=_("이름을 적어 주세요. 예: 경기도 가평군"))
    what = forms.CharField(label=_("어떤 이해관계인가요"), help_text=_("예: 자문료를 받음, 가족이 일함"))
