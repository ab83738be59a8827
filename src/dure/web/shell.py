"""What every page is given by its frame: menu, language, look, sign-in, for whom one acts."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

from dure.core import rooms
from dure.core.notices import unread_count
from dure.core.viewer import Viewer

logger = logging.getLogger(__name__)

LOOK_COOKIE = "dure_look"
LOOKS = {"text": {"large"}, "contrast": {"high"}}


def look_of(request: HttpRequest) -> dict[str, str]:
    """The reader's chosen look from its cookie (`text=large&contrast=high`); anything unknown is dropped."""
    chosen = {}
    for pair in request.COOKIES.get(LOOK_COOKIE, "").split("&"):
        name, _, value = pair.partition("=")
        if value in LOOKS.get(name, ()):
            chosen[name] = value
    return chosen


def address(name: str) -> str:
    """The path of a named URL, or nothing where no room offers it."""
    return _address(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@cache
def _address(name: str, urlconf: str, prefix: str) -> str:
    """Every page asks for thirty paths that stay the same: looked up once."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def entries(where: str, path: str, viewer: Viewer | None = None) -> list[dict[str, str]]:
    """Menu entries as label, url and current (`page`, `true` inside it, or empty). A broken one is logged."""
    found = []
    for entry in rooms.menu(where):
        if entry.shown and viewer and not entry.shown(viewer):
            continue
        url = address(entry.url_name)
        if not url:
            logger.error("menu entry %s names no page", entry.url_name)
            continue
        current = "page" if path == url else "true" if url != "/" and path.startswith(url) else ""
        found.append({"label": str(entry.label), "url": url, "current": current})
    return found


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of all pages; see `web/base.html`. `acting` is what dure.bodies set as `request.acting`."""
    viewer = getattr(request, "viewer", None)
    signed_in = bool(viewer and viewer.is_person)
    return {
        "viewer": viewer,
        "look": look_of(request),
        "languages": settings.LANGUAGES,
        "LANGUAGE_CODE": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "official_site": settings.OFFICIAL_SITE,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "menu": {
            "main": entries("main", request.path),
            "desk": entries("desk", request.path, viewer) if signed_in else [],
            "footer": entries("footer", request.path),
        },
        "notices_url": address("core:notices") if signed_in else "",
        "unread": unread_count(viewer) if viewer and signed_in else 0,
        "login_url": address("account_login"),
        "logout_url": address("account_logout"),
        "account_url": address("account_home") or address("account_email"),
        "acting": getattr(request, "acting", None),
        "acting_url": address("bodies:act_for"),
    }
