"""Going on to another page in a browser where no script takes the click: the next page is there when it returns."""

from __future__ import annotations

from typing import Any


def follow(page: Any, link: Any) -> None:
    """Clicks what leads to another page (or sends a form), and waits until that one is loaded."""
    with page.expect_navigation():
        link.click()
