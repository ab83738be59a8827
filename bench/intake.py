"""Taking reports in, for real: web, live and worker processes on a fresh data folder, on two cores, with the bench.

Writes: reports as form data with a photograph (Open311) and as JSON without one (API), each durable before it is
answered: the settings are those of `./dure serve`, SQLite with a full sync at each commit. Each is routed.

Followers: many open streams, shared among some reports' pages. A change is accepted on one of these; measured is, from
the moment the change was sent, when each of its followers heard of it, and when the page that one of them then asks for
shows it. With `--quick` few followers and few writes; the whole bench has 2,000.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import io
import itertools
import json
import os
import random
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench._measure import percentiles, row

TITLE = "Taking reports in: durable reports per second, routed, with photo; how soon 2,000 followers see a change"
PEERS = []
ROOT = Path(__file__).resolve().parents[1]
FORMS = "/open311/v2/requests.json"
WORDS = "국도 갓길에 고라니가 죽어 있어요"
CORES = 2
CALLERS = 8
PAGES = 20
"""Reports that are followed; each change is on one of them."""
PER_ADDRESS = 250
"""Streams from one network address, below the limit of the live process: this machine has many addresses."""
PREPARE = """
import json
from datetime import timedelta
from dure.bodies import apikeys
from dure.bodies.models import ApiKey, Body
from dure.config.loading import load_all
from dure.core import clock
from dure.core.models import Person
from dure.core.rooms import rooms
quiet = lambda label: lambda done, total, note: None
load_all(quiet, of=[room for room in rooms() if room.name in ("places", "bodies")])
prefix, token = apikeys.new_token()
head = Person.objects.create_user("head@example.kr", "a long pass phrase 77", name="head")
until = clock.today() + timedelta(days=30)
ApiKey.objects.create(body=Body.objects.get(code="4182000000"), purpose="bench", prefix=prefix,
    digest=apikeys.digest(token), scopes=["read", "write"], expires_on=until, created_by=head)
