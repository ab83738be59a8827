"""Folders of the project, fingerprints and stamps, and the lock that keeps two commands from building at once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.say import say, stop

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BENCH_VENV = ROOT / ".bench-venv"
BUILD = ROOT / "build"
REQUIREMENTS = ROOT / "requirements"


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    """SHA-256 over names and contents of files. A folder stands for all files in it; absence counts too."""
    digest = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if "__pycache__" in file.parts:
                continue
            digest.update(f"\0{file.relative_to(ROOT).as_posix()}\0".encode())
            digest.update(file.read_bytes() if file.exists() else b"absent")
    return digest.hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    try:
        return stamp.read_text().strip() == value
    except OSError:
        return False


def write_stamp(stamp: Path, value: str) -> None:
    """Written aside and moved into place, so that a stamp is whole or absent."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    aside = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    aside.write_text(value + "\n")
    aside.replace(stamp)


@contextmanager
def building() -> Iterator[None]:
    """Only one command at a time makes environments and builds; the others wait and then find it done."""
    try:
        BUILD.mkdir(exist_ok=True)
        handle = (BUILD / "lock").open("w")
    except OSError as error:
        stop(f"프로젝트 폴더에 쓸 수 없습니다: {BUILD}", f"cannot write to the project folder: {error.strerror}")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("… 다른 dure 명령이 준비를 마치기를 기다립니다", "waiting for another dure command to finish preparing")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run_quietly(argv: list[str], what: str, *, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a tool; its output is kept in build/logs and only its end is shown, when it fails."""
    log = BUILD / "logs" / f"{what}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        done = subprocess.run(argv, cwd=cwd, env=env, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    if done.returncode:
        tail = log.read_text(errors="replace").splitlines()[-15:]
        print("\n".join(f"    {line}" for line in tail), flush=True)
        stop(f"{what} 단계가 실패했습니다. 기록: {log.relative_to(ROOT)}", f"{what} failed; see the log", code=1)


def remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
