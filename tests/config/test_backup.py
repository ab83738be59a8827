from __future__ import annotations

import io
import json
import sqlite3
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.installation import Installation, postgres_database

pytestmark = pytest.mark.slow

FILL = """
from dure.core.models import Person, Event, Heartbeat
from dure.core import clock
from dure.core.viewer import Viewer
from dure.core.search import index_document
from django.db import transaction
from django.conf import settings
with transaction.atomic():
    for n in range(50):
        person = Person.objects.create(email=f"p{n}@example.org", name=f"사람 {n}")
        Event.objects.create(type="core.opened", subject=f"dure:person:{person.pk}", data={"n": n})
    index_document(f"dure:person:{person.pk}", "person", "빈집을 고쳐 쓰는 사람")
(settings.DATA_DIR / "files" / "ab").mkdir(parents=True)
(settings.DATA_DIR / "files" / "ab" / "abc").write_bytes(bytes(range(256)) * 40)
"""
COUNT = "from dure.config.backup import count_rows; import json; print(json.dumps(count_rows()))"
FIND = "from dure.core.search import search; print(len(search('빈집')))"
NEXT = """
from dure.core.models import Event
print(Event.objects.create(type="core.opened", subject="dure:person:x").seq)
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """On SQLite, with rows and a file; no test writes to it."""
    here = Installation(tmp_path_factory.mktemp("kept") / "here").ready()
    here.python(FILL)
    return here


@pytest.fixture(scope="module")
def archive(kept: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("archive") / "copy.tar"
    kept.manage("backup", str(made))
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    if request.param == "sqlite":
        yield request.getfixturevalue("kept")
        return
    with postgres_database(tables=True) as url:
        here = Installation(tmp_path / "here", url)
        here.ready()
        here.python(FILL)
        yield here


def empty_beside(filled: Installation, tmp_path: Path, url: str = "") -> Installation:
    return Installation(tmp_path / "there", url)


def same(here: Installation, there: Installation) -> None:
    assert json.loads(there.python(COUNT)) == json.loads(here.python(COUNT))
    assert (there.data / "files/ab/abc").read_bytes() == (here.data / "files/ab/abc").read_bytes()
    assert (there.data / "secret").read_text() == (here.data / "secret").read_text()
    assert there.python(FIND) == "1"
    # Numbering goes on where it was, not over what is there.
    assert int(there.python(NEXT)) == 51


def test_all_rows_and_files_come_back(filled: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "copy.tar"
    filled.manage("backup", str(archive))
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600, "it holds the secret and people's data"
    if filled.url:
        with postgres_database() as url:
            there = empty_beside(filled, tmp_path, url)
            there.manage("restore", str(archive))
            same(filled, there)
    else:
        there = empty_beside(filled, tmp_path)
        there.manage("restore", str(archive))
        same(filled, there)


@pytest.mark.postgres
def test_sqlite_moves_into_postgresql(kept: Installation, archive: Path, tmp_path: Path) -> None:
    with postgres_database() as url:
        there = empty_beside(kept, tmp_path, url)
        there.manage("restore", str(archive))
        same(kept, there)


def test_a_backup_never_overwrites_and_names_itself_in_a_folder(kept: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    kept.manage("backup", str(folder))
    (made,) = folder.iterdir()
    assert made.name.startswith("dure-")
    assert made.suffix == ".tar"
    refused = kept.run("backup", str(made))
    assert refused.returncode == 2
    assert "there already" in refused.stderr
    assert not list(kept.data.glob("dure-backup-*")), "nothing is left behind"


def test_a_restore_never_goes_over_what_is_there(kept: Installation, archive: Path) -> None:
    refused = kept.run("restore", str(archive))
    assert refused.returncode == 2
    assert "not empty" in refused.stderr


def test_a_restore_says_which_rows_are_missing(archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "open", filter="data")
    with sqlite3.connect(tmp_path / "open/database.sqlite3") as database:
        database.execute("DELETE FROM core_event WHERE seq > 45")
    database.close()
    with tarfile.open(tmp_path / "damaged.tar", "w") as tar:
        for entry in (tmp_path / "open").iterdir():
            tar.add(entry, arcname=entry.name)
    refused = Installation(tmp_path / "there").run("restore", str(tmp_path / "damaged.tar"))
    assert refused.returncode == 2
    assert "core_event" in refused.stderr
    assert "(50, 45)" in refused.stderr


def test_what_is_no_backup_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "text.tar").write_text("not a tar file")
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo("something"), io.BytesIO(b""))
    for name in ("text.tar", "other.tar", "absent.tar"):
        refused = Installation(tmp_path / "there").run("restore", str(tmp_path / name))
        assert refused.returncode == 2, name
        assert "not a whole backup" in refused.stderr
        assert "Traceback" not in refused.stderr
