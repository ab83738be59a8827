"""`./dure test [--fast] [pytest …]`: the whole suite on SQLite, then on PostgreSQL what it may do otherwise."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from launcher import packages, system
from launcher.ground import ROOT
from launcher.postgres import NoServer, private_server
from launcher.say import Stop, say

NOTHING_COLLECTED = 5
PROCESSES = 2
EXAMPLES = 25
"""With --fast each property is tried on so many examples at most (tests/conftest.py)"""
NO_DATABASE = ("tests/engines", "tests/launcher", "tests/bench", "tests/web", "tests/example_room")
"""Folders whose tests touch none of the two databases, or are the same on either: once is enough"""


def run(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    fast = "--fast" in arguments
    arguments = [argument for argument in arguments if argument != "--fast"]
    python = packages.python("dev")
    packages.front_end(python)
    packages.translations(python)
    if not fast:
        system.provide_for_testing()
        _provide_spark()

    summaries = [_pytest(python, "SQLite", "", fast, arguments)]
    if not fast:
        try:
            with private_server() as url:
                summaries.append(_pytest(python, "PostgreSQL", url, fast, arguments))
        except NoServer as reason:
            say(f"! PostgreSQL에서는 시험하지 못했습니다: {reason}", "not tested on PostgreSQL")

    print()
    for name, code, last in summaries:
        print(f"{'✓' if code == 0 else '✗'} {name}: {last}", flush=True)
    return next((code for _, code, _ in summaries if code), 0)


def _provide_spark() -> None:
    if not shutil.which("java"):
        say("  건너뜀: Spark 시험 (java 없음)", "skipped: the test on Spark (java is not here)")
        return
    try:
        packages.python("spark")
    except Stop:
        say("  건너뜀: Spark 시험 (설치하지 못함)", "skipped: the test on Spark (it could not be installed)")


def _pytest(python: Path, name: str, url: str, fast: bool, arguments: list[str]) -> tuple[str, int, str]:
    """(database, exit code, pytest's last line). Output goes through as it comes."""
    say(f"… {name}에서 시험", f"testing on {name}")
    with tempfile.TemporaryDirectory(prefix="dure-test-") as data:
        env = packages.environment(DURE_DATA=data)
        for variable in [v for v in env if v.startswith("DURE_") and v not in {"DURE_DATA", "DURE_CHROMIUM"}]:
            del env[variable]
        if url:
            env["DURE_DATABASE_URL"] = url
        argv = [str(python), "-m", "pytest"]
        if not any(a == "-n" or a.startswith(("-n", "--numprocesses", "--pdb")) for a in arguments):
            argv += ["-n", str(min(PROCESSES, os.cpu_count() or 1)), "--dist", "loadfile", "--no-loadscope-reorder"]
        if fast:
            argv += ["-m", "not slow and not browser"]
            env["TEST_EXAMPLES"] = str(EXAMPLES)
        if url and not arguments:
            # Pages look the same on either database; tests/conftest.py says what is run on both.
            argv += [f"--ignore={folder}" for folder in NO_DATABASE]
            argv += ["-m", "both or everywhere or postgres"]
        process = subprocess.Popen(
            [*argv, *arguments], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, errors="replace"
        )
        last = ""
        assert process.stdout
        try:
            for line in process.stdout:
                sys.stdout.write(line)
                sys.stdout.flush()
                last = line.strip(" =\n") or last
            code = process.wait()
        finally:
            # Ctrl-C reached pytest as well and it is tidying up; a signal to us alone did not.
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()
    if code == NOTHING_COLLECTED and arguments:
        last += " (nothing collected)"
    return name, code, last
