"""The public list of rules that should change, and one proposal with its steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dure.core import clock, keyset
from dure.core.attempts import attempt
from dure.core.events import timeline
from dure.core.tables import table_response
from dure.reports.company import actions, policy
from dure.reports.company.forms import RuleForm, StepForm
from dure.reports.company.pages.common import BOTH, form_page, open_crumbs, thing_id
from dure.reports.company.queries import rules
from dure.reports.models import RuleChange

PER_PAGE = 30
LINES = 20


def _asked(request: HttpRequest) -> dict[str, str]:
    state = request.GET.get("state", "")
    return {
        "state": state if state in (*RuleChange.State.values, "followed") else "",
        "body": request.GET.get("body", "")[:80],
        "q": request.GET.get("q", "")[:100],
    }


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    rows = rules.rules(request.viewer, **asked)
    after = request.GET.get("after", "")
    page = keyset.page(rows, order=("-at", "-pk"), after=after, limit=PER_PAGE, name="company-rules")
    kept = {name: value for name, value in asked.items() if value}
    names = [("", _("모두")), ("followed", _("챙기고 있는 것")), *RuleChange.State.choices]
    rest = {name: value for name, value in kept.items() if name != "state"}
    context = {
        "page": page,
        "next": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "tabs": [
            {
                "label": label,
                "url": f"?{urlencode({**rest, 'state': value})}",
                "current": value == asked["state"],
                "count": None,
            }
            for value, label in names
        ],
        "q": asked["q"],
        "query": urlencode(kept),
        "narrowed": bool(kept),
        "acts": request.viewer.may_act_for(request.viewer.body_id) and policy.is_public(request.viewer.body_id),
        "crumbs": open_crumbs((_("고치자고 제안한 규정"), "")),
    }
    return render(request, "reports/company/rules.html", context)


@require_GET
def listing_file(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    head = [_("제목"), _("법령·조례의 조항"), _("기관"), _("상태"), _("어디에"), _("모은 날"), _("마지막 걸음")]
    head += [_("무엇이 문제인가요"), _("이렇게 고치면"), _("주소")]
    rows = rules.rules(request.viewer, **_asked(request)).order_by("-at", "-pk")
    return table_response("rules", kind, head, _rows(request, rows))


def _rows(request: HttpRequest, rows: Any) -> Iterator[list[str]]:
    for row in rows.iterator(chunk_size=500):
        yield [
            row.title,
            row.law,
            row.body.name,
            str(row.get_state_display()),
            row.with_name,
            str(row.collected_on),
            str(row.moved_on or ""),
            row.problem,
            row.wording,
            request.build_absolute_uri(row.get_absolute_url()),
        ]


def _crumb() -> tuple[str, str]:
    return _("고치자고 제안한 규정"), reverse("reports:company_rules")


@require_http_methods(BOTH)
def new(request: HttpRequest) -> HttpResponse:
    policy.must_act(request.viewer)
    first = {"report": request.GET.get("report", "")[:24]}
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm(initial=first)
    if form.is_bound and form.is_valid():
        made = attempt(
            form,
            lambda: actions.rule_collect(by=request.viewer, id=thing_id(request), fields=form.cleaned_data),
        )
        if made:
            messages.success(request, _("모아 두었습니다. 소관 기관에 보내면 걸음을 적어 주세요."))
            return redirect(made)
    return form_page(
        request,
        form,
        title=_("고칠 규정 모으기"),
        lead=_("모두에게 보입니다. 회사의 비밀과 사람 이름은 빼고 적어 주세요."),
        button=_("모아 두기"),
        back=reverse("reports:company_rules"),
        keep="company-rule",
        crumbs=open_crumbs(_crumb(), (_("고칠 규정 모으기"), "")),
    )


@require_GET
def rule(request: HttpRequest, id: UUID) -> HttpResponse:
    viewer = request.viewer
    found = rules.rule(viewer, id)
    context = {
        "rule": found,
        "steps": rules.steps(found),
        "report": rules.report_of(viewer, found),
        "may": viewer.may_act_for(found.body_id) and found.state != RuleChange.State.CHANGED,
        "lines": timeline(found.urn, viewer, limit=LINES),
        "urn": found.urn,
        "crumbs": open_crumbs(_crumb(), (found.title, "")),
    }
    return render(request, "reports/company/rule.html", context)


@require_http_methods(BOTH)
def step(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down the next step of a proposal."""
    viewer = request.viewer
    found = rules.rule(viewer, id)
    policy.must_own(viewer, found.body_id)
    posted = request.POST if request.method == "POST" else None
    form = StepForm(posted, rule=found, initial={"on": clock.today(), "to": found.with_name})
    if form.is_bound and form.is_valid():
        fields = form.cleaned_data
        made = attempt(form, lambda: actions.rule_step(by=viewer, id=id, step_id=thing_id(request), fields=fields))
        if made:
            messages.success(request, _("적었습니다. 회사에 알립니다."))
            return redirect(found)
    return form_page(
        request,
        form,
        title=_("다음 걸음 적기"),
        lead=f"{found.title} · {found.get_state_display()}",
        button=_("적어 두기"),
        back=found.get_absolute_url(),
        keep="company-rule-step",
        crumbs=open_crumbs(_crumb(), (found.title, found.get_absolute_url()), (_("다음 걸음"), "")),
    )
