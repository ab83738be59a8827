from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dure

ROOT = Path(__file__).resolve().parents[2]
SHOW = "from django.conf import settings as s; print({})"


def start(code: str, data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a process says that reads the product's settings with these variables."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DJANGO_"))}
    env |= {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "dure.config.settings", "DURE_DATA": str(data)}
    argv = [sys.executable, "-c", SHOW.format(code)]
    return subprocess.run(argv, env=env | variables, capture_output=True, text=True)


def test_every_variable_is_in_the_table_and_every_row_is_read_somewhere() -> None:
    table = (ROOT / "docs/operations.md").read_text().split("## Settings")[1].split("\n## ")[0]
    documented = {
        name for row in re.findall(r"^\| (`DURE_.*?) \|", table, re.M) for name in re.findall(r"DURE_\w+", row)
    }
    code = [path for folder in ("src", "launcher") for path in (ROOT / folder).rglob("*.py")]
    text = "\n".join(path.read_text() for path in code)
    read = set(re.findall(r"\bDURE_[A-Z]+(?:_[A-Z]+)*\b", text))
    read |= {f"DURE_{channel}_{part}" for channel in ("SMS", "MESSENGER") for part in ("URL", "KEY")}
    assert documented == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DURE_LOCAL", "perhaps"),
        ("DURE_LANGUAGE", "fr"),
        ("DURE_PROXIES", "-1"),
        ("DURE_SITE_URL", "dure.example"),
        ("DURE_LIVE_URL", ":8001"),
        ("DURE_DATABASE_URL", "mysql://x/y"),
        ("DURE_DATABASE_URL", "postgres://host"),
        ("DURE_MAIL", "mail.example"),
        ("DURE_SMS_URL", "http://gateway.example"),
        ("DURE_OIDC_FILE", "/nowhere/providers.json"),
    ],
)
def test_a_wrong_value_stops_with_one_line_that_names_it(name: str, value: str, tmp_path: Path) -> None:
    done = start("s.DEBUG", tmp_path, **{name: value})
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert name in line


def test_a_data_folder_that_cannot_be_made_is_one_line() -> None:
    done = start("s.DEBUG", Path(os.devnull) / "below")
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "data folder" in line


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = start("s.SECRET_KEY", tmp_path).stdout
    assert len(first.strip()) > 50
    assert start("s.SECRET_KEY", tmp_path).stdout == first
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert start("s.SECRET_KEY", tmp_path, DURE_SECRET="given").stdout.strip() == "given"


def test_a_public_host_brings_https_and_a_local_one_does_not(tmp_path: Path) -> None:
    secure = "[s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0]"
    assert start(secure, tmp_path).stdout.strip() == "[False, False, False, False]"
    assert start(secure, tmp_path, DURE_HOSTS="dure.example").stdout.strip() == "[True, True, True, True]"
    assert start(secure, tmp_path, DURE_HOSTS="dure.example", DURE_LOCAL="yes").stdout.strip().count("False") == 4


def test_forwarded_headers_are_believed_only_behind_a_proxy(tmp_path: Path) -> None:
    header = "getattr(s, 'SECURE_PROXY_SSL_HEADER', None)"
    assert start(header, tmp_path).stdout.strip() == "None"
    assert "FORWARDED_PROTO" in start(header, tmp_path, DURE_PROXIES="1").stdout


@pytest.mark.slow
@pytest.mark.everywhere
def test_sqlite_keeps_every_acknowledged_write(tmp_path: Path) -> None:
    code = (
        "(__import__('django').setup(), (c := __import__('django.db', fromlist=['connection']).connection.cursor()), "
        "[c.execute(f'PRAGMA {p}').fetchone()[0] for p in ('journal_mode', 'synchronous', 'foreign_keys')])[2]"
    )
    assert start(code, tmp_path).stdout.strip() == "['wal', 2, 1]"


def test_an_address_of_postgresql_with_odd_letters_and_a_socket(tmp_path: Path) -> None:
    shown = start(
        "[s.DATABASES['default'][k] for k in ('USER', 'PASSWORD', 'HOST', 'PORT', 'NAME')]",
        tmp_path,
        DURE_DATABASE_URL="postgres://du%40re:p%2Fw@/d?host=%2Frun%2Fpg",
    )
    assert shown.stdout.strip() == "['du@re', 'p/w', '/run/pg', '', 'd']"


def test_providers_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "providers.json"
    entry = {"id": "one", "name": "하나", "server_url": "https://login.example", "client_id": "c", "secret": "s"}
    file.write_text(json.dumps([entry]))
    code = "s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'][0]['settings']['server_url']"
    assert start(code, tmp_path, DURE_OIDC_FILE=str(file)).stdout.strip() == "https://login.example"
    file.write_text(json.dumps([{"id": "one"}]))
    assert "DURE_OIDC_FILE" in start(code, tmp_path, DURE_OIDC_FILE=str(file)).stderr


def test_one_version_everywhere() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == dure.__version__
