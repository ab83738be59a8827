from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class RulesForm(forms.Form):
    note = forms.CharField(label=_("무엇을 왜 바꾸나요"), max_length=500)
    text = forms.CharField(
        label=_("규칙"),
        max_length=400_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )


class CompareForm(forms.Form):
    days = forms.IntegerField(label=_("며칠 동안의 신고와 견줄까요"), min_value=1, max_value=3660, initial=730)
