"""The sealed file: an agreement with its signatures and keys, that anybody can check without us and without a network,
who has the keys that the bodies published.

The file is JSON in one form only, and holds a checksum of itself. So that a change of any single sign is noticed, also
of one that no signature covers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dure.engines.signing.documents import NotADocument, canonical, digest
from dure.engines.signing.signatures import Signature, Verdict, verify

FORMAT = "dure.sealed-agreement"
LARGEST = 5_000_000
"""Bytes of a file that is looked at."""
HOW = (
    "document를 RFC 8785 JSON으로 쓴 것의 SHA-256이 document_sha256이고, 각 기관은 "
    "{agreement, at, body, document_sha256, domain, role, v, version}을 같은 방법으로 쓴 것에 Ed25519로 서명했습니다. "
    "인터넷 없이: ./dure verify 이파일 --key 열쇠파일. 이 파일만으로는 누가 서명했는지 알 수 없습니다. 공개 열쇠가 "
    "그 기관의 것인지는 기관이 스스로 알린 것과 견주어 보세요. "
    "· document_sha256 is the SHA-256 of document as RFC 8785 JSON, and each body signed the statement named above "
    "with Ed25519. Offline: ./dure verify FILE --key KEYS. The file alone does not prove who signed: compare the keys "
    "with those that the bodies themselves publish."
)


@dataclass(frozen=True)
class Report:
    """What a file is. `faults` are (Korean, English); it is good where there are none. `names` {body: its name}."""

    faults: tuple[tuple[str, str], ...] = ()
    document: Mapping[str, Any] | None = None
    sha256: str = ""
    verdicts: tuple[Verdict, ...] = ()
    signatures: tuple[Signature, ...] = ()
    keys: Mapping[str, tuple[str, str]] | None = None
    trusted: bool = False

    @property
    def good(self) -> bool:
        return not self.faults

    @property
    def names(self) -> dict[str, str]:
        parties = (self.document or {}).get("parties") or []
        return {str(party["body"]): str(party["name"]) for party in parties}


def seal(
    document: Mapping[str, Any],
    signatures: Sequence[Signature],
    public_keys: Mapping[str, tuple[str, str]],
    *,
    code: str,
    verify_at: str,
    keys_at: Mapping[str, str],
) -> bytes:
    """The file. `code` is the verification code, `verify_at` the page that checks it, `keys_at` {body: where its
    public keys stand}."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "v": 1,
        "code": code,
        "document": dict(document),
        "document_sha256": digest(document),
        "signatures": [vars(one) for one in sorted(signatures, key=lambda one: one.body)],
        "keys": [
            {"id": id, "body": body, "public": public, "kind": "Ed25519"}
            for id, (body, public) in sorted(public_keys.items())
        ],
        "verify_at": verify_at,
        "keys_at": dict(keys_at),
        "how_to_verify": HOW,
    }
    return _written(content | {"checksum": _checksum(content)})


def check(data: bytes, *, trusted_keys: Mapping[str, tuple[str, str]] | None = None) -> Report:
    """Everything that is wrong with a file. With `trusted_keys` {key id: (body, public)} from elsewhere, the keys in
    the file must be those; without, it is only shown that the file is whole in itself. Never raises for what a file
    holds."""
    if len(data) > LARGEST:
        return _bad("파일이 너무 큽니다.", "The file is too large.")
    try:
        content = json.loads(data.decode("utf-8"))
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError
    except (ValueError, RecursionError):
        return _bad("두레의 봉인 협약 파일이 아닙니다.", "This is not a sealed agreement file of Dure.")
    if content.get("v") != 1 or isinstance(content.get("v"), bool):
        return _bad("모르는 판의 봉인 파일입니다.", "A sealed file of an unknown version.")
    try:
        return _checked(data, content, trusted_keys)
    except (NotADocument, KeyError, TypeError, AttributeError, ValueError, RecursionError):
        return _bad("파일의 짜임이 맞지 않습니다.", "The file is not put together as it should be.")


def _checked(data: bytes, content: dict[str, Any], trusted: Mapping[str, tuple[str, str]] | None) -> Report:
    faults: list[tuple[str, str]] = []
    document = content["document"]
    sha256 = digest(document)
    signatures = tuple(
        Signature(**{name: str(one[name]) for name in ("body", "role", "at", "key", "value")})
        for one in content["signatures"]
    )
    keys = {str(one["id"]): (str(one["body"]), str(one["public"])) for one in content["keys"]}
    if content["document_sha256"] != sha256:
        faults.append(
            (
                "협약의 글이 바뀌었습니다: 적힌 해시와 글의 해시가 다릅니다.",
                "The text of the agreement was changed: its hash is not the one written down.",
            )
        )
    without = {name: value for name, value in content.items() if name != "checksum"}
    if content.get("checksum") != _checksum(without):
        faults.append(
            (
                "파일이 바뀌었습니다: 확인 합계가 맞지 않습니다.",
                "The file was changed: its checksum does not fit.",
            )
        )
    elif data != _written(content):
        faults.append(
            (
                "파일의 쓰인 모양이 바뀌었습니다: 내려받은 그대로가 아닙니다.",
                "The form of the file was changed: it is not as it was downloaded.",
            )
        )
    verdicts = tuple(verify(document, signatures, keys))
    names = {str(party["body"]): str(party["name"]) for party in document["parties"]}
    for one in verdicts:
        if not one.good:
            name = names.get(one.body, one.body)
            faults.append((f"{name}: {one.ko}", f"{name}: {one.en}"))
    signed = {one.body for one in verdicts if one.good}
    for body, name in names.items():
        if body not in signed and body not in {one.body for one in verdicts}:
            faults.append((f"{name}: 서명이 없습니다.", f"{name}: the signature is missing."))
    if not names:
        faults.append(("협약에 기관이 없습니다.", "The agreement names no body."))
    if trusted is not None:
        for given in signatures:
            if trusted.get(given.key) != keys.get(given.key):
                name = names.get(given.body, given.body)
                faults.append(
                    (
                        f"{name}: 파일의 공개 열쇠가 주신 열쇠와 다릅니다.",
                        f"{name}: the key in the file is not the one that you gave.",
                    )
                )
    return Report(tuple(faults), document, sha256, verdicts, signatures, keys, trusted is not None)


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def _written(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _bad(ko: str, en: str) -> Report:
    return Report(((ko, en),))
