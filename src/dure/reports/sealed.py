"""Addresses of reporters, encrypted at rest under a key made from the installation's secret for this one use."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=4)
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    """Fernet (AES-128-CBC with HMAC-SHA-256), its keys derived by HKDF (RFC 5869); the first seals, all open."""
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(
                    HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dure.reports.contact").derive(secret.encode())
                )
            )
            for secret in secrets
        ]
    )


def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def seal(text: str) -> bytes:
    return _box(_secrets()).encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """The address; '' where the installation's secret has changed since and it can no longer be read."""
    try:
        return _box(_secrets()).decrypt(bytes(sealed)).decode()
    except InvalidToken:
        return ""


def seal_bytes(data: bytes) -> bytes:
    return _box(_secrets()).encrypt(data)


def unseal_bytes(sealed: bytes) -> bytes | None:
    """As `unseal`, for what is no text; None where it can no longer be read."""
    try:
        return _box(_secrets()).decrypt(bytes(sealed))
    except InvalidToken:
        return None
