"""What is kept of people's answers, encrypted under keys made from the installation's secret for this one use."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=8)
def _box(secrets: tuple[str, ...], use: str) -> MultiFernet:
    """Fernet (AES-128-CBC with HMAC-SHA-256), its keys derived by HKDF (RFC 5869); the first seals, all open."""
    info = f"dure.benefits.{use}".encode()
    keys = [HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(one.encode()) for one in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def seal(data: bytes, use: str) -> str:
    """Encrypted, fit for a cookie. `use` keeps cookies and stored rows apart."""
    return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), use).encrypt(data).decode()


def unseal(sealed: str, use: str) -> bytes | None:
    """None for what is not ours, is broken, or was sealed under a secret that is gone."""
    try:
        return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), use).decrypt(sealed.encode())
    except (InvalidToken, ValueError):
        return None


__all__ = ["seal", "unseal"]
