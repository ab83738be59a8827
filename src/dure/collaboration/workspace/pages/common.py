"""What the pages of the workspace share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.collaboration.models import Collaboration
from dure.collaboration.pages.common import attempt, narrowing
from dure.collaboration.pages.inside import inside
from dure.collaboration.workspace import policy
from dure.collaboration.workspace.forms import WhyForm
from dure.core import clock

PAGES = ("page", "tasks", "meetings", "budget", "files")


def opened(
    request: HttpRequest, receipt: str, here: str, *more: tuple[str, str]
) -> tuple[Collaboration, dict[str, Any]]:
    """The collaboration and the context of `workspace/base.html`; `here` is one of PAGES."""
    trail = more if here == "page" else ((str(_labels()[here]), _address(receipt, here) if more else ""), *more)
    collaboration, context = inside(request, receipt, "workspace:page", *trail)
    context["subs"] = [
        {"label": label, "url": _address(receipt, name), "current": name == here, "count": None}
        for name, label in _labels().items()
    ]
    context["may_write"] = policy.may_write(request.viewer, collaboration)
    context["paused"] = "workspace" in collaboration.paused
    context["receipt"] = receipt
    return collaboration, context


def _labels() -> dict[str, str]:
    return {
        "page": _("한눈에"),
        "tasks": _("할 일"),
        "meetings": _("회의"),
        "budget": _("예산"),
        "files": _("파일"),
    }


def _address(receipt: str, name: str) -> str:
    return reverse(f"workspace:{name}", args=[receipt])


def show(request: HttpRequest, name: str, context: dict[str, Any], form: Any = None) -> HttpResponse:
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, f"collaboration/workspace/{name}.html", context, status=status)


def form_page(
    request: HttpRequest,
    context: dict[str, Any],
    form: forms.Form,
    *,
    heading: str,
    button: str,
    back: str,
    name: str = "form",
    **more: Any,
) -> HttpResponse:
    return show(
        request, name, context | {"form": form, "heading": heading, "button": button, "back": back} | more, form
    )


def renewed(form: Any, thing: Any, version: int | None = None) -> bool:
    """After a refusal: whether somebody changed the thing meanwhile. Then the form goes on from the present version,
    so that who has compared can save."""
    now = thing.version if version is None else version
    if form.data.get("version") in (None, "", str(now)):
        return False
    form.data = form.data.copy()
    form.data["version"] = str(now)
    return True


def why_page(
    request: HttpRequest,
    context: dict[str, Any],
    *,
    heading: str,
    note: str,
    button: str,
    back: str,
    act: Callable[[str], Any],
    done: str,
) -> HttpResponse:
    """Asks for the reason of a step, then takes it."""
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: act(form.cleaned_data["reason"])):
        messages.success(request, done)
        return redirect(back)
    return form_page(request, context, form, heading=heading, button=button, back=back, note=note)


def narrowed(form: forms.Form) -> dict[str, Any] | None:
    return narrowing(form.cleaned_data)


def warn_if_past(request: HttpRequest, due: date | None) -> None:
    if due is not None and due < clock.today():
        messages.warning(request, _("기한이 이미 지난 날입니다. 맞는지 다시 확인해 주세요."))


NARROW_FIELDS = {"visibility": "narrow", "withheld_reason": "reason"}
"""The action's names of what a form calls otherwise"""
