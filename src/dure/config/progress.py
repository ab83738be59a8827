"""A progress bar on a terminal, one line at the end of each thing elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO
from unicodedata import east_asian_width

from dure.core.rooms import Progress

WIDTH = 24


class Bars:
    """`Bars().show(label)` gives a Progress; `close()` ends the last line."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stderr
        self.live = self.out.isatty()
        self.label, self.began, self.drawn, self.done = "", 0.0, 0.0, 0

    def show(self, label: str) -> Progress:
        self.close()
        self.label, self.began, self.drawn, self.done = label, time.monotonic(), 0.0, 0
        if not self.live:
            self._write(f"… {label}\n")
        return self._tell

    def close(self) -> None:
        if self.label and self.live:
            self._draw(self.done, self.done, "", last=True)
        elif self.label:
            self._write(f"  {self.label}: {self.done:,} · {time.monotonic() - self.began:.1f} s\n")
        self.label = ""

    def _tell(self, done: int, total: int | None, message: str) -> None:
        self.done = done
        now = time.monotonic()
        if self.live and (now - self.drawn > 0.1 or done == total):
            self.drawn = now
            self._draw(done, total, message)

    def _draw(self, done: int, total: int | None, message: str, *, last: bool = False) -> None:
        if total:
            full = round(WIDTH * min(done / total, 1))
            bar, count = "█" * full + "░" * (WIDTH - full), f"{done:,}/{total:,}"
        else:
            bar, count = ("█" if last else "░") * WIDTH, f"{done:,}"
        line = f"{_pad(self.label, 26)} {bar} {count} {message}"
        self._write(f"\r\x1b[2K{_cut(line, 100)}" + ("\n" if last else ""))

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def _cells(char: str) -> int:
    return 2 if east_asian_width(char) in "WF" else 1


def _cut(text: str, width: int) -> str:
    used = 0
    for index, char in enumerate(text):
        used += _cells(char)
        if used > width:
            return text[:index]
    return text


def _pad(text: str, width: int) -> str:
    return text + " " * max(0, width - sum(map(_cells, text)))
