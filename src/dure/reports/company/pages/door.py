"""The door for companies, and what a company sees of its own: what it brought, and who cares for it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.core import limits
from dure.core.attempts import attempt
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.reports.actions.hand_in import id_of
from dure.reports.company import actions, policy
from dure.reports.company.forms import AcceptForm, CompanyForm, ReviewForm
from dure.reports.company.pages.common import BOTH, form_page, page_of, thing_id
from dure.reports.company.queries import care, feedback, matters
from dure.reports.models import Report

PER_HOUR = 20
"""Difficulties that somebody may hand in within an hour without acting for a company. What was typed stays."""


@require_http_methods(BOTH)
def door(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    if viewer.is_official and request.method == "POST":
        policy.must_speak_for_company(viewer)
    posted = request.POST if request.method == "POST" else None
    speaks = policy.is_company(viewer.body_id) and viewer.may_act_for(viewer.body_id)
    form = CompanyForm(posted, for_body=speaks, bodies=care.destinations(viewer.body_id) if speaks else [])
    if form.is_bound and form.is_valid():
        client = request.META.get("REMOTE_ADDR", "")
        key = id_of(thing_id(request))

        def act() -> Report:
            if not speaks:
                limits.check(request, "reports.company", times=PER_HOUR, seconds=3600)
            return actions.company_report(by=viewer, id=key, fields=form.cleaned_data, client=client)

        made = attempt(form, act)
        if made:
            return redirect(made.status_path)
    context = {
        "form": form,
        "speaks": speaks,
        "blocked": viewer.is_official and not speaks,
        "id": thing_id(request) if form.is_bound else uuid7(),
        "crumbs": [(_("알리기"), "/reports/"), (_("기업의 어려움 알리기"), "")],
    }
    return render(request, "reports/company/door.html", context, status=422 if form.is_bound else 200)


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What the company, or the person, brought; for a company also who cares for it and what it is asked."""
    viewer = request.viewer
    if not viewer.is_person:
        raise Refused(
            "not_signed_in", _("로그인해 주세요. 로그인하지 않고 알리셨다면 받으신 상황 링크로 보실 수 있습니다.")
        )
    company = care.own_company(viewer)
    context = {
        "page": page_of(request, matters.own(viewer)),
        "company": company,
        "acts": company is not None and viewer.may_act_for(company.pk),
        "viewer": viewer,
        "crumbs": [(_("알리기"), "/reports/"), (_("우리 회사가 알린 어려움"), "")],
    }
    if company:
        context |= {
            "cares": care.history(company.pk).filter(until=None)[:50],
            "seats": care.seats(company.pk),
            "approvals": care.approvals(company.pk),
            "invitations": feedback.waiting_invitations(company.pk),
            "form": AcceptForm(),
        }
    return render(request, "reports/company/mine.html", context)


@require_POST
def bodies(request: HttpRequest) -> HttpResponse:
    """The company's word about a body: `do` is accept, refuse or end."""
    viewer = request.viewer
    policy.must_speak_for_company(viewer)
    form = AcceptForm(request.POST)
    form.is_valid()
    do = request.POST.get("do", "accept")

    def act() -> object:
        body = care.body_named(form.cleaned_data.get("body") or "")
        return actions.approval_answer(by=viewer, body_id=body.pk, accept=do == "accept")

    if attempt(form, act) is None:
        return form_page(
            request,
            form,
            title=_("우리 회사를 돌볼 기관"),
            button=_("받아들이기"),
            back=reverse("reports:company_mine"),
            crumbs=[(_("우리 회사가 알린 어려움"), reverse("reports:company_mine")), (_("우리 회사를 돌볼 기관"), "")],
        )
    messages.success(request, _("적었습니다. 그 기관에 알립니다."))
    return redirect(f"{reverse('reports:company_mine')}#bodies")


@require_http_methods(BOTH)
def withhold(request: HttpRequest, id: UUID) -> HttpResponse:
    """The company keeps its own difficulty to itself and the body that has it."""
    viewer = request.viewer
    policy.must_speak_for_company(viewer)
    report = matters.own_one(viewer, id)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["review_on"]
        if attempt(form, lambda: actions.company_report_withhold(by=viewer, id=id, review_on=day)):
            messages.success(request, _("우리 회사와 맡은 기관만 볼 수 있게 했습니다."))
            return redirect("reports:company_mine")
    back = reverse("reports:company_mine")
    return form_page(
        request,
        form,
        title=_("영업상 비밀로 가리기"),
        lead=report.title,
        button=_("가리기"),
        back=back,
        crumbs=[(_("우리 회사가 알린 어려움"), back), (_("가리기"), "")],
    )


@require_POST
def open_again(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.company_report_open(by=request.viewer, id=id)
    messages.success(request, _("모두에게 공개했습니다."))
    return redirect("reports:company_mine")
