"""Pages of the rules: what holds, drafts, and what a draft would change."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.reports.models import RuleText
from dure.reports.rules import actions, queries
from dure.reports.rules.forms import CompareForm, RulesForm
from dure.reports.rules.reading import shipped


def _crumbs(here: str = "") -> list[tuple[str, str]]:
    top = [(_("신고"), "/reports/"), (_("보내는 규칙"), reverse("reports:rules") if here else "")]
    return [*top, (here, "")] if here else top


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    row, found = queries.holding()
    context = {
        "holding": row,
        "rules": found,
        "texts": queries.texts(request.viewer),
        "operator": request.viewer.operator,
        "crumbs": _crumbs(),
    }
    return render(request, "reports/rules/list.html", context)


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    actions.must_keep_rules(request.viewer)
    return redirect("reports:rules_edit", id=uuid7())


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.must_keep_rules(request.viewer)
    known = queries.texts(request.viewer).filter(pk=id).first()
    held, _rules = queries.holding()
    start = known.text if known else held.text if held else shipped()
    form = RulesForm(
        request.POST if request.method == "POST" else None, initial={"text": start, "note": known.note if known else ""}
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.rules_save(by=request.viewer, id=id, **form.cleaned_data)
        except Refused as refused:
            if refused.code != "invalid":
                raise
            form.add_error(refused.field, str(refused.message))
        else:
            messages.success(request, _("적어 두었습니다. 아직 쓰이지 않습니다."))
            return redirect(row)
    context = {"form": form, "crumbs": _crumbs(_("규칙 고치기"))}
    return render(request, "reports/rules/edit.html", context, status=422 if form.errors else 200)


@require_GET
def text(request: HttpRequest, id: UUID) -> HttpResponse:
    row = queries.text(request.viewer, id)
    context = {
        "row": row,
        "differ": queries.differing(row),
        "compare": CompareForm(),
        "may_change": request.viewer.operator and row.state == RuleText.State.DRAFT,
        "crumbs": _crumbs(row.note),
    }
    return render(request, "reports/rules/text.html", context)


@require_POST
def compare(request: HttpRequest, id: UUID) -> HttpResponse:
    form = CompareForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else 0
    job = actions.rules_compare(by=request.viewer, id=id, days=days)
    return redirect("core:job", job.pk)


@require_POST
def publish(request: HttpRequest, id: UUID) -> HttpResponse:
    row = actions.rules_publish(by=request.viewer, id=id)
    messages.success(request, _("이제부터 이 규칙으로 보냅니다."))
    return redirect(row)


@require_POST
def drop(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.rules_drop(by=request.viewer, id=id)
    return redirect("reports:rules")
