"""What somebody may type to report something. Rules stand in the actions; here is only what a form has to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.core.attachments import Taken
from dure.core.confirmations import clean_address
from dure.core.models import Confirmation
from dure.core.refused import Refused
from dure.places import queries as places
from dure.reports import categories
from dure.reports.models import Intake

KEPT = "dure.reports.intake.photos"
KEPT_FOR = 20 * 3600
"""Seconds; `attachments.clean` leaves bytes that nothing holds alone for a day."""
BEGAN = "dure.reports.intake.began"
FASTEST = 2.0
"""Seconds in which no person fills the form."""


class Lines(forms.CharField):
    """Text whose line ends count as one sign, as in the browser's own counter."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class Photos(forms.FileField):
    """Several files."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=PhotosInput(attrs={"accept": "image/*"}), required=False, allow_empty_file=True, **more)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        return [one for one in given if one]


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PlaceForm(forms.Form):
    """Where: a point with its accuracy, words, or a municipality from the list."""

    address = forms.CharField(
        label=_("어디인가요"),
        required=False,
        max_length=200,
        help_text=_("주소나 눈에 띄는 것, 길 이름과 킬로미터, 지도에서 옮긴 좌표 가운데 아는 대로 적어 주세요."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    lat = forms.FloatField(
        label=_("위도"),
        required=False,
        min_value=-90,
        max_value=90,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "36.7898"}),
    )
    lon = forms.FloatField(
        label=_("경도"),
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "127.0018"}),
    )
    area = forms.ChoiceField(label=_("시·군·구만 알 때"), required=False)
    accuracy_m = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["area"].choices = area_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        for name, other in (("lat", "lon"), ("lon", "lat")):
            half = typed.get(name) is None and typed.get(other) is not None
            if half and name not in self.errors:
                self.add_error(name, gettext("경도와 위도를 모두 적어 주세요."))
        return typed

    @property
    def by_hand(self) -> bool:
        """Whether the fields for coordinates and the list are to be seen at once."""
        return any(self[name].errors or self[name].value() for name in ("lat", "lon", "area"))


class ContactForm(forms.Form):
    contact = forms.CharField(
        label=_("어떻게 되는지 알려 드릴 곳"),
        required=False,
        max_length=254,
        help_text=_(
            "전자우편이나 휴대전화. 적지 않아도 상황 링크로 볼 수 있습니다. 맡은 기관만 보고, 마친 뒤 90일에 지웁니다."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )

    def clean_contact(self) -> str:
        """Checked before any question is asked, so that nobody answers first and hears of it afterwards."""
        typed = str(self.cleaned_data.get("contact") or "").strip()
        if typed:
            try:
                clean_address(*self._way(typed))
            except Refused as refused:
                raise forms.ValidationError(refused.message) from refused
        return typed

    def reach(self) -> tuple[str, str]:
        """(channel, address) of what was typed; ('', '') for nothing."""
        typed = self.cleaned_data.get("contact", "")
        return self._way(typed) if typed else ("", "")

    @staticmethod
    def _way(typed: str) -> tuple[str, str]:
        mail = "@" in typed or not any(sign.isdigit() for sign in typed)
        return str(Confirmation.Channel.EMAIL if mail else Confirmation.Channel.PHONE), typed


class ReportForm(PlaceForm, ContactForm):
    """The short page: what, where, and whether to be told. The rest is carried along from question to question."""

    words = Lines(
        label=_("무슨 일인가요"),
        required=False,
        max_length=4000,
        help_text=_("본 대로 한두 마디면 됩니다. 이름이나 전화번호는 적지 않아도 됩니다."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photos = Photos(
        label=_("사진"),
        help_text=_("5장까지. 찍은 곳과 기기 정보는 지우고 받습니다. 사람의 얼굴과 차 번호는 가려 주세요."),
    )
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    began = forms.CharField(required=False, widget=forms.HiddenInput)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    looked = forms.CharField(required=False, widget=forms.HiddenInput)
    homepage = forms.CharField(required=False, max_length=300)
    category = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    join = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    final = forms.CharField(required=False, widget=forms.HiddenInput)
    # dure.web.fields reads it: a word is wanted, though a kind and a place would do.
    words.needed = True  # type: ignore[attr-defined]
    field_order = ("words", "photos", "address", "lat", "lon", "area", "contact")

    @property
    def trapped(self) -> bool:
        """Filled as no person would: the hidden field has something in it, or it all took no time."""
        return bool(self.cleaned_data.get("homepage")) or not old_enough(self.cleaned_data.get("began", ""))


class CounterForm(PlaceForm, ContactForm):
    """An official writes down what somebody says at the counter or on the telephone."""

    needed = ("words", "way")
    words = Lines(
        label=_("무슨 일이라고 하시나요"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    way = forms.ChoiceField(
        label=_("어떻게 오셨나요"), choices=Intake.Way.choices, required=False, widget=forms.RadioSelect
    )
    category = forms.ChoiceField(label=_("종류"), required=False)
    name = forms.CharField(label=_("성함"), required=False, max_length=60)
    consent = forms.BooleanField(
        label=_("연락처를 맡은 기관이 쓰고 마친 뒤 90일에 지운다는 것을 설명하고 동의를 받았습니다"), required=False
    )
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ("way", "words", "category", "address", "lat", "lon", "area", "name", "contact", "consent")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["category"].choices = category_choices(gettext("모름 (말로 짐작합니다)"))  # type: ignore[attr-defined]
        self.fields["address"].help_text = ""
        self.fields["contact"].help_text = gettext("전자우편이나 휴대전화. 그 주소로 확인 링크가 갑니다.")


class CorrectForm(PlaceForm):
    """Putting place or category right."""

    category = forms.ChoiceField(label=_("종류"), required=False)
    field_order = ("category", "address", "lat", "lon", "area")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["category"].choices = category_choices(gettext("모르겠습니다"))  # type: ignore[attr-defined]


def category_choices(none: str) -> list[Any]:
    """All kinds of matters by their groups, and none."""
    groups = [(group.name, [(one.id, one.name) for one in group.categories]) for group in categories.groups()]
    return [("", none), *groups]


def area_choices() -> list[Any]:
    """Municipalities by province; only the empty choice before any area was loaded."""
    try:
        rows = list(
            places.areas()
            .filter(level__in=("sido", "sigungu"))
            .only("code", "name_ko", "name_en", "level", "parent_code")
        )
    except Refused:
        rows = []
    provinces = {row.code: (row.name, []) for row in rows if row.level == "sido"}
    for row in rows:
        above = row.parent_code[:2].ljust(10, "0")
        if row.level == "sigungu" and above in provinces:
            provinces[above][1].append((row.code, row.name))
    # A province without municipalities (세종) stands for itself.
    full = [(name, below or [(code, name)]) for code, (name, below) in provinces.items()]
    return [("", gettext("고르지 않음")), *full]


def began() -> str:
    return signing.TimestampSigner(salt=BEGAN).sign("b")


def old_enough(signed: str) -> bool:
    """Whether the form was opened at least `FASTEST` seconds ago."""
    try:
        signing.TimestampSigner(salt=BEGAN).unsign(signed, max_age=timedelta(seconds=FASTEST))
    except signing.SignatureExpired:
        return True
    except signing.BadSignature:
        return False
    return False


def seal_photos(photos: Sequence[Taken]) -> str:
    """Photos that are stored already, to be carried through the next page; nobody can name another's bytes."""
    rows = [asdict(one) for one in photos]
    return signing.dumps(rows, salt=KEPT, compress=True) if rows else ""


def unseal_photos(sealed: str) -> list[Taken]:
    """The photos in `sealed`; none for a text that is not ours or too old."""
    if not sealed:
        return []
    try:
        rows = signing.loads(sealed, salt=KEPT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return []
    return [Taken(**row) for row in rows]
