"""Lines for the person at the terminal: Korean first, English after it. Everything goes to stderr except results."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

WRONG_USE = 2


class Stop(Exception):
    """Ends the command with one clear line and an exit code."""

    def __init__(self, korean: str, english: str, code: int = WRONG_USE) -> None:
        super().__init__(f"{korean} · {english}")
        self.code = code


def stop(korean: str, english: str, code: int = WRONG_USE) -> NoReturn:
    raise Stop(korean, english, code)


def say(korean: str, english: str = "") -> None:
    print(f"{korean} · {english}" if english else korean, file=sys.stderr, flush=True)


@contextmanager
def step(korean: str, english: str) -> Iterator[None]:
    """Says what begins and, when it took a while, how long it took."""
    say(f"… {korean}", english)
    began = time.monotonic()
    yield
    seconds = time.monotonic() - began
    if seconds >= 1:
        say(f"  {seconds:.0f}초", f"{seconds:.0f} s")
