"""Addresses. Each room brings its own in `urls.py`, with whole paths; nothing is listed here twice."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from dure.config.api import api
from dure.config.health import healthz

# Lowest floor first: the shell comes last, so that its "not open yet" pages give way to the room that opens a door.
rooms = [app for app in reversed(settings.INSTALLED_APPS) if app.startswith("dure.") and app != "dure.config"]
handler500 = "dure.web.pages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    *(path("", include(f"{room}.urls")) for room in rooms if find_spec(f"{room}.urls")),
    path("api/v1/", api.urls),
    path("", include("dure.core.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
