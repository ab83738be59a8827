"""Finding personal data in Korean text, so that it can be held back from messages, logs and public pages.

`find(text)` returns findings in the order of the text, never overlapping; `mask(text)` replaces them. A finding is
`certain` where a check digit, an assigned prefix or a word beside it settles it, else `possible`. Digits may be
full-width, and groups separated by spaces, dots, hyphens or dashes of any kind. Every pattern has bounded repetition,
so the time grows linearly with the text.

What cannot be told from its form (a name, a home address, a birthday) is not found: absence of findings is no proof.

Sources: 주민등록법 시행규칙 제2조 (resident numbers; without check digit and region since 2020-10), 출입국관리법
시행령 제40조의2 (foreigner numbers), 전기통신번호관리세칙 (telephone prefixes), ISO/IEC 7812-1 (card numbers), 자동차
등록번호판 등의 기준에 관한 고시 (plates), 여권법 시행규칙 (passport numbers), 도로교통법 시행규칙 (licence numbers).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext_lazy

CERTAIN = "certain"
POSSIBLE = "possible"

KINDS = {
    "resident_number": gettext_lazy("주민등록번호"),
    "foreigner_number": gettext_lazy("외국인등록번호"),
    "phone": gettext_lazy("전화번호"),
    "card": gettext_lazy("카드번호"),
    "account": gettext_lazy("계좌번호"),
    "plate": gettext_lazy("차량번호"),
    "email": gettext_lazy("이메일 주소"),
    "passport": gettext_lazy("여권번호"),
    "licence": gettext_lazy("운전면허번호"),
}


@dataclass(frozen=True)
class Finding:
    """`kind`: a key of KINDS. `start`, `end`: positions in the text as given. `certainty`: certain or possible."""

    kind: str
    start: int
    end: int
    certainty: str

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])


# Between groups of digits: at most three separators, so '010 - 1234' and '010.1234' are read, columns of a table are
# not.
_SEP = r"[ .\-_/]{0,3}"
_ENDS = r"(?![0-9])"
_ABROAD = rf"(?:\+|00)82{_SEP}(?:\(0\){_SEP}|\(?0?)"

_RESIDENT = re.compile(rf"(?<![0-9])([0-9]{{2}})([01][0-9])([0-3][0-9])({_SEP})([0-9][0-9*]{{6}}){_ENDS}")
_RESIDENT_WORDS = re.compile(r"주민|등록번호|외국인|거소|생년|[Rr]esident")

_MOBILE = re.compile(rf"(?<![0-9])(?:{_ABROAD}|\(?0)(1[016789])\)?{_SEP}([0-9]{{3,4}}){_SEP}[0-9]{{4}}{_ENDS}")
_LANDLINE = re.compile(
    rf"(?<![0-9])(?<![0-9]-)({_ABROAD}|\(?0)(2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50[2-8])(\)?{_SEP})"
    rf"([0-9]{{3,4}})({_SEP})[0-9]{{4}}{_ENDS}"
)
_PHONE_WORDS = re.compile(r"전화|연락처|휴대폰|핸드폰|팩스|[Tt]el|TEL|[Pp]hone|[Cc]all|[Ff]ax|FAX|☎|☏|문자")

_CARD = re.compile(rf"(?<![0-9])[2-69][0-9]{{3}}(?:{_SEP}[0-9]{{4,6}}){{2}}(?:{_SEP}[0-9]{{1,7}})?{_ENDS}")
# Issuer ranges by length: UnionPay up to 19, American Express 15, Diners 14, the rest (domestic cards begin with 9) 16.
_CARD_RANGE = re.compile(
    r"62[0-9]{14,17}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}"
    r"|(?:4[0-9]|5[0-9]|35|6[0-9]|9[0-9]|2[3-6]|22|27)[0-9]{14}"
)

_NOT_AMOUNT = r"(?![0-9]|-[0-9]| ?(?:원|명|건|개|달러))"
_ACCOUNTS = (
    re.compile(rf"(?<![0-9])(?<![0-9]-)[0-9]{{2,8}}(?: ?- ?[0-9]{{1,8}}){{1,4}}{_NOT_AMOUNT}"),
    re.compile(rf"(?<![0-9\-])[0-9]{{2,6}}(?: [0-9]{{2,8}}){{1,4}}{_NOT_AMOUNT}"),
    re.compile(rf"(?<![0-9\-])[0-9]{{10,16}}{_NOT_AMOUNT}"),
)
_ACCOUNT_WORDS = re.compile(
    r"계좌|입금|송금|이체|예금주|통장|농협|국민은행|신한|우리은행|하나은행|기업은행|카카오뱅크|케이뱅크|토스뱅크|새마을금고|신협|수협"
    r"|우체국|대구은행|아이엠뱅크|부산은행|경남은행|광주은행|전북은행|제주은행|산업은행|씨티은행|[Aa]ccount|IBAN"
)
_ACCOUNT_SAID = re.compile("계좌|입금|송금|이체|예금주|통장")
_DATE_FIRST = re.compile(r"(?:19|20)[0-9]{2} ?[ \-] ?(?:0[1-9]|1[0-2]) ?[ \-] ?(?:0[1-9]|[12][0-9]|3[01])(?![0-9])")

_REGIONS = "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주"
_PLATE = re.compile(
    rf"(?<![0-9제])((?:{_REGIONS})[ ]?)?([0-9]{{2,3}}[ ]?"
    r"[가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자허하호배]"
    r"[ ]?[0-9]{4})(?![0-9]| ?[억만원천])"
)
_PLATE_WORDS = re.compile(r"차량|차번|번호판|자동차|승용차|승합차|화물차|택시|주차|트럭|오토바이|차주|뺑소니|[Pp]late")

_LOCAL_PART = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-")
_DOMAIN = re.compile(r"[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,8}")

_PASSPORT = re.compile(r"(?<![0-9A-Za-z])([MSRODGPTmsrodgpt])(?:[0-9]{8}|([0-9]{3}[A-Za-z][0-9]{4}))(?![0-9A-Za-z])")
_PASSPORT_WORDS = re.compile(r"여권|[Pp]assport|PASSPORT")

_LICENCE = re.compile(rf"(?<![0-9])(?:1[1-9]|2[0-8])({_SEP})[0-9]{{2}}({_SEP})[0-9]{{6}}({_SEP})[0-9]{{2}}{_ENDS}")
_LICENCE_BY_REGION = re.compile(rf"(?:{_REGIONS})[ ]?[0-9]{{2}}[ \-]{{1,3}}[0-9]{{6}}[ \-]{{1,3}}[0-9]{{2}}{_ENDS}")
_LICENCE_WORDS = re.compile(r"면허|[Ll]icen[cs]e")

_CONTEXT = 25
"""How many characters before and after a number are looked at for a word that says what it is."""

_DASHES = frozenset("‐‑‒–—―−－﹣⁃ㅡ·・")
_SPACES = frozenset("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _INVISIBLE:
        return ""
    if character in _DASHES:
        return "-"
    if character in _SPACES:
        return " "
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    # Only decimal digits: a circled number before a telephone number is a list mark.
    if ord(character) > 127 and unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    return character


def _normal(text: str) -> tuple[str, list[int]]:
    """The text in plain digits, letters, dashes and spaces without invisible characters, and where each of its
    characters stood."""
    pairs = [(plain, index) for index, character in enumerate(text) if (plain := _plain(character))]
    return "".join(plain for plain, _ in pairs), [index for _, index in pairs]


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _near(words: re.Pattern[str], text: str, match: re.Match[str]) -> bool:
    return words.search(text, max(0, match.start() - _CONTEXT), match.end() + _CONTEXT) is not None


def luhn(digits: str) -> bool:
    """Whether the digits end in the right check digit (ISO/IEC 7812-1, Luhn)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def resident_check(digits: str) -> bool:
    """Whether 13 digits end in the check digit of a resident number or, from 5 to 8 in the seventh place, a
    foreigner's."""
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    remainder = sum(int(d) * weight for d, weight in zip(digits[:12], weights, strict=True)) % 11
    base = 13 if digits[6] in "5678" else 11
    return (base - remainder) % 10 == int(digits[12])


