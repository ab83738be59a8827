"""Content of the demonstration."""

from __future__ import annotations

from dure.core.rooms import Progress


def demo(progress: Progress) -> None:
    progress(0, None, "")
