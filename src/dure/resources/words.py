"""What people type into this room stands in public: tidied, and without what belongs to a person."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from dure.core.privacy import CERTAIN, find
from dure.core.refused import Refused
from dure.core.texts import tidy

OF_THINGS = {"email", "plate"}
"""An office's address and an official car's plate may stand in public."""
_ABROAD = re.compile(r"^(00)?82")


def public_words(value: object, *, longest: int, field: str, needed: str = "", one_line: bool = False) -> str:
    """`core.texts.tidy`, and refused `invalid` at `field` where the text surely holds personal data: a mobile phone, a
    resident's, card or account number and their like. The main number of an office is no such thing."""
    text = tidy(value, longest=longest, field=field, needed=needed, one_line=one_line)
    for found in find(text):
        office = found.kind == "phone" and not _mobile(text[found.start : found.end])
        if found.certainty == CERTAIN and found.kind not in OF_THINGS and not office:
            words = _("개인정보(%(kind)s)는 빼 주세요. 모두에게 보이는 글입니다.")
            raise Refused("invalid", words % {"kind": found.label}, field)
    return text


def _mobile(number: str) -> bool:
    """Korean mobile numbers begin with 01; no area code does."""
    digits = _ABROAD.sub("", re.sub(r"\D", "", number)).lstrip("0")
    return digits.startswith("1")
