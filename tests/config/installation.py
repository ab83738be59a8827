"""A whole installation in a folder of its own, driven as an operator drives it: by commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from tests import ready

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Installation:
    """`url`: a DURE_DATABASE_URL, or nothing for SQLite in the folder. `more`: variables for all its processes."""

    data: Path
    url: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def env(self, **more: str) -> dict[str, str]:
        env = {
            name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DJANGO_", "PYTEST_"))
        }
        env |= {"DURE_DATA": str(self.data), "PYTHONPATH": str(ROOT / "src")} | self.more | more
        return env | ({"DURE_DATABASE_URL": self.url} if self.url else {})

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "dure.config.manage", *arguments]
        return subprocess.run(argv, env=self.env(**more), capture_output=True, text=True, timeout=300)

    def manage(self, *arguments: str) -> str:
        """Output of a command that must succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def ready(self, *, learnt: bool = False) -> Installation:
        """With all tables and no rows; a PostgreSQL database comes ready from `postgres_database(tables=True)`.
        `learnt`: with what the text model has learnt, for servers that would learn it while they are tested."""
        self.data.mkdir(parents=True, exist_ok=True)
        if learnt:
            shutil.copytree(ready.labels(), self.data / "labels")
        if not self.url:
            shutil.copyfile(ready.sqlite_file(), self.data / "dure.sqlite3")
        return self

    def python(self, code: str) -> str:
        """What a few lines print that run inside the installation."""
        return self.manage("shell", "--no-imports", "-v", "0", "-c", code).strip()


@contextmanager
def postgres_database(*, tables: bool = False) -> Iterator[str]:
    """The address of a new database on the private server of `./dure test`, dropped afterwards: empty, or with all
    tables and no rows."""
    import psycopg

    url = os.environ["DURE_DATABASE_URL"]
    name = f"dure_{uuid4().hex[:12]}"
    template = f" TEMPLATE {ready.postgres_template()}" if tables else ""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{template}")
    try:
        parts = urlsplit(url)
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
