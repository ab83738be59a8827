"""`./dure test` and `./dure check` as a person types them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from launcher import checks, ground

ROOT = Path(__file__).resolve().parents[2]


def dure(*arguments: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DJANGO_", "PYTEST_"))}
    return subprocess.run([ROOT / "dure", *arguments], env=env, capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_a_failing_test_fails_the_command_and_the_summary_is_last(tmp_path: Path) -> None:
    file = tmp_path / "test_two.py"
    file.write_text("def test_good(): pass\ndef test_bad(): assert 1 == 2\n")
    done = dure("test", "--fast", str(file), "-p", "no:cacheprovider", "-n0")
    assert done.returncode == 1
    last = done.stdout.strip().splitlines()[-1]
    assert last.startswith("✗ SQLite: 1 failed, 1 passed")
    file.write_text("def test_good(): pass\n")
    done = dure("test", "--fast", str(file), "-p", "no:cacheprovider", "-n0")
    assert done.returncode == 0
    assert done.stdout.strip().splitlines()[-1].startswith("✓ SQLite: 1 passed")


@pytest.mark.slow
def test_tests_may_not_reach_the_network(tmp_path: Path) -> None:
    """Put among the tests for a moment, because the guard is theirs."""
    file = ROOT / "tests" / f"test_network_{os.getpid()}.py"
    file.write_text(
        "import socket, pytest\n"
        "def test_out():\n"
        "    with pytest.raises(AssertionError, match='wanted to connect'):\n"
        "        socket.create_connection(('192.0.2.1', 80), timeout=1)\n"
        "    with pytest.raises(AssertionError, match='wanted to look up'):\n"
        "        socket.getaddrinfo('example.org', 80)\n"
        "def test_loopback():\n"
        "    with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "        socket.create_connection(server.getsockname()).close()\n"
    )
    try:
        done = dure("test", "--fast", str(file), "-p", "no:cacheprovider", "-n0")
    finally:
        file.unlink()
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project without git."""
    for module in (checks, ground):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(checks, "REQUIREMENTS", tmp_path / "requirements")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "core.txt").write_text("a==1 \\\n    --hash=sha256:00\n")
    (tmp_path / "requirements" / "spark.txt").write_text("s==4 \\\n    --hash=sha256:00\n")
    (tmp_path / "pyproject.toml").write_text('spark = ["s==4"]')
    (tmp_path / "package.json").write_text('{"dependencies": {"b": "2"}, "devDependencies": {}}')
    (tmp_path / "package-lock.json").write_text('{"packages": {"node_modules/b": {"version": "2"}}}')
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


def test_locks_with_addresses_or_without_hashes_are_found(tree: Path) -> None:
    assert checks.locks() == (True, "")
    lock = tree / "requirements" / "core.txt"
    for line in ("--index-url " + "https" + "://index.example/simple", "c==2", "d @ file:///d.whl"):
        lock.write_text(f"a==1 \\\n    --hash=sha256:00\n{line}\n")
        well, text = checks.locks()
        assert not well, line
        assert "core.txt" in text
    lock.write_text("")
    (tree / "package-lock.json").write_text('{"packages": {"node_modules/b": {"version": "2", "resolved": "x"}}}')
    assert not checks.locks()[0]


def test_a_pin_that_is_not_locked_is_found(tree: Path) -> None:
    (tree / "requirements" / "core.in").write_text("a[extra]==1\n")
    assert checks.locks_match() == (True, "")
    (tree / "requirements" / "core.in").write_text("a==2\n")
    assert "a==2" in checks.locks_match()[1]
    (tree / "requirements" / "core.in").write_text("")
    (tree / "package.json").write_text('{"dependencies": {"b": "3"}, "devDependencies": {}}')
    assert "b 3" in checks.locks_match()[1]
    (tree / "pyproject.toml").write_text('spark = ["s==5"]')
    assert "s==5" in checks.locks_match()[1]


def test_long_files_and_paths_of_somebody_s_machine_are_found(tree: Path) -> None:
    (tree / "fine.py").write_text("x = 1\n" * 500)
    assert checks.long_files() == (True, "")
    assert checks.machine_paths() == (True, "")
    (tree / "long.py").write_text("x = 1\n" * 601)
    well, text = checks.long_files()
    assert not well
    assert text == "long.py 601"
    (tree / "own.md").write_text("see " + "/" + "home/someone/notes\n")
    well, text = checks.machine_paths()
    assert not well
    assert text.startswith("own.md:1:")
