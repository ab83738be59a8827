"""HTML of the company desk: the door for companies, the officials' desk, and the public list of rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dure.bodies.queries import named
from dure.core import keyset
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.reports.company import actions, policy, queries
from dure.reports.company.forms import CareForm, CompanyForm, DecideForm, RuleForm, SendForm, VisitForm
from dure.reports.models import RuleChange

BOTH = ["GET", "POST"]


def attempt(form: forms.Form, act: Callable[[], Any]) -> Any:
    """Run an action; a refusal becomes an error of the form, on the field it names. None when refused."""
    try:
        return act()
    except Refused as refused:
        if refused.code in ("not_found", "not_signed_in", "not_allowed"):
            raise
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
        return None


def thing_id(request: HttpRequest) -> UUID:
    """The uuid the form carries, so that a doubled POST makes one thing."""
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return uuid7()


def report_id(request: HttpRequest) -> UUID:
    """Made from what the form carries by a hash: the id of a report is public, and must not open its status link."""
    return uuid5(NAMESPACE_URL, f"dure:company-door:{thing_id(request)}")


def form_page(request: HttpRequest, form: forms.Form, title: str, button: str, back: str) -> HttpResponse:
    context = {"form": form, "heading": title, "button": button, "back": back}
    context["id"] = thing_id(request) if request.method == "POST" else uuid7()
    return render(request, "reports/company/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(BOTH)
def door(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    if viewer.is_official and request.method == "POST":
        policy.must_speak_for_company(viewer)
    posted = request.POST if request.method == "POST" else None
    form = CompanyForm(posted, for_body=viewer.is_official)
    if form.is_bound and form.is_valid():
        client = request.META.get("REMOTE_ADDR", "")
        made = attempt(
            form,
            lambda: actions.company_report(by=viewer, id=report_id(request), fields=form.cleaned_data, client=client),
        )
        if made:
            return redirect(made.status_path)
    context = {"form": form, "own": queries.own(viewer), "id": thing_id(request) if form.is_bound else uuid7()}
    return render(request, "reports/company/door.html", context, status=422 if form.is_bound else 200)


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    body_id = policy.must_read(request.viewer)
    visits, closed = queries.visits_of(request.viewer, body_id)
    context = {
        "matters": queries.open_matters(request.viewer, body_id),
        "cares": queries.cares(body_id),
        "visits": visits,
        "closed": closed,
        "viewer": request.viewer,
    }
    return render(request, "reports/company/desk.html", context)


@require_http_methods(BOTH)
def care(request: HttpRequest) -> HttpResponse:
    body_id = policy.must_lead(request.viewer)
    form = CareForm(request.POST if request.method == "POST" else None, officers=queries.officers(body_id))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        if attempt(
            form,
            lambda: actions.care_assign(
                by=request.viewer,
                company_id=queries.company_named(data["company"]).pk,
                officer_id=UUID(data["officer"]),
            ),
        ):
            return redirect("reports:company_desk")
    return form_page(request, form, _("회사의 담당자 정하기"), _("정하기"), reverse("reports:company_desk"))


@require_http_methods(BOTH)
def visit(request: HttpRequest) -> HttpResponse:
    policy.must_act(request.viewer)
    form = VisitForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        if attempt(
            form,
            lambda: actions.visit_log(
                by=request.viewer,
                id=thing_id(request),
                company_id=queries.company_named(data["company"]).pk,
                fields=data,
            ),
        ):
            return redirect("reports:company_desk")
    return form_page(request, form, _("찾아간 것 적기"), _("적어 두기"), reverse("reports:company_desk"))


@require_GET
def rules(request: HttpRequest) -> HttpResponseBase:
    state = request.GET.get("state", "")
    state = state if state in RuleChange.State.values else ""
    rows = queries.rules(request.viewer, state, request.GET.get("body", ""))
    if kind := request.GET.get("format", ""):
        head = [_("제목"), _("법령·조례의 조항"), _("기관"), _("상태"), _("소관 기관"), _("정해진 날"), _("까닭")]
        lines = (
            [
                row.title,
                row.law,
                row.body.name,
                str(row.get_state_display()),
                row.sent_to.name if row.sent_to else "",
                str(row.decided_on or ""),
                row.reason,
            ]
            for row in rows.order_by("-at", "-pk").iterator()
        )
        return table_response("rules", kind, head, lines)
    page = keyset.page(rows, order=("-at", "-pk"), after=request.GET.get("after", ""), name="company-rules")
    context = {"page": page, "state": state, "states": RuleChange.State.choices}
    return render(request, "reports/company/rules.html", context)


@require_http_methods(BOTH)
def rule_new(request: HttpRequest) -> HttpResponse:
    policy.must_act(request.viewer)
    form = RuleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = attempt(
            form,
            lambda: actions.rule_collect(by=request.viewer, id=thing_id(request), fields=form.cleaned_data),
        )
        if made:
            return redirect(made)
    return form_page(request, form, _("고칠 규정 모으기"), _("모아 두기"), reverse("reports:company_rules"))


@require_http_methods(BOTH)
def rule(request: HttpRequest, id: UUID) -> HttpResponse:
    """One proposal; its body's officials send it and write down what became of it."""
    found = queries.rule(request.viewer, id)
    may = request.viewer.may_act_for(found.body_id)
    if request.method == "POST":
        policy.must_own(request.viewer, found.body_id)
    posted = request.POST if request.method == "POST" else None
    form: forms.Form | None = None
    if found.state == "collected" and may:
        form = SendForm(posted)
    elif found.state == "sent" and may:
        form = DecideForm(posted)
    elif posted is not None:
        raise Refused("conflict", _("이미 결과가 나온 제안입니다."))
    if form is not None and form.is_bound and form.is_valid():
        data = form.cleaned_data

        def act() -> RuleChange:
            if found.state == "sent":
                return actions.rule_decide(by=request.viewer, id=id, **data)
            bodies = list(named(data["to"]))
            if len(bodies) != 1:
                raise Refused("invalid", _("소관 기관의 이름을 시·도까지 그대로 적어 주세요."), "to")
            return actions.rule_send(by=request.viewer, id=id, to_id=bodies[0].pk)

        if attempt(form, act):
            return redirect(found)
    context = {"rule": found, "form": form, "report": queries.report_of(request.viewer, found)}
    return render(request, "reports/company/rule.html", context, status=422 if form and form.is_bound else 200)
