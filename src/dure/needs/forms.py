"""What a person may type about needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dure.bodies.models import PUBLIC_KINDS, Body
from dure.bodies.queries import named, provinces, what_became_of
from dure.core.visibility import Reason
from dure.needs.actions.answer import MOST_OWN
from dure.needs.models import Need, NeedsSurvey

LINES = forms.Textarea(attrs={"rows": 4})
SHORT = forms.Textarea(attrs={"rows": 2})


class SurveyForm(forms.Form):
    """A draft. Nothing is needed to keep it; opening says what is missing."""

    needed = ("title", "purpose", "use", "until", "promised_on")
    title = forms.CharField(label=_("무엇을 묻나요"), required=False, help_text=_("예: 함께 쓸 시스템에 필요한 기능"))
    purpose = forms.CharField(label=_("왜 묻나요"), required=False, widget=LINES)
    use = forms.CharField(
        label=_("답을 어떻게 쓰나요"),
        required=False,
        widget=LINES,
        help_text=_("언제 무엇을 정하는 데 쓰는지 적어 주세요. 답하는 기관이 가장 먼저 보는 것입니다."),
    )
    needs = forms.CharField(
        label=_("먼저 떠오른 수요"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("한 줄에 하나씩, 30가지까지. 비우면 기관들이 적는 수요만 받습니다."),
    )
    mode = forms.ChoiceField(
        label=_("우선순위를 어떻게 묻나요"),
        choices=NeedsSurvey.Mode.choices,
        initial=NeedsSurvey.Mode.POINTS,
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label=_("어떤 기관에 묻나요"),
        choices=[(kind.value, kind.label) for kind in Body.Kind if kind in PUBLIC_KINDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    provinces = forms.MultipleChoiceField(
        label=_("어느 시·도의 기관인가요"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("고르지 않으면 전국입니다."),
    )
    named = forms.CharField(
        label=_("이름으로 더할 기관"),
        required=False,
        widget=SHORT,
        help_text=_("쉼표나 줄로 나누어 적어 주세요. 예: 경기도 가평군, 춘천시"),
    )
    until = forms.DateField(label=_("언제까지 답을 받나요"), required=False, widget=forms.DateInput)
    promised_on = forms.DateField(
        label=_("하나하나에 언제까지 답하나요"),
        required=False,
        widget=forms.DateInput,
        help_text=_("이 날이 지나도 답하지 않은 수요는 그렇다고 모두에게 보입니다."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provinces"].choices = [(str(body.pk), body.name) for body in provinces()]  # type: ignore[attr-defined]
        for name in self.needed:
            self.fields[name].needed = True  # type: ignore[attr-defined]

    def clean_named(self) -> list[UUID]:
        found: list[UUID] = []
        for text in self.cleaned_data["named"].replace("\n", ",").replace("\t", ",").split(","):
            name = text.strip()[:200]
            if name:
                found.append(_one_body(name))
        return found

    def fields_typed(self) -> Mapping[str, Any]:
        data = dict(self.cleaned_data)
        data["provinces"] = [UUID(text) for text in data["provinces"]]
        data["needs"] = data["needs"].splitlines()
        return data


def _one_body(name: str) -> UUID:
    bodies = {now.pk: now for body in named(name) for now in what_became_of(body)}
    if len(bodies) == 1:
        return next(iter(bodies))
    if bodies:
        names = " · ".join(sorted(body.name for body in bodies.values())[:8])
        raise forms.ValidationError(gettext("여러 곳이 있습니다: %(names)s. 시·도까지 적어 주세요.") % {"names": names})
    raise forms.ValidationError(gettext("찾지 못한 기관: %(name)s") % {"name": name})


POINTS = [
    ("", _("모름")),
    ("5", _("5 아주 급함")),
    ("4", "4"),
    ("3", _("3 필요함")),
    ("2", "2"),
    ("1", _("1 급하지 않음")),
]


def whole(text: Any) -> int | None:
    """A whole number, or None for nothing typed; the fields only let digits through."""
    return int(text) if text not in (None, "") else None


class AnswerForm(forms.Form):
    """Priorities over the list, up to ten own needs, and a note."""

    def __init__(self, *args: Any, survey: NeedsSurvey, listed: Sequence[Need], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = listed
        ranks = [("", _("모름")), *((str(n), str(n)) for n in range(1, len(listed) + 1))]
        for need in listed:
            choices = POINTS if survey.mode == NeedsSurvey.Mode.POINTS else ranks
            self.fields[f"priority_{need.pk}"] = forms.ChoiceField(
                label=need.title, choices=choices, required=False, help_text=need.why
            )
        for number in range(1, MOST_OWN + 1):
            self.fields[f"own_{number}_title"] = forms.CharField(label=_("무엇이 필요한가요"), required=False)
            self.fields[f"own_{number}_why"] = forms.CharField(label=_("왜 필요한가요"), required=False, widget=SHORT)
            self.fields[f"own_{number}_people"] = forms.CharField(
                label=_("누구에게 필요한가요"), required=False, help_text=_("예: 읍·면의 어르신 3천 명")
            )
            self.fields[f"own_{number}_points"] = forms.ChoiceField(
                label=_("얼마나 급한가요"), choices=POINTS, required=False
            )
        self.fields["note"] = forms.CharField(
            label=_("덧붙일 말"), required=False, widget=forms.Textarea(attrs={"rows": 3})
        )

    def priority_fields(self) -> list[Any]:
        return [self[f"priority_{need.pk}"] for need in self.listed]

    def own_fields(self) -> list[dict[str, Any]]:
        """The ten places; the first, and those with something in them or wrong with them, stand open."""
        places = []
        for number in range(1, MOST_OWN + 1):
            fields = [self[f"own_{number}_{name}"] for name in ("title", "why", "people", "points")]
            touched = any(bound.value() or bound.errors for bound in fields)
            places.append({"number": number, "fields": fields, "open": touched or number == 1})
        return places

    def priorities(self) -> dict[UUID, int]:
        data = {need.pk: whole(self.cleaned_data[f"priority_{need.pk}"]) for need in self.listed}
        return {id: value for id, value in data.items() if value is not None}

    def own(self) -> list[dict[str, Any]]:
        return [
            {
                **{name: self.cleaned_data[f"own_{number}_{name}"] for name in ("title", "why", "people")},
                "points": whole(self.cleaned_data[f"own_{number}_points"]),
            }
            for number in range(1, MOST_OWN + 1)
        ]


class NarrowForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("비공개 사유(정보공개법 제9조)"), choices=[("", _("골라 주세요")), *Reason.choices]
    )
    review_on = forms.DateField(label=_("다시 볼 날"), widget=forms.DateInput, help_text=_("내일부터 1년 안"))


class MergeForm(forms.Form):
    needs = forms.MultipleChoiceField(
        label=_("합칠 수요"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("두 가지 이상")
    )
    title = forms.CharField(label=_("합친 수요의 이름"), required=False)
    why = forms.CharField(label=_("합치는 까닭"), required=False, help_text=_("모두에게 보입니다."))

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].choices = choices  # type: ignore[attr-defined]
        for name in ("needs", "title", "why"):
            self.fields[name].needed = True  # type: ignore[attr-defined]


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(
        label=pgettext_lazy("수요에", "답"), choices=Need.Verdict.choices, widget=forms.RadioSelect
    )
    later_on = forms.DateField(label=_("나중이라면 언제 다시 보나요"), required=False, widget=forms.DateInput)
    reason = forms.CharField(label=_("까닭"), widget=LINES, help_text=_("모두에게 보입니다."))


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("어떻게 되었나요"),
        choices=[choice for choice in Need.Outcome.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("무엇이 되었나요"), widget=LINES)


class LinkForm(forms.Form):
    urn = forms.ChoiceField(label=_("이을 협업"))

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["urn"].choices = choices  # type: ignore[attr-defined]


class TextForm(forms.Form):
    text = forms.CharField(label=_("글"), widget=LINES)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("까닭"), widget=SHORT, help_text=_("모두에게 보입니다."))


class ExtendForm(forms.Form):
    until = forms.DateField(label=_("새 마감"), widget=forms.DateInput)
    promised_on = forms.DateField(label=_("하나하나에 답할 날"), widget=forms.DateInput)
