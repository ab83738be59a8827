"""What a person may type in the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dure.collaboration.forms import DateInput
from dure.collaboration.models import Collaboration
from dure.collaboration.parties import parties_of
from dure.collaboration.workspace.models import Attendance, Meeting, Milestone, Task
from dure.collaboration.workspace.queries import people_of
from dure.core.visibility import Reason

# The forms take more than the actions do: then the action says how long a text is and how long it may be.
ROOMY = 100_000
AGENDA_ROWS, MOST_AGENDA_ROWS = 5, 20


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


def _moment(label: Any, **kwargs: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=MomentInput(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        **kwargs,
    )


class WonField(forms.IntegerField):
    """An amount as people type it: 1,200,000 or 1200000원. Whole won."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", "").removesuffix("원").removesuffix("KRW")
            if len(value) > 20:
                raise forms.ValidationError(gettext("금액이 너무 큽니다. 원 단위로 적었는지 확인해 주세요."))
            if "." in value:
                raise forms.ValidationError(gettext("금액을 원 단위의 정수로 적어 주세요."))
        return super().to_python(value)


class NarrowFields(forms.Form):
    """For what is just being made: to be read by the parties only, with a reason and a day to look again."""

    narrow = forms.BooleanField(
        label=_("함께하는 기관에만 보이기"),
        required=False,
        help_text=_("사유와 다시 볼 날이 필요합니다. 공개한 뒤에는 한 기관이 다시 닫을 수 없습니다."),
    )
    reason = forms.ChoiceField(
        label=_("비공개 사유"), required=False, choices=[("", _("골라 주세요")), *Reason.choices]
    )
    review_on = forms.DateField(
        label=_("다시 볼 날"), required=False, widget=DateInput(), help_text=_("내일부터 1년 안")
    )
    NARROW = ("narrow", "reason", "review_on")

    def only_new(self) -> None:
        for name in self.NARROW:
            del self.fields[name]


def body_choices(collaboration: Collaboration, keep: Any = None) -> list[tuple[str, str]]:
    """The parties; and `keep`, a body that is named already and has left since."""
    found = [(str(party.body_id), party.body.name) for party in parties_of(collaboration)]
    if keep is not None and str(keep.pk) not in dict(found):
        found.append((str(keep.pk), gettext("%(body)s (떠남)") % {"body": keep.name}))
    return found


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None


class TaskForm(NarrowFields):
    title = forms.CharField(label=_("무엇을 하나요"), max_length=ROOMY, help_text=_("120자까지"))
    text = forms.CharField(
        label=_("자세히"), required=False, max_length=ROOMY, widget=forms.Textarea(attrs={"rows": 4})
    )
    owner = forms.ChoiceField(label=_("맡은 기관"))
    assignee = forms.ChoiceField(
        label=_("맡은 사람"), required=False, help_text=_("이름은 함께하는 기관에만 보입니다.")
    )
    due_on = forms.DateField(label=_("언제까지"), required=False, widget=DateInput())
    milestone = forms.ChoiceField(label=_("이정표"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())
    field_order = ("title", "text", "owner", "assignee", "due_on", "milestone")

    def __init__(
        self,
        *args: Any,
        collaboration: Collaboration,
        points: Sequence[Milestone],
        task: Task | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        owners = body_choices(collaboration, task.owner if task else None)
        people = people_of(UUID(id) for id, _name in owners)
        names = [(str(m.person_id), f"{m.person.name} · {m.body.name}") for m in people]
        if task and task.assignee and str(task.assignee_id) not in dict(names):
            names.append((str(task.assignee_id), task.assignee.name))
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]
        self.fields["assignee"].choices = [("", gettext("정하지 않음")), *names]  # type: ignore[attr-defined]
        self.fields["milestone"].choices = [  # type: ignore[attr-defined]
            ("", gettext("없음")),
            *((str(point.pk), point.title) for point in points),
        ]
        # A milestone that this person may not read stays with its task.
        self.hidden_milestone: UUID | None = None
        if task:
            self.only_new()
            if task.milestone_id and task.milestone_id not in {point.pk for point in points}:
                self.hidden_milestone = task.milestone_id
        else:
            del self.fields["version"]

    @staticmethod
    def of(task: Task) -> dict[str, Any]:
        return {
            "title": task.title,
            "text": task.text,
            "owner": str(task.owner_id),
            "assignee": str(task.assignee_id or ""),
            "due_on": task.due_on,
            "milestone": str(task.milestone_id or ""),
            "version": task.version,
        }

    def wanted(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("title", "text", "due_on")},
            **{name: _id(data[name]) for name in ("owner", "assignee")},
            "milestone": _id(data["milestone"]) or self.hidden_milestone,
        }


