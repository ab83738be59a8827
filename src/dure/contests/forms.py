"""What a person may type. Rules and lengths are the actions'; these only read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.bodies.models import Body
from dure.bodies.queries import named, provinces, what_became_of
from dure.contests.criteria import known
from dure.contests.models import Contest, Criterion, Declaration, Edge, Method


def area(label: Any, *, rows: int = 4, hint: Any = "", required: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, help_text=hint, required=required, strip=False)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class Step(forms.Form):
    """One step of preparing a contest. Everything may be empty until it is opened; `needed` are those it needs."""

    number = 0
    needed: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.needed:
            self.fields[name].needed = True  # type: ignore[attr-defined]

    def saved(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}

    @classmethod
    def from_contest(cls, contest: Contest) -> dict[str, Any]:
        return {name: getattr(contest, name) for name in cls.base_fields if hasattr(contest, name)}


class AboutStep(Step):
    number = 1
    needed = ("title", "purpose")
    title = forms.CharField(label=_("공모의 이름"), required=False)
    purpose = area(_("왜 여나요"), rows=5, hint=_("무엇을 찾고 무엇이 달라지길 바라는지 적어 주세요."))
    theme = forms.CharField(label=_("주제"), required=False, help_text=_("정한 주제가 없으면 비워 두세요."))
    award = forms.CharField(label=_("무엇을 주나요"), required=False, help_text=_("예: 장관상, 자문, 교육"))


class WhoStep(Step):
    number = 2
    needed = ("eligibility",)
    eligibility = area(
        _("누가 응모할 수 있나요"), rows=3, hint=_("말로 적어 주세요. 아래에서 고른 것은 저절로 확인합니다.")
    )
    kinds = forms.MultipleChoiceField(
        label=_("내는 기관의 종류"),
        choices=Body.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("고르지 않으면 모두 낼 수 있습니다."),
    )
    provinces = forms.MultipleChoiceField(
        label=_("시·도"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("고르면 함께하는 기관 가운데 한 곳 이상이 그 시·도에 있어야 합니다."),
    )
    least_bodies = forms.IntegerField(label=_("몇 곳 이상이 함께해야 하나요"), required=False)
    one_per_body = forms.BooleanField(label=_("한 기관은 한 건만 낼 수 있음"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provinces"].choices = [(body.code, body.name) for body in provinces()]  # type: ignore[attr-defined]


class CriteriaStep(Step):
    """A field `weight_<criterion>` for each known criterion, and how marks are reckoned."""

    number = 3
    needed = ("least_judges", "select")
    blind = forms.BooleanField(
        label=_("응모 기관의 이름을 가리고 심사"),
        required=False,
        help_text=_("이름은 기계가 가립니다. 다 가려지지 않을 수 있어, 심사 전에 한 건씩 살펴보셔야 합니다."),
    )
    method = forms.ChoiceField(label=_("위원마다 다른 후함과 박함"), choices=Method.choices, widget=forms.RadioSelect)
    trimmed = forms.BooleanField(label=_("위원이 4명 이상이면 가장 높은 점수와 가장 낮은 점수를 뺌"), required=False)
    least_judges = forms.IntegerField(label=_("응모 한 건을 몇 명 이상이 채점해야 하나요"), required=False)
    select = forms.IntegerField(label=_("몇 건을 뽑나요"), required=False)
    edge = forms.ChoiceField(
        label=_("뽑는 자리의 끝에서 점수가 같으면"), choices=Edge.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, one in known().items():
            self.fields[f"weight_{key}"] = forms.IntegerField(label=one.label, required=False, help_text=one.about)

    def weights(self) -> list[forms.BoundField]:
        return [self[f"weight_{key}"] for key in known()]

    def others(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith("weight_")]

    def saved(self) -> dict[str, Any]:
        found = super().saved()
        weights = {key: found.pop(f"weight_{key}", None) or 0 for key in known()}
        return {**found, "weights": weights}

    @classmethod
    def from_contest(cls, contest: Contest) -> dict[str, Any]:
        weights = {f"weight_{one.key}": one.weight for one in contest.criteria.all()}
        return {**super().from_contest(contest), **weights}


class DatesStep(Step):
    number = 4
    needed = ("opens_on", "entries_until", "judging_until", "results_on")
    opens_on = forms.DateField(label=_("응모를 받기 시작하는 날"), required=False, widget=DateInput)
    entries_until = forms.DateField(
        label=_("응모 마감"), required=False, widget=DateInput, help_text=_("그날 밤 12시까지 받습니다.")
    )
    judging_until = forms.DateField(label=_("심사 마감"), required=False, widget=DateInput)
    results_on = forms.DateField(label=_("결과 발표"), required=False, widget=DateInput)
    support_years = forms.IntegerField(
        label=_("뽑힌 뒤 몇 해를 지원하나요"), required=False, help_text=_("지원이 없으면 0. 해마다 보고를 받습니다.")
    )
    support_won = forms.IntegerField(label=_("한 건에 한 해 지원금(원)"), required=False)

    def saved(self) -> dict[str, Any]:
        numbers = {name: self.cleaned_data[name] or 0 for name in ("support_years", "support_won")}
        return {**self.cleaned_data, **numbers}


STEPS: tuple[type[Step], ...] = (AboutStep, WhoStep, CriteriaStep, DatesStep)


class ExtendForm(forms.Form):
    entries_until = forms.DateField(label=_("응모 마감"), required=False, widget=DateInput)
    judging_until = forms.DateField(label=_("심사 마감"), required=False, widget=DateInput)
    results_on = forms.DateField(label=_("결과 발표"), required=False, widget=DateInput)


class EntryForm(forms.Form):
    """Title, summary, one text for each criterion, and the bodies that take part by name, one a line."""

    collaboration = forms.ChoiceField(
        label=_("어느 협업으로 응모하나요"), required=False, help_text=_("없으면 비워 두고 새로 적어 주세요.")
    )
    title = forms.CharField(label=_("응모의 제목"))
    summary = area(_("어떤 협업인가요"), rows=5, required=True)
    bodies = area(
        _("함께하는 기관"), rows=3, hint=_("우리 기관 말고 함께하는 기관의 이름을 한 줄에 하나씩 적어 주세요.")
    )

    def __init__(self, *args: Any, criteria: Iterable[Criterion], links: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if links:
            choices = [("", gettext("새로 적음")), *((link.urn, link.title) for link in links)]
            self.fields["collaboration"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["collaboration"]
        self.criteria = list(criteria)
        for one in self.criteria:
            self.fields[f"answer_{one.key}"] = area(one.label, hint=one.about, required=True)

    def clean_bodies(self) -> str:
        self.body_ids: list[UUID] = []
        text = self.cleaned_data["bodies"]
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > 60:
            raise forms.ValidationError(gettext("함께하는 기관이 너무 많습니다."))
        for line in lines:
            found = {now.pk: now for body in named(line[:200]) for now in what_became_of(body)}
            if not found:
                raise forms.ValidationError(gettext("이런 이름의 기관이 없습니다: %(name)s") % {"name": line[:60]})
            if len(found) > 1:
                names = " · ".join(sorted(body.name for body in found.values())[:8])
                said = gettext("여러 곳이 있습니다: %(names)s. 시·도까지 적어 주세요.")
                raise forms.ValidationError(said % {"names": names})
            self.body_ids += found
        return text

    def answers(self) -> list[forms.BoundField]:
        return [self[f"answer_{one.key}"] for one in self.criteria]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "title": data["title"],
            "summary": data["summary"],
            "collaboration": data.get("collaboration", ""),
            "answers": {one.key: data[f"answer_{one.key}"] for one in self.criteria},
        }


class FileForm(forms.Form):
    file = forms.FileField(label=_("파일"))
    note = forms.CharField(label=_("설명"), max_length=300, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("까닭"), help_text=_("모두에게 보입니다."))


class JudgeForm(forms.Form):
    email = forms.CharField(label=_("전자우편 주소"), widget=forms.EmailInput, max_length=254)


class ClearForm(forms.Form):
    words = area(_("더 가릴 말"), rows=3, hint=_("한 줄에 하나씩. 기관을 짐작하게 하는 이름이나 곳을 적어 주세요."))
    opened = forms.MultipleChoiceField(
        label=_("위원이 열 수 있는 파일"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("파일 안의 이름은 가려지지 않습니다. 열어서 살펴본 것만 골라 주세요."),
    )

    def __init__(self, *args: Any, files: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if files:
            self.fields["opened"].choices = files  # type: ignore[attr-defined]
        else:
            del self.fields["opened"]


class DeclareForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("이 응모와 이해관계가 있나요"), choices=Declaration.Kind.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("덧붙일 말"), max_length=300, required=False, help_text=_("공모를 연 기관만 봅니다.")
    )


class SheetForm(forms.Form):
    """Points from 0 to 10 for each criterion, with what they stand for, and a comment."""

    comment = area(_("심사평"), rows=4, hint=_("결과와 함께 모두에게 보입니다. 누가 썼는지는 보이지 않습니다."))

    def __init__(self, *args: Any, criteria: Iterable[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for one in self.criteria:
            hints = dict(one.anchors)
            field = forms.TypedChoiceField(
                label=f"{one.label} ({one.weight}‰)",
                help_text=" · ".join(f"{points}: {text}" for points, text in hints.items()),
                choices=[(str(points), str(points)) for points in range(11)],
                widget=forms.RadioSelect,
                coerce=int,
                empty_value=None,
                required=False,
            )
            field.needed = True
            self.fields[f"points_{one.key}"] = field

    def rows(self) -> list[forms.BoundField]:
        return [self[f"points_{one.key}"] for one in self.criteria]

    def points(self) -> dict[str, int | None]:
        return {one.key: self.cleaned_data[f"points_{one.key}"] for one in self.criteria}


class VoteForm(forms.Form):
    entries = forms.MultipleChoiceField(label=_("뽑을 응모"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, entries: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entries"].choices = entries  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    short_reason = forms.CharField(
        label=_("채점한 위원이 모자란 응모가 있어도 정하는 까닭"), required=False, help_text=_("모두에게 보입니다.")
    )


class GoalsForm(forms.Form):
    """A text for each year, one goal a line."""

    def __init__(self, *args: Any, years: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years = range(1, years + 1)
        for year in self.years:
            label = gettext("%(year)d년차 목표") % {"year": year}
            self.fields[f"year_{year}"] = area(label, rows=3, hint=gettext("한 줄에 하나씩"))

    def goals(self) -> list[tuple[int, str]]:
        return [(y, line) for y in self.years for line in self.cleaned_data[f"year_{y}"].splitlines() if line.strip()]


class ReportForm(forms.Form):
    text = area(_("무엇을 했고 무엇이 달라졌나요"), rows=8, required=True)


class AnswerForm(forms.Form):
    answer = area(_("답"), rows=3, hint=_("돌려보낼 때는 무엇을 더해야 하는지 적어 주세요. 모두에게 보입니다."))


class PaymentForm(forms.Form):
    year = forms.TypedChoiceField(label=_("년차"), coerce=int)
    planned = forms.IntegerField(label=_("주기로 한 금액(원)"))
    paid = forms.IntegerField(label=_("준 금액(원)"), required=False)
    paid_on = forms.DateField(label=_("준 날"), required=False, widget=DateInput)

    def __init__(self, *args: Any, years: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(year, gettext("%(year)d년차") % {"year": year}) for year in range(1, years + 1)]
        self.fields["year"].choices = choices  # type: ignore[attr-defined]
