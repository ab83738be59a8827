"""Handing in an entry, and the page of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dure.contests import actions, eligibility, policy, queries
from dure.contests.forms import EntryForm, FileForm
from dure.contests.models import Contest, Entry
from dure.contests.pages.common import inside, with_reason
from dure.core.attachments import address_of, list_for
from dure.core.attempts import attempt
from dure.core.ids import uuid7
from dure.core.links import own


@require_GET
def enter_new(request: HttpRequest, receipt: str) -> HttpResponse:
    """To a fresh entry's address; nothing is written before it is handed in."""
    contest = queries.access(request.viewer, receipt)
    policy.must_enter_for(request.viewer, contest)
    policy.must_take_entries(contest)
    address = reverse("contests:enter", args=[receipt, uuid7()])
    return redirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Hand in, or change what was handed in."""
    viewer = request.viewer
    contest = queries.access(viewer, receipt)
    policy.must_enter_for(viewer, contest)
    known = queries.entry_of(viewer, contest, id).row if contest.entries.filter(pk=id).exists() else None
    if known is not None:
        policy.must_hold(viewer, known)
    if request.method == "GET":
        policy.must_take_entries(contest)
    links = own("collaboration", viewer)
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        criteria=contest.criteria.all(),
        links=links,
        initial=_of(known) if known else _from_link(request, links),
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: _save(request, contest, known, id, form))
        if made is not None:
            messages.success(
                request, _("응모를 냈습니다. 마감까지 고칠 수 있습니다.") if known is None else _("응모를 고쳤습니다.")
            )
            return redirect("contests:entry", receipt=receipt, id=id)
    heading = _("응모하기") if known is None else _("응모 고치기")
    context = {
        **inside(contest, (heading, "")),
        "form": form,
        "known": known,
        "heading": heading,
        "links": links,
        "rules": eligibility.rules_of(contest),
    }
    return render(request, "contests/enter.html", context, status=422 if form.errors else 200)


def _of(entry: Entry) -> dict[str, Any]:
    others = entry.bodies.exclude(body_id=entry.body_id).select_related("body", "body__province")
    answers = {f"answer_{key}": text for key, text in entry.answers.items()}
    return {
        "title": entry.title,
        "summary": entry.summary,
        "collaboration": entry.collaboration,
        "bodies": "\n".join(one.body.name for one in others),
        **answers,
    }


def _from_link(request: HttpRequest, links: Any) -> dict[str, Any]:
    """What is known of the collaboration that was picked before the form."""
    link = next((one for one in links if one.urn == request.GET.get("collaboration")), None)
    return {"collaboration": link.urn, "title": link.title, "summary": link.summary} if link else {}


def _save(request: HttpRequest, contest: Contest, known: Entry | None, id: UUID, form: EntryForm) -> Entry:
    values, bodies = form.values(), form.body_ids
    if known is not None:
        return actions.entry_change(by=request.viewer, id=id, fields=values, bodies=bodies)
    return actions.entry_hand_in(by=request.viewer, contest_id=contest.pk, entry_id=id, fields=values, bodies=bodies)


def _entry_context(request: HttpRequest, contest: Contest, id: UUID) -> dict[str, Any]:
    viewer = request.viewer
    view = queries.entry_of(viewer, contest, id)
    files, closed = list_for(view.row.urn, viewer)
    holds = viewer.may_act_for(view.row.body_id) and view.row.state == Entry.State.HANDED_IN
    return {
        **inside(contest, (view.row.title, "")),
        "view": view,
        "entry": view.row,
        "files": [{"row": file, "url": address_of(file)} for file in files],
        "closed_files": closed,
        "holds": holds,
        "may_change": holds and contest.takes_entries,
    }


@require_GET
def entry(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    contest = queries.access(request.viewer, receipt)
    context = {**_entry_context(request, contest, id), "file_form": FileForm()}
    return render(request, "contests/entry.html", context)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    contest = queries.access(request.viewer, receipt)
    policy.must_hold(request.viewer, queries.entry_of(request.viewer, contest, id).row)
    return with_reason(
        request,
        contest,
        title=_("응모 거두기"),
        note=_("거둔 응모는 심사하지 않습니다. 마감 전이면 다시 낼 수 있습니다."),
        button=_("응모 거두기"),
        act=lambda reason: actions.entry_withdraw(by=request.viewer, id=id, reason=reason),
        done=_("응모를 거두었습니다."),
        back=reverse("contests:entry", args=[receipt, id]),
    )


@require_POST
def add_file(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    contest = queries.access(request.viewer, receipt)
    form = FileForm(request.POST, request.FILES)
    context = _entry_context(request, contest, id)
    policy.must_hold(request.viewer, context["entry"])
    if form.is_valid():
        data = form.cleaned_data
        added = attempt(
            form,
            lambda: actions.entry_file_add(by=request.viewer, id=id, uploaded=data["file"], note=data["note"]),
        )
        if added is not None:
            messages.success(request, _("파일을 냈습니다."))
            return redirect(f"{reverse('contests:entry', args=[receipt, id])}#files")
    return render(request, "contests/entry.html", {**context, "file_form": form}, status=422)


@require_POST
def remove_file(request: HttpRequest, receipt: str, id: UUID, file: UUID) -> HttpResponse:
    queries.access(request.viewer, receipt)
    actions.entry_file_remove(by=request.viewer, id=id, attachment_id=file)
    messages.success(request, _("파일을 뗐습니다."))
    return redirect(f"{reverse('contests:entry', args=[receipt, id])}#files")
