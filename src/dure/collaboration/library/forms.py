"""What a person may ask of the library: one form for the list, its exports and the API."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dure.collaboration.library.queries import SORTS, Asked
from dure.collaboration.library.wording import FIELDS, MARKS, SIDOS, SUBTYPE_CHOICES
from dure.collaboration.models import Case
from dure.collaboration.models.case import Level, PartnerType, Verdict

ANY = ("", _("모두"))
VERDICTS = [(verdict.value, format_lazy("{} {}", MARKS[verdict.value], verdict.label)) for verdict in Verdict]
YES_NO = [ANY, VERDICTS[0], VERDICTS[2]]
LONGEST = 100


class FilterForm(forms.Form):
    """Every attribute of the frame as a GET form. An unknown value in the address is shown as an error."""

    q = forms.CharField(label=_("찾을 말"), required=False, max_length=LONGEST)
    partner_type = forms.ChoiceField(label=_("주체유형"), required=False, choices=[ANY, *PartnerType.choices])
    service_field = forms.ChoiceField(label=_("서비스 분야"), required=False, choices=[ANY, *FIELDS])
    subtype = forms.ChoiceField(label=_("협업모델(두레의 분류)"), required=False, choices=[ANY, *SUBTYPE_CHOICES])
    level = forms.ChoiceField(label=_("기관 단계"), required=False, choices=[ANY, *Level.choices])
    sido = forms.ChoiceField(label=_("시도(당시 이름)"), required=False, choices=[ANY, *SIDOS])
    sigungu = forms.CharField(label=_("시군구(당시 이름)"), required=False, max_length=20)
    sustainable = forms.ChoiceField(
        label=_("지속가능성"), required=False, choices=[ANY, ("lasting", _("○와 △")), *VERDICTS]
    )
    tech_applied = forms.ChoiceField(label=_("과학기술 적용"), required=False, choices=YES_NO)
    tech_applicable = forms.ChoiceField(label=_("과학기술 적용 가능성"), required=False, choices=YES_NO)
    resource_shared = forms.ChoiceField(label=_("자원공유"), required=False, choices=YES_NO)
    depth = forms.ChoiceField(
        label=_("심층사례"), required=False, choices=[ANY, ("yes", _("심층사례만")), ("no", _("심층사례가 아닌 것만"))]
    )
    doubtful = forms.ChoiceField(
        label=_("원문 상태"),
        required=False,
        choices=[ANY, ("yes", _("의심스러운 것만")), ("no", _("의심스럽지 않은 것만"))],
    )
    origin = forms.ChoiceField(label=_("어디서 온 사례"), required=False, choices=[ANY, *Case.Origin.choices])
    sort = forms.ChoiceField(label=_("차례"), required=False, choices=SORTS)

    def asked(self) -> Asked:
        """The valid part of what was asked; what was not valid stands in `errors`."""
        self.is_valid()
        given: dict[str, Any] = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        return Asked(**given)

    @property
    def active(self) -> list[tuple[str, str, str]]:
        """What narrows the list beside the words looked for: (name of the field, its label, the value's label)."""
        asked = self.asked()
        found = []
        for name, field in self.fields.items():
            value = getattr(asked, name)
            if value and name not in {"q", "sort"}:
                choices = dict(getattr(field, "choices", ()))
                found.append((name, str(field.label), str(choices.get(value, value))))
        return found
