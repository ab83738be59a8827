"""Ed25519 signatures of bodies over the hash of a document."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.engines.signing.documents import canonical, digest

DOMAIN = "dure.agreement.signature"
"""Stands in every signed statement, so that no signature made for something else is one of these."""


@dataclass(frozen=True)
class Signature:
    """One body's signature. `at` is UTC as `2026-11-25T05:07:00Z`; `role` head or officer; `key` the key's id;
    `value` base64 of 64 bytes."""

    body: str
    role: str
    at: str
    key: str
    value: str


@dataclass(frozen=True)
class Verdict:
    """What became of one signature. `code` is good, wrong, no_key, foreign_body or twice; `ko` and `en` say it."""

    body: str
    code: str
    ko: str
    en: str

    @property
    def good(self) -> bool:
        return self.code == "good"


WORDS = {
    "good": ("서명이 맞습니다.", "The signature is good."),
    "wrong": (
        "서명이 이 문서의 것이 아닙니다. 문서나 서명이 바뀌었습니다.",
        "The signature is not of this document: the document or the signature was changed.",
    ),
    "no_key": ("이 서명을 확인할 공개 열쇠가 없습니다.", "There is no public key to check this signature with."),
    "foreign_body": ("문서에 없는 기관의 서명입니다.", "A signature of a body that the document does not name."),
    "twice": ("한 기관의 서명이 두 번 있습니다.", "One body's signature stands here twice."),
}


def new_key() -> tuple[str, str]:
    """A new pair: private (32 bytes, to be kept secret) and public, both base64."""
    key = Ed25519PrivateKey.generate()
    return _text(key.private_bytes_raw()), _text(key.public_key().public_bytes_raw())


def fingerprint(public: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a public key, in groups of four."""
    found = hashlib.sha256(public.encode()).hexdigest()[:16]
    return " ".join(found[start : start + 4] for start in range(0, 16, 4))


def statement(document: Mapping[str, Any], *, body: str, role: str, at: str) -> bytes:
    """What is signed: the document's hash, who signs in what role and when, and which version of which agreement."""
    return canonical(
        {
            "domain": DOMAIN,
            "v": 1,
            "document_sha256": digest(document),
            "agreement": document.get("agreement"),
            "version": document.get("version"),
            "body": body,
            "role": role,
            "at": at,
        }
    )


def sign(private: str, said: bytes) -> str:
    """The signature over a statement, base64."""
    return _text(Ed25519PrivateKey.from_private_bytes(base64.b64decode(private)).sign(said))


def verify(
    document: Mapping[str, Any], signatures: Iterable[Signature], public_keys: Mapping[str, tuple[str, str]]
) -> list[Verdict]:
    """A verdict on each signature, in their order. `public_keys` is {key id: (body, public key in base64)}."""
    named = {str(party.get("body")) for party in document.get("parties") or [] if isinstance(party, Mapping)}
    seen: set[str] = set()
    found = []
    for one in signatures:
        code = _code(document, one, public_keys, named, seen)
        seen.add(one.body)
        found.append(Verdict(one.body, code, *WORDS[code]))
    return found


def _code(
    document: Mapping[str, Any],
    one: Signature,
    public_keys: Mapping[str, tuple[str, str]],
    named: set[str],
    seen: set[str],
) -> str:
    if one.body not in named:
        return "foreign_body"
    if one.body in seen:
        return "twice"
    owner, public = public_keys.get(one.key, ("", ""))
    if owner != one.body:
        return "no_key"
    said = statement(document, body=one.body, role=one.role, at=one.at)
    try:
        raw = base64.b64decode(one.value, validate=True)
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True)).verify(raw, said)
    except (InvalidSignature, ValueError, binascii.Error):
        return "wrong"
    return "good"


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
