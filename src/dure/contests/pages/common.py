"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.contests import policy, queries
from dure.contests.forms import ReasonForm
from dure.contests.models import Contest
from dure.core.attempts import attempt


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("공모"), reverse("contests:list")), *more]


def inside(contest: Contest, *more: tuple[str, str]) -> dict[str, Any]:
    """The context that every page inside a contest has; the last of `more` without an address is this page."""
    return {"contest": contest, "crumbs": crumbs((contest.title, contest.get_absolute_url()), *more)}


def organised(request: HttpRequest, receipt: str) -> Contest:
    """The contest, for its organiser alone."""
    contest = queries.access(request.viewer, receipt)
    policy.must_organise(request.viewer, contest)
    return contest


def with_reason(
    request: HttpRequest,
    contest: Contest,
    *,
    title: str,
    note: str,
    button: str,
    act: Callable[[str], Any],
    done: str,
    back: str,
    public: bool = True,
) -> HttpResponse:
    """A page that asks for the reason of a step that cannot be taken back, then takes it."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not public:
        form.fields["reason"].help_text = ""
    sent = request.method == "POST" and form.is_valid()
    if sent and attempt(form, lambda: act(form.cleaned_data["reason"])) is not None:
        messages.success(request, done)
        return redirect(back)
    context = {**inside(contest, (title, "")), "form": form, "heading": title, "note": note}
    context |= {"button": button, "back": back, "danger": True}
    return render(request, "contests/form.html", context, status=422 if form.errors else 200)