_CENTURY = {"1": 1900, "2": 1900, "5": 1900, "6": 1900, "3": 2000, "4": 2000, "7": 2000, "8": 2000}


def _resident(text: str) -> Iterator[Finding]:
    for match in _RESIDENT.finditer(text):
        year, month, day, separator, tail = match.groups()
        century = _CENTURY.get(tail[0])
        if century is None:
            continue
        try:
            born = date(century + int(year), int(month), int(day))
        except ValueError:
            continue
        hyphen = bool(separator.strip())
        if "*" in tail:
            # Partly hidden, the birthday and sex still show.
            certainty = POSSIBLE if hyphen else None
        elif resident_check(year + month + day + tail):
            certainty = CERTAIN
        elif hyphen or born >= date(2020, 10, 1) or _near(_RESIDENT_WORDS, text, match):
            # Numbers given out since October 2020 have no check digit, changed ones of older people neither.
            certainty = POSSIBLE
        else:
            certainty = None
        if certainty:
            kind = "foreigner_number" if tail[0] in "5678" else "resident_number"
            yield Finding(kind, *match.span(), certainty)


def _phones(text: str) -> Iterator[Finding]:
    for match in _MOBILE.finditer(text):
        operator, middle = match.groups()
        if len(middle) == 4 or middle[0] in "23456789":
            yield Finding("phone", *match.span(), CERTAIN if operator == "10" or middle[0] != "0" else POSSIBLE)
    for match in _LANDLINE.finditer(text):
        prefix, area, first, middle, second = match.groups()
        if middle[0] in "01" and area[:1] in "23456" and not area.startswith("50"):
            # Local exchanges begin with 2-9.
            continue
        named = _near(_PHONE_WORDS, text, match)
        if len(prefix) > 2 or first.strip() or second.strip() or (named and first and second):
            yield Finding("phone", *match.span(), CERTAIN)
        elif named or (first and second) or area in {"70", "502", "503", "504", "505", "506", "507", "508"}:
            yield Finding("phone", *match.span(), POSSIBLE)


