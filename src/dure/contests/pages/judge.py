"""The judge's desk: the invitation, the entries that are left, the sheets, the vote."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from dure.contests import actions, policy, queries, scoring
from dure.contests.actions.judging import may_vote, tie_of
from dure.contests.forms import DeclareForm, SheetForm, VoteForm
from dure.contests.models import Contest, State
from dure.contests.pages.common import inside, with_reason
from dure.core import clock
from dure.core.attachments import open_blob
from dure.core.attempts import attempt


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The letter's link: accept, or decline."""
    found = queries.invitation_of(request.viewer, token)
    if request.method == "POST":
        if "decline" in request.POST:
            actions.judge_decline(by=request.viewer, token=token)
            messages.success(request, _("심사를 사양했습니다."))
            return redirect("contests:page", receipt=found.contest.receipt)
        actions.judge_accept(by=request.viewer, token=token)
        messages.success(request, _("심사를 맡았습니다. 심사가 시작되면 알려 드립니다."))
        return redirect("contests:judge", receipt=found.contest.receipt)
    response = render(
        request, "contests/invitation.html", {**inside(found.contest, (_("심사 초대"), "")), "judge": found}
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
def desk(request: HttpRequest, receipt: str) -> HttpResponse:
    contest = queries.access(request.viewer, receipt)
    judge = policy.must_judge(request.viewer, contest)
    entries = queries.judge_entries(judge, contest) if contest.state == State.JUDGING else []
    mine = [one for one in entries if not one.tied]
    context = {
        **inside(contest, (_("심사"), "")),
        "judge": judge,
        "entries": entries,
        "done": sum(one.finished for one in mine),
        "of": len(mine),
        "next": next((one for one in mine if not one.finished), None),
        "criteria": list(contest.criteria.all()),
        "formula": scoring.formula(contest.method),
        "votes": contest.state == State.JUDGING and contest.tied_at is not None,
    }
    return render(request, "contests/judge.html", context)


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, receipt: str) -> HttpResponse:
    contest = queries.access(request.viewer, receipt)
    policy.must_judge(request.viewer, contest)
    return with_reason(
        request,
        contest,
        title=_("심사 그만두기"),
        note=_("그만두면 준 점수를 세지 않고, 다시 볼 수 없습니다. 까닭은 공모를 연 기관만 봅니다."),
        button=_("그만두기"),
        act=lambda reason: actions.judge_leave(by=request.viewer, contest_id=contest.pk, reason=reason),
        done=_("심사를 그만두었습니다."),
        public=False,
        back=contest.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """One entry: first the question about ties, then its texts beside the criteria."""
    contest = queries.access(request.viewer, receipt)
    entry = queries.judge_entry(request.viewer, contest, id)
    criteria = list(contest.criteria.all())
    form = SheetForm(
        request.POST if request.method == "POST" else None, criteria=criteria, initial=queries.own_sheet(entry.sheet)
    )
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: _save(request, contest, id, form)):
        messages.success(request, _("저장했습니다."))
        return redirect(_next(request, contest, receipt))
    context = _sheet_context(request, contest, entry, form)
    return render(request, "contests/sheet.html", context, status=422 if form.errors else 200)


def _sheet_context(request: HttpRequest, contest: Contest, entry: Any, form: SheetForm) -> dict[str, Any]:
    back = reverse("contests:judge", args=[contest.receipt])
    return {
        **inside(contest, (_("심사"), back), (entry.code, "")),
        "entry": entry,
        "form": form,
        "declare": DeclareForm(),
        "back": back,
        "over": contest.judging_over or contest.tied_at is not None,
    }


def _save(request: HttpRequest, contest: Contest, id: UUID, form: SheetForm) -> Any:
    return actions.sheet_save(
        by=request.viewer,
        contest_id=contest.pk,
        entry_id=id,
        points=form.points(),
        comment=form.cleaned_data["comment"],
    )


