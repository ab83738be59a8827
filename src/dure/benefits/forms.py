from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.benefits import queries, shown
from dure.benefits.guide import Tick
from dure.benefits.models import CounterConsent
from dure.benefits.told import WHO
from dure.core import clock
from dure.engines.rules.catalogue import FactKind

OLDEST = 130
MOST_TYPED = 40
LARGE = {"조": 10**12, "억": 10**8, "만": 10**4}
SMALL = {"천": 1000, "백": 100, "십": 10}
PIECE = re.compile(r"([0-9]{1,16}(?:\.[0-9]{1,8})?)|([조억만천백십])")


def born_or_age(typed: str, today: date) -> tuple[str, Any]:
    """(`birth_date`, `1993-04-03`) or (`age`, 33) from what was typed: eight digits, or with marks between them, or an
    age. ValidationError for anything else."""
    text = typed.strip()
    parts = [one for one in re.split(r"[^0-9]+", text) if one]
    digits = "".join(parts)
    if len(parts) == 3 and len(parts[0]) == 4:
        digits = f"{parts[0]}{parts[1]:0>2}{parts[2]:0>2}"
    elif not re.fullmatch(r"[0-9\s.\-/년월일세살]*", text):
        digits = ""
    if digits.isascii() and len(digits) == 8:
        try:
            day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            raise forms.ValidationError(_("없는 날짜입니다. 생년월일 여덟 자리를 다시 적어 주세요.")) from None
        if not today.year - OLDEST <= day.year or day > today:
            raise forms.ValidationError(_("앞으로 올 날이거나 너무 옛날입니다. 생년월일을 다시 적어 주세요."))
        return "birth_date", day.isoformat()
    if digits.isascii() and digits and len(parts) == 1 and len(digits) <= 3 and int(digits) <= OLDEST:
        return "age", int(digits)
    raise forms.ValidationError(_("생년월일을 20180505처럼 여덟 자리로, 또는 만 나이를 숫자로 적어 주세요."))


def won_of(typed: str) -> int:
    """Whole won from `1,500,000`, `150만`, `2백만`, `1억 2천만 원`, `1.5억`, exact: no float on the way.

    ValidationError for anything else, also for parts of a won.
    """
    text = re.sub(r"[\s,원₩]|won|KRW", "", typed, flags=re.IGNORECASE)
    wrong = forms.ValidationError(_("금액을 1500000이나 150만처럼 적어 주세요."))
    if not text or len(text) > MOST_TYPED or not text.replace(".", "").isalnum():
        raise wrong
    total, group, number = Fraction(0), Fraction(0), None
    large, small, place = 10**16, 10**16, 0
    while place < len(text):
        piece = PIECE.match(text, place)
        if piece is None:
            raise wrong
        place = piece.end()
        if piece[1] is not None:
            if number is not None:
                raise wrong
            number = Fraction(piece[1])
            continue
        if piece[2] in SMALL:
            size = SMALL[piece[2]]
            if size >= small:
                raise wrong
            group, number, small = group + (1 if number is None else number) * size, None, size
            continue
        size = LARGE[piece[2]]
        if size >= large or (number is None and not group):
            raise wrong
        total, large, small = total + (group + (number or 0)) * size, size, 10**16
        group, number = Fraction(0), None
    found = total + group + (number or 0)
    if found.denominator != 1:
        raise wrong
    return int(found)


