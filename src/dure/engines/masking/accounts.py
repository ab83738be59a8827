"""Bank accounts, which follow no common order: told by their length and the words around them; and numbers that are
public, which must not be taken for personal ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dure.engines.masking import checks
from dure.engines.masking.checks import digits_of
from dure.engines.masking.found import CERTAIN, CONTEXT, POSSIBLE, Found, before, last, near

PUBLIC = {
    "business": "사업자등록번호",
    "corporation": "법인등록번호",
    "receipt": "접수번호",
    "service": "대표번호",
}
"""Kinds of numbers that belong to nobody in person. They are recognised so that they stay."""

_NOT_AMOUNT = r"(?![0-9]|-[0-9]| ?(?:원|명|건|개|달러))"
_ACCOUNTS = (
    re.compile(rf"(?<![0-9])(?<![0-9]-)[0-9]{{2,8}}(?: ?- ?[0-9]{{1,8}}){{1,4}}{_NOT_AMOUNT}"),
    re.compile(rf"(?<![0-9\-])[0-9]{{2,6}}(?: [0-9]{{2,8}}){{1,4}}{_NOT_AMOUNT}"),
    re.compile(rf"(?<![0-9\-])[0-9]{{10,16}}{_NOT_AMOUNT}"),
)
_WORDS = re.compile(
    r"계좌|입금|송금|이체|예금주|통장|농협|국민은행|신한|우리은행|하나은행|기업은행|카카오뱅크|케이뱅크|토스뱅크|새마을금고|신협|수협"
    r"|우체국|대구은행|아이엠뱅크|부산은행|경남은행|광주은행|전북은행|제주은행|산업은행|씨티은행|[Aa]ccount|IBAN"
)
_SAID = re.compile("계좌|입금|송금|이체|예금주|통장")
_OTHER = re.compile(
    "등기|송장|운송장|택배|접수|민원번호|문서|사업자|법인|주문|예약|고객번호|납부번호|관리번호|허가|바코드"
)
_BANK = re.compile(
    r"(?:국민|우리|하나|기업|신한|농협|카카오|토스|케이|새마을|신협|수협|우체국|제일|SC|씨티|대구|부산|광주|전북|경남|제주|산업|KB|NH|IBK)"
    r"(?:은행|뱅크|금고)?[ :]{0,2}$"
)
_DATE_FIRST = re.compile(r"(?:19|20)[0-9]{2} ?[ \-] ?(?:0[1-9]|1[0-2]) ?[ \-] ?(?:0[1-9]|[12][0-9]|3[01])(?![0-9])")


def accounts(text: str) -> Iterator[Found]:
    for pattern in _ACCOUNTS:
        for match in pattern.finditer(text):
            if not 10 <= len(digits_of(match.group())) <= 16 or _DATE_FIRST.match(match.group()):
                continue
            said = last(_SAID, text, match.start(), CONTEXT)
            if last(_OTHER, text, match.start(), CONTEXT) > said:
                continue
            if said >= 0:
                yield Found("account", *match.span(), CERTAIN)
            elif near(_WORDS, text, match) or _BANK.search(text, max(0, match.start() - 12), match.start()):
                yield Found("account", *match.span(), POSSIBLE)


# core.ids.receipt_number: prefix, year and month, seven signs, check sign.
_RECEIPT = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,3}-[0-9]{4}-[0-9A-Za-z]{7}-[0-9A-Za-z](?![A-Za-z0-9])")
_BUSINESS = re.compile(r"(?<![0-9\-])[0-9]{3}-[0-9]{2}-[0-9]{5}(?![0-9\-])")
_CORPORATION = re.compile(r"(?<![0-9])[0-9]{6}-[0-9]{7}(?![0-9])")
_SERVICE = re.compile(
    r"(?<![0-9A-Za-z\-])(?<![0-9] )(?:1[568][0-9]{2}[ \-]?[0-9]{4}"
    r"|080[ \-]?[0-9]{3,4}[ \-]?[0-9]{4})(?![0-9\-]| [0-9]{3})"
)
_COMPANY_WORDS = re.compile("사업자|법인")


def public(text: str) -> Iterator[Found]:
    """Numbers that stay: receipt numbers of Dure, business numbers (with their check digit, or named so), numbers of
    corporations that are named so, numbers that a service is called by (1588-…, 080-…)."""
    for match in _RECEIPT.finditer(text):
        yield Found("receipt", *match.span())
    for match in _BUSINESS.finditer(text):
        named = before(_COMPANY_WORDS, text, match.start(), 15)
        if named or (checks.business_check(digits_of(match.group())) and not before(_SAID, text, match.start(), 15)):
            yield Found("business", *match.span(), CERTAIN if named else POSSIBLE)
    for match in _CORPORATION.finditer(text):
        if before(_COMPANY_WORDS, text, match.start(), 12):
            yield Found("corporation", *match.span())
    for match in _SERVICE.finditer(text):
        yield Found("service", *match.span())