def _next(request: HttpRequest, contest: Contest, receipt: str) -> str:
    """The next entry without marks, or the desk."""
    judge = policy.must_judge(request.viewer, contest)
    left = [one for one in queries.judge_entries(judge, contest) if not (one.tied or one.finished)]
    if left and "next" in request.POST:
        return reverse("contests:sheet", args=[receipt, left[0].id])
    return reverse("contests:judge", args=[receipt])


@require_POST
def save(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """Save while marking; answers with the moment, or with what is wrong."""
    contest = queries.access(request.viewer, receipt)
    form = SheetForm(request.POST, criteria=contest.criteria.all())
    saved = form.is_valid() and attempt(form, lambda: _save(request, contest, id, form))
    context = {"saved_at": clock.now() if saved else None, "form": form, "sheet": saved or None}
    return render(request, "contests/saved.html", context, status=200 if saved else 422)


@require_POST
def declare(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    contest = queries.access(request.viewer, receipt)
    form = DeclareForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        row = attempt(
            form,
            lambda: actions.conflict_declare(
                by=request.viewer, contest_id=contest.pk, entry_id=id, kind=data["kind"], note=data["note"]
            ),
        )
        if row is not None and row.kind == "none":
            return redirect("contests:sheet", receipt=receipt, id=id)
        if row is not None:
            messages.success(request, _("이해관계를 알렸습니다. 이 응모는 심사하지 않으셔도 됩니다."))
            return redirect("contests:judge", receipt=receipt)
    entry = queries.judge_entry(request.viewer, contest, id)
    sheet_form = SheetForm(criteria=contest.criteria.all(), initial=queries.own_sheet(entry.sheet))
    context = {**_sheet_context(request, contest, entry, sheet_form), "declare": form}
    return render(request, "contests/sheet.html", context, status=422)


@require_safe
def file(request: HttpRequest, receipt: str, id: UUID, number: int) -> FileResponse:
    """A file of an entry under a name that tells nothing."""
    contest = queries.access(request.viewer, receipt)
    name, row = queries.file_for_judge(request.viewer, contest, id, number)
    try:
        content = open_blob(row)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=name, content_type=row.blob.media_type)
    if row.blob.media_type.startswith("text/"):
        # Its encoding is not known: the reader's program finds out.
        response["Content-Type"] = "application/octet-stream"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_http_methods(["GET", "POST"])
def vote(request: HttpRequest, receipt: str) -> HttpResponse:
    contest = queries.access(request.viewer, receipt)
    judge = policy.must_judge(request.viewer, contest)
    policy.must_be(contest, State.JUDGING)
    tie = tie_of(contest)
    level = [one for one in queries.judge_entries(judge, contest) if str(one.id) in tie["entries"]]
    choices = [(str(one.id), f"{one.code} {one.title}".strip()) for one in level]
    chosen = [str(pk) for pk in judge.votes.values_list("entry_id", flat=True)]
    form = VoteForm(request.POST if request.method == "POST" else None, entries=choices, initial={"entries": chosen})
    if request.method == "POST" and form.is_valid():
        ids = [UUID(text) for text in form.cleaned_data["entries"]]
        if attempt(form, lambda: actions.vote_cast(by=request.viewer, contest_id=contest.pk, entry_ids=ids)):
            messages.success(request, _("투표했습니다. 정해지기 전까지 바꿀 수 있습니다."))
            return redirect("contests:judge", receipt=receipt)
    heading = _("점수가 같은 응모 투표")
    back = reverse("contests:judge", args=[receipt])
    context = {
        **inside(contest, (_("심사"), back), (heading, "")),
        "form": form,
        "heading": heading,
        "back": back,
        "button": _("투표하기"),
        "note": _("%(n)d건을 골라 주세요.") % {"n": tie["seats"]}
        if may_vote(judge, tie["entries"])
        else _("이해관계가 있는 응모가 들어 있어 이 투표에는 참여할 수 없습니다."),
    }
    return render(request, "contests/form.html", context, status=422 if form.errors else 200)
