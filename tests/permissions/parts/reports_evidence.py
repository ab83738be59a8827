"""The evidence of reports has no things of its own."""

from __future__ import annotations

from typing import Any


def names(world: Any) -> dict[str, str]:
    return {}
