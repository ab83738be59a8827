"""The cookie that carries what was told between the pages of `/benefits/find/`, and what every such page shares."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from dure.benefits import told as carried
from dure.benefits.reading import Library, library
from dure.benefits.speaking import rule_language, show, spoken
from dure.benefits.told import Told, Unreadable
from dure.core import clock
from dure.core.refused import Refused
from dure.engines.rules.ruleset import Day

COOKIE = "dure_benefits"
PATH = "/benefits/find/"


class Visit:
    """One request to these pages: what was told, the rules of today, the reader's language."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.library: Library = library()
        self.day: Day = self.library.rules.on(clock.today())
        self.language: str = request.speaks  # type: ignore[attr-defined]
        self.lang = rule_language(self.language)
        sealed = request.COOKIES.get(COOKIE, "")
        self.told = carried.unpacked(sealed, "cookie", self.library.rules.catalogue) if sealed else Told()

    def show(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return show(self.request, template, {"told": self.told, **context}, status)

    def keep(self, response: HttpResponse) -> HttpResponse:
        """The answer carries what was told as it is now. Refused where it has become too much for a cookie."""
        put(response, self.told)
        return response

    def go(self, name: str, *args: Any) -> HttpResponse:
        """Keep, and on to a page of this room."""
        return self.keep(redirect(f"benefits:{name}", *args))


def put(response: HttpResponse, told: Told) -> None:
    value = carried.cookie_value(told)
    response.set_cookie(COOKIE, value, path=PATH, secure=not settings.LOCAL, httponly=True, samesite="Lax")


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")


def carrying(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`page(visit, …)`: never stored by anything on the way, and, where the cookie cannot be read, a page that says so
    and begins anew."""

    @wraps(page)
    @sensitive_post_parameters()
    @spoken
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            visit = Visit(request)
        except Unreadable:
            response = show(request, "benefits/unreadable.html", {}, status=409)
            forget(response)
        else:
            try:
                response = page(visit, *args, **kwargs)
            except Refused as refused:
                if refused.code != "invalid":
                    raise
                response = visit.show("benefits/stopped.html", {"refused": refused}, status=refused.status)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answering


__all__ = ["Visit", "carrying", "forget", "put"]
