from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def dure(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DJANGO_", "PYTEST_"))}
    return subprocess.run([ROOT / "dure", *arguments], env=env | variables, capture_output=True, text=True, timeout=120)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


def test_help_names_every_subcommand() -> None:
    text = dure("help").stdout
    for command in ("serve", "test", "check", "bench", "load areas", "load roads", "worker", "manage", "verify FILE"):
        assert f"./dure {command}" in text
    assert dure().stdout == text


def test_an_unknown_command_is_said() -> None:
    done = dure("surve")
    assert done.returncode == 2
    assert "no such command: surve" in done.stderr


def test_a_python_too_old_is_one_line(tmp_path: Path) -> None:
    """With a copy of the script that has no .venv beside it, and only an old Python on the path."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "dure").write_text((ROOT / "dure").read_text())
    old = tmp_path / "bin" / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    for script in (tmp_path / "dure", old):
        script.chmod(0o755)
    for tool in ("readlink", "dirname"):
        (tmp_path / "bin" / tool).symlink_to(f"/usr/bin/{tool}")
    done = subprocess.run(
        ["/bin/sh", tmp_path / "dure", "serve"], env={"PATH": str(tmp_path / "bin")}, capture_output=True, text=True
    )
    assert "3.11" in one_line(done)
    assert "Python 3.9.2" in one_line(done)


def test_the_command_works_through_a_symbolic_link_from_another_folder(tmp_path: Path) -> None:
    (tmp_path / "dure").symlink_to(ROOT / "dure")
    done = subprocess.run([tmp_path / "dure", "bench"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("offset", [0, 1])
def test_a_port_in_use_is_one_line(offset: int, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = one_line(dure("serve", "--port", str(port - offset), "--data", str(tmp_path)))
    assert str(port) in line
    assert "in use" in line


def test_a_folder_that_cannot_be_written_is_one_line() -> None:
    line = one_line(dure("serve", "--port", "8321", "--data", f"{os.devnull}/below"))
    assert "data folder" in line


@pytest.mark.parametrize("port", ["0", "65535", "-3"])
def test_a_port_that_cannot_be_is_refused(port: str, tmp_path: Path) -> None:
    assert "between 1 and 65534" in one_line(dure("serve", f"--port={port}", "--data", str(tmp_path)))
