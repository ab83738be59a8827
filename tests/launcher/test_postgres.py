from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from launcher.postgres import NoServer, find_server, private_server

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(find_server() is None, reason="no PostgreSQL server programs here")]


def folder_of(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def test_it_answers_and_is_gone_afterwards() -> None:
    import psycopg

    with private_server() as url:
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT current_user, current_setting('listen_addresses')").fetchone()
        assert row == ("dure", ""), "a Unix socket only: nothing on the network"
        assert folder_of(url).stat().st_mode & 0o077 == 0
    assert not folder_of(url).exists()


def test_it_is_gone_also_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), private_server() as url:
        1 / 0  # noqa: B018
    assert not folder_of(url).exists()


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the kernel tells a child of its parent's end on Linux"
)
def test_it_ends_when_its_owner_is_killed() -> None:
    program = (
        "import sys, time; from launcher.postgres import private_server\n"
        "with private_server() as url:\n    print(url, flush=True)\n    time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    folder = folder_of(owner.stdout.readline().strip())
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    end = time.monotonic() + 20
    while Path(f"/proc/{server}").exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not Path(f"/proc/{server}").exists()
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_without_a_server_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.postgres.find_server", lambda: None)
    with pytest.raises(NoServer, match="no PostgreSQL"), private_server():
        pass


def test_initdb_that_fails_gives_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("initdb", "postgres"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'initdb: error: no room' >&2\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    os.chmod(tmp_path, 0o755)
    monkeypatch.setattr("launcher.postgres.find_server", lambda: tmp_path)
    with pytest.raises(NoServer, match=r"cannot be run|no room"), private_server():
        pass
