"""Helpers of the tests about accounts: making persons and going through the real sign-in pages."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.urls import reverse

from dure.core.accounts.people import make_person

PASSWORD = "느티나무 아래 파란 우산 셋"


def somebody(email: str = "hana@example.com", name: str = "하나", **fields: Any) -> Any:
    return make_person(email=email, name=name, password=fields.pop("password", PASSWORD), **fields)


def sign_in(client: Any, email: str = "hana@example.com", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def give_totp(person: Any) -> str:
    """An authenticator app for the person; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code_of(secret: str, step: int = 0) -> str:
    """What an app shows now (RFC 6238: SHA-1, 30 s, six digits), or so many steps later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def sign_in_with_factor(client: Any, person: Any, secret: str | None = None) -> str:
    secret = secret or give_totp(person)
    assert sign_in(client, person.email).url == reverse("mfa_authenticate")
    cache.clear()
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret
