"""What the processes of the tests need alike, made once and kept in build/ready.

A database with all tables and no rows, for each state of the migrations, is copied wherever one is needed: it is named
after what made it, so that a copy is never behind. What the text model has learnt is kept under its own mark.
Catalogues are compiled where something they are made of is newer.
"""

from __future__ import annotations

import fcntl
import gettext
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "ready"


def sqlite_file() -> Path:
    """Never to be opened for writing."""
    with _alone():
        made = KEPT / f"{_state()}.sqlite3"
        if not made.exists():
            for old in KEPT.glob("*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory(dir=KEPT) as folder:
                _migrate(folder, "")
                file = Path(folder) / "dure.sqlite3"
                with sqlite3.connect(file) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
                shutil.move(file, made)
        return made


def postgres_template() -> str:
    """Name of a database on the server of DURE_DATABASE_URL, for `CREATE DATABASE … TEMPLATE`."""
    import psycopg

    url, name = os.environ["DURE_DATABASE_URL"], f"ready_{_state()}"
    with _alone(), psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name}")
            with tempfile.TemporaryDirectory() as folder:
                _migrate(folder, urlsplit(url)._replace(path=f"/{name}").geturl())
    return name


def labels() -> Path:
    """The folder in which the text model keeps what it has learnt."""
    folder = KEPT / "labels"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def catalogues() -> None:
    """Every room's compiled catalogues say what its sources and its English say now."""
    from django.core.management import call_command
    from django.utils.translation import trans_real

    from dure.web.catalogue import RoomFiles
    from dure.web.management.commands.messages import room_files

    def behind(room: RoomFiles) -> bool:
        sources = [file for kind in ("py", "html", "txt", "po") for file in room.folder.rglob(f"*.{kind}")]
        made = [po.with_suffix(".mo") for po in map(room.po, ("en", "ko", *room.others()))]
        newest = max(file.stat().st_mtime for file in sources)
        return not all(file.exists() and file.stat().st_mtime >= newest for file in made)

    with _alone():
        rooms = [room.name for room in room_files() if (room.folder / "locale").is_dir() and behind(room)]
        if rooms:
            call_command("messages", *rooms, compile=True, verbosity=0)
    # Django and Python keep what they have read.
    vars(gettext)["_translations"].clear()
    trans_real._translations.clear()


def _state() -> str:
    seen = hashlib.sha256(f"{version('django')} {version('django-allauth')}".encode())
    for file in sorted((ROOT / "src" / "dure").glob("*/migrations/*.py")):
        seen.update(file.read_bytes())
    return seen.hexdigest()[:16]


def _migrate(folder: str, url: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DJANGO_", "PYTEST_"))}
    env |= {"DURE_DATA": folder, "PYTHONPATH": str(ROOT / "src")} | ({"DURE_DATABASE_URL": url} if url else {})
    argv = [sys.executable, "-m", "dure.config.manage", "migrate", "-v", "0"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@contextmanager
def _alone() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
