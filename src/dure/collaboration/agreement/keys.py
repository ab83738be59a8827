"""The key pair of each signing body: made at its first signature, the private half encrypted at rest."""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from dure.collaboration.agreement.models import SigningKey
from dure.core import clock
from dure.engines import signing

INFO = b"dure.agreement.signing-key.v1"


def secret_id(secret: str) -> str:
    """Which secret a key was sealed with, without telling the secret."""
    return hashlib.sha256(INFO + b".id:" + secret.encode()).hexdigest()[:16]


def _box(secret: str) -> Fernet:
    """Fernet (AES-128-CBC with HMAC-SHA-256) under a key derived by HKDF (RFC 5869) for this one use."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=INFO).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def key_for(body_id: UUID) -> tuple[SigningKey, str]:
    """The body's key and its private half, in the running transaction. A first one is made where there is none; a new
    one where the secret it was sealed with is known no more, and the old one is retired."""
    row = SigningKey.objects.select_for_update().filter(body_id=body_id, retired_at=None).first()
    if row is not None:
        private = _opened(row)
        if private is not None:
            return row, private
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
    private, public = signing.new_key()
    sealed = _box(settings.SECRET_KEY).encrypt(private.encode()).decode()
    # Another agreement's signature may make the first key of the same body at this moment: then that one is used.
    row, made = SigningKey.objects.get_or_create(
        body_id=body_id,
        retired_at=None,
        defaults={"public": public, "sealed": sealed, "secret_id": secret_id(settings.SECRET_KEY)},
    )
    return row, private if made else (_opened(row) or "")


def _opened(row: SigningKey) -> str | None:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if secret_id(secret) == row.secret_id:
            try:
                private = _box(secret).decrypt(row.sealed.encode()).decode()
            except InvalidToken:
                return None
            if secret != settings.SECRET_KEY:
                row.sealed = _box(settings.SECRET_KEY).encrypt(private.encode()).decode()
                row.secret_id = secret_id(settings.SECRET_KEY)
                row.save(update_fields=["sealed", "secret_id"])
            return private
    return None


def retire(body_id: UUID) -> SigningKey | None:
    """The body's key signs no more; the next signature makes a new one. None where there is none."""
    row = SigningKey.objects.select_for_update().filter(body_id=body_id, retired_at=None).first()
    if row is not None:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
    return row
