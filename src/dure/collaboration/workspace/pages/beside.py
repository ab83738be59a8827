"""The first page of the workspace, its files, its calendar, and who may read a thing."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from dure.collaboration.pages.common import attempt
from dure.collaboration.queries import access, call_view
from dure.collaboration.workspace import actions, calendar, policy, queries
from dure.collaboration.workspace.forms import KeepWithheldForm, WorkFileForm
from dure.collaboration.workspace.models import BudgetLine, Meeting, Milestone, Task, Work
from dure.collaboration.workspace.pages.common import NARROW_FIELDS, form_page, narrowed, opened, show
from dure.core.attachments import address_of
from dure.core.refused import Refused
from dure.core.viewer import Viewer

KINDS: dict[str, type[Work]] = {
    "task": Task,
    "milestone": Milestone,
    "meeting": Meeting,
    "budget-line": BudgetLine,
}


@require_GET
def page(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = opened(request, receipt, "page")
    context["page"] = queries.overview(request.viewer, collaboration)
    return show(request, "page", context)


@require_GET
def files(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = opened(request, receipt, "files")
    groups, closed = queries.file_groups(request.viewer, collaboration)
    context["groups"] = [
        {
            "group": group,
            "url": address_of(group.newest),
            "older": [{"row": row, "url": address_of(row)} for row in group.older],
        }
        for group in groups
    ]
    context["closed"] = closed
    return show(request, "files", context)


@require_http_methods(["GET", "POST"])
def file_add(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = opened(request, receipt, "files", (_("파일 올리기"), ""))
    policy.must_write(request.viewer, collaboration)
    form = WorkFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    back = reverse("workspace:files", args=[receipt])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        added = attempt(
            form,
            lambda: actions.workspace_file_add(
                by=request.viewer,
                id=collaboration.pk,
                uploaded=data["file"],
                note=data["note"],
                visibility=narrowed(form),
            ),
            **NARROW_FIELDS,
        )
        if added is not None:
            messages.success(request, _("파일을 올렸습니다."))
            return redirect(back)
    return form_page(
        request,
        context,
        form,
        heading=_("파일 올리기"),
        note=_("사진의 위치 정보는 지워서 올립니다."),
        button=_("올리기"),
        back=back,
        files=True,
    )


def calendar_response(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_safe
def calendar_feed(request: HttpRequest, receipt: str) -> HttpResponse:
    """What everybody may read, whoever asks: calendars fetch it without signing in."""
    return _feed(Viewer.anonymous(), receipt)


@require_safe
def calendar_own(request: HttpRequest, receipt: str, token: str) -> HttpResponse:
    """What the person of a secret address may read, withheld things of the parties included."""
    viewer = queries.viewer_of_calendar(token, access(Viewer.anonymous(), receipt))
    response = _feed(viewer, receipt)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _feed(viewer: Viewer, receipt: str) -> HttpResponse:
    collaboration = access(viewer, receipt)
    title = call_view(viewer, collaboration).title
    return calendar_response(calendar.feed(title, *queries.calendar_rows(viewer, collaboration)), f"{receipt}.ics")


@require_http_methods(["GET", "POST"])
def calendar_key(request: HttpRequest, receipt: str) -> HttpResponse:
    """The public address of the calendar, and the person's own."""
    collaboration, context = opened(request, receipt, "page", (_("달력"), ""))
    if request.method == "POST":
        if "end" in request.POST:
            actions.calendar_key_end(by=request.viewer, id=collaboration.pk)
            messages.success(request, _("나만의 달력 주소를 닫았습니다."))
        else:
            actions.calendar_key_make(by=request.viewer, id=collaboration.pk)
            messages.success(request, _("나만의 달력 주소를 만들었습니다."))
        return redirect("workspace:calendar_key", receipt=receipt)
    token = queries.token_of(queries.calendar_key_of(request.viewer, collaboration))
    site = settings.SITE_URL
    context |= {
        "public_address": site + reverse("workspace:calendar", args=[receipt]),
        "own_address": site + reverse("workspace:calendar_own", args=[receipt, token]) if token else "",
        "may_have": context["is_party"] and request.viewer.is_person,
    }
    return show(request, "calendar", context)


@require_http_methods(["GET", "POST"])
def visibility(request: HttpRequest, receipt: str, kind: str, id: UUID) -> HttpResponse:
    """Open a withheld thing to everybody, or say when it is looked at again."""
    model = KINDS.get(kind)
    if model is None:
        raise Refused("not_found", _("없는 것입니다."))
    found = queries.work_of(model, request.viewer, access(request.viewer, receipt), id)
    _collaboration, context = opened(request, receipt, "page", (_("공개 범위"), ""))
    policy.must_write(request.viewer, _collaboration)
    policy.must_have_made(request.viewer, found)
    back = found.get_absolute_url()
    if request.method == "POST" and "open" in request.POST:
        actions.work_open(by=request.viewer, model=model, id=id)
        messages.success(request, _("다시 모두에게 공개했습니다."))
        return redirect(back)
    initial = {"reason": found.withheld_reason, "review_on": found.review_on}
    form = KeepWithheldForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        kept = attempt(
            form,
            lambda: actions.work_keep_withheld(by=request.viewer, model=model, id=id, **form.cleaned_data),
            withheld_reason="reason",
        )
        if kept is not None:
            messages.success(request, _("다시 볼 날을 정했습니다."))
            return redirect(back)
    again = _("모두에게 공개하기") if found.withheld else ""
    return form_page(
        request, context, form, heading=_("공개 범위"), button=_("더 공개하지 않기"), back=back, again=again
    )
