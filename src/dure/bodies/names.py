"""Names and numbers of bodies: how they are compared, shown short in an address, and checked. Pure functions."""

from __future__ import annotations

import re
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

BODY_NAMESPACE = uuid5(NAMESPACE_URL, "urn:dure:body")
BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
CORPORATE_WEIGHTS = (1, 2) * 6


def body_id(code: str) -> UUID:
    """The row id of the body that our table lists under `code`; the same in every installation."""
    return uuid5(BODY_NAMESPACE, code)


def normal(text: str) -> str:
    """Text as it is compared: lower case, without spaces and without dots and hyphens in the middle of a name."""
    return re.sub(r"[\s·ㆍ‧.\-,()]+", "", text).lower()


def code_of(text: str) -> str | None:
    """What was typed, as a code of the table; None where it does not look like one.

    Shortened administrative codes (2 digits of a province, 5 of a municipality) are filled up to ten.
    """
    text = text.strip().lower()
    if re.fullmatch(r"\d{2}|\d{5}", text):
        return text.ljust(10, "0")
    if re.fullmatch(r"\d{7}|\d{10}|x-[a-z0-9-]+", text):
        return text
    return None


def province_slug(name_en: str) -> str:
    """`Gyeonggi Province` → `gyeonggi`, `Chungcheongbuk-do (North …)` → `chungcheongbuk`."""
    word = name_en.split(" ")[0].lower()
    return word.removesuffix("-do")


def slug_for(*, code: str, kind: str, name_en: str, province: str, until: date | None) -> str:
    """The short address of a body from the table, in small letters, digits and hyphens.

    `province` is the slug of its province, '' where it has none. A body that has ended carries the year of its end,
    because its successor often bears the same name.
    """
    if code.startswith("x-"):
        slug = code[2:]
    elif kind == "sido":
        slug = province_slug(name_en)
    elif province:
        slug = f"{province}-" + "-".join(re.findall(r"[a-z0-9]+", name_en.lower()))
    else:
        slug = "org-" + code
    return f"{slug}-{until.year}" if until and not code.startswith("x-") else slug


def _digits(text: str, length: int) -> list[int] | None:
    bare = re.sub(r"[\s-]", "", text)
    return [int(sign) for sign in bare] if re.fullmatch(rf"[0-9]{{{length}}}", bare) else None


def business_number(text: str) -> str | None:
    """A business registration number (사업자등록번호) or 고유번호 as `123-45-67891`; None where it is wrong.

    Ten digits; weights 1 3 7 1 3 7 1 3 5 over the first nine, the ninth product also adds its tens (국세청).
    """
    digits = _digits(text, 10)
    if digits is None or not any(digits):
        return None
    total = sum(digit * weight for digit, weight in zip(digits, BUSINESS_WEIGHTS, strict=False)) + digits[8] * 5 // 10
    if (10 - total % 10) % 10 != digits[9]:
        return None
    bare = "".join(map(str, digits))
    return f"{bare[:3]}-{bare[3:5]}-{bare[5:]}"


def corporate_number(text: str) -> str | None:
    """A corporate registration number (법인등록번호) as `123456-1234567`; None where its check digit is wrong.

    Thirteen digits; weights 1 2 1 2 … over the first twelve (법인 및 재외국민의 등기용등록번호 부여에 관한 규칙).
    """
    digits = _digits(text, 13)
    if digits is None or not any(digits):
        return None
    total = sum(digit * weight for digit, weight in zip(digits, CORPORATE_WEIGHTS, strict=False))
    if (10 - total % 10) % 10 != digits[12]:
        return None
    bare = "".join(map(str, digits))
    return f"{bare[:6]}-{bare[6:]}"


def registration_number(text: str) -> str | None:
    """Either of the two numbers in its usual writing; None where neither check digit fits."""
    return business_number(text) or corporate_number(text)
