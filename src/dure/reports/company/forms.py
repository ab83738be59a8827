"""What a person may type at the company desk. What is needed is said by the action, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.bodies.models import Body
from dure.core import clock
from dure.core.models import Person
from dure.core.visibility import Reason
from dure.reports.company.actions.rules import NEXT
from dure.reports.company.quarters import Quarter
from dure.reports.models import RuleChange, Visit

LINES = {"rows": 4}
FEW_LINES = {"rows": 2}
SECRET = _("영업상 비밀이라 맡은 기관과 우리 회사에만 보입니다")
SECRET_VISIT = _("회사의 영업상 비밀이라 우리 기관과 그 회사에만 보입니다")


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


def area(label: Any, rows: dict[str, int] | None = None, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs=rows or LINES), **kwargs)


def line(label: Any, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, **kwargs)


def day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DateInput(), **kwargs)


class Form(forms.Form):
    """`needed` names what the action asks for: the form lets it through, so that one place says what is missing."""

    needed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.needed:
            if name in self.fields:
                self.fields[name].needed = True  # type: ignore[attr-defined]


class CompanyForm(Form):
    needed = ("company", "difficulty")
    company = line(_("회사 이름"))
    difficulty = area(
        _("무엇이 어려운가요"), help_text=_("모두에게 보입니다. 사람 이름과 전화번호는 빼고 적어 주세요.")
    )
    rule = line(_("걸림돌이 되는 규정"), help_text=_("법령이나 조례의 이름을 아는 만큼만"))
    wish = area(_("바라는 것"), FEW_LINES)
    to = forms.ChoiceField(label=_("맡을 기관"), required=False)
    address = line(_("회사가 있는 곳"), help_text=_("시·군·구까지 적어 주세요. 맡을 기관을 찾습니다."))
    email = forms.EmailField(label=_("답을 받을 전자우편"), required=False)
    secret = forms.BooleanField(label=SECRET, required=False)

    def __init__(self, *args: Any, for_body: bool = False, bodies: Sequence[Body] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_body:
            del self.fields["company"]
            del self.fields["email"]
        if bodies:
            choices = [(str(one.pk), one.name) for one in bodies]
            self.fields["to"].choices = [*choices, ("", _("회사가 있는 곳을 적고 찾기"))]  # type: ignore[attr-defined]
            self.fields["to"].initial = choices[0][0]
            self.fields["address"].help_text = _("위에서 기관을 고르지 않았을 때만 적어 주세요.")
        else:
            del self.fields["to"]
            self.fields["address"].needed = True  # type: ignore[attr-defined]


class ReviewForm(Form):
    needed = ("review_on",)
    review_on = day(_("다시 볼 날"), help_text=_("내일부터 1년 안"))


class CareForm(Form):
    needed = ("company",)
    company = line(_("회사 이름"))
    officer = forms.ChoiceField(label=_("담당자"))

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].choices = [(str(one.pk), one.name) for one in people]  # type: ignore[attr-defined]


class AskForm(Form):
    needed = ("company", "reason")
    company = line(_("회사 이름"))
    reason = area(_("왜 돌보려고 하나요"), FEW_LINES, help_text=_("회사가 읽고 답합니다."))


class AcceptForm(Form):
    needed = ("body",)
    body = line(_("공공기관의 이름"), help_text=_("그 기관은 우리 회사의 담당자를 정하고 찾아올 수 있습니다."))


class PlanForm(Form):
    needed = ("company", "on", "purpose")
    company = line(_("회사 이름"))
    kind = forms.ChoiceField(label=_("어떻게 만나나요"), choices=Visit.Kind.choices, widget=forms.RadioSelect)
    on = day(_("만날 날"))
    starts = forms.TimeField(label=_("시각"), required=False, widget=TimeInput())
    place = line(_("곳"))
    purpose = line(_("무엇을 들으러 가나요"), help_text=_("회사에 알림으로 갑니다."))
    report = line(_("관련 신고의 접수번호"))


class MoveForm(Form):
    needed = ("on", "purpose")
    on = day(_("만날 날"))
    starts = forms.TimeField(label=_("시각"), required=False, widget=TimeInput())
    place = line(_("곳"))
    purpose = line(_("무엇을 들으러 가나요"), help_text=_("회사에 알림으로 갑니다."))


class LogForm(Form):
    needed = ("company", "on", "who", "heard")
    company = line(_("회사 이름"))
    kind = forms.ChoiceField(label=_("어떻게 만났나요"), choices=Visit.Kind.choices, widget=forms.RadioSelect)
    on = day(_("만난 날"))
    place = line(_("곳"))
    who = line(_("누가 있었나요"), help_text=_("이름 없이 직책만. 예: 공장장, 기업지원팀장"))
    heard = area(_("들은 것"))
    promised = area(_("약속한 것"), FEW_LINES)
    answer_due = day(_("언제까지 답하기로 했나요"), help_text=_("그날까지 오늘의 일에 보입니다."))
    next = line(_("다음에 할 일"))
    report = line(_("관련 신고의 접수번호"))
    secret = forms.BooleanField(label=SECRET_VISIT, required=False)

    def __init__(self, *args: Any, planned: Visit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if planned:
            for name in ("company", "kind", *(("report",) if planned.report_id else ())):
                del self.fields[name]


class TextForm(Form):
    """One text; its label is given."""

    needed = ("text",)
    text = area("")

    def __init__(self, *args: Any, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class WithholdForm(Form):
    needed = ("review_on",)
    why = forms.ChoiceField(label=_("비공개 사유"), choices=Reason.choices, initial=Reason.TRADE_SECRET)
    review_on = day(_("다시 볼 날"), help_text=_("내일부터 1년 안"))


class RuleForm(Form):
    needed = ("title", "law", "problem")
    title = line(_("제목"))
    law = line(_("법령·조례의 조항"), help_text=_("예: 건축법 시행령 제3조의5, 온샘시 건축 조례 제9조"))
    problem = area(_("무엇이 문제인가요"))
    wording = area(_("이렇게 고치면"))
    report = line(_("관련 신고의 접수번호"))


class StepForm(Form):
    needed = ("on", "source")
    state = forms.ChoiceField(label=_("어떻게 되었나요"), widget=forms.RadioSelect)
    on = day(_("그날"))
    to = line(_("어느 부처나 의회인가요"), help_text=_("보낼 때는 꼭 적어 주세요. 답은 비워 두면 보낸 곳의 것입니다."))
    note = area(_("무엇이라고 했나요"), FEW_LINES, help_text=_("답, 바뀐 내용, 받아들이지 않은 까닭을 적어 주세요."))
    source = line(_("근거"), help_text=_("확인할 수 있는 곳. 예: 규제개혁신문고 2026-1234호, 시의회 회의록, 관보"))
    source_url = line(_("근거의 주소"))
    look_on = day(_("다시 챙길 날"), help_text=_("비워 두면 한 달 뒤에 다시 알려 드립니다."))

    def __init__(self, *args: Any, rule: RuleChange, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(RuleChange.State.choices)
        self.fields["state"].choices = [(s, labels[s]) for s in NEXT[rule.state]]  # type: ignore[attr-defined]
        if rule.state == RuleChange.State.COLLECTED:
            self.fields["state"].initial = RuleChange.State.SENT


class MeetingForm(Form):
    needed = ("on", "place")
    quarter = forms.ChoiceField(label=_("어느 분기인가요"))
    on = day(_("만날 날"))
    starts = forms.TimeField(label=_("시각"), required=False, widget=TimeInput())
    place = line(_("곳"))
    about = area(_("알리는 말"), FEW_LINES, help_text=_("초대받은 회사와 모두가 읽습니다."))

    def __init__(self, *args: Any, change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if change:
            del self.fields["quarter"]
            return
        this = Quarter.of(clock.today())
        words = _("%(year)s년 %(quarter)s분기")
        asked = [this.after(1), *(this.before(n) for n in range(8))]
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (one.key, words % {"year": one.year, "quarter": one.number}) for one in asked
        ]
        self.fields["quarter"].initial = this.key


class CompaniesForm(Form):
    companies = forms.MultipleChoiceField(label=_("초대할 회사"), required=False, widget=forms.CheckboxSelectMultiple)
    other = line(_("그 밖의 회사"), help_text=_("등록된 회사의 이름을 그대로. 여럿이면 쉼표로 나누어 주세요."))

    def __init__(self, *args: Any, bodies: Iterable[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(str(one.pk), one.name) for one in bodies]
        if found:
            self.fields["companies"].choices = found  # type: ignore[attr-defined]
        else:
            del self.fields["companies"]


class HoldForm(Form):
    needed = ("minutes",)
    minutes = area(_("회의록"), {"rows": 10}, help_text=_("모두에게 보입니다. 마친 뒤에는 고칠 수 없습니다."))
    came = forms.MultipleChoiceField(label=_("온 회사"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, bodies: Iterable[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(str(one.pk), one.name) for one in bodies]
        if found:
            self.fields["came"].choices = found  # type: ignore[attr-defined]
        else:
            del self.fields["came"]
