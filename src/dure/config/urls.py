"""Addresses. Each room brings its own in `urls.py`, with whole paths; nothing is listed here twice."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"{app}.urls"))
    for app in settings.INSTALLED_APPS
    if app.startswith("dure.") and find_spec(f"{app}.urls")
]
