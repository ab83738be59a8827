"""The budget, one line of it, and what was spent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dure.collaboration.pages.common import attempt, uuid_or_none
from dure.collaboration.queries import access
from dure.collaboration.workspace import actions, policy, queries
from dure.collaboration.workspace.forms import BudgetLineForm, SpendingForm
from dure.collaboration.workspace.models import BudgetLine
from dure.collaboration.workspace.pages.common import (
    NARROW_FIELDS,
    form_page,
    narrowed,
    opened,
    renewed,
    show,
    why_page,
)
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.refused import Refused
from dure.core.tables import table_response


@require_GET
def budget(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = opened(request, receipt, "budget")
    payer = uuid_or_none(request.GET.get("payer", ""))
    context |= {"budget": queries.budget(request.viewer, collaboration, payer=payer), "payer": payer}
    return show(request, "budget", context)


@require_GET
def budget_export(request: HttpRequest, receipt: str, kind: str) -> StreamingHttpResponse | FileResponse:
    collaboration = access(request.viewer, receipt)
    found = queries.budget(request.viewer, collaboration, payer=uuid_or_none(request.GET.get("payer", "")))
    head = [_("항목"), _("내는 기관"), _("이정표"), _("쓸 돈(원)"), _("쓴 돈(원)"), _("남은 돈(원)"), _("상태")]

    def rows() -> Any:
        for view in found.lines:
            sums = view.sums
            yield [
                view.row.what,
                view.row.payer.name,
                view.milestone.title if view.milestone else "",
                *(str(n) for n in (sums.planned, sums.spent)),
                # A minus sign would make a spreadsheet take the cell for a formula; the state says so in words.
                str(max(sums.left, 0)),
                _("%(n)s원 더 씀") % {"n": f"{sums.over:,}"} if sums.over else "",
            ]
        for of in found.closed:
            said = _("공개되지 않음: %(reason)s, 다시 볼 날 %(day)s")
            yield [said % {"reason": of.reason_label, "day": of.review_on}, *[""] * 6]

    return table_response(f"budget-{receipt}", kind, head, rows())


@require_GET
def budget_line(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    collaboration = access(request.viewer, receipt)
    page = queries.budget_line(request.viewer, collaboration, id)
    if page is None:
        raise Refused("not_found", _("없는 것입니다."))
    _collaboration, context = opened(request, receipt, "budget", (page.view.row.what, ""))
    context |= {"page": page, "line": page.view.row, "owns": request.viewer.may_act_for(page.view.row.body_id)}
    return show(request, "budget_line", context)


@require_http_methods(["GET", "POST"])
def budget_line_add(request: HttpRequest, receipt: str, id: UUID | None = None) -> HttpResponse:
    if id is None:
        policy.must_write(request.viewer, access(request.viewer, receipt))
        return redirect("workspace:budget_line_add_as", receipt=receipt, id=uuid7())
    heading = _("예산 항목 더하기")
    collaboration, context = opened(request, receipt, "budget", (heading, ""))
    policy.must_write(request.viewer, collaboration)
    points, _closed = queries.milestones(request.viewer, collaboration)
    form = BudgetLineForm(
        request.POST if request.method == "POST" else None,
        collaboration=collaboration,
        points=points,
        initial={"payer": str(request.viewer.body_id)},
    )
    back = reverse("workspace:budget", args=[receipt])
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.budget_line_add(
                by=request.viewer, id=collaboration.pk, line_id=id, fields=form.wanted(), visibility=narrowed(form)
            ),
            **NARROW_FIELDS,
        )
        if made is not None:
            messages.success(request, _("예산 항목을 더했습니다."))
            return redirect(back)
    return form_page(request, context, form, heading=heading, button=_("더하기"), back=back)


@require_http_methods(["GET", "POST"])
def budget_line_change(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(BudgetLine, request.viewer, access(request.viewer, receipt), id)
    back = found.get_absolute_url()
    collaboration, context = opened(request, receipt, "budget", (found.what, back), (_("고치기"), ""))
    policy.must_write(request.viewer, collaboration)
    points, _closed = queries.milestones(request.viewer, collaboration)
    data = request.POST if request.method == "POST" else None
    initial = {
        "what": found.what,
        "payer": str(found.payer_id),
        "planned": found.planned,
        "milestone": str(found.milestone_id or ""),
        "version": found.version,
    }
    form = BudgetLineForm(data, collaboration=collaboration, points=points, line=found, initial=initial)
    if data is not None and form.is_valid():
        version = form.cleaned_data["version"]
        changed = attempt(
            form,
            lambda: actions.budget_line_change(by=request.viewer, id=id, fields=form.wanted(), version=version),
        )
        if changed is not None:
            messages.success(request, _("예산 항목을 고쳤습니다."))
            return redirect(back)
    now = None
    if data is not None and renewed(form, found):
        now = [
            (_("무엇에 쓰나요"), found.what),
            (_("내는 기관"), found.payer.name),
            (_("쓸 돈(원)"), f"{found.planned:,}"),
        ]
    return form_page(request, context, form, heading=_("예산 항목 고치기"), button=_("저장"), back=back, now=now)


@require_http_methods(["GET", "POST"])
def spending_add(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """The form carries the id of the entry, so that a doubled request makes one."""
    found = queries.work_of(BudgetLine, request.viewer, access(request.viewer, receipt), id)
    back = found.get_absolute_url()
    collaboration, context = opened(request, receipt, "budget", (found.what, back), (_("쓴 돈 적기"), ""))
    policy.must_write(request.viewer, collaboration)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SpendingForm(*given, withheld=found.withheld is not None, initial={"spent_on": clock.today()})
    entry = uuid_or_none(request.POST.get("entry", "")) or uuid7()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: actions.spending_add(
                by=request.viewer,
                id=id,
                spending_id=entry,
                spent_on=data["spent_on"],
                amount=data["amount"],
                note=data["note"],
                uploaded=data["file"],
                file_visibility=narrowed(form),
            ),
            **NARROW_FIELDS,
        )
        if made is not None:
            messages.success(request, _("쓴 돈을 적었습니다."))
            return redirect(back)
    return form_page(
        request,
        context,
        form,
        heading=_("쓴 돈 적기"),
        note=found.what,
        button=_("적기"),
        back=back,
        entry=entry,
        files=True,
    )


@require_http_methods(["GET", "POST"])
def spending_strike(request: HttpRequest, receipt: str, line_id: UUID, id: UUID) -> HttpResponse:
    found = queries.work_of(BudgetLine, request.viewer, access(request.viewer, receipt), line_id)
    back = found.get_absolute_url()
    collaboration, context = opened(request, receipt, "budget", (found.what, back), (_("기록 지우기"), ""))
    policy.must_write(request.viewer, collaboration)
    row = found.spendings.filter(pk=id).first()
    if row is None:
        raise Refused("not_found", _("없는 기록입니다."))
    return why_page(
        request,
        context,
        heading=_("쓴 돈의 기록 지우기"),
        note=_("%(day)s · %(won)s원. 합계에서 빠지고, 기록과 까닭은 남습니다.")
        % {"day": row.spent_on, "won": f"{row.won:,}"},
        button=_("지우기"),
        back=back,
        act=lambda reason: actions.spending_strike(by=request.viewer, id=id, reason=reason),
        done=_("기록을 지웠습니다."),
    )
