"""What only the operating system can give. With root on Debian it is installed for the tests; else said in one line."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from launcher.postgres import find_server
from launcher.say import say, step

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """DURE_CHROMIUM, else the first known name on the path, else macOS' application."""
    if given := os.environ.get("DURE_CHROMIUM"):
        return given if Path(given).exists() else None
    for name in CHROMIUM:
        if found := shutil.which(name):
            return found
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    return str(mac) if mac.exists() else None


def has_korean_font() -> bool:
    """A font with Hangul, as fontconfig sees it; unknown counts as there (macOS has one)."""
    if not shutil.which("fc-list"):
        return not Path("/etc/debian_version").exists()
    return bool(subprocess.run(["fc-list", ":lang=ko"], capture_output=True, text=True).stdout.strip())


def provide_for_testing() -> None:
    """Chromium, a Korean font and PostgreSQL: installed where we may, otherwise one line for each that is missing."""
    missing = []
    if not find_chromium():
        missing.append(("chromium", "브라우저 시험", "browser and accessibility tests"))
    if not has_korean_font():
        missing.append(("fonts-nanum", "한글 화면 그림", "Korean text in screenshots"))
    if not find_server():
        missing.append(("postgresql", "PostgreSQL 시험", "the second run on PostgreSQL"))
    if not missing:
        return
    if _may_install():
        names = [name for name, _, _ in missing]
        with step(f"시험에 필요한 것 설치: {', '.join(names)}", "installing what the tests need with apt"):
            if _apt("update") and _apt("install", *names):
                return
        say("! 설치하지 못했습니다", "apt could not install them")
    for name, korean, english in missing:
        if (
            (name == "chromium" and not find_chromium())
            or (name == "postgresql" and not find_server())
            or name == "fonts-nanum"
        ):
            say(f"  건너뜀: {korean} ({name} 없음)", f"skipped: {english} ({name} is not here)")


def mention_for_serving(env: dict[str, str]) -> None:
    """One line for each thing that would add something to this installation."""
    if not env.get("DURE_DATABASE_URL") and not (Path(env["DURE_DATA"]) / "mentioned").exists():
        say(
            "  SQLite로 시작합니다. 여러 대로 늘리려면 PostgreSQL: docs/operations.md",
            "running on SQLite; for more than one machine see PostgreSQL in docs/operations.md",
        )
        (Path(env["DURE_DATA"]) / "mentioned").touch()


def _may_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _apt(*arguments: str) -> bool:
    argv = ["apt-get", "-q", "-y"]
    if arguments[0] == "install":
        # A test machine needs the programs, not a database cluster that starts by itself.
        argv += ["--no-install-recommends"]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run([*argv, *arguments], env=env, capture_output=True).returncode == 0
