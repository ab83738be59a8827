"""What a person may type when asking, offering, giving an opinion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dure.bodies.models import Body
from dure.bodies.queries import named, what_became_of
from dure.collaboration.models import (
    Attribute,
    Call,
    CallItem,
    OpinionFlag,
    PartnerKind,
    ResourceKind,
    ServiceField,
    Target,
    Technology,
)
from dure.collaboration.resources import resource_of
from dure.core.visibility import Level, Reason

ANY = [("", _("아직 모름"))]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class MomentInput(forms.SplitDateTimeWidget):
    """A day and a time of day, each in the browser's own way of asking."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, date_format="%Y-%m-%d", time_format="%H:%M")
        self.widgets[0].input_type, self.widgets[1].input_type = "date", "time"


class StepForm(forms.Form):
    """One step of asking. Every field may be empty while the call is a draft; the action says what is missing.

    `needed` are the fields without which the call cannot be published: they are not marked as optional.
    """

    number = 0
    needed: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.needed:
            self.fields[name].needed = True  # type: ignore[attr-defined]

    def saved_fields(self) -> dict[str, Any]:
        """The values for `call_save`."""
        return dict(self.cleaned_data)

    @classmethod
    def from_call(cls, call: Call) -> dict[str, Any]:
        return {name: getattr(call, name) for name in cls.base_fields if hasattr(call, name)}


