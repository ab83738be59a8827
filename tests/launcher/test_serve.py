"""`./dure serve` itself: a whole installation on a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds processes in /proc"),
]


def two_free_ports() -> int:
    """A port whose neighbour is free as well."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@contextmanager
def served(data: Path, log: Path, workers: int = 1) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`workers`: processes that answer pages. Without the option there are two."""
    port = two_free_ports()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DJANGO_", "PYTEST_"))}
    env |= {"DURE_WORKERS": str(workers)}
    argv = [ROOT / "dure", "serve", "--port", str(port), "--data", str(data), "--no-demo"]
    with log.open("ab") as out:
        process = subprocess.Popen(argv, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


def health(port: int) -> dict | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return json.load(answer)
    except (OSError, urllib.error.HTTPError):
        return None


def wait_until_open(process: subprocess.Popen[bytes], log: Path, times: int = 1, seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while log.read_text().count("Dure is open") < times:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


def processes_on(data: Path) -> dict[int, str]:
    """Every process with this data folder in its environment: {process: command line}."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"DURE_DATA={data}\0".encode() in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def gone(data: Path, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while processes_on(data) and time.monotonic() < end:
        time.sleep(0.05)
    return not processes_on(data)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that a first start has prepared, with the real data in it."""
    folder = tmp_path_factory.mktemp("installation")
    data, log = folder / "data", folder / "first.log"
    with served(data, log, workers=2) as (process, port):
        wait_until_open(process, log)
        said = health(port)
        assert said
        assert said["status"] == "ok"
        assert set(said["checks"].values()) == {"ok"}
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
            assert page.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert "Traceback" not in log.read_text()
    assert gone(data, 5)
    return data


def test_the_second_start_does_nothing_again(data: Path, tmp_path: Path) -> None:
    """How long it takes is measured by `./dure bench start`."""
    log = tmp_path / "log"
    before = what_was_loaded(data)
    assert before
    with served(data, log) as (process, _port):
        wait_until_open(process, log)
    assert "…" not in log.read_text(), "no step was taken again"
    assert what_was_loaded(data) == before
    assert gone(data, 5)


def what_was_loaded(data: Path) -> list[tuple[str, ...]]:
    """Name, version and time of each load, and of each migration."""
    with closing(sqlite3.connect(data / "dure.sqlite3")) as connection:
        loads = connection.execute("SELECT * FROM config_loadeddata ORDER BY 1").fetchall()
        return loads + connection.execute("SELECT app, name, applied FROM django_migrations ORDER BY id").fetchall()


def test_what_dies_is_started_again(data: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with served(data, log) as (process, port):
        wait_until_open(process, log)
        for name in ("dure.config.server web", "dure.config.server live", "dure.config.manage worker"):
            before = {pid for pid, line in processes_on(data).items() if name in line}
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            end = time.monotonic() + 60
            while True:
                now = {pid for pid, line in processes_on(data).items() if name in line}
                if now and not now & before and health(port):
                    break
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.1)
        process.terminate()
        assert process.wait(60) == 0
    for name in ("web", "live", "worker"):
        assert f"{name} ended" in log.read_text()
    assert gone(data, 5)


def test_nobody_is_left_when_it_is_killed_outright(data: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with served(data, log) as (process, _port):
        wait_until_open(process, log)
        assert len(processes_on(data)) > 3
        process.kill()
        process.wait()
        assert gone(data, 5), processes_on(data)


def test_a_folder_from_a_newer_version_is_refused_in_one_line(data: Path, tmp_path: Path) -> None:
    """A migration that this version does not know stands in its history."""
    newer = tmp_path / "newer"
    newer.mkdir()
    with sqlite3.connect(data / "dure.sqlite3") as source, sqlite3.connect(newer / "dure.sqlite3") as copy:
        source.backup(copy)
        copy.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', '2030-01-01')")
        copy.commit()
    source.close()
    copy.close()
    log = tmp_path / "log"
    with served(newer, log) as (process, _port):
        assert process.wait(60) == 2
    (line,) = [line for line in log.read_text().splitlines() if "9999_later" in line]
    assert "newer" in line
    assert "Traceback" not in log.read_text()


def test_a_database_that_is_not_the_one_prepared_is_prepared(data: Path, tmp_path: Path) -> None:
    """The folder is stamped as prepared, but somebody has put an empty database in its place."""
    for file in data.glob("dure.sqlite3*"):
        file.unlink()
    log = tmp_path / "log"
    with served(data, log) as (process, port):
        wait_until_open(process, log)
        said = health(port)
        assert said
        assert set(said["checks"].values()) == {"ok"}
    assert "preparing the database" in log.read_text()
    assert gone(data, 5)