class PersonForm(forms.Form):
    """A member: how they are related, and when they were born or how old they are. No name."""

    who = forms.ChoiceField(label=gettext_lazy("누구인가요"), choices=[(one, shown.WHO[one]) for one in WHO])
    born = forms.CharField(
        label=gettext_lazy("생년월일 또는 만 나이"),
        help_text=gettext_lazy("예: 20180505 또는 7. 나이에 걸린 혜택을 가리는 데만 씁니다. 이름은 묻지 않습니다."),
        max_length=MOST_TYPED,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["who"]
        else:
            self.fields["who"].choices = [(one, shown.WHO[one]) for one in WHO if one != "self"]  # type: ignore[attr-defined]

    def clean_born(self) -> tuple[str, Any] | None:
        typed = self.cleaned_data["born"]
        return born_or_age(typed, clock.today()) if typed.strip() else None


def _areas(lang: str) -> list[Any]:
    return [("", "—"), *queries.areas_by_province(clock.today(), lang)]


class TicksField(forms.MultipleChoiceField):
    """Takes also what this page no longer asks about: the page may be an older one."""

    def valid_value(self, value: Any) -> bool:
        return True


class TicksForm(forms.Form):
    """What applies; nothing ticked is an answer, too."""

    ticked = TicksField(
        label=gettext_lazy("해당하는 것을 모두 골라 주세요"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, ticks: Sequence[Tick], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["ticked"]
        field.choices, field.needed = [(one.key, one.words) for one in ticks], True


class QuestionForm(forms.Form):
    """One fact of the catalogue. `cleaned_data["answer"]` is the value as JSON has it."""

    def __init__(self, *args: Any, fact: FactKind, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact, self.lang = fact, lang
        label, help = shown.text(fact.question, lang), shown.text(fact.help, lang)
        common: dict[str, Any] = {"label": label, "help_text": help}
        common["error_messages"] = {"required": _("답을 골라 주세요. 모르시면 「모르겠어요」를 눌러 주세요.")}
        field: forms.Field
        match fact.type:
            case "bool":
                yes, no = shown.words.YES[lang], shown.words.NO[lang]
                field = forms.ChoiceField(choices=[("true", yes), ("false", no)], widget=forms.RadioSelect, **common)
            case "enum":
                choices = [(one.code, one.names.get(lang) or one.ko) for one in fact.choices]
                field = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
            case "area":
                field = forms.ChoiceField(choices=_areas(lang), **common)
            case _:
                attrs = {"inputmode": "numeric", "autocomplete": "off"}
                if fact.type == "won":
                    attrs["inputmode"] = "text" if lang == "ko" else "numeric"
                field = forms.CharField(max_length=MOST_TYPED, widget=forms.TextInput(attrs=attrs), **common)
        self.fields["answer"] = field

    def clean_answer(self) -> Any:
        typed = self.cleaned_data["answer"]
        match self.fact.type:
            case "bool":
                return typed == "true"
            case "enum" | "area":
                return typed
            case "date":
                kind, value = born_or_age(typed, clock.today())
                if kind != "birth_date":
                    raise forms.ValidationError(_("생년월일을 20180505처럼 여덟 자리로 적어 주세요."))
                return value
            case "won":
                return self.within(won_of(typed))
        digits = re.sub(r"[\s,]", "", typed)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
            raise forms.ValidationError(_("숫자로 적어 주세요."))
        return self.within(int(digits))

    def within(self, value: int) -> int:
        fact = self.fact
        if not fact.low <= value <= fact.high:
            words = _("%(low)s부터 %(high)s까지 적을 수 있습니다.")
            ends = {
                "low": shown.fact_value(fact, fact.low, self.lang, {}),
                "high": shown.fact_value(fact, fact.high, self.lang, {}),
            }
            raise forms.ValidationError(words % ends)
        return value

    @staticmethod
    def typed(fact: FactKind, value: Any) -> dict[str, str]:
        """What stands in the field for an answer given before."""
        if value is None:
            return {}
        if isinstance(value, bool):
            return {"answer": "true" if value else "false"}
        return {"answer": f"{value:,}" if fact.type == "won" else str(value)}


class WatchForm(forms.Form):
    """Where to write to, for people without an account."""

    email = forms.EmailField(
        label=gettext_lazy("전자우편"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ListForm(forms.Form):
    """Filters of the list of benefits."""

    q = forms.CharField(label=gettext_lazy("이름이나 기관"), required=False, max_length=100)
    category = forms.ChoiceField(label=gettext_lazy("분야"), required=False)
    level = forms.ChoiceField(
        label=gettext_lazy("누가 주나요"),
        required=False,
        choices=[("", gettext_lazy("모두")), *shown.LEVELS.items()],
    )
    area = forms.ChoiceField(label=gettext_lazy("사는 곳"), required=False)

    def __init__(self, data: Mapping[str, Any], *, categories: Sequence[tuple[str, str]], lang: str) -> None:
        super().__init__(data)
        self.fields["category"].choices = [("", _("모두")), *categories]  # type: ignore[attr-defined]
        self.fields["area"].choices = _areas(lang)  # type: ignore[attr-defined]


class ConsentForm(forms.Form):
    """Before anything is asked at a counter."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("무엇에 쓰나요"),
        widget=forms.RadioSelect,
        choices=[
            (CounterConsent.Purpose.FIND, gettext_lazy("받을 수 있는 혜택 찾기")),
            (CounterConsent.Purpose.APPLY, gettext_lazy("혜택 찾기와 신청 돕기")),
            (CounterConsent.Purpose.REVIEW, gettext_lazy("받던 혜택 다시 살펴보기")),
        ],
    )
    how = forms.ChoiceField(
        label=gettext_lazy("어떻게 동의했나요"),
        widget=forms.RadioSelect,
        choices=[
            (CounterConsent.How.SPOKEN, gettext_lazy("말로")),
            (CounterConsent.How.SIGNED, gettext_lazy("종이에 서명")),
        ],
    )
    days = forms.IntegerField(
        label=gettext_lazy("동의 기간(일)"), initial=30, help_text=gettext_lazy("이 기간이 지나면 남긴 것을 지웁니다.")
    )
    keeps = forms.BooleanField(
        label=gettext_lazy("신청으로 넘길 때 적은 것을 기록에 남기는 데에도 동의했습니다"),
        help_text=gettext_lazy("고르지 않으면 누가, 언제, 무엇을 위해 동의했는지만 남습니다."),
        required=False,
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("무엇을 묻고 어디에 쓰며 언제 지우는지 설명했고, 본인이 동의했습니다"), required=False
    )
    agreed.needed = True  # type: ignore[attr-defined]


__all__ = ["ConsentForm", "ListForm", "PersonForm", "QuestionForm", "TicksForm", "WatchForm", "born_or_age", "won_of"]
