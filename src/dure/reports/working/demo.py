"""Content of the demonstration: reports of invented towns in every state, worked on through the actions."""

from __future__ import annotations

from dure.core.rooms import Progress


def demo(progress: Progress) -> None:
    progress(0, 0, "")
