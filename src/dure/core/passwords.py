"""How strong a password must be: long, not guessable, not the public one of the demonstration.

The estimate is zxcvbn's (Wheeler, USENIX Security 2016), told of Korean words as they come out when typed on an English
keyboard, which its own lists lack. No rules on kinds of characters: NIST SP 800-63B 3.1.1.2 advises against them.
"""

from __future__ import annotations

import threading

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dure.core.models import Person

SHORTEST = 10
LONGEST = 128
"""Argon2 takes any length; this keeps one request from costing much."""
LEAST_SCORE = 3
"""zxcvbn's 'safely unguessable: moderate protection from an offline attack', at least 10^8 guesses."""
# zxcvbn looks at this many characters; the rest can only make a password better.
_LOOKED_AT = 72
# 비밀번호 사랑해 안녕하세요 대한민국 서울시 관리자 공무원 두레 협업 감사합니다 우리나라 홍길동 and such, typed
# without switching.
_TYPED_KOREAN = """
qlalfqjsgh tkfkdgo tkfkdgody dkssudgktpdy dkssud eogksalsrnr eogks tjdnf tjdnftl qntks ghkdlxld rhksflwk rhdandnjs
enfp guqdjq rkatkgkqslek dnflskfk ghdrlfehd gksrnr gksrmf alsdnjs tlcjd rncjd dlswjd wkehdck djaak dkQk wlqwlq
"""
_SITE_WORDS = ["dure", "두레", "협업", "collaboration"]

_WARNINGS = {
    "dictionary": gettext_lazy("흔히 쓰는 낱말이나 비밀번호가 들어 있습니다."),
    "spatial": gettext_lazy("자판에서 나란히 있는 글자는 쉽게 짐작됩니다."),
    "repeat": gettext_lazy("되풀이되는 글자는 쉽게 짐작됩니다."),
    "sequence": gettext_lazy("abc, 4321처럼 차례대로 이어지는 글자는 쉽게 짐작됩니다."),
    "regex": gettext_lazy("연도는 쉽게 짐작됩니다."),
    "date": gettext_lazy("날짜는 쉽게 짐작됩니다."),
}
# zxcvbn keeps the words it is given in a module variable.
_one_at_a_time = threading.Lock()


def estimate(password: str, known: list[str]) -> tuple[int, str]:
    """zxcvbn's score (0 worst to 4 best) and the kind of the longest pattern found (a key of _WARNINGS, or "").

    `known`: words an attacker would try first, such as the person's name and address.
    """
    import zxcvbn

    words = [*_TYPED_KOREAN.split(), *_SITE_WORDS, *known]
    with _one_at_a_time:
        result = zxcvbn.zxcvbn(password[:_LOOKED_AT], user_inputs=words)
        zxcvbn.matching.RANKED_DICTIONARIES["user_inputs"] = {}
    found = [match for match in result["sequence"] if match["pattern"] in _WARNINGS]
    longest = max(found, key=lambda match: len(match["token"]), default=None)
    return result["score"], longest["pattern"] if longest else ""


class LengthValidator:
    def validate(self, password: str, user: Person | None = None) -> None:
        if len(password) < SHORTEST:
            text = ngettext("%(n)d자 이상이어야 합니다.", "%(n)d자 이상이어야 합니다.", SHORTEST) % {"n": SHORTEST}
            raise ValidationError(text, code="password_too_short")
        if len(password) > LONGEST:
            text = ngettext("%(n)d자를 넘을 수 없습니다.", "%(n)d자를 넘을 수 없습니다.", LONGEST) % {"n": LONGEST}
            raise ValidationError(text, code="password_too_long")

    def get_help_text(self) -> str:
        return _("%(n)d자 이상. 낱말 서너 개를 이어 쓰면 외우기 쉽고 안전합니다.") % {"n": SHORTEST}


class StrengthValidator:
    def validate(self, password: str, user: Person | None = None) -> None:
        known = []
        if user is not None:
            local, _at, domain = (user.email or "").partition("@")
            known = [word for word in (user.name, user.email, local, domain.split(".")[0]) if word]
        score, pattern = estimate(password, known)
        if score < LEAST_SCORE:
            advice = _("낱말을 하나둘 더 붙이거나 덜 흔한 낱말을 써 주세요.")
            warning = _WARNINGS.get(pattern, gettext_lazy("쉽게 짐작할 수 있는 비밀번호입니다."))
            raise ValidationError(f"{warning} {advice}", code="password_too_weak")

    def get_help_text(self) -> str:
        return _("이름, 전자우편, 날짜, 흔한 낱말만으로 만들지 마세요.")


class DemoValidator:
    def validate(self, password: str, user: Person | None = None) -> None:
        if password == settings.DEMO_PASSWORD:
            raise ValidationError(_("시연용으로 널리 알려진 비밀번호라 쓸 수 없습니다."), code="password_of_demo")

    def get_help_text(self) -> str:
        return ""
