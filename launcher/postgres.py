"""A private PostgreSQL for the tests: own data folder, Unix socket only, nothing durable, gone afterwards.

PostgreSQL refuses to run as root, so that root runs it as `postgres` or `nobody`.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
    "timezone": "UTC",
}
LOCALE = "C.UTF-8" if sys.platform.startswith("linux") else "C"
INITDB = ["-U", "dure", "-A", "trust", "-E", "UTF8", f"--locale={LOCALE}", "-N"]
SET_PARENT_DEATH_SIGNAL = 1


class NoServer(Exception):
    """Says in one line why there is no private server."""


def find_server() -> Path | None:
    """The folder with `initdb` and `postgres`: on the path, by pg_config, or the newest of Debian's."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    candidates = [p / "bin" for p in Path("/usr/lib/postgresql").glob("*") if p.name.isdigit()]
    candidates.sort(key=lambda folder: int(folder.parent.name), reverse=True)
    if shutil.which("pg_config"):
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True).stdout.strip()
        candidates.append(Path(asked))
    return next(
        (folder for folder in candidates if (folder / "initdb").exists() and (folder / "postgres").exists()), None
    )


@contextmanager
def private_server() -> Iterator[str]:
    """Yields a DURE_DATABASE_URL or raises NoServer. The server ends with the block, or with this process if killed."""
    binaries = find_server()
    if binaries is None:
        raise NoServer("no PostgreSQL server programs here")
    user = _other_user()
    folder = Path(tempfile.mkdtemp(prefix="dure-pg-"))
    process = None
    try:
        try:
            process = _start(binaries, folder, user)
        except OSError as error:
            raise NoServer(f"its programs cannot be run: {error.strerror or error}") from error
        _wait_until_ready(binaries, folder, process)
        yield f"postgres://dure@/postgres?host={quote(str(folder), safe='')}"
    finally:
        if process and process.poll() is None:
            process.send_signal(signal.SIGINT)  # "fast": end sessions, then stop
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _start(binaries: Path, folder: Path, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    """Makes the cluster and starts it; it may not answer yet."""
    common: dict[str, Any] = {"env": _environment(folder), "cwd": folder, "stdin": subprocess.DEVNULL}
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
        common |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    cluster = str(folder / "data")
    initdb = [str(binaries / "initdb"), "-D", cluster, *INITDB]
    made = subprocess.run(initdb, capture_output=True, text=True, **common)
    if made.returncode:
        raise NoServer(f"initdb failed: {(made.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    postgres = [str(binaries / "postgres"), "-D", cluster, "-k", str(folder), *options]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            postgres, stdout=log, stderr=log, start_new_session=True, preexec_fn=_die_with_parent(), **common
        )


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": LOCALE, "HOME": str(folder)}


def _other_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServer("PostgreSQL will not run as root and there is no other user to run it")


def _die_with_parent() -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGINT)


def _wait_until_ready(binaries: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    ask = [str(binaries / "pg_isready"), "-q", "-h", str(folder)]
    for _ in range(150):
        if process.poll() is not None:
            break
        if subprocess.run(ask, env=_environment(folder)).returncode == 0:
            return
        time.sleep(0.1)
    lines = (folder / "log").read_text(errors="replace").strip().splitlines()
    raise NoServer(f"the server did not start: {lines[-1] if lines else 'no reason given'}")