class MilestoneForm(NarrowFields):
    title = forms.CharField(label=_("무엇에 이르나요"), max_length=ROOMY, help_text=_("예: 진료소 문 열기. 120자까지"))
    due_on = forms.DateField(label=_("언제까지"), widget=DateInput())
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())
    field_order = ("title", "due_on")

    def __init__(self, *args: Any, row: Milestone | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row:
            self.only_new()
        else:
            del self.fields["version"]


class ReachForm(forms.Form):
    reached_on = forms.DateField(label=_("이른 날"), widget=DateInput())


class MeetingForm(NarrowFields):
    title = forms.CharField(label=_("무슨 회의인가요"), max_length=ROOMY, help_text=_("120자까지"))
    starts_at = _moment(_("시작"))
    ends_at = _moment(_("끝"))
    place = forms.CharField(
        label=_("어디서"), required=False, max_length=ROOMY, help_text=_("예: 가람군청 3층 작은회의실")
    )
    link = forms.CharField(
        label=_("화상 회의 주소"),
        required=False,
        max_length=ROOMY,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text=_("모두에게 보입니다. 아무나 들어올 수 있는 주소인지 확인해 주세요."),
    )
    bodies = forms.MultipleChoiceField(label=_("초대할 기관"), widget=forms.CheckboxSelectMultiple)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())
    field_order = ("title", "starts_at", "ends_at", "place", "link", "bodies")

    def __init__(self, *args: Any, collaboration: Collaboration, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = body_choices(collaboration)
        here = {id for id, _name in choices}
        invited = [row.body for row in meeting.invited.select_related("body")] if meeting else []
        agenda = list(meeting.agenda.select_related("body")) if meeting else []
        for body in [*invited, *(item.body for item in agenda if item.body)]:
            if str(body.pk) not in here:
                here.add(str(body.pk))
                choices.append((str(body.pk), gettext("%(body)s (떠남)") % {"body": body.name}))
        self.fields["bodies"].choices = choices  # type: ignore[attr-defined]
        typed = sum(bool(self.data.get(self.add_prefix(f"agenda_{n}"))) for n in range(1, MOST_AGENDA_ROWS + 1))
        self.rows = min(max(AGENDA_ROWS, len(agenda) + 2, typed + 1), MOST_AGENDA_ROWS)
        for n in range(1, self.rows + 1):
            item = agenda[n - 1] if n <= len(agenda) else None
            self.fields[f"agenda_{n}"] = forms.CharField(
                label=gettext("안건 %(n)d") % {"n": n},
                required=False,
                max_length=ROOMY,
                initial=item.text if item else "",
            )
            self.fields[f"agenda_{n}_body"] = forms.ChoiceField(
                label=gettext("안건 %(n)d의 기관") % {"n": n},
                required=False,
                choices=[("", gettext("모두")), *choices],
                initial=str(item.body_id or "") if item else "",
            )
        if meeting:
            self.only_new()
        else:
            del self.fields["version"]
            self.fields["bodies"].initial = [id for id, _name in choices]

    @property
    def plain(self) -> list[Any]:
        names = ("title", "starts_at", "ends_at", "place", "link", "bodies")
        return [self[name] for name in names]

    @property
    def agenda(self) -> list[tuple[Any, Any]]:
        return [(self[f"agenda_{n}"], self[f"agenda_{n}_body"]) for n in range(1, self.rows + 1)]

    @property
    def rest(self) -> list[Any]:
        return [self[name] for name in (*self.NARROW, "version") if name in self.fields]

    @staticmethod
    def of(meeting: Meeting) -> dict[str, Any]:
        names = ("title", "place", "link", "starts_at", "ends_at", "version")
        invited = [str(id) for id in meeting.invited.values_list("body_id", flat=True)]
        return {name: getattr(meeting, name) for name in names} | {"bodies": invited}

    def wanted(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("title", "place", "link", "starts_at", "ends_at")},
            "bodies": [UUID(id) for id in data["bodies"]],
            "agenda": [
                {"text": data[f"agenda_{n}"], "body": _id(data[f"agenda_{n}_body"])} for n in range(1, self.rows + 1)
            ],
        }


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(label=_("참석하나요"), choices=Attendance.Answer.choices, widget=forms.RadioSelect)


