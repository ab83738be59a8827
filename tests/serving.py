"""Static files for browsers: read once and said to hold, as the product's server does with its hashed names."""

from __future__ import annotations

from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders, handlers
from django.http import Http404, HttpRequest, HttpResponse


def from_memory(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handlers, "serve", serve)


@cache
def found(path: str) -> tuple[bytes, str] | None:
    file = finders.find(path)
    return (Path(file).read_bytes(), guess_type(file)[0] or "application/octet-stream") if file else None


def serve(request: HttpRequest, path: str, **_: Any) -> HttpResponse:
    file = found(path)
    if file is None:
        raise Http404(path)
    return HttpResponse(file[0], content_type=file[1], headers={"Cache-Control": "max-age=3600"})
