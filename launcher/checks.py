"""`./dure check`: one line for each thing looked at; all of them run even when one fails."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from launcher import packages
from launcher.ground import REQUIREMENTS, ROOT

Outcome = tuple[bool, str]
"""Whether it is well, and what to read when it is not."""

LONG, TOO_LONG = 500, 600


def run(arguments: list[str]) -> int:
    python = packages.python("dev")
    packages.front_end(python)
    packages.translations(python)
    checks: list[tuple[str, Callable[[], Outcome]]] = [
        ("ruff: 양식 · lint", _tool(python, "ruff", "check", "--quiet", ".")),
        ("ruff: 모양 · format", _tool(python, "ruff", "format", "--check", "--quiet", ".")),
        ("mypy: 형 · types", _tool(python, "mypy", "--no-error-summary", "src/dure", "launcher")),
        ("import-linter: 층 · floors", _floors(python)),
        ("마이그레이션 · migrations", _manage(python, "makemigrations", "--check", "--dry-run")),
        (
            "Django 점검 · deployment checks",
            _manage(python, "check", "--deploy", "--fail-level", "WARNING", official=True),
        ),
        ("번역 · translations", _manage(python, "messages", "--check")),
        ("방 문서 · generated pages", _manage(python, "house", "--check")),
        (f"파일 길이 · no file over {TOO_LONG} lines", long_files),
        ("잠금 파일 · locks name no address", locks),
        ("잠금 파일 · locks match what is asked for", locks_match),
        ("기계의 경로 · no machine paths", machine_paths),
    ]
    wanted = [check for check in checks if not arguments or any(word in check[0] for word in arguments)]
    failed = 0
    for name, check in wanted:
        began = time.monotonic()
        well, text = check()
        failed += not well
        print(f"{_mark(well)} {name}  ({time.monotonic() - began:.1f} s)", flush=True)
        if text and not well:
            print("\n".join(f"    {line}" for line in text.strip().splitlines()[-40:]), flush=True)
        elif text:
            print(f"    {text}", flush=True)
    print(f"{_mark(not failed)} {len(wanted) - failed}/{len(wanted)}", flush=True)
    return 1 if failed else 0


def _mark(well: bool) -> str:
    colour = sys.stdout.isatty()
    return ("\x1b[32m✓\x1b[0m" if colour else "✓") if well else ("\x1b[31m✗\x1b[0m" if colour else "✗")


def _run(argv: list[str], env: dict[str, str]) -> Outcome:
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.returncode == 0, done.stdout + done.stderr if done.returncode else ""


def _tool(python: Path, module: str, *arguments: str) -> Callable[[], Outcome]:
    return lambda: _run([str(python), "-m", module, *arguments], packages.environment())


def _floors(python: Path) -> Callable[[], Outcome]:
    """import-linter, believed only where it says that it found contracts and none of them broken."""

    def check() -> Outcome:
        argv = [str(python.with_name("lint-imports")), "--no-cache"]
        done = subprocess.run(argv, cwd=ROOT, env=packages.environment(), capture_output=True, text=True)
        said = done.stdout + done.stderr
        well = done.returncode == 0 and bool(re.search(r"\b[1-9]\d* kept, 0 broken", said))
        return well, "" if well else said

    return check


def _manage(python: Path, *arguments: str, official: bool = False) -> Callable[[], Outcome]:
    """A management command on an empty data folder; `official`: with the settings of a real site."""

    def check() -> Outcome:
        with tempfile.TemporaryDirectory(prefix="dure-check-") as data:
            env = packages.environment(DURE_DATA=data)
            for variable in [v for v in env if v.startswith("DURE_") and v != "DURE_DATA"]:
                del env[variable]
            if official:
                env |= {"DURE_HOSTS": "dure.example", "DURE_SITE_URL": "https://dure.example"}
            return _run([str(python), "-m", "dure.config.manage", *arguments], env)

    return check


def tracked(*patterns: str) -> Iterator[Path]:
    """Files of the project: what git knows or would add, else (no git here) everything that is not made."""
    argv = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    try:
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True)
    except OSError:
        done = None
    if done and done.returncode == 0:
        yield from (ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file())
        return
    made = {".venv", ".bench-venv", "node_modules", "build", "var", "__pycache__", ".git"}
    for pattern in patterns or ("*",):
        yield from (p for p in ROOT.rglob(pattern) if p.is_file() and not made & set(p.relative_to(ROOT).parts))


def long_files() -> Outcome:
    """Program files; generated migrations and translations are left out."""
    over = []
    for path in tracked("*.py", "*.html", "*.css", "*.js", "*.sh"):
        if "migrations" in path.parts:
            continue
        count = len(path.read_bytes().splitlines())
        if count > LONG:
            over.append((count, path.relative_to(ROOT)))
    over.sort(reverse=True)
    text = "; ".join(f"{path} {count}" for count, path in over)
    return all(count <= TOO_LONG for count, _ in over), text


def locks() -> Outcome:
    """Package locks carry hashes and no addresses: they install from whatever index the machine is set up with."""
    wrong = []
    for path in [*REQUIREMENTS.glob("*.txt"), ROOT / "package-lock.json"]:
        text = path.read_text()
        if re.search(r"https?://|file:|--(extra-)?index-url|--find-links|\"resolved\"", text):
            wrong.append(f"{path.relative_to(ROOT)} names an address")
        if path.suffix == ".txt" and (bare := re.findall(r"^[A-Za-z0-9._-]+==[^\\\n]*$", text, re.M)):
            wrong.append(f"{path.relative_to(ROOT)} has entries without a hash: {bare[:3]}")
    return not wrong, "\n".join(wrong)


def locks_match() -> Outcome:
    """Each pin asked for in requirements/*.in, pyproject.toml and package.json is the one locked."""
    wrong = []
    for asked in REQUIREMENTS.glob("*.in"):
        lock = asked.with_suffix(".txt").read_text().lower()
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", asked.read_text(), re.M):
            if f"{name.lower().replace('_', '-')}=={version} " not in lock:
                wrong.append(f"{asked.name}: {name}=={version} is not in {asked.stem}.txt (see docs/dependencies.md)")
    spark, pinned = ((ROOT / name).read_text() for name in ("requirements/spark.txt", "pyproject.toml"))
    for name, version in re.findall(r'"([a-z0-9-]+)==([^"]+)"', pinned):
        if f"{name}=={version} " not in spark:
            wrong.append(f"pyproject.toml: {name}=={version} is not in spark.txt (see docs/dependencies.md)")
    import json

    package, lock_file = (json.loads((ROOT / name).read_text()) for name in ("package.json", "package-lock.json"))
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        if lock_file["packages"].get(f"node_modules/{name}", {}).get("version") != version:
            wrong.append(f"package.json: {name} {version} is not in package-lock.json")
    return not wrong, "\n".join(wrong)


def machine_paths() -> Outcome:
    """Nothing in the tree may depend on where somebody's checkout or home lies."""
    places = "|".join(["/" + "work/", "/" + "opt/", "/" + "root/", "/" + "home/[a-z]+/", "/" + "Users/[a-z]+/"])
    found = []
    for path in tracked():
        if path.suffix in {".png", ".webp", ".csv", ".gz", ".woff2", ".xlsx"}:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if re.search(rf"(?<![\w.\-/}}])({places})", line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    return not found, "\n".join(found)
