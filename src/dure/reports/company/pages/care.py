"""The officials' desk: what companies wait for, whom the body cares for; and a company's public page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.core import clock
from dure.core.attempts import attempt
from dure.core.events import timeline
from dure.core.tables import table_response
from dure.reports.company import actions, policy
from dure.reports.company.forms import AskForm, CareForm
from dure.reports.company.pages.common import BOTH, crumbs, form_page, open_crumbs, page_of, tabs, thing_id
from dure.reports.company.queries import care, feedback, matters, visits

LINES = 20
HIDDEN = 20


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What is to be answered, by deadline; and what is near. Whoever acts for no public body goes to the own list."""
    viewer = request.viewer
    if viewer.body_id and not policy.is_public(viewer.body_id):
        return redirect("reports:company_mine")
    body_id = policy.must_read(viewer)
    mine = request.GET.get("show") == "mine"
    near = visits.waiting(viewer, body_id) if viewer.person_id else []
    context = {
        "page": page_of(request, matters.to_answer(viewer, body_id, mine=mine)),
        "tabs": tabs(request, "show", [("", _("우리 기관")), ("mine", _("내가 돌보는 회사"))], "mine" if mine else ""),
        "near": near,
        "meetings": feedback.to_hold(body_id),
        "nobody": care.nobody_count(body_id),
        "acts": viewer.may_act_for(body_id),
        "crumbs": [(_("기업의 어려움"), "")],
    }
    return render(request, "reports/company/desk.html", context)


def _only(request: HttpRequest) -> str:
    only = request.GET.get("only", "")
    return only if only in care.ONLY else ""


@require_GET
def companies(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    body_id = policy.must_read(viewer)
    only, q = _only(request), request.GET.get("q", "")[:100]
    names = [
        ("", _("모두")),
        ("mine", _("내가 돌보는 회사")),
        ("nobody", _("담당자가 없는 회사")),
        ("unvisited", _("찾아갈 때가 된 회사")),
    ]
    context = {
        "page": page_of(request, care.companies(viewer, body_id, only, q)),
        "tabs": tabs(request, "only", names, only),
        "only": only,
        "q": q,
        "query": request.GET.urlencode(),
        "acts": viewer.may_act_for(body_id),
        "leads": viewer.may_act_for(body_id) and viewer.role == "head",
        "crumbs": crumbs((_("돌보는 회사"), "")),
    }
    return render(request, "reports/company/companies.html", context)


@require_GET
def companies_file(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    body_id = policy.must_read(request.viewer)
    rows = care.companies(request.viewer, body_id, _only(request), request.GET.get("q", "")[:100])
    head = [_("회사"), _("담당자"), _("맡은 날"), _("열린 어려움"), _("마지막으로 만난 날"), _("잡힌 날"), _("주소")]
    return table_response("companies", kind, head, _company_rows(request, rows))


def _company_rows(request: HttpRequest, rows: Any) -> Iterator[list[str]]:
    for row in rows.iterator(chunk_size=500):
        yield [
            row.full_name_ko,
            (row.officer_name or "") if row.serves else "",
            f"{clock.local(row.since):%Y-%m-%d}" if row.since and row.serves else "",
            str(row.open_count or 0),
            str(row.last_on or ""),
            str(row.next_on or ""),
            request.build_absolute_uri(reverse("reports:company_of", args=[row.slug])),
        ]


@require_http_methods(BOTH)
def assign(request: HttpRequest) -> HttpResponse:
    body_id = policy.must_lead(request.viewer)
    people = care.officers(body_id)
    if request.method == "POST":
        form = CareForm(request.POST, people=people)
    else:
        form = CareForm(people=people, initial={"company": request.GET.get("company", "")[:160]})
    if form.is_bound and form.is_valid():
        data = form.cleaned_data

        def act() -> object:
            company = care.company_named(data["company"])
            return actions.care_assign(by=request.viewer, company_id=company.pk, officer_id=UUID(data["officer"]))

        if attempt(form, act):
            messages.success(request, _("담당자를 정했습니다. 회사와 담당자에게 알립니다."))
            return redirect("reports:company_companies")
    back = reverse("reports:company_companies")
    return form_page(
        request,
        form,
        title=_("회사의 담당자 정하기"),
        lead=_("한 회사에 한 사람입니다. 먼저 맡았던 분은 기록에 남습니다."),
        button=_("정하기"),
        back=back,
        crumbs=crumbs((_("돌보는 회사"), back), (_("담당자 정하기"), "")),
        more=(reverse("reports:company_ask"), _("먼저 회사에 여쭈어야 하나요?")),
    )


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """An official takes a company that nobody cares for."""
    policy.must_act(request.viewer)
    company = care.company(request.POST.get("company", ""))
    actions.care_take(by=request.viewer, company_id=company.pk)
    messages.success(request, _("우리 기관의 담당자가 되었습니다. 회사에 알립니다."))
    return redirect("reports:company_companies")


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    policy.must_lead(request.viewer)
    company = care.company(request.POST.get("company", ""))
    actions.care_end(by=request.viewer, company_id=company.pk)
    messages.success(request, _("담당자를 두지 않기로 적었습니다."))
    return redirect("reports:company_companies")


@require_http_methods(BOTH)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a company outside the own area whether the body may care for it."""
    policy.must_act(request.viewer)
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data

        def act() -> object:
            company = care.company_named(data["company"])
            return actions.approval_ask(
                by=request.viewer, id=thing_id(request), company_id=company.pk, reason=data["reason"]
            )

        if attempt(form, act):
            messages.success(request, _("회사에 여쭈었습니다. 답이 오면 알려 드립니다."))
            return redirect("reports:company_companies")
    back = reverse("reports:company_companies")
    return form_page(
        request,
        form,
        title=_("회사를 돌보아도 되는지 여쭙기"),
        lead=_("회사가 있는 곳의 기관이 아니면 회사가 받아들인 뒤에 담당자를 정할 수 있습니다."),
        button=_("여쭙기"),
        back=back,
        crumbs=crumbs((_("돌보는 회사"), back), (_("여쭙기"), "")),
    )


@require_GET
def company(request: HttpRequest, slug: str) -> HttpResponse:
    """A company in public: who cared for it from when to when, what it brought, who visited it."""
    viewer = request.viewer
    found = care.company(slug)
    seen, hidden = matters.of_company(viewer, found.pk)
    visited, visits_hidden = visits.of_company(viewer, found.pk)
    context = {
        "company": found,
        "cares": page_of(request, care.history(found.pk), "cares"),
        "page": page_of(request, seen),
        "hidden": [row.withheld for row in hidden[:HIDDEN]],
        "hidden_more": max(hidden.count() - HIDDEN, 0),
        "visits": page_of(request, visited, "visits"),
        "visits_hidden": [row.withheld for row in visits_hidden[:HIDDEN]],
        "visits_hidden_more": max(visits_hidden.count() - HIDDEN, 0),
        "lines": timeline(found.urn, viewer, limit=LINES),
        "urn": found.urn,
        "crumbs": open_crumbs((found.name, "")),
    }
    return render(request, "reports/company/company.html", context)