print(json.dumps(token))
"""


@dataclass(frozen=True)
class Size:
    followers: int
    seconds: float
    changes: int
    photos: int


def run(*, quick: bool) -> dict[str, Any]:
    size = Size(100, 5.0, 10, 60) if quick else Size(2000, 30.0, 100, 1000)
    kept = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    try:
        if kept:
            # Servers and bench together: what is started inherits it.
            os.sched_setaffinity(0, sorted(kept)[:CORES])
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder, house(Path(folder)) as served:
            return _measure(served, size, cores=len(sorted(kept)[:CORES]) or (os.cpu_count() or 1))
    finally:
        if kept:
            os.sched_setaffinity(0, kept)


@dataclass
class House:
    """Running processes of an installation: where pages and streams are answered, and a key that may write."""

    web: int
    live: int
    token: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def peak_mib(self) -> float:
        """Sum of the peaks of all processes in MiB; 0.0 where the system does not tell."""
        groups = {process.pid for process in self.processes}
        total = 0
        for entry in Path("/proc").glob("[0-9]*") if Path("/proc").is_dir() else []:
            with contextlib.suppress(OSError):
                if os.getpgid(int(entry.name)) in groups:
                    text = (entry / "status").read_text()
                    total += next((int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM")), 0)
        return total / 1024


@contextlib.contextmanager
def house(folder: Path) -> Iterator[House]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DJANGO_"))}
    env |= {
        "DURE_DATA": str(folder),
        "PYTHONPATH": str(ROOT / "src"),
        "DURE_SUPERVISOR": str(os.getpid()),
        "DURE_API_PER_MINUTE_WITH_KEY": "1000000",
    }
    manage = [sys.executable, "-m", "dure.config.manage"]
    for command in (["migrate", "-v", "0"], ["createcachetable"], ["collectstatic", "--noinput", "-v", "0"]):
        subprocess.run([*manage, *command], env=env, check=True, cwd=ROOT)
    argv = [*manage, "shell", "--no-imports", "-v", "0", "-c", PREPARE]
    told = subprocess.run(argv, env=env, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    served = House(free_port(), free_port(), json.loads(told.strip().splitlines()[-1]))
    server = [sys.executable, "-m", "dure.config.server"]
    try:
        for command in (
            [*server, "web", "--port", str(served.web)],
            [*server, "live", "--port", str(served.live)],
            [*manage, "worker"],
        ):
            served.processes.append(subprocess.Popen(command, env=env, cwd=ROOT, start_new_session=True))
        for port in (served.web, served.live):
            _wait_for(port)
        yield served
    finally:
        for process in served.processes:
            process.terminate()
        for process in served.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise RuntimeError(f"nothing answers at port {port}")


def _measure(served: House, size: Size, *, cores: int) -> dict[str, Any]:
    photos = pictures(size.photos)
    last = itertools.cycle(photos)
    # Every web process and thread loads what it needs before anything is measured.
    _write(served, FORMS, lambda chance: _form(served, chance, photos[0]), 1.0)
    rows = []
    for case, make in (("report with photo", lambda chance: _form(served, chance, next(last))),
                       ("report without photo", lambda chance: _plain(served, chance))):  # fmt: skip
        path = FORMS if case.endswith("with photo") else "/api/v1/reports"
        took, wall = _write(served, path, make, size.seconds)
        p50, p99 = percentiles(took)
        quality: dict[str, float | int | str | None] = {"per_second": round(len(took) / wall, 1)}
        rows.append(row(case, "dure", len(took), wall_s=wall, p50_ms=p50, p99_ms=p99, quality=quality))
    heard, seen, open_streams = asyncio.run(_follow(served, size))
    for case, took in (("change heard by followers", heard), ("change shown on the page", seen)):
        p50, p99 = percentiles(took)
        rows.append(row(case, "dure", len(took), p50_ms=p50, p99_ms=p99, quality={"followers": open_streams}))
    peak = served.peak_mib()
    rows = [{**one, "peak_mib": peak} for one in rows]
    notes = [
        f"{cores} cores for servers and bench together; photographs of {len(photos[0]) // 1024} KiB, redrawn; "
        f"{CALLERS} callers at once; peak_mib is the sum of all server processes' peaks over the whole run.",
        f"{open_streams} open streams on {PAGES} reports, {size.changes} changes, one after the other; times run from "
        "the moment the change was sent, so they hold the write itself.",
    ]
    return {"rows": rows, "ratios": {}, "notes": notes}


def pictures(number: int) -> list[bytes]:
    """A photograph's worth of detail: noise, smoothed, 1280 × 960. Each is another picture, so each is stored."""
    import numpy
    from PIL import Image, ImageFilter

    noise = numpy.random.default_rng(7).integers(0, 255, (960, 1280, 3), dtype=numpy.uint8)
    picture = Image.fromarray(noise).filter(ImageFilter.GaussianBlur(3))
    found = []
    for one in range(number):
        for bit in range(12):
            # The number in black and white: nothing finer outlives the compression.
            picture.paste((255,) * 3 if one >> bit & 1 else (0,) * 3, (bit * 16, 0, bit * 16 + 16, 16))
        data = io.BytesIO()
        picture.save(data, format="JPEG", quality=85)
        found.append(data.getvalue())
    return found


def _place(chance: random.Random) -> tuple[float, float]:
    return 126.8 + chance.random() * 1.8, 35.2 + chance.random() * 2.3


def _plain(served: House, chance: random.Random) -> tuple[bytes, dict[str, str]]:
    lon, lat = _place(chance)
    said = {"id": str(uuid.uuid4()), "words": WORDS, "category": "roads.roadkill", "lon": lon, "lat": lat,
            "accuracy_m": 10, "heading": 90}  # fmt: skip
    return json.dumps(said).encode(), {"Content-Type": "application/json", "Authorization": f"Bearer {served.token}"}


def _form(served: House, chance: random.Random, photo: bytes) -> tuple[bytes, dict[str, str]]:
    lon, lat = _place(chance)
    fields = {"service_code": "roads.roadkill", "lat": f"{lat:.6f}", "long": f"{lon:.6f}", "api_key": served.token,
              "description": WORDS}  # fmt: skip
    edge = "dure-bench-edge"
    start = f"--{edge}\r\nContent-Disposition: form-data; name="
    parts = [f'{start}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    head = f'{start}"media"; filename="a.jpg"\r\n'
    body = b"".join([*parts, head.encode(), b"Content-Type: image/jpeg\r\n\r\n", photo])
    return body + f"\r\n--{edge}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={edge}"}


