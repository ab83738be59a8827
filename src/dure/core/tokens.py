"""Secrets that open something: in links, never in the database; the database keeps their hashes."""

from __future__ import annotations

import base64
import hashlib
import secrets
from uuid import UUID

from django.utils.crypto import salted_hmac


def new_token() -> str:
    """256 random bits, fit for a URL."""
    return secrets.token_urlsafe(32)


def token_of(kind: str, row: UUID) -> str:
    """The one token of a row, for links that later letters must carry again.

    HMAC-SHA-256 under the installation's secret: as hard to guess as a random one, and not to be had from the database.
    """
    digest = salted_hmac(f"dure.token.{kind}", row.bytes, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """What is stored. A token has 256 bits, so a plain hash cannot be turned back, and a search by it tells nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """Six random digits, to be typed from a text message."""
    return f"{secrets.randbelow(10**6):06d}"


def code_hash(row: UUID, code: str) -> str:
    """What is stored for a code: keyed, because a million codes are soon tried out."""
    return salted_hmac("dure.code", f"{row}:{code}", algorithm="sha256").hexdigest()


def client_hash(address: str) -> str:
    """A network address for counting only: keyed, so that it cannot be turned back without the secret."""
    return salted_hmac("dure.client", address, algorithm="sha256").hexdigest()[:32]
