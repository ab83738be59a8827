"""Addresses. Each room brings its own in `urls.py`, with whole paths; nothing is listed here twice."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from dure.config.health import healthz

rooms = [app for app in settings.INSTALLED_APPS if app.startswith("dure.") and app != "dure.config"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    *(path("", include(f"{room}.urls")) for room in rooms if find_spec(f"{room}.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
