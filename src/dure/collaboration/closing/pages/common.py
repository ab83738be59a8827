"""What these pages share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.collaboration.models import Collaboration
from dure.collaboration.pages.common import uuid_or_none
from dure.collaboration.pages.inside import inside
from dure.core.ids import uuid7
from dure.core.refused import Refused


def opened(
    request: HttpRequest, receipt: str, here: str, *more: tuple[str, str]
) -> tuple[Collaboration, dict[str, Any]]:
    """The collaboration and the context of a page inside it; not found before its partners are settled."""
    collaboration, context = inside(request, receipt, here, *more)
    if collaboration.settled_at is None:
        raise Refused("not_found", _("함께할 기관이 정해진 뒤에 열리는 쪽입니다."))
    return collaboration, context


def sent(request: HttpRequest, form: type[forms.Form], **more: Any) -> Any:
    """The form with what was sent, or empty."""
    return form(*((request.POST, request.FILES) if request.method == "POST" else ()), **more)


def key_of(request: HttpRequest) -> Any:
    """The id that the form carries, so that sending it twice makes one thing; a fresh one at first."""
    return uuid_or_none(request.POST.get("key", "")) or uuid7()


def form_page(
    request: HttpRequest, context: dict[str, Any], form: Any, *, heading: str, button: str, back: str, **more: Any
) -> HttpResponse:
    """A page with one form. `more`: note (said above it), key, danger, quote, buttons."""
    given = {"form": form, "heading": heading, "button": button, "back": back, "key": key_of(request), **more}
    status = 422 if form is not None and form.errors else 200
    return render(request, "collaboration/closing/form.html", context | given, status=status)


def at(name: str, receipt: str, anchor: str = "") -> str:
    return reverse(f"closing:{name}", args=[receipt]) + (f"#{anchor}" if anchor else "")
