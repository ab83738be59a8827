"""Tasks: board, list, one task; and milestones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.collaboration import parties
from dure.collaboration.models import Collaboration
from dure.collaboration.pages.common import attempt, uuid_or_none
from dure.collaboration.queries import access
from dure.collaboration.workspace import actions, policy, queries
from dure.collaboration.workspace.forms import MilestoneForm, ReachForm, TaskForm
from dure.collaboration.workspace.models import Milestone, Task
from dure.collaboration.workspace.pages.common import (
    NARROW_FIELDS,
    form_page,
    narrowed,
    opened,
    renewed,
    show,
    warn_if_past,
    why_page,
)
from dure.core import clock
from dure.core.asked import number
from dure.core.ids import uuid7
from dure.core.tables import table_response

STATES = ("open", *Task.State.values)


def wanted_of(request: HttpRequest) -> queries.TaskFilter:
    """The filter in the address; what is not among the choices counts as not given."""
    got = request.GET
    state = got.get("state", "")
    return queries.TaskFilter(
        q=got.get("q", "")[:120],
        party=uuid_or_none(got.get("party", "")),
        mine=got.get("mine") == "1" and request.viewer.is_person,
        overdue=got.get("overdue") == "1",
        state=state if state in STATES else "",
        milestone=uuid_or_none(got.get("milestone", "")),
    )


def _filters(request: HttpRequest, collaboration: Collaboration, wanted: queries.TaskFilter) -> dict[str, Any]:
    points, _closed = queries.milestones(request.viewer, collaboration)
    return {
        "wanted": wanted,
        "filtered": wanted != queries.TaskFilter(),
        "party_choices": [(str(party.body_id), party.body.name) for party in parties.parties_of(collaboration)],
        "milestone_choices": [(str(point.pk), point.title) for point in points],
        "state_choices": [("open", _("마치지 않은 것")), *Task.State.choices],
        "chosen": {name: str(getattr(wanted, name) or "") for name in ("party", "milestone", "state")},
        "here": request.get_full_path(),
    }


@require_GET
def task_board(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = opened(request, receipt, "tasks")
    wanted = wanted_of(request)
    columns, closed = queries.board(request.viewer, collaboration, wanted)
    context |= {"columns": columns, "closed": closed, **_filters(request, collaboration, wanted)}
    return show(request, "board", context)


@require_GET
def task_list(request: HttpRequest, receipt: str) -> HttpResponse:
    collaboration, context = opened(request, receipt, "tasks")
    wanted = wanted_of(request)
    found = queries.task_list(request.viewer, collaboration, wanted, page=number(request, "page"))
    context |= {"found": found, "closed": found, **_filters(request, collaboration, wanted)}
    return show(request, "tasks", context)


@require_GET
def task_export(request: HttpRequest, receipt: str, kind: str) -> StreamingHttpResponse | FileResponse:
    collaboration = access(request.viewer, receipt)
    is_party = parties.is_party(request.viewer, collaboration)
    head = [
        *(_("할 일"), _("자세히"), _("맡은 기관"), _("맡은 사람"), _("언제까지"), _("상태"), _("까닭"), _("이정표")),
        *(_("마친 때"), _("공개 범위")),
    ]

    def rows() -> Any:
        for task in queries.every_task(request.viewer, collaboration, wanted_of(request)):
            point = task.shown_milestone  # type: ignore[attr-defined]
            yield [
                task.title,
                task.text,
                task.owner.name,
                task.assignee.name if task.assignee and is_party else "",
                str(task.due_on or ""),
                str(task.get_state_display()),
                task.reason,
                point.title if point else "",
                f"{clock.local(task.done_at):%Y-%m-%d %H:%M}" if task.done_at else "",
                str(task.get_visibility_display()),
            ]
        for of in queries.withheld_tasks(request.viewer, collaboration):
            said = _("공개되지 않음: %(reason)s, 다시 볼 날 %(day)s")
            yield [said % {"reason": of.reason_label, "day": of.review_on}, *[""] * 9]

    return table_response(f"tasks-{receipt}", kind, head, rows())


@require_GET
def task(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Task, request.viewer, access(request.viewer, receipt), id)
    collaboration, context = opened(request, receipt, "tasks", (found.title, ""))
    shown = queries.with_milestones(request.viewer, collaboration, [found])[0]
    context |= {"task": shown, "here": request.path, "owns": request.viewer.may_act_for(found.body_id)}
    return show(request, "task", context)


@require_http_methods(["GET", "POST"])
def task_add(request: HttpRequest, receipt: str, id: UUID | None = None) -> HttpResponse:
    """Add a task under a fresh id in the address, so that a doubled request adds one."""
    if id is None:
        policy.must_write(request.viewer, access(request.viewer, receipt))
        return redirect("workspace:task_add_as", receipt=receipt, id=uuid7())
    collaboration, context = opened(request, receipt, "tasks", (_("할 일 더하기"), ""))
    policy.must_write(request.viewer, collaboration)
    points, _closed = queries.milestones(request.viewer, collaboration)
    form = TaskForm(
        request.POST if request.method == "POST" else None,
        collaboration=collaboration,
        points=points,
        initial={"owner": str(request.viewer.body_id), "milestone": request.GET.get("milestone", "")},
    )
    back = reverse("workspace:tasks", args=[receipt])
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.task_add(
                by=request.viewer, id=collaboration.pk, task_id=id, fields=form.wanted(), visibility=narrowed(form)
            ),
            **NARROW_FIELDS,
        )
        if made is not None:
            messages.success(request, _("할 일을 더했습니다."))
            warn_if_past(request, made.due_on)
            return redirect(back)
    return form_page(request, context, form, heading=_("할 일 더하기"), button=_("더하기"), back=back)


@require_http_methods(["GET", "POST"])
def task_change(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Task, request.viewer, access(request.viewer, receipt), id)
    back = found.get_absolute_url()
    collaboration, context = opened(request, receipt, "tasks", (found.title, back), (_("고치기"), ""))
    policy.must_write(request.viewer, collaboration)
    points, _closed = queries.milestones(request.viewer, collaboration)
    data = request.POST if request.method == "POST" else None
    form = TaskForm(data, collaboration=collaboration, points=points, task=found, initial=TaskForm.of(found))
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form,
            lambda: actions.task_change(
                by=request.viewer, id=id, fields=form.wanted(), version=form.cleaned_data["version"]
            ),
        )
        if changed is not None:
            messages.success(request, _("할 일을 고쳤습니다."))
            warn_if_past(request, changed.due_on)
            return redirect(back)
    now = None
    if data is not None and renewed(form, found):
        now = [
            (_("무엇을 하나요"), found.title),
            (_("자세히"), found.text),
            (_("맡은 기관"), found.owner.name),
            (_("언제까지"), found.due_on),
        ]
    return form_page(request, context, form, heading=_("할 일 고치기"), button=_("저장"), back=back, now=now)


@require_POST
def task_move(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Move by a button; dropping has a page of its own, which asks why."""
    found = queries.work_of(Task, request.viewer, access(request.viewer, receipt), id)
    to = request.POST.get("to", "")
    if to == Task.State.DROPPED:
        return redirect("workspace:task_drop", receipt=receipt, id=id)
    moved = actions.task_move(by=request.viewer, id=id, to=to, version=number_or_none(request.POST.get("version")))
    said = {"title": found.title, "state": moved.get_state_display()}
    messages.success(request, _("옮겼습니다: %(title)s → %(state)s. 할 일에서 되돌릴 수 있습니다.") % said)
    return redirect(_back(request, found, moved=True))


