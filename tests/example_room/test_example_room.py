"""The room of docs/adding-a-room.md works, and the page shows its very text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROOM = HERE / "rooms" / "thanks"
PAGE = ROOT / "docs" / "adding-a-room.md"
SHOWN = dict(re.findall(r"^`thanks/(\S+)`:?\n+```\w+\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S))
FILES = sorted(
    str(path.relative_to(ROOM))
    for path in ROOM.rglob("*.*")
    if path.suffix in {".py", ".html"} and path.stat().st_size and path.parent.name != "migrations"
)


def test_the_page_shows_every_file() -> None:
    assert sorted(SHOWN) == FILES


@pytest.mark.parametrize("name", FILES)
def test_the_page_shows_the_very_text(name: str) -> None:
    assert SHOWN.get(name) == (ROOM / name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_room_works_and_its_manifest_is_true() -> None:
    """Its own tests, and the tests that every room's manifest must pass, in a process with the room installed, on
    tables that its migration adds to all others."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    wanted = [str(HERE / "room_thanks.py"), str(ROOT / "tests" / "core" / "test_rooms.py")]
    options = ["-q", "-p", "no:cacheprovider", "--ds=tests.example_room.settings", "-k", "thanks"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *wanted],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed
    assert int(passed[1]) >= 12, run.stdout
