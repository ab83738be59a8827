"""The officials' list, what is done to many at once, reports without a body, and answers written beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.core import clock
from dure.core.attempts import attempt
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.tables import table_response
from dure.reports import categories
from dure.reports.models import WorkBatch
from dure.reports.working import actions, queries
from dure.reports.working import forms as f
from dure.reports.working import policy as rules
from dure.reports.working.pages.common import crumbs
from dure.reports.working.queries import Filters

PER_PAGE = 30
STATES = ("open", "overdue", "second", "received", "taken", "asked", "under_way", "closed", "all")


def _filters(request: HttpRequest) -> tuple[f.FilterForm, Filters]:
    viewer = request.viewer
    form = f.FilterForm(request.GET, units=queries.units(viewer), people=queries.officers(viewer))
    form.is_valid()
    data = form.cleaned_data
    state = request.GET.get("state", "open")
    return form, Filters(
        state=state if state in STATES else "open",
        group=data.get("group") or "",
        category=request.GET.get("category", "")[:60],
        unit=data.get("unit") or "",
        officer=data.get("officer") or "",
        safety=int(data.get("safety") or 0),
        since=data.get("since"),
        until=data.get("until"),
        q=data.get("q") or "",
        near=data.get("near"),
    )


def _tabs(filters: Filters, counts: Any) -> list[dict[str, Any]]:
    rows = [
        ("open", _("열린 것"), {"state": "open"}, counts["open"]),
        ("overdue", _("기한 지남"), {"state": "overdue"}, counts["overdue"]),
        ("mine", _("내 것"), {"state": "open", "officer": "mine"}, counts["mine"]),
        ("untaken", _("맡지 않은 것"), {"state": "open", "officer": "untaken"}, counts["untaken"]),
        ("second", _("다시 살핌"), {"state": "second"}, counts["second"]),
        ("closed", _("마친 것"), {"state": "closed"}, counts["closed"]),
    ]
    now = filters.officer if filters.state == "open" and filters.officer in ("mine", "untaken") else filters.state
    return [
        {"label": label, "url": f"?{urlencode(query)}", "count": count, "current": name == now}
        for name, label, query, count in rows
    ]


@require_GET
def work(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    rules.must_know_the_officers(viewer)
    form, filters = _filters(request)
    page = Paginator(queries.work_list(viewer, filters), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filters": filters,
        "tabs": _tabs(filters, queries.counts(viewer)),
        "page": page,
        "moves": queries.moves_for(viewer),
        "batch": queries.last_batch(viewer),
        "batch_id": uuid7(),
        "here": request.get_full_path(),
        "query": request.GET.urlencode(),
        "narrowed": any(value for name, value in request.GET.items() if name not in ("page", "state")),
        "may_see_nobodys": rules.may_see_nobodys(viewer),
        "crumbs": [(_("신고 처리"), "")],
    }
    return render(request, "reports/working/list.html", context, status=422 if form.errors else 200)


@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    rules.must_know_the_officers(request.viewer)
    rows = queries.work_list(request.viewer, _filters(request)[1])
    heads = [_("접수번호"), _("기한"), _("접수"), _("상태"), _("결과"), _("종류"), _("내용"), _("자리"), _("부서")]
    heads += [_("담당자"), _("위험"), _("넘김"), _("주소")]
    return table_response("reports", kind, heads, _rows(request, rows))


def _rows(request: HttpRequest, rows: Any) -> Iterator[list[str]]:
    for row in rows.iterator(chunk_size=500):
        yield [
            row.receipt,
            f"{clock.local(row.due_at):%Y-%m-%d %H:%M}" if row.due_at else "",
            f"{clock.local(row.created_at):%Y-%m-%d %H:%M}",
            str(row.get_state_display()),
            str(row.get_outcome_display()) if row.outcome else "",
            categories.name_of(row.category),
            row.words,
            row.address,
            row.unit,
            row.officer.name if row.officer else "",
            str(row.safety),
            str(row.moves_count),
            request.build_absolute_uri(row.get_absolute_url()),
        ]


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do the same to what was ticked. Taking needs no more; the others ask one question first."""
    viewer = request.viewer
    rules.must_know_the_officers(viewer)
    ids, back = _ids(request), _back(request)
    do = request.POST.get("do", "")
    if do not in WorkBatch.Kind.values:
        raise Refused("invalid", _("무엇을 할지 골라 주세요."), "do")
    if not ids:
        messages.error(request, _("신고를 하나 넘게 골라 주세요."))
        return redirect(back)
    sent = "go" in request.POST
    form = _bulk_form(request, do, sent)
    if do == WorkBatch.Kind.TAKE or (sent and form.is_valid()):
        how = _how(form) if do != WorkBatch.Kind.TAKE else {}
        batch_id = _uuid(request.POST.get("batch", "")) or uuid7()
        batch = attempt(
            form,
            lambda: actions.work_many(by=viewer, kind=do, ids=ids, batch_id=batch_id, **how),
            template_id="template",
        )
        if batch is not None:
            _say(request, batch)
            return redirect(back)
    context = {
        "form": form,
        "do": do,
        "label": WorkBatch.Kind(do).label,
        "rows": queries.work_list(viewer, Filters(state="all")).filter(pk__in=ids),
        "batch_id": request.POST.get("batch", ""),
        "back": back,
        "crumbs": crumbs((str(WorkBatch.Kind(do).label), "")),
    }
    return render(request, "reports/working/bulk.html", context, status=422 if form.errors else 200)