@require_POST
def task_undo(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Task, request.viewer, access(request.viewer, receipt), id)
    version = number_or_none(request.POST.get("version"))
    back = actions.task_move_undo(by=request.viewer, id=id, version=version)
    said = {"title": found.title, "state": back.get_state_display()}
    messages.success(request, _("되돌렸습니다: %(title)s → %(state)s") % said)
    return redirect(_back(request, found))


def number_or_none(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _back(request: HttpRequest, task: Task, *, moved: bool = False) -> str:
    """The page the button stood on, at the card that was moved."""
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        return task.get_absolute_url()
    return f"{back}#task-{task.pk}"


@require_http_methods(["GET", "POST"])
def task_drop(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Task, request.viewer, access(request.viewer, receipt), id)
    back = found.get_absolute_url()
    collaboration, context = opened(request, receipt, "tasks", (found.title, back), (_("그만두기"), ""))
    policy.must_write(request.viewer, collaboration)
    return why_page(
        request,
        context,
        heading=_("할 일을 그만두기"),
        note=found.title,
        button=_("그만두기"),
        back=back,
        act=lambda reason: actions.task_move(by=request.viewer, id=id, to=Task.State.DROPPED, reason=reason),
        done=_("할 일을 그만두기로 했습니다."),
    )


@require_http_methods(["GET", "POST"])
def milestone_add(request: HttpRequest, receipt: str, id: UUID | None = None) -> HttpResponse:
    if id is None:
        policy.must_write(request.viewer, access(request.viewer, receipt))
        return redirect("workspace:milestone_add_as", receipt=receipt, id=uuid7())
    collaboration, context = opened(request, receipt, "page", (_("이정표 세우기"), ""))
    policy.must_write(request.viewer, collaboration)
    form = MilestoneForm(request.POST if request.method == "POST" else None)
    back = reverse("workspace:page", args=[receipt])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: actions.milestone_add(
                by=request.viewer,
                id=collaboration.pk,
                milestone_id=id,
                title=data["title"],
                due_on=data["due_on"],
                visibility=narrowed(form),
            ),
            **NARROW_FIELDS,
        )
        if made is not None:
            messages.success(request, _("이정표를 세웠습니다."))
            warn_if_past(request, made.due_on)
            return redirect(back)
    return form_page(request, context, form, heading=_("이정표 세우기"), button=_("세우기"), back=back)


