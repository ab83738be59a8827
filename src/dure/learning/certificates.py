"""Certificates: the code only the holder can show, and the paper.

The code is 80 bits of HMAC-SHA-256 over the row's id under the installation's secret: it stands in no table, cannot be
had from the database, and a page that compares it needs nothing else. The paper is set by typst from a fixed template;
what people wrote goes in as JSON data, never as markup.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from dure.core import clock
from dure.core.ids import ALPHABET, normalise_receipt, receipt_number_is_valid
from dure.core.refused import Refused
from dure.learning.models import Completion

TEMPLATE = Path(__file__).parent / "certificate.typ"
SIGNS, GROUP = 16, 4


def code_of(done: Completion) -> str:
    """The holder's code, such as `7KQ4-RMPX-0T2B-9HVD`."""
    digest = salted_hmac("dure.learning.certificate", done.pk.bytes, algorithm="sha256").digest()
    number = int.from_bytes(digest[:10], "big")
    signs = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(SIGNS))
    return "-".join(signs[start : start + GROUP] for start in range(0, SIGNS, GROUP))


def _plain(code: str) -> str:
    return "".join(code.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))


def _same_name(one: str, other: str) -> bool:
    def normal(text: str) -> str:
        return "".join(unicodedata.normalize("NFKC", text).split()).casefold()

    return constant_time_compare(normal(one), normal(other))


def verified(*, number: str, code: str, name: str) -> Completion | None:
    """The certificate, when number, code and name are all as they stand on it; None otherwise, without saying which.

    Refused `invalid` (`number`) where the check sign shows that the number was mistyped.
    """
    number = normalise_receipt(number[:40])
    if not receipt_number_is_valid(number):
        raise Refused("invalid", _("번호를 잘못 적으신 것 같습니다. 확인서의 번호를 그대로 적어 주세요."), "number")
    done = Completion.objects.filter(number=number).first()
    if done is None:
        return None
    right = constant_time_compare(_plain(code[:60]), _plain(code_of(done)))
    return done if right and _same_name(name[:200], done.name) else None


def paper(done: Completion) -> bytes:
    """The certificate as a PDF (A4, one page). Refused `conflict` where the fonts are not installed."""
    import typst

    if not settings.FONT_DIR.is_dir():
        raise Refused("conflict", _("문서를 만들 글꼴이 없어 지금은 PDF를 만들 수 없습니다. 운영자에게 알려 주세요."))
    day = clock.local(done.finished_at).date()
    data: dict[str, Any] = {
        "number": done.number,
        "name": done.name,
        "title_ko": done.title_ko,
        "title_en": done.title_en,
        "score": done.score,
        "day_ko": f"{day.year}년 {day.month}월 {day.day}일",
        "day_en": f"{day:%d %B %Y}".lstrip("0"),
        "code": code_of(done),
        "verify": f"{settings.SITE_URL}/learning/verify/",
    }
    made = typst.compile(
        TEMPLATE,
        format="pdf",
        root=TEMPLATE.parent,
        font_paths=[settings.FONT_DIR],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(done.finished_at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made
