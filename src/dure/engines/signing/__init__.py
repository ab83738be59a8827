"""Signing: one text of a document, its hash, signatures over it, and a file that can be checked without us.

Public functions: `canonical`, `digest`, `statement`, `new_key`, `sign`, `verify`, `seal`, `check`. Documents are plain
data: text in NFC, whole numbers, true and false, nothing, lists and mappings; no fractions. Their one text is JSON by
RFC 8785, hashed with SHA-256 (FIPS 180-4), signed with Ed25519 (RFC 8032).
"""

from dure.engines.signing.documents import NotADocument, canonical, digest, short
from dure.engines.signing.sealed import FORMAT, Report, check, seal
from dure.engines.signing.signatures import Signature, Verdict, fingerprint, new_key, sign, statement, verify

__all__ = [
    "FORMAT",
    "NotADocument",
    "Report",
    "Signature",
    "Verdict",
    "canonical",
    "check",
    "digest",
    "fingerprint",
    "new_key",
    "seal",
    "short",
    "sign",
    "statement",
    "verify",
]