@require_http_methods(["GET", "POST"])
def milestone_change(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    found = queries.work_of(Milestone, request.viewer, access(request.viewer, receipt), id)
    collaboration, context = opened(request, receipt, "page", (_("이정표 고치기"), ""))
    policy.must_write(request.viewer, collaboration)
    data = request.POST if request.method == "POST" else None
    initial = {"title": found.title, "due_on": found.due_on, "version": found.version}
    form = MilestoneForm(data, row=found, initial=initial)
    if data is not None and form.is_valid():
        said = form.cleaned_data
        changed = attempt(form, lambda: actions.milestone_change(by=request.viewer, id=id, **said))
        if changed is not None:
            messages.success(request, _("이정표를 고쳤습니다."))
            warn_if_past(request, changed.due_on)
            return redirect(found.get_absolute_url())
    now = None
    if data is not None and renewed(form, found):
        now = [(_("무엇에 이르나요"), found.title), (_("언제까지"), found.due_on)]
    back = found.get_absolute_url()
    return form_page(request, context, form, heading=_("이정표 고치기"), button=_("저장"), back=back, now=now)


@require_http_methods(["GET", "POST"])
def milestone_reach(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Say when it was reached, or that it is not."""
    found = queries.work_of(Milestone, request.viewer, access(request.viewer, receipt), id)
    collaboration, context = opened(request, receipt, "page", (found.title, ""))
    policy.must_write(request.viewer, collaboration)
    back = found.get_absolute_url()
    if request.method == "POST" and "open" in request.POST:
        actions.milestone_reach(by=request.viewer, id=id, reached_on=None)
        messages.success(request, _("아직 이르지 않은 이정표로 되돌렸습니다."))
        return redirect(back)
    form = ReachForm(
        request.POST if request.method == "POST" else None, initial={"reached_on": found.reached_on or clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["reached_on"]
        if attempt(form, lambda: actions.milestone_reach(by=request.viewer, id=id, reached_on=on)) is not None:
            messages.success(request, _("이정표에 이르렀습니다."))
            return redirect(back)
    again = _("아직 이르지 않음으로 되돌리기") if found.reached_on else ""
    return form_page(
        request, context, form, heading=_("이정표에 이름"), note=found.title, button=_("저장"), back=back, again=again
    )
