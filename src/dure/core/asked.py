"""What an address asks for."""

from __future__ import annotations

from django.http import HttpRequest


def number(request: HttpRequest, name: str, default: int = 1) -> int:
    """A positive number from the query, below a million; what is none counts as the default."""
    text = request.GET.get(name, "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else default


__all__ = ["number"]
