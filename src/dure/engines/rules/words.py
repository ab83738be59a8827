"""Values as people read them, in the five languages. Whole numbers all the way: no float is made to be printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from dure.engines.rules.benefit import HOLE, Saying
from dure.engines.rules.catalogue import Catalogue
from dure.engines.rules.ir import Value

UNITS = {
    "원": {"ko": "{}원", "en": "{} won", "zh": "{}韩元", "vi": "{} won", "ja": "{}ウォン"},
    "년": {"ko": "{}세", "en": "{} years", "zh": "{}岁", "vi": "{} tuổi", "ja": "{}歳"},
    "개월": {"ko": "{}개월", "en": "{} months", "zh": "{}个月", "vi": "{} tháng", "ja": "{}か月"},
    "일": {"ko": "{}일", "en": "{} days", "zh": "{}天", "vi": "{} ngày", "ja": "{}日"},
    "": dict.fromkeys(("ko", "en", "zh", "vi", "ja"), "{}"),
}
YES = {"ko": "예", "en": "yes", "zh": "是", "vi": "có", "ja": "はい"}
NO = {"ko": "아니오", "en": "no", "zh": "否", "vi": "không", "ja": "いいえ"}
UNKNOWN = {"ko": "(모름)", "en": "(not known)", "zh": "(未知)", "vi": "(chưa biết)", "ja": "(不明)"}
AREA = {
    "ko": "사는 곳이 이 급여를 주는 지역 안",
    "en": "lives in the area of this benefit",
    "zh": "居住在提供该福利的地区",
    "vi": "sống trong khu vực có trợ cấp này",
    "ja": "この給付を行う地域に住んでいる",
}


def whole(number: int, lang: str) -> str:
    """With separators of thousands: a point in Vietnamese, else a comma."""
    said = f"{number:,}"
    return said.replace(",", ".") if lang == "vi" else said


def percent(value: Fraction, lang: str) -> str:
    """A ratio in per cent with as many places as it has, at most four (cut toward nothing)."""
    many, left = divmod(abs(value) * 1000000, 1)
    del left
    head, tail = divmod(int(many), 10000)
    point = "," if lang == "vi" else "."
    digits = f"{tail:04d}".rstrip("0")
    return ("-" if value < 0 else "") + str(head) + (point + digits if digits else "") + "%"


def show(value: Value | None, unit: str, scale: int, lang: str, catalogue: Catalogue) -> str:
    """One value. `unit` as in `ir.Let`; `scale` above 1: a ratio's numerator over it."""
    if value is None:
        return UNKNOWN.get(lang, UNKNOWN["en"])
    if isinstance(value, bool):
        return (YES if value else NO).get(lang, str(value))
    if isinstance(value, str):
        enumeration = catalogue.enumerations.get(unit)
        chosen = next((one for one in enumeration.choices if one.code == value), None) if enumeration else None
        return value if chosen is None else chosen.names.get(lang) or chosen.ko
    if unit == "date":
        return f"{value // 10000:04d}-{value // 100 % 100:02d}-{value % 100:02d}"
    if scale != 1 or unit == "%":
        return percent(Fraction(value, scale), lang)
    forms = UNITS.get(unit, UNITS[""])
    return forms.get(lang, forms["en"]).format(whole(value, lang))


def fill(saying: Saying, lang: str, default: str, hole: Callable[[str], str]) -> str:
    """A text in a language (Korean where it is not there, `default` where there is none) with its holes filled."""
    text = saying.texts.get(lang) or saying.texts.get("ko") or default
    return HOLE.sub(lambda found: hole(found[1]) if found[1] in saying.holes else found[0], text)


def said(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang) or texts.get("ko") or ""
