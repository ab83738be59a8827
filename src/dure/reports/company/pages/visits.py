"""Visits: the body's list, planning, writing down, answering, and keeping one to those whom it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dure.core import clock
from dure.core.attempts import attempt
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.reports.company import actions, policy
from dure.reports.company import forms as f
from dure.reports.company.pages.common import BOTH, crumbs, form_page, open_crumbs, page_of, tabs, thing_id
from dure.reports.company.queries import care, visits
from dure.reports.models import Visit


def _state(request: HttpRequest) -> str:
    state = request.GET.get("state", "")
    return state if state in visits.STATES else ""


def _list_crumb() -> tuple[str, str]:
    return _("찾아간 기록"), reverse("reports:company_visits")


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    body_id = policy.must_read(viewer)
    state = _state(request)
    names = [
        ("", _("모두")),
        ("planned", _("잡힌 것")),
        ("owed", _("답할 것")),
        ("made", _("다녀온 것")),
        ("dropped", _("하지 않은 것")),
    ]
    context = {
        "page": page_of(request, visits.of_body(viewer, body_id, state)),
        "tabs": tabs(request, "state", names, state),
        "state": state,
        "query": request.GET.urlencode(),
        "acts": viewer.may_act_for(body_id),
        "crumbs": crumbs((_("찾아간 기록"), "")),
    }
    return render(request, "reports/company/visits.html", context)


@require_GET
def listing_file(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    body_id = policy.must_read(request.viewer)
    rows = visits.of_body(request.viewer, body_id, _state(request))
    head = [_("날"), _("회사"), _("어떻게"), _("상태"), _("누가"), _("들은 것"), _("약속한 것"), _("답할 날"), _("답")]
    head += [_("다음에 할 일"), _("관련 신고"), _("공개"), _("주소")]
    return table_response("visits", kind, head, _rows(request, rows))


def _rows(request: HttpRequest, rows: Any) -> Iterator[list[str]]:
    for row in rows.iterator(chunk_size=500):
        yield [
            str(row.on),
            row.company.full_name_ko,
            str(row.get_kind_display()),
            str(row.get_state_display()),
            row.who,
            row.heard,
            row.promised,
            str(row.answer_due or ""),
            row.answer,
            row.next,
            row.report.receipt if row.report else "",
            str(row.get_visibility_display()),
            request.build_absolute_uri(row.get_absolute_url()),
        ]


def _start(request: HttpRequest) -> dict[str, str]:
    """What the link that led here knows already."""
    return {"company": request.GET.get("company", "")[:160], "report": request.GET.get("report", "")[:24]}


@require_http_methods(BOTH)
def plan(request: HttpRequest) -> HttpResponse:
    policy.must_act(request.viewer)
    first = {**_start(request), "kind": Visit.Kind.VISIT}
    form = f.PlanForm(request.POST) if request.method == "POST" else f.PlanForm(initial=first)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data

        def act() -> Visit:
            company = care.company_named(data["company"])
            return actions.visit_plan(by=request.viewer, id=thing_id(request), company_id=company.pk, fields=data)

        made = attempt(form, act)
        if made:
            messages.success(request, _("날을 잡았습니다. 회사에 알립니다."))
            return redirect(made)
    return form_page(
        request,
        form,
        title=_("회사를 찾아갈 날 잡기"),
        button=_("잡기"),
        back=reverse("reports:company_visits"),
        keep="company-plan",
        crumbs=crumbs(_list_crumb(), (_("날 잡기"), "")),
    )


@require_http_methods(BOTH)
def log(request: HttpRequest) -> HttpResponse:
    policy.must_act(request.viewer)
    first = {**_start(request), "kind": Visit.Kind.VISIT, "on": clock.today()}
    form = f.LogForm(request.POST) if request.method == "POST" else f.LogForm(initial=first)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data

        def act() -> Visit:
            company = care.company_named(data["company"])
            return actions.visit_log(by=request.viewer, id=thing_id(request), company_id=company.pk, fields=data)

        made = attempt(form, act)
        if made:
            messages.success(request, _("적어 두었습니다."))
            return redirect(made)
    return form_page(
        request,
        form,
        title=_("찾아간 것 적기"),
        button=_("적어 두기"),
        back=reverse("reports:company_visits"),
        keep="company-visit",
        crumbs=crumbs(_list_crumb(), (_("찾아간 것 적기"), "")),
    )


@require_GET
def visit(request: HttpRequest, id: UUID) -> HttpResponse:
    """One visit as the viewer may read it."""
    viewer = request.viewer
    found, withheld = visits.visit(viewer, id)
    context: dict[str, Any] = {"visit": found, "withheld": withheld, "crumbs": open_crumbs((_("찾아간 기록"), ""))}
    if found:
        context["verbs"] = _verbs(found) if viewer.may_act_for(found.body_id) else []
        context["crumbs"] = open_crumbs(
            (found.company.name, reverse("reports:company_of", args=[found.company.slug])), (_("찾아간 기록"), "")
        )
    return render(request, "reports/company/visit.html", context)


def _verbs(visit: Visit) -> list[tuple[str, str]]:
    """(verb, its words) in their order, the first the one to be done now."""
    found = []
    if visit.state == Visit.State.PLANNED:
        found = [("log", _("들은 것 적기")), ("move", _("날이나 곳 바꾸기")), ("drop", _("하지 않기"))]
    elif visit.promised and not visit.answered_at:
        found = [("answer", _("약속한 것에 답하기"))]
    return [*found, ("withhold", _("가리기")) if visit.withheld is None else ("open", _("공개하기"))]


Act = Callable[[dict[str, Any]], Any]


@require_http_methods(BOTH)
def verb(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    viewer = request.viewer
    if verb not in ("log", "move", "drop", "answer", "withhold", "open"):
        raise Refused("not_found", _("그런 일은 없습니다."))
    found, _withheld = visits.visit(viewer, id)
    policy.must_own(viewer, found.body_id if found else None)
    assert found is not None
    form, act, title, done = _what(request, found, verb)
    if form.is_bound and form.is_valid():
        made = attempt(form, lambda: act(form.cleaned_data), reason="text", withheld_reason="why")
        if made:
            messages.success(request, done)
            return redirect(found)
    return form_page(
        request,
        form,
        title=title,
        lead=f"{found.company.name} · {found.on:%Y-%m-%d}",
        button=_("적어 두기") if form.fields else _("공개하기"),
        back=found.get_absolute_url(),
        keep=f"company-visit-{verb}",
        crumbs=crumbs(_list_crumb(), (found.company.name, found.get_absolute_url()), (title, "")),
    )


def _what(request: HttpRequest, visit: Visit, verb: str) -> tuple[forms.Form, Act, str, str]:
    """(form, what it does, its title, what is said when it is done) of one verb."""
    by = request.viewer
    posted = request.POST if request.method == "POST" else None
    if verb == "log":
        on = min(visit.on, clock.today())
        form: forms.Form = f.LogForm(posted, planned=visit, initial={"on": on, "place": visit.place})
        return (
            form,
            lambda data: actions.visit_log(by=by, id=visit.pk, fields=data),
            _("찾아간 것 적기"),
            _("적어 두었습니다."),
        )
    if verb == "move":
        known = {name: getattr(visit, name) for name in ("on", "starts", "place", "purpose")}
        return (
            f.MoveForm(posted, initial=known),
            lambda data: actions.visit_move(by=by, id=visit.pk, fields=data),
            _("날이나 곳 바꾸기"),
            _("바꾸었습니다. 회사에 알립니다."),
        )
    if verb == "drop":
        return (
            f.TextForm(posted, label=_("왜 가지 않나요")),
            lambda data: actions.visit_drop(by=by, id=visit.pk, reason=data["text"]),
            _("방문 하지 않기"),
            _("적었습니다. 회사에 알립니다."),
        )
    if verb == "answer":
        return (
            f.TextForm(posted, label=_("회사에 드릴 답")),
            lambda data: actions.visit_answer(by=by, id=visit.pk, text=data["text"]),
            _("약속한 것에 답하기"),
            _("답을 드렸습니다. 회사에 알립니다."),
        )
    if verb == "withhold":
        return (
            f.WithholdForm(posted),
            lambda data: actions.visit_withhold(by=by, id=visit.pk, reason=data["why"], review_on=data["review_on"]),
            _("찾아간 기록 가리기"),
            _("우리 기관과 그 회사만 볼 수 있게 했습니다. 까닭과 다시 볼 날이 대신 보입니다."),
        )
    return (
        f.Form(posted),
        lambda data: actions.visit_open(by=by, id=visit.pk),
        _("찾아간 기록을 모두에게 공개할까요?"),
        _("공개했습니다."),
    )
