"""What the pages of mediation share: one form, one action, back to the dispute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from dure.collaboration.mediation import queries
from dure.collaboration.mediation.models import Dispute
from dure.collaboration.models import Collaboration
from dure.collaboration.pages.common import attempt
from dure.collaboration.pages.inside import inside
from dure.collaboration.queries import access
from dure.core.refused import Refused

TAB = "mediation:page"
REASONS = {"visibility": "narrow", "withheld_reason": "reason_code"}


def dispute_for(request: HttpRequest, receipt: str, id: UUID) -> tuple[Collaboration, Dispute]:
    collaboration = access(request.viewer, receipt)
    dispute = queries.dispute_of(request.viewer, collaboration, id)
    return collaboration, dispute


def form_page(
    request: HttpRequest,
    dispute: Dispute,
    form: Any,
    act: Callable[[Any], Any],
    *,
    heading: str,
    button: str,
    done: str,
    note: str = "",
    danger: bool = False,
    files: bool = False,
) -> HttpResponse:
    """The page of one small form: shown, or sent and acted upon, then back to the dispute. Refusals keep what was
    typed."""
    receipt = dispute.collaboration.receipt
    back = reverse("mediation:dispute", args=[receipt, dispute.pk])
    if form.is_bound and form.is_valid() and attempt(form, lambda: act(form), **REASONS) is not None:
        messages.success(request, done)
        return redirect(back)
    _collaboration, context = inside(request, receipt, TAB, (dispute.title, back), (heading, ""))
    context |= {
        "form": form,
        "dispute": dispute,
        "heading": heading,
        "button": button,
        "note": note,
        "danger": danger,
        "files": files,
        "back": back,
    }
    return render(request, "collaboration/mediation/form.html", context, status=422 if form.errors else 200)


def do(request: HttpRequest, dispute: Dispute, act: Callable[[], Any], done: str) -> HttpResponse:
    """A button of the dispute's page: what is refused because things changed is said on that page again."""
    try:
        act()
    except Refused as refused:
        if refused.code not in ("conflict", "invalid"):
            raise
        messages.error(request, str(refused.message))
    else:
        messages.success(request, done)
    return redirect("mediation:dispute", receipt=dispute.collaboration.receipt, id=dispute.pk)