class AttendedForm(forms.Form):
    people = forms.MultipleChoiceField(label=_("참석한 사람"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Sequence[tuple[UUID, str, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(str(id), name) for id, name, _there in people]  # type: ignore[attr-defined]
        self.fields["people"].initial = [str(id) for id, _name, there in people if there]


class MinutesForm(forms.Form):
    text = forms.CharField(
        label=_("회의록"),
        max_length=ROOMY,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("20,000자까지. 한글이나 엑셀에서 복사한 표는 표로 보입니다."),
    )
    decisions = forms.MultipleChoiceField(
        label=_("여기서 정한 안건"), required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, proposals: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if proposals:
            self.fields["decisions"].choices = [(link.urn, link.title) for link in proposals]  # type: ignore[attr-defined]
        else:
            del self.fields["decisions"]


class BudgetLineForm(NarrowFields):
    what = forms.CharField(label=_("무엇에 쓰나요"), max_length=ROOMY, help_text=_("200자까지"))
    payer = forms.ChoiceField(label=_("내는 기관"))
    planned = WonField(label=_("쓸 돈(원)"))
    milestone = forms.ChoiceField(label=_("이정표"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())
    field_order = ("what", "payer", "planned", "milestone")

    def __init__(
        self, *args: Any, collaboration: Collaboration, points: Sequence[Milestone], line: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payer"].choices = body_choices(collaboration, line.payer if line else None)  # type: ignore[attr-defined]
        self.fields["milestone"].choices = [  # type: ignore[attr-defined]
            ("", gettext("없음")),
            *((str(point.pk), point.title) for point in points),
        ]
        self.hidden_milestone: UUID | None = None
        if line:
            self.only_new()
            if line.milestone_id and line.milestone_id not in {point.pk for point in points}:
                self.hidden_milestone = line.milestone_id
        else:
            del self.fields["version"]

    def wanted(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "what": data["what"],
            "payer": _id(data["payer"]),
            "planned": data["planned"],
            "milestone": _id(data["milestone"]) or self.hidden_milestone,
        }


class SpendingForm(NarrowFields):
    spent_on = forms.DateField(label=_("쓴 날"), widget=DateInput())
    amount = WonField(label=_("쓴 돈(원)"))
    note = forms.CharField(label=_("어디에 썼나요"), required=False, max_length=ROOMY)
    file = forms.FileField(
        label=_("증빙 파일"),
        required=False,
        help_text=_("영수증이나 계약서. 이름이나 계좌가 보이면 함께하는 기관에만 보이게 해 주세요."),
    )
    field_order = ("spent_on", "amount", "note", "file")

    def __init__(self, *args: Any, withheld: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if withheld:
            self.only_new()
        else:
            self.fields["narrow"].label = gettext("증빙 파일은 함께하는 기관에만 보이기")
            self.fields["narrow"].help_text = gettext("사유와 다시 볼 날이 필요합니다.")


class WorkFileForm(NarrowFields):
    file = forms.FileField(
        label=_("파일"), help_text=_("같은 이름의 파일을 올리면 다음 판이 됩니다. 앞의 판은 그대로 남습니다.")
    )
    note = forms.CharField(label=_("설명"), max_length=300, required=False)
    field_order = ("file", "note")


class KeepWithheldForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("비공개 사유(정보공개법 제9조)"), choices=[("", _("골라 주세요")), *Reason.choices]
    )
    review_on = forms.DateField(label=_("다시 볼 날"), widget=DateInput(), help_text=_("내일부터 1년 안"))


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("칸", "까닭"), max_length=ROOMY, help_text=_("모두에게 보입니다. 300자까지")
    )
