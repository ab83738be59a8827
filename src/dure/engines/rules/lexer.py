"""Words of the rule language: `lex` turns one expression into tokens, each with its place. No floats: numbers
are exact.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dure.engines.rules.faults import Wrong, shown

MOST_LENGTH = 4000
MOST_DIGITS = 18

UNITS = {
    "원": "원", "won": "원", "%": "%", "‰": "‰", "퍼센트": "%",
    "세": "년", "살": "년", "년": "년", "개월": "개월", "일": "일",
    "명": "", "인": "", "회": "", "번": "", "개": "", "급": "", "점": "", "m": "", "미터": "",
    "시간": "", "주": "", "등급": "",
}  # fmt: skip
"""How a number may be written → its unit. Counted things of any sort are plain numbers."""
BIG = {"억": 10**8, "천만": 10**7, "백만": 10**6, "만": 10**4, "천": 10**3}
KEYWORDS = {
    "그리고": "and", "and": "and", "또는": "or", "or": "or", "아님": "not", "not": "not",
    "in": "in", "예": "true", "true": "true", "아니오": "false", "false": "false",
    "이하": "to", "미만": "below",
}  # fmt: skip
PHRASES = (
    (re.compile(r"가구원\s+중\s+하나라도(?=\s*\()"), "over", "any"),
    (re.compile(r"가구원\s+모두(?=\s*\()"), "over", "all"),
    (re.compile(r"가구원\s+수(?=\s*\()"), "over", "count"),
    (re.compile(r"가구원\s+합(?=\s*\()"), "over", "sum"),
    (re.compile(r"가구원\s+최대(?=\s*\()"), "over", "max"),
    (re.compile(r"가구원\s+최소(?=\s*\()"), "over", "min"),
    (re.compile(r"(any|all|count|sum)(?=\s*\()"), "over", ""),
    (re.compile(r"중\s+하나(?![가-힣])"), "among", ""),
    (re.compile(r"그\s*밖(?![가-힣])"), "else", ""),
)
SPACE = re.compile(r"[ \t\r\n　]+")
DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
PART = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)?(억|천만|백만|만|천)")
UNIT = re.compile("|".join(sorted(map(re.escape, UNITS), key=len, reverse=True)))
WORD = re.compile(r"[A-Za-z가-힣_][A-Za-z0-9가-힣_·ㆍ]*")
QUOTED = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"|「([^」\n]*)」")
SIGNS = (
    "<=",
    ">=",
    "!=",
    "<>",
    "==",
    "≤",
    "≥",
    "≠",
    "<",
    ">",
    "=",
    "+",
    "-",
    "*",
    "×",
    "/",
    "÷",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    ".",
)
LIKE = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "−": "-", "—": "-"}
"""What office programs make of signs."""
SAME = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "×": "*", "÷": "/"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    """number, date, word, quoted, sign, over, or the keyword's own name; `end` at the end."""
    text: str
    start: int
    value: Fraction | date | None = None
    unit: str = ""


def lex(text: str) -> tuple[Token, ...]:
    """Tokens of an expression, ended by one of kind `end`. Wrong where a character or number cannot be read."""
    if len(text) > MOST_LENGTH:
        raise Wrong(0, "too-long", f"식이 {MOST_LENGTH:,}자를 넘습니다.", "`define`에 이름을 붙여 나누어 주세요.")
    found: list[Token] = []
    at = 0
    while at < len(text):
        if space := SPACE.match(text, at):
            at = space.end()
            continue
        token, at = _token(text, at)
        found.append(token)
    found.append(Token("end", "", len(text)))
    return tuple(found)


def _token(text: str, at: int) -> tuple[Token, int]:
    if text[at].isascii() and text[at].isdigit():
        return _date(text, at) or _number(text, at)
    for pattern, kind, value in PHRASES:
        if phrase := pattern.match(text, at):
            return Token(kind, value or phrase[0], at), phrase.end()
    if word := WORD.match(text, at):
        plain = word[0].replace("ㆍ", "·")
        return Token(KEYWORDS.get(plain, "word"), plain, at), word.end()
    if quoted := QUOTED.match(text, at):
        return Token("quoted", quoted[1] or quoted[2] or quoted[3] or "", at), quoted.end()
    if text.startswith(("=>", "=<"), at):
        turned = text[at + 1] + "="
        raise Wrong(at, "character", f"「{text[at : at + 2]}」은(는) 쓰지 않습니다.", f"「{turned}」로 적어 주세요.")
    for sign in SIGNS:
        if text.startswith(sign, at):
            return Token("sign", SAME.get(sign, sign), at), at + len(sign)
    plain = LIKE.get(text[at]) or unicodedata.normalize("NFKC", text[at])
    remedy = "지우거나 따옴표로 감싸 주세요."
    if plain == " ":
        remedy = "보통의 빈칸으로 바꾸어 주세요."
    elif plain != text[at] and plain.isascii():
        remedy = f"반각 글자 「{plain}」로 바꾸어 주세요."
    raise Wrong(at, "character", f"식에 쓸 수 없는 글자입니다: 「{shown(text[at])}」", remedy)


def _date(text: str, at: int) -> tuple[Token, int] | None:
    found = DATE.match(text, at)
    if not found:
        return None
    try:
        return Token("date", found[0], at, date(int(found[1]), int(found[2]), int(found[3]))), found.end()
    except ValueError:
        raise Wrong(at, "date", f"없는 날짜입니다: {found[0]}", "달력에 있는 날로 고쳐 주세요.") from None


def _figure(text: str, at: int) -> Fraction:
    plain = text.replace(",", "")
    if len(plain) > MOST_DIGITS:
        raise Wrong(at, "number", f"수가 {MOST_DIGITS}자리를 넘습니다.", "더 작은 수로 적어 주세요.")
    return Fraction(plain)


def _number(text: str, at: int) -> tuple[Token, int]:
    start = at
    total = Fraction(0)
    parts = 0
    while (part := PART.match(text, at)) and (parts == 0 or text[at].isdigit()) and part[1]:
        total += _figure(part[1], at) * BIG[part[2]]
        at = part.end()
        parts += 1
    if figure := NUMBER.match(text, at):
        end = figure.end()
        while text[end - 1] == ",":
            end -= 1
        total += _figure(text[at:end], at)
        at = end
    unit_found = UNIT.match(text, at)
    unit = ""
    written = ""
    if unit_found:
        written = unit_found[0]
        unit = UNITS[written]
        at = unit_found.end()
    after = WORD.match(text, at)
    if after and after[0] not in KEYWORDS:
        words = f"「{shown(text[start : after.end()])}」을(를) 읽을 수 없습니다."
        raise Wrong(
            start, "number", words, "분류 이름이면 따옴표로 감싸고, 아니면 단위(원, %, 세, 개월, 명)를 살펴 주세요."
        )
    if unit in {"%", "‰"}:
        total /= 100 if unit == "%" else 1000
    if abs(total) > 10**MOST_DIGITS or total.denominator > 10**12:
        raise Wrong(start, "number", "수가 너무 크거나 소수 자리가 너무 많습니다.", "더 작은 수로 적어 주세요.")
    if unit not in {"%", "‰", ""} and total.denominator != 1:
        raise Wrong(
            start, "number", f"「{text[start:at]}」은(는) 정수가 아닙니다.", "이 단위의 수는 정수로 적어 주세요."
        )
    return Token("number", text[start:at], start, total, unit), at


__all__ = ["MOST_LENGTH", "Token", "lex"]
