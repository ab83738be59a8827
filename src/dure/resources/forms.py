"""What a person may type when registering, booking, handing over and taking back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.bodies.models import Body
from dure.bodies.queries import named as bodies_named
from dure.bodies.queries import what_became_of
from dure.core.visibility import Reason
from dure.engines.availability import parse_hours, say_hours
from dure.resources.models import Resource, ResourceKind
from dure.resources.models.resource import DEAREST, MOST
from dure.resources.when import midnight, moment, wall

WEEKDAYS = (_("월"), _("화"), _("수"), _("목"), _("금"), _("토"), _("일"))
OFFICE = "09:00-12:00, 13:00-18:00"
_RANGE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:\s*[~–]\s*(\d{4}-\d{1,2}-\d{1,2}))?")
_LONGEST_RANGE = 400


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class DayField(forms.DateField):
    """A day of this century: others are slips of the keyboard, and the ends of the calendar have no moments."""

    widget = DateInput

    def __init__(self, **kwargs: Any) -> None:
        bounds = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 12, 31))]
        super().__init__(validators=bounds, **kwargs)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ResourceForm(forms.Form):
    """A resource. Hours are typed as people write them, names of bodies and areas are looked up."""

    title = forms.CharField(label=_("자원의 이름"), max_length=120, help_text=_("예: 45인승 저상버스, 대회의실"))
    kind = forms.ChoiceField(label=_("종류"), choices=ResourceKind.choices, widget=forms.RadioSelect)
    description = forms.CharField(
        label=_("설명"),
        max_length=4000,
        required=False,
        widget=_area(4),
        help_text=_("무엇에 쓸 수 있는지, 무엇이 함께 오는지"),
    )
    quantity = forms.IntegerField(
        label=_("몇 개"), min_value=1, max_value=MOST, initial=1, help_text=_("한때에 빌려줄 수 있는 수")
    )
    unit = forms.CharField(label=_("세는 말"), max_length=10, initial="개", help_text=_("예: 대, 명, 석, 장"))
    place = forms.CharField(label=_("어디에 있나요"), max_length=300, required=False)
    area_name = forms.CharField(
        label=_("지역"), max_length=60, required=False, help_text=_("시·군·구 이름. 예: 경기도 가평군")
    )
    step = forms.TypedChoiceField(
        label=_("빌려주는 단위"),
        coerce=int,
        choices=[(0, _("하루")), (60, _("1시간")), (30, _("30분")), (15, _("15분"))],
        widget=forms.RadioSelect,
        initial=0,
    )
    hours_0 = forms.CharField(label=_("월요일"), max_length=100, required=False, initial=OFFICE)
    hours_1 = forms.CharField(label=_("화요일"), max_length=100, required=False, initial=OFFICE)
    hours_2 = forms.CharField(label=_("수요일"), max_length=100, required=False, initial=OFFICE)
    hours_3 = forms.CharField(label=_("목요일"), max_length=100, required=False, initial=OFFICE)
    hours_4 = forms.CharField(label=_("금요일"), max_length=100, required=False, initial=OFFICE)
    hours_5 = forms.CharField(label=_("토요일"), max_length=100, required=False)
    hours_6 = forms.CharField(label=_("일요일"), max_length=100, required=False)
    closed_on_holidays = forms.BooleanField(label=_("공휴일에는 쉽니다"), required=False, initial=True)
    closed_days = forms.CharField(
        label=_("그 밖에 쉬는 날"),
        max_length=4000,
        required=False,
        widget=_area(2),
        help_text=_("한 줄에 하나씩. 예: 2026-12-31 또는 2027-01-04~2027-01-08"),
    )
    lead_hours = forms.IntegerField(
        label=_("몇 시간 전까지 예약하나요"),
        min_value=0,
        max_value=24 * 365,
        initial=24,
        help_text=_("이때까지는 자유롭게 취소할 수 있습니다. 사흘 전이면 72."),
    )
    longest = forms.IntegerField(
        label=_("한 번에 가장 길게"),
        min_value=0,
        max_value=1830,
        initial=0,
        help_text=_("하루 단위면 날수, 그 밖에는 시간 수. 0이면 정하지 않습니다."),
    )
    price = forms.IntegerField(
        label=_("값(원)"), min_value=0, max_value=DEAREST, initial=0, help_text=_("0이면 무료입니다.")
    )
    price_per = forms.ChoiceField(label=_("무엇마다"), choices=Resource.Per.choices, initial=Resource.Per.DAY)
    conditions = forms.CharField(
        label=_("조건"),
        max_length=2000,
        required=False,
        widget=_area(3),
        help_text=_("보험, 운전 자격, 정리, 반납 상태 같은 것"),
    )
    who = forms.ChoiceField(
        label=_("누가 예약할 수 있나요"),
        choices=Resource.Who.choices,
        widget=forms.RadioSelect,
        initial=Resource.Who.ANY,
    )
    named = forms.CharField(
        label=_("예약할 수 있는 기관"),
        max_length=4000,
        required=False,
        widget=_area(2),
        help_text=_("‘정한 기관만’을 골랐을 때. 한 줄에 한 곳씩."),
    )
    needs_approval = forms.BooleanField(
        label=_("예약마다 우리가 승인합니다"),
        required=False,
        initial=True,
        help_text=_("고르지 않으면 빈 때는 바로 예약됩니다."),
    )
    contact = forms.CharField(
        label=_("문의할 부서"), max_length=120, help_text=_("사람 이름이나 휴대전화가 아니라 부서와 대표 번호")
    )

    @property
    def hours_fields(self) -> list[Any]:
        return [self[f"hours_{day}"] for day in range(7)]

    def clean_closed_days(self) -> list[date]:
        days: list[date] = []
        for line in re.split(r"[\n,]+", self.cleaned_data["closed_days"]):
            if not line.strip():
                continue
            found = _RANGE.fullmatch(line.strip())
            try:
                if not found:
                    raise ValueError
                first = datetime.strptime(found[1], "%Y-%m-%d").date()  # noqa: DTZ007
                last = datetime.strptime(found[2], "%Y-%m-%d").date() if found[2] else first  # noqa: DTZ007
            except ValueError as error:
                words = gettext("날짜로 읽을 수 없습니다: %(line)s") % {"line": line.strip()[:40]}
                raise forms.ValidationError(words) from error
            if not 0 <= (last - first).days < _LONGEST_RANGE:
                raise forms.ValidationError(
                    gettext("기간이 거꾸로이거나 너무 깁니다: %(line)s") % {"line": line.strip()[:40]}
                )
            days += [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return days

    def clean_area_name(self) -> str:
        text = self.cleaned_data["area_name"].strip()
        self.area = ""
        if text:
            found = [body for body in _today(text) if body.code_scheme == "mois-10"]
            self.area = _one(text, found).code
        return text

    def clean_named(self) -> str:
        text = self.cleaned_data["named"]
        self.named_ids: list[UUID] = []
        for line in re.split(r"[\n,]+", text):
            if line.strip():
                self.named_ids.append(_one(line.strip(), _today(line.strip())).pk)
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.week: list[Any] = []
        for day in range(7):
            try:
                self.week.append([list(span) for span in parse_hours(data.get(f"hours_{day}", ""))])
            except ValueError as error:
                words = gettext("여는 시간을 ‘09:00-12:00, 13:00-18:00’처럼 적어 주세요. 읽지 못한 것: %(text)s")
                self.add_error(f"hours_{day}", words % {"text": str(error)[:40]})
        return data

    def saved_fields(self) -> dict[str, Any]:
        """The values for `resource_save`."""
        data = dict(self.cleaned_data)
        longest = data["longest"] if data["step"] == 0 else data["longest"] * 60
        return data | {"hours": self.week, "area": self.area, "longest": longest}

    @classmethod
    def from_resource(cls, resource: Resource, area_name: str) -> dict[str, Any]:
        data = {name: getattr(resource, name) for name in cls.base_fields if hasattr(resource, name)}
        data |= {f"hours_{day}": say_hours(spans) for day, spans in enumerate(resource.hours)}
        data["closed_days"] = "\n".join(resource.closed_days)
        data["named"] = "\n".join(body.full_name_ko for body in resource.named.order_by("full_name_ko"))
        data["area_name"] = area_name
        data["longest"] = resource.longest if resource.by_day else resource.longest // 60
        return data


def _today(text: str) -> list[Body]:
    found = {now.pk: now for body in bodies_named(text) for now in what_became_of(body)}
    return list(found.values())


def _one(text: str, found: Sequence[Body]) -> Body:
    if len(found) == 1:
        return found[0]
    if found:
        names = " · ".join(sorted(body.name for body in found)[:8])
        raise forms.ValidationError(gettext("여러 곳이 있습니다: %(names)s. 시·도까지 적어 주세요.") % {"names": names})
    raise forms.ValidationError(gettext("이런 이름의 기관이 없습니다: %(text)s") % {"text": text[:40]})


class BookingForm(forms.Form):
    """A booking: days for what is lent by days, else moments on the grid."""

    starts: Any = forms.DateTimeField(label=_("언제부터"))
    ends: Any = forms.DateTimeField(label=_("언제까지"))
    quantity = forms.IntegerField(label=_("몇 개"), min_value=1, initial=1)
    collaboration = forms.ChoiceField(label=_("어느 협업에 쓰나요"), required=False)
    purpose = forms.CharField(
        label=_("무엇에 쓰나요"),
        max_length=500,
        required=False,
        help_text=_("모두에게 보입니다. 사람 이름은 적지 마세요."),
    )

    def __init__(self, *args: Any, resource: Resource, collaborations: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resource = resource
        if resource.by_day:
            self.fields["starts"] = DayField(label=_("첫날"))
            self.fields["ends"] = DayField(label=_("마지막 날"), help_text=_("이날까지 씁니다."))
        else:
            seconds = {"step": resource.step * 60}
            for name in ("starts", "ends"):
                self.fields[name].widget = MomentInput(attrs=seconds)
        if resource.quantity == 1:
            self.fields["quantity"].widget = forms.HiddenInput()
        else:
            words = gettext("모두 %(n)s%(unit)s") % {"n": f"{resource.quantity:,}", "unit": resource.unit}
            self.fields["quantity"].help_text = words
        choices = [("", _("협업이 아닌 일")), *((link.urn, link.title) for link in collaborations)]
        self.fields["collaboration"].choices = choices  # type: ignore[attr-defined]
        if not collaborations:
            self.fields["collaboration"].widget = forms.HiddenInput()

    def times(self) -> dict[str, datetime]:
        """`starts_at` and `ends_at` as aware moments."""
        starts, ends = self.cleaned_data["starts"], self.cleaned_data["ends"]
        if self.resource.by_day:
            return {"starts_at": moment(midnight(starts)), "ends_at": moment(midnight(ends + timedelta(days=1)))}
        return {"starts_at": starts, "ends_at": ends}


def until_field(by_day: bool, step: int) -> forms.Field:
    if by_day:
        return DayField(label=_("마지막 날"))
    return forms.DateTimeField(label=_("언제까지"), widget=MomentInput(attrs={"step": step * 60}))


class ExtendForm(forms.Form):
    ends: Any = forms.DateTimeField()

    def __init__(self, *args: Any, resource: Resource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resource = resource
        self.fields["ends"] = until_field(resource.by_day, resource.step or 1)

    def until(self) -> datetime:
        ends = self.cleaned_data["ends"]
        return moment(midnight(ends + timedelta(days=1))) if self.resource.by_day else ends


def last_of(resource: Resource, ends_at: datetime) -> Any:
    """The end of a stay as its form asks for it: the last day, or the moment."""
    return (wall(ends_at) - timedelta(minutes=1)).date() if resource.by_day else wall(ends_at)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("까닭"), max_length=500, widget=_area(3), help_text=_("모두에게 보입니다."))


class StateForm(forms.Form):
    reason = forms.CharField(label=_("까닭"), max_length=300, help_text=_("모두에게 보입니다."))


class LendForm(forms.Form):
    note = forms.CharField(
        label=_("넘겨줄 때의 상태"),
        max_length=1000,
        required=False,
        widget=_area(3),
        help_text=_("예: 긁힘 없음, 기름 가득"),
    )
    photo = forms.FileField(label=_("사진"), required=False, help_text=_("위치 정보는 지워서 올립니다."))


class ReturnForm(forms.Form):
    note = forms.CharField(label=_("돌려받은 상태"), max_length=1000, required=False, widget=_area(3))
    damage = forms.CharField(
        label=_("파손이나 빠진 것"),
        max_length=1000,
        required=False,
        widget=_area(2),
        help_text=_("없으면 비워 두세요."),
    )
    follow_up = forms.CharField(
        label=_("두 기관이 어떻게 하기로 했나요"),
        max_length=1000,
        required=False,
        widget=_area(2),
        help_text=_("예: 수리비는 보험으로, 다음 주까지 고침"),
    )
    photo = forms.FileField(label=_("사진"), required=False, help_text=_("위치 정보는 지워서 올립니다."))


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label=_("우리 기관이 아는 것"),
        max_length=2000,
        widget=_area(5),
        help_text=_("상대의 기록 옆에 그대로 남습니다. 어느 쪽이 옳다고 정하지 않습니다."),
    )


class PhotoForm(forms.Form):
    file = forms.FileField(label=_("사진"), help_text=_("위치 정보는 지워서 올립니다."))
    note = forms.CharField(label=_("무엇이 보이나요"), max_length=300)


class WithholdForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("비공개 사유(정보공개법 제9조)"), choices=[("", _("골라 주세요")), *Reason.choices]
    )
    review_on = forms.DateField(label=_("다시 볼 날"), widget=DateInput, help_text=_("내일부터 1년 안"))
