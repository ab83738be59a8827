"""In which language these pages speak. The house speaks Korean and English; the citizen's pages of this room speak
Chinese, Vietnamese and Japanese, too. There the house's own frame is in English, and the page says so.

The choice lives in a cookie of this room. It holds as long as the house is set to English (choosing one of the three
sets it so): whoever then chooses Korean in the frame reads Korean here as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

COOKIE = "dure_benefits_language"
PATH = "/benefits/"
YEAR = 365 * 24 * 3600
SPOKEN = {"ko": "한국어", "en": "English", "zh-hans": "中文", "vi": "Tiếng Việt", "ja": "日本語"}
"""Code as Django has it → its own name."""
OTHERS = tuple(code for code in SPOKEN if code not in {"ko", "en"})
RULES = {"zh-hans": "zh"}
TAGS = {"zh-hans": "zh-Hans"}


def language_of(request: HttpRequest) -> str:
    """One of SPOKEN: chosen here, else the house's, else what the browser asks for."""
    house = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    chosen = request.COOKIES.get(COOKIE, "")
    if house in SPOKEN:
        return chosen if house == "en" and chosen in OTHERS else house
    for wanted, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        for code in SPOKEN:
            if wanted == code or wanted.split("-")[0] == code.split("-")[0]:
                return code
    now = (get_language() or settings.LANGUAGE_CODE)[:2]
    return now if now in SPOKEN else "en"


def rule_language(code: str) -> str:
    """The language's code in the rule files."""
    return RULES.get(code, code)


def spoken(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Everything a page says in Python is in the language of the reader; `show` draws the frame in the house's."""

    @wraps(page)
    def speaking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        code = language_of(request)
        request.speaks = code  # type: ignore[attr-defined]
        with translation.override(code):
            response = page(request, *args, **kwargs)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return speaking


def show(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Render a page whose blocks stand in `{% language speaks %}`."""
    code: str = request.speaks  # type: ignore[attr-defined]
    frame = "ko" if code == "ko" else "en"
    more = {
        "speaks": code,
        "said_in": rule_language(code),
        "tag": TAGS.get(code, code),
        "other": code in OTHERS,
        "tongues": [(one, name, TAGS.get(one, one), one == code) for one, name in SPOKEN.items()],
    }
    request.LANGUAGE_CODE = frame  # type: ignore[attr-defined]
    with translation.override(frame):
        response = render(request, template, {**more, **context}, status=status)
    response.headers["Content-Language"] = TAGS.get(code, code)
    return response


def choose(response: HttpResponse, code: str) -> None:
    """Keep the choice: here, and for the house the nearest language that it has."""
    kept: dict[str, Any] = {"max_age": YEAR, "samesite": "Lax", "secure": not settings.LOCAL, "httponly": True}
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, "ko" if code == "ko" else "en", **kept)
    if code in OTHERS:
        response.set_cookie(COOKIE, code, path=PATH, **kept)
    else:
        response.delete_cookie(COOKIE, path=PATH, samesite="Lax")


__all__ = ["OTHERS", "SPOKEN", "choose", "language_of", "rule_language", "show", "spoken"]
