"""One text, signatures over it, and a file that notices every change."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engines import signing
from dure.engines.signing import NotADocument, Signature

DOCUMENT: dict[str, Any] = {
    "format": "dure.agreement",
    "v": 1,
    "agreement": "0190",
    "version": 2,
    "parties": [{"body": "a", "name": "가람군"}, {"body": "b", "name": "나루군"}],
    "purpose": "밤에 여는 진료소 🏥",
}


def made(document: dict[str, Any] = DOCUMENT) -> tuple[list[Signature], dict[str, tuple[str, str]]]:
    signatures, keys = [], {}
    for body in ("a", "b"):
        private, public = signing.new_key()
        keys[f"key-{body}"] = (body, public)
        said = signing.statement(document, body=body, role="head", at="2026-11-25T05:07:00Z")
        value = signing.sign(private, said)
        signatures.append(Signature(body, "head", "2026-11-25T05:07:00Z", f"key-{body}", value))
    return signatures, keys


def sealed() -> bytes:
    signatures, keys = made()
    return signing.seal(DOCUMENT, signatures, keys, code="A-1", verify_at="https://x", keys_at={"a": "x", "b": "y"})


def test_the_text_is_one() -> None:
    turned = dict(reversed(DOCUMENT.items()))
    assert signing.canonical(turned) == signing.canonical(DOCUMENT)
    assert signing.canonical({"나": 1, "b": [True, None]}) == '{"b":[true,null],"나":1}'.encode()
    assert len(signing.digest(DOCUMENT)) == 64


@pytest.mark.parametrize("value", [1.5, 2**53, unicodedata.normalize("NFD", "가"), b"x", {1: 2}, {"x": {3}}, "\ud800"])
def test_what_is_no_document(value: Any) -> None:
    with pytest.raises(NotADocument):
        signing.canonical({"x": value})


def test_signatures_are_of_one_document_one_body_one_time() -> None:
    signatures, keys = made()
    assert [one.code for one in signing.verify(DOCUMENT, signatures, keys)] == ["good", "good"]
    assert {one.code for one in signing.verify({**DOCUMENT, "purpose": "다른"}, signatures, keys)} == {"wrong"}
    first = signatures[0]
    for change in ({"role": "officer"}, {"at": "2026-11-25T05:07:01Z"}):
        assert signing.verify(DOCUMENT, [Signature(**{**vars(first), **change})], keys)[0].code == "wrong"
    borrowed = Signature(**{**vars(first), "body": "b"})
    assert signing.verify(DOCUMENT, [borrowed], keys)[0].code == "no_key"
    stranger = Signature(**{**vars(first), "body": "c"})
    assert signing.verify(DOCUMENT, [stranger], keys)[0].code == "foreign_body"
    assert signing.verify(DOCUMENT, [first, first], keys)[1].code == "twice"
    assert signing.verify(DOCUMENT, [Signature(**{**vars(first), "value": "?"})], keys)[0].code == "wrong"


def test_a_sealed_file_is_good_and_the_same_every_time() -> None:
    signatures, keys = made()
    given = {"code": "A-1", "verify_at": "https://x", "keys_at": {"a": "x", "b": "y"}}
    one = signing.seal(DOCUMENT, signatures, keys, **given)  # type: ignore[arg-type]
    assert one == signing.seal(DOCUMENT, signatures[::-1], keys, **given)  # type: ignore[arg-type]
    report = signing.check(one)
    assert report.good
    assert report.names == {"a": "가람군", "b": "나루군"}
    assert signing.check(one, trusted_keys=keys).good
    other = signing.check(one, trusted_keys=made()[1])
    assert len(other.faults) == 2


FILE = sealed()


@settings(max_examples=300)
@given(st.integers(0, len(FILE.decode()) - 1), st.sampled_from('x0 가"{}'), st.sampled_from(["put", "cut", "add"]))
def test_no_sign_can_be_changed(place: int, sign: str, how: str) -> None:
    text = FILE.decode()
    changed = {
        "put": text[:place] + sign + text[place + 1 :],
        "cut": text[:place] + text[place + 1 :],
        "add": text[:place] + sign + text[place:],
    }[how]
    report = signing.check(changed.encode())
    assert report.good == (changed == text)


def test_a_signature_cannot_be_left_out() -> None:
    signatures, keys = made()
    one = signing.seal(DOCUMENT, signatures[:1], keys, code="A", verify_at="x", keys_at={})
    assert ("나루군: 서명이 없습니다.", "나루군: the signature is missing.") in signing.check(one).faults


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'"x"',
        b"[" * 100_000,
        json.dumps({"format": signing.FORMAT}).encode(),
        json.dumps({"format": signing.FORMAT, "v": 1}).encode(),
        json.dumps({"format": signing.FORMAT, "v": 2}).encode(),
        json.dumps({"format": signing.FORMAT, "v": 1, "document": 3, "signatures": [], "keys": []}).encode(),
        json.dumps({"format": signing.FORMAT, "v": 1, "document": {}, "signatures": [1], "keys": [[]]}).encode(),
        b" " * 5_000_001,
        b"%PDF-1.7",
    ],
)
def test_files_that_are_not_what_they_say(data: bytes) -> None:
    report = signing.check(data)
    assert not report.good
    assert all(ko and en for ko, en in report.faults)