def _bulk_form(request: HttpRequest, do: str, sent: bool) -> forms.Form:
    data = request.POST if sent or do == WorkBatch.Kind.TAKE else None
    if do == WorkBatch.Kind.ASSIGN:
        return f.AssignForm(data, people=queries.officers(request.viewer))
    if do == WorkBatch.Kind.CLOSE:
        return f.BulkCloseForm(data, templates=queries.templates(request.viewer))
    if do == WorkBatch.Kind.PASS_ON:
        return f.PassOnForm(data)
    form = forms.Form(data)
    form.is_valid()
    return form


def _how(form: forms.Form) -> dict[str, Any]:
    data = form.cleaned_data
    named = {"person": "person_id", "template": "template_id", "target": "target_id"}
    ids = {named[name]: UUID(str(value)) for name, value in data.items() if name in named}
    return ids | {name: value for name, value in data.items() if name not in named}


def _say(request: HttpRequest, batch: WorkBatch) -> None:
    steps = list(batch.steps.select_related("report"))
    done = [step for step in steps if not step.refused]
    if done:
        messages.success(request, _("%(n)s건을 했습니다. 10분 안에 되돌릴 수 있습니다.") % {"n": len(done)})
    for step in steps:
        if step.refused:
            messages.warning(request, f"{step.report.receipt}: {step.refused}")


@require_POST
def undo(request: HttpRequest, id: UUID) -> HttpResponse:
    try:
        done, left = actions.work_undo(by=request.viewer, id=id)
    except Refused as refused:
        if refused.code != "conflict":
            raise
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("%(n)s건을 되돌렸습니다.") % {"n": done})
        if left:
            messages.warning(request, _("%(n)s건은 그 뒤에 다른 일이 있어 그대로 두었습니다.") % {"n": left})
    return redirect(_back(request))


@require_http_methods(["GET", "POST"])
def nobody(request: HttpRequest) -> HttpResponse:
    """Reports for which no body was found: whoever knows better names one."""
    viewer = request.viewer
    rows = queries.nobodys(viewer)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    form = f.DecideForm(request.POST if request.method == "POST" else None)
    chosen = _uuid(request.POST.get("report", "")) if request.method == "POST" else None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = attempt(
            form,
            lambda: actions.report_give(
                by=viewer, id=chosen or UUID(int=0), body_id=data["body"], reason=data["reason"]
            ),
        )
        if given is not None:
            messages.success(request, _("그 기관으로 보냈습니다."))
            return redirect("reports:working_nobody")
    context = {
        "page": page,
        "areas": queries.area_names(list(page)),
        "form": form,
        "chosen": chosen,
        "crumbs": crumbs((_("맡을 기관이 없는 신고"), "")) if viewer.is_official else [(_("신고"), "")],
    }
    return render(request, "reports/working/nobody.html", context, status=422 if form.errors else 200)


@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    rules.must_know_the_officers(request.viewer)
    rows = queries.templates(request.viewer)
    context = {"rows": rows, "new_id": uuid7(), "crumbs": crumbs((_("답 틀"), ""))}
    return render(request, "reports/working/templates.html", context)


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, id: UUID) -> HttpResponse:
    row = queries.template(request.viewer, id)
    known = {"title": row.title, "category": row.category, "text": row.text} if row else {}
    form = f.TemplateForm(request.POST) if request.method == "POST" else f.TemplateForm(initial=known)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        saved = attempt(form, lambda: actions.template_save(by=request.viewer, id=id, **data))
        if saved is not None:
            messages.success(request, _("답 틀을 적었습니다."))
            return redirect("reports:working_templates")
    context = {
        "form": form,
        "row": row,
        "crumbs": crumbs((_("답 틀"), reverse("reports:working_templates")), (row.title if row else _("새 답 틀"), "")),
    }
    return render(request, "reports/working/template.html", context, status=422 if form.errors else 200)


@require_POST
def template_remove(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.template_remove(by=request.viewer, id=id)
    messages.success(request, _("답 틀을 뺐습니다."))
    return redirect("reports:working_templates")


def _ids(request: HttpRequest) -> list[UUID]:
    return [id for text in request.POST.getlist("ids") if (id := _uuid(text))]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _back(request: HttpRequest) -> str:
    here = reverse("reports:working_list")
    to = request.POST.get("next", "")
    return to if to == here or to.startswith(f"{here}?") else here
