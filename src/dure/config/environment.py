"""Reading the environment: each function turns one variable into a checked value or stops with one clear line."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit


def fail(message: str) -> NoReturn:
    raise SystemExit(f"dure: {message}")


def flag(name: str, *, default: bool) -> bool:
    """`1/true/yes/on` or `0/false/no/off`; anything else stops the program."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    fail(f"{name} must be yes or no, not {value!r}")


def number(name: str, default: int, *, least: int, most: int) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdigit() or not least <= int(value) <= most:
        fail(f"{name} must be a whole number from {least} to {most}, not {value!r}")
    return int(value)


def web_address(name: str, default: str = "") -> str:
    """An http or https address without a trailing slash, or nothing."""
    value = (os.environ.get(name) or default).rstrip("/")
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        fail(f"{name} must be an http:// or https:// address, not {value!r}")
    return value


def mailbox(name: str) -> str:
    """`imaps://user:password@host/FOLDER`, or `imap://` for a server on this machine; or nothing."""
    value = os.environ.get(name, "")
    parts = urlsplit(value)
    here = parts.scheme == "imap" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if value and not (parts.hostname and parts.username and (parts.scheme == "imaps" or here)):
        fail(f"{name} must look like imaps://user:password@host/INBOX")
    return value


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def choice(name: str, default: str, allowed: set[str]) -> str:
    value = os.environ.get(name, default)
    if value not in allowed:
        fail(f"{name} must be one of {', '.join(sorted(allowed))}, not {value!r}")
    return value


def data_dir(base: Path) -> Path:
    """The folder for the database, files and the secret (DURE_DATA, default `var/`); made if absent."""
    folder = Path(os.environ.get("DURE_DATA") or base / "var").expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"the data folder {folder} cannot be made: {error.strerror}")
    return folder


def secret_key(folder: Path) -> str:
    """DURE_SECRET, else a key made once and kept in the data folder, readable by its owner only."""
    if given := os.environ.get("DURE_SECRET"):
        return given
    file = folder / "secret"
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text()
    except OSError as error:
        fail(f"the data folder {folder} cannot be written to: {error.strerror}")
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as out:
        out.write(key)
    return key


def database(folder: Path) -> dict[str, Any]:
    """SQLite in the data folder, or what DURE_DATABASE_URL (postgres://user:password@host:port/name) names."""
    url = os.environ.get("DURE_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "dure.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=wal; PRAGMA synchronous=full; PRAGMA foreign_keys=on;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        fail("DURE_DATABASE_URL must look like postgres://user:password@host:port/name")
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def oidc_providers() -> list[dict[str, Any]]:
    """OpenID Connect providers from the JSON file DURE_OIDC_FILE: a list of objects with `id` (a-z, 0-9, -), `name`,
    `server_url`, `client_id` and `secret`. A file, so that no secret shows in a list of processes.
    """
    path = os.environ.get("DURE_OIDC_FILE", "")
    if not path:
        return []
    try:
        entries = json.loads(Path(path).expanduser().read_text())
        return [
            {
                "provider_id": entry["id"],
                "name": entry["name"],
                "client_id": entry["client_id"],
                "secret": entry["secret"],
                "settings": {"server_url": entry["server_url"]},
            }
            for entry in entries
        ]
    except OSError as error:
        fail(f"DURE_OIDC_FILE {path} cannot be read: {error.strerror}")
    except (ValueError, TypeError, KeyError) as error:
        fail(
            f"DURE_OIDC_FILE {path} is not a list of providers with id, name, server_url, client_id, secret: {error!r}"
        )
