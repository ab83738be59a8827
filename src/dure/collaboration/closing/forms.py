"""What a person may type when keeping alive, judging and ending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.collaboration.closing.models import Handover, Indicator
from dure.collaboration.forms import DateInput, GuestOpinionForm
from dure.collaboration.models import Collaboration, OpinionFlag, Outcome
from dure.collaboration.models.case import Verdict
from dure.core.refused import Refused

FIVE = [
    ("5", _("5 · 매우 그렇다")),
    ("4", _("4 · 그렇다")),
    ("3", _("3 · 보통이다")),
    ("2", _("2 · 그렇지 않다")),
    ("1", _("1 · 전혀 그렇지 않다")),
]


class Text(forms.CharField):
    """Words of several lines: a line end counts as one sign, as it does in the browser's own counter."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class EvidenceFields(forms.Form):
    """A link and a file; the file has to be chosen again where something was wrong."""

    link = forms.CharField(label=_("근거 주소"), max_length=500, required=False, help_text=_("예: https://…"))
    file = forms.FileField(label=_("근거 파일"), required=False)


class AnswerForm(EvidenceFields):
    mark = forms.ChoiceField(label=_("지금 어떤가요"), choices=Verdict.choices, widget=forms.RadioSelect)
    text = Text(
        label=_("무엇을 보고 그렇게 판단했나요"),
        max_length=1000,
        required=False,
        widget=_area(3),
        help_text=_("조례 이름, 부서와 담당자의 수, 예산 과목처럼 남이 확인할 수 있는 것을 적어 주세요."),
    )
    field_order: tuple[str, ...] = ("mark", "text", "link", "file")


class HandoverForm(forms.Form):
    body = forms.CharField(
        label=_("이어받을 기관"),
        max_length=120,
        help_text=_("협의회, 조합, 법인처럼 두레에 등록된 기관의 이름을 적어 주세요."),
    )
    reason = Text(label=_("왜 이 기관인가요"), max_length=500, widget=_area(3))


class HandoverAnswerForm(forms.Form):
    answer = Text(
        label=_("덧붙일 말"),
        max_length=500,
        required=False,
        widget=_area(3),
        help_text=_("사양할 때는 까닭을 꼭 적어 주세요. 모두에게 보입니다."),
    )


class IndicatorForm(forms.Form):
    name = forms.CharField(label=_("무엇을 재나요"), max_length=120, help_text=_("예: 밤 시간 응급실까지 가는 시간"))
    unit = forms.CharField(label=_("단위"), max_length=30, help_text=_("예: 분, 명, 건, 원"))
    direction = forms.ChoiceField(
        label=_("어느 쪽으로"),
        choices=[
            (Indicator.Direction.MORE, _("늘린다")),
            (Indicator.Direction.LESS, _("줄인다")),
            (Indicator.Direction.KEEP, _("지킨다(기준값에서 벗어나지 않게)")),
        ],
        widget=forms.RadioSelect,
    )
    baseline = forms.CharField(
        label=_("기준값"), max_length=40, required=False, help_text=_("시작하기 전의 값. 모르면 비워 두세요.")
    )
    target = forms.CharField(
        label=_("목표값"), max_length=40, help_text=_("‘지킨다’이면 여기까지는 괜찮은 값을 적어 주세요.")
    )
    due_on = forms.DateField(label=_("언제까지"), widget=DateInput)
    source = forms.CharField(
        label=_("무엇으로 재나요"), max_length=300, help_text=_("예: 소방서 이송 기록, 학생 설문(해마다 12월)")
    )


class MeasurementForm(EvidenceFields):
    value = forms.CharField(label=_("잰 값"), max_length=40)
    on = forms.DateField(label=_("잰 날"), widget=DateInput)
    source = forms.CharField(label=_("어디서 나온 값인가요"), max_length=300)
    field_order: tuple[str, ...] = ("value", "on", "source", "link", "file")


class CorrectionForm(MeasurementForm):
    reason = forms.CharField(
        label=_("바로잡는 까닭"), max_length=300, help_text=_("앞의 값과 까닭이 모두에게 보입니다.")
    )
    field_order: tuple[str, ...] = ("value", "on", "source", "reason", "link", "file")


class PartnerRatingForm(forms.Form):
    respect = forms.TypedChoiceField(
        label=_("서로 존중하며 일했나요"), choices=FIVE, coerce=int, widget=forms.RadioSelect
    )
    fair = forms.TypedChoiceField(
        label=_("일을 공평하게 나누었나요"), choices=FIVE, coerce=int, widget=forms.RadioSelect
    )
    again = forms.TypedChoiceField(
        label=_("이 기관들과 다시 함께하겠나요"), choices=FIVE, coerce=int, widget=forms.RadioSelect
    )
    text = Text(label=_("덧붙일 말"), max_length=2000, required=False, widget=_area(4))


class CitizenRatingForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("이 협업으로 살기가 나아졌나요"), choices=FIVE, coerce=int, widget=forms.RadioSelect
    )
    text = Text(label=_("하고 싶은 말"), max_length=1000, required=False, widget=_area(3))


class GuestRatingForm(CitizenRatingForm):
    """A rating without an account: counted once the address is confirmed."""

    alias = GuestOpinionForm.base_fields["alias"]
    channel = GuestOpinionForm.base_fields["channel"]
    address = GuestOpinionForm.base_fields["address"]

    def __init__(self, *args: Any, by_phone: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_phone:
            self.fields["channel"].widget = forms.HiddenInput()
            self.fields["channel"].initial = "email"
            self.fields["address"].label = _("확인받을 전자우편 주소")


class RatingFlagForm(forms.Form):
    why = forms.ChoiceField(label=_("왜 살펴봐야 하나요"), choices=OpinionFlag.Why.choices, widget=forms.RadioSelect)


class CloseForm(forms.Form):
    """What a proposal to end asks for."""

    outcome = forms.ChoiceField(label=_("어떻게 마치나요"), choices=Outcome.choices, widget=forms.RadioSelect)
    reached = Text(
        label=_("무엇을 이루었나요"),
        max_length=4000,
        required=False,
        widget=_area(4),
        help_text=_("한 줄에 하나씩 적어 주세요. 사례 도서관에 실립니다."),
    )
    learnt = Text(
        label=_("무엇을 배웠나요"),
        max_length=4000,
        required=False,
        widget=_area(4),
        help_text=_(
            "뜻대로 되지 않은 것은 부끄러운 일이 아닙니다. 왜 그랬는지 적어 두면 다음에 하는 이들이 같은 길을 피합니다."
        ),
    )
    differently = Text(
        label=_("다른 곳이 한다면 무엇을 다르게 해야 하나요"), max_length=4000, required=False, widget=_area(3)
    )

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.collaboration = collaboration

    def clean(self) -> dict[str, Any]:
        from dure.collaboration.closing.effects import close_check, close_texts

        data = dict(super().clean() or {})
        if self.errors:
            return data
        try:
            close_check(self.collaboration, data)
        except Refused as refused:
            raise _at_field(refused) from refused
        return data | close_texts(data)


class HandoverEffectForm(forms.Form):
    """What a proposal to hand over asks for: which of those that accepted."""

    handover = forms.ChoiceField(label=_("이어받을 기관"), choices=(), widget=forms.RadioSelect)

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = collaboration.handovers.filter(state=Handover.State.ACCEPTED).select_related("to_body")
        field = self.fields["handover"]
        field.choices = [(str(row.pk), row.to_body.name) for row in rows]  # type: ignore[attr-defined]
        if not field.choices:  # type: ignore[attr-defined]
            field.help_text = gettext("아직 맡겠다고 한 기관이 없습니다. ‘이어 가기’에서 먼저 청해 주세요.")


class CaseForm(forms.Form):
    title = forms.CharField(label=_("제목"), max_length=120)
    theme = Text(label=_("어떤 문제였나요"), max_length=4000, required=False, widget=_area(4))
    goal = Text(label=_("무엇을 바랐나요"), max_length=2000, required=False, widget=_area(3))
    effects = Text(
        label=_("무엇이 나아졌나요"),
        max_length=4000,
        required=False,
        widget=_area(4),
        help_text=_("한 줄에 하나씩 적어 주세요."),
    )
    roles = Text(
        label=_("누가 무엇을 맡았나요"),
        max_length=4000,
        required=False,
        widget=_area(4),
        help_text=_("한 줄에 하나씩 ‘기관: 맡은 일’로 적어 주세요."),
    )
    learnt = Text(label=_("무엇을 배웠나요"), max_length=4000, required=False, widget=_area(4))
    differently = Text(
        label=_("다른 곳이 한다면 무엇을 다르게 해야 하나요"), max_length=4000, required=False, widget=_area(3)
    )
    tech_applied = forms.ChoiceField(label=_("과학기술 적용"), choices=Verdict.choices)
    tech_applicable = forms.ChoiceField(label=_("과학기술 적용 가능성"), choices=Verdict.choices)
    resource_shared = forms.ChoiceField(label=_("자원공유"), choices=Verdict.choices)


def _at_field(refused: Refused) -> ValidationError:
    message = str(refused.message)
    return ValidationError({refused.field: message}) if refused.field else ValidationError(message)
