"""What is typed about a scenario."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dure.benefits.reading import library
from dure.core.viewer import Viewer
from dure.simulation import populations, queries, spec
from dure.simulation.models import Scenario


class ScenarioForm(forms.Form):
    title = forms.CharField(label=_("제목"), max_length=120)
    question = forms.CharField(
        label=_("무엇을 알고 싶은가요"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("결과와 함께 모두에게 보입니다."),
    )
    day = forms.DateField(
        label=_("어느 날의 규칙으로 볼까요"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    benefits = forms.MultipleChoiceField(
        label=_("혜택"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("바꿀 혜택과, 함께 보고 싶은 혜택을 고르세요. 열두 개까지입니다."),
        error_messages={"required": _("혜택을 하나 이상 골라 주세요.")},
    )
    area = forms.ChoiceField(label=_("지역"), required=False, help_text=_("한 시·도를 고르면 시·군·구별로 봅니다."))
    sample = forms.IntegerField(
        label=_("표본 가구"),
        min_value=populations.LEAST,
        max_value=populations.MOST,
        help_text=_("많을수록 정확하고 오래 걸립니다. 2만 가구면 몇 초입니다."),
    )
    seeds = forms.IntegerField(
        label=_("씨앗의 수"),
        min_value=1,
        max_value=9,
        help_text=_("인구를 이만큼 여러 번 새로 만들어, 결과가 얼마나 흔들리는지 봅니다."),
    )
    own = forms.ChoiceField(
        label=_("인구"), required=False, help_text=_("우리 기관의 자료를 고르면 지역·표본·씨앗은 쓰지 않습니다.")
    )
    assumed = forms.CharField(
        label=_("따로 두는 가정"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=format_lazy(
            "{} " + spec.ASSUMED_LIKE, _("인구 자료가 모르는 사실에 값을 둡니다. 한 줄에 하나씩 적습니다. 보기:")
        ),
    )

    def __init__(self, data: Any, *, viewer: Viewer, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        rules = library().rules.benefits.values()
        names = [(one.id, one.names.get(spec.lang()) or one.names["ko"]) for one in rules]
        self.fields["benefits"].choices = sorted(names, key=lambda pair: pair[1])
        self.fields["area"].choices = [("", _("전국 (시·도별)")), *populations.provinces()]
        own = [(str(one.pk), one.name) for one in queries.populations_of(viewer)]
        self.fields["own"].choices = [("", _("통계로 만든 인구")), *own]
        if not own:
            del self.fields["own"]

    @staticmethod
    def of(scenario: Scenario) -> dict[str, Any]:
        names = ("title", "question", "day", "benefits", "area", "sample", "seeds")
        own = str(scenario.own_id) if scenario.own_id else ""
        return {name: getattr(scenario, name) for name in names} | {
            "own": own,
            "assumed": spec.assumed_text(scenario.assumed),
        }


class PopulationForm(forms.Form):
    name = forms.CharField(label=_("이름"), max_length=120, help_text=_("예: 2025년 가구 조사"))
    households = forms.FileField(label=_("가구 파일(Parquet)"))
    persons = forms.FileField(label=_("가구원 파일(Parquet)"), required=False)
