"""What a person may type when proposing and voting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.bodies.models import Body
from dure.bodies.queries import named, what_became_of
from dure.collaboration import parties
from dure.collaboration.decisions.models import Choice, Proposal
from dure.collaboration.forms import DateInput
from dure.collaboration.models import Call, Collaboration, Party
from dure.collaboration.queries.page import part_label, withheld_parts
from dure.core import clock
from dure.core.visibility import Reason

REASONS = [("", _("골라 주세요")), *Reason.choices]


class ProposalForm(forms.Form):
    title = forms.CharField(label=_("무엇을 정하나요"), max_length=120, help_text=_("예: 매달 첫 월요일에 모입니다"))
    text = forms.CharField(
        label=_("내용과 까닭"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("무엇을, 왜, 언제부터. 모두에게 보입니다."),
    )
    deadline = forms.DateField(
        label=_("언제까지 뜻을 모으나요"), widget=DateInput, help_text=_("내일부터 90일 안. 그날 밤 12시까지입니다.")
    )
    narrow = forms.BooleanField(
        label=_("함께하는 기관에만 보이기"),
        required=False,
        help_text=_("공개하지 않으려면 사유와 다시 볼 날이 필요합니다."),
    )
    withheld_reason = forms.ChoiceField(label=_("비공개 사유"), required=False, choices=REASONS)
    review_on = forms.DateField(label=_("다시 볼 날"), required=False, widget=DateInput)

    def __init__(self, *args: Any, changing: bool = False, title_needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = title_needed
        if not title_needed:
            self.fields["title"].help_text = _("비우면 아래에서 고른 것으로 제목을 답니다.")
        if changing:
            for name in ("narrow", "withheld_reason", "review_on"):
                del self.fields[name]

    def narrowing(self) -> dict[str, Any] | None:
        data = self.cleaned_data
        if not data.get("narrow"):
            return None
        return {"level": "partners", "reason": data["withheld_reason"], "review_on": data["review_on"]}


class VoteForm(forms.Form):
    choice = forms.ChoiceField(
        label=_("우리 기관의 뜻"),
        choices=Choice.choices,
        widget=forms.RadioSelect,
        help_text=_("기권은 그대로 지나가게 두는 것이고, 막음은 이대로는 받아들일 수 없다는 뜻입니다."),
    )
    reason = forms.CharField(
        label=_("까닭"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("막을 때는 꼭 적어 주세요. 모두에게 보입니다."),
    )


class AdmitForm(forms.Form):
    """A body by its name; those whose offers were not taken up are the hint."""

    body = forms.CharField(label=_("함께할 기관"), max_length=120)

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = parties.party_bodies(collaboration)
        offered = Body.objects.filter(offers__collaboration=collaboration, offers__visibility="public")
        known = [body.name for body in offered.exclude(pk__in=members).distinct().order_by("full_name_ko")[:8]]
        hint = gettext("이름을 적어 주세요. 예: 경기도 가평군")
        if known:
            hint = gettext("이름을 적어 주세요. 제안했던 기관: %(names)s") % {"names": ", ".join(known)}
        self.fields["body"].help_text = hint

    def clean_body(self) -> Body:
        text = self.cleaned_data["body"]
        found = {now.pk: now for old in named(text) for now in what_became_of(old)}
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            all_names = " · ".join(sorted(body.name for body in found.values())[:8])
            words = gettext("여러 곳이 있습니다: %(names)s. 시·도까지 적어 주세요.")
            raise forms.ValidationError(words % {"names": all_names})
        raise forms.ValidationError(gettext("이런 이름의 기관이 없습니다."))


class _Parties(forms.ModelChoiceField):
    def label_from_instance(self, obj: Party) -> str:
        return obj.body.name


class PartForm(forms.Form):
    body = _Parties(label=_("어느 기관과 헤어지나요"), queryset=Party.objects.none(), to_field_name="body")
    reason = forms.CharField(label=_("헤어지는 까닭"), max_length=300, help_text=_("떠난 뒤에도 모두에게 보입니다."))

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = parties.parties_of(collaboration)  # type: ignore[attr-defined]


class WithholdPartForm(forms.Form):
    part = forms.ChoiceField(label=_("공개하지 않을 항목"))
    reason = forms.ChoiceField(label=_("비공개 사유(정보공개법 제9조)"), choices=REASONS)
    review_on = forms.DateField(label=_("다시 볼 날"), widget=DateInput, help_text=_("내일부터 1년 안"))

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = {row.field for row in withheld_parts(collaboration)}
        self.fields["part"].choices = [  # type: ignore[attr-defined]
            (part, part_label(part)) for part in Call.PARTS if part not in closed
        ]


class OpenPartForm(forms.Form):
    part = forms.ChoiceField(label=_("공개할 항목"))

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [  # type: ignore[attr-defined]
            (row.field, part_label(row.field)) for row in withheld_parts(collaboration)
        ]


def first_values(days: int) -> dict[str, Any]:
    return {"deadline": clock.today() + timedelta(days=days)}


def values_of(proposal: Proposal) -> dict[str, Any]:
    day = clock.local(proposal.deadline).date()
    return {"title": proposal.title, "text": proposal.text, "deadline": day}
