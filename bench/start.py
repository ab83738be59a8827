"""How long `./dure serve` takes until it is open: the first time on an empty folder, and again on a prepared one."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from bench._measure import row

TITLE = "Starting: the first time on an empty folder, and again"
PEERS = []

ROOT = Path(__file__).resolve().parents[1]
AGAIN = {False: 5, True: 1}
LONGEST = 900.0
AIM = 5.0
"""Seconds within which an installation that is prepared should be open again."""


def run(*, quick: bool = False) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="dure-start-") as folder:
        data = Path(folder) / "data"
        first = opened(data)
        again = sorted(opened(data) for _time in range(AGAIN[quick]))
    wall, cpu = again[len(again) // 2]
    return {
        "rows": [
            row("first start, no demo", "dure", 1, wall_s=first[0], cpu_s=first[1]),
            row(
                "start again", "dure", len(again), wall_s=wall, cpu_s=cpu, quality={"slowest_s": round(again[-1][0], 2)}
            ),
        ],
        "ratios": {},
        "notes": [
            "wall_s: until it says that it is open; cpu_s: all its processes until they have ended again",
            f"aim for starting again: {AIM:g} s",
        ],
    }


def opened(data: Path) -> tuple[float, float]:
    """Seconds of clock until open, and of processor in all until ended."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DJANGO_", "PYTHON"))}
    argv = [ROOT / "dure", "serve", "--port", str(_two_free_ports()), "--data", str(data), "--no-demo"]
    began = time.perf_counter()
    process = subprocess.Popen(
        argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert process.stdout
    said: list[str] = []
    try:
        for line in process.stdout:
            said.append(line)
            if "Dure is open" in line:
                break
        wall = time.perf_counter() - began
        if process.poll() is not None:
            raise RuntimeError("it did not open:\n" + "".join(said))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LONGEST)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _two_free_ports() -> int:
    """A port whose neighbour is free as well: pages and live pages take one each."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
