"""What officials and whoever reported may type: one question a form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.bodies.queries import named
from dure.core import clock
from dure.core.links import Link
from dure.core.models import Person
from dure.core.visibility import Reason
from dure.reports import categories
from dure.reports.models import AnswerTemplate, Report, Word
from dure.reports.working.actions.work import OUTCOMES, WAIT_DAYS

LINES = forms.Textarea(attrs={"rows": 6})
FEW_LINES = forms.Textarea(attrs={"rows": 3})


def category_choices() -> list[tuple[str, Any]]:
    """All kinds of matter under their groups."""
    return [("", "---"), *((g.name, [(c.id, c.name) for c in g.categories]) for g in categories.groups())]


class Pictures(forms.FileField):
    """Several pictures at once; the action looks at each."""

    class Input(forms.ClearableFileInput):
        allow_multiple_selected = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=self.Input(attrs={"accept": "image/*", "multiple": True}), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [one for one in (data if isinstance(data, list | tuple) else [data]) if one]


class BodyField(forms.CharField):
    """A public body by name or code. Several of one name are told apart by their province."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = [body for body in named(text) if body.is_public_body and body.is_active()]
        if len(found) == 1:
            return found[0].pk
        if found:
            names = " · ".join(body.name for body in found[:8])
            raise forms.ValidationError(
                _("여러 곳이 있습니다: %(names)s. 시·도까지 적어 주세요."), params={"names": names}
            )
        raise forms.ValidationError(_("그런 공공기관이 없습니다. 이름을 다시 확인해 주세요."))


class Form(forms.Form):
    """`needed` names what the action asks for: the form lets it through, so that one place says what is missing."""

    needed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.needed:
            self.fields[name].needed = True  # type: ignore[attr-defined]


class SayForm(Form):
    needed = ("text",)
    text = forms.CharField(label=_("무엇을 알릴까요"), required=False, widget=LINES)
    pictures = Pictures(label=_("사진"), help_text=_("다섯 장까지. 찍은 곳과 기기의 정보는 지워집니다."))


