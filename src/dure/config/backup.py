"""Backup and restore of a whole installation: rows, files and the secret, in one tar file.

    manifest.json     when, by which version, from which database, how many rows each table has
    database.sqlite3  or database.dump (pg_dump's custom format)
    data/…            the data folder without what is made again (static files, stamps, the database itself)

Files are never changed once written (they are named by their content), so rows first and files after them is a
consistent whole even while people work. A SQLite backup can be restored into PostgreSQL: that is the way to move.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.models import Model

from dure import __version__
from dure.core import clock
from dure.core.models.search import SearchDocument
from dure.core.search import Document, index_many

FORMAT = 1
MADE_AGAIN = {"static", "static-made", "prepared", "prepared-demo", "mentioned"}
"""Entries of the data folder that a backup leaves out."""


class BackupError(Exception):
    """One clear line for the operator."""


def backup(destination: Path) -> dict[str, Any]:
    """Write the backup and return its manifest. `destination` is a folder (the file gets a dated name) or a new file.

    The file is written aside, readable by its owner only, and appears under its name when it is whole.
    """
    if destination.is_dir():
        destination = destination / f"dure-{clock.local(clock.now()):%Y%m%d-%H%M%S}.tar"
    if destination.exists():
        raise BackupError(f"{destination} is there already; a backup never overwrites one")
    aside = destination.with_name(destination.name + ".part")
    try:
        with tempfile.TemporaryDirectory(prefix="dure-backup-", dir=settings.DATA_DIR) as scratch:
            copy, counts = _copy_rows(Path(scratch))
            manifest = {
                "format": FORMAT,
                "version": __version__,
                "made_at": clock.now().isoformat(),
                "database": connection.vendor,
                "rows": counts,
            }
            descriptor = os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
                text = json.dumps(manifest, indent=1).encode()
                info = tarfile.TarInfo("manifest.json")
                info.size = len(text)
                tar.addfile(info, io.BytesIO(text))
                tar.add(copy, arcname=copy.name)
                for entry in sorted(settings.DATA_DIR.iterdir()):
                    if _kept(entry):
                        tar.add(entry, arcname=f"data/{entry.name}")
                out.flush()
                os.fsync(out.fileno())
        aside.rename(destination)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise BackupError(f"cannot write {destination}: {error.strerror or error}") from error
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return manifest | {"file": str(destination)}


def restore(source: Path) -> dict[str, Any]:
    """Bring a backup back into an empty database and data folder; returns the manifest.

    Raises BackupError when something is there already, when the backup is from a newer version or another kind of
    database that cannot take it, and when a table did not come back with all its rows.
    """
    if connection.introspection.table_names():
        raise BackupError("the database is not empty; restore into a new data folder (DURE_DATA) or a new database")
    try:
        with tempfile.TemporaryDirectory(prefix="dure-restore-", dir=settings.DATA_DIR) as scratch:
            folder = Path(scratch)
            with tarfile.open(source) as tar:
                tar.extractall(folder, filter="data")
            manifest = json.loads((folder / "manifest.json").read_text())
            if manifest["format"] > FORMAT:
                raise BackupError(f"this backup was made by a newer Dure ({manifest['version']}); update Dure first")
            _put_rows_back(manifest["database"], folder)
            for entry in (folder / "data").iterdir() if (folder / "data").is_dir() else []:
                _move(entry, settings.DATA_DIR / entry.name)
    except (tarfile.TarError, KeyError, ValueError, FileNotFoundError) as error:
        raise BackupError(f"{source} is not a whole backup: {error}") from error
    here = count_rows()
    lost = {name: (rows, here.get(name, 0)) for name, rows in manifest["rows"].items() if here.get(name, 0) != rows}
    if lost:
        raise BackupError("rows are missing after the restore (table: then, now): " + str(lost))
    return manifest


def count_rows(using: str = "default") -> dict[str, int]:
    """Rows of every table that belongs to a model, by table name."""
    there = set(connections[using].introspection.table_names())
    with connections[using].cursor() as cursor:
        counts = {}
        for table in sorted({model._meta.db_table for model in _models()} & there):
            cursor.execute(f"SELECT count(*) FROM {connections[using].ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def _models() -> list[type[Model]]:
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]


def _kept(entry: Path) -> bool:
    name = entry.name
    return not (name in MADE_AGAIN or ".sqlite3" in name or name.startswith(("dure-backup-", "dure-restore-", ".")))


def _copy_rows(scratch: Path) -> tuple[Path, dict[str, int]]:
    if connection.vendor == "sqlite":
        copy = scratch / "database.sqlite3"
        connection.ensure_connection()
        with sqlite3.connect(copy) as target:
            connection.connection.backup(target)
        target.close()
        with _second_database(copy):
            return copy, count_rows("backup")
    copy = scratch / "database.dump"
    with transaction.atomic(), connection.cursor() as cursor:
        # The dump and the counts see the same moment.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        counts = count_rows()
        _postgres(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={copy}"
        )
    return copy, counts


def _put_rows_back(vendor: str, folder: Path) -> None:
    if vendor == "sqlite" and connection.vendor == "sqlite":
        connection.close()
        name = Path(settings.DATABASES["default"]["NAME"])
        for leftover in (name, Path(f"{name}-wal"), Path(f"{name}-shm")):
            leftover.unlink(missing_ok=True)
        _move(folder / "database.sqlite3", name)
    elif vendor == "postgresql" and connection.vendor == "postgresql":
        _postgres("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", str(folder / "database.dump"))
    elif vendor == "sqlite":
        _move_to_this_database(folder / "database.sqlite3")
    else:
        raise BackupError("a PostgreSQL backup goes back into PostgreSQL only: set DURE_DATABASE_URL")
    call_command("migrate", interactive=False, verbosity=0)


def _move_to_this_database(file: Path) -> None:
    """Every row of a SQLite copy, model by model, in one transaction. The copy is first brought to our migrations."""
    with _second_database(file):
        call_command("migrate", database="backup", interactive=False, verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        ContentType.objects.clear_cache()
        models = _models()
        with transaction.atomic(), connection.cursor() as cursor:
            tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
            cursor.execute(f"TRUNCATE {tables} CASCADE")  # what migrating put there comes with the rows
            for model in models:
                manager = model._base_manager
                rows = manager.using("backup").order_by("pk").iterator(chunk_size=2000)
                manager.bulk_create(rows, batch_size=2000)
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
    # What finds a text belongs to the kind of database and did not come along; it is made anew from the texts.
    documents = SearchDocument.objects.order_by("pk").iterator(chunk_size=500)
    index_many(
        Document(d.urn, d.kind, d.title, d.body, area=d.area, valid_from=d.valid_from, valid_to=d.valid_to)
        for d in documents
    )


class _second_database:
    """`with _second_database(file):` opens a SQLite file under the alias `backup`."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __enter__(self) -> None:
        base = {**connections.settings["default"]}
        base |= {"ENGINE": "django.db.backends.sqlite3", "NAME": str(self.file), "OPTIONS": {}, "CONN_MAX_AGE": 0}
        connections.settings["backup"] = base

    def __exit__(self, *exc: object) -> None:
        connections["backup"].close()
        del connections["backup"]
        del connections.settings["backup"]


def _postgres(program: str, *arguments: str) -> None:
    """Run PostgreSQL's own program on our database; the password goes by environment, not by command line."""
    found = shutil.which(program) or next(
        (str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)), None
    )
    if not found:
        raise BackupError(f"{program} is not on this machine; install PostgreSQL's client programs")
    here = connection.settings_dict
    variables = {
        "PGHOST": here["HOST"],
        "PGPORT": here["PORT"],
        "PGUSER": here["USER"],
        "PGPASSWORD": here["PASSWORD"],
        "PGDATABASE": here["NAME"],
    }
    env = {**os.environ, **{name: str(value) for name, value in variables.items() if value}}
    target = ["--dbname", str(here["NAME"])] if program == "pg_restore" else []
    done = subprocess.run([found, *target, *arguments], env=env, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise BackupError(f"{program} failed: {lines[0] if lines else 'no reason given'}")


def _move(source: Path, target: Path) -> None:
    """Into place; a folder that is there already takes the files in."""
    if source.is_dir() and target.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        source.replace(target)
