"""Real child processes: small Python programs that write what happens to them into a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from launcher.supervisor import Child, Supervisor

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

OBEDIENT = """
import os, signal, sys, time
out = open(sys.argv[1], "a", buffering=1)
out.write(f"{os.getpid()}\\n")
signal.signal(signal.SIGTERM, lambda *_: (out.write("asked\\n"), sys.exit(0)))
while True: time.sleep(0.05)
"""
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "a").write(f"{os.getpid()}\\n{child.pid}\\n")
time.sleep(600)
"""


def alive(process: int) -> bool:
    """Running, not only waiting for its parent to take note."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wait_for(what: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split() if line.isdigit()] if file.exists() else []


def child(name: str, program: str, file: Path) -> Child:
    return Child(name, [sys.executable, "-c", program, str(file)], dict(os.environ))


def test_a_dead_child_is_started_again_and_all_are_asked_to_stop(tmp_path: Path, capfd) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    house = Supervisor([child("one", OBEDIENT, one), child("two", OBEDIENT, two)])
    house.start()
    try:
        house.watch_until(lambda: pids(one) and pids(two), 20)
        os.kill(pids(one)[0], signal.SIGKILL)
        assert house.watch_until(lambda: len(pids(one)) == 2, 20)
    finally:
        house.stop()
    assert not any(alive(pid) for pid in pids(one) + pids(two))
    assert one.read_text().split()[-1] == two.read_text().split()[-1] == "asked"
    assert len(pids(two)) == 1, "a living child is left alone"
    assert "one ended (-9)" in capfd.readouterr().err


def test_pauses_between_starts_grow(tmp_path: Path) -> None:
    file = tmp_path / "starts"
    dying = child("dying", "import sys, time; open(sys.argv[1], 'a').write(f'{time.time()}\\n')", file)
    house = Supervisor([dying])
    house.start()
    try:
        house.watch_until(lambda: file.exists() and len(file.read_text().split()) == 4, 30)
    finally:
        house.stop()
    moments = [float(word) for word in file.read_text().split()]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert gaps[0] > 0.5
    assert gaps[1] > 1.0
    assert gaps[2] > 2.0


def test_who_does_not_listen_is_ended_with_all_it_started(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("launcher.supervisor.GRACE", 0.5)
    file = tmp_path / "pids"
    house = Supervisor([child("stubborn", STUBBORN, file)])
    house.start()
    house.watch_until(lambda: len(pids(file)) == 2, 20)
    house.stop()
    wait_for(lambda: not any(alive(pid) for pid in pids(file)))


def test_a_signal_ends_the_watch_and_handlers_are_put_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    house = Supervisor([child("one", OBEDIENT, tmp_path / "one")])
    house.start()
    house.watch_until(lambda: pids(tmp_path / "one"), 20)
    os.kill(os.getpid(), signal.SIGTERM)
    assert house.watch_until(lambda: False)
    assert house.stopping
    house.stop()
    assert signal.getsignal(signal.SIGTERM) is before


def test_processes_end_themselves_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    """supervisor → server → its forked worker; only the first is killed. The lifeline is what ends the others."""
    server = (
        "import os, sys, time; from dure.config import lifeline; lifeline.hold(); os.fork(); lifeline.hold(); "
        "open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(600)"
    )
    supervisor = (
        "import os, subprocess, sys, time; "
        "env = {**os.environ, 'DURE_SUPERVISOR': str(os.getpid())}; "
        f"subprocess.Popen([sys.executable, '-c', {server!r}, sys.argv[1]], env=env, start_new_session=True); "
        "time.sleep(600)"
    )
    file = tmp_path / "pids"
    process = subprocess.Popen(
        [sys.executable, "-c", supervisor, str(file)], env={**os.environ, "PYTHONPATH": str(ROOT / "src")}
    )
    wait_for(lambda: len(pids(file)) == 2)
    time.sleep(1.2)
    assert all(alive(pid) for pid in pids(file)), "while the supervisor lives, so do they"
    process.kill()
    process.wait()
    wait_for(lambda: not any(alive(pid) for pid in pids(file)), 5)