class AnswerForm(Form):
    needed = ("text",)
    outcome = forms.ChoiceField(
        label=_("어떻게 되었나요"),
        choices=[(value, Report.Outcome(value).label) for value in OUTCOMES],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("신고하신 분께 드릴 답"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("모두에게 보입니다. 무엇을 했는지, 하지 못했으면 왜인지 적어 주세요."),
    )
    pictures = Pictures(label=_("처리한 뒤의 사진"), help_text=_("다섯 장까지. 찍은 곳과 기기의 정보는 지워집니다."))


class AskForm(Form):
    needed = ("text",)
    text = forms.CharField(
        label=_("무엇을 여쭐까요"),
        required=False,
        widget=FEW_LINES,
        help_text=_("한 번에 한 가지만 여쭈면 답이 빨리 옵니다. 답을 기다리는 동안 처리기간이 쉽니다."),
    )
    days = forms.IntegerField(
        label=_("며칠 동안 기다릴까요"),
        initial=WAIT_DAYS,
        help_text=_("1일에서 30일. 이 날이 지나면 답이 없어도 처리기간이 다시 갑니다."),
    )


class ReasonForm(Form):
    needed = ("reason",)
    reason = forms.CharField(label=_("까닭"), required=False, widget=FEW_LINES, help_text=_("모두에게 보입니다."))


class ExtendForm(Form):
    needed = ("reason",)
    reason = forms.CharField(
        label=_("왜 더 걸리나요"),
        required=False,
        widget=FEW_LINES,
        help_text=_("신고하신 분이 읽습니다. 일이 많거나 사람이 없다는 것은 까닭이 되지 않습니다(시행령 제21조)."),
    )


class AssignForm(forms.Form):
    person = forms.ChoiceField(label=_("누가 맡나요"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(str(one.pk), one.name) for one in people]  # type: ignore[attr-defined]


class CategoryForm(forms.Form):
    category = forms.ChoiceField(
        label=_("어떤 일인가요"),
        help_text=_("고치면 맡을 기관을 다시 찾습니다. 다른 기관의 일이면 그 기관으로 갑니다."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices()  # type: ignore[attr-defined]


class PassOnForm(Form):
    needed = ("reason",)
    target = BodyField(
        label=_("누구의 일인가요"),
        help_text=_(
            "기관의 이름을 적어 주세요. 예: 충남 아산시. 모르면 넘기지 말고 종류와 자리를 먼저 바로잡아 주세요."
        ),
    )
    reason = forms.CharField(
        label=_("왜 그 기관의 일인가요"),
        required=False,
        widget=FEW_LINES,
        help_text=_("넘겨받을 기관과 모두에게 보입니다. 한 번 돌려보낼 수 있고, 세 번째 넘김은 조정자가 정합니다."),
    )


class DecideForm(Form):
    needed = ("reason",)
    body = BodyField(label=_("어느 기관이 맡나요"))
    reason = forms.CharField(label=_("왜 그렇게 정했나요"), required=False, widget=FEW_LINES)


class JoinForm(forms.Form):
    receipt = forms.CharField(
        label=_("남길 신고의 접수번호"),
        max_length=30,
        help_text=_("이 신고가 그 신고에 합쳐집니다. 신고하신 분은 자기 링크로 계속 볼 수 있습니다."),
    )


class CollaborateForm(forms.Form):
    urn = forms.ChoiceField(label=_("어느 협업에 이을까요"), required=False)

    def __init__(self, *args: Any, links: Iterable[Link], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("잇지 않음")), *((link.urn, link.title) for link in links)]
        self.fields["urn"].choices = choices  # type: ignore[attr-defined]


class WithholdForm(Form):
    needed = ("thing", "reason", "review_on")
    thing = forms.ChoiceField(label=_("무엇을 가리나요"), required=False)
    reason = forms.ChoiceField(label=_("비공개 사유"), choices=[("", "---"), *Reason.choices], required=False)
    review_on = forms.DateField(
        label=_("다시 볼 날"), required=False, widget=forms.DateInput, help_text=_("1년 안의 날로 정해 주세요.")
    )

    def __init__(self, *args: Any, report: Report, words: Iterable[Word], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"review_on": clock.today() + timedelta(days=90)})
        super().__init__(*args, **kwargs)
        said = [(word.urn, f"{word.get_kind_display()}: {word.text[:40]}") for word in words]
        self.fields["thing"].choices = [(report.urn, _("신고 모두")), *said]  # type: ignore[attr-defined]


class SplitForm(Form):
    """Up to four parts; those without words and body are left out."""

    needed = ("reason",)
    ROWS = 4
    reason = forms.CharField(
        label=_("왜 나누나요"), required=False, widget=FEW_LINES, help_text=_("모두에게 보입니다.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(self.ROWS):
            self.fields[f"words_{n}"] = forms.CharField(label=_("무엇을"), required=False, widget=FEW_LINES)
            self.fields[f"body_{n}"] = BodyField(label=_("어느 기관이"), required=False)
            self.fields[f"category_{n}"] = forms.ChoiceField(
                label=_("어떤 종류로"), required=False, choices=category_choices()
            )

    @property
    def rows(self) -> list[list[Any]]:
        return [[self[f"{name}_{n}"] for name in ("words", "body", "category")] for n in range(self.ROWS)]


class TemplateForm(Form):
    needed = ("title", "text")
    title = forms.CharField(label=_("이름"), required=False)
    category = forms.ChoiceField(label=_("어떤 종류에 먼저 보일까요"), required=False)
    text = forms.CharField(
        label=_("답"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("빈칸: {receipt} 접수번호, {category} 종류, {place} 자리, {unit} 우리 부서"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices()  # type: ignore[attr-defined]


class FilterForm(forms.Form):
    """How the list is narrowed. What cannot be read counts as not given."""

    q = forms.CharField(label=_("찾을 말"), required=False, max_length=200)
    group = forms.ChoiceField(label=_("분류"), required=False)
    unit = forms.ChoiceField(label=_("부서"), required=False)
    officer = forms.ChoiceField(label=_("담당자"), required=False)
    safety = forms.ChoiceField(
        label=_("위험"),
        required=False,
        choices=[("", _("모두")), ("1", _("불편 이상")), ("2", _("다칠 수 있음")), ("3", _("생명이 위험"))],
    )
    since = forms.DateField(label=_("접수한 날부터"), required=False, widget=forms.DateInput)
    until = forms.DateField(label=_("접수한 날까지"), required=False, widget=forms.DateInput)
    near = forms.CharField(
        label=_("자리 가까이"), required=False, max_length=60, help_text=_("경도,위도,미터. 예: 127.00,36.79,500")
    )

    def __init__(self, *args: Any, units: Iterable[str], people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("모두"))
        for name, choices in (
            ("group", [(group.id, group.name) for group in categories.groups()]),
            ("unit", [(unit, unit) for unit in units]),
            (
                "officer",
                [("mine", _("내가 맡은 것")), ("untaken", _("아무도 맡지 않은 것"))]
                + [(str(one.pk), one.name) for one in people],
            ),
        ):
            self.fields[name].choices = [every, *choices]  # type: ignore[attr-defined]

    def clean_near(self) -> tuple[float, float, float] | None:
        text = self.cleaned_data["near"]
        if not text:
            return None
        try:
            lon, lat, *rest = (float(part) for part in text.split(","))
            metres = rest[0] if rest else 300.0
        except ValueError:
            raise forms.ValidationError(_("경도,위도,미터를 쉼표로 나누어 적어 주세요.")) from None
        if not (-180 <= lon <= 180 and -90 <= lat <= 90 and 0 < metres <= 50_000):
            raise forms.ValidationError(_("경도,위도,미터를 쉼표로 나누어 적어 주세요."))
        return lon, lat, metres


class BulkCloseForm(forms.Form):
    template = forms.ChoiceField(label=_("어느 답으로 마칠까요"), widget=forms.RadioSelect)
    outcome = forms.ChoiceField(
        label=_("어떻게 되었나요"),
        choices=[(value, Report.Outcome(value).label) for value in OUTCOMES],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, templates: Iterable[AnswerTemplate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [(str(row.pk), row.title) for row in templates]  # type: ignore[attr-defined]


class ReplyForm(Form):
    needed = ("text",)
    text = forms.CharField(
        label=_("답"), required=False, widget=LINES, help_text=_("모두에게 보입니다. 전화번호 같은 것은 가려집니다.")
    )
    pictures = Pictures(label=_("사진"), help_text=_("다섯 장까지. 찍은 곳과 기기의 정보는 지워집니다."))


class NotSolvedForm(Form):
    needed = ("text",)
    text = forms.CharField(
        label=_("무엇이 풀리지 않았나요"),
        required=False,
        widget=LINES,
        help_text=_("처음 답한 분이 아닌 다른 사람이 다시 살핍니다. 한 번 하실 수 있습니다."),
    )
    pictures = Pictures(label=_("지금의 사진"), help_text=_("다섯 장까지. 찍은 곳과 기기의 정보는 지워집니다."))


class AgreeForm(forms.Form):
    agree = forms.ChoiceField(label=_("기한을 한 번 더 늘려도 될까요?"), choices=[("yes", "yes"), ("no", "no")])
