"""Below the status link: whoever reported answers, agrees, or says that it is not solved. The link is the key."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dure.core.attempts import attempt
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.reports import policy
from dure.reports.models import Extension, Report, Word
from dure.reports.queries import by_token
from dure.reports.working import actions
from dure.reports.working import forms as f
from dure.reports.working import policy as rules
from dure.reports.working.pages.common import taken


def _page(request: HttpRequest, token: str, name: str, form: forms.Form, **more: Any) -> HttpResponse:
    context = {"token": token, "form": form, **more}
    response = render(request, f"reports/working/{name}.html", context, status=422 if form.errors else 200)
    # With `no-referrer` browsers send forms with `Origin: null`, which looks forged; other sites get nothing of it.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _form(request: HttpRequest, kind: type[forms.Form]) -> forms.Form:
    return kind(request.POST, request.FILES) if request.method == "POST" else kind()


def _question(report: Report) -> Word | None:
    """What was asked and waits for an answer."""
    rest = report.rests.select_related("question").filter(ended_at=None).first()
    return rest.question if rest else None


@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    report, viewer = by_token(token)
    policy.must_be_open(report)
    form = _form(request, f.ReplyForm)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = attempt(
            form,
            lambda: actions.report_reply(by=viewer, id=report.pk, text=data["text"], files=taken(data["pictures"])),
            files="pictures",
        )
        if said is not None:
            messages.success(request, _("고맙습니다. 맡은 기관에 전했습니다."))
            return redirect("reports:status", token=token)
    return _page(request, token, "reply", form, report=report, question=_question(report))


@require_http_methods(["GET", "POST"])
def not_solved(request: HttpRequest, token: str) -> HttpResponse:
    report, viewer = by_token(token)
    rules.must_ask_again(viewer, report)
    form = _form(request, f.NotSolvedForm)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        again = attempt(
            form,
            lambda: actions.report_not_solved(
                by=viewer, id=report.pk, text=data["text"], files=taken(data["pictures"])
            ),
            files="pictures",
        )
        if again is not None:
            messages.success(request, _("알겠습니다. 다른 담당자가 다시 살핍니다."))
            return redirect("reports:status", token=token)
    return _page(request, token, "not_solved", form, report=report)


@require_http_methods(["GET", "POST"])
def extension(request: HttpRequest, token: str) -> HttpResponse:
    report, viewer = by_token(token)
    row = _waiting(report, viewer)
    form = _form(request, f.AgreeForm)
    if request.method == "POST" and form.is_valid():
        agree = form.cleaned_data["agree"] == "yes"
        if attempt(form, lambda: actions.report_extension_answer(by=viewer, id=report.pk, agree=agree)) is not None:
            messages.success(request, _("고맙습니다. 맡은 기관에 전했습니다."))
            return redirect("reports:status", token=token)
    return _page(request, token, "extension", form, report=report, extension=row)


def _waiting(report: Report, viewer: Viewer) -> Extension:
    row: Extension | None = report.extensions.filter(state=Extension.State.WAITING).first()
    if row is None or not report.open:
        raise Refused("conflict", _("동의를 기다리는 것이 없습니다."))
    return row