def _cards(text: str) -> Iterator[Finding]:
    for match in _CARD.finditer(text):
        digits = _digits(match.group())
        if _CARD_RANGE.fullmatch(digits) and luhn(digits) and len(set(digits)) > 1:
            yield Finding("card", *match.span(), CERTAIN)


def _accounts(text: str) -> Iterator[Finding]:
    for pattern in _ACCOUNTS:
        for match in pattern.finditer(text):
            if 10 <= len(_digits(match.group())) <= 16 and not _DATE_FIRST.match(match.group()):
                if _ACCOUNT_SAID.search(text, max(0, match.start() - _CONTEXT), match.start()):
                    yield Finding("account", *match.span(), CERTAIN)
                elif _near(_ACCOUNT_WORDS, text, match):
                    yield Finding("account", *match.span(), POSSIBLE)


def _plates(text: str) -> Iterator[Finding]:
    for match in _PLATE.finditer(text):
        if match[1] or _near(_PLATE_WORDS, text, match):
            yield Finding("plate", *match.span(), CERTAIN)
        elif " " not in match[2]:
            yield Finding("plate", *match.span(), POSSIBLE)


def _emails(text: str) -> Iterator[Finding]:
    floor = 0
    at = text.find("@")
    while at != -1:
        # RFC 5321 4.5.3.1.1: a local part has at most 64 octets.
        start = at
        while start > max(floor, at - 64) and text[start - 1] in _LOCAL_PART:
            start -= 1
        while start < at and not text[start].isalnum():
            start += 1
        domain = _DOMAIN.match(text, at + 1)
        if domain and start < at:
            name = domain.group().rstrip(".-")
            if "." in name and re.fullmatch(r"[A-Za-z]{2,63}", name.rpartition(".")[2]):
                floor = at + 1 + len(name)
                yield Finding("email", start, floor, CERTAIN)
        at = text.find("@", at + 1)


def _passports(text: str) -> Iterator[Finding]:
    for match in _PASSPORT.finditer(text):
        if _near(_PASSPORT_WORDS, text, match):
            yield Finding("passport", *match.span(), CERTAIN)
        elif match.group().isupper() and (match[2] or match[1] in "MSR"):
            yield Finding("passport", *match.span(), POSSIBLE)


def _licences(text: str) -> Iterator[Finding]:
    for match in _LICENCE.finditer(text):
        if _near(_LICENCE_WORDS, text, match):
            yield Finding("licence", *match.span(), CERTAIN)
        elif all(separator.strip() for separator in match.groups()):
            yield Finding("licence", *match.span(), POSSIBLE)
    for match in _LICENCE_BY_REGION.finditer(text):
        yield Finding("licence", *match.span(), CERTAIN)


_FINDERS = (_emails, _resident, _licences, _cards, _phones, _plates, _passports, _accounts)


def find(text: str) -> list[Finding]:
    """Personal data in `text`, ordered by position, without overlaps: where two overlap, the certain one, then the
    longer, then the more telling kind (the order of the finders) stays. Time is linear in the length of the text."""
    normal, positions = _normal(text)
    raw = [
        (found.certainty != CERTAIN, found.start - found.end, order, found)
        for order, finder in enumerate(_FINDERS)
        for found in finder(normal)
    ]
    raw.sort(key=lambda entry: entry[:3])
    taken = bytearray(len(normal))
    kept = []
    for *_, found in raw:
        if not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\x01" * (found.end - found.start)
            kept.append(found)
    kept.sort(key=lambda found: found.start)
    return [
        Finding(found.kind, positions[found.start], positions[found.end - 1] + 1, found.certainty) for found in kept
    ]


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
