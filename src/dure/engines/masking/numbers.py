"""Finders of numbers that follow an order: resident, telephone, card, licence, passport, plate; and e-mail addresses.

Sources: 주민등록법 시행규칙 제2조 (resident numbers; without check digit and region since 2020-10), 출입국관리법
시행령 제40조의2 (foreigner numbers), 전기통신번호관리세칙 (telephone prefixes), ISO/IEC 7812-1 (card numbers), 자동차
등록번호판 등의 기준에 관한 고시 (plates), 여권법 시행규칙 (passport numbers), 도로교통법 시행규칙 (licence numbers).
Every pattern has bounded repetition, so the time grows linearly with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from dure.engines.masking import checks
from dure.engines.masking.checks import digits_of
from dure.engines.masking.found import CERTAIN, POSSIBLE, Found, before, near

# Between groups of digits: at most three separators, so '010 - 1234' and '010.1234' are read, columns of a table are
# not.
SEP = r"[ .\-_/]{0,3}"
ENDS = r"(?![0-9])"
REGIONS = "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주"
_ABROAD = rf"(?:\+|00)82{SEP}(?:\(0\){SEP}|\(?0?)"

_SAID = "0-9oOㅇ공영빵일이삼사오육륙칠팔구"
_PAUSE = r"(?:[ .,\-_/]|에|의|다시){0,4}"
_WORD_DIGIT = re.compile(r"[oOㅇ공영빵일이삼사오육륙칠팔구]")
_SAID_DIGIT = re.compile(rf"[{_SAID}l]")
_VALUE = dict(zip("공영빵oOㅇ일l이삼사오육륙칠팔구", "0000001123456678 9".replace(" ", ""), strict=True))

_RESIDENT = re.compile(rf"(?<![0-9])([0-9]{{2}}[01][0-9][0-3][0-9])({SEP})([0-9][0-9*]{{6}}){ENDS}")
_RESIDENT_BEGUN = re.compile(r"(?<![0-9])([0-9]{2}[01][0-9][0-3][0-9])-([1-8])(?![0-9*\-])")
_RESIDENT_PARTED = re.compile(
    rf"(?<![0-9])([0-9]{{6}})[ ,/]{{1,3}}뒤(?:자리|에|는|로)?[ :]{{0,3}}([1-8][0-9]{{6}}){ENDS}"
)
_RESIDENT_SAID = re.compile(rf"(?<![0-9가-힣A-Za-z])[공영빵일이삼사오육륙칠팔구](?:{_PAUSE}[{_SAID}]){{12}}")
_RESIDENT_WORDS = re.compile(r"주민|등록번호|주번|외국인|거소|생년|[Rr]esident")
_CORPORATION = re.compile(r"법인")
_OTHER = re.compile("등기|송장|바코드|주문|접수|물품")


def resident(text: str) -> Iterator[Found]:
    """Resident and foreigner numbers. With the right check digit they are certain. Since October 2020 there is none:
    then a day that exists and fits the century digit counts as possible, if a hyphen or a word beside it speaks for it
    or the birthday is later."""
    for match in _RESIDENT.finditer(text):
        birthday, separator, tail = match.groups()
        day = checks.born(birthday + tail[0])
        if day is None or before(_CORPORATION, text, match.start(), 12):
            continue
        hyphen = bool(separator.strip())
        if "*" in tail:
            # Partly hidden, the birthday and sex still show.
            certainty = POSSIBLE if hyphen else None
        elif not separator and before(_OTHER, text, match.start(), 15):
            # One in ten numbers of thirteen digits has the right check digit by chance.
            certainty = None
        elif checks.resident_check(birthday + tail):
            certainty = CERTAIN
        elif hyphen or day >= date(2020, 10, 1) or near(_RESIDENT_WORDS, text, match):
            certainty = POSSIBLE
        else:
            certainty = None
        if certainty:
            yield Found("foreigner" if tail[0] in "5678" else "resident", *match.span(), certainty)
    for match in _RESIDENT_BEGUN.finditer(text):
        if checks.born(match[1] + match[2]) and near(_RESIDENT_WORDS, text, match):
            yield Found("foreigner" if match[2] in "5678" else "resident", *match.span(), POSSIBLE)
    for match in _RESIDENT_PARTED.finditer(text):
        if checks.born(match[1] + match[2][0]):
            yield Found("foreigner" if match[2][0] in "5678" else "resident", *match.span(), POSSIBLE)
    for match in _RESIDENT_SAID.finditer(text):
        said = "".join(_VALUE.get(sign, sign) for sign in match.group() if _SAID_DIGIT.match(sign))[:13]
        if len(said) == 13 and checks.born(said) and near(_RESIDENT_WORDS, text, match):
            yield Found("foreigner" if said[6] in "5678" else "resident", *match.span(), POSSIBLE)


_MOBILE = re.compile(
    rf"(?<![0-9])(?:{_ABROAD}|\(?0)(1[016789])\)?[ .,\-_/\n]{{0,3}}([0-9]{{3,4}})[ .,\-_/\n]{{0,3}}[0-9]{{4}}{ENDS}"
)
_LANDLINE = re.compile(
    rf"(?<![0-9])(?<![0-9]-)({_ABROAD}|\(?0)(2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50[2-8])(\)?{SEP})"
    rf"([0-9]{{3,4}})({SEP})[0-9]{{4}}{ENDS}"
)
_PHONE_PLACES = re.compile("회사|직장|집|사무실|가게|매장")
_SHORTENED = re.compile(
    rf"(?<![0-9])(?<![0-9][.\-])(?:10[ .\-][0-9]{{4}}|[2-9][0-9]{{2,3}})-[0-9]{{4}}(?!-)(?!~){ENDS}"
)
_FOREIGN = re.compile(r"(?<![0-9])\+(?!82)[1-9][0-9]{0,2}(?:[ .\-]?\(?[0-9]{2,4}\)?){2,4}(?![0-9])")
_PHONE_WORDS = re.compile(r"전화|연락처|연락|휴대폰|핸드폰|폰번호|팩스|[Tt]el|TEL|[Pp]hone|[Cc]all|[Ff]ax|FAX|☎|☏|문자")
_SPOKEN = re.compile(
    rf"(?<![0-9가-힣A-Za-z])[0oOㅇ공영빵]{_PAUSE}(?:[1일l]{_PAUSE}[0oOㅇ공영빵1일6육륙7칠8팔9구]|2|이|[3-6삼사오육륙]{_PAUSE}[1-5일이삼사오])"
    rf"(?:{_PAUSE}[{_SAID}]){{7,8}}"
)


def phones(text: str) -> Iterator[Found]:
    for match in _MOBILE.finditer(text):
        operator, middle = match.groups()
        if len(middle) == 4 or middle[0] in "23456789":
            yield Found("phone", *match.span(), CERTAIN if operator == "10" or middle[0] != "0" else POSSIBLE)
    for match in _LANDLINE.finditer(text):
        prefix, area, first, middle, second = match.groups()
        if middle[0] in "01" and area[:1] in "23456" and not area.startswith("50"):
            # Local exchanges begin with 2-9.
            continue
        named = near(_PHONE_WORDS, text, match)
        said = before(_PHONE_PLACES, text, match.start(), 7)
        if len(prefix) > 2 or first.strip() or second.strip() or (named and first and second):
            yield Found("phone", *match.span(), CERTAIN)
        elif named or (first and second) or area == "70" or area.startswith("50") or said:
            yield Found("phone", *match.span(), POSSIBLE)
    for match in _SHORTENED.finditer(text):
        # Without its area code, a number is one only by the word right before it.
        if before(_PHONE_WORDS, text, match.start(), 8):
            yield Found("phone", *match.span(), POSSIBLE)
    for match in _FOREIGN.finditer(text):
        if 8 <= len(digits_of(match.group())) <= 15:
            yield Found("phone", *match.span(), POSSIBLE)
    yield from _spoken(text)


def _spoken(text: str) -> Iterator[Found]:
    """Numbers said in words ('공일공에 일이삼사…'), in single digits, or with letters for digits. A mobile number has
    its length from its first three digits; what follows it may be an ending that sounds like a digit ('…팔이에요')."""
    for match in _SPOKEN.finditer(text):
        said = list(_SAID_DIGIT.finditer(match.group()))
        words = len(_WORD_DIGIT.findall(match.group()))
        mobile = said[1].group() in "1일l"
        # In figures alone, only single digits apart are read here; the other patterns know the rest.
        apart = mobile and re.match(r"0[ .,\-_/]1[ .,\-_/]0", match.group())
        joined = re.search(r"[0-9] ?(?:에|의|다시) ?[0-9]", match.group()) or re.search(
            r"(?: [0-9]{2}){4}$", match.group()
        )
        if mobile and len(said) < 11 and said[2].group() in "0oOㅇ공영빵":
            continue
        if words >= (1 if mobile else 4) or (mobile and (apart or joined)):
            yield Found("phone", match.start(), match.end(), CERTAIN if mobile else POSSIBLE)


_CARD = re.compile(rf"(?<![0-9])[2-69][0-9]{{3}}(?:{SEP}[0-9]{{4,6}}){{2}}(?:{SEP}[0-9]{{1,7}})?{ENDS}")
_CARD_WORDS = re.compile(r"카드")


def cards(text: str) -> Iterator[Found]:
    """Numbers of payment cards. One whose check digit is wrong (mistyped) is possible beside the word card."""
    for match in _CARD.finditer(text):
        digits = digits_of(match.group())
        if checks.card(digits):
            yield Found("card", *match.span(), CERTAIN)
        elif checks.CARD_RANGE.fullmatch(digits) and before(_CARD_WORDS, text, match.start(), 15):
            yield Found("card", *match.span(), POSSIBLE)


_LETTERS = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자허하호배"
_PLATE = re.compile(
    rf"(?<![0-9제])((?:{REGIONS})[ ]?)?([0-9]{{2,3}}[ \-]?([{_LETTERS}])[ \-]?[0-9]{{4}})"
    r"(?![0-9]| ?(?:억|만|원|천|명|개|건|년|호|세대|kg|㎏|km|㎞|m|㎡|톤|번지|여|가구|회|시간))"
)
_MOTORCYCLE = re.compile(rf"(?:{REGIONS})[ ]?[가-힣]{{2,3}}[ ]?[가나다라마바사아자차카타파하][ ]?[0-9]{{4}}{ENDS}")
_DIPLOMAT = re.compile(rf"(?:외교|영사|준외|준영|국기|협정)[ ]?[0-9]{{3}}[ \-]{{0,2}}[0-9]{{3}}{ENDS}")
_PLATE_WORDS = re.compile(
    r"차량|차번|차 번호|번호판|자동차|승용차|승합차|화물차|택시|주차|트럭|오토바이|이륜차|스쿠터|차주|뺑소니|[Pp]late"
    r"|버스|견인|가해차|차가|차를|차는|렌트카|렌터카|관용차|승합"
)
_HANGUL = re.compile(r"[가-힣]")


def plates(text: str) -> Iterator[Found]:
    for match in _PLATE.finditer(text):
        start = match.start()
        if match[3] == "로" and start and _HANGUL.match(text[start - 1]) and not match[1]:
            # '중앙11로 1234' is an address.
            continue
        if match[1] or near(_PLATE_WORDS, text, match):
            yield Found("plate", *match.span(), CERTAIN)
        elif match[2].isalnum():
            yield Found("plate", *match.span(), POSSIBLE)
    for match in _MOTORCYCLE.finditer(text):
        if near(_PLATE_WORDS, text, match):
            yield Found("plate", *match.span(), POSSIBLE)
    for match in _DIPLOMAT.finditer(text):
        yield Found("plate", *match.span(), CERTAIN if near(_PLATE_WORDS, text, match) else POSSIBLE)


_LOCAL_PART = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-")
_AT = re.compile(r" ?(?:@|골뱅이|\(at\)|\[at\]) ?| at ")
_DOMAIN = re.compile(r"[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,8}")
_DOMAIN_SAID = re.compile(
    r"(?:네이버|다음|지메일|한메일|카카오|naver|daum|gmail|hanmail|kakao|nate)(?: ?(?:\.|닷|쩜|점) ?(?:com|컴|net|넷))?"
)


def emails(text: str) -> Iterator[Found]:
    floor = 0
    for at in _AT.finditer(text):
        # RFC 5321 4.5.3.1.1: a local part has at most 64 octets.
        start = at.start()
        while start > max(floor, at.start() - 64) and text[start - 1] in _LOCAL_PART:
            start -= 1
        while start < at.start() and not text[start].isalnum():
            start += 1
        if start == at.start():
            continue
        domain = _DOMAIN.match(text, at.end())
        if domain:
            name = domain.group().rstrip(".-")
            if "." in name and re.fullmatch(r"[A-Za-z]{2,63}", name.rpartition(".")[2]):
                floor = at.end() + len(name)
                yield Found("email", start, floor, CERTAIN)
                continue
        said = _DOMAIN_SAID.match(text, at.end())
        if said:
            floor = said.end()
            yield Found("email", start, floor, CERTAIN)


_PASSPORT = re.compile(r"(?<![0-9A-Za-z])([MSRODGPTmsrodgpt]) ?(?:[0-9]{8}|([0-9]{3}[A-Za-z][0-9]{4}))(?![0-9A-Za-z])")
# Until 2008 the issuing office stood in two letters before seven digits.
_PASSPORT_OLD = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{7}(?![0-9A-Za-z])")
_PASSPORT_WORDS = re.compile(r"여권|[Pp]assport|PASSPORT")


def passports(text: str) -> Iterator[Found]:
    for match in _PASSPORT_OLD.finditer(text):
        if near(_PASSPORT_WORDS, text, match):
            yield Found("passport", *match.span(), CERTAIN)
    for match in _PASSPORT.finditer(text):
        if near(_PASSPORT_WORDS, text, match):
            yield Found("passport", *match.span(), CERTAIN)
        elif " " not in match.group() and match.group().isupper() and (match[2] or match[1] in "MSR"):
            yield Found("passport", *match.span(), POSSIBLE)


_DRIVER = re.compile(rf"(?<![0-9])(?:1[1-9]|2[0-8])({SEP})[0-9]{{2}}({SEP})[0-9]{{6}}({SEP})[0-9]{{2}}{ENDS}")
_DRIVER_BY_REGION = re.compile(rf"(?:{REGIONS})[ ]{{0,2}}[0-9]{{2}}[ \-]{{1,3}}[0-9]{{6}}[ \-]{{1,3}}[0-9]{{2}}{ENDS}")
_DRIVER_WORDS = re.compile(r"면허|[Ll]icen[cs]e")


def drivers(text: str) -> Iterator[Found]:
    for match in _DRIVER.finditer(text):
        if near(_DRIVER_WORDS, text, match):
            yield Found("driver", *match.span(), CERTAIN)
        elif all(separator.strip() for separator in match.groups()):
            yield Found("driver", *match.span(), POSSIBLE)
    for match in _DRIVER_BY_REGION.finditer(text):
        yield Found("driver", *match.span(), CERTAIN)