class ProblemStep(StepForm):
    number = 1
    needed = ("title", "problem", "for_whom")
    title = forms.CharField(
        label=_("한 줄로 말하면"),
        max_length=120,
        required=False,
        help_text=_("예: 종합병원이 없는 네 군이 함께 병원을 부릅니다"),
    )
    problem = forms.CharField(
        label=_("어떤 문제를 풀려고 하나요"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("누가 무엇 때문에 힘든지, 왜 혼자서는 풀 수 없는지 적어 주세요."),
    )
    for_whom = forms.CharField(
        label=_("누구를 위한 일인가요"),
        max_length=300,
        required=False,
        help_text=_("예: 밤에 아이가 아픈 네 군의 부모"),
    )


class GoalStep(StepForm):
    number = 2
    needed = ("goal", "field")
    goal = forms.CharField(
        label=_("무엇이 달라지면 성공인가요"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("셀 수 있게 적으면 나중에 되돌아보기 쉽습니다."),
    )
    field = forms.ChoiceField(
        label=_("서비스 분야"), choices=ServiceField.choices, required=False, widget=forms.RadioSelect
    )
    target = forms.ChoiceField(
        label=_("결과를 누리는 쪽"), choices=[*ANY, *Target.choices], required=False, widget=forms.RadioSelect
    )
    attribute = forms.ChoiceField(
        label=_("주로 무엇을 만드나요"), choices=[*ANY, *Attribute.choices], required=False, widget=forms.RadioSelect
    )
    technology = forms.ChoiceField(
        label=_("과학기술을 쓰나요"), choices=[*ANY, *Technology.choices], required=False, widget=forms.RadioSelect
    )


class ItemsStep(StepForm):
    number = 3
    needed = ("lacks",)
    brings = forms.CharField(
        label=_("우리가 가진 것"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("한 줄에 하나씩. 예: 터 3만 ㎡ / 예산: 연 2억 원 / 인력: 담당 2명"),
    )
    lacks = forms.CharField(
        label=_("우리에게 모자란 것"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("한 줄에 하나씩. 다른 기관은 이 줄을 보고 제안합니다. 종류를 앞에 쓸 수 있습니다(예: 데이터: …)."),
    )

    def _items(self, name: str) -> list[dict[str, str]]:
        lines = [line.strip(" \t·-•") for line in self.cleaned_data[name].splitlines()]
        items = []
        for line in lines:
            if line:
                kind, text = resource_of(line)
                items.append({"text": text, "resource": kind.value})
        return items

    def saved_fields(self) -> dict[str, Any]:
        return {name: self._items(name) for name in ("brings", "lacks")}

    @classmethod
    def from_call(cls, call: Call) -> dict[str, Any]:
        return {"brings": _as_lines(call.brings), "lacks": _as_lines(call.lacks)}


def _as_lines(items: list[CallItem]) -> str:
    """The items as they can be typed: the kind stands before the text where it would not be guessed from it."""
    lines = []
    for item in items:
        guessed, _text = resource_of(item.text)
        lines.append(item.text if guessed == item.resource else f"{item.get_resource_display()}: {item.text}")
    return "\n".join(lines)


class PlaceStep(StepForm):
    number = 4
    needed = ("join_until",)
    area_names = forms.CharField(
        label=_("어느 지역의 일인가요"),
        required=False,
        max_length=600,
        help_text=_("시·군·구 이름을 쉼표로 나누어 적어 주세요. 예: 가평군, 춘천시"),
    )
    place = forms.CharField(
        label=_("더 좁은 곳"), required=False, max_length=300, help_text=_("예: 북한강 자전거길 12 km")
    )
    starts_on = forms.DateField(label=_("시작"), required=False, widget=DateInput)
    ends_on = forms.DateField(label=_("끝"), required=False, widget=DateInput)
    partner_kinds = forms.MultipleChoiceField(
        label=_("어떤 곳과 함께하고 싶나요"),
        choices=PartnerKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    join_until = forms.DateField(
        label=_("언제까지 제안을 받나요"),
        required=False,
        widget=DateInput,
        help_text=_("오늘부터 1년 안. 나중에 늘릴 수 있습니다."),
    )

    def clean_area_names(self) -> str:
        text = self.cleaned_data["area_names"]
        self.area_codes: list[str] = []
        unknown = []
        for name, places in _places_named(text):
            if len(places) == 1:
                self.area_codes.append(places[0].code)
            elif places:
                raise forms.ValidationError(
                    gettext("이름이 ‘%(name)s’인 지역이 여러 곳입니다: %(all)s. 시·도를 함께 적어 주세요.")
                    % {"name": name, "all": " · ".join(body.name for body in places[:8])}
                )
            else:
                unknown.append(name)
        if unknown:
            raise forms.ValidationError(gettext("찾지 못한 지역: %(names)s") % {"names": ", ".join(unknown)})
        return text

    def saved_fields(self) -> dict[str, Any]:
        fields = dict(self.cleaned_data)
        if "area_names" in fields:
            del fields["area_names"]
            fields["areas"] = list(dict.fromkeys(self.area_codes))
        return fields


def _places_named(text: str) -> Iterator[tuple[str, list[Body]]]:
    """Each name typed and the places of today it may mean. An English name may have its province after a comma
    ('Jung-gu, Daegu Metropolitan City')."""
    parts = [part.strip() for part in text.replace("·", ",").split(",") if part.strip()]
    while parts:
        for taken in (2, 1):
            name = ", ".join(parts[:taken])
            found = {b.pk: b for old in named(name) for b in what_became_of(old)}
            places = [body for body in found.values() if body.code_scheme == "mois-10"]
            if places or taken == 1:
                yield name, places
                del parts[:taken]
                break


STEPS: tuple[type[StepForm], ...] = (ProblemStep, GoalStep, ItemsStep, PlaceStep)


class WithholdForm(forms.Form):
    """A narrower level with its reason and review date."""

    level = forms.ChoiceField(
        label=_("누구에게까지 보이나요"),
        choices=[(Level.PARTNERS, Level.PARTNERS.label), (Level.BODY, Level.BODY.label)],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=_("비공개 사유(정보공개법 제9조)"), choices=[("", _("골라 주세요")), *Reason.choices]
    )
    review_on = forms.DateField(label=_("다시 볼 날"), widget=DateInput, help_text=_("내일부터 1년 안"))


class OfferWithholdForm(WithholdForm):
    """An offer can be shown to the partners' circle only: the asking body always reads it."""

    level = None  # type: ignore[assignment]


class PartWithholdForm(WithholdForm):
    part = forms.ChoiceField(
        label=_("공개하지 않을 항목"),
        choices=[
            ("problem", _("풀려는 문제")),
            ("for_whom", _("누구를 위해")),
            ("goal", _("바라는 결과")),
            ("brings", _("가진 것")),
            ("lacks", _("모자란 것")),
            ("place", _("어디서")),
            ("term", _("언제부터 언제까지")),
        ],
    )
    field_order = ("part", "level", "reason", "review_on")


class OfferForm(forms.Form):
    resource = forms.ChoiceField(label=_("무엇으로 돕나요"), choices=ResourceKind.choices, widget=forms.RadioSelect)
    answers = forms.MultipleChoiceField(
        label=_("어느 모자란 것을 채우나요"), required=False, widget=forms.CheckboxSelectMultiple
    )
    what = forms.CharField(label=_("무엇을 내놓나요"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    how_much = forms.CharField(label=_("얼마나"), max_length=200, help_text=_("예: 통근버스 4대, 연 2억 원 안에서"))
    available = forms.CharField(label=_("언제"), max_length=200, help_text=_("예: 2027년 1월부터 2년"))
    conditions = forms.CharField(
        label=_("조건"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    resource_urn = forms.ChoiceField(
        label=_("등록된 자원에서 내놓기"),
        required=False,
        help_text=_("고르면 그 자원이 이 시간 동안 이 협업을 위해 잡혀 있고, 받아들여지면 예약이 확정됩니다."),
    )
    uses_from = forms.SplitDateTimeField(label=_("쓰기 시작"), required=False, widget=MomentInput)
    uses_until = forms.SplitDateTimeField(label=_("쓰기 끝"), required=False, widget=MomentInput)
    uses_quantity = forms.IntegerField(label=_("수량"), required=False, min_value=1)

    REGISTERED = ("resource_urn", "uses_from", "uses_until", "uses_quantity")

    def __init__(
        self,
        *args: Any,
        lacks: list[tuple[str, str]] | None = None,
        registered: list[tuple[str, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if registered:
            none = ("", _("고르지 않음"))
            self.fields["resource_urn"].choices = [none, *registered]  # type: ignore[attr-defined]
        else:
            for name in self.REGISTERED:
                del self.fields[name]
        if lacks:
            self.fields["answers"].choices = lacks  # type: ignore[attr-defined]
        else:
            del self.fields["answers"]

    def texts(self) -> Mapping[str, Any]:
        return {k: v for k, v in self.cleaned_data.items() if k != "answers"}


class OpinionForm(forms.Form):
    text = forms.CharField(label=pgettext_lazy("칸", "의견"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    narrow = forms.BooleanField(
        label=_("함께하는 기관에만 보이기"),
        required=False,
        help_text=_("기관의 이름으로 낼 때만 고를 수 있고, 사유와 다시 볼 날이 필요합니다."),
    )
    reason = forms.ChoiceField(
        label=_("비공개 사유"), required=False, choices=[("", _("골라 주세요")), *Reason.choices]
    )
    review_on = forms.DateField(label=_("다시 볼 날"), required=False, widget=DateInput)

    def __init__(self, *args: Any, may_narrow: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_narrow:
            for name in ("narrow", "reason", "review_on"):
                del self.fields[name]


class GuestOpinionForm(OpinionForm):
    """An opinion without an account: heard once the address is confirmed."""

    alias = forms.CharField(
        label=_("보일 이름"), max_length=40, required=False, help_text=_("비우면 ‘주민’으로 보입니다.")
    )
    channel = forms.ChoiceField(
        label=_("무엇으로 확인할까요"),
        choices=[("email", _("전자우편")), ("phone", _("휴대전화"))],
        initial="email",
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label=_("전자우편 주소나 휴대전화 번호"),
        max_length=254,
        help_text=_("확인하는 데만 씁니다. 다른 사람에게 보이지 않습니다."),
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, by_phone: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_phone:
            self.fields["channel"].widget = forms.HiddenInput()
            self.fields["channel"].initial = "email"
            self.fields["address"].label = _("확인받을 전자우편 주소")


class FlagForm(forms.Form):
    why = forms.ChoiceField(label=_("왜 살펴봐야 하나요"), choices=OpinionFlag.Why.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("덧붙일 말"), max_length=300, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("까닭"), max_length=300, help_text=_("모두에게 보입니다."))


class AnswerForm(forms.Form):
    """A word to the body whose offer is taken up."""

    answer = forms.CharField(
        label=_("덧붙일 말"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DeclineOfferForm(forms.Form):
    answer = forms.CharField(
        label=_("함께하지 않는 까닭"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("모두에게 보입니다."),
    )


class DeclineInvitationForm(ReasonForm):
    better = forms.CharField(
        label=_("더 어울리는 기관"),
        max_length=120,
        required=False,
        help_text=_("알고 있다면 이름을 적어 주세요. 요청한 기관이 바로 초대할 수 있습니다."),
    )


class InviteForm(forms.Form):
    body = forms.CharField(label=_("초대할 기관"), max_length=120, help_text=_("이름을 적어 주세요. 예: 경기도 가평군"))
    reason = forms.CharField(
        label=_("초대하는 까닭"), max_length=300, help_text=_("받는 기관과 읽는 모두에게 보입니다.")
    )


class FileForm(forms.Form):
    file = forms.FileField(label=_("파일"))
    note = forms.CharField(label=_("설명"), max_length=300, required=False)
    level = forms.ChoiceField(
        label=_("누구에게까지 보이나요"),
        choices=[
            (Level.PUBLIC, Level.PUBLIC.label),
            (Level.PARTNERS, Level.PARTNERS.label),
            (Level.BODY, Level.BODY.label),
        ],
        initial=Level.PUBLIC,
    )
    reason = forms.ChoiceField(
        label=_("비공개 사유"), required=False, choices=[("", _("골라 주세요")), *Reason.choices]
    )
    review_on = forms.DateField(label=_("다시 볼 날"), required=False, widget=DateInput)
