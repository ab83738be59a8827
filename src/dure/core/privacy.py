"""Personal data in Korean text, held back from messages, logs and public pages.

The finding is done by `dure.engines.masking`; here its kinds get names in the reader's language. `has_personal_data`
asks for the places where holding back is the safe side. What cannot be told from its form (a name, a home address, a
birthday) is not found: absence of findings is no proof.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from dure.engines import masking
from dure.engines.masking import CERTAIN, POSSIBLE

__all__ = ["CERTAIN", "KINDS", "POSSIBLE", "Finding", "find", "has_personal_data", "mask"]

KINDS = {
    "resident": gettext_lazy("주민등록번호"),
    "foreigner": gettext_lazy("외국인등록번호"),
    "phone": gettext_lazy("전화번호"),
    "card": gettext_lazy("카드번호"),
    "account": gettext_lazy("계좌번호"),
    "plate": gettext_lazy("차량번호"),
    "email": gettext_lazy("이메일 주소"),
    "passport": gettext_lazy("여권번호"),
    "driver": gettext_lazy("운전면허번호"),
}


@dataclass(frozen=True)
class Finding(masking.Found):
    """`kind`: a key of KINDS. `start`, `end`: positions in the text as given. `certainty`: certain or possible."""

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])


def find(text: str) -> list[Finding]:
    """Personal data in `text`, ordered by position, without overlaps."""
    return [Finding(one.kind, one.start, one.end, one.certainty) for one in masking.find(text)]


def mask(text: str, *, possible: bool = True) -> str:
    """The text with each finding replaced by its name in brackets (`[전화번호]`); `possible=False` leaves unsure
    ones."""
    pieces = []
    last = 0
    for found in find(text):
        if found.certainty == CERTAIN or possible:
            pieces += [text[last : found.start], f"[{found.label}]"]
            last = found.end
    return "".join(pieces) + text[last:]


def has_personal_data(text: str) -> bool:
    """Whether anything was found, also what is only possible: for places where holding back is the safe side."""
    return bool(find(text))
