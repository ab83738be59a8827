"""What a person may type into an agreement, step by step. The actions say what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from dure.bodies.models import Body
from dure.collaboration.agreement.content import MOST_EXTRA
from dure.collaboration.decisions.models import DecisionRule
from dure.collaboration.forms import DateInput
from dure.core.ids import uuid7


def _text(label: Any, rows: int = 5, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class StepForm(forms.Form):
    """One step. `parties` are the bodies; `content` what was saved. `parts()` gives the parts for `agreement_save`."""

    title: Any = ""
    needed: tuple[str, ...] = ()

    edit = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, parties: Sequence[Body], content: Mapping[str, Any], edit: int) -> None:
        self.parties, self.content = parties, content
        super().__init__(data, initial={"edit": edit, **self.start()})
        self.more_fields()
        for name in self.needed:
            self.fields[name].needed = True  # type: ignore[attr-defined]

    def start(self) -> dict[str, Any]:
        return {name: self.content[name] for name in self.base_fields if name in self.content}

    def more_fields(self) -> None:
        """Fields that depend on who the parties are."""

    def parts(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) or "" for name in self.fields if name in self.content}

    def per_body(self, start: str) -> dict[str, Any]:
        return {str(body.pk): self.cleaned_data.get(f"{start}_{body.pk}") for body in self.parties}

    def rename(self, field: str) -> str:
        return field


class PurposeForm(StepForm):
    title = _("목적과 맡은 일")
    needed = ("purpose",)

    purpose = _text(_("목적"), 6)

    def more_fields(self) -> None:
        for body in self.parties:
            id = str(body.pk)
            role = forms.CharField(label=gettext("%(body)s: 맡은 일") % {"body": body.name}, required=False)
            role.initial = self.content["roles"].get(id, "")
            brings = _text(gettext("%(body)s: 내는 것") % {"body": body.name}, 3)
            brings.initial = self.content["contributions"].get(id, "")
            self.fields[f"role_{id}"], self.fields[f"contribution_{id}"] = role, brings
            brings.needed = True  # type: ignore[attr-defined]

    def parts(self) -> dict[str, Any]:
        return {
            "purpose": self.cleaned_data["purpose"],
            "roles": self.per_body("role"),
            "contributions": self.per_body("contribution"),
        }


class CostForm(StepForm):
    title = _("비용")
    needed = ("mode",)

    mode = forms.ChoiceField(
        label=_("어떻게 나누나요"),
        required=False,
        choices=[
            ("none", _("돈을 나누지 않음")),
            ("equal", _("똑같이")),
            ("ratio", _("정한 비율로")),
            ("amount", _("정한 금액으로")),
            ("heads", _("사람 수대로")),
        ],
        widget=forms.RadioSelect,
    )
    total = forms.CharField(
        label=_("모두 얼마(원)"), required=False, help_text=_("협약 기간 전체의 돈. 예: 1,200,000,000")
    )

    def start(self) -> dict[str, Any]:
        cost = self.content["cost"]
        return {"mode": cost["mode"], "total": f"{cost['total']:,}" if cost["total"] else ""}

    def more_fields(self) -> None:
        self.fields["total"].widget.attrs["inputmode"] = "numeric"
        for body in self.parties:
            field = forms.CharField(
                label=gettext("%(body)s의 몫") % {"body": body.name},
                required=False,
                help_text=gettext("비율이면 33.3% 또는 1/3, 금액이면 원, 사람 수면 명. 똑같이 나누면 비워 둡니다."),
                initial=self.content["cost"]["shares"].get(str(body.pk), ""),
            )
            self.fields[f"share_{body.pk}"] = field

    def clean_total(self) -> Any:
        text = "".join(self.cleaned_data["total"].split()).replace(",", "").removesuffix("원")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 16):
            raise forms.ValidationError(gettext("원 단위의 수로 적어 주세요."))
        return int(text)

    def parts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"cost": {"total": data["total"], "mode": data["mode"], "shares": self.per_body("share")}}


class RuleForm(StepForm):
    title = _("정하는 방식과 기간")
    needed = ("starts_on", "ends_on", "renewal", "passes", "quorum", "days")

    starts_on = forms.DateField(label=_("시작하는 날"), required=False, widget=DateInput)
    ends_on = forms.DateField(label=_("끝나는 날"), required=False, widget=DateInput)
    renewal = forms.ChoiceField(
        label=_("갱신"),
        required=False,
        choices=[
            ("none", _("갱신하지 않음")),
            ("agreed", _("모두 다시 서명하면 갱신")),
            ("automatic", _("알리는 기관이 없으면 저절로 갱신")),
        ],
        widget=forms.RadioSelect,
    )
    notice_days = forms.IntegerField(
        label=_("며칠 전까지 알리나요"), required=False, help_text=_("저절로 갱신될 때만 씁니다.")
    )
    passes = forms.ChoiceField(label=_("언제 정해지나요"), required=False, choices=DecisionRule.Passes.choices)
    quorum = forms.DecimalField(
        label=_("참여해야 하는 목소리(%)"), required=False, min_value=0, max_value=100, decimal_places=1
    )
    days = forms.IntegerField(label=_("안건을 여는 날수"), required=False)

    def start(self) -> dict[str, Any]:
        rule = self.content["rule"]
        quorum = rule["quorum_per_mille"]
        return {
            **super().start(),
            "passes": rule["passes"],
            "quorum": quorum // 10 if quorum % 10 == 0 else quorum / 10,
            "days": rule["days"],
        }

    def more_fields(self) -> None:
        for body in self.parties:
            self.fields[f"voices_{body.pk}"] = forms.IntegerField(
                label=gettext("%(body)s의 목소리") % {"body": body.name},
                required=False,
                initial=self.content["rule"]["voices"].get(str(body.pk), 1),
            )

    def parts(self) -> dict[str, Any]:
        data = self.cleaned_data
        voices = {body: 1 if number is None else number for body, number in self.per_body("voices").items()}
        quorum = data["quorum"]
        return {
            "starts_on": data["starts_on"],
            "ends_on": data["ends_on"],
            "renewal": data["renewal"],
            "notice_days": self.content["notice_days"] if data["notice_days"] is None else data["notice_days"],
            "rule": {
                "passes": data["passes"],
                "quorum_per_mille": None if quorum is None else int(quorum * 10),
                "days": data["days"],
                "voices": voices,
            },
        }


class DataForm(StepForm):
    title = _("데이터와 공개")

    data = _text(_("함께 쓰는 데이터"), help_text=_("없으면 비워 둡니다."))  # type: ignore[assignment]
    data_basis = _text(_("법적 근거"), 3, _("예: 개인정보 보호법 제15조제1항제1호(정보주체의 동의)"))
    visibility = _text(_("공개하지 않을 것과 까닭"), help_text=_("비워 두면 모두 공개합니다."))


class EndForm(StepForm):
    title = _("그만두기와 마친 뒤")
    needed = ("exit", "mediation")

    exit = _text(_("그만두기"))
    after_care_body = forms.ChoiceField(label=_("마친 뒤에 돌볼 기관"), required=False)
    after_care_name = forms.CharField(
        label=_("새로 세울 곳"), required=False, help_text=_("아직 없는 조합이나 재단이 맡는다면 그 이름")
    )
    mediation = _text(_("갈등 조정"))

    def more_fields(self) -> None:
        choices = [("", gettext("정하지 않음")), *((str(body.pk), body.name) for body in self.parties)]
        self.fields["after_care_body"].choices = choices  # type: ignore[attr-defined]


class ExtraForm(StepForm):
    """Free clauses: those there are, and an empty one. A smaller `place` comes first; `remove` takes one out."""

    title = _("더할 조항")

    def more_fields(self) -> None:
        saved = self.content["extra"]
        count = len(saved) + 1
        if self.data:
            sent = self.data.get("rows", "")
            count = min(int(sent), MOST_EXTRA + 1) if sent.isascii() and sent.isdigit() and len(sent) < 4 else count
        self.fields["rows"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=str(count))
        self.count = count
        for place in range(count):
            row = saved[place] if place < len(saved) else {"id": str(uuid7()), "title": "", "text": ""}
            n = {"n": place + 1}
            self.fields[f"extra_{place}_id"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=row["id"], max_length=40
            )
            self.fields[f"extra_{place}_title"] = forms.CharField(
                label=gettext("조항 %(n)d의 제목") % n, required=False, initial=row["title"]
            )
            self.fields[f"extra_{place}_text"] = _text(gettext("조항 %(n)d의 내용") % n)
            self.fields[f"extra_{place}_text"].initial = row["text"]
            self.fields[f"extra_{place}_place"] = forms.IntegerField(
                label=gettext("조항 %(n)d의 차례") % n, required=False, initial=place + 1, min_value=1, max_value=999
            )
            if place < len(saved):
                self.fields[f"extra_{place}_remove"] = forms.BooleanField(
                    label=gettext("조항 %(n)d 빼기") % n, required=False
                )

    def parts(self) -> dict[str, Any]:
        rows = []
        for place in range(self.count):
            data = {name: self.cleaned_data.get(f"extra_{place}_{name}") for name in ("id", "title", "text", "place")}
            if not self.cleaned_data.get(f"extra_{place}_remove"):
                rows.append((data["place"] or 999, place, data))
        self.order = [place for _place, place, _data in sorted(rows, key=lambda row: row[:2])]
        return {"extra": [data for _place, _number, data in sorted(rows, key=lambda row: row[:2])]}

    def rename(self, field: str) -> str:
        """The action counts clauses in their new order, the form in the one shown."""
        pieces = field.split("_")
        if len(pieces) == 3 and pieces[0] == "extra" and int(pieces[1]) < len(self.order):
            return f"extra_{self.order[int(pieces[1])]}_{pieces[2]}"
        return field


STEPS: tuple[type[StepForm], ...] = (PurposeForm, CostForm, RuleForm, DataForm, EndForm, ExtraForm)


class CommentForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    clause = forms.CharField(widget=forms.HiddenInput, max_length=60)
    text = forms.CharField(label=_("이 조항에 대한 의견"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class SignForm(forms.Form):
    sha256 = forms.CharField(widget=forms.HiddenInput)
    confirm = forms.BooleanField(
        label=_("글을 모두 읽었고, 우리 기관의 이름으로 서명합니다."),
        error_messages={"required": gettext_lazy("읽고 서명한다는 것을 확인해 주세요.")},
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(label=_("까닭"), required=False, widget=forms.Textarea(attrs={"rows": 4}))


class VerifyForm(forms.Form):
    file = forms.FileField(label=_("봉인 파일"), required=False, help_text=_("협약 쪽에서 내려받은 .json 파일"))
    code = forms.CharField(
        label=_("확인 번호"),
        required=False,
        max_length=40,
        help_text=_("종이 아래쪽에 있는 번호. 예: A-2611-7KQ4RMP-X"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not data.get("code"):
            raise forms.ValidationError(gettext("파일을 올리거나 확인 번호를 적어 주세요."))
        return data
