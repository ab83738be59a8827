"""Settings of the ways out: mail, SMS, messenger. Called once by settings.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dure.config import environment as env

TIMEOUT = 15


def settings(*, data_dir: Path, site_url: str) -> dict[str, Any]:
    """DURE_MAIL (`smtp://user:password@host:587` with STARTTLS, `smtps://` with TLS from the start, `smtp+plain://`
    for a server on this machine), DURE_MAIL_FROM, DURE_SMS_URL and DURE_SMS_KEY, DURE_MESSENGER_URL and
    DURE_MESSENGER_KEY.

    Without DURE_MAIL letters are written to `mail/` in the data folder, and the operator's page says so.
    """
    host = urlsplit(site_url).hostname or "localhost"
    found: dict[str, Any] = {
        "DEFAULT_FROM_EMAIL": os.environ.get("DURE_MAIL_FROM") or f"두레 <noreply@{host}>",
        "EMAIL_SUBJECT_PREFIX": "",
        "EMAIL_TIMEOUT": TIMEOUT,
        "GATEWAYS": {
            channel: (
                os.environ.get(f"DURE_{channel.upper()}_URL", ""),
                os.environ.get(f"DURE_{channel.upper()}_KEY", ""),
            )
            for channel in ("sms", "messenger")
        },
    }
    found["SERVER_EMAIL"] = found["DEFAULT_FROM_EMAIL"]
    for channel, (url, _key) in found["GATEWAYS"].items():
        parts = urlsplit(url)
        here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if url and parts.scheme != "https" and not here:
            env.fail(f"DURE_{channel.upper()}_URL must be an https address")
    return found | _mail(os.environ.get("DURE_MAIL", ""), data_dir)


def _mail(url: str, data_dir: Path) -> dict[str, Any]:
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(data_dir / "mail"),
        }
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+plain"} or not parts.hostname:
        env.fail("DURE_MAIL must look like smtp://user:password@host:587, smtps://… or smtp+plain://…")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 587, "smtps": 465, "smtp+plain": 25}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }
