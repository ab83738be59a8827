"""What the pages of the company desk share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.core.ids import uuid7

BOTH = ["GET", "POST"]
PER_PAGE = 30


def thing_id(request: HttpRequest) -> UUID:
    """The uuid the form carries, so that a doubled POST makes one thing."""
    return uuid_of(request.POST.get("id", "")) or uuid7()


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def page_of(request: HttpRequest, rows: Any, name: str = "page") -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get(name))


def form_page(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    """One form, one question. `title`, `button`, `back`, `crumbs`; `lead` and `keep` may be given."""
    context = {"form": form, "id": thing_id(request), "keep": "company-form", **context}
    return render(request, "reports/company/form.html", context, status=422 if form.errors else 200)


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("기업의 어려움"), reverse("reports:company_desk")), *more]


def open_crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """For pages that anybody reads."""
    return [(_("기업의 어려움"), reverse("reports:company")), *more]


def tabs(request: HttpRequest, name: str, items: list[tuple[str, Any]], now: str) -> list[dict[str, Any]]:
    """Tabs that set one word of the address; '' is the first."""
    return [
        {"label": label, "url": f"?{name}={value}" if value else request.path, "current": value == now, "count": None}
        for value, label in items
    ]
