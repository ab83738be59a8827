"""The one text of a document, and its hash."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

import rfc8785

LARGEST = 2**53 - 1
"""Beyond it, JSON readers in other languages round whole numbers (RFC 8785 §3.2.2.3)."""


class NotADocument(ValueError):
    """What cannot be written in one way only. The message says where."""


def canonical(document: Mapping[str, Any]) -> bytes:
    """The document by RFC 8785 (JSON Canonicalization Scheme). NotADocument for text that is not NFC, fractions,
    numbers beyond 2^53, and whatever JSON does not have."""
    _look(document, "$")
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as fault:
        raise NotADocument(str(fault)) from fault


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(document)).hexdigest()


def short(sha256: str) -> str:
    """The first 16 digits in groups of four: what people compare by eye."""
    return " ".join(sha256[start : start + 4] for start in range(0, 16, 4))


def _look(value: Any, where: str) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise NotADocument(f"{where}: {value} is too large")
    elif isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise NotADocument(f"{where}: text is not NFC")
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            _look(item, f"{where}[{place}]")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise NotADocument(f"{where}: a name is not text")
            _look(key, where)
            _look(item, f"{where}.{key}")
    else:
        raise NotADocument(f"{where}: {type(value).__name__} is not plain")
