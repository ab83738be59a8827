"""What a person may type while learning."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dure.learning.notes import Notes
from dure.learning.source import Question


class QuestionForm(forms.Form):
    """One question. The options come in the order of the attempt; what was answered before is chosen."""

    def __init__(self, question: Question, notes: Notes, data: Any) -> None:
        super().__init__(data)
        self.question = question
        before = notes.answers.get(question.key, [])
        options = notes.options(question)
        choices = [(option.key, str(option.text)) for option in options]
        if question.kind == "one":
            self.fields["answer"] = forms.ChoiceField(
                label=str(question.text),
                choices=choices,
                widget=forms.RadioSelect,
                initial=before[0] if before else "",
                error_messages={"required": _("답을 골라 주세요.")},
            )
        elif question.kind == "several":
            self.fields["answer"] = forms.MultipleChoiceField(
                label=str(question.text),
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                initial=before,
                help_text=_("맞는 것을 모두 고르세요."),
                error_messages={"required": _("답을 골라 주세요.")},
            )
        else:
            places = [("", _("몇 번째인가요")), *((str(n), str(n)) for n in range(1, len(options) + 1))]
            for option in options:
                self.fields[f"place_{option.key}"] = forms.ChoiceField(
                    label=str(option.text),
                    choices=places,
                    required=False,
                    initial=str(before.index(option.key) + 1) if option.key in before else "",
                )
        for field in self.fields.values():
            field.needed = True  # type: ignore[attr-defined]

    def given(self) -> list[str]:
        """The keys as chosen, in their order for a question about order; what is no option stays for the action to
        refuse."""
        if self.question.kind != "order":
            return [str(key) for key in self.data.getlist("answer")]
        places = {option.key: self.data.get(f"place_{option.key}", "") for option in self.question.options}
        numbers = [str(n) for n in range(1, len(places) + 1)]
        if sorted(places.values()) != numbers:
            return []
        return sorted(places, key=lambda key: numbers.index(places[key]))

    def fault(self, words: str) -> None:
        """Say what the action refused, once."""
        field = "answer" if "answer" in self.fields else None
        if not (self.errors.get("answer") if field else None):
            self.add_error(field, words)


class VerifyForm(forms.Form):
    number = forms.CharField(label=_("확인서 번호"), max_length=40, help_text=_("예: E-2611-7KQ4RMP-X"), strip=True)
    code = forms.CharField(
        label=_("확인 코드"), max_length=60, help_text=_("확인서 아래에 있는 열여섯 글자"), strip=True
    )
    name = forms.CharField(label=_("확인서에 적힌 이름"), max_length=200)
