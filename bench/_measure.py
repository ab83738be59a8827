"""Measuring for benches: rows of one shape, work in a process of its own, latencies."""

from __future__ import annotations

import math
import multiprocessing
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

FIELDS = ("case", "system", "n", "cpu_s", "wall_s", "p50_ms", "p99_ms", "peak_mib", "quality")


def row(
    case: str,
    system: str,
    n: int,
    *,
    cpu_s: float | None = None,
    wall_s: float | None = None,
    p50_ms: float | None = None,
    p99_ms: float | None = None,
    peak_mib: float | None = None,
    quality: dict[str, float | int | str | None] | None = None,
) -> dict[str, Any]:
    """One line of a result. `system` is "dure" or the peer's name and version; what makes no sense here stays None."""
    return {
        "case": case,
        "system": system,
        "n": n,
        "cpu_s": cpu_s,
        "wall_s": wall_s,
        "p50_ms": p50_ms,
        "p99_ms": p99_ms,
        "peak_mib": peak_mib,
        "quality": quality,
    }


@dataclass(frozen=True)
class Measured:
    """What a function gave and what it cost: seconds of processor and of clock, MiB at its highest (0.0 if unknown)."""

    value: Any
    cpu_s: float
    wall_s: float
    peak_mib: float = 0.0


def timed(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Measured:
    """In this process; all threads' processor time counts, children's does not."""
    cpu, wall = time.process_time(), time.perf_counter()
    value = function(*args, **kwargs)
    return Measured(value, time.process_time() - cpu, time.perf_counter() - wall)


def apart(function: Callable[..., Any], *args: Any) -> Measured:
    """In a fresh process, so that the peak of memory and the imports are this function's own.

    `function` must be at the top level of its module and what it takes and gives must pickle. The time of starting
    Python is not counted; imports that the function makes are.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_apart, args=(there, function, args))
    process.start()
    there.close()
    try:
        outcome = here.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"{function.__name__} died with code {process.exitcode}") from None
    process.join()
    if isinstance(outcome, str):
        raise RuntimeError(f"{function.__name__} failed:\n{outcome}")
    return outcome


def _apart(pipe: Any, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    try:
        measured = timed(function, *args)
    except BaseException:
        pipe.send(traceback.format_exc())
        return
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mib = peak / 1024 / 1024 if sys.platform == "darwin" else peak / 1024
    pipe.send(Measured(measured.value, measured.cpu_s, measured.wall_s, mib))


def latencies(function: Callable[[Any], Any], inputs: Iterable[Any]) -> list[float]:
    """Seconds of each call, one after the other."""
    seconds = []
    for value in inputs:
        began = time.perf_counter()
        function(value)
        seconds.append(time.perf_counter() - began)
    return seconds


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """(p50, p99) in milliseconds: the smallest value that at least that share does not exceed. Needs one value."""
    if not seconds:
        raise ValueError("no latencies to take percentiles of")
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return ordered[math.ceil(round(share * len(ordered), 6)) - 1] * 1000

    return at(0.50), at(0.99)