def _call(served: House, method: str, path: str, body: bytes | None = None, headers: Any = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", served.web, timeout=120)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    if answer.status not in (200, 201):
        raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
    return json.loads(text) if "json" in (answer.getheader("Content-Type") or "") else text.decode()


def _write(
    served: House, path: str, make: Callable[[random.Random], tuple[bytes, dict[str, str]]], seconds: float
) -> tuple[list[float], float]:
    """Seconds of each accepted call, and of all of them together."""
    took: list[float] = []
    faults: list[Exception] = []
    until = time.perf_counter() + seconds

    def caller(number: int) -> None:
        chance = random.Random(number)
        try:
            while time.perf_counter() < until:
                body, headers = make(chance)
                began = time.perf_counter()
                _call(served, "POST", path, body, headers)
                took.append(time.perf_counter() - began)
        except Exception as fault:
            faults.append(fault)

    callers = [threading.Thread(target=caller, args=(number,)) for number in range(CALLERS)]
    began = time.perf_counter()
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    if faults:
        raise faults[0]
    return took, time.perf_counter() - began


@dataclass
class Change:
    """One change on a report: when it was sent, and when each follower heard of it."""

    sent: float
    expected: int
    heard: list[float] = field(default_factory=list)
    all_heard: asyncio.Event = field(default_factory=asyncio.Event)


async def _follow(served: House, size: Size) -> tuple[list[float], list[float], int]:
    """Seconds until each follower heard of each change, and until the page showed it; how many streams were open."""
    chance = random.Random(3)
    made = [_call(served, "POST", "/api/v1/reports", *_plain(served, chance)) for _page in range(PAGES)]
    receipts = [one["receipt"] for one in made]
    urns = [_call(served, "GET", f"/api/v1/reports/{receipt}")["urn"] for receipt in receipts]
    running: dict[str, Change] = {}
    open_now: dict[str, int] = dict.fromkeys(urns, 0)
    gate = asyncio.Semaphore(50)

    async def follower(number: int) -> None:
        urn = urns[number % PAGES]
        local = (f"127.0.{1 + number // PER_ADDRESS}.1", 0)
        async with gate:
            reader, writer = await asyncio.open_connection("127.0.0.1", served.live, local_addr=local)
            query = urllib.parse.urlencode({"subject": urn})
            writer.write(
                f"GET /live/?{query} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".encode()
            )
            status = await asyncio.wait_for(reader.readline(), 120)
            if b" 200 " not in status:
                raise RuntimeError(f"a stream was not opened: {status!r}")
            while b"retry:" not in await asyncio.wait_for(reader.readline(), 120):
                pass
        open_now[urn] += 1
        try:
            while line := await reader.readline():
                change = running.get(urn)
                if line.startswith(b"data:") and change is not None:
                    change.heard.append(time.perf_counter() - change.sent)
                    if len(change.heard) >= change.expected:
                        change.all_heard.set()
        finally:
            writer.close()

    tasks = [asyncio.create_task(follower(number)) for number in range(size.followers)]
    while sum(open_now.values()) < size.followers:
        for task in tasks:
            if task.done():
                task.result()
        await asyncio.sleep(0.1)
    heard: list[float] = []
    seen: list[float] = []
    for number in range(size.changes):
        index = chance.randrange(PAGES)
        urn, receipt, text = urns[index], receipts[index], f"아직 그대로 있어요 ({number})"
        change = running[urn] = Change(time.perf_counter(), open_now[urn])
        body = json.dumps({"text": text}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {served.token}"}
        await asyncio.to_thread(_call, served, "POST", f"/api/v1/reports/{receipt}/words", body, headers)
        await asyncio.wait_for(change.all_heard.wait(), 60)
        page = await asyncio.to_thread(_call, served, "GET", f"/reports/{receipt}/")
        if text not in page:
            raise RuntimeError("the page does not show what its followers heard of")
        seen.append(time.perf_counter() - change.sent)
        heard += change.heard
        running.clear()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return heard, seen, size.followers
